import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { refusals } from './refusals.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/refusals.md', import.meta.url))
const SOURCES = fileURLToPath(new URL('.', import.meta.url))

test('docs/refusals.md says what to do about every code, with its status, in the order of the code', async () => {
  const text = await readFile(DOCUMENT, 'utf8')
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| ([^|]+) \| ([^|]+) \|$/gm)]
  expect(documented.map(([, code, status]) => [code, Number(status)])).toEqual(
    Object.entries(refusals).map(([code, { status }]) => [code, status]),
  )
  expect(documented.filter(([, , , when = '', what = '']) => when.trim() === '' || what.trim() === '')).toEqual([])
})

test('every code is given somewhere: none is dead', async () => {
  const names = (await readdir(SOURCES, { recursive: true })).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'refusals.ts',
  )
  const texts = await Promise.all(names.map(name => readFile(`${SOURCES}${name}`, 'utf8')))
  const code = texts.join('\n').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  expect(Object.keys(refusals).filter(each => !code.includes(`'${each}'`))).toEqual([])
})
