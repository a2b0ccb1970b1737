import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { addSeconds } from '../time.ts'
import type { ShownMail } from './mail-model.ts'
import { countMailsOfOrder, getShownMail, insertMails } from './mail-store.ts'
import { type By, enqueueMails, wantMails } from './mails.ts'
import { mailsOf } from './model.ts'
import { lockToldOrder } from './store.ts'

/**
 * Sends a mail once more, as it is said now and to the address that is there now, whatever became of the first one.
 * @throws Refusal MAIL_NOT_FOUND
 */
export async function resendMail(tx: Tx, mailId: string, by: By): Promise<ShownMail> {
  const { siteId, now } = by
  const { kind, eventId, orderNumber, ticketNumbers, rsvpId, data, ...mail } = await getShownMail(tx, siteId, mailId)
  // The address of a letter is all that is known of whom it is to; any other's is looked up.
  const address = orderNumber === null && rsvpId === null ? mail.address : null
  const again = {
    siteId,
    mailId: newGuid(),
    kind,
    fact: null,
    eventId,
    orderNumber,
    ticketNumbers,
    rsvpId,
    data,
    address,
  }
  await insertMails(tx, [again], now)
  await enqueueMails(tx, [{ mailId: again.mailId, actor: by.actor }], by)
  return getShownMail(tx, siteId, again.mailId)
}

/**
 * Mails the tickets of an order to its buyer once more.
 * @param perHourMax how often within an hour, of who has nothing but the order's link; null: as often as wanted
 * @param fact where it is one of many that are sent: what makes it, so that it is sent once
 * @throws Refusal ORDER_NOT_FOUND; FAILED_PRECONDITION where there are no tickets, or nobody said whose they are;
 *   RESOURCE_EXHAUSTED
 */
export async function resendOrder(
  tx: Tx,
  { orderNumber, perHourMax, fact = null }: { orderNumber: string; perHourMax: number | null; fact?: string | null },
  by: By,
): Promise<void> {
  const { siteId, now } = by
  const order = await lockToldOrder(tx, siteId, orderNumber)
  if (!order) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  const mails = mailsOf('EMAIL_ORDER_CONFIRMATION', order, null)
  if (mails.length === 0)
    throw new Refusal('FAILED_PRECONDITION', 'The order has no tickets to send, or nobody to send them to.', {
      orderNumber,
      status: order.status,
    })
  const since = addSeconds(now, -3600)
  if (perHourMax !== null && (await countMailsOfOrder(tx, siteId, { orderNumber, since })) >= perHourMax)
    throw new Refusal('RESOURCE_EXHAUSTED', 'They were sent several times just now. Look into the spam folder.', {
      retryAfterSeconds: 3600,
    })
  await wantMails(tx, mails, by, { fact, isBulk: fact !== null })
}

/** As often somebody who has the order's link may have its tickets mailed within an hour. */
export const RESENT_PER_HOUR_MAX = 3
