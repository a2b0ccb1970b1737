import { toWireRsvp } from '../rsvps/wire.ts'
import { toWireV1Rsvp } from '../rsvps/wire-v1.ts'
import { present } from '../wire/plain-object.ts'
import type { EventType } from './event-types.ts'
import type { Fact } from './model.ts'
import type { States } from './states.ts'

const ALL = ['DETAILS', 'FORM', 'CONTACT_DETAILS'] as const

/** What is told of an RSVP, in its present and its older shape; of one that is gone nobody is named. */
export function rsvpContent(fact: Fact, eventType: EventType, states: States): unknown {
  const { entityId: rsvpId, occurredAt: timestamp, data } = fact
  const rsvp = states.rsvps.get(rsvpId)
  const last = rsvpOfLast(fact, states)
  switch (eventType) {
    case 'wix.events.rsvp.events.RsvpDeleted':
      return { timestamp, eventId: data.eventId, rsvpId, anonymized: last.anonymized ?? false }
    case 'wix.events.rsvp.events.RsvpCreated':
    case 'wix.events.rsvp.events.RsvpUpdated': {
      if (!rsvp) return present({ timestamp, eventId: data.eventId, rsvpId, status: last.status })
      const { created, contactId, memberId, firstName, lastName, email, rsvpForm, status, guests } = toWireV1Rsvp(
        rsvp,
        ALL,
      )
      return present({
        timestamp,
        language: new Intl.Locale(rsvp.locale).language,
        silent: rsvp.disableNotifications,
        eventId: rsvp.eventId,
        rsvpId,
        contactId,
        memberId,
        firstName,
        lastName,
        email,
        rsvpForm,
        status,
        guests,
        ...(eventType === 'wix.events.rsvp.events.RsvpUpdated' && { locale: rsvp.locale, created }),
      })
    }
    default:
      return rsvp ? toWireRsvp(rsvp, ALL) : last
  }
}

/** An RSVP that is gone, as its deletion wrote it down. */
export function rsvpOfLast({ entityId, data }: Pick<Fact, 'entityId' | 'data'>, { last }: Pick<States, 'last'>) {
  const stored = last.get(`rsvp ${entityId}`)?.rsvp as Record<string, unknown> | undefined // written by `removeRsvp`
  return stored ?? { id: entityId, eventId: data.eventId, status: data.status }
}
