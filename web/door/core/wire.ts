/* What the door's API answers (docs/door.md). */

export type DoorEvent = {
  id: string
  title: string
  kind: 'TICKETING' | 'RSVP'
  startDate?: string
  endDate?: string
  timeZoneId?: string
  place: string
  admissionOpensDate?: string
  admits: number
  came: number
  inside: number
  /** Whether guests who have left may come in again. */
  reentry: boolean
  mayAddGuests: boolean
  maySell: boolean
  /** What the gates of its door are called. */
  gates: string[]
}

/** A ticket, or a guest who answered without one. */
export type Entry = {
  number: string
  kind: 'TICKET' | 'RSVP'
  state: 'ADMITS' | 'UNPAID' | 'CANCELED' | 'ARCHIVED' | 'WAITING' | 'DECLINED'
  orderNumber?: string
  /** Empty where nobody said who comes along. */
  guestName: string
  buyerName: string
  definitionName?: string
  seat?: string
  /** What the whole order still has to pay. */
  due?: { value: string; currency: string }
  checkIn?: CheckIn
  /** Since when whoever was let in is out for the moment. */
  left?: CheckIn
}

/** When, where and by whom somebody was let in, or left. */
export type CheckIn = { date: string; gate?: string; device?: string; by?: string }

export type Scan = {
  /** Made here, so that the same scan sent twice is one. */
  id: string
  number?: string
  /**
   * The whole text that was scanned, where it is not known to be a number of the list; with the number, the code of an
   * RSVP: whoever of its guests is in by then, another one came.
   */
  code?: string
  kind: 'ENTER' | 'EXIT' | 'UNDO'
  /** By this phone's clock, which the server puts right. */
  date: string
  gate: string
  device: string
  /** Whether it was decided here, because the server could not be reached. */
  offline: boolean
  /** Whether the guest was let in by that. */
  accepted: boolean
  /** Whether somebody decided to let in who is not paid for, or early. */
  anyway?: boolean
}

export type Result =
  | 'ADMITTED'
  | 'ALREADY_IN'
  | 'WRONG_EVENT'
  | 'CANCELED'
  | 'ARCHIVED'
  | 'WAITING'
  | 'DECLINED'
  | 'UNPAID'
  | 'NOT_YET'
  | 'NO_REENTRY'
  | 'UNKNOWN'
  | 'TURNED_AWAY'
  | 'LEFT'
  | 'UNDONE'
  | 'NOT_IN'

export type ScanResult = {
  id: string
  result: Result
  /** Whether somebody came in by it and should not have. */
  conflict?: boolean
  entry?: Entry
  first?: CheckIn
  /** When whoever comes back, or cannot leave, had left. */
  left?: CheckIn
  otherEvent?: { id: string; title: string }
  admissionOpensDate?: string
}

export type Conflict = {
  id: string
  reason: Result
  number?: string
  entry?: Entry
  scan: CheckIn
  first?: CheckIn
}
