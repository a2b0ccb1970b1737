import type { WireEvent } from '../events/schemas.ts'
import { present } from '../wire/plain-object.ts'
import type { EventType } from './event-types.ts'
import type { Fact } from './model.ts'
import type { States } from './states.ts'

/** What is told of an event (events 1.17); of a deleted one nothing but that it was. */
export function eventContent(fact: Fact, eventType: EventType, states: States): unknown {
  const { entityId: eventId, occurredAt: timestamp, data } = fact
  const event = states.shownEvents.get(eventId)
  const hasGuests = states.withGuests.has(eventId)
  const { title, location, dateAndTimeSettings, status } = event ?? ({} as Partial<WireEvent>)
  switch (eventType) {
    case 'wix.events.v3.event_deleted':
      return null
    case 'wix.events.v3.event_published': {
      const { shortDescription, eventPageUrl, registration } = event ?? ({} as Partial<WireEvent>)
      const derivedFromEventId = data.derivedFromEventId as string | undefined // written by `cloneEvent`
      return present({
        timestamp,
        eventId,
        status,
        derivedFromEventId,
        title,
        shortDescription,
        location,
        dateAndTimeSettings,
        eventPageUrl,
        registration,
      })
    }
    case 'wix.events.v3.event_canceled':
      return present({ timestamp, eventId, title, hasGuests })
    case 'wix.events.v3.event_cloned':
      return present({
        timestamp,
        eventId,
        location,
        dateAndTimeSettings,
        title,
        status,
        derivedFromInstanceId: fact.siteId,
        derivedFromEventId: data.derivedFromEventId,
        ticketDefinitions: data.ticketDefinitions,
      })
    case 'wix.events.v3.event_started':
    case 'wix.events.v3.event_ended':
      return { timestamp, eventId, hasGuests }
    case 'wix.events.v3.event_reminder':
      return present({
        timestamp,
        eventId,
        location,
        dateAndTimeSettings,
        title,
        startsIn: durationOf(Number(data.minutesBefore)),
        hasGuests,
      })
    default:
      return event ?? { id: eventId }
  }
}

/** Split into days, hours and minutes (events 1.17.2). */
function durationOf(minutes: number) {
  return { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 }
}
