/*
 * Of what cameras write beside a picture one thing is kept: how it is to be turned. Where it was taken, when and with
 * what is nobody's business.
 */

/** 1 to 8, as EXIF counts them; 1 is upright. */
export type Orientation = number

/** @param tiff the EXIF data, from its byte order mark on */
export function orientationOf(tiff: Buffer): Orientation {
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const little = order === 'II'
  const short = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const long = (at: number) => (at + 4 > tiff.length ? 0 : little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const directory = long(4)
  const entries = Math.min(short(directory), ENTRIES_MAX)
  for (let index = 0; index < entries; index += 1) {
    const at = directory + 2 + index * 12
    if (short(at) === ORIENTATION) {
      const value = short(at + 8)
      return value >= 1 && value <= 8 ? value : 1
    }
  }
  return 1
}

/** EXIF data that say nothing else. */
export function tiffOf(orientation: Orientation): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 0, 'latin1')
  tiff.writeUInt32BE(8, 4) // where the directory is
  tiff.writeUInt16BE(1, 8) // how many entries it has
  tiff.writeUInt16BE(ORIENTATION, 10)
  tiff.writeUInt16BE(3, 12) // a short
  tiff.writeUInt32BE(1, 14) // one of them
  tiff.writeUInt16BE(orientation, 18)
  return tiff
}

/** Width and height as they are shown: what lies on its side is turned. */
export function turned(size: { width: number; height: number }, orientation: Orientation) {
  return orientation >= 5 ? { width: size.height, height: size.width } : size
}

const ORIENTATION = 0x0112
const ENTRIES_MAX = 500
