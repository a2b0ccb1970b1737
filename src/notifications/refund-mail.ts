import { CLOCK } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { wantMails } from './mails.ts'
import { listMailsOff } from './template-store.ts'

type Refunded = { siteId: string; orderNumber: string; silent: boolean; email: string }

/**
 * Tells a buyer that money went back, in the transaction that writes it down: an order's activities do not say when a
 * refund is done.
 */
export async function wantRefundMail(
  tx: Tx,
  { siteId, orderNumber, silent, email }: Refunded,
  { refundId, amountMinor }: { refundId: string; amountMinor: number },
  now: Date,
): Promise<void> {
  if (silent || email === '' || (await listMailsOff(tx, siteId)).includes('refund')) return
  const mail = { notificationType: 'EMAIL_REFUND', orderNumber, ticketNumbers: null, data: { amountMinor } } as const
  await wantMails(tx, [mail], { siteId, actor: CLOCK, now }, { fact: `refund/${refundId}` })
}
