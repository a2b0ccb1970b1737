import type { StoredEvent } from '../events/model.ts'
import type { Site } from '../sites/store.ts'

/** The ways in which a buyer may choose to pay: at a provider's page, or the organizer in person. */
export const PAYMENT_METHODS = ['stripe', 'test', 'offline'] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

type Taking = Pick<Site, 'stripePayments' | 'testPayments'>

/** The ways open to the guests of an event, the first the one to suggest. */
export function paymentMethodsOf(
  site: Taking,
  { offlinePayment }: Pick<StoredEvent, 'offlinePayment'>,
): PaymentMethod[] {
  return [...onlineMethodsOf(site), ...(offlinePayment ? ['offline' as const] : [])]
}

/** The providers with which a site's guests pay online, the first the one to begin with. */
export function onlineMethodsOf({ stripePayments, testPayments }: Taking): ('stripe' | 'test')[] {
  return [...(stripePayments ? ['stripe' as const] : []), ...(testPayments ? ['test' as const] : [])]
}
