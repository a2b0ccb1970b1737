import type { Address, Location, StoredEvent } from '../events/model.ts'
import { statusOf } from '../events/model.ts'
import { addressLineOf, eventPageUrlOf } from '../events/wire.ts'
import { present } from '../wire/plain-object.ts'
import type { Fact } from './model.ts'
import type { States } from './states.ts'

/** The older webhook of an event whose form has changed (events 4.8): the event in its older shape, with the form. */
export function toLegacyEvent(fact: Fact, { events, shownEvents, site, viewer }: States): unknown {
  const { entityId: eventId, occurredAt: timestamp } = fact
  const event = events.get(eventId)
  if (!event) return { timestamp, eventId }
  const location = toLegacyLocation(event.location, site.locale)
  const scheduleConfig = toScheduleConfig(event)
  return present({
    timestamp,
    eventId,
    location,
    scheduleConfig,
    title: event.title,
    scheduleConfigUpdated: false,
    event: present({
      id: eventId,
      location,
      scheduling: { config: scheduleConfig },
      title: event.title,
      description: event.shortDescription,
      slug: event.slug,
      language: new Intl.Locale(site.locale).language,
      created: event.createdAt,
      modified: event.updatedAt,
      status: LEGACY_STATUS[statusOf(event, viewer.now)],
      eventPageUrl: eventPageUrlOf(event, viewer.publicUrl),
      form: shownEvents.get(eventId)?.form,
      instanceId: event.siteId,
      publishedDate: event.publishedAt,
    }),
  })
}

const LEGACY_STATUS = {
  DRAFT: 'DRAFT',
  UPCOMING: 'SCHEDULED',
  STARTED: 'STARTED',
  ENDED: 'ENDED',
  CANCELED: 'CANCELED',
} as const

function toScheduleConfig(event: StoredEvent) {
  return present({
    scheduleTbd: event.dateTbd,
    scheduleTbdMessage: event.dateTbdMessage,
    startDate: event.startAt,
    endDate: event.endAt,
    timeZoneId: event.timeZone,
    endDateHidden: event.hideEndDate,
    showTimeZone: event.showTimeZone,
  })
}

function toLegacyLocation({ type, locationTbd, name, address }: Location, locale: string) {
  return present({
    name,
    type,
    tbd: locationTbd,
    address: address && lineOf(address, locale),
    coordinates: address?.geocode && { lat: address.geocode.latitude, lng: address.geocode.longitude },
    fullAddress: address && { ...address, formattedAddress: lineOf(address, locale) },
  })
}

function lineOf(address: Address, locale: string): string {
  return addressLineOf(address, locale) || (address.formattedAddress ?? '')
}
