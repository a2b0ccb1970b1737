import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMinutes } from '../time.ts'
import {
  type At,
  type EntryState,
  type Judged,
  judge,
  judgeLetIn,
  momentOf,
  type Passage,
  type Result,
  type Scan,
  type Subject,
} from './model.ts'

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
  return { number: 'A', state: 'ADMITS', coming: null, doubles: [], passages: [], out: null, ...more }
}
function judged(of: Scan, about: Subject | null, more: Partial<At> = {}): Judged {
  return judge(of, { subject: about, ...AT, ...more })
}
const AT = { elsewhere: false, opensAt: minutes(-60), reentry: false, newId: () => 'new' }

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
  const { first, letIn: hasComeIn, opened, subject: after, ended } = judged(of, about)
  const [conflict] = opened
  expect([hasComeIn, conflict?.reason ?? null]).toEqual([
    result === 'ADMITTED' || isConflict,
    isConflict ? result : null,
  ])
  expect(judged(of, about).result).toBe(result)
  expect(first).toEqual(result === 'ALREADY_IN' ? about?.coming : null)
  if (isConflict) expect(conflict?.second).toEqual({ at: of.at, by: DORA, scanId: 'this', device: 'here' })
  if (result === 'ADMITTED') expect(after?.coming).toEqual({ at: of.at, by: DORA, scanId: 'this', device: 'here' })
  else if (result === 'ALREADY_IN' && isConflict)
    expect(after).toEqual({ ...about, doubles: [{ ...conflict?.second, conflictId: 'new' }] })
  else expect(after).toBe(about)
  expect(ended).toEqual([])
})

test('R199: a ticket of another event', () => {
  expect(judged(scan(), null, { elsewhere: true }).result).toBe('WRONG_EVENT')
  expect(judged(letIn(), null, { elsewhere: true }).opened).toMatchObject([{ reason: 'WRONG_EVENT' }])
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
      subject: subject({ coming: mine, doubles: [{ ...other, conflictId: 'new' }] }),
      opened: [{ conflictId: 'new', second: other, first: mine, reason: 'ALREADY_IN' }],
      ended: [],
    })
  })

  test('at the same moment who was told first stays', () => {
    expect(judged(letIn(), subject({ coming: cameIn(NOW) })).result).toBe('ALREADY_IN')
  })

  test('a check-in that did not come by the door is never displaced', () => {
    const desk = { at: minutes(-10), by: DORA, scanId: null, device: null }
    const { result, opened } = judged(letIn({ at: minutes(-20) }), subject({ coming: desk }))
    expect([result, opened[0]?.first]).toEqual(['ALREADY_IN', desk])
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
      ended: [{ conflictId: 'a', resolution: 'UNDONE' }],
      subject: { coming: about.coming, doubles: [{ conflictId: 'b' }] },
    })
  })

  test('where its own counted, the earliest of the others counts from then on', () => {
    const about = subject({ coming: own, doubles: [double('a', -3, 'there'), double('b', -4, 'far')] })
    const { result, ended, subject: after } = judged(undo(), about)
    expect([result, ended]).toEqual(['UNDONE', [{ conflictId: 'b', resolution: 'UNDONE' }]])
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
      ended: [{ conflictId: 'a', resolution: 'UNDONE' }],
      subject: { coming: null, doubles: [] },
    })
  })
})

describe('leaving and coming back', () => {
  const out = (at: number, more: Partial<Passage> = {}): Passage => ({
    ...cameIn(minutes(at), { scanId: `out ${at}` }),
    passage: 'OUT',
    result: 'LEFT',
    ...more,
  })
  const back = (at: number, more: Partial<Passage> = {}) => ({
    ...out(at, { scanId: `back ${at}`, result: 'ADMITTED', ...more }),
    passage: 'BACK' as const,
  })
  const came = cameIn(minutes(-30))
  const isIn = subject({ coming: came })
  const isOut = subject({ coming: came, passages: [out(-20)], out: out(-20) })
  const isBack = subject({ coming: came, passages: [out(-20), back(-10)] })
  const exit = (more: Partial<Scan> = {}) => scan({ kind: 'EXIT', ...more })
  const reentry = { reentry: true }

  test.each<[string, Scan, Subject | null, { reentry?: boolean }, Result, 'IN' | 'OUT' | 'NEVER', number]>([
    ['who is in leaves', exit(), isIn, {}, 'LEFT', 'OUT', 0],
    ['who came back leaves again', exit(), isBack, {}, 'LEFT', 'OUT', 0],
    ['who is out cannot leave', exit(), isOut, {}, 'NOT_IN', 'OUT', 0],
    ['who never came cannot leave', exit(), subject(), {}, 'NOT_IN', 'NEVER', 0],
    ['whose ticket was canceled may leave', exit(), { ...isIn, state: 'CANCELED' }, {}, 'LEFT', 'OUT', 0],
    ['who was not seen leaving stays in', exit({ offline: true }), isIn, {}, 'TURNED_AWAY', 'IN', 0],
    ['who left comes back where that is allowed', scan(), isOut, reentry, 'ADMITTED', 'IN', 0],
    ['who left does not, where it is not', scan(), isOut, {}, 'NO_REENTRY', 'OUT', 0],
    ['unless a person says so', scan({ anyway: true }), isOut, {}, 'ADMITTED', 'IN', 0],
    ['or a device lets them in without a network', letIn(), isOut, {}, 'NO_REENTRY', 'IN', 1],
    ['who is in stays in', scan(), isBack, reentry, 'ALREADY_IN', 'IN', 0],
    ['nobody can overlook it', scan({ anyway: true }), isIn, reentry, 'ALREADY_IN', 'IN', 0],
    ['a device without a network can', letIn(), isIn, reentry, 'ALREADY_IN', 'IN', 1],
    [
      'whose ticket was canceled does not come back',
      scan(),
      { ...isOut, state: 'CANCELED' },
      reentry,
      'CANCELED',
      'OUT',
      0,
    ],
    ['whose order is unpaid comes back', scan(), { ...isOut, state: 'UNPAID' }, reentry, 'ADMITTED', 'IN', 0],
    ['nothing of ours leaves', exit(), null, {}, 'UNKNOWN', 'NEVER', 0],
  ])('R199: %s', (_, of, about, more, result, where, conflicts) => {
    const { result: told, subject: after, opened, first } = judged(of, about, more)
    expect([told, after?.out ? 'OUT' : after?.coming ? 'IN' : 'NEVER', opened.length]).toEqual([
      result,
      where,
      conflicts,
    ])
    if (result === 'ADMITTED' || result === 'NO_REENTRY') expect(first).toMatchObject({ scanId: 'out -20' })
    expect(after?.coming ?? null).toEqual(about?.coming ?? null)
  })

  test('who is in since the last coming back is told so', () => {
    expect(judged(scan(), isBack).first).toMatchObject({ scanId: 'back -10' })
  })

  test('in at one gate, out at another without a network, in at a third: told late, what looked like two is one', () => {
    const second = { ...cameIn(minutes(-5), { scanId: 'third' }), conflictId: 'c' }
    const {
      result,
      subject: after,
      ended,
    } = judged(exit({ offline: true, accepted: true, at: minutes(-15) }), subject({ coming: came, doubles: [second] }))
    expect([result, ended]).toEqual(['LEFT', [{ conflictId: 'c', resolution: 'LEFT' }]])
    expect(after).toMatchObject({
      coming: came,
      doubles: [],
      out: null,
      passages: [{ scanId: 'this' }, { scanId: 'third' }],
    })
  })

  test('the leaving of who has not come yet counts when an earlier coming is told, and not for a later one', () => {
    const about = judged(exit({ at: minutes(-15) }), subject()).subject
    const early = judged(letIn({ scanId: 'in', at: minutes(-20) }), about).subject
    expect(early).toMatchObject({ coming: { scanId: 'in' }, out: { scanId: 'this' } })
    expect(judged(letIn({ scanId: 'in', at: minutes(-10) }), about).subject).toMatchObject({ out: null })
    expect(judged(letIn({ scanId: 'in', at: minutes(-15) }), about).subject).toMatchObject({ out: null })
  })

  test('undo takes back the last that happened: coming back, leaving, coming in', () => {
    const states = [isBack]
    for (let about = isBack; about.coming; ) {
      const { result, subject: after } = judged(undo(), about)
      expect(result).toBe('UNDONE')
      about = after ?? about
      states.push(about)
    }
    expect(states.map(each => [each.coming !== null, each.out !== null])).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, false],
    ])
  })

  test('who was scanned out twice is out since the first time, and in again when that is taken back', () => {
    const twice = judged(exit(), isOut).subject
    expect(twice).toMatchObject({ out: { scanId: 'out -20' }, passages: [{}, { scanId: 'this' }] })
    expect(judged(undo(), twice).subject).toMatchObject({ coming: came, out: null, passages: [] })
  })

  test('told late it takes back its own, and what rested on that is a conflict again', () => {
    const mine = out(-20, { device: 'here' })
    const {
      result,
      opened,
      subject: after,
    } = judged(undo({ at: minutes(-19) }), subject({ coming: came, passages: [mine, back(-10, { device: 'far' })] }))
    expect([result, opened]).toEqual([
      'UNDONE',
      [
        {
          conflictId: 'new',
          second: cameIn(minutes(-10), { scanId: 'back -10', device: 'far' }),
          first: came,
          reason: 'ALREADY_IN',
        },
      ],
    ])
    expect(after).toMatchObject({ coming: came, out: null, passages: [], doubles: [{ conflictId: 'new' }] })
    expect(
      judged(undo({ at: minutes(-19) }), subject({ coming: came, passages: [out(-10)], out: out(-10) })).result,
    ).toBe('NOT_IN')
  })

  test('where who came first is taken back, who came back counts as the first', () => {
    const about = subject({ coming: { ...came, device: 'here' }, passages: [out(-20), back(-10)] })
    const { subject: after } = judged(undo({ at: minutes(-25) }), about)
    expect(after).toMatchObject({ coming: { scanId: 'back -10' }, out: null })
  })

  test('who was let in after all, though refused, is a conflict; one that had an end is over at once', () => {
    const second = cameIn(minutes(-5), { scanId: 'second' })
    const letInLate = (about: Subject, result: Result) =>
      judgeLetIn(second, { result, first: came }, { subject: about, ...AT })
    expect(letInLate(isIn, 'ALREADY_IN')).toMatchObject({
      opened: [{ second }],
      ended: [],
      subject: { doubles: [second] },
    })
    expect(letInLate(isOut, 'ALREADY_IN')).toMatchObject({
      opened: [{ conflictId: 'new' }],
      ended: [{ conflictId: 'new', resolution: 'LEFT' }],
      subject: { out: null, doubles: [] },
    })
    expect(letInLate(isOut, 'NO_REENTRY')).toMatchObject({
      opened: [{ reason: 'NO_REENTRY', first: null }],
      subject: { out: null },
    })
    expect(letInLate(subject({ state: 'CANCELED' }), 'CANCELED')).toMatchObject({
      opened: [{ reason: 'CANCELED' }],
      ended: [],
    })
  })
})

test('laws 18 and 21: whatever the order in which gates are told, the same one is in, out, or a conflict', () => {
  const one = fc.record({
    at: fc.integer({ min: -59, max: 0 }),
    device: fc.constantFrom('here', 'there', 'far'),
    kind: fc.constantFrom('ENTER' as const, 'EXIT' as const),
  })
  const several = fc.uniqueArray(one, { minLength: 2, maxLength: 7, selector: ({ at }) => at })
  fc.assert(
    fc.property(
      several.chain(all =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.boolean()),
      ),
      ([all, told, reentry]) => {
        const outcome = (list: typeof all) => {
          let about = subject()
          for (const { at, device, kind } of list)
            about =
              judged(letIn({ scanId: `${at}`, at: minutes(at), device, kind }), about, { reentry }).subject ?? about
          const { coming, out, doubles } = about
          return { coming: coming?.scanId, out: out?.scanId, doubles: doubles.map(({ scanId }) => scanId).sort() }
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
