import type { StripeSettings } from '../config.ts'
import { linkToken } from '../identities/link.ts'
import { baseOf } from '../sites/hosts.ts'
import type { Notification, Payment } from './model.ts'
import type { Provider, ProviderState, Providers, RefundState, RemoteProvider } from './provider.ts'

const DONE: RefundState = { state: 'DONE', ref: null }

/** The test bank: it has no books of its own, so ours say what a payment is, and it does whatever it is asked. */
export const testProvider = {
  isLocal: true,
  begin: async ({ siteId, paymentId }, { publicUrl, keys }) => {
    const token = linkToken({ purpose: 'payment', siteId, number: paymentId }, keys)
    return { url: `${baseOf(siteId, publicUrl)}/test-payments/${paymentId}?token=${token}`, ref: null }
  },
  lookUp: async payment => stateOf(payment),
  capture: async payment => (payment.status === 'AUTHORIZED' ? 'CAPTURED' : stateOf(payment)),
  void: async payment => (payment.status === 'CAPTURED' ? 'CAPTURED' : 'VOIDED'),
  refund: async () => DONE,
  parse: ({ payment: { siteId, paymentId, status, capturesLater }, notificationId, result }) => ({
    siteId,
    paymentId,
    provider: 'test',
    // Anybody may play the bank for an order of their own: their ids must not use up those of others.
    notificationId: `${paymentId}/${notificationId}`,
    // A buyer pays and no more; that it is captured later is between the site and its bank.
    result: result === 'PAID' && capturesLater && status === 'BEGUN' ? 'AUTHORIZED' : result,
  }),
} satisfies Provider<{ payment: Payment; notificationId: string; result: Notification['result'] }>

/** Money that a person took. It is captured as it is written down, and only a person can give it back. */
const manualProvider: RemoteProvider = {
  isLocal: true,
  begin: async () => ({ url: null, ref: null }),
  lookUp: async payment => stateOf(payment),
  capture: async payment => stateOf(payment),
  void: async () => 'BY_HAND',
  refund: async () => ({ state: 'BY_HAND', ref: null }),
}

/** A card of the site's own: what is given back is put on it with the words that it was (orders/carry-out-refund.ts). */
const giftCardProvider: RemoteProvider = { ...manualProvider, refund: async () => DONE }

/** Payments from a time when Stripe was set up: whatever they need is tried until it is again, and a person is told. */
const stripeNotSetUp: RemoteProvider = {
  isLocal: false,
  begin: notSetUp,
  lookUp: notSetUp,
  capture: notSetUp,
  void: notSetUp,
  refund: notSetUp,
}

async function notSetUp(): Promise<never> {
  throw new Error('this payment needs Stripe: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET')
}

/** Without Stripe; whoever asks it for something uses `providersWith`. */
export const PROVIDERS: Providers = {
  stripe: stripeNotSetUp,
  test: testProvider,
  manual: manualProvider,
  giftCard: giftCardProvider,
}

export function providersWith(stripe: StripeSettings | null): Providers {
  return stripe === null ? PROVIDERS : { ...PROVIDERS, stripe: stripeOf(stripe) }
}

/** Loaded when something is first asked of it: a large package, and most installations have no account there. */
function stripeOf(settings: StripeSettings): RemoteProvider {
  let loaded: Promise<RemoteProvider> | null = null
  const stripe = () => {
    loaded ??= import('./stripe.ts').then(({ stripeClient, stripeProvider }) => stripeProvider(stripeClient(settings)))
    return loaded
  }
  return {
    isLocal: false,
    begin: async (...asked) => (await stripe()).begin(...asked),
    lookUp: async (...asked) => (await stripe()).lookUp(...asked),
    capture: async (...asked) => (await stripe()).capture(...asked),
    void: async (...asked) => (await stripe()).void(...asked),
    refund: async (...asked) => (await stripe()).refund(...asked),
  }
}

function stateOf({ status }: Payment): ProviderState {
  return status === 'BEGUN' ? 'OPEN' : status
}
