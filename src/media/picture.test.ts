import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aJpeg, anAvif, aPng, aWebp, SECRET, tiff } from '../../test/support/pictures.ts'
import { orientationOf, tiffOf } from './exif.ts'
import { pictureOf } from './picture.ts'

const MADE = { jpeg: aJpeg(), png: aPng(), webp: aWebp(), avif: anAvif() } as const

describe('a picture keeps what it shows, and loses what was written beside it', () => {
  test.each(Object.entries(MADE))('%s', (format, bytes) => {
    expect(bytes.includes(SECRET)).toBe(true)
    const picture = pictureOf(bytes)
    expect(picture).toMatchObject({ format })
    if (typeof picture === 'string') throw new Error(picture)
    expect(picture.bytes.includes(SECRET)).toBe(false)
    expect(picture.bytes.includes('Ada')).toBe(false)
    // Once more changes nothing: what is kept is whole.
    expect(pictureOf(picture.bytes)).toEqual(picture)
  })

  test('the scan, its colours and the place of a picture among other items stay as they are', () => {
    const jpeg = pictureOf(MADE.jpeg)
    const avif = pictureOf(MADE.avif)
    if (typeof jpeg === 'string' || typeof avif === 'string') throw new Error('refused')
    expect(jpeg.bytes.includes(Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9]))).toBe(true)
    expect(jpeg.bytes.includes('ICC_PROFILE')).toBe(true)
    expect(avif.bytes.includes('the picture itself')).toBe(true)
    expect(avif.bytes.length).toBe(MADE.avif.length)
  })

  test.each([
    ['jpeg', aJpeg({ width: 400, height: 300, orientation: 6 })],
    ['png', aPng({ width: 400, height: 300, orientation: 6 })],
    ['webp', aWebp({ width: 400, height: 300, orientation: 6 })],
  ])('%s that lies on its side says so still, and is measured as it is shown', (_, bytes) => {
    const picture = pictureOf(bytes)
    expect(picture).toMatchObject({ width: 300, height: 400 })
    if (typeof picture === 'string') throw new Error(picture)
    expect(picture.bytes.includes(tiffOf(6))).toBe(true)
  })

  test('an orientation is read in both orders of bytes; one that is none is upright', () => {
    expect([1, 3, 8].map(each => orientationOf(tiff(each)))).toEqual([1, 3, 8])
    expect([1, 3, 8].map(each => orientationOf(tiffOf(each)))).toEqual([1, 3, 8])
    expect([tiff(9), tiff(0), Buffer.alloc(0), Buffer.from('II*'), Buffer.from('nothing')].map(orientationOf)).toEqual([
      1, 1, 1, 1, 1,
    ])
  })
})

describe('what is no picture is told apart', () => {
  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'FORMAT'],
    ['a page', Buffer.from('<html><script>alert(1)</script>'), 'FORMAT'],
    ['a drawing that may hold scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'FORMAT'],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 'FORMAT'],
    ['a page that begins like a JPEG', Buffer.from('\xff\xd8\xff<script>alert(1)</script>', 'latin1'), 'BROKEN'],
    ['a JPEG without its end', MADE.jpeg.subarray(0, MADE.jpeg.length - 40), 'BROKEN'],
    ['a JPEG without a size', Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0]), 'BROKEN'],
    ['a PNG with a wrong checksum', changed(MADE.png, 20), 'BROKEN'],
    ['a PNG without its end', MADE.png.subarray(0, 60), 'BROKEN'],
    ['a WebP that ends too early', MADE.webp.subarray(0, 40), 'BROKEN'],
    ['an AVIF whose boxes do not fit', changed(MADE.avif, 3, 0xff), 'BROKEN'],
    ['a picture of no height', aJpeg({ height: 0 }), 'BROKEN'],
    ['one that is too wide', aJpeg({ width: 12_001, height: 10 }), 'PIXELS'],
    ['one that is too large in all, in few bytes', aJpeg({ width: 11_000, height: 11_000 }), 'PIXELS'],
  ])('%s', (_, bytes, problem) => {
    expect(pictureOf(bytes)).toBe(problem)
  })

  test('whatever is cut off or changed is a picture or a problem, and never a fault', () => {
    const pictures = fc.constantFrom(...Object.values(MADE))
    fc.assert(
      fc.property(pictures, fc.nat(400), fc.nat(255), fc.nat(400), (bytes, at, value, length) => {
        const broken = changed(bytes, at % bytes.length, value)
        const result = pictureOf(broken.subarray(0, Math.max(1, broken.length - (length % 200))))
        expect(typeof result === 'string' || result.bytes.length > 0).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

function changed(bytes: Buffer, at: number, value?: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value ?? (copy[at] ?? 0) ^ 0xff
  return copy
}
