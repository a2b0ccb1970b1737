import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMinutes } from '../time.ts'
import { type EntryState, type Judged, judge, momentOf, type Result, type Scan, type Subject } from './model.ts'

const NOW = new Date('2030-06-01T17:00:00.000Z')
const minutes = (from: number) => addMinutes(NOW, from)
const DORA = { kind: 'staff', id: 'dora' }

function scan(more: Partial<Scan> = {}): Scan {
  const at = more.at ?? NOW
  return {
    scanId: 'this',
    kind: 'ENTER',
    at,
    deviceAt: at,
    gate: 'North',
    device: 'here',
    by: DORA,
    offline: false,
    accepted: false,
    anyway: false,
    ...more,
  }
}
const letIn = (more: Partial<Scan> = {}) => scan({ offline: true, accepted: true, ...more })
const undo = (more: Partial<Scan> = {}) => scan({ kind: 'UNDO', ...more })

const cameIn = (at: Date, { scanId = 'other', device = 'there' } = {}) => ({ at, by: DORA, scanId, device })
function subject(more: Partial<Subject> = {}): Subject {
  return { number: 'A', state: 'ADMITS', coming: null, doubles: [], ...more }
}
function judged(of: Scan, about: Subject | null, more: { elsewhere?: boolean; opensAt?: Date | null } = {}): Judged {
  return judge(of, { subject: about, elsewhere: false, opensAt: minutes(-60), ...more })
}

const inside = subject({ coming: cameIn(minutes(-10)) })
const ENTERING: [what: string, of: Scan, about: Subject | null, result: Result, conflict: boolean][] = [
  ['a ticket that admits', scan(), subject(), 'ADMITTED', false],
  ['the same without a network', letIn(), subject(), 'ADMITTED', false],
  ['who is in', scan(), inside, 'ALREADY_IN', false],
  ['who is in, let in without a network', letIn(), inside, 'ALREADY_IN', true],
  ['who is to pay', scan(), subject({ state: 'UNPAID' }), 'UNPAID', false],
  ['the same, overlooked', scan({ anyway: true }), subject({ state: 'UNPAID' }), 'ADMITTED', false],
  ['the same, let in without a network', letIn(), subject({ state: 'UNPAID' }), 'UNPAID', true],
  ['who paid nothing and is in', scan(), { ...inside, state: 'UNPAID' }, 'ALREADY_IN', false],
  ['nothing of ours', scan(), null, 'UNKNOWN', false],
  ['nothing of ours, let in without a network', letIn(), null, 'UNKNOWN', true],
  ['who was turned away', scan({ offline: true }), subject(), 'TURNED_AWAY', false],
  ['who was turned away though in', scan({ offline: true }), inside, 'TURNED_AWAY', false],
  ...(['CANCELED', 'ARCHIVED', 'WAITING', 'DECLINED'] as const satisfies EntryState[]).flatMap(
    (state): typeof ENTERING => [
      [`who is ${state}`, scan(), subject({ state }), state, false],
      [`who is ${state}, overlooked`, scan({ anyway: true }), subject({ state }), state, false],
      [`who is ${state}, let in without a network`, letIn(), subject({ state }), state, true],
      [`who is ${state} and in`, scan(), { ...inside, state }, state, false],
    ],
  ),
]

test.each(ENTERING)('R199: %s', (_, of, about, result, isConflict) => {
  const { first, letIn: hasComeIn, conflict, subject: after, ended } = judged(of, about)
  expect([hasComeIn, conflict?.reason ?? null]).toEqual([
    result === 'ADMITTED' || isConflict,
    isConflict ? result : null,
  ])
  expect(judged(of, about).result).toBe(result)
  expect(first).toEqual(result === 'ALREADY_IN' ? about?.coming : null)
  if (isConflict) expect(conflict?.second).toEqual({ at: of.at, by: DORA, scanId: 'this', device: 'here' })
  if (result === 'ADMITTED') expect(after?.coming).toEqual({ at: of.at, by: DORA, scanId: 'this', device: 'here' })
  else expect(after).toBe(about)
  expect(ended).toEqual([])
})

test('R199: a ticket of another event', () => {
  expect(judged(scan(), null, { elsewhere: true }).result).toBe('WRONG_EVENT')
  expect(judged(letIn(), null, { elsewhere: true }).conflict?.reason).toBe('WRONG_EVENT')
  expect(judged(undo(), null, { elsewhere: true }).result).toBe('WRONG_EVENT')
})

describe('before guests are let in', () => {
  test.each<[string, Scan, Date | null, Result]>([
    ['a minute early', scan(), minutes(1), 'NOT_YET'],
    ['on the dot', scan(), NOW, 'ADMITTED'],
    ['at any time', scan(), null, 'ADMITTED'],
    ['early, overlooked', scan({ anyway: true }), minutes(1), 'ADMITTED'],
    ['told late, by the moment of the scan', letIn({ at: minutes(-30) }), minutes(-20), 'NOT_YET'],
  ])('%s', (_, of, opensAt, result) => {
    expect(judged(of, subject(), { opensAt }).result).toBe(result)
  })
})

describe('two came in by one ticket', () => {
  test('whoever was scanned earlier is the one who is in, though told later; the other is the conflict', () => {
    const other = cameIn(minutes(-10))
    const mine = { at: minutes(-20), by: DORA, scanId: 'this', device: 'here' }
    expect(judged(letIn({ at: minutes(-20) }), subject({ coming: other }))).toEqual({
      result: 'ADMITTED',
      first: null,
      letIn: true,
      subject: subject({ coming: mine }),
      conflict: { second: other, first: mine, reason: 'ALREADY_IN' },
      ended: [],
    })
  })

  test('at the same moment who was told first stays', () => {
    expect(judged(letIn(), subject({ coming: cameIn(NOW) })).result).toBe('ALREADY_IN')
  })

  test('a check-in that did not come by the door is never displaced', () => {
    const desk = { at: minutes(-10), by: DORA, scanId: null, device: null }
    const { result, conflict } = judged(letIn({ at: minutes(-20) }), subject({ coming: desk }))
    expect([result, conflict?.first]).toEqual(['ALREADY_IN', desk])
  })

  test('who was not let in displaces nobody, however early its device says it was', () => {
    expect(judged(scan({ at: minutes(-20) }), inside).result).toBe('ALREADY_IN')
  })
})

describe('undo', () => {
  const own = cameIn(minutes(-5), { scanId: 'own', device: 'here' })
  const double = (conflictId: string, at: number, device: string) => ({
    ...cameIn(minutes(at), { scanId: `scan of ${conflictId}`, device }),
    conflictId,
  })

  test('takes back who is in, whichever device it was', () => {
    for (const coming of [own, cameIn(minutes(-5))])
      expect(judged(undo(), subject({ coming }))).toMatchObject({ result: 'UNDONE', subject: { coming: null } })
  })

  test('of who is not in says so', () => {
    expect(judged(undo(), subject())).toMatchObject({ result: 'NOT_IN', subject: { coming: null } })
  })

  test('told late it leaves who came in elsewhere after it, and takes back its own', () => {
    expect(judged(undo({ at: minutes(-6) }), subject({ coming: cameIn(minutes(-5)) })).result).toBe('NOT_IN')
    expect(judged(undo({ at: minutes(-6) }), subject({ coming: own })).result).toBe('UNDONE')
  })

  test('of a conflict it takes back its own device’s, and the other one stays', () => {
    const about = subject({ coming: cameIn(minutes(-9)), doubles: [double('a', -8, 'here'), double('b', -7, 'far')] })
    expect(judged(undo(), about)).toMatchObject({
      result: 'UNDONE',
      ended: ['a'],
      subject: { coming: about.coming, doubles: [{ conflictId: 'b' }] },
    })
  })

  test('where its own counted, the earliest of the others counts from then on', () => {
    const about = subject({ coming: own, doubles: [double('a', -3, 'there'), double('b', -4, 'far')] })
    const { result, ended, subject: after } = judged(undo(), about)
    expect([result, ended]).toEqual(['UNDONE', ['b']])
    expect(after).toEqual({
      ...about,
      coming: cameIn(minutes(-4), { scanId: 'scan of b', device: 'far' }),
      doubles: [about.doubles[0]],
    })
  })

  test('where nobody counts any more, its own conflict ends all the same', () => {
    const about = subject({ doubles: [double('a', -3, 'here')] })
    expect(judged(undo(), about)).toMatchObject({
      result: 'UNDONE',
      ended: ['a'],
      subject: { coming: null, doubles: [] },
    })
  })
})

test('law 18: whatever the order in which two gates are told, the same one is in and the same one is the conflict', () => {
  const coming = fc.record({ at: fc.integer({ min: -60, max: 0 }), device: fc.constantFrom('here', 'there', 'far') })
  const several = fc.uniqueArray(coming, { minLength: 2, maxLength: 5, selector: ({ at }) => at })
  fc.assert(
    fc.property(
      several.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, told]) => {
        const outcome = (list: typeof all) => {
          let about = subject()
          for (const { at, device } of list) {
            const { subject: after, conflict } = judged(letIn({ scanId: `${at}`, at: minutes(at), device }), about)
            const more = conflict ? [{ ...conflict.second, conflictId: conflict.second.scanId }] : []
            about = { ...(after ?? about), doubles: [...(after ?? about).doubles, ...more] }
          }
          return { first: about.coming?.scanId, others: about.doubles.map(each => each.scanId).sort() }
        }
        expect(outcome(told)).toEqual(outcome(all))
      },
    ),
  )
})

describe('when a scan happened', () => {
  const clock = { sentDate: null, now: NOW }
  test.each<[string, Date, Partial<Parameters<typeof momentOf>[1]> & { offline?: boolean }, Date]>([
    ['here it is now', minutes(-30), { offline: false }, NOW],
    ['told late it is believed', minutes(-30), {}, minutes(-30)],
    ['what is still to come is now', minutes(30), {}, NOW],
    ['what is older than a week is a week old', minutes(-7 * 24 * 60 - 5), {}, minutes(-7 * 24 * 60)],
    ['a clock that is ahead is put right', minutes(70), { sentDate: minutes(100) }, minutes(-30)],
    [
      'one that is years behind too',
      new Date('1970-01-01T00:10:00Z'),
      { sentDate: new Date('1970-01-01T00:40:00Z') },
      minutes(-30),
    ],
    ['one that was put back meanwhile is now', minutes(5), { sentDate: minutes(-5) }, NOW],
  ])('%s', (_, date, { offline = true, ...more }, moment) => {
    expect(momentOf({ date, offline }, { ...clock, ...more })).toEqual(moment)
  })
})
