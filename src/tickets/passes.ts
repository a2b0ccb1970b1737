import type { StoredEvent } from '../events/model.ts'
import { zonedInstant } from '../events/time-zone.ts'
import { placeOf } from '../events/wire.ts'
import { localMoney, money } from '../money.ts'
import type { Site } from '../sites/store.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import type { ApplePass } from '../wallet/apple-pass.ts'
import type { GooglePass } from '../wallet/google-link.ts'
import { checkInUrl } from './code.ts'
import { admissionOf, isGenuine, type Ticket } from './model.ts'
import { fullName, seatFact } from './shown.ts'
import { type TicketLinks, ticketPdfUrl } from './wire.ts'

type About = { event: StoredEvent; site: Site; links: TicketLinks }

/** A ticket as a pass of Apple Wallet; one that does not admit is void and has no code (R208). */
export function applePassOf(ticket: Ticket, { event, site, links }: About): ApplePass {
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const place = placeOf(event, site.locale)
  const [seatLabel, seatWords] = seatFact(ticket, texts)
  const price =
    ticket.priceMinor === 0 ? say('ticket.free') : localMoney(money(ticket.priceMinor, ticket.currency), site.locale)
  const back: [string, string][] = [
    [say('ticket.number'), ticket.ticketNumber],
    [say('ticket.order'), ticket.orderNumber],
    [say('ticket.buyer'), fullName({ firstName: ticket.orderFirstName, lastName: ticket.orderLastName })],
    [say('ticket.price'), price],
    [say('ticket.place'), place.address],
    [say('ticket.policy'), ticket.policy],
    [say('ticket.pdf'), ticketPdfUrl(ticket, links)],
  ]
  return {
    serialNumber: ticket.ticketNumber,
    group: ticket.orderNumber,
    organizer: site.name,
    description: `${event.title}, ${ticket.name}`,
    event: event.title,
    ...datesOf(event),
    dateOpen: event.dateTbdMessage || say('event.dateOpen'),
    place: place.name || place.address || say('event.placeOpen'),
    geocode: event.location.locationTbd ? null : (event.location.address?.geocode ?? null),
    guest: fullName(ticket),
    seat: { ...seatLabels(ticket, texts), words: seatWords },
    ticketName: ticket.name,
    labels: {
      date: say('ticket.date'),
      place: say('ticket.place'),
      guest: say('ticket.guest'),
      seat: seatLabel,
      ticket: say('ticket.ticket'),
    },
    back: back.filter(([, content]) => content !== ''),
    code: isGenuine(admissionOf(ticket)) ? { text: checkInUrl(ticket, links), caption: ticket.ticketNumber } : null,
  }
}

/**
 * A ticket that admits as one for Google Wallet. What is kept there under an id stays as it came first, so an event that
 * has changed is another class.
 */
export function googlePassOf(ticket: Ticket, { event, site, links }: About): GooglePass {
  const texts = textsIn(site.locale)
  return {
    classId: `${event.eventId}-${event.revision}`,
    organizer: site.name,
    event: event.title,
    language: texts.language,
    ...datesOf(event),
    place: placeOf(event, site.locale),
    ticketName: ticket.name,
    ticketNumber: ticket.ticketNumber,
    orderNumber: ticket.orderNumber,
    guest: fullName(ticket),
    seat: seatLabels(ticket, texts),
    code: checkInUrl(ticket, links),
  }
}

function datesOf({ dateTbd, startAt, endAt, timeZone, hideEndDate }: StoredEvent) {
  const told = (instant: Date | null) => (dateTbd || !instant || !timeZone ? null : zonedInstant(instant, timeZone))
  return { start: told(startAt), end: hideEndDate ? null : told(endAt) }
}

/** What a wallet has members for: an area is the section, and a table stands where the row would. */
function seatLabels({ seatInfo }: Pick<Ticket, 'seatInfo'>, { page: say }: Texts) {
  if (!seatInfo) return { section: '', row: '', number: '' }
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel = '' } = seatInfo
  return {
    section: [sectionLabel, areaLabel].filter(Boolean).join(', '),
    row: rowLabel ?? (tableLabel === undefined ? '' : say('ticket.table', { label: tableLabel })),
    number: seatLabel,
  }
}
