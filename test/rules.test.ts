import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// The contract's rules are numbered (docs/contract.md). Each is proven by a test whose name cites it, or stands in
// docs/contract.md, "Rules that do not apply", with the reason.

const ROOT = fileURLToPath(new URL('../', import.meta.url))

const TICKETING = Array.from({ length: 221 }, (_, index) => `R${index + 1}`)

const contract = await readFile(join(ROOT, 'docs/contract.md'), 'utf8')
const excused = rulesIn(
  [...sectionOf(contract, 'Rules that do not apply').matchAll(/^\| ([^|]+) \| [^|]{20,} \|$/gm)].map(
    ([, rules = '']) => rules,
  ),
)
const cited = rulesIn(await namesOfTests())

describe('rules of ticketing', () => {
  test('each is cited by the name of a test, or excused with a reason', () => {
    expect(TICKETING.filter(rule => !cited.has(rule) && !excused.has(rule))).toEqual([])
  })

  test('none that a test proves is excused as well', () => {
    expect([...excused].filter(rule => cited.has(rule))).toEqual([])
  })

  test('no test cites a rule that there is not', () => {
    expect([...cited, ...excused].filter(rule => /^R/.test(rule) && !TICKETING.includes(rule))).toEqual([])
  })

  test('control: ranges and lists are read, texts beside them are not', () => {
    expect([...rulesIn(['R7, R9 to R11: a list', 'api 6.3.7, R5'])]).toEqual(['R7', 'R9', 'R10', 'R11', 'R5'])
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

/** `R7`, `R9 to R11` … as single rules. */
function rulesIn(texts: readonly string[]): Set<string> {
  return new Set(
    texts.flatMap(text =>
      [...text.matchAll(/\bR(\d+)(?: to R(\d+))?\b/g)].flatMap(([, first, last = first]) =>
        Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `R${Number(first) + index}`),
      ),
    ),
  )
}

function sectionOf(text: string, heading: string): string {
  return text.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#+ /m)[0] ?? ''
}
