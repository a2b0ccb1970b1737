import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { type Cell, csvOf, onePage } from './csv.ts'

const COLUMNS = [
  { header: 'first', cell: (row: readonly Cell[]) => row[0] ?? null },
  { header: 'second', cell: (row: readonly Cell[]) => row[1] ?? null },
]
const fileOf = (rows: readonly (readonly Cell[])[], separator: 'COMMA' | 'SEMICOLON' = 'COMMA') =>
  text(csvOf(onePage(rows), COLUMNS, separator))
/** Past the mark of UTF-8 and the names of the columns. */
const lineOf = async (...row: Cell[]) => (await fileOf([row])).split('\r\n')[1]

describe('a CSV file', () => {
  test('begins with the mark of UTF-8 and the names of its columns, and has them without a row, too', async () => {
    const bytes = Buffer.from(await new Response(csvOf(onePage([]), COLUMNS) as never).arrayBuffer())
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(bytes.subarray(3).toString()).toBe('first,second\r\n')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1', '=HYPERLINK("http://x","y")'])(
    'a text like %j is no formula: an apostrophe comes before it',
    async dangerous => {
      expect(await lineOf(dangerous, 'x')).toMatch(/^"?'/)
    },
  )

  test.each<[string, Cell, string]>([
    ['a number', -5, '-5'],
    ['an amount', { decimal: '-5.50' }, '-5.50'],
    ['nothing', null, ''],
    ['no text', '', ''],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
  ])('%s is spelled so that it is read as that', async (_, cell, spelled) => {
    expect(await lineOf(cell, 'x')).toBe(`${spelled},x`)
  })

  test('for spreadsheets that write 12,50 it is separated by semicolons, and amounts are written so', async () => {
    const rows = [
      [{ decimal: '12.50' }, 'a.b'],
      [{ decimal: '-12.50' }, '-1'],
    ]
    expect(await fileOf(rows, 'SEMICOLON')).toContain("first;second\r\n12,50;a.b\r\n-12,50;'-1\r\n")
  })

  test('a page is read when the one before it has left, and none after the reader has hung up', async () => {
    let read = 0
    async function* pages() {
      for (;;) {
        read += 1
        yield Array.from({ length: 1000 }, () => ['x'.repeat(100), 'y'])
      }
    }
    const file = csvOf(pages(), COLUMNS)
    for await (const _ of file) if (read === 3) break
    expect(file.destroyed).toBe(true)
    const before = read
    await new Promise(setImmediate)
    expect(read).toBe(before)
  })

  test('what fails on the way breaks the file off, so that it is not taken for whole', async () => {
    async function* pages() {
      yield [['a', 'b']]
      throw new Error('gone')
    }
    await expect(text(csvOf(pages(), COLUMNS))).rejects.toThrow('gone')
  })
})
