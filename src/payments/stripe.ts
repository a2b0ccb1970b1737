import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import type { StripeSettings } from '../config.ts'
import { Refusal } from '../refusals.ts'
import type { Payment, Refund } from './model.ts'
import type { BeginContext, Begun, ProviderState, RefundElsewhere, RefundState, RemoteProvider } from './provider.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-amount.ts'

/**
 * Until when a payment can be made at Stripe. An hour and some minutes after it was begun, whenever the buyer comes: the
 * hold ends within half an hour, and Stripe wants half an hour more. What is no longer held is let go before that.
 */
const OPEN_MINUTES = 65

/** Everything that is asked of Stripe has a bound, and is tried again by whoever asked. */
export function stripeClient({ secretKey, apiUrl }: Pick<StripeSettings, 'secretKey' | 'apiUrl'>): Stripe {
  const url = apiUrl === null ? null : new URL(apiUrl)
  return new Stripe(secretKey, {
    telemetry: false,
    timeout: 10_000,
    maxNetworkRetries: 1,
    ...(url && {
      protocol: url.protocol === 'http:' ? 'http' : 'https',
      host: url.hostname,
      port: url.port || (url.protocol === 'http:' ? 80 : 443),
    }),
  })
}

/**
 * Stripe, through Checkout Sessions on its own page. A session is a payment's `providerRef`; the payment intent behind it
 * says what became of the money.
 */
export function stripeProvider(stripe: Stripe): RemoteProvider {
  return {
    isLocal: false,
    begin: (payment, context) => begin(stripe, payment, context),
    lookUp: payment => lookUp(stripe, payment),
    capture: payment => capture(stripe, payment),
    void: payment => letGo(stripe, payment),
    refund: (payment, refund) => giveBack(stripe, payment, refund),
  }
}

async function begin(stripe: Stripe, payment: Payment, context: BeginContext): Promise<Begun> {
  const { providerRef } = payment
  if (providerRef !== null) {
    const session = await reached(stripe.checkout.sessions.retrieve(providerRef))
    return { url: session.status === 'open' ? session.url : null, ref: providerRef }
  }
  const params = sessionOf(payment, context)
  // The same request again gets the same session; after a change, such as another address of the buyer, another one.
  const says = createHash('sha256').update(JSON.stringify(params)).digest('base64url').slice(0, 16)
  const idempotencyKey = `${payment.paymentId}/begin/${says}`
  const session = await reached(stripe.checkout.sessions.create(params, { idempotencyKey }))
  return { url: session.url, ref: session.id }
}

function sessionOf(
  { siteId, orderNumber, paymentId, amountMinor, currency, capturesLater, createdAt }: Payment,
  { returnUrl, title, email }: BeginContext,
): Stripe.Checkout.SessionCreateParams {
  const amount = toStripeAmount(amountMinor, currency)
  if (amount === null) throw notTaken()
  const metadata = { site: siteId, order: orderNumber, payment: paymentId }
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: currency.toLowerCase(), unit_amount: amount, product_data: { name: title } },
      },
    ],
    client_reference_id: orderNumber,
    metadata,
    payment_intent_data: { metadata, description: title, ...(capturesLater && { capture_method: 'manual' }) },
    ...(email !== '' && { customer_email: email }),
    expires_at: Math.floor(createdAt.getTime() / 1000) + OPEN_MINUTES * 60,
    success_url: returnUrl,
    cancel_url: returnUrl,
  }
}

async function lookUp(stripe: Stripe, { providerRef }: Payment): Promise<ProviderState> {
  return providerRef === null ? 'OPEN' : stateOf(await retrieve(stripe, providerRef))
}

async function capture(stripe: Stripe, payment: Payment): Promise<ProviderState> {
  const session = await retrieve(stripe, refOf(payment))
  const state = stateOf(session)
  if (state !== 'AUTHORIZED') return state
  const idempotencyKey = `${payment.paymentId}/capture`
  const intent = await stripe.paymentIntents.capture(intentOf(session).id, {}, { idempotencyKey })
  return stateOfIntent(intent)
}

async function letGo(stripe: Stripe, payment: Payment): Promise<ProviderState> {
  if (payment.providerRef === null) return 'VOIDED'
  const session = await retrieve(stripe, payment.providerRef)
  const state = stateOf(session)
  if (state === 'OPEN') {
    // It fails where the buyer was faster: then it is looked at again.
    await stripe.checkout.sessions.expire(session.id, {}, { idempotencyKey: `${payment.paymentId}/expire` })
    return 'VOIDED'
  }
  if (state !== 'AUTHORIZED') return state
  const idempotencyKey = `${payment.paymentId}/void`
  return stateOfIntent(await stripe.paymentIntents.cancel(intentOf(session).id, {}, { idempotencyKey }))
}

async function giveBack(stripe: Stripe, payment: Payment, refund: Refund): Promise<RefundState> {
  if (refund.providerRef !== null) return refundState(await stripe.refunds.retrieve(refund.providerRef))
  const { siteId, paymentId, currency } = payment
  const amount = toStripeAmount(refund.amountMinor, currency)
  if (amount === null) return { state: 'BY_HAND', ref: null }
  const intent = intentOf(await retrieve(stripe, refOf(payment)))
  // Stripe forgets keys after a day; what it answered then is found by its name.
  const before = refund.attempts > 1 ? await listRefundsAtStripe(stripe, intent.id, payment) : []
  const done = before.find(({ refundId }) => refundId === refund.refundId)
  if (done) return { state: done.state, ref: done.ref }
  const metadata = { site: siteId, payment: paymentId, refund: refund.refundId }
  const params = { payment_intent: intent.id, amount, metadata }
  try {
    return refundState(await stripe.refunds.create(params, { idempotencyKey: refund.refundId }))
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    const atProvider = await listRefundsAtStripe(stripe, intent.id, payment)
    if (!isForGood(error, refund, payment, atProvider)) throw error
    return { state: 'FAILED', ref: null, atProvider }
  }
}

/** Whether asking again would be refused again: less is left there than is asked for, or a bank has taken it back. */
function isForGood(
  { code }: Stripe.errors.StripeInvalidRequestError,
  { amountMinor }: Refund,
  payment: Payment,
  atProvider: readonly RefundElsewhere[],
): boolean {
  const goneMinor = atProvider
    .filter(({ state }) => state !== 'FAILED')
    .reduce((sum, each) => sum + each.amountMinor, 0)
  return code === 'charge_disputed' || amountMinor > payment.amountMinor - goneMinor
}

/** All refunds of a payment, also those that people made at Stripe. */
export async function listRefundsAtStripe(
  stripe: Stripe,
  intent: string,
  { currency }: Pick<Payment, 'currency'>,
): Promise<RefundElsewhere[]> {
  const refunds = await stripe.refunds.list({ payment_intent: intent, limit: 100 }).autoPagingToArray({ limit: 1000 })
  return refunds.map(refund => ({
    ...refundState(refund),
    amountMinor: fromStripeAmount(refund.amount, currency),
    refundId: refund.metadata?.refund ?? null,
  }))
}

/** @param refund as Stripe has it */
function refundState({ id, status }: Pick<Stripe.Refund, 'id' | 'status'>): Pick<RefundElsewhere, 'state' | 'ref'> {
  switch (status) {
    case 'succeeded':
      return { state: 'DONE', ref: id }
    case 'failed':
    case 'canceled':
      return { state: 'FAILED', ref: id }
    default:
      return { state: 'PENDING', ref: id }
  }
}

function retrieve(stripe: Stripe, ref: string): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.retrieve(ref, { expand: ['payment_intent'] })
}

function stateOf(session: Stripe.Checkout.Session): ProviderState {
  switch (session.status) {
    case 'expired':
      return 'VOIDED'
    case 'complete':
      return stateOfIntent(intentOf(session))
    default:
      return 'OPEN'
  }
}

/** Of a session that is complete: what is decided elsewhere for days is PENDING, what failed there is DECLINED. */
function stateOfIntent({ status }: Stripe.PaymentIntent): ProviderState {
  switch (status) {
    case 'succeeded':
      return 'CAPTURED'
    case 'requires_capture':
      return 'AUTHORIZED'
    case 'canceled':
      return 'VOIDED'
    case 'requires_payment_method':
      return 'DECLINED'
    default:
      return 'PENDING'
  }
}

function intentOf({ id, payment_intent: intent }: Stripe.Checkout.Session): Stripe.PaymentIntent {
  if (typeof intent !== 'object' || intent === null) throw new Error(`session ${id} has no payment intent`)
  return intent
}

function refOf({ paymentId, providerRef }: Payment): string {
  if (providerRef === null) throw new Error(`payment ${paymentId} is not known to Stripe`)
  return providerRef
}

/** The answer, or what a buyer is told who waits for it: that it can be tried again, or that it can be paid otherwise. */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    if (error.code === 'amount_too_small' || error.code === 'amount_too_large') throw notTaken()
    const isAway =
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeRateLimitError ||
      (error.statusCode ?? 0) >= 500
    if (!isAway) throw error
    throw new Refusal('UNAVAILABLE', 'The payment page does not answer. Try again in a moment.', {
      retryAfterSeconds: 5,
    })
  }
}

function notTaken(): Refusal {
  return new Refusal('PAYMENT_METHOD_NOT_AVAILABLE', 'This amount cannot be paid that way.', { method: 'stripe' })
}
