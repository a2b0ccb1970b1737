import type { Db, Fragment } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { StoredEvent } from './model.ts'

export async function findEvent(db: Db, siteId: string, eventId: string): Promise<StoredEvent | null> {
  const [row] = await db<StoredEvent[]>`
    select ${columns(db)}
      from events
     where site_id = ${siteId}
       and event_id = ${eventId}`
  return row ?? null
}

/** @throws Refusal EVENT_NOT_FOUND */
export async function getEvent(db: Db, siteId: string, eventId: string): Promise<StoredEvent> {
  const event = await findEvent(db, siteId, eventId)
  if (!event) throw eventNotFound(eventId)
  return event
}

export function eventNotFound(eventId: string): Refusal {
  return new Refusal('EVENT_NOT_FOUND', 'There is no such event.', { eventId })
}

export function columns(db: Db): Fragment {
  return db`
    events.site_id, events.event_id, events.revision, events.title, events.slug, events.short_description,
    events.detailed_description, events.description, events.main_image, events.location, events.date_tbd,
    events.date_tbd_message, events.start_at, events.end_at, events.time_zone, events.hide_end_date,
    events.show_time_zone, events.initial_type, events.registration_disabled, events.registration_paused,
    events.external_url, events.allowed_guest_types, events.rsvp_settings, events.guests_assigned_separately,
    events.ticket_limit_per_order, events.currency, events.tax_type, events.tax_name, events.tax_rate,
    events.tax_on_donations, events.reservation_minutes, events.guest_list_public, events.online_conferencing,
    events.seo_settings, events.agenda_enabled, events.details_button_hidden, events.details_page_hidden,
    events.created_at, events.updated_at, events.published_at, events.canceled_at, events.canceled_by`
}
