import { Worker } from 'node:worker_threads'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { readPdf } from '../../test/support/pdf.ts'
import { createPress } from './press.ts'
import type { TicketSheet, TicketsDocument } from './ticket-sheet.ts'

const SHEET: TicketSheet = {
  organizer: 'Harbour Hall',
  event: 'Lanterns over the Harbour',
  dateAndTime: 'June 1, 2030 at 8:00 PM',
  place: { name: 'Harbour Hall', address: 'Quay 4, Hamburg' },
  ticketName: 'Balcony',
  facts: [['Guest', 'Ada Berg']],
  code: { text: 'https://tickets.example.org/check-in/x', alternative: 'Code of ticket x', caption: 'Admits once.' },
  withdrawn: null,
  terms: null,
  page: '1 / 1',
}

function documentOf(...sheets: Partial<TicketSheet>[]): TicketsDocument {
  const whole = sheets.map(sheet => ({ ...SHEET, ...sheet }))
  return { title: 'Tickets', language: 'en', organizer: 'Harbour Hall', sheets: whole }
}

const press = createPress()
afterAll(() => press.stop())

test('documents are printed one after the other, and each gets its own', async () => {
  const names = ['Ada', 'Grace', 'Edsger']
  const printed = await Promise.all(names.map(name => press.print(documentOf({ ticketName: name }))))
  const read = await Promise.all(printed.map(readPdf))
  expect(read.map(({ pages }) => pages.map(({ lines }) => names.filter(name => lines.includes(name))))).toEqual([
    [['Ada']],
    [['Grace']],
    [['Edsger']],
  ])
})

test('whatever the alphabet, the text is printed and can be read aloud as it was given', async () => {
  const titles = [
    'Žluťoučký kůň – Ελληνική βραδιά – Вечер музыки',
    'أمسية موسيقية في الميناء (2030) مع Ensemble Modern',
    'ערב מוזיקה בנמל (2030) – "אורות" עם DJ Tal',
    '港の灯り：夏の夜のコンサート「ランタン」',
    '临时演出／臺灣音樂會 서울 음악회',
    'ดนตรีริมท่าเรือ संगीत संध्या',
  ]
  const { pages } = await readPdf(await press.print(documentOf(...titles.map(event => ({ event })))))
  expect(pages.map(({ spoken }) => titles.filter(title => spoken.includes(title)))).toEqual(titles.map(each => [each]))
  const drawn = pages.map(({ lines }) => lines.join(' '))
  for (const [index, word] of ['Žluťoučký', 'أمسية موسيقية', 'מוזיקה', '夏の夜', '음악회', 'ดนตรี'].entries())
    expect(drawn[index]).toContain(word)
})

test('the longest texts are all printed, terms on a page of their own where there is no room', async () => {
  const facts = ['Guest', 'Seat', 'Price', 'Number', 'Order', 'Buyer'].map(
    term => [term, `${term} ${'Donaudampfschiff '.repeat(6)}`] as const,
  )
  const long = {
    event: 'Wundersame Begebenheiten '.repeat(5),
    dateAndTime: 'January 31, 2030 at 12:00 AM – February 28, 2031 at 11:59 PM Central European Standard Time',
    place: { name: 'Konzerthaus '.repeat(4), address: 'Straße der Internationalen Verständigung 120, '.repeat(4) },
    ticketName: 'Stehplatz mit Garderobe und Getränk, Balkon links',
    facts,
    terms: { heading: 'Terms', text: 'Einlass nur mit gültigem Ausweis.\n'.repeat(29).slice(0, 1000) },
  }
  const { pages } = await readPdf(await press.print(documentOf(long)))
  expect(pages).toHaveLength(2)
  for (const [term] of facts) expect(pages[0]?.lines.filter(line => line.startsWith(`${term} Donau`))).toHaveLength(1)
  expect(pages[0]?.code).toBe(SHEET.code?.text)
  expect(pages[1]?.lines.filter(line => line.startsWith('Einlass nur'))).toHaveLength(29)
  const terms = { heading: 'Terms', text: long.terms.text.slice(0, 600) }
  const { pages: usual } = await readPdf(await press.print(documentOf({ terms })))
  expect(usual.map(({ lines }) => lines.filter(line => line.startsWith('Einlass nur')).length)).toEqual([18])
})

test('a file stays small, however many tickets are in it', async () => {
  const fifty = await press.print(documentOf(...Array.from({ length: 50 }, () => ({}))))
  expect(fifty.length).toBeLessThan(1_000_000)
})

test('who finds too many waiting is told to come back', async () => {
  const small = createPress({ pagesWaitingMax: 2 })
  const printing = [small.print(documentOf({})), small.print(documentOf({}))]
  await expect(async () => small.print(documentOf({}))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await Promise.all(printing)
  expect((await small.print(documentOf({}, {}, {}))).length).toBeGreaterThan(1_000) // more than that, but alone
  await small.stop()
})

test('what cannot be printed is a fault, and the next document is printed', async () => {
  const broken = { ...documentOf({}), sheets: [{ ...SHEET, terms: { heading: 'Terms' } as never }] }
  await expect(press.print(broken)).rejects.toThrow('a document could not be printed')
  expect((await press.print(documentOf({}))).length).toBeGreaterThan(1_000)
})

test('a press with nothing to print gives its memory back, and prints again when it has', async () => {
  const ended = vi.spyOn(Worker.prototype, 'terminate')
  onTestFinished(() => ended.mockRestore())
  const rare = createPress({ idleMsMax: 1 })
  await Promise.all([rare.print(documentOf({})), rare.print(documentOf({}))])
  await expect.poll(() => ended.mock.calls.length).toBe(1)
  expect((await rare.print(documentOf({}))).length).toBeGreaterThan(1_000)
  await rare.stop()
})

test('who waits while the press is stopped is told so, and it can be started again', async () => {
  const stopped = createPress()
  const waiting = expect(stopped.print(documentOf({}))).rejects.toThrow('the press is stopped')
  await stopped.stop()
  await waiting
  expect((await stopped.print(documentOf({}))).length).toBeGreaterThan(1_000)
  await stopped.stop()
})
