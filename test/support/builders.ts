import { CLOCK, record } from '../../src/activity/record.ts'
import type { Db } from '../../src/db/connect.ts'
import { newGuid } from '../../src/ids.ts'

type EventOverrides = Partial<{
  title: string
  initialType: 'RSVP' | 'TICKETING'
  startAt: Date
  endAt: Date
  createdAt: Date
  /** null: a draft. */
  publishedAt: Date | null
  canceledAt: Date | null
}>

/** An event straight in its table, published unless told otherwise; its id. */
export async function anEvent(sql: Db, siteId: string, overrides: EventOverrides = {}): Promise<string> {
  const eventId = newGuid()
  const event = {
    title: 'An event',
    initialType: 'TICKETING',
    startAt: new Date('2030-06-01T18:00:00.000Z'),
    endAt: new Date('2030-06-01T22:00:00.000Z'),
    createdAt: new Date('2030-05-01T12:00:00.000Z'),
    publishedAt: new Date('2030-05-01T12:00:00.000Z'),
    canceledAt: null,
    ...overrides,
  }
  await sql`
    insert into events (site_id, event_id, revision, title, slug, location, date_tbd, start_at, end_at, time_zone,
                        hide_end_date, show_time_zone, initial_type, registration_disabled, registration_paused,
                        allowed_guest_types, rsvp_settings, guests_assigned_separately, ticket_limit_per_order, currency,
                        reservation_minutes, guest_list_public, seo_settings, agenda_enabled, details_button_hidden,
                        details_page_hidden, created_at, updated_at, published_at, canceled_at)
    values (${siteId}, ${eventId}, 1, ${event.title}, ${`event-${eventId}`}, ${sql.json({})}, false, ${event.startAt},
            ${event.endAt}, 'Europe/Berlin', false, false, ${event.initialType}, false, false, 'VISITOR_OR_MEMBER',
            ${sql.json({})}, false, 20, 'EUR', 20, false, ${sql.json({})}, true, false, false, ${event.createdAt},
            ${event.createdAt}, ${event.publishedAt}, ${event.canceledAt})`
  await record(sql, [
    {
      siteId,
      entityKind: 'event',
      entityId: eventId,
      sequence: 1,
      kind: 'event.created',
      actor: CLOCK,
      occurredAt: event.createdAt,
    },
  ])
  return eventId
}
