import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import type { StoredEvent } from './model.ts'
import { lockEvent } from './store.ts'
import { change, refuseUnseen } from './transitions.ts'

/** How an event is paid for, besides its prices; what is absent in a change stays. */
export type PaymentSettings = Pick<StoredEvent, 'autoCapture' | 'offlinePayment'>

/**
 * Whether what is authorized for this event is captured by itself before it ends, and whether guests may choose to pay in
 * person (spec/ticketing.md 9.1). What it says already stays untouched.
 * @param seen `updatedDate` of the event that was looked at; null: whatever it is now
 * @throws Refusal EVENT_NOT_FOUND, ABORTED
 */
export async function setPaymentSettings(
  tx: Tx,
  { eventId, seen, ...wanted }: { eventId: string; seen: Date | null } & Partial<PaymentSettings>,
  identity: Identity,
  now: Date,
): Promise<StoredEvent> {
  const event = await lockEvent(tx, identity.siteId, eventId)
  refuseUnseen(event, seen)
  const { autoCapture = event.autoCapture, offlinePayment = event.offlinePayment } = wanted
  return event.autoCapture === autoCapture && event.offlinePayment === offlinePayment
    ? event
    : change(tx, { ...event, autoCapture, offlinePayment }, 'event.updated', identity, now)
}
