import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { Results } from './report.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
/** As a person runs it, for the memory of a process depends on how it is started. */
const bench = (...args: string[]) =>
  promisify(execFile)('npm', ['run', '--silent', 'bench', '--', ...args], { cwd: PROJECT })

test('the whole bench in small: it sells, reads, holds, compares and verifies', { timeout: 120_000 }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'boxoffice-bench-test-'))
  onTestFinished(() => rm(out, { recursive: true, force: true }))
  const small = [
    '--only',
    'a,c,d,e,f,g',
    '--seconds',
    '0.4',
    '--rounds',
    '1',
    '--connections',
    '8',
    '--buyers',
    '100',
    '--holds',
    '200',
    '--events',
    '120',
    '--listeners',
    '40',
  ]
  const { stdout } = await bench(...small, '--no-profile', '--out', out)
  expect(stdout).toMatch(/\d+ laws checked, 0 broken/)
  expect(stdout).toContain('400 of 400 tickets sold')
  expect(stdout).toContain('oversold: 0')

  const { figures, targets, memory } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as Results
  expect(Object.keys(figures).sort()).toEqual(['a', 'c', 'd', 'e', 'f', 'g'])
  expect(figures.g?.ours.told.every(({ last }) => last < 20_000)).toBe(true)
  expect(figures.g?.reservations.messagesPerSecond[0]).toBeGreaterThan(0)
  expect(figures.a?.[0]?.phases['row lock']?.[0]?.answers).toBeGreaterThan(0)
  expect(figures.d?.phases['reads beside'][0]?.answers).toBeGreaterThan(0)
  expect(figures.c?.refusedAfterwards).toBe('428')
  expect(targets.every(({ measured }) => measured.rounds.length > 0)).toBe(true)
  expect(figures.c?.cpuMillisecondsPerOrder).toBeGreaterThan(0)
  expect(memory.every(({ residentMaxBytes }) => residentMaxBytes > 1e7)).toBe(true)
  // What a start loads, and half a minute of everything, mails with their tickets among it.
  const [start, ...later] = memory.map(({ residentMaxBytes }) => residentMaxBytes)
  expect(start).toBeLessThan(220e6)
  expect(Math.max(...later)).toBeLessThan(400e6)
  expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<svg ')
})

test('an option that cannot be used is said, with those that can', { timeout: 60_000 }, async () => {
  await expect(bench('--only', 'x')).rejects.toThrow(/There is no scenario "x"[\s\S]*--only a,c/)
  await expect(bench('--rounds', '0')).rejects.toThrow('"0" is not a number of at least 1')
})
