import type { Db } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { allows, type Permission } from '../identities/permissions.ts'
import { rsvpCountsOf } from '../inventory/rsvp-counts.ts'
import { Refusal } from '../refusals.ts'
import { getSite, type Site } from '../sites/store.ts'
import { figuresOf, isDraft, type Offered, type StoredEvent } from './model.ts'
import type { Fieldset, WireEvent } from './schemas.ts'
import { categoriesOf, formsOf, occurrencesOf, salesOf, ticketFiguresOf } from './store.ts'
import { type Related, toWireEvent } from './wire.ts'

/** Who looks, when, and at what. */
export type Viewer = {
  identity: Identity
  now: Date
  publicUrl: string
  fields: readonly Fieldset[] | null | undefined
}

/** One event as `viewer` asked for it. */
export async function showEvent(db: Db, event: StoredEvent, viewer: Viewer): Promise<WireEvent> {
  const [shown] = await showEvents(db, [event], viewer)
  if (!shown) throw new Error('one event was shown as none')
  return shown
}

/** Each event as `viewer` asked for it: one statement per kind of thing that the fieldsets need, whatever the number. */
export async function showEvents(db: Db, events: readonly StoredEvent[], viewer: Viewer): Promise<WireEvent[]> {
  const { identity, now, publicUrl } = viewer
  const { siteId } = identity
  const fields = new Set(viewer.fields ?? [])
  const eventIds = events.map(({ eventId }) => eventId)
  const onlyFor = (fieldset: Fieldset) => (fields.has(fieldset) ? eventIds : [])
  const site = await getSite(db, siteId)
  const tickets = await ticketFiguresOf(db, siteId, onlyFor('REGISTRATION'), now)
  const forms = await formsOf(db, siteId, onlyFor('FORM'))
  const answered = events.filter(({ initialType }) => initialType === 'RSVP').map(({ eventId }) => eventId)
  const rsvps = await rsvpCountsOf(db, siteId, fields.has('REGISTRATION') || fields.has('DASHBOARD') ? answered : [])
  const sales = await salesOf(db, siteId, onlyFor('DASHBOARD'))
  const categories = await categoriesOf(db, siteId, onlyFor('CATEGORIES'))
  const occurrences = await occurrencesOf(db, siteId, [...new Set(events.flatMap(({ seriesId }) => seriesId ?? []))])
  const withoutFigures = new Set([...fields].filter(fieldset => fieldset !== 'DASHBOARD'))
  return events.map(event => {
    const related = {
      tickets: tickets.get(event.eventId),
      rsvps: rsvps.get(event.eventId),
      form: forms.get(event.eventId),
      sales: sales.get(event.eventId),
      categories: categories.get(event.eventId),
      occurrences: occurrences.get(event.seriesId ?? ''),
    }
    const visible = seesFigures(identity, event) ? fields : withoutFigures
    return toWireEvent(event, related, { site, publicUrl, now, fields: visible })
  })
}

/** The same for a guest, of what was loaded already. */
export function showToGuest(
  { event, site, definitions, rsvps, form, categories, occurrences }: Loaded,
  { now, publicUrl, fields }: Pick<Viewer, 'now' | 'publicUrl' | 'fields'>,
): WireEvent {
  const related = { tickets: figuresOf(definitions, now), rsvps, form, categories, occurrences }
  return toWireEvent(event, related, { site, publicUrl, now, fields: new Set(fields) })
}

type Loaded = Pick<Related, 'rsvps' | 'form' | 'categories' | 'occurrences'> & {
  event: StoredEvent
  site: Site
  definitions: readonly Offered[]
}

/** Staff see the figures of the events that were given to them only. */
function seesFigures(identity: Identity, { eventId }: StoredEvent): boolean {
  return identity.kind !== 'staff' || identity.eventIds === null || identity.eventIds.includes(eventId)
}

/** @throws Refusal PERMISSION_DENIED for a fieldset that needs a permission of its own (api 4.5, 4.7) */
export function checkFieldsets(identity: Identity, fields: readonly Fieldset[] | null | undefined): void {
  if (fields?.includes('DASHBOARD')) demand(identity, 'READ_EVENT_DASHBOARD')
  if (fields?.includes('ONLINE_CONFERENCING_SESSION')) demand(identity, 'READ_ONLINE_CONFERENCING')
}

/** @throws Refusal PERMISSION_DENIED for a draft that the identity may not see (events 1.14.1) */
export function checkVisible(identity: Identity, event: StoredEvent): void {
  if (isDraft(event)) demand(identity, 'READ_DRAFT_EVENTS')
}

export function demand(identity: Identity, permission: Permission): void {
  if (!allows(identity, permission))
    throw new Refusal('PERMISSION_DENIED', `This needs the permission ${permission}.`, { permission })
}
