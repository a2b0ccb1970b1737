import { crc32, deflateSync } from 'node:zlib'

/* Pictures as cameras and programs make them, with what they write beside them: a place, a name, a thumbnail. */

/** What must be in no picture that anybody can load. */
export const SECRET = 'taken at 52.5200 N 13.4050 E by Ada'

export function aPng({ width = 3, height = 2, orientation = 1 } = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // eight bits of red, green and blue
  const rows = Buffer.alloc(Math.min(height, 4000) * (1 + width * 3), 0x7f)
  for (let row = 0; row < Math.min(height, 4000); row += 1) rows[row * (1 + width * 3)] = 0
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${SECRET}`, 'latin1')),
    chunk('eXIf', tiff(orientation)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
    Buffer.from(`<script>${SECRET}</script>`),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])), 0)
  return Buffer.concat([head, data, sum])
}

/** EXIF data with an orientation and a word of the camera, in little endian. */
export function tiff(orientation: number): Buffer {
  const data = Buffer.alloc(38)
  data.write('II*\0', 0, 'latin1')
  data.writeUInt32LE(8, 4)
  data.writeUInt16LE(2, 8)
  data.writeUInt16LE(0x010f, 10) // who made the camera
  data.writeUInt16LE(2, 12)
  data.writeUInt32LE(SECRET.length, 14)
  data.writeUInt32LE(38, 18)
  data.writeUInt16LE(0x0112, 22)
  data.writeUInt16LE(3, 24)
  data.writeUInt32LE(1, 26)
  data.writeUInt16LE(orientation, 30)
  return Buffer.concat([data, Buffer.from(SECRET, 'latin1')])
}

export function aJpeg({ width = 40, height = 30, orientation = 1 } = {}): Buffer {
  const size = Buffer.alloc(9)
  size.set([8])
  size.writeUInt16BE(height, 1)
  size.writeUInt16BE(width, 3)
  size.set([1, 1, 0x11, 0], 5)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(orientation)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${SECRET}`, 'latin1')),
    segment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01colours', 'latin1')),
    segment(0xe2, Buffer.from(`MPF\0${SECRET}`, 'latin1')),
    segment(0xed, Buffer.from(`Photoshop 3.0\0${SECRET}`, 'latin1')),
    segment(0xfe, Buffer.from(SECRET, 'latin1')),
    segment(0xdb, Buffer.alloc(65)),
    segment(0xc0, size),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
    Buffer.from([0xff, 0xd9]),
    Buffer.from(SECRET, 'latin1'),
  ])
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

export function aWebp({ width = 70, height = 50, orientation = 1 } = {}): Buffer {
  const canvas = Buffer.alloc(10)
  canvas[0] = 0x0c // EXIF and XMP are there
  canvas.writeUIntLE(width - 1, 4, 3)
  canvas.writeUIntLE(height - 1, 7, 3)
  const image = Buffer.alloc(11)
  image.writeUIntBE(0x9d012a, 3, 3)
  image.writeUInt16LE(width, 6)
  image.writeUInt16LE(height, 8)
  const chunks = Buffer.concat([
    riffChunk('VP8X', canvas),
    riffChunk('VP8 ', image),
    riffChunk('EXIF', tiff(orientation)),
    riffChunk('XMP ', Buffer.from(SECRET, 'latin1')),
  ])
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + chunks.length, 4)
  return Buffer.concat([head, chunks, Buffer.from(SECRET, 'latin1')])
}

function riffChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

export function anAvif({ width = 90, height = 60 } = {}): Buffer {
  const ftyp = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1'))
  const size = Buffer.alloc(12)
  size.writeUInt32BE(width, 4)
  size.writeUInt32BE(height, 8)
  const infos = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 0, 2]),
    box('infe', Buffer.from('\x02\0\0\0\0\x01\0\0av01\0', 'latin1')),
    box('infe', Buffer.from('\x02\0\0\0\0\x02\0\0Exif\0', 'latin1')),
  ])
  const picture = Buffer.from('the picture itself')
  const told = Buffer.concat([Buffer.alloc(4), tiff(1)])
  const metaOf = (dataAt: number) => {
    const locations = Buffer.alloc(8 + 2 * 14)
    locations.set([0, 0, 0, 0, 0x44, 0, 0, 2]) // offsets and lengths in four bytes; two items
    for (const [index, at, length] of [
      [0, dataAt, picture.length],
      [1, dataAt + picture.length, told.length],
    ] as const) {
      const entry = 8 + index * 14
      locations.writeUInt16BE(index + 1, entry)
      locations.writeUInt16BE(1, entry + 4)
      locations.writeUInt32BE(at, entry + 6)
      locations.writeUInt32BE(length, entry + 10)
    }
    const properties = box('iprp', box('ipco', box('ispe', size)))
    return box('meta', Buffer.concat([Buffer.alloc(4), box('iinf', infos), box('iloc', locations), properties]))
  }
  const dataAt = ftyp.length + metaOf(0).length + 8
  return Buffer.concat([
    ftyp,
    metaOf(dataAt),
    box('mdat', Buffer.concat([picture, told])),
    box('free', Buffer.from(SECRET)),
  ])
}

function box(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length + 8, 0)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, data])
}
