import { factsOf } from '../events/facts.ts'
import type { StoredEvent } from '../events/model.ts'
import type { Keys } from '../identities/keys.ts'
import { localMoney, money } from '../money.ts'
import {
  type EmailType,
  type MailOfOrder,
  type MailOfRsvp,
  NOTIFICATION_NAMES,
  NOTIFICATIONS,
  type NotificationName,
  type Settings,
  type Template,
} from '../notifications/model.ts'
import type { ShownOrder } from '../orders/shown.ts'
import { invoicePreviewUrl, orderPageUrl, ticketsPdfUrl } from '../orders/wire.ts'
import type { EventFacts } from '../pages/parts.ts'
import { type Rsvp, totalGuestsOf } from '../rsvps/model.ts'
import type { Site } from '../sites/store.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { admissionOf, isGenuine, type Ticket } from '../tickets/model.ts'
import { fullName, seatFact } from '../tickets/shown.ts'
import { ticketPdfUrl } from '../tickets/wire.ts'
import type { Letter } from './letter.ts'

/** A mail as it can be said of an order now: to whom, what, and which tickets go with it. */
export type Composed = {
  to: { name: string; address: string }
  subject: string
  letter: Letter
  /** To be attached as a PDF; none where the organizer says so. */
  attached: readonly Ticket[]
}

type Shown = Omit<ShownOrder, 'event'> & { event: StoredEvent }
type Links = { keys: Keys; publicUrl: string }

/** What `wanted` comes to in the event's own words; null when there is nobody left to send it to. */
export function compose(shown: Shown, wanted: MailOfOrder, settings: Settings, links: Links): Composed | null {
  const { order, site, event } = shown
  const texts = textsIn(site.locale)
  const { mail: say } = texts
  const { template } = settings[settingFor(wanted, settings)]
  const isToBuyer = wanted.ticketNumbers === null
  const tickets = ticketsFor(shown, wanted)
  const [first] = tickets
  const addressee = isToBuyer ? order : first
  if (!addressee?.email) return null
  const facts = factsOf(event, { site, publicUrl: links.publicUrl })
  const name = fullName(addressee)
  return {
    to: { name, address: addressee.email },
    subject: template.subject,
    letter: {
      language: texts.language,
      from: site.name,
      title: facts.title,
      notice: facts.canceled ? texts.page('event.canceled') : null,
      greeting: greetingOf(name, texts),
      body: template.body,
      facts: [...factsOfEvent(facts, texts), ...factsOfOrder(shown, { tickets, isToBuyer, texts })],
      links: [
        ...(wanted.notificationType === 'EMAIL_EVENT_CANCELATION'
          ? []
          : ticketLinks(shown, { tickets, isToBuyer, texts, links })),
        ...invoiceLink(shown, wanted, { texts, links }),
        ...(isToBuyer ? [[say('orderPage'), orderPageUrl(order, links)] as const] : []),
        ...calendarLink(template, facts),
      ],
      footer: [
        isToBuyer ? say('toBuyer', { site: site.name }) : say('toGuest', { site: site.name }),
        say('keepSecret'),
      ],
    },
    attached: template.includeTickets && wanted.notificationType !== 'EMAIL_INVOICE' ? tickets : [],
  }
}

/** The same of an answer to an event. */
export function composeOfRsvp(
  { rsvp, event, site }: { rsvp: Rsvp; event: StoredEvent; site: Site },
  { notificationType }: MailOfRsvp,
  settings: Settings,
  { publicUrl }: Links,
): Composed {
  const texts = textsIn(site.locale)
  const { mail: say } = texts
  const { template } = settings[settingOf(notificationType)]
  const facts = factsOf(event, { site, publicUrl })
  const name = fullName(rsvp)
  return {
    to: { name, address: rsvp.email },
    subject: template.subject,
    letter: {
      language: texts.language,
      from: site.name,
      title: facts.title,
      notice: facts.canceled ? texts.page('event.canceled') : null,
      greeting: greetingOf(name, texts),
      body: template.body,
      facts: [
        ...factsOfEvent(facts, texts),
        [say('answer'), say(`answers.${rsvp.status}`)],
        ...(rsvp.status === 'NO' ? [] : [[say('guests'), String(totalGuestsOf(rsvp))] as const]),
      ],
      links: rsvp.status === 'NO' ? [] : calendarLink(template, facts),
      footer: [say('toRsvpGuest', { site: site.name })],
    },
    attached: [],
  }
}

function greetingOf(name: string, { mail: say }: Texts): string {
  return name === '' ? say('greetingNobody') : say('greeting', { name })
}

function factsOfEvent({ dateAndTime, place }: EventFacts, texts: Texts): [string, string][] {
  return [
    [texts.page('ticket.date'), dateAndTime || texts.page('event.dateOpen')],
    [
      texts.page('ticket.place'),
      [place.name, place.address].filter(Boolean).join(', ') || texts.page('event.placeOpen'),
    ],
  ]
}

/** Whose words are used: an order's confirmation without tickets has its own (events 11.4). */
function settingFor({ notificationType }: MailOfOrder, settings: Settings): NotificationName {
  if (notificationType === 'EMAIL_ORDER_CONFIRMATION')
    return settings.orderConfirmation.template.includeTickets ? 'orderConfirmation' : 'orderConfirmationWithTicketsLink'
  return settingOf(notificationType)
}

function settingOf(type: EmailType): NotificationName {
  const name = NOTIFICATION_NAMES.find(each => NOTIFICATIONS[each] === type)
  if (!name) throw new Error(`there are no words for ${type}`)
  return name
}

/** Those that the mail is about and that admit: of a guest's, those that have the guest's address still. */
function ticketsFor({ tickets }: Shown, { ticketNumbers }: MailOfOrder): Ticket[] {
  const admitting = tickets.filter(ticket => isGenuine(admissionOf(ticket)))
  if (ticketNumbers === null) return admitting
  const named = admitting.filter(ticket => ticketNumbers.includes(ticket.ticketNumber))
  const address = named[0]?.email.toLowerCase()
  return named.filter(ticket => ticket.email.toLowerCase() === address)
}

type About = { tickets: readonly Ticket[]; isToBuyer: boolean; texts: Texts }

function factsOfOrder({ order, site }: Shown, { tickets, isToBuyer, texts }: About): [string, string][] {
  const ofTickets = tickets.map((ticket): [string, string] => {
    const [, seat] = seatFact(ticket, texts)
    return [ticket.name, [fullName(ticket), seat, ticket.ticketNumber].filter(Boolean).join(' · ')]
  })
  if (!isToBuyer) return ofTickets
  const total = localMoney(money(order.grandTotalMinor, order.currency), site.locale)
  return [
    ...ofTickets,
    [texts.page('order.number'), order.orderNumber],
    [texts.page('invoice.total'), order.grandTotalMinor === 0 ? texts.page('ticket.free') : total],
    ...(order.status === 'OFFLINE_PENDING'
      ? [
          [texts.page('status.OFFLINE_PENDING.headline'), texts.page('order.toPay', { amount: total })] satisfies [
            string,
            string,
          ],
        ]
      : []),
  ]
}

function ticketLinks(
  { order }: Shown,
  { tickets, isToBuyer, texts, links }: About & { links: Links },
): (readonly [string, string])[] {
  if (!isToBuyer)
    return tickets.map(ticket => [
      texts.mail('ticketPdf', { name: ticket.name, number: ticket.ticketNumber }),
      ticketPdfUrl(ticket, links),
    ])
  const all = tickets.length > 0 ? ticketsPdfUrl(order, links) : null
  return all === null ? [] : [[texts.page('order.allTickets'), all]]
}

function invoiceLink(
  { order }: Shown,
  { notificationType }: MailOfOrder,
  { texts, links }: { texts: Texts; links: Links },
): (readonly [string, string])[] {
  const url = notificationType === 'EMAIL_INVOICE' ? invoicePreviewUrl(order, links) : null
  return url === null ? [] : [[texts.page('order.invoice'), url]]
}

function calendarLink(
  { calendarLink: { display, linkText } }: Template,
  { calendar, canceled }: EventFacts,
): (readonly [string, string])[] {
  return display && linkText && calendar && !canceled ? [[linkText, calendar.ics]] : []
}
