import type { Code } from './code.ts'
import type { CheckIn, Entry, Result } from './wire.ts'

/**
 * What the door says to a scan; beside the server's words: genuine, but not on this phone's list; there is no list; several
 * may come by it, and who of them has come only a person can say.
 */
export type Verdict = Result | 'NOT_LISTED' | 'NO_LIST' | 'WHO_CAME'
export type Colour = 'green' | 'amber' | 'red' | 'blue'

export type Decision = {
  verdict: Verdict
  entry?: Entry | undefined
  /** Who else may still come by the code, `entry` among them, where they are several. */
  party?: readonly Entry[] | undefined
  /** How it came in before. */
  first?: CheckIn | undefined
  /** How whoever comes back, or wants to, left before. */
  left?: CheckIn | undefined
  eventTitle?: string | undefined
  /** When admission begins, milliseconds since 1970. */
  opens?: number | undefined
}

/** The list as it is known here, with what was scanned here and is not sent yet. */
export type Known = {
  eventId: string
  /** Whether all of the list is here. */
  isComplete: boolean
  find: (number: string) => Entry | undefined
  /** Whom an RSVP is for, in order. */
  partyOf: (rsvpId: string) => readonly Entry[]
  titleOf: (eventId: string) => string | undefined
  admissionOpens: number | null
  /** Whether who has left may come in again. */
  reentry: boolean
}

/** Which way guests go at this phone. */
export type Direction = 'IN' | 'OUT'

/** Decides by what this phone knows, whether or not there is a network; `now` by the server's clock. */
export function decide(code: Code, known: Known, { now, direction }: { now: number; direction: Direction }): Decision {
  if (code.kind === 'foreign' || (code.kind !== 'number' && !code.genuine)) return { verdict: 'UNKNOWN' }
  if (code.kind !== 'number' && code.eventId !== known.eventId)
    return { verdict: 'WRONG_EVENT', eventTitle: known.titleOf(code.eventId) }
  const party = code.kind === 'rsvp' ? known.partyOf(code.number) : []
  if (party.length > 0) return direction === 'OUT' ? decidePartyLeaving(party) : decideParty(party, known, now)
  const entry = known.find(code.number)
  if (!entry) {
    if (!known.isComplete) return { verdict: 'NO_LIST' }
    if (direction === 'OUT' && code.kind !== 'number') return { verdict: 'NOT_IN' }
    // A number that nobody signed is worth what the list says; a signed one may be newer than the list.
    return { verdict: code.kind === 'number' ? 'UNKNOWN' : 'NOT_LISTED' }
  }
  return direction === 'OUT' ? decideLeaving(entry) : decideEntry(entry, known, now)
}

/** Of a code for several: the next who is not in yet; where all are, whoever came last. */
function decideParty(party: readonly Entry[], known: Known, now: number): Decision {
  const left = party.filter(({ checkIn }) => !checkIn)
  const [next] = left
  const last = party.toSorted(
    (one, other) => Date.parse(other.checkIn?.date ?? '') - Date.parse(one.checkIn?.date ?? ''),
  )[0]
  const entry = next ?? party.find(each => each.left) ?? last
  if (!entry) return { verdict: 'UNKNOWN' }
  const decision = decideEntry(entry, known, now)
  if (left.length < 2) return decision
  return { ...decision, party: left, verdict: decision.verdict === 'ADMITTED' ? 'WHO_CAME' : decision.verdict }
}

/** Of a code for several: whoever came last of those who are inside. */
function decidePartyLeaving(party: readonly Entry[]): Decision {
  const inside = party.filter(({ checkIn, left }) => checkIn && !left)
  const [last = party[0]] = inside.toSorted(
    (one, other) => Date.parse(other.checkIn?.date ?? '') - Date.parse(one.checkIn?.date ?? ''),
  )
  return last ? decideLeaving(last) : { verdict: 'NOT_IN' }
}

/** Nobody is kept inside, whatever the ticket is worth. */
export function decideLeaving(entry: Entry): Decision {
  const isIn = entry.checkIn !== undefined && entry.left === undefined
  return { verdict: isIn ? 'LEFT' : 'NOT_IN', entry, left: entry.left }
}

export function decideEntry(
  entry: Entry,
  { admissionOpens, reentry }: Pick<Known, 'admissionOpens' | 'reentry'>,
  now: number,
): Decision {
  if (entry.state !== 'ADMITS' && entry.state !== 'UNPAID') return { verdict: entry.state, entry }
  if (entry.checkIn && entry.left) return { verdict: reentry ? 'ADMITTED' : 'NO_REENTRY', entry, left: entry.left }
  if (entry.checkIn) return { verdict: 'ALREADY_IN', entry, first: entry.checkIn }
  if (entry.state === 'UNPAID') return { verdict: 'UNPAID', entry }
  if (admissionOpens !== null && now < admissionOpens) return { verdict: 'NOT_YET', entry, opens: admissionOpens }
  return { verdict: 'ADMITTED', entry }
}

/**
 * Whether somebody at the door may let in who is refused by that: the guest is the right one, and it is a matter of words.
 * Where guests come and go, who is thought to be inside may have left by a gate that has not told yet.
 */
export function mayBeOverlooked(verdict: Verdict, { reentry }: { reentry: boolean }): boolean {
  return OVERLOOKED.has(verdict) || (verdict === 'ALREADY_IN' && reentry)
}

const OVERLOOKED: ReadonlySet<Verdict> = new Set(['NOT_LISTED', 'UNPAID', 'NOT_YET', 'NO_REENTRY'])

export function colourOf(verdict: Verdict): Colour {
  return COLOURS[verdict]
}

const COLOURS: Readonly<Record<Verdict, Colour>> = {
  ADMITTED: 'green',
  LEFT: 'green',
  UNDONE: 'green',
  WHO_CAME: 'blue',
  ALREADY_IN: 'amber',
  NO_REENTRY: 'amber',
  NOT_IN: 'amber',
  NOT_LISTED: 'amber',
  NO_LIST: 'red',
  WRONG_EVENT: 'red',
  CANCELED: 'red',
  ARCHIVED: 'red',
  WAITING: 'red',
  DECLINED: 'red',
  TURNED_AWAY: 'red',
  UNPAID: 'red',
  NOT_YET: 'red',
  UNKNOWN: 'red',
}
