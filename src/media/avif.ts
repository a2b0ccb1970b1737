import type { Picture } from './model.ts'

/*
 * AVIF is a tree of boxes, in which items are named in one place and lie in another, by their distance from the start of
 * the file. So nothing is taken out: what cameras write beside a picture is overwritten with zeros, where it lies.
 */

type Box = { type: string; begin: number; end: number }
type Extent = { begin: number; end: number }

/** The picture without EXIF and XMP; null where its boxes do not fit into each other. */
export function cleanAvif(given: Buffer): Picture | null {
  try {
    const bytes = Buffer.from(given)
    const top = boxesIn(bytes, { begin: 0, end: bytes.length })
    const meta = top.find(({ type }) => type === 'meta')
    if (!meta || !top.some(({ type }) => type === 'mdat')) return null
    const inMeta = boxesIn(bytes, { begin: meta.begin + 4, end: meta.end })
    const find = (type: string) => inMeta.find(each => each.type === type)
    const [properties, infos, locations, data] = ['iprp', 'iinf', 'iloc', 'idat'].map(find)
    if (!properties || !infos || !locations) return null
    const sizes = boxesIn(bytes, properties)
      .filter(({ type }) => type === 'ipco')
      .flatMap(each => boxesIn(bytes, each))
      .filter(({ type }) => type === 'ispe')
      .map(({ begin }) => ({ width: bytes.readUInt32BE(begin + 4), height: bytes.readUInt32BE(begin + 8) }))
    // Of a picture in tiles the whole is the largest.
    const size = sizes.toSorted((a, b) => b.width * b.height - a.width * a.height)[0]
    if (!size) return null
    const told = itemsTold(bytes, infos)
    for (const { begin, end } of extentsOf(bytes, { locations, data, items: told })) bytes.fill(0, begin, end)
    // Words of their own, outside of the picture.
    for (const { type, begin, end } of top) if (type === 'uuid' || type === 'free') bytes.fill(0, begin, end)
    return { format: 'avif', ...size, bytes }
  } catch (error) {
    if (error instanceof RangeError) return null // a box that ends before what it should hold
    throw error
  }
}

function boxesIn(bytes: Buffer, { begin, end }: Extent): Box[] {
  const boxes: Box[] = []
  let at = begin
  while (at < end) {
    if (boxes.length >= BOXES_MAX) throw new RangeError('too many boxes')
    const short = bytes.readUInt32BE(at)
    const head = short === 1 ? 16 : 8
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short
    if (length < head || at + length > end) throw new RangeError('a box that does not fit')
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), begin: at + head, end: at + length })
    at += length
  }
  return boxes
}

const BOXES_MAX = 10_000

/** The ids of the items that say something about the picture instead of being it. */
function itemsTold(bytes: Buffer, infos: Box): Set<number> {
  const version = bytes.readUInt8(infos.begin)
  const entries = boxesIn(bytes, { begin: infos.begin + (version === 0 ? 6 : 8), end: infos.end })
  const told = new Set<number>()
  for (const { begin } of entries) {
    const isLong = bytes.readUInt8(begin) >= 3
    const id = isLong ? bytes.readUInt32BE(begin + 4) : bytes.readUInt16BE(begin + 4)
    const typeAt = begin + (isLong ? 10 : 8)
    if (/^(Exif|mime|uri )$/.test(bytes.toString('latin1', typeAt, typeAt + 4))) told.add(id)
  }
  return told
}

/** Where items lie in the file. */
function extentsOf(
  bytes: Buffer,
  { locations, data, items }: { locations: Box; data: Box | undefined; items: ReadonlySet<number> },
): Extent[] {
  const found: Extent[] = []
  const version = bytes.readUInt8(locations.begin)
  const sizes = bytes.readUInt16BE(locations.begin + 4)
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, sizes & 15]
  let at = locations.begin + 6
  const next = (size: number) => {
    const value = size === 0 ? 0 : size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size)
    at += size
    return value
  }
  const idSize = version === 2 ? 4 : 2
  for (let left = Math.min(next(idSize), BOXES_MAX); left > 0; left -= 1) {
    const id = next(idSize)
    const method = version === 0 ? 0 : next(2) & 15
    next(2) // in which file: this one
    const base = next(baseSize)
    const origin = method === 1 ? data?.begin : 0
    for (let extents = Math.min(next(2), BOXES_MAX); extents > 0; extents -= 1) {
      if (version > 0) next(indexSize)
      const begin = base + next(offsetSize) + (origin ?? 0)
      const length = next(lengthSize)
      if (!items.has(id)) continue
      if (method > 1 || origin === undefined || begin + length > bytes.length) throw new RangeError('lies elsewhere')
      found.push({ begin, end: length === 0 ? bytes.length : begin + length })
    }
  }
  return found
}
