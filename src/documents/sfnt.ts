import { brotliDecompressSync, inflateSync } from 'node:zlib'

type Table = { tag: string; checksum: number; data: Buffer }

/**
 * A font as it is before it is packed for the web (WOFF and WOFF2 of the W3C); one that is not packed stays as it is.
 * fontkit reads packed ones as well, but unpacks a table again for every glyph: two seconds for a word in Thai.
 * @throws Error for a WOFF2 whose glyphs are rearranged too: such a font is never one of ours
 */
export function unpackedFont(file: Buffer): Buffer {
  switch (file.toString('latin1', 0, 4)) {
    case 'wOFF':
      return sfntOf(file.readUInt32BE(4), tablesOfWoff(file))
    case 'wOF2':
      return sfntOf(file.readUInt32BE(4), tablesOfWoff2(file))
    default:
      return file
  }
}

function tablesOfWoff(file: Buffer): Table[] {
  return Array.from({ length: file.readUInt16BE(12) }, (_, index) => {
    const entry = 44 + 20 * index
    const [offset, packedLength, length, checksum] = [4, 8, 12, 16].map(at => file.readUInt32BE(entry + at)) as Entry
    const packed = file.subarray(offset, offset + packedLength)
    const data = packedLength < length ? inflateSync(packed) : packed
    return { tag: file.toString('latin1', entry, entry + 4), checksum, data }
  })
}

/** Four reads make four numbers, which `map` does not know. */
type Entry = [offset: number, packedLength: number, length: number, checksum: number]

function tablesOfWoff2(file: Buffer): Table[] {
  let position = 48
  const byte = () => file[position++] ?? 0
  const base128 = () => {
    let value = 0
    for (let count = 0; count < 5; count += 1) {
      const next = byte()
      value = value * 128 + (next & 0x7f)
      if (next < 0x80) break
    }
    return value
  }
  const entries = Array.from({ length: file.readUInt16BE(12) }, () => {
    const flags = byte()
    const known = KNOWN_TAGS[flags & 0x3f]
    const tag = known ?? file.toString('latin1', position, position + 4)
    if (known === undefined) position += 4
    const transform = flags >> 6
    const rearranged = tag === 'glyf' || tag === 'loca' ? transform !== 3 : transform !== 0
    if (rearranged) throw new Error(`the table ${tag} of this font is rearranged`)
    return { tag, length: base128() }
  })
  const data = brotliDecompressSync(file.subarray(position, position + file.readUInt32BE(20)))
  let offset = 0
  return entries.map(({ tag, length }) => {
    offset += length
    return { tag, checksum: 0, data: data.subarray(offset - length, offset) }
  })
}

/** The tags that WOFF2 writes as a number. */
const KNOWN_TAGS = (
  'cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX ' +
  'vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar fdsc feat ' +
  'fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'
)
  .split(' ')
  .map(tag => tag.replace('_', ' '))

function sfntOf(flavor: number, tables: Table[]): Buffer {
  const directory = Buffer.alloc(12 + 16 * tables.length)
  directory.writeUInt32BE(flavor, 0)
  directory.writeUInt16BE(tables.length, 4)
  let offset = directory.length
  const parts: Buffer[] = [directory]
  tables.forEach(({ tag, checksum, data }, index) => {
    const entry = 12 + 16 * index
    directory.write(tag, entry, 'latin1')
    directory.writeUInt32BE(checksum, entry + 4)
    directory.writeUInt32BE(offset, entry + 8)
    directory.writeUInt32BE(data.length, entry + 12)
    const padding = Buffer.alloc((4 - (data.length % 4)) % 4)
    parts.push(data, padding)
    offset += data.length + padding.length
  })
  return Buffer.concat(parts)
}
