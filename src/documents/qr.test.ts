import { expect, test } from 'vitest'
import { scanned } from '../../test/support/pdf.ts'
import { QUIET_MODULES, qrCode } from './qr.ts'

/** Paints a path of unit-high runs, as a browser or a printer does, six pixels for each module. */
function painted({ size, path }: { size: number; path: string }) {
  const scale = 6
  const side = (size + 2 * QUIET_MODULES) * scale
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let column = 0; column < Number(length) * scale; column += 1)
      for (let row = 0; row < scale; row += 1) {
        const at = ((Number(y) + QUIET_MODULES) * scale + row) * side + (Number(x) + QUIET_MODULES) * scale + column
        data.fill(0, at * 4, at * 4 + 3)
      }
  }
  return { data, width: side, height: side }
}

test.each([
  ['an address', `https://tickets.example.org/check-in/K7QM-2RTX-9A021,${'0'.repeat(36)}?s=${'aB3_'.repeat(21)}xy`],
  ['a short text', 'A'],
  ['letters of any script', 'Žluťoučký 港 أهلا'],
])('R194: a scanner reads back what a code was made of: %s', (_, text) => {
  expect(scanned(painted(qrCode(text)))).toBe(text)
})
