import type { Tx } from '../db/connect.ts'
import { openCase } from '../payments/case-store.ts'
import type { Payment } from '../payments/model.ts'
import { storeNotifications } from '../payments/store.ts'
import { lockSold } from './sold.ts'

/** A buyer wants money back from the bank: who decides what becomes of the tickets is the organizer. */
export async function openDispute(
  tx: Tx,
  { siteId, paymentId, provider, orderNumber }: Payment,
  { disputeId, notificationId }: { disputeId: string; notificationId: string },
  now: Date,
): Promise<void> {
  await lockSold(tx, siteId, orderNumber)
  await storeNotifications(tx, siteId, [{ siteId, provider, notificationId, paymentId, result: 'DISPUTED' }], now)
  await openCase(tx, { siteId, paymentId, reason: 'DISPUTED', about: disputeId }, now)
}
