import { describe, expect, test } from 'vitest'
import type { Code } from './code.ts'
import { colourOf, type Decision, decide, type Known, mayBeOverlooked, type Verdict } from './decide.ts'
import type { Entry } from './wire.ts'

const EVENT = '0b2f3e9e-7d4f-4cbb-8f1c-0c5ad1a0a111'
const OTHER = '6f6b2a50-1111-4222-8333-444455556666'
const NOON = Date.parse('2030-06-01T12:00:00Z')

function entry(more: Partial<Entry> = {}): Entry {
  return { number: 'A-1', kind: 'TICKET', guestName: 'Ada Berg', buyerName: '', state: 'ADMITS', ...more }
}

function known(entries: Entry[], more: Partial<Known> = {}): Known {
  return {
    eventId: EVENT,
    isComplete: true,
    find: number => entries.find(each => each.number === number),
    partyOf: rsvpId => entries.filter(each => each.number.startsWith(`${rsvpId}:`)),
    titleOf: eventId => (eventId === OTHER ? 'The other show' : undefined),
    admissionOpens: null,
    reentry: false,
    ...more,
  }
}

const genuine = { kind: 'ticket', number: 'A-1', eventId: EVENT, genuine: true } as const
const first = { date: '2030-06-01T11:00:00Z', gate: 'North', by: 'Dora' }

describe('a code for several', () => {
  const code = { kind: 'rsvp', number: 'R', eventId: EVENT, genuine: true } as const
  const guest = (index: number, more: Partial<Entry> = {}) => entry({ number: `R:${index}`, kind: 'RSVP', ...more })
  const [ada, bo, cy] = [guest(1), guest(2), guest(3)]
  const since = (time: string) => ({ checkIn: { date: `2030-06-01T${time}:00Z` } })
  const [boIn, cyIn] = [guest(2, since('11:00')), guest(3, since('10:00'))]

  test.each<[string, Entry[], Partial<Known>, Decision]>([
    ['nobody is in: who came is asked', [ada, bo, cy], {}, { verdict: 'WHO_CAME', entry: ada, party: [ada, bo, cy] }],
    ['one is in: who of the others', [ada, boIn, cy], {}, { verdict: 'WHO_CAME', entry: ada, party: [ada, cy] }],
    ['one is left', [ada, boIn, cyIn], {}, { verdict: 'ADMITTED', entry: ada }],
    ['it was always for one', [ada], {}, { verdict: 'ADMITTED', entry: ada }],
    [
      'all are in: since the last of them came',
      [guest(1, since('10:30')), boIn, cyIn],
      {},
      { verdict: 'ALREADY_IN', entry: boIn, first: boIn.checkIn },
    ],
    [
      'it is early: who came is asked of whoever overlooks that',
      [ada, bo],
      { admissionOpens: NOON + 1 },
      { verdict: 'NOT_YET', entry: ada, opens: NOON + 1, party: [ada, bo] },
    ],
    ['who waits', [guest(1, { state: 'WAITING' })], {}, { verdict: 'WAITING', entry: guest(1, { state: 'WAITING' }) }],
    ['newer than the list', [], {}, { verdict: 'NOT_LISTED' }],
    ['no list', [], { isComplete: false }, { verdict: 'NO_LIST' }],
  ])('%s', (_, entries, more, decision) => {
    expect(decide(code, known(entries, more), { now: NOON, direction: 'IN' })).toEqual(decision)
  })

  test('on the way out whoever came last of those inside; back in who left, once all have come', () => {
    const left = { date: '2030-06-01T11:30:00Z' }
    const out = guest(2, { ...since('11:00'), left })
    const going = (entries: Entry[]) => decide(code, known(entries), { now: NOON, direction: 'OUT' })
    expect(going([guest(1, since('10:30')), boIn, cyIn])).toMatchObject({ verdict: 'LEFT', entry: boIn })
    expect(going([ada, out])).toMatchObject({ verdict: 'NOT_IN' })
    const back = decide(code, known([guest(1, since('10:30')), out], { reentry: true }), { now: NOON, direction: 'IN' })
    expect(back).toEqual({ verdict: 'ADMITTED', entry: out, left })
  })

  test('R194: a forged one, and one of another event', () => {
    expect(decide({ ...code, genuine: false }, known([ada]), { now: NOON, direction: 'IN' })).toEqual({
      verdict: 'UNKNOWN',
    })
    expect(decide({ ...code, eventId: OTHER }, known([ada]), { now: NOON, direction: 'IN' })).toMatchObject({
      verdict: 'WRONG_EVENT',
    })
  })
})

describe('without the server', () => {
  test.each<[string, Code, Known, Decision]>([
    ['a ticket of the list', genuine, known([entry()]), { verdict: 'ADMITTED', entry: entry() }],
    [
      'the same number, typed',
      { kind: 'number', number: 'A-1' },
      known([entry()]),
      { verdict: 'ADMITTED', entry: entry() },
    ],
    ['a forged code', { ...genuine, genuine: false }, known([entry()]), { verdict: 'UNKNOWN' }],
    ['a code of somebody else', { kind: 'foreign' }, known([entry()]), { verdict: 'UNKNOWN' }],
    [
      'a ticket of another event',
      { ...genuine, eventId: OTHER },
      known([entry()]),
      { verdict: 'WRONG_EVENT', eventTitle: 'The other show' },
    ],
    [
      'a ticket that was used',
      genuine,
      known([entry({ checkIn: first })]),
      { verdict: 'ALREADY_IN', entry: entry({ checkIn: first }), first },
    ],
    [
      'a canceled ticket, whether it was used or not',
      genuine,
      known([entry({ state: 'CANCELED', checkIn: first })]),
      { verdict: 'CANCELED', entry: entry({ state: 'CANCELED', checkIn: first }) },
    ],
    [
      'an unpaid ticket',
      genuine,
      known([entry({ state: 'UNPAID' })]),
      { verdict: 'UNPAID', entry: entry({ state: 'UNPAID' }) },
    ],
    [
      'a guest who waits',
      genuine,
      known([entry({ state: 'WAITING' })]),
      { verdict: 'WAITING', entry: entry({ state: 'WAITING' }) },
    ],
    [
      'a ticket before admission begins',
      genuine,
      known([entry()], { admissionOpens: NOON + 1 }),
      { verdict: 'NOT_YET', entry: entry(), opens: NOON + 1 },
    ],
    [
      'a ticket as admission begins',
      genuine,
      known([entry()], { admissionOpens: NOON }),
      { verdict: 'ADMITTED', entry: entry() },
    ],
    ['a genuine ticket that is not on the list', genuine, known([]), { verdict: 'NOT_LISTED' }],
    ['a number that is not on the list', { kind: 'number', number: 'B-2' }, known([entry()]), { verdict: 'UNKNOWN' }],
    ['anything while the list is loading', genuine, known([], { isComplete: false }), { verdict: 'NO_LIST' }],
  ])('%s', (_, code, list, decision) => {
    expect(decide(code, list, { now: NOON, direction: 'IN' })).toEqual(decision)
  })

  test('only yes is green, and only what is a matter of words may be overlooked', () => {
    const verdicts: Verdict[] = [
      'ADMITTED',
      'ALREADY_IN',
      'WRONG_EVENT',
      'CANCELED',
      'UNPAID',
      'NOT_YET',
      'NO_REENTRY',
      'UNKNOWN',
    ]
    expect(verdicts.filter(verdict => colourOf(verdict) === 'green')).toEqual(['ADMITTED'])
    expect(verdicts.filter(verdict => colourOf(verdict) === 'amber')).toEqual(['ALREADY_IN', 'NO_REENTRY'])
    expect(verdicts.filter(each => mayBeOverlooked(each, { reentry: false }))).toEqual([
      'UNPAID',
      'NOT_YET',
      'NO_REENTRY',
    ])
    expect(mayBeOverlooked('ALREADY_IN', { reentry: true })).toBe(true)
  })

  const left = { date: '2030-06-01T11:30:00Z', gate: 'South', by: 'Eli' }
  const out = entry({ checkIn: first, left })
  test('who left is let back in where that is allowed', () => {
    const back = (reentry: boolean) => decide(genuine, known([out], { reentry }), { now: NOON, direction: 'IN' })
    expect(back(true)).toEqual({ verdict: 'ADMITTED', entry: out, left })
    expect(back(false)).toEqual({ verdict: 'NO_REENTRY', entry: out, left })
  })

  test.each<[string, Entry[], Verdict]>([
    ['who is in', [entry({ checkIn: first })], 'LEFT'],
    ['who is in though canceled', [entry({ checkIn: first, state: 'CANCELED' })], 'LEFT'],
    ['who is out', [out], 'NOT_IN'],
    ['who never came', [entry()], 'NOT_IN'],
    ['who is not on the list yet', [], 'NOT_IN'],
  ])('on the way out: %s', (_, entries, verdict) => {
    expect(decide(genuine, known(entries), { now: NOON, direction: 'OUT' }).verdict).toBe(verdict)
  })
})
