import { setImmediate } from 'node:timers/promises'
import { factsOf } from '../events/facts.ts'
import { formattedMoment } from '../events/formatted.ts'
import { localMoney, money } from '../money.ts'
import { type Html, html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, eventFacts, notice, qrImage, type Tone } from '../pages/parts.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { checkInUrl } from '../tickets/code.ts'
import { admissionOf, isGenuine, type Ticket } from '../tickets/model.ts'
import { fullName, seatFact } from '../tickets/shown.ts'
import { googleWalletUrl, type TicketLinks, ticketPdfUrl, walletPassUrl } from '../tickets/wire.ts'
import { changeableGuests } from './change-guest.ts'
import { invoiceTable } from './invoice-table.ts'
import type { OrderStatus } from './model.ts'
import { isPayable, type Offered, otherActions, payActions } from './order-actions.ts'
import { type ShownOrder, zoneOf } from './shown.ts'
import {
  guestUrl,
  invoicePreviewUrl,
  orderActionUrl,
  orderCalendarUrl,
  orderPageUrl,
  orderReturnUrl,
  passBundlesOf,
  ticketsPdfUrl,
} from './wire.ts'

type View = TicketLinks & { now: Date; offered: Offered }

/** What did not work and is said at the top of the page. */
const PROBLEMS = ['paymentChanged', 'cancelRefused', 'mailedOften', 'guestRefused'] as const

/** The order as its buyer sees it (R167): what became of it, the tickets with their codes, what it costs. */
export async function orderPage(shown: ShownOrder, view: View): Promise<Page> {
  const { order, tickets, event, site } = shown
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const { headline, tone, stories } = stateOf(shown, texts, view.now)
  const title = say('order.title', { number: order.orderNumber })
  const previewUrl = invoicePreviewUrl(order, view)
  const usable = tickets.some(ticket => isGenuine(admissionOf(ticket)))
  const about = event && factsOf(event, { site, publicUrl: view.publicUrl })
  const calendar = about?.calendar && usable ? { ...about.calendar, ics: orderCalendarUrl(order, view) } : null
  const { offered } = view
  const changeable = changeableGuests(shown, view.now)
  const result = PROBLEMS.find(each => each === offered.result)
  const waits = isPayable(shown, view.now) || order.status === 'PENDING'
  const left = timeLeft(shown, texts, view.now)
  const actions = html`${payActions(shown, offered, texts, view)}
${otherActions(shown, offered, texts, view)}
${waits && reloadWithoutScript(shown, texts, view)}`
  const bundles = passBundlesOf({ order, tickets }, view).map(({ url, from, to }) => {
    const all = from === 1 && to === tickets.length
    return html` <a href="${url}">${all ? say('order.allToAppleWallet') : say('order.someToAppleWallet', { from, to })}</a>`
  })
  const body = html`<h1>${title}</h1>
${result && notice('bad', { headline: say('order.results.title'), stories: [say(`order.results.${result}`)] })}
${
  offered.result === 'mailed' &&
  notice('good', {
    headline: say('order.mailed.headline'),
    stories: [say('order.mailed.story', { email: order.email ?? '' })],
  })
}
${
  offered.result === 'guestChanged' &&
  notice('good', { headline: say('guest.changed.headline'), stories: [say('guest.changed.story')] })
}
${notice(tone, { headline, stories: [...stories, left ?? [], ...refundStories(shown, texts)].flat(), actions })}
<section aria-label="${say('order.eventHeading')}">
${eventFacts(about && { ...about, calendar: calendar ?? about.calendar }, texts)}
</section>
<section>
<h2>${say('order.ticketsHeading')}</h2>
${tickets.length === 0 && html`<p>${say('order.noTickets')}</p>`}
${
  usable &&
  html`<p class="actions"><a class="button" href="${ticketsPdfUrl(order, view)}">${say('order.allTickets')}</a>${bundles}</p>
<form class="actions" method="post" action="${orderActionUrl('resend', order, view)}"><button class="button plain">${say('order.resend')}</button></form>`
}
${tickets.length > 0 && html`<ul class="tickets">${await ticketItems(shown, changeable.tickets, texts, view)}</ul>`}
</section>
<section>
<h2>${say('order.costHeading')}</h2>
${invoiceTable(order.invoice, texts)}
${previewUrl && html`<p class="actions"><a href="${previewUrl}">${say('order.invoice')}</a></p>`}
</section>
<section>
<h2>${say('order.buyerHeading')}</h2>
${definitions([
  [say('order.number'), order.orderNumber],
  [say('order.bought'), formattedMoment(order.createdAt, zoneOf(shown))],
  [say('order.buyer'), fullName(order)],
  [say('order.email'), order.email],
])}
${changeable.order && html`<p class="actions"><a href="${guestUrl(order, null, view)}">${say('guest.changeBuyer')}</a></p>`}
</section>
${usable && html`<p class="soft">${say('order.keepSecret')}</p>`}`
  const state = [order.status, tone, tickets.length, shown.keptMinor, shown.refundedMinor, shown.refundingMinor].join()
  // Who waited here and came from elsewhere goes back there, as from paying.
  const next = !waits && offered.back !== null ? orderReturnUrl(order, view) : null
  return {
    texts,
    title,
    siteName: site.name,
    body,
    live: { state, waits, next },
    offline: { keepUntil: usable ? keepUntil(shown, view.now) : null },
    ...((isPayable(shown, view.now) || usable) && { hasForms: true }),
  }
}

/** Until when a browser may show it without a network: a day after the event, which may run late. */
function keepUntil({ event }: ShownOrder, now: Date): Date | null {
  const last = event?.endAt ?? event?.startAt
  const until = new Date((last?.getTime() ?? now.getTime() + UNDATED_MILLISECONDS) + DAY_MILLISECONDS)
  return until > now ? until : null
}

const DAY_MILLISECONDS = 86_400_000
/** So long a page of an event without a date is kept, from when it was looked at last. */
const UNDATED_MILLISECONDS = 30 * DAY_MILLISECONDS

/** How long an order's tickets are still held: whoever listens is told when it is little. */
function timeLeft(shown: ShownOrder, { page: say }: Texts, now: Date): Html | null {
  const { reservation } = shown
  if (!isPayable(shown, now) || reservation === null) return null
  const count = Math.ceil((reservation.expiresAt.getTime() - now.getTime()) / 60_000)
  return html`<span data-left="${count <= SOON_MINUTES && 'soon'}">${say('order.minutesLeft', { count })}</span>`
}

const SOON_MINUTES = 5

function reloadWithoutScript({ order }: ShownOrder, { page: say }: Texts, view: View): Html {
  return html`<noscript><p class="actions"><a href="${orderPageUrl(order, view)}">${say('order.look')}</a></p></noscript>`
}

/** What the buyer got back, or is about to. */
function refundStories({ order, site, refundedMinor, refundingMinor }: ShownOrder, texts: Texts): string[] {
  const amount = (amountMinor: number) => localMoney(money(amountMinor, order.currency), site.locale)
  return [
    ...(refundedMinor > 0 ? [texts.page('order.refunded', { amount: amount(refundedMinor) })] : []),
    ...(refundingMinor > 0 ? [texts.page('order.refunding', { amount: amount(refundingMinor) })] : []),
  ]
}

/** What became of an order, in words: one state per status, told apart where the clock or the organizer decided more. */
export function stateOf(
  { order, tickets, reservation, event, site, keptMinor }: ShownOrder,
  texts: Texts,
  now: Date,
): { headline: string; stories: string[]; tone: Tone } {
  const { page: say } = texts
  const headline = say(`status.${order.status}.headline`)
  const story = say(`status.${order.status}.story`)
  const tone = TONES[order.status]
  if (order.archivedAt && tickets.length > 0)
    return { headline: say('withdrawn.headline'), stories: [say('withdrawn.story')], tone: 'bad' }
  const held = reservation !== null && statusAt(reservation, now) === 'PENDING'
  const amount = (amountMinor: number) => localMoney(money(amountMinor, order.currency), site.locale)
  const openMinor = order.grandTotalMinor - keptMinor
  switch (order.status) {
    case 'INITIATED':
    case 'PARTIALLY_PAID': {
      if (!held) return { headline: say('holdEnded.headline'), stories: [say('holdEnded.story')], tone: 'bad' }
      const until = say('order.heldUntil', { moment: formattedMoment(reservation.expiresAt, zoneOf({ event, site })) })
      const paid = keptMinor > 0 ? [say('order.paidSoFar', { amount: amount(keptMinor) })] : []
      return { headline, stories: [...paid, say('order.toPay', { amount: amount(openMinor) }), story, until], tone }
    }
    case 'CANCELED':
      // The clock gave it up, not a person: it reads as it did before the clock came round to it.
      return reservation?.status === 'EXPIRED' && order.confirmedAt === null
        ? { headline: say('holdEnded.headline'), stories: [say('holdEnded.story')], tone }
        : { headline, stories: [tickets.length === 0 ? say('order.canceledUnpaid') : story], tone }
    case 'OFFLINE_PENDING':
      return { headline, stories: [story, say('order.toPay', { amount: amount(openMinor) })], tone }
    default:
      return { headline, stories: [story], tone }
  }
}

const TONES: Readonly<Record<OrderStatus, Tone>> = {
  INITIATED: 'wait',
  PENDING: 'wait',
  AUTHORIZED: 'wait',
  PARTIALLY_PAID: 'wait',
  OFFLINE_PENDING: 'good',
  PAID: 'good',
  FREE: 'good',
  DECLINED: 'bad',
  CANCELED: 'bad',
  VOIDED: 'bad',
}

async function ticketItems(
  { order, tickets, site, ...shown }: ShownOrder,
  changeable: readonly Ticket[],
  texts: Texts,
  view: View,
): Promise<Html[]> {
  const zone = zoneOf({ ...shown, site })
  const items: Html[] = []
  for (const ticket of tickets) {
    const change = changeable.includes(ticket) ? guestUrl(order, ticket, view) : null
    items.push(ticketItem(ticket, { change, texts, zone, view }))
    // A code takes about two milliseconds, and an order has up to fifty: others are answered in between.
    await setImmediate()
  }
  return items
}

function ticketItem(
  ticket: Ticket,
  {
    change,
    texts,
    zone,
    view,
  }: { change: string | null; texts: Texts; zone: { locale: string; timeZone: string }; view: View },
): Html {
  const { ticketNumber, checkedInAt } = ticket
  const { page: say } = texts
  const admission = admissionOf(ticket)
  const price =
    ticket.priceMinor === 0 ? say('ticket.free') : localMoney(money(ticket.priceMinor, ticket.currency), zone.locale)
  const [apple, google] = [walletPassUrl(ticket, view), googleWalletUrl(ticket, view)]
  const wallets = [
    apple && html` <a href="${apple}">${say('order.appleWallet', { number: ticketNumber })}</a>`,
    google && html` <a href="${google}" rel="noreferrer">${say('order.googleWallet', { number: ticketNumber })}</a>`,
  ]
  return html`<li class="ticket"><div>
<h3 dir="auto">${ticket.name}</h3>
${!isGenuine(admission) && html`<p class="strong">${say(`admission.${admission}.headline`)}. ${say(`admission.${admission}.story`)}</p>`}
${admission === 'CHECKED_IN' && checkedInAt && html`<p class="strong">${say('checkIn.checkedInAt', { moment: formattedMoment(checkedInAt, zone) })}</p>`}
${definitions([
  [say('ticket.guest'), fullName(ticket)],
  seatFact(ticket, texts),
  [say('ticket.price'), price],
  [say('ticket.number'), ticketNumber],
])}
${isGenuine(admission) && html`<p class="actions"><a href="${ticketPdfUrl(ticket, view)}">${say('order.oneTicket', { number: ticketNumber })}</a>${wallets}${change && html` <a href="${change}">${say('guest.change', { number: ticketNumber })}</a>`}</p>`}
</div>
${isGenuine(admission) && qrImage(checkInUrl(ticket, view), say('order.qrOf', { number: ticketNumber }))}
</li>
`
}
