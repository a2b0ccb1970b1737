import { addMinutes, latestOf } from '../time.ts'

/** Who stands behind a number: a ticket, or one guest of an RSVP. */
export type EntryKind = 'TICKET' | 'RSVP'

/**
 * What a number is worth at the door, whether it was used or not: it admits; its order is still to be paid; it was
 * canceled or put away; its guest waits for a place, or said no.
 */
export const ENTRY_STATES = ['ADMITS', 'UNPAID', 'CANCELED', 'ARCHIVED', 'WAITING', 'DECLINED'] as const
export type EntryState = (typeof ENTRY_STATES)[number]

export const SCAN_KINDS = ['ENTER', 'UNDO'] as const
export type ScanKind = (typeof SCAN_KINDS)[number]

/** What came of a scan. */
export const RESULTS = [
  'ADMITTED',
  'ALREADY_IN',
  'UNPAID',
  'NOT_YET',
  'CANCELED',
  'ARCHIVED',
  'WAITING',
  'DECLINED',
  'WRONG_EVENT',
  'UNKNOWN',
  'TURNED_AWAY',
  'UNDONE',
  'NOT_IN',
] as const
export type Result = (typeof RESULTS)[number]

export type Who = { kind: string; id: string }

/** When somebody came in, by whom, and by which scan; null: not by the door. */
export type Coming = { at: Date; by: Who; scanId: string | null }

/** Who came in by a scan at the door. */
export type CameIn = Coming & { scanId: string; device: string }

/** Somebody else has come in by the same number, later: an open conflict. */
export type Double = CameIn & { conflictId: string }

/** What is known of a number while its scans are judged, one after the other. */
export type Subject = {
  number: string
  state: EntryState
  /** Who is in by it; null: nobody. */
  coming: CameIn | (Coming & { scanId: null; device: null }) | null
  /** Who else is in by it. */
  doubles: readonly Double[]
}

/**
 * Whom of those who answered together a scan of their code means. To come in: the one who is named, if not in yet, else
 * the next who is not; where all are, whoever came last, for as many as are expected may come, whoever they are. To be
 * taken back: who came in by this device last; else the one who is named, else whoever came last.
 * @param guests of one RSVP, in order
 */
export function guestMeant(
  guests: readonly Subject[],
  { kind, device, number }: Pick<Scan, 'kind' | 'device'> & { number: string | null },
): Subject | null {
  const named = guests.find(each => each.number === number) ?? null
  const comingOf = ({ coming }: Subject) => coming
  if (kind === 'ENTER') {
    if (named?.coming === null) return named
    return guests.find(({ coming }) => coming === null) ?? latest(guests, comingOf)
  }
  const ownOf = ({ coming, doubles }: Subject) => [coming, ...doubles].findLast(came => came?.device === device)
  const own = guests.filter(ownOf)
  if (own.length > 0) return named && own.includes(named) ? named : latest(own, ownOf)
  return named?.coming ? named : latest(guests, comingOf)
}

/** Who came last; null: there is nobody. */
function latest(guests: readonly Subject[], comingOf: (guest: Subject) => Coming | null | undefined): Subject | null {
  const since = (guest: Subject) => comingOf(guest)?.at.getTime() ?? Number.NEGATIVE_INFINITY
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
  /** Whether the device let somebody in by it, without asking. */
  accepted: boolean
  /** Whether who is not paid for, or early, is let in all the same. */
  anyway: boolean
}

/** What a scan comes to, and what it changes. */
export type Judged = {
  result: Result
  /** Who was in already. */
  first: Coming | null
  letIn: boolean
  /** The subject as it is then; the same one where nothing changes. */
  subject: Subject | null
  /** Who came in and should not have: by this scan, or by the one that was taken for the first till now. */
  conflict: { second: CameIn; first: Coming | null; reason: Result } | null
  /** Open conflicts that this one ends. */
  ended: readonly string[]
}

/**
 * Judges a scan of `subject`. The order of the answers: what is not of this event, what does not admit whatever
 * happens, who is in already, what a person may overlook.
 * @param subject null: no number of this event; `elsewhere` says whether it is one of another
 * @param opensAt from when on guests are let in; null: at any time
 */
export function judge(
  scan: Scan,
  { subject, elsewhere, opensAt }: { subject: Subject | null; elsewhere: boolean; opensAt: Date | null },
): Judged {
  if (!subject) {
    const result = elsewhere ? 'WRONG_EVENT' : 'UNKNOWN'
    return scan.kind === 'UNDO' ? nothing(result, subject) : refused(scan, result, subject)
  }
  return scan.kind === 'UNDO' ? undo(scan, subject) : enter(scan, subject, opensAt)
}

function enter(scan: Scan, subject: Subject, opensAt: Date | null): Judged {
  if (scan.offline && !scan.accepted) return nothing('TURNED_AWAY', subject)
  const { state, coming } = subject
  if (state !== 'ADMITS' && state !== 'UNPAID') return refused(scan, state, subject)
  if (coming) {
    // Who was let in elsewhere before who counts as the first by another scan, was the first.
    const isFirst = scan.offline && scan.at < coming.at
    return isFirst && coming.scanId !== null ? overtaken(scan, subject, coming) : refused(scan, 'ALREADY_IN', subject)
  }
  if (!scan.anyway) {
    if (state === 'UNPAID') return refused(scan, 'UNPAID', subject)
    if (opensAt && scan.at < opensAt) return refused(scan, 'NOT_YET', subject)
  }
  return { ...nothing('ADMITTED', { ...subject, coming: cameIn(scan) }), letIn: true }
}

function overtaken(scan: Scan, subject: Subject, second: CameIn): Judged {
  const conflict = { second, first: cameIn(scan), reason: 'ALREADY_IN' as const }
  return { ...nothing('ADMITTED', { ...subject, coming: cameIn(scan) }), letIn: true, conflict }
}

function cameIn({ at, by, scanId, device }: Scan): CameIn {
  return { at, by, scanId, device }
}

/** Takes back who came in by this device, else who counts as in; who else is in by the number counts from then on. */
function undo(scan: Scan, subject: Subject): Judged {
  const { coming, doubles } = subject
  const own = doubles.findLast(each => each.device === scan.device)
  if (own && coming?.device !== scan.device) {
    const left = doubles.filter(each => each !== own)
    return { ...nothing('UNDONE', { ...subject, doubles: left }), ended: [own.conflictId] }
  }
  // Who came in elsewhere after that stays: the device cannot have known.
  if (!coming || (coming.at > scan.at && coming.device !== scan.device)) return nothing('NOT_IN', subject)
  const [next, ...others] = doubles.toSorted((one, other) => one.at.getTime() - other.at.getTime())
  if (!next) return nothing('UNDONE', { ...subject, coming: null })
  const { conflictId, ...promoted } = next
  return { ...nothing('UNDONE', { ...subject, coming: promoted, doubles: others }), ended: [conflictId] }
}

function refused(scan: Scan, result: Result, subject: Subject | null): Judged {
  const first = result === 'ALREADY_IN' ? (subject?.coming ?? null) : null
  const letIn = scan.offline && scan.accepted
  const conflict = letIn ? { second: cameIn(scan), first, reason: result } : null
  return { ...nothing(result, subject), first, letIn, conflict }
}

function nothing(result: Result, subject: Subject | null): Judged {
  return { result, first: null, letIn: false, subject, conflict: null, ended: [] }
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
