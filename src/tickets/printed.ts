import type { TicketSheet, TicketsDocument } from '../documents/ticket-sheet.ts'
import { factsOf } from '../events/facts.ts'
import type { StoredEvent } from '../events/model.ts'
import type { Keys } from '../identities/keys.ts'
import { localMoney, money } from '../money.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { checkInUrl } from './code.ts'
import { admissionOf, isGenuine, type Ticket } from './model.ts'
import { fullName, seatFact } from './shown.ts'

/**
 * Tickets to be printed, a page for each, in the site's locale. One that does not admit has no code and says so: whoever
 * finds it in a drawer must not take it for a valid one (R208).
 */
export function ticketsDocument(
  tickets: readonly Ticket[],
  { event, site, title, keys, publicUrl }: Printing & { title: string },
): TicketsDocument {
  const { language, page: say } = textsIn(site.locale)
  return {
    title,
    language,
    organizer: site.name,
    sheets: tickets.map((ticket, index) => ({
      ...sheetOf(ticket, { event, site, keys, publicUrl }),
      page: say('ticket.page', { page: index + 1, pages: tickets.length }),
    })),
  }
}

type Printing = { event: StoredEvent | null; site: Site; keys: Keys; publicUrl: string }

function sheetOf(ticket: Ticket, { event, site, keys, publicUrl }: Printing): Omit<TicketSheet, 'page'> {
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const about = event && factsOf(event, { site, publicUrl })
  const admission = admissionOf(ticket)
  const price = localMoney(money(ticket.priceMinor, ticket.currency), site.locale)
  const facts: [string, string][] = [
    [say('ticket.guest'), fullName(ticket)],
    seatFact(ticket, texts),
    [say('ticket.price'), ticket.priceMinor === 0 ? say('ticket.free') : price],
    [say('ticket.number'), ticket.ticketNumber],
    [say('ticket.order'), ticket.orderNumber],
    [say('ticket.buyer'), fullName({ firstName: ticket.orderFirstName, lastName: ticket.orderLastName })],
  ]
  return {
    organizer: site.name,
    event: about?.title ?? say('event.gone'),
    dateAndTime: about ? about.dateAndTime || say('event.dateOpen') : '',
    place:
      about?.place.name || about?.place.address
        ? about.place
        : { name: about ? say('event.placeOpen') : '', address: '' },
    ticketName: ticket.name,
    facts: facts.filter(([, content]) => content !== ''),
    code: isGenuine(admission)
      ? {
          text: checkInUrl(ticket, { keys, publicUrl }),
          alternative: say('order.qrOf', { number: ticket.ticketNumber }),
          caption: say('ticket.admitsOnce'),
        }
      : null,
    withdrawn: isGenuine(admission)
      ? null
      : { headline: say(`admission.${admission}.headline`), story: say(`admission.${admission}.story`) },
    terms: ticket.policy === '' ? null : { heading: say('ticket.policy'), text: ticket.policy },
  }
}
