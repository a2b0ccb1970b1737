import { describe, expect, test } from 'vitest'
import { GuestList } from './guest-list.ts'
import type { Entry } from './wire.ts'

function entry(number: string, more: Partial<Entry> = {}): Entry {
  return {
    number,
    kind: 'TICKET',
    guestName: 'Ada Berg',
    buyerName: '',
    orderNumber: '2X4S-ABCD',
    state: 'ADMITS',
    ...more,
  }
}

const enter = { kind: 'ENTER', date: '2030-06-01T18:00:00.000Z', gate: 'North', accepted: true } as const
const earlier = { date: '2030-06-01T17:00:00Z', gate: 'South', by: 'Emil' }

describe('what was scanned here and is not sent yet', () => {
  test('counts over what the server knows, until the server has it', () => {
    const list = new GuestList()
    list.apply([entry('A'), entry('B', { checkIn: earlier })])
    list.wait(
      [
        { ...enter, number: 'A' },
        { ...enter, number: 'B', kind: 'UNDO' },
      ],
      { by: 'Dora', aheadMs: 0 },
    )
    expect(list.find('A')?.checkIn).toEqual({ date: enter.date, gate: 'North', by: 'Dora' })
    expect(list.find('B')?.checkIn).toBeUndefined()
    expect(list.counts()).toEqual({ admits: 2, came: 1, inside: 1, gates: [{ gate: 'North', came: 1, inside: 1 }] })
    list.wait([], { by: 'Dora', aheadMs: 0 })
    expect(list.find('A')?.checkIn).toBeUndefined()
    expect(list.find('B')?.checkIn).toEqual(earlier)
  })

  test('lets nobody in who was turned away, and does not displace who came first', () => {
    const list = new GuestList()
    list.apply([entry('A'), entry('B', { checkIn: earlier })])
    list.wait(
      [
        { ...enter, number: 'A', accepted: false },
        { ...enter, number: 'B' },
      ],
      { by: 'Dora', aheadMs: 0 },
    )
    expect(list.find('A')?.checkIn).toBeUndefined()
    expect(list.find('B')?.checkIn).toEqual(earlier)
  })
})

test('who left and came back here: each undo takes back one step', () => {
  const list = new GuestList()
  list.apply([entry('A', { checkIn: earlier })])
  const out = { ...enter, number: 'A', kind: 'EXIT' as const }
  const back = { ...enter, number: 'A' }
  const undo = { ...enter, number: 'A', kind: 'UNDO' as const }
  const after = (...scans: Parameters<GuestList['wait']>[0]) => {
    list.wait(scans, { by: 'Dora', aheadMs: 0 })
    const { came, inside } = list.counts()
    return [came, inside]
  }
  const left = { date: enter.date, gate: 'North', by: 'Dora' }
  expect(after(out)).toEqual([1, 0])
  expect(list.find('A')).toMatchObject({ checkIn: earlier, left })
  expect(list.counts().gates).toEqual([{ gate: 'South', came: 1, inside: 0 }])
  expect(after(out, back)).toEqual([1, 1])
  expect(after(out, back, undo)).toEqual([1, 0])
  expect(after(out, back, undo, undo)).toEqual([1, 1])
  expect(after(out, back, undo, undo, undo)).toEqual([0, 0])
  list.apply([entry('A', { checkIn: earlier, left })])
  expect(after(undo)).toEqual([1, 1])
})

test('who was let in though the list does not know the ticket is in, until the list does', () => {
  const list = new GuestList()
  list.wait([{ ...enter, number: 'NEW' }], { by: 'Dora', aheadMs: 60_000 })
  expect(list.find('NEW')).toMatchObject({ checkIn: { date: '2030-06-01T18:01:00.000Z', gate: 'North', by: 'Dora' } })
  expect(list.counts()).toEqual({ admits: 0, came: 0, inside: 0, gates: [] })
  list.wait([], { by: 'Dora', aheadMs: 0 })
  expect(list.find('NEW')).toBeUndefined()
})

test('guests are found by any part of their name without its accents, by number and by order', () => {
  const list = new GuestList()
  list.apply([entry('2X4S-ABCD-1', { guestName: 'Zoë Weiß' }), entry('2X4S-ABCD-2', { guestName: 'Ada Berg' })])
  const names = (text: string) => list.search(text, 50).map(({ guestName }) => guestName)
  expect(names('zoe')).toEqual(['Zoë Weiß'])
  expect(names('weiss ZO')).toEqual(['Zoë Weiß'])
  expect(names('abcd-2')).toEqual(['Ada Berg'])
  expect(names('2x4s-abcd')).toEqual(['Ada Berg', 'Zoë Weiß'])
  expect(names(' ')).toEqual([])
  expect(list.search('2x4s', 1)).toHaveLength(1)
  list.apply([entry('2X4S-ABCD-2', { guestName: 'Eve' })])
  expect(names('berg')).toEqual([])
})

test('a change rewrites the piece that it is in, whole, and no other', () => {
  const list = new GuestList()
  const numbers = Array.from({ length: 1000 }, (_, index) => `T-${index}`)
  expect(list.apply(numbers.map(number => entry(number))).size).toBeGreaterThan(40)
  const changed = list.apply([entry('T-7', { state: 'CANCELED' })], ['T-8'])
  expect(changed.size).toBe(2)
  const pieces = list.inBuckets(changed)
  const inPieces = [...pieces.values()].flat()
  expect(inPieces.find(({ number }) => number === 'T-7')?.state).toBe('CANCELED')
  expect(inPieces.some(({ number }) => number === 'T-8')).toBe(false)
  expect(list.size).toBe(999)
  const again = new GuestList()
  again.apply([...list.inBuckets(new Set(Array.from({ length: 64 }, (_, index) => index))).values()].flat())
  expect(again.size).toBe(999)
})
