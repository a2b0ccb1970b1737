import { expect, test } from 'vitest'
import { csvOf } from './files.ts'

test.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx'])('a cell that begins with %j is text to a spreadsheet', text => {
  expect(csvOf([[text]])).toBe(`\uFEFF"'${text}"\r\n`)
})

test('quotes, commas and line ends stay in their cell', () => {
  expect(
    csvOf([
      ['Ada "A." Berg, Dr.', 'two\nlines'],
      ['', 'é'],
    ]),
  ).toBe('\uFEFF"Ada ""A."" Berg, Dr.","two\nlines"\r\n"","é"\r\n')
})
