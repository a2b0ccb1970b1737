import { open, writeFile } from 'node:fs/promises'
import { create } from 'qrcode'

const WIDTH = 640
const HEIGHT = 480
const HEADER = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`
const FRAME = 'FRAME\n'

/** A camera of a test: a film of one picture, which the browser plays again and again, and which can be another picture. */
export type FakeCamera = {
  /** Switches of Chromium by which it is the only camera, and allowed. */
  switches: readonly string[]
  /** Holds a QR code of `text` before it; null: nothing. */
  show: (text: string | null) => Promise<void>
}

/** @param path of the file that the browser reads */
export async function fakeCamera(path: string): Promise<FakeCamera> {
  await writeFile(path, Buffer.concat([Buffer.from(HEADER + FRAME), picture(null)]))
  return {
    switches: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${path}`,
    ],
    async show(text) {
      // In its place: the browser has the file open, and reads each picture of the film from it.
      const file = await open(path, 'r+')
      await file.write(picture(text), 0, undefined, HEADER.length + FRAME.length)
      await file.close()
    },
  }
}

/** Light and dark in planes, as films are: brightness, then two colours, which are grey. */
function picture(text: string | null): Buffer {
  const light = Buffer.alloc(WIDTH * HEIGHT, text === null ? 60 : 235)
  if (text !== null) {
    const { modules } = create(text, { errorCorrectionLevel: 'M' })
    const side = Math.floor(400 / (modules.size + 8))
    const left = (WIDTH - modules.size * side) >> 1
    const top = (HEIGHT - modules.size * side) >> 1
    for (let row = 0; row < modules.size * side; row += 1)
      for (let column = 0; column < modules.size; column += 1)
        if (modules.get(Math.floor(row / side), column)) {
          const begin = (top + row) * WIDTH + left + column * side
          light.fill(16, begin, begin + side)
        }
  }
  return Buffer.concat([light, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)])
}
