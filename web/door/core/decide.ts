import type { Code } from './code.ts'
import type { CheckIn, Entry, Result } from './wire.ts'

/** What the door says to a scan; beside the server's words: genuine, but not on this phone's list, or there is no list. */
export type Verdict = Result | 'NOT_LISTED' | 'NO_LIST'
export type Colour = 'green' | 'amber' | 'red'

export type Decision = {
  verdict: Verdict
  entry?: Entry | undefined
  /** How it came in before. */
  first?: CheckIn | undefined
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
  titleOf: (eventId: string) => string | undefined
  admissionOpens: number | null
}

/** Decides by what this phone knows, whether or not there is a network; `now` by the server's clock. */
export function decide(code: Code, known: Known, now: number): Decision {
  if (code.kind === 'foreign' || (code.kind === 'ticket' && !code.genuine)) return { verdict: 'UNKNOWN' }
  if (code.kind === 'ticket' && code.eventId !== known.eventId)
    return { verdict: 'WRONG_EVENT', eventTitle: known.titleOf(code.eventId) }
  const entry = known.find(code.number)
  if (!entry) {
    if (!known.isComplete) return { verdict: 'NO_LIST' }
    // A number that nobody signed is worth what the list says; a signed one may be newer than the list.
    return { verdict: code.kind === 'ticket' ? 'NOT_LISTED' : 'UNKNOWN' }
  }
  return decideEntry(entry, known, now)
}

export function decideEntry(entry: Entry, { admissionOpens }: Pick<Known, 'admissionOpens'>, now: number): Decision {
  if (entry.state !== 'ADMITS' && entry.state !== 'UNPAID') return { verdict: entry.state, entry }
  if (entry.checkIn) return { verdict: 'ALREADY_IN', entry, first: entry.checkIn }
  if (entry.state === 'UNPAID') return { verdict: 'UNPAID', entry }
  if (admissionOpens !== null && now < admissionOpens) return { verdict: 'NOT_YET', entry, opens: admissionOpens }
  return { verdict: 'ADMITTED', entry }
}

/** Whether somebody at the door may let in who is refused by that: the guest is the right one, and it is a matter of words. */
export function mayBeOverlooked(verdict: Verdict): boolean {
  return verdict === 'NOT_LISTED' || verdict === 'UNPAID' || verdict === 'NOT_YET'
}

export function colourOf(verdict: Verdict): Colour {
  return COLOURS[verdict]
}

const COLOURS: Readonly<Record<Verdict, Colour>> = {
  ADMITTED: 'green',
  UNDONE: 'green',
  ALREADY_IN: 'amber',
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
