import { addMinutes, latestOf } from '../time.ts'

/** Who stands behind a number: a ticket, or one guest of an RSVP. */
export type EntryKind = 'TICKET' | 'RSVP'

/**
 * What a number is worth at the door, whether it was used or not: it admits; its order is still to be paid; it was
 * canceled or put away; its guest waits for a place, or said no.
 */
export const ENTRY_STATES = ['ADMITS', 'UNPAID', 'CANCELED', 'ARCHIVED', 'WAITING', 'DECLINED'] as const
export type EntryState = (typeof ENTRY_STATES)[number]

export const SCAN_KINDS = ['ENTER', 'EXIT', 'UNDO'] as const
export type ScanKind = (typeof SCAN_KINDS)[number]

/** What came of a scan. */
export const RESULTS = [
  'ADMITTED',
  'ALREADY_IN',
  'UNPAID',
  'NOT_YET',
  'NO_REENTRY',
  'CANCELED',
  'ARCHIVED',
  'WAITING',
  'DECLINED',
  'WRONG_EVENT',
  'UNKNOWN',
  'TURNED_AWAY',
  'LEFT',
  'UNDONE',
  'NOT_IN',
] as const
export type Result = (typeof RESULTS)[number]

export type Who = { kind: string; id: string }

/** When somebody came in (or left), by whom, and by which scan; null: not by the door. */
export type Coming = { at: Date; by: Who; scanId: string | null }

/** Who came in by a scan at the door. */
export type CameIn = Coming & { scanId: string; device: string }

/** Somebody else has come in by the same number, later: an open conflict. */
export type Double = CameIn & { conflictId: string }

/** Somebody left by a scan, or came back. */
export type Passage = CameIn & { passage: PassageKind; result: Result }
export type PassageKind = 'OUT' | 'BACK'

/** What is known of a number while its scans are judged, one after the other. */
export type Subject = {
  number: string
  state: EntryState
  /** Who came in by it, in the first place; null: nobody. */
  coming: CameIn | (Coming & { scanId: null; device: null }) | null
  /** Who else is in by it. */
  doubles: readonly Double[]
  /** Who left and came back, in the order in which that happened. */
  passages: readonly Passage[]
  /** By what who came in is out for the moment; null: is inside. */
  out: Passage | null
}

/**
 * Whom of those who answered together a scan of their code means. To come in: the one who is named, if not in, else the
 * next who has not come, else who left last; where all are in, whoever came last, for as many as are expected may come,
 * whoever they are. To leave: the one who is named, if in, else whoever came last of those who are. To be taken back: what
 * this device did last; else of the one who is named, else what happened last.
 * @param guests of one RSVP, in order
 */
export function guestMeant(
  guests: readonly Subject[],
  { kind, device, number }: Pick<Scan, 'kind' | 'device'> & { number: string | null },
): Subject | null {
  const named = guests.find(each => each.number === number) ?? null
  const isIn = ({ coming, out }: Subject) => coming !== null && out === null
  const comingOf = ({ coming }: Subject) => coming
  switch (kind) {
    case 'ENTER': {
      if (named && !isIn(named)) return named
      const left = guests.filter(({ out }) => out)
      return guests.find(({ coming }) => coming === null) ?? latest(left, ({ out }) => out) ?? latest(guests, comingOf)
    }
    case 'EXIT':
      if (named && isIn(named)) return named
      return latest(guests.filter(isIn), comingOf) ?? named ?? guests[0] ?? null
    case 'UNDO': {
      const factsOf = ({ coming, doubles, passages }: Subject) =>
        inOrder([...(coming ? [coming] : []), ...doubles, ...passages])
      const ownOf = (guest: Subject) => factsOf(guest).findLast(each => each.device === device)
      const own = guests.filter(ownOf)
      if (own.length > 0) return named && own.includes(named) ? named : latest(own, ownOf)
      return named?.coming ? named : latest(guests, guest => (guest.coming ? factsOf(guest).at(-1) : null))
    }
  }
}

/** Of whom that is the last; null: there is nobody. */
function latest(
  guests: readonly Subject[],
  factOf: (guest: Subject) => { at: Date } | null | undefined,
): Subject | null {
  const since = (guest: Subject) => factOf(guest)?.at.getTime() ?? Number.NEGATIVE_INFINITY
  return guests.toSorted((one, other) => since(other) - since(one))[0] ?? null
}

/** A scan as a device tells it, its moment already by our clock. */
export type Scan = {
  scanId: string
  kind: ScanKind
  at: Date
  deviceAt: Date
  gate: string
  device: string
  by: Who
  offline: boolean
  /** Whether the device let somebody in by it, or out, without asking. */
  accepted: boolean
  /** Whether who is not paid for, early, or may not come back is let in all the same. */
  anyway: boolean
}

/** What a scan comes to, and what it changes. */
export type Judged = {
  result: Result
  /** Who was in already, or had left. */
  first: Coming | null
  letIn: boolean
  /** The subject as it is then; the same one where nothing changes. */
  subject: Subject | null
  /** Who came in and should not have: by this scan, or by one that was in order till now. */
  opened: readonly Opened[]
  /** Open conflicts that this one ends: one of the two was taken back, or the first one had left in between. */
  ended: readonly Ended[]
}
export type Opened = { conflictId: string; second: CameIn; first: Coming | null; reason: Result }
export type Ended = { conflictId: string; resolution: 'UNDONE' | 'LEFT' }

/** What a scan is judged by. */
export type At = {
  /** null: no number of this event; `elsewhere` says whether it is one of another. */
  subject: Subject | null
  elsewhere: boolean
  /** From when on guests are let in; null: at any time. */
  opensAt: Date | null
  /** Whether who has left may come in again. */
  reentry: boolean
  newId: () => string
}

/**
 * Judges a scan. The order of the answers: what is not of this event, what does not admit whatever happens, who is in
 * already, what a person may overlook.
 */
export function judge(scan: Scan, at: At): Judged {
  const { subject, elsewhere } = at
  if (!subject) {
    const result = elsewhere ? 'WRONG_EVENT' : 'UNKNOWN'
    return scan.kind === 'ENTER' ? refused(scan, result, { ...at, subject }) : nothing(result, subject)
  }
  switch (scan.kind) {
    case 'ENTER':
      return enter(scan, subject, at)
    case 'EXIT':
      return leave(scan, subject, at)
    case 'UNDO':
      return undo(scan, subject, at)
  }
}

/**
 * What was refused before, and by which somebody was let in all the same: our answer had not reached the device. What it
 * should have been told is a conflict.
 */
export function judgeLetIn(second: CameIn, { result, first }: Pick<Judged, 'result' | 'first'>, at: At): Judged {
  const { subject, newId } = at
  const conflict = { conflictId: newId(), second, first: result === 'ALREADY_IN' ? first : null, reason: result }
  const judged = { ...nothing(result, subject), first, letIn: true, opened: [conflict] }
  if (!subject) return judged
  if (result === 'ALREADY_IN') {
    const doubles = [...subject.doubles, { ...second, conflictId: conflict.conflictId }]
    return settled(judged, { ...subject, doubles }, newId)
  }
  return result === 'NO_REENTRY' ? settled(judged, passing(subject, 'BACK', { ...second, result }), newId) : judged
}

function enter(scan: Scan, subject: Subject, at: At): Judged {
  if (scan.offline && !scan.accepted) return nothing('TURNED_AWAY', subject)
  const { opensAt, newId } = at
  const { state, coming } = subject
  if (state !== 'ADMITS' && state !== 'UNPAID') return refused(scan, state, at)
  if (coming) {
    // Who was let in elsewhere before who counts as the first by another scan, was the first.
    const isFirst = scan.offline && scan.at < coming.at
    if (isFirst && coming.scanId !== null) return overtaken(scan, passing(subject, 'BACK', coming), newId)
    const left = outAt(subject, scan.at)
    return left ? comeBack(scan, left, { ...at, subject }) : again(scan, { ...at, subject })
  }
  if (!scan.anyway) {
    if (state === 'UNPAID') return refused(scan, 'UNPAID', at)
    if (opensAt && scan.at < opensAt) return refused(scan, 'NOT_YET', at)
  }
  return overtaken(scan, subject, newId)
}

/** Who comes in now is the first, whatever was told before. */
function overtaken(scan: Scan, subject: Subject, newId: At['newId']): Judged {
  return settled({ ...nothing('ADMITTED', subject), letIn: true }, { ...subject, coming: cameIn(scan) }, newId)
}

/** Whoever left comes in again, where that is allowed, or a person says so. */
function comeBack(scan: Scan, left: Passage, { subject, reentry, newId }: At & { subject: Subject }): Judged {
  const isAllowed = reentry || scan.anyway
  const letIn = isAllowed || (scan.offline && scan.accepted)
  const result = isAllowed ? 'ADMITTED' : 'NO_REENTRY'
  const judged = { ...nothing(result, subject), first: left, letIn }
  if (!letIn) return judged
  const second = cameIn(scan)
  const opened = isAllowed ? [] : [{ conflictId: newId(), second, first: null, reason: result } as const]
  return settled({ ...judged, opened }, passing(subject, 'BACK', { ...second, result }), newId)
}

/** Who is in already, and is let in a second time where a device did not ask. */
function again(scan: Scan, at: At & { subject: Subject }): Judged {
  const { subject } = at
  const told = { result: 'ALREADY_IN', first: lastComing(subject, scan.at) } as const
  const letIn = scan.offline && scan.accepted
  return letIn ? judgeLetIn(cameIn(scan), told, at) : { ...nothing(told.result, subject), first: told.first }
}

/** Somebody leaves: nobody is kept inside, so it is a fact whatever is known of the ticket. */
function leave(scan: Scan, subject: Subject, { newId }: At): Judged {
  if (scan.offline && !scan.accepted) return nothing('TURNED_AWAY', subject)
  const { coming } = subject
  const left = outAt(subject, scan.at)
  const result = coming && coming.at <= scan.at && !left ? 'LEFT' : 'NOT_IN'
  const judged = { ...nothing(result, subject), first: left }
  return settled(judged, passing(subject, 'OUT', { ...cameIn(scan), result }), newId)
}

/** Takes back the last that this device did, else the last that is known: leaving, coming back, coming in. */
function undo(scan: Scan, subject: Subject, { newId }: At): Judged {
  const { coming, doubles, passages } = subject
  const isOwn = ({ device }: { device: string | null }) => device === scan.device
  const counting = passages.filter(each => counts(each, coming))
  const ownPassage = counting.findLast(each => isOwn(each) && each.at <= scan.at)
  const own = doubles.findLast(isOwn)
  if (own && coming?.device !== scan.device && !(ownPassage && ownPassage.at > own.at)) {
    const left = doubles.filter(each => each !== own)
    const judged = { ...nothing('UNDONE', subject), ended: [undone(own)] }
    return settled(judged, { ...subject, doubles: left }, newId)
  }
  const last = counting.at(-1)
  const target = last && (isOwn(last) || last.at <= scan.at) ? last : ownPassage
  if (target) {
    // Who was scanned out twice in a row is in again with the last of it.
    const run =
      target === last && isOut(target) ? counting.slice(counting.findLastIndex(each => !isOut(each)) + 1) : [target]
    const left = passages.filter(each => !run.includes(each))
    return settled(nothing('UNDONE', subject), { ...subject, passages: left }, newId)
  }
  // Who came in elsewhere after that, or left, stays as it is: the device cannot have known.
  if (!coming || (!isOwn(coming) && (last || coming.at > scan.at))) return nothing('NOT_IN', subject)
  const others = [...doubles, ...counting.filter(({ passage }) => passage === 'BACK')]
  const [next] = others.toSorted((one, other) => one.at.getTime() - other.at.getTime())
  if (!next) return settled(nothing('UNDONE', subject), { ...subject, coming: null }, newId)
  const after = {
    ...subject,
    coming: cameIn(next),
    doubles: doubles.filter(each => each !== next),
    passages: passages.filter(each => each !== next),
  }
  const ended = 'conflictId' in next ? [undone(next)] : []
  return settled({ ...nothing('UNDONE', subject), ended }, after, newId)
}

function undone({ conflictId }: Double): Ended {
  return { conflictId, resolution: 'UNDONE' }
}

/** The subject with one more who left or came back. */
function passing(subject: Subject, passage: PassageKind, by: CameIn & { result?: Result }): Subject {
  return { ...subject, passages: [...subject.passages, { ...cameIn(by), passage, result: by.result ?? 'ADMITTED' }] }
}

/**
 * What is so after something changed, whichever device told first: from the first coming on, who comes in while nobody
 * is out is a conflict, and who comes in after somebody left has come back. What was before that coming counts nothing.
 */
function settled(judged: Judged, subject: Subject, newId: At['newId']): Judged {
  const { coming } = subject
  const doubles = subject.doubles.filter(each => !coming || each.at < coming.at)
  const passages = subject.passages.filter(each => !counts(each, coming))
  const opened: Opened[] = []
  const ended: Ended[] = []
  let out: Passage | null = null
  const queue = inOrder<Passage | Double>([
    ...subject.doubles.filter(each => coming && each.at >= coming.at),
    ...subject.passages.filter(each => counts(each, coming)),
  ])
  for (let next = takeNext(queue, out); next; next = takeNext(queue, out)) {
    const second = cameIn(next)
    if (isOut(next)) {
      passages.push(next)
      out ??= next // whoever is out cannot leave; it is kept, should a coming back between be told yet
    } else if (out) {
      // Whoever left is back: what looked like two was one.
      if (isDouble(next)) ended.push({ conflictId: next.conflictId, resolution: 'LEFT' })
      passages.push(isDouble(next) ? { ...second, passage: 'BACK', result: 'ALREADY_IN' } : next)
      out = null
    } else if (isDouble(next)) doubles.push(next)
    else {
      const conflictId = newId()
      opened.push({ conflictId, second, first: lastComing({ coming, passages }, next.at), reason: 'ALREADY_IN' })
      doubles.push({ ...second, conflictId })
    }
  }
  const after = { ...subject, doubles, passages, out }
  return { ...judged, subject: after, opened: [...judged.opened, ...opened], ended: [...judged.ended, ...ended] }
}

/** By what somebody was out at a moment; null: was inside, or had never come. */
function outAt({ coming, passages }: Subject, at: Date): Passage | null {
  let out: Passage | null = null
  const queue = inOrder(passages.filter(each => counts(each, coming) && each.at <= at))
  for (let next = takeNext(queue, out); next; next = takeNext(queue, out)) out = isOut(next) ? (out ?? next) : null
  return out
}

/** Who was the last to come in by that moment; who came first, where that is later. */
function lastComing({ coming, passages }: Pick<Subject, 'coming' | 'passages'>, at: Date): Coming | null {
  const back = passages.findLast(each => each.passage === 'BACK' && counts(each, coming) && each.at <= at)
  return back ? cameIn(back) : coming
}

/** Whether it was after the first coming. At the same moment what was scanned before anybody had come was before that. */
function counts({ at, result, passage }: Passage, coming: Subject['coming']): boolean {
  if (!coming || at < coming.at) return false
  return at > coming.at || passage === 'BACK' || result === 'LEFT'
}

function isOut(each: Passage | Double): each is Passage & { passage: 'OUT' } {
  return !isDouble(each) && each.passage === 'OUT'
}

function isDouble(each: Passage | Double): each is Double {
  return 'conflictId' in each
}

function inOrder<Moment extends { at: Date }>(moments: readonly Moment[]): Moment[] {
  return moments.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

/** Takes the next one; of several at the same moment one that can follow: in after out, out after in. */
function takeNext<Moment extends Passage | Double>(queue: Moment[], out: Passage | null): Moment | undefined {
  const at = queue[0]?.at.getTime()
  const fits = (each: Moment) => (out ? !isOut(each) : isOut(each) || isDouble(each))
  const index = queue.findIndex(each => each.at.getTime() === at && fits(each))
  return queue.splice(Math.max(index, 0), 1)[0]
}

function cameIn({ at, by, scanId, device }: CameIn): CameIn {
  return { at, by, scanId, device }
}

function refused(scan: Scan, result: Result, { subject, newId }: At): Judged {
  const letIn = scan.offline && scan.accepted
  const opened = letIn ? [{ conflictId: newId(), second: cameIn(scan), first: null, reason: result }] : []
  return { ...nothing(result, subject), letIn, opened }
}

function nothing(result: Result, subject: Subject | null): Judged {
  return { result, first: null, letIn: false, subject, opened: [], ended: [] }
}

/**
 * When a scan happened, by our clock. A device says what its own clock showed then, and what it shows as it sends: by
 * that a wrong clock is put right. What is still to come, or was more than a week ago, is taken for the nearest moment
 * that can be; what is decided here happens now.
 */
export function momentOf(
  { date, offline }: { date: Date; offline: boolean },
  { sentDate, now }: { sentDate: Date | null; now: Date },
): Date {
  if (!offline) return now
  const moment = new Date(date.getTime() + (sentDate ? now.getTime() - sentDate.getTime() : 0))
  return moment > now ? now : latestOf([moment, addMinutes(now, -LATE_MINUTES_MAX)])
}

/** A week: how late what an offline device scanned may come. */
const LATE_MINUTES_MAX = 7 * 24 * 60
