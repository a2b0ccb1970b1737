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
    titleOf: eventId => (eventId === OTHER ? 'The other show' : undefined),
    admissionOpens: null,
    ...more,
  }
}

const genuine = { kind: 'ticket', number: 'A-1', eventId: EVENT, genuine: true } as const
const first = { date: '2030-06-01T11:00:00Z', gate: 'North', by: 'Dora' }

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
    expect(decide(code, list, NOON)).toEqual(decision)
  })

  test('only yes is green, and only what is a matter of words may be overlooked', () => {
    const verdicts: Verdict[] = ['ADMITTED', 'ALREADY_IN', 'WRONG_EVENT', 'CANCELED', 'UNPAID', 'NOT_YET', 'UNKNOWN']
    expect(verdicts.filter(verdict => colourOf(verdict) === 'green')).toEqual(['ADMITTED'])
    expect(verdicts.filter(verdict => colourOf(verdict) === 'amber')).toEqual(['ALREADY_IN'])
    expect(verdicts.filter(mayBeOverlooked)).toEqual(['UNPAID', 'NOT_YET'])
  })
})
