import { describe, expect, test } from 'vitest'
import { typeset } from './typeset.ts'

const WIDE = { size: 10, weight: 'regular', width: 1_000, linesMax: 50 } as const

/** What stands on each line from left to right, and in which faces. */
function lines(text: string, setting: Partial<Parameters<typeof typeset>[1]> = {}): string[] {
  return typeset(text, { ...WIDE, ...setting }).map(line => line.runs.map(run => run.text).join('|'))
}

function faces(text: string): string[] {
  return typeset(text, WIDE).flatMap(line => line.runs.map(({ face }) => face.name))
}

describe('alphabets', () => {
  test.each([
    ['accents', 'Žluťoučký kůň, Ærø, Đặng Thị Ánh', ['latin regular']],
    ['Greek and Cyrillic', 'Ελληνική βραδιά – Вечер', ['latin regular']],
    ['decomposed accents', 'Ame\u0301lie', ['latin regular']],
    ['Arabic', 'أمسية موسيقية', ['arabic regular']],
    ['Hebrew', 'שָׂרָה לוי', ['hebrew regular']],
    ['Japanese', '港の灯り「ランタン」', ['han regular']],
    ['Chinese, both spellings', '臺灣／张伟', ['han regular']],
    ['Korean', '안녕하세요', ['hangul regular']],
    ['Devanagari beside Latin', 'Raj राज', ['latin regular', 'devanagari regular']],
    ['Thai', 'สวัสดี', ['thai regular']],
    ['Georgian', 'გამარჯობა', ['georgian regular']],
    ['Armenian', 'Բարեւ', ['armenian regular']],
    ['Bengali', 'বাংলা', ['bengali regular']],
    ['Tamil', 'தமிழ்', ['tamil regular']],
    ['one that is rarely written', 'አማርኛ', ['rest regular']],
  ])('%s', (_, text, expected) => {
    expect(faces(text)).toEqual(expected)
    for (const { runs } of typeset(text, WIDE))
      for (const { face, text: drawn } of runs)
        expect(face.font.layout(drawn).glyphs.map(glyph => glyph.id)).not.toContain(0) // the glyph of what is missing
  })

  test('what no font of ours has is left out', () => {
    expect(lines('Rock \u{1FAE8} Night')).toEqual(['Rock  Night'])
    expect(lines('\u{1FAE8}')).toEqual([])
  })

  test('a face without bold is drawn bolder', () => {
    const thickened = (text: string) => typeset(text, { ...WIDE, weight: 'bold' })[0]?.runs[0]?.face.thickened
    expect([thickened('港'), thickened('Ada')]).toEqual([true, false])
  })
})

describe('directions', () => {
  /** Runs as they stand from left to right; what is in one run is in the order in which it is read. */
  test.each([
    ['right to left, with a number and Latin letters in it', 'ערב (2030) עם DJ Tal', 'DJ Tal|עם | (|2030|)|ערב '],
    ['left to right, with Hebrew in it', 'Tal – שלום – Ada', 'Tal – |שלום| |– Ada'],
    ['a number after Hebrew belongs to it', 'Tal – שלום, 5', 'Tal – |5| ,|שלום'],
    ['marks of direction are obeyed and not drawn', '\u200f36.00 €', '€ |36.00'],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual([expected])
  })

  test('a line that begins with Hebrew stands on the right', () => {
    expect(typeset('שלום Ada', WIDE)[0]?.rightToLeft).toBe(true)
    expect(typeset('Ada שלום', WIDE)[0]?.rightToLeft).toBe(false)
  })
})

describe('lines', () => {
  test('break at spaces, which stay behind', () => {
    expect(lines('one two three', { width: 45 })).toEqual(['one two', 'three'])
  })

  test('keep the breaks of the text', () => {
    expect(lines('one\ntwo\r\n\nthree')).toEqual(['one', 'two', 'three'])
  })

  test('do not break where a space says so', () => {
    expect(lines('No refunds\u00a0ever', { width: 60 })).toEqual(['No', 'refunds\u00a0ever'])
  })

  test('break Japanese and Thai between words, and begin with no closing mark', () => {
    const japanese = lines('払い戻しはできません。開場は19時です。大きな荷物は', { width: 100 })
    expect(japanese.length).toBeGreaterThan(2)
    expect(japanese.join('').replaceAll('|', '')).toBe('払い戻しはできません。開場は19時です。大きな荷物は')
    expect(japanese.filter(line => /^[。、」]/.test(line))).toEqual([])
    expect(lines('สวัสดีชาวโลก ณ ท่าเรือ', { width: 50 }).length).toBeGreaterThan(1)
  })

  test('break a word that is longer than any line', () => {
    const broken = lines('x'.repeat(100), { width: 50 })
    expect(broken.join('')).toBe('x'.repeat(100))
    expect(typeset('x'.repeat(100), { ...WIDE, width: 50 }).every(({ width }) => width <= 50)).toBe(true)
  })

  test('end in an ellipsis when there is no more room', () => {
    const [first, second, ...more] = lines('one two three four five six', { width: 45, linesMax: 2 })
    expect([first, second, more]).toEqual(['one two', 'three…', []])
  })

  test('are never wider than they may be, whatever the text', () => {
    const texts = [
      'Donaudampfschifffahrtsgesellschaft & Söhne',
      'محمد عبد الرحمن الشريف',
      '東京都港区海岸1丁目4番',
      'W'.repeat(30),
    ]
    for (const width of [1, 30, 77, 200])
      for (const line of texts.flatMap(text => typeset(text, { ...WIDE, width })))
        expect(line.width <= width || line.runs.every(({ text }) => text.length === 1)).toBe(true)
  })
})
