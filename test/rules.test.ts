import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// The contract's rules are numbered (docs/contract.md). Each is proven by a test whose name cites it, or stands in
// docs/contract.md, "Rules that do not apply", with the reason.

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** How many numbered rules each section has; the numbers of event management begin with their section. */
const EVENTS: Readonly<Record<string, number>> = {
  '1.2': 7,
  '1.5': 7,
  '1.6': 15,
  '1.7': 13,
  '1.8': 13,
  '1.9': 8,
  '1.10': 4,
  '1.11': 9,
  '1.12': 5,
  '1.13': 10,
  '1.14': 13,
  '1.15': 3,
  '1.17': 6,
  '2.2': 20,
  '3.1': 5,
  '3.3': 7,
  '4.2': 4,
  '4.5': 20,
  '4.6': 7,
  '4.7': 5,
  '5.4': 15,
  '6.2': 6,
  '6.5': 18,
  '7': 6,
  '8.5': 16,
  '8.6': 4,
  '9.5': 14,
  '10': 10,
  '11': 14,
  '12.3': 11,
  '13.4': 17,
  '13.5': 12,
  '15': 4,
}
const RULES = [
  ...numbered('R', 221),
  ...Object.entries(EVENTS).flatMap(([section, count]) => numbered(`events ${section}.`, count)),
]

const contract = await readFile(join(ROOT, 'docs/contract.md'), 'utf8')
const excused = rulesIn(
  [...sectionOf(contract, 'Rules that do not apply').matchAll(/^\| ([^|]+) \| [^|]{20,} \|$/gm)].map(
    ([, rules = '']) => rules,
  ),
)
const cited = rulesIn(await namesOfTests())

describe('the rules of ticketing and of event management', () => {
  test('each is cited by the name of a test, or excused with a reason', () => {
    expect(RULES.filter(rule => !cited.has(rule) && !excused.has(rule))).toEqual([])
  })

  test('none that a test proves is excused as well', () => {
    expect([...excused].filter(rule => cited.has(rule))).toEqual([])
  })

  test('no test cites a rule that there is not', () => {
    const known = new Set(RULES)
    // A section may be cited as a whole where it has no numbers of its own.
    const strangers = [...cited, ...excused].filter(rule => !known.has(rule) && (/^R/.test(rule) || isNumbered(rule)))
    expect(strangers).toEqual([])
  })

  test('control: ranges and lists are read, texts beside them are not', () => {
    expect([...rulesIn(['R7, R9 to R11: a list', 'api 6.3.7, R5'])]).toEqual(['R7', 'R9', 'R10', 'R11', 'R5'])
    expect([...rulesIn(['R3, events 1.5.2, 1.6.8 to 1.6.10, api 1.1.1: a list', 'events 10.4 and 3.1.2'])]).toEqual([
      'R3',
      'events 1.5.2',
      'events 1.6.8',
      'events 1.6.9',
      'events 1.6.10',
      'events 10.4',
      'events 3.1.2',
    ])
  })
})

/** The names of all tests, of the groups that they are in, and of the rows of tables that name their tests. */
async function namesOfTests(): Promise<string[]> {
  const folders = await Promise.all(
    ['src', 'test'].map(async folder =>
      (await readdir(join(ROOT, folder), { recursive: true })).map(name => join(ROOT, folder, name)),
    ),
  )
  const files = folders.flat().filter(name => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map(name => readFile(name, 'utf8')))
  return texts.flatMap(text =>
    // `test(`, `describe(`, the second call of `test.each(…)(`; and a row that begins with `['R33: …',`.
    [
      ...text.matchAll(/(?:\b(?:test|describe)|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g),
      ...text.matchAll(/^\s*\[?\s*(['"`])((?:R\d|events \d)[^'"`\n]*:[^'"`\n]*)\1,/gm),
    ].map(([, , name = '']) => name),
  )
}

/** `R7`, `R9 to R11`, `events 1.5.2, 1.6.8 to 1.6.10` … as single rules. */
function rulesIn(texts: readonly string[]): Set<string> {
  return new Set(
    texts.flatMap(text => [
      ...[...text.matchAll(/\bR(\d+)(?: to R(\d+))?\b/g)].flatMap(([, first, last]) => range('R', first, last)),
      ...[...text.matchAll(/\bevents (\d+(?:\.\d+)+(?:(?:, | and | to )\d+(?:\.\d+)+)*)/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/(\d+(?:\.\d+)*)\.(\d+)(?: to \1\.(\d+))?/g)].flatMap(([, section, first, last]) =>
          range(`events ${section}.`, first, last),
        ),
      ),
    ]),
  )
}

function range(prefix: string, first = '', last = first): string[] {
  return numbered(prefix, Number(last)).slice(Number(first) - 1)
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}

/** Whether a section has numbered rules, so that a citation of it must be one of those. */
function isNumbered(rule: string): boolean {
  const section = rule.replace(/^events /, '').replace(/\.\d+$/, '')
  return Object.hasOwn(EVENTS, section)
}

function sectionOf(text: string, heading: string): string {
  return text.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#+ /m)[0] ?? ''
}
