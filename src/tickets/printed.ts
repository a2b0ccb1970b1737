import type { TicketSheet, TicketsDocument } from '../documents/ticket-sheet.ts'
import { factsOf } from '../events/facts.ts'
import type { StoredEvent } from '../events/model.ts'
import type { Keys } from '../identities/keys.ts'
import { localMoney, money } from '../money.ts'
import { textsIn } from '../pages/texts.ts'
import type { Site } from '../sites/store.ts'
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
  const { language, ticket: words } = textsIn(site.locale)
  return {
    title,
    language,
    organizer: site.name,
    sheets: tickets.map((ticket, index) => ({
      ...sheetOf(ticket, { event, site, keys, publicUrl }),
      page: words.page(index + 1, tickets.length),
    })),
  }
}

type Printing = { event: StoredEvent | null; site: Site; keys: Keys; publicUrl: string }

function sheetOf(ticket: Ticket, { event, site, keys, publicUrl }: Printing): Omit<TicketSheet, 'page'> {
  const texts = textsIn(site.locale)
  const words = texts.ticket
  const about = event && factsOf(event, { site, publicUrl })
  const admission = admissionOf(ticket)
  const price = localMoney(money(ticket.priceMinor, ticket.currency), site.locale)
  const facts: [string, string][] = [
    [words.guest, fullName(ticket)],
    seatFact(ticket, texts),
    [words.price, ticket.priceMinor === 0 ? words.free : price],
    [words.number, ticket.ticketNumber],
    [words.order, ticket.orderNumber],
    [words.buyer, fullName({ firstName: ticket.orderFirstName, lastName: ticket.orderLastName })],
  ]
  return {
    organizer: site.name,
    event: about?.title ?? texts.event.gone,
    dateAndTime: about ? about.dateAndTime || texts.event.dateOpen : '',
    place:
      about?.place.name || about?.place.address
        ? about.place
        : { name: about ? texts.event.placeOpen : '', address: '' },
    ticketName: ticket.name,
    facts: facts.filter(([, content]) => content !== ''),
    code: isGenuine(admission)
      ? {
          text: checkInUrl(ticket, { keys, publicUrl }),
          alternative: texts.order.qrOf(ticket.ticketNumber),
          caption: words.admitsOnce,
        }
      : null,
    withdrawn: isGenuine(admission) ? null : texts.admission[admission],
    terms: ticket.policy === '' ? null : { heading: words.policy, text: ticket.policy },
  }
}
