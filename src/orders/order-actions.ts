import { localMoney, money } from '../money.ts'
import { type Html, html } from '../pages/html.ts'
import type { PaymentMethod } from '../payments/methods.ts'
import type { Texts } from '../texts/texts.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { isCancelable } from './cancel-by-guest.ts'
import { hasEnded } from './model.ts'
import type { ShownOrder } from './shown.ts'
import { type OrderLinks, orderActionUrl, orderPageUrl } from './wire.ts'

/** What a form of the page has just done, or why it could not. */
export const ACTION_RESULTS = [
  'paymentChanged',
  'cancelRefused',
  'cardNotFound',
  'cardEmpty',
  'cardExpired',
  'cardDisabled',
  'cardCurrency',
  'cardsTooMany',
  'tooManyTries',
  'mailed',
  'mailedOften',
  'guestChanged',
  'guestRefused',
] as const
export type ActionResult = (typeof ACTION_RESULTS)[number]

/** What a buyer may do about an order, and with what. */
export type Offered = {
  methods: readonly PaymentMethod[]
  takesGiftCards: boolean
  /** The site that the buyer was sent here from. */
  back: string | null
  /** The public page of the event, where tickets can be chosen again. */
  eventPage: string | null
  result: ActionResult | null
}
/** What can be wrong with the code of a gift card; said beside its field. */
const CODE_PROBLEMS = [
  'cardNotFound',
  'cardEmpty',
  'cardExpired',
  'cardDisabled',
  'cardCurrency',
  'cardsTooMany',
  'tooManyTries',
] as const
type View = OrderLinks & { now: Date }

/** Whether it waits for money, with its tickets still held. */
export function isPayable({ order, reservation }: ShownOrder, now: Date): boolean {
  const waits = order.status === 'INITIATED' || order.status === 'PARTIALLY_PAID'
  return waits && reservation !== null && statusAt(reservation, now) === 'PENDING'
}

/** Pay, or with a gift card; for an order that waits for that. Works without scripts. */
export function payActions(shown: ShownOrder, offered: Offered, { page: say }: Texts, view: View): Html | null {
  if (!isPayable(shown, view.now)) return null
  const { order, site, keptMinor } = shown
  const due = localMoney(money(order.grandTotalMinor - keptMinor, order.currency), site.locale)
  // What a card has paid would be nobody's while the rest is open.
  const methods = offered.methods.filter(method => method !== 'offline' || order.status === 'INITIATED')
  const problem = CODE_PROBLEMS.find(each => each === offered.result) ?? null
  return html`<div class="actions"><form method="post" action="${orderActionUrl('payment', order, view)}">${methods.map(
    (method, index) =>
      html`<button class="${index === 0 ? 'button' : 'button plain'}" name="method" value="${method}">${say(`order.pay.${method}`, { amount: due })}</button> `,
  )}</form></div>
${methods.length === 0 && html`<p>${say('order.pay.none')}</p>`}
${
  offered.takesGiftCards &&
  html`<form class="code" method="post" action="${orderActionUrl('gift-card', order, view)}">
<label for="code">${say('order.giftCard.label')}</label>
${problem && html`<p class="problem" id="code-problem">${say(`order.results.${problem}`)}</p>`}
<div><input id="code" name="code" required maxlength="60" autocomplete="off" autocapitalize="characters" spellcheck="false"${problem && html` aria-describedby="code-problem" aria-invalid="true" autofocus`}>
<button class="button plain">${say('order.giftCard.use')}</button></div>
</form>`
}`
}

/** What else can be done: choose again, go back to where one came from, cancel. */
export function otherActions(shown: ShownOrder, offered: Offered, { page: say }: Texts, view: View): Html | null {
  const { order } = shown
  const isOver = hasEnded(order) || (isAwaitedInVain(shown, view.now) && order.status !== 'PENDING')
  const links = [
    isOver &&
      offered.eventPage !== null &&
      html`<a class="button" href="${offered.eventPage}">${say('order.chooseAnew')}</a> `,
    offered.back !== null &&
      html`<a class="button plain" href="${offered.back}">${say('order.back', { host: new URL(offered.back).host })}</a> `,
    isCancelable(shown, view.now) &&
      html`<a href="${orderActionUrl('cancel', order, view)}">${say('order.cancel.link')}</a> `,
  ].filter(link => link !== false)
  return links.length === 0 ? null : html`<p class="actions">${links}</p>`
}

function isAwaitedInVain(shown: ShownOrder, now: Date): boolean {
  const { status } = shown.order
  return (status === 'INITIATED' || status === 'PARTIALLY_PAID') && !isPayable(shown, now)
}

/** The question before an order is canceled. */
export function cancelQuestion({ order, keptMinor }: ShownOrder, { page: say }: Texts, view: View): Html {
  return html`<h1>${say('order.cancel.title', { number: order.orderNumber })}</h1>
<section>
<p>${say(order.confirmedAt === null ? 'order.cancel.storyUnpaid' : 'order.cancel.story')}</p>
${keptMinor > 0 && html`<p>${say('order.cancel.storyGiftCard')}</p>`}
<div class="actions"><form method="post" action="${orderActionUrl('cancel', order, view)}"><button class="button">${say('order.cancel.yes')}</button></form> <a class="button plain" href="${orderPageUrl(order, view)}">${say('order.cancel.no')}</a></div>
</section>`
}
