import { cursorOfNow, listActivitiesAfter, parseCursor } from '../activity/follow.ts'
import type { Db } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { isGuid } from '../ids.ts'
import {
  type Entry,
  everyNumberOf,
  listNextRsvps,
  listNextTickets,
  listRsvpEntries,
  listTicketEntries,
  type RsvpPlace,
} from './entries.ts'

export type ListPage = {
  entries: Entry[]
  /** Numbers that are none any more: of RSVPs that are gone or are for fewer guests. */
  removed: string[]
  cursor: string
  hasMore: boolean
}

/**
 * A page of who may come to an event: first everybody, then what changed since. Where the changes begin is read before
 * the first page, so that nothing between is missed; it may be told twice.
 * @param after where the page before ended; null: at the beginning
 * @param limit tickets or RSVPs, or facts, that are looked at: 1 to 1000
 * @throws Refusal HISTORY_ENDED
 */
export async function listEntries(
  db: Db,
  event: StoredEvent,
  { after, limit }: { after: ListPlace | null; limit: number },
): Promise<ListPage> {
  const place = after ?? { eventId: event.eventId, follow: await cursorOfNow(db), last: '' }
  if (place.last === null) return changesAfter(db, event, place.follow, limit)
  return event.initialType === 'TICKETING'
    ? nextTickets(db, event, { ...place, last: place.last }, limit)
    : nextRsvps(db, event, { ...place, last: place.last }, limit)
}

type Downloading = ListPlace & { last: string }

async function nextTickets(db: Db, event: StoredEvent, place: Downloading, limit: number): Promise<ListPage> {
  const entries = await listNextTickets(db, event, { after: place.last, limit })
  return { entries, removed: [], ...onwards(place, entries.length === limit ? (entries.at(-1)?.number ?? null) : null) }
}

async function nextRsvps(db: Db, event: StoredEvent, place: Downloading, limit: number): Promise<ListPage> {
  const { entries, last, isFull } = await listNextRsvps(db, event, { after: parseRsvpPlace(place.last), limit })
  return { entries, removed: [], ...onwards(place, isFull && last ? spellRsvpPlace(last) : null) }
}

/** Where it goes on: with more of the list, or, where that has ended, with what changes. */
function onwards(place: ListPlace, last: string | null): { cursor: string; hasMore: boolean } {
  return { cursor: spellPlace({ ...place, last }), hasMore: last !== null }
}

async function changesAfter(db: Db, event: StoredEvent, follow: string, limit: number): Promise<ListPage> {
  const { siteId, eventId } = event
  const followed = await listActivitiesAfter(db, {
    siteId,
    after: follow,
    limit,
    entityKinds: event.initialType === 'TICKETING' ? ['ticket', 'order'] : ['rsvp'],
  })
  const changed = (kind: string) => [
    ...new Set(followed.activities.filter(each => each.entityKind === kind).map(each => each.entityId)),
  ]
  const place = { eventId, follow: followed.cursor ?? follow, last: null }
  const page = { cursor: spellPlace(place), hasMore: followed.hasMore }
  if (event.initialType === 'TICKETING') {
    const named = { numbers: changed('ticket'), orderNumbers: changed('order') }
    return { entries: await listTicketEntries(db, event, named), removed: [], ...page }
  }
  const ofEvent = followed.activities.filter(({ data }) => data.eventId === eventId).map(each => each.entityId)
  const rsvpIds = [...new Set(ofEvent)]
  const entries = await listRsvpEntries(db, event, rsvpIds)
  const there = new Set(entries.map(({ number }) => number))
  const removed = rsvpIds.flatMap(rsvpId => everyNumberOf(rsvpId).filter(number => !there.has(number)))
  return { entries, removed, ...page }
}

/** Where a list goes on. */
export type ListPlace = {
  eventId: string
  /** From where the changes are followed. */
  follow: string
  /** Which was the last of the list; null: it was told to its end. */
  last: string | null
}

function spellPlace({ eventId, follow, last }: ListPlace): string {
  return Buffer.from(JSON.stringify([eventId, follow, last])).toString('base64url')
}

/** The place that a cursor of an event's list names; null for what is none of ours. */
export function parsePlace(cursor: string, { eventId, initialType }: StoredEvent): ListPlace | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parsed) || parsed.length !== 3) return null
    const [ofEvent, follow, last] = parsed
    if (ofEvent !== eventId || typeof follow !== 'string' || parseCursor(follow) === null) return null
    if (last !== null && typeof last !== 'string') return null
    if (last && (initialType === 'TICKETING' ? !TICKET_NUMBER.test(last) : parseRsvpPlace(last) === null)) return null
    return { eventId, follow, last }
  } catch {
    return null
  }
}

const TICKET_NUMBER = /^[A-Z0-9-]{1,36}$/

function spellRsvpPlace({ createdAt, rsvpId }: RsvpPlace): string {
  return `${createdAt.toISOString()} ${rsvpId}`
}

function parseRsvpPlace(place: string): RsvpPlace | null {
  const [moment = '', rsvpId = ''] = place.split(' ')
  const createdAt = new Date(moment)
  const isMoment = MOMENT.test(moment) && !Number.isNaN(createdAt.getTime())
  return isMoment && isGuid(rsvpId) ? { createdAt, rsvpId } : null
}

/** Of this and the last millennium, as we spell them. */
const MOMENT = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
