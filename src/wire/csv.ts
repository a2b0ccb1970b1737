import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'

/** What a cell says: a text, a whole number, an amount as its decimal text, or nothing. */
export type Cell = string | number | Amount | null
export type Amount = { decimal: string }
export type CsvColumn<Row> = { header: string; cell: (row: Row) => Cell }

/** How spreadsheets of different countries read such files: amounts are spelled to match. */
export const SEPARATORS = ['COMMA', 'SEMICOLON'] as const
export type Separator = (typeof SEPARATORS)[number]

/**
 * A CSV file (RFC 4180, UTF-8 with its mark) of rows that come a page after the other; no more than a page of it is in
 * memory, and the next is asked for when the one before it has left. What a spreadsheet would take for a formula gets an
 * apostrophe before it.
 * @param separator SEMICOLON for spreadsheets that write 12,50; amounts are then written so
 */
export function csvOf<Row>(
  pages: AsyncIterable<readonly Row[]>,
  columns: readonly CsvColumn<Row>[],
  separator: Separator = 'COMMA',
): Readable {
  const point = separator === 'SEMICOLON' ? ',' : '.'
  const text = stringify({
    bom: true,
    header: true,
    columns: columns.map(({ header }, index) => ({ key: String(index), header })),
    delimiter: separator === 'SEMICOLON' ? ';' : ',',
    record_delimiter: 'windows',
    escape_formulas: true,
    // An amount is no text of anybody's: a minus before it is one.
    cast: { object: amount => ({ value: String(amount.decimal), escape_formulas: false }) as never }, // its types forget this option
  })
  const rows = Readable.from(recordsOf(pages, columns, point))
  rows.on('error', error => text.destroy(error))
  text.on('close', () => rows.destroy()) // who asked has hung up
  return rows.pipe(text)
}

async function* recordsOf<Row>(
  pages: AsyncIterable<readonly Row[]>,
  columns: readonly CsvColumn<Row>[],
  point: string,
) {
  for await (const page of pages) for (const row of page) yield columns.map(({ cell }) => spelled(cell(row), point))
}

/** Only what begins with a minus needs options of its own, which cost ten times as much as a text. */
function spelled(cell: Cell, point: string): Cell {
  if (typeof cell !== 'object' || cell === null) return cell
  const decimal = cell.decimal.replace('.', point)
  return decimal.startsWith('-') ? { decimal } : decimal
}

/** Rows that are here already, as the only page. */
export async function* onePage<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  yield rows
}
