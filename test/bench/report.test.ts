import { describe, expect, test } from 'vitest'
import { judge, ratiosOf, spreadOf } from './figures.ts'
import { summarize } from './profile.ts'
import { type Results, renderReport } from './report.ts'

const phase = (perSecond: number) => ({
  perSecond,
  p50: 4,
  p99: 12,
  answers: perSecond * 3,
  cpuMicrosecondsPerAnswer: 90,
})
const memory = { residentBytes: 2e8, heapBytes: 5e7, heapReservedBytes: 1e8, outsideHeapBytes: 1e7 }
const spread = ratiosOf([80, 70], [100, 100])
const target = {
  scenario: 'a',
  name: 'reservations/s at 64 connections',
  unit: 'of the echo',
  bound: 'at least',
} as const

const results: Results = {
  machine: {
    cpu: 'Fast & <script>alert(1)</script>',
    cores: 2,
    memoryGigabytes: 24,
    system: 'Linux "6"',
    versions: { node: '24.0.0' },
    commit: 'abc1234',
    date: '2026-01-02T03:04:05.000Z',
  },
  seconds: 3,
  rounds: 2,
  tookSeconds: 100,
  targets: [judge({ ...target, goal: 0.8 }, spread), judge({ ...target, goal: 0.7 }, spread)],
  figures: {
    a: [
      {
        connections: 64,
        phases: { echo: [phase(100), phase(100)], hot: [phase(80), phase(70)], 'row lock': [phase(8), phase(7)] },
        ofEcho: spread,
        p99OfEcho: spread,
        ofRowLock: spread,
      },
    ],
    c: {
      seconds: 30,
      buyersDone: 100,
      limit: 400,
      soldTickets: 400,
      oversold: 0,
      refusedAfterwards: '428',
      connections: 100,
      ordersPerSecond: 3.3,
      cpuMillisecondsPerOrder: 2.1,
      latencies: [{ name: 'reserve', p50: 1, p99: 2 }],
      progress: [{ second: 30, tickets: 400 }],
    },
    e: {
      steps: [
        { openHolds: 0, ...memory },
        { openHolds: 100, ...memory },
      ],
      growthBytesPerHold: { resident: 0, heap: -1 },
    },
  },
  memory: [{ scenario: 'a, b', residentMaxBytes: 2e8 }],
  profiles: [
    {
      scenario: 'a',
      during: '(a)',
      busyShare: 0.9,
      categories: [{ name: 'Boxoffice', share: 1 }],
      functions: [{ name: '<anonymous>', where: 'src/a.ts:1', share: 0.5 }],
      cores: { server: 1, loadGenerator: 0.5, others: 0.4 },
    },
  ],
}

describe('the report', () => {
  const page = renderReport(results)

  test('runs nothing, and loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|\son\w+=|javascript:|@import|url\((?!#)/i)
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|src=|<link|<iframe/)
  })

  test('shows what it was given as text', () => {
    expect(page).toContain('Fast &amp; &lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('Linux &quot;6&quot;')
    expect(page).toContain('<code>&lt;anonymous&gt;</code>')
  })

  test('says what was missed, and by how much', () => {
    expect(page).toContain('1 of 2 targets missed')
    expect(page).toContain('missed by 6 %')
  })

  test('draws in the colors of the page, whether that is light or dark', () => {
    expect(page.match(/<svg /g)?.length).toBe(9)
    expect(page).toContain('fill="var(--ours)"')
    expect(page).not.toMatch(/#0[1-7]0[1-7]0[1-7]/)
    expect(page).toContain('prefers-color-scheme: dark')
  })

  test('leaves out what was not measured', () => {
    expect(page).toContain('One hot definition')
    expect(page).not.toContain('20 events')
    expect(page).not.toMatch(/undefined|NaN|\[object/)
  })

  test('is made also of a run without any target', () => {
    expect(renderReport({ ...results, targets: [], figures: {}, profiles: [], memory: [] })).toContain(
      'All 0 targets met',
    )
  })
})

describe('a profile', () => {
  const frame = (functionName: string, url = '') => ({
    functionName,
    url,
    scriptId: '0',
    lineNumber: 4,
    columnNumber: 0,
  })
  const profile = {
    startTime: 0,
    endTime: 100,
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 6] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('reserve', new URL('../../src/x.ts', import.meta.url).href) },
      { id: 4, callFrame: frame('nextWrite', 'file:///x/node_modules/postgres/src/connection.js'), children: [5] },
      { id: 5, callFrame: frame('writeBuffer') },
      { id: 6, callFrame: frame('writeUtf8String') },
    ],
    samples: [2, 3, 5, 6],
    timeDeltas: [50, 20, 20, 10],
  }

  test('is shared out by what the time was for, idle time apart', () => {
    const { busyShare, categories, functions } = summarize(profile)
    expect(busyShare).toBe(0.5)
    expect(Object.fromEntries(categories.map(({ name, share }) => [name, share]))).toMatchObject({
      Boxoffice: 0.4,
      'writing to the database': 0.4,
      'writing to clients': 0.2,
    })
    expect(functions[0]).toMatchObject({ name: 'reserve', where: 'src/x.ts:5' })
  })

  test('a measurement that nobody took does not judge', () => {
    expect(() => judge({ ...target, goal: 1 }, spreadOf([]))).toThrow()
  })
})
