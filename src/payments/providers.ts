import type { Notification, Payment } from './model.ts'
import type { Provider, ProviderState, Providers, RefundState } from './provider.ts'

const DONE: RefundState = { state: 'DONE', ref: null }

/** The test bank: it has no books of its own, so ours say what a payment is, and it does whatever it is asked. */
export const testProvider = {
  isLocal: true,
  begin: async ({ paymentId }, publicUrl) => `${publicUrl}/boxoffice/v1/test-payments/${paymentId}`,
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
const manualProvider: Provider = {
  isLocal: true,
  begin: async () => null,
  lookUp: async payment => stateOf(payment),
  capture: async payment => stateOf(payment),
  void: async () => 'BY_HAND',
  refund: async () => ({ state: 'BY_HAND', ref: null }),
  parse: () => null,
}

/** A card of the site's own: what is given back is put on it with the words that it was (orders/carry-out.ts). */
const giftCardProvider: Provider = { ...manualProvider, refund: async () => DONE }

export const PROVIDERS: Providers = { test: testProvider, manual: manualProvider, giftCard: giftCardProvider }

function stateOf({ status }: Payment): ProviderState {
  return status === 'BEGUN' ? 'OPEN' : status
}
