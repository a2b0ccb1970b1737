import type { CalendarEntry } from '../events/calendar.ts'
import { factsOf } from '../events/facts.ts'
import { formattedOf } from '../events/formatted.ts'
import type { StoredEvent } from '../events/model.ts'
import { calendarEntryOf, eventPageUrlOf, placeOf } from '../events/wire.ts'
import type { Keys } from '../identities/keys.ts'
import { localMoney, money } from '../money.ts'
import type { LetterData, LetterKind } from '../notifications/mail-model.ts'
import type { GuestMailKind, MailData, MailOfOrder, MailOfRsvp, Template } from '../notifications/model.ts'
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName, type Values } from '../notifications/templates.ts'
import { orderCalendarEntryOf } from '../orders/calendar.ts'
import type { ShownOrder } from '../orders/shown.ts'
import { invoicePreviewUrl, orderCalendarUrl, orderPageUrl, ticketsPdfUrl } from '../orders/wire.ts'
import type { EventFacts } from '../pages/parts.ts'
import { rsvpCalendarEntryOf, rsvpCalendarUrl, rsvpCodeUrl, rsvpPageUrl } from '../rsvps/links.ts'
import { type Rsvp, totalGuestsOf } from '../rsvps/model.ts'
import { admits } from '../rsvps/page.ts'
import type { Site } from '../sites/store.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { admissionOf, isGenuine, type Ticket } from '../tickets/model.ts'
import { fullName, seatFact } from '../tickets/shown.ts'
import { ticketPdfUrl } from '../tickets/wire.ts'
import { isPlainObject } from '../wire/plain-object.ts'
import type { Letter } from './letter.ts'

/** A mail as it can be said of an order now: to whom, what, and which tickets go with it. */
export type Composed = {
  to: { name: string; address: string }
  subject: string
  letter: Letter
  /** To be attached as a PDF; none where the organizer says so. */
  attached: readonly Ticket[]
  /** To be attached as a calendar file; null: none. */
  calendar: CalendarEntry | null
  /** What its letter shows as a QR code; absent: nothing. */
  code?: string
  /** Where whoever wants no more of these says so. */
  unsubscribeUrl?: string | undefined
}

type Shown = Omit<ShownOrder, 'event'> & { event: StoredEvent }
type Links = { keys: Keys; publicUrl: string }
/** What is written by hand or by default, filled with what is so. */
export type Wording = {
  templateOf: (name: TemplateName, values: Values) => Template
  /** Whether a confirmation of what was paid leads to the invoice (events 11.7). */
  invoiceEnabled: boolean
}

/** What `wanted` comes to in the event's own words; null when there is nobody left to send it to. */
export function compose(shown: Shown, wanted: MailOfOrder, wording: Wording, links: Links): Composed | null {
  const { order, site, event } = shown
  const texts = textsIn(site.locale)
  const { mail: say } = texts
  const type = wanted.notificationType
  const isToBuyer = wanted.ticketNumbers === null
  const tickets = OF_MONEY.has(type) ? [] : ticketsFor(shown, wanted)
  const [first] = tickets
  const addressee = isToBuyer ? order : first
  if (!addressee?.email) return null
  const facts = factsOf(event, { site, publicUrl: links.publicUrl })
  const name = fullName(addressee)
  const amount = amountOf(shown, wanted.data)
  const values = valuesOf(facts, { site, name, order: order.orderNumber, amount, texts })
  const template = templateOfOrder(type, wording, values)
  const about = { tickets, isToBuyer, texts }
  // The buyer's own leads to the codes of all; a guest's is that of the event.
  const ordered = isToBuyer ? orderCalendarEntryOf(shown, links) : null
  const toCalendar = calendarLink(template, facts, ordered ? orderCalendarUrl(order, links) : undefined)
  const attached = template.includeTickets && type !== 'EMAIL_INVOICE' ? tickets : []
  const withCalendar = toCalendar.length > 0 && (attached.length > 0 || type === 'EMAIL_EVENT_MOVED')
  return {
    to: { name, address: addressee.email },
    subject: template.subject,
    letter: {
      ...envelopeOf(texts, site),
      title: facts.title,
      notice: noticeOf(shown, wanted, { facts, texts }),
      greeting: greetingOf(name, texts),
      body: template.body,
      facts: [
        ...factsOfEvent(facts, texts, beforeOf(event, wanted.data, site)),
        ...(type === 'EMAIL_REFUND' ? [[say('refunded'), amount] satisfies [string, string]] : []),
        ...factsOfOrder(shown, about),
      ],
      links: [
        ...(type === 'EMAIL_EVENT_CANCELATION' ? [] : ticketLinks(shown, { ...about, links })),
        ...invoiceLink(shown, wanted, { texts, links, invoiceEnabled: wording.invoiceEnabled }),
        ...(type === 'EMAIL_PAYMENT_FAILED' ? eventLink(event, say('eventPage'), links) : []),
        ...(isToBuyer ? [[say('orderPage'), orderPageUrl(order, links)] as const] : []),
        ...toCalendar,
        ...descriptionLink(template, event, links),
      ],
      footer: [
        isToBuyer ? say('toBuyer', { site: site.name }) : say('toGuest', { site: site.name }),
        ...(OF_MONEY.has(type) ? [] : [say('keepSecret')]),
      ],
    },
    attached,
    calendar: withCalendar ? (ordered ?? calendarEntryOf(event, { site, publicUrl: links.publicUrl })) : null,
  }
}

/** They are about money and its order, not about tickets. */
const OF_MONEY: ReadonlySet<string> = new Set(['EMAIL_PAYMENT_FAILED', 'EMAIL_ORDER_CANCELED', 'EMAIL_REFUND'])

/** By which name a letter shows its code. */
export const CODE_NAME = 'code'

/** The same of an answer to an event. */
export function composeOfRsvp(
  { rsvp, event, site }: { rsvp: Rsvp; event: StoredEvent; site: Site },
  { notificationType, data }: MailOfRsvp,
  { templateOf }: Wording,
  links: Links,
): Composed {
  const texts = textsIn(site.locale)
  const { mail: say } = texts
  const facts = factsOf(event, { site, publicUrl: links.publicUrl })
  const name = fullName(rsvp)
  const values = valuesOf(facts, { site, name, order: '', amount: '', texts })
  const template = templateOf(nameOf(notificationType), values)
  const isExpected = rsvp.status !== 'NO' && notificationType !== 'EMAIL_EVENT_CANCELATION'
  const hasCode = isExpected && admits({ rsvp, event })
  const ics = hasCode ? rsvpCalendarUrl(rsvp, links) : undefined
  const toCalendar = isExpected ? calendarLink(template, facts, ics) : []
  return {
    to: { name, address: rsvp.email },
    subject: template.subject,
    letter: {
      ...envelopeOf(texts, site),
      title: facts.title,
      notice: noticeOfEvent(notificationType, facts, texts),
      greeting: greetingOf(name, texts),
      body: template.body,
      facts: [
        ...factsOfEvent(facts, texts, beforeOf(event, data, site)),
        [say('answer'), say(`answers.${rsvp.status}`)],
        ...(rsvp.status === 'NO' ? [] : [[say('guests'), String(totalGuestsOf(rsvp))] as const]),
      ],
      code: hasCode ? { cid: CODE_NAME, label: say('rsvpCode') } : null,
      links: [
        ...(isExpected ? [[say(hasCode ? 'rsvpCodePage' : 'rsvpPage'), rsvpPageUrl(rsvp, links)] as const] : []),
        ...toCalendar,
        ...descriptionLink(template, event, links),
      ],
      footer: [say('toRsvpGuest', { site: site.name }), ...(hasCode ? [say('keepSecret')] : [])],
    },
    attached: [],
    calendar: hasCode && toCalendar.length > 0 ? rsvpCalendarEntryOf({ rsvp, event, site }, links) : null,
    ...(hasCode && { code: rsvpCodeUrl(rsvp, links) }),
  }
}

/** A letter to an address, as it was wanted; `event` is what it is about, if it is about one. */
export function composeLetter(
  { kind, address, data }: { kind: LetterKind; address: string; data: LetterData },
  { event, site }: { event: StoredEvent | null; site: Site },
  { publicUrl }: Links,
): Composed {
  const texts = textsIn(site.locale)
  const { mail: say } = texts
  const facts = event && factsOf(event, { site, publicUrl })
  const values = { site: site.name, event: facts?.title ?? '', ...data.values }
  const subject = say(`letters.${kind}.subject`, values)
  return {
    to: { name: data.name, address },
    subject,
    letter: {
      ...envelopeOf(texts, site),
      title: facts?.title ?? subject,
      notice: null,
      greeting: greetingOf(data.name, texts),
      body: say(`letters.${kind}.body`, values),
      facts: [...(facts ? factsOfEvent(facts, texts) : []), ...(data.facts ?? [])],
      links: data.url === undefined ? [] : [[say(`letters.${kind}.link`), data.url]],
      footer: [say(`letters.${kind}.why`, values)],
      unsubscribe: data.unsubscribeUrl === undefined ? null : [say('unsubscribe'), data.unsubscribeUrl],
    },
    attached: [],
    calendar: null,
    unsubscribeUrl: data.unsubscribeUrl,
  }
}

function envelopeOf({ language, direction }: Texts, { name }: Site) {
  return { language, direction, from: name, unsubscribe: null }
}

function valuesOf(
  { title, dateAndTime, place }: EventFacts,
  { site, name, order, amount, texts }: { site: Site; name: string; order: string; amount: string; texts: Texts },
): Values {
  return {
    event: title,
    date: dateAndTime || texts.page('event.dateOpen'),
    place: placeLine(place) || texts.page('event.placeOpen'),
    site: site.name,
    name,
    order,
    amount,
  }
}

/** What an order costs, or the part of it that the mail is about. */
function amountOf({ order, site }: Shown, data: MailData | undefined): string {
  const amountMinor = typeof data?.amountMinor === 'number' ? data.amountMinor : order.grandTotalMinor
  return localMoney(money(amountMinor, order.currency), site.locale)
}

/** Whose words are used: an order's confirmation without tickets has its own (events 11.4). */
function templateOfOrder(type: MailOfOrder['notificationType'], { templateOf }: Wording, values: Values): Template {
  const template = templateOf(nameOf(type), values)
  return type === 'EMAIL_ORDER_CONFIRMATION' && !template.includeTickets
    ? { ...templateOf('orderConfirmationWithTicketsLink', values), includeTickets: false }
    : template
}

function nameOf(type: MailOfOrder['notificationType']): TemplateName {
  const name = TEMPLATE_NAMES.find(each => TEMPLATES[each] === type)
  if (!name) throw new Error(`there are no words for ${type}`)
  return name
}

/** What matters most of it, in a line. */
function noticeOf(
  { order }: Shown,
  { notificationType: type }: MailOfOrder,
  { facts, texts }: { facts: EventFacts; texts: Texts },
): Letter['notice'] {
  const isOver = type === 'EMAIL_PAYMENT_FAILED' || type === 'EMAIL_ORDER_CANCELED'
  return isOver
    ? { tone: 'bad', text: texts.page(`status.${order.status}.headline`) }
    : noticeOfEvent(type, facts, texts)
}

function noticeOfEvent(type: GuestMailKind, { canceled }: EventFacts, { page, mail }: Texts): Letter['notice'] {
  if (canceled) return { tone: 'bad', text: page('event.canceled') }
  return type === 'EMAIL_EVENT_MOVED' ? { tone: 'wait', text: mail('changed') } : null
}

function greetingOf(name: string, { mail: say }: Texts): string {
  return name === '' ? say('greetingNobody') : say('greeting', { name })
}

/** When and where; and when and where before, if that is what the mail is about. */
function factsOfEvent(
  { dateAndTime, place }: EventFacts,
  { page, mail }: Texts,
  before: { date: string; place: string } | null = null,
): [string, string][] {
  const date = dateAndTime || page('event.dateOpen')
  const at = placeLine(place) || page('event.placeOpen')
  return [
    [page('ticket.date'), date],
    ...(before?.date && before.date !== date ? [[mail('dateBefore'), before.date] satisfies [string, string]] : []),
    [page('ticket.place'), at],
    ...(before?.place && before.place !== at ? [[mail('placeBefore'), before.place] satisfies [string, string]] : []),
  ]
}

/** When and where an event was before it was moved, if it was; empty where that was not known. */
function beforeOf(event: StoredEvent, data: MailData | undefined, site: Site): { date: string; place: string } | null {
  if (!isPlainObject(data?.movedFrom)) return null
  const { startAt, endAt, ...before } = data.movedFrom
  const instant = (text: unknown) => (typeof text === 'string' ? new Date(text) : null)
  // Written by `whatGuestsLearn` (src/events/update.ts); its dates have become texts.
  const moved = { ...event, ...before, startAt: instant(startAt), endAt: instant(endAt) } as StoredEvent
  return { date: formattedOf(moved, site.locale).dateAndTime, place: placeLine(placeOf(moved, site.locale)) }
}

function placeLine({ name, address }: EventFacts['place']): string {
  return [name, address].filter(Boolean).join(', ')
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
  { notificationType: type }: MailOfOrder,
  { texts, links, invoiceEnabled }: { texts: Texts; links: Links; invoiceEnabled: boolean },
): (readonly [string, string])[] {
  const isMeant = type === 'EMAIL_INVOICE' || (type === 'EMAIL_ORDER_CONFIRMATION' && invoiceEnabled)
  const url = isMeant ? invoicePreviewUrl(order, links) : null
  return url === null ? [] : [[texts.page('order.invoice'), url]]
}

function calendarLink(
  { calendarLink: { display, linkText } }: Template,
  { calendar, canceled }: EventFacts,
  ics = calendar?.ics ?? null,
): (readonly [string, string])[] {
  return display && linkText && ics !== null && calendar && !canceled ? [[linkText, ics]] : []
}

function descriptionLink(
  { descriptionLink: { display, linkText } }: Template,
  event: StoredEvent,
  links: Links,
): (readonly [string, string])[] {
  return display && linkText ? eventLink(event, linkText, links) : []
}

function eventLink(event: StoredEvent, text: string, { publicUrl }: Links): (readonly [string, string])[] {
  const { base, path } = eventPageUrlOf(event, publicUrl)
  return event.publishedAt && !event.canceledAt ? [[text, base + path]] : []
}
