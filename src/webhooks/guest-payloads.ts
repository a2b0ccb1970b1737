import type { Guest } from '../guests/model.ts'
import { GUEST_FIELDSETS, toWireGuest } from '../guests/wire.ts'
import { invoicePreviewUrl } from '../orders/wire.ts'
import { toWireInvoice } from '../pricing/wire.ts'
import { toWireEventDetails } from '../ticket-definitions/wire.ts'
import { present } from '../wire/plain-object.ts'
import type { EventType } from './event-types.ts'
import type { Fact } from './model.ts'
import type { Content } from './payloads.ts'
import { rsvpOfLast } from './rsvp-payloads.ts'
import type { States, Telling } from './states.ts'

/** One event for each guest that a fact is about (events 12.4). */
export function guestContents({ fact, told }: Telling, states: States): Content[] {
  const guests = states.guests.filter(guest => isMeant(guest, { fact, told }))
  if (guests.length === 0 && fact.entityKind === 'rsvp') return goneGuest(fact, states)
  return guests.map(guest => ({
    entityId: guest.guestId,
    content: contentOf(guest, { fact, eventType: told.eventType }, states),
    laneKey: laneKeyOf(guest, states),
    about: guest.guestType === 'RSVP' ? guest.rsvpId : guest.orderNumber,
  }))
}

function isMeant(guest: Guest, { fact, told }: Telling): boolean {
  switch (told.guests) {
    case 'BUYER':
      return guest.guestType === 'BUYER' && guest.orderNumber === fact.entityId
    case 'BUYER_AND_HOLDERS':
      return guest.orderNumber === fact.entityId
    case 'HOLDER':
      return guest.guestType === 'TICKET_HOLDER' && guest.ticketNumber === fact.entityId
    case 'RSVP':
      return guest.guestType === 'RSVP' && guest.rsvpId === fact.entityId
    case 'ALL':
      return guest.eventId === fact.entityId
    case 'ATTENDING':
      return guest.eventId === fact.entityId && guest.attendanceStatus === 'ATTENDING'
    case null:
      return false
  }
}

function laneKeyOf(guest: Guest, { orders }: States): string {
  if (guest.guestType === 'RSVP') return guest.rsvpId
  const orderNumber = guest.orderNumber ?? guest.guestId
  return orders.get(orderNumber)?.ticketReservationId ?? orderNumber
}

const EVERYTHING = new Set(GUEST_FIELDSETS)

function contentOf(
  guest: Guest,
  { fact, eventType }: { fact: Fact; eventType: EventType },
  { events, orders, site, viewer }: States,
): unknown {
  const shown = toWireGuest(guest, EVERYTHING)
  const event = events.get(guest.eventId)
  const details = event && toWireEventDetails(event, { locale: site.locale, ...viewer })
  switch (eventType) {
    case 'wix.events.guests.v1.guest_guest_checked_in':
      return present({ guest: shown, eventDetails: details })
    case 'wix.events.guests.v1.guest_guest_event_canceled':
      return present({ guest: shown, event: details })
    case 'wix.events.guests.v1.guest_guest_event_starts':
      return present({ guest: shown, event: details, timing: TIMINGS.get(Number(fact.data.minutesBefore)) ?? 'NOW' })
    case 'wix.events.guests.v1.guest_guest_order_canceled': {
      const order = orders.get(guest.orderNumber ?? '')
      return present({
        guest: shown,
        event: details,
        order: order && {
          orderStatus: order.status,
          invoice: toWireInvoice(order.invoice, invoicePreviewUrl(order, viewer)),
        },
      })
    }
    default:
      return shown
  }
}

/** The contract's words for how long before its start an event is reminded of. */
const TIMINGS: ReadonlyMap<number, string> = new Map([
  [10_080, 'STARTS_IN_1_WEEK'],
  [4320, 'STARTS_IN_3_DAYS'],
  [1440, 'STARTS_IN_1_DAY'],
  [120, 'STARTS_IN_2_HOURS'],
  [60, 'STARTS_IN_1_HOUR'],
  [30, 'STARTS_IN_30_MINUTES'],
])

/** The guest of an RSVP that was deleted: without anything that says who it was. */
function goneGuest(fact: Fact, states: States): Content[] {
  const { id, eventId, status, revision, createdDate, updatedDate, totalGuests } = rsvpOfLast(fact, states)
  const content = present({
    id,
    eventId,
    rsvpId: id,
    createdDate,
    updatedDate,
    attendanceStatus: ATTENDANCE[String(status)],
    guestType: 'RSVP',
    totalGuests,
    revision,
    additionalDetails: present({ createdDate, updatedDate, rsvpStatus: status }),
  })
  return [{ entityId: fact.entityId, content, laneKey: fact.entityId, about: fact.entityId }]
}

const ATTENDANCE: Readonly<Record<string, string>> = { YES: 'ATTENDING', WAITLIST: 'IN_WAITLIST', NO: 'NOT_ATTENDING' }
