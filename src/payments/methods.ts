import type { StoredEvent } from '../events/model.ts'
import type { Site } from '../sites/store.ts'

/** The ways in which a buyer may choose to pay: at a provider's page, or the organizer in person. */
export const PAYMENT_METHODS = ['test', 'offline'] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

/** The ways open to the guests of an event, the first the one to suggest. */
export function paymentMethodsOf(
  { testPayments }: Pick<Site, 'testPayments'>,
  { offlinePayment }: Pick<StoredEvent, 'offlinePayment'>,
): PaymentMethod[] {
  return [...(testPayments ? ['test' as const] : []), ...(offlinePayment ? ['offline' as const] : [])]
}
