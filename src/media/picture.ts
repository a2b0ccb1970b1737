import { crc32 } from 'node:zlib'
import { cleanAvif } from './avif.ts'
import { type Orientation, orientationOf, tiffOf, turned } from './exif.ts'
import { PIXELS_MAX, type Picture, type PictureProblem, SIDE_MAX } from './model.ts'

/**
 * Bytes that somebody uploaded as a picture, by what they are and not by what they are called: nothing is decoded, the
 * container is walked from end to end, and only the parts that make the picture are kept.
 */
export function pictureOf(bytes: Buffer): Picture | PictureProblem {
  const reader = READERS.find(({ begins }) => begins(bytes))
  if (!reader) return 'FORMAT'
  const picture = reader.read(bytes)
  if (!picture) return 'BROKEN'
  const { width, height } = picture
  if (width < 1 || height < 1) return 'BROKEN'
  if (width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX) return 'PIXELS'
  return picture
}

type Reader = { begins: (bytes: Buffer) => boolean; read: (bytes: Buffer) => Picture | null }

const PNG_BEGINS = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const JPEG_BEGINS = Buffer.from([0xff, 0xd8, 0xff])
const EXIF_BEGINS = Buffer.from('Exif\0\0', 'latin1')

const READERS: readonly Reader[] = [
  { begins: bytes => bytes.subarray(0, 3).equals(JPEG_BEGINS), read: jpegOf },
  { begins: bytes => bytes.subarray(0, 8).equals(PNG_BEGINS), read: pngOf },
  {
    begins: bytes => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
    read: webpOf,
  },
  {
    begins: bytes => bytes.toString('latin1', 4, 8) === 'ftyp' && /^avi[fs]$/.test(bytes.toString('latin1', 8, 12)),
    read: cleanAvif,
  },
]

/** Segments up to the end of the image; what comes after that is no part of it. */
function jpegOf(bytes: Buffer): Picture | null {
  const kept: Buffer[] = []
  let size: { width: number; height: number } | null = null
  let orientation: Orientation = 1
  let at = 2
  for (let scans = 0; scans < PARTS_MAX && at + 2 <= bytes.length; scans += 1) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1 // padding
      continue
    }
    if (marker === 0xd9) {
      if (!size || !kept.some(part => part[1] === 0xda)) return null
      const end = Buffer.from([0xff, 0xd9])
      const turn = orientation === 1 ? [] : [exifSegment(orientation)]
      const whole = Buffer.concat([bytes.subarray(0, 2), ...turn, ...kept, end])
      return { format: 'jpeg', ...turned(size, orientation), bytes: whole }
    }
    if (at + 4 > bytes.length) return null
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length || end < at + 4) return null
    const data = bytes.subarray(at + 4, end)
    if (isFrame(marker)) {
      if (size || data.length < 6) return null
      size = { height: data.readUInt16BE(1), width: data.readUInt16BE(3) }
    }
    if (marker === 0xe1 && data.subarray(0, 6).equals(EXIF_BEGINS)) orientation = orientationOf(data.subarray(6))
    const next = marker === 0xda ? endOfScan(bytes, end) : end
    if (isKept(marker, data)) kept.push(bytes.subarray(at, next))
    at = next
  }
  return null
}

/** Segments or scans of one picture. */
const PARTS_MAX = 10_000

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** What makes the picture, and its colours; no thumbnails, no words, nothing of the camera. */
function isKept(marker: number, data: Buffer): boolean {
  if (marker === 0xe0) return data.toString('latin1', 0, 5) === 'JFIF\0'
  if (marker === 0xe2) return data.toString('latin1', 0, 12) === 'ICC_PROFILE\0'
  if (marker === 0xee) return data.toString('latin1', 0, 5) === 'Adobe'
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdd)
}

/** Where the next marker is: within a scan 0xff stands for itself before 0x00, and before a restart. */
function endOfScan(bytes: Buffer, begin: number): number {
  let at = begin
  for (;;) {
    at = bytes.indexOf(0xff, at)
    if (at < 0 || at + 1 >= bytes.length) return bytes.length
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
    at += 2
  }
}

function exifSegment(orientation: Orientation): Buffer {
  const data = Buffer.concat([EXIF_BEGINS, tiffOf(orientation)])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

const PNG_CHUNKS: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'pHYs', 'cICP'],
  ...['acTL', 'fcTL', 'fdAT'],
])

/** Chunks with right checksums, from the header to the end. */
function pngOf(bytes: Buffer): Picture | null {
  const kept: Buffer[] = []
  let orientation: Orientation = 1
  let hasImage = false
  let at = 8
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) return null
    const type = bytes.toString('latin1', at + 4, at + 8)
    const data = bytes.subarray(at + 8, end - 4)
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null
    if ((kept.length === 0) !== (type === 'IHDR') || (type === 'IHDR' && data.length !== 13)) return null
    if (type === 'eXIf') orientation = orientationOf(data)
    hasImage ||= type === 'IDAT'
    if (PNG_CHUNKS.has(type)) kept.push(bytes.subarray(at, end))
    if (type === 'IEND') {
      const [header, ...others] = kept
      if (!header || !hasImage) return null
      const size = { width: header.readUInt32BE(8), height: header.readUInt32BE(12) }
      const turn = orientation === 1 ? [] : [pngChunk('eXIf', tiffOf(orientation))]
      const whole = Buffer.concat([PNG_BEGINS, header, ...turn, ...others])
      return { format: 'png', ...turned(size, orientation), bytes: whole }
    }
    at = end
  }
  return null
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return chunk
}

const WEBP_CHUNKS: ReadonlySet<string> = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANIM', 'ANMF'])
const HAS_EXIF = 0x08
const HAS_XMP = 0x04

/** Chunks of the RIFF container; which of them there are stands in the flags of VP8X. */
function webpOf(bytes: Buffer): Picture | null {
  const end = 8 + bytes.readUInt32LE(4)
  if (bytes.length < 20 || end > bytes.length) return null
  const kept: { type: string; data: Buffer }[] = []
  let orientation: Orientation = 1
  let at = 12
  while (at + 8 <= end) {
    const type = bytes.toString('latin1', at, at + 4)
    const next = at + 8 + bytes.readUInt32LE(at + 4)
    if (next > end) return null
    const data = bytes.subarray(at + 8, next)
    if (type === 'EXIF') orientation = orientationOf(data.subarray(0, 6).equals(EXIF_BEGINS) ? data.subarray(6) : data)
    if (WEBP_CHUNKS.has(type)) kept.push({ type, data })
    at = next + (next % 2)
  }
  const [first] = kept
  if (!first || !kept.some(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ANMF')) return null
  const size = webpSize(first)
  if (!size) return null
  const isTurned = orientation !== 1 && first.type === 'VP8X'
  if (first.type === 'VP8X') {
    first.data = Buffer.from(first.data)
    first.data[0] = ((first.data[0] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (isTurned ? HAS_EXIF : 0)
  }
  if (isTurned) kept.push({ type: 'EXIF', data: tiffOf(orientation) })
  return { format: 'webp', ...turned(size, isTurned ? orientation : 1), bytes: riff(kept) }
}

function webpSize({ type, data }: { type: string; data: Buffer }): { width: number; height: number } | null {
  if (type === 'VP8X' && data.length >= 10)
    return { width: 1 + data.readUIntLE(4, 3), height: 1 + data.readUIntLE(7, 3) }
  if (type === 'VP8 ' && data.length >= 10 && data.readUIntBE(3, 3) === 0x9d012a)
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }
  if (type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = data.readUInt32LE(1)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  return null
}

function riff(chunks: readonly { type: string; data: Buffer }[]): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const head = Buffer.alloc(8)
    head.write(type, 0, 'latin1')
    head.writeUInt32LE(data.length, 4)
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
  })
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + parts.reduce((sum, part) => sum + part.length, 0), 4)
  return Buffer.concat([head, ...parts])
}
