import type { Db } from '../db/connect.ts'
import type { Occurrence, StoredEvent } from '../events/model.ts'
import {
  categoriesOf,
  type EventCategory,
  findEvent,
  findEventBySlug,
  formsOf,
  occurrencesOf,
} from '../events/store.ts'
import type { StoredForm } from '../forms/model.ts'
import { type RsvpCounts, rsvpCountsOf } from '../inventory/rsvp-counts.ts'
import { type Releases, releasesOf } from '../inventory/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import { type CountedDefinition, listOfEvent } from '../ticket-definitions/store.ts'

/** Everything that guests are shown of one event. */
export type LoadedEvent = {
  site: Site
  event: StoredEvent
  /** True as to whether the event is full: when that changes it is told. */
  rsvps: RsvpCounts | undefined
  form: StoredForm | undefined
  categories: readonly EventCategory[]
  /** Of its series, itself among them; none where it has no series. */
  occurrences: readonly Occurrence[]
  /** Oldest first. */
  definitions: readonly CountedDefinition[]
  /** Of the holds on its tickets. */
  releases: Releases | null
}

export type Named = { siteId: string } & ({ eventId: string } | { slug: string })

export async function loadEvent(db: Db, named: Named, now: Date): Promise<LoadedEvent | null> {
  const { siteId } = named
  const event = await ('slug' in named
    ? findEventBySlug(db, siteId, named.slug)
    : findEvent(db, siteId, named.eventId.toLowerCase()))
  if (!event) return null
  const { eventId, seriesId } = event
  const answered = event.initialType === 'RSVP' ? [eventId] : []
  const [site, rsvps, forms, categories, occurrences, definitions] = await Promise.all([
    getSite(db, siteId),
    rsvpCountsOf(db, siteId, answered),
    formsOf(db, siteId, [eventId]),
    categoriesOf(db, siteId, [eventId]),
    occurrencesOf(db, siteId, seriesId === null ? [] : [seriesId]),
    listOfEvent(db, { siteId, eventId, now }),
  ])
  return {
    site,
    event,
    rsvps: rsvps.get(eventId),
    form: forms.get(eventId),
    categories: categories.get(eventId) ?? [],
    occurrences: occurrences.get(seriesId ?? '') ?? [],
    definitions,
    releases: definitions.some(isHeld) ? await releasesOf(db, { siteId, eventId, now }) : null,
  }
}

export function isHeld({ reserved }: Pick<CountedDefinition, 'reserved'>): boolean {
  return reserved > 0
}
