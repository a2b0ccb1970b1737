import { isDeepStrictEqual } from 'node:util'
import { record } from '../activity/record.ts'
import { upsertContacts } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import { type Answer, answerOf, problemsOfAnswers } from '../forms/answers.ts'
import type { StoredForm } from '../forms/model.ts'
import { getForm } from '../forms/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { giveGuests } from '../tickets/guests.ts'
import { refuseStale } from '../wire/revision.ts'
import { movePlaces } from './archive.ts'
import { orderActivity } from './end.ts'
import type { Order } from './model.ts'
import { changedOrder, lockOrdersOf, writeBuyers, writeOrders } from './store.ts'

/** What is to become of an order; null stays. */
export type OrderUpdate = {
  eventId: string
  orderNumber: string
  archived: boolean | null
  checkoutForm: { inputValues: Answer[] } | null
  /** Of which state of the order it was made; null: of whichever is there. The contract has none (R174). */
  revision: string | null
}

/**
 * Update Order (R174): archives or restores it, gives it other answers, or both in one. What is as wanted already stays
 * untouched (R19).
 * @throws Refusal ORDER_NOT_FOUND, ABORTED, ORDER_ACTION_NOT_AVAILABLE, INVALID_FORM_RESPONSE
 */
export async function updateOrder(
  tx: Tx,
  { eventId, orderNumber, archived, checkoutForm, revision }: OrderUpdate,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order> {
  const by = { actor: actorOf(identity), now }
  const { orders, reservations } = await lockOrdersOf(tx, { eventId, orderNumbers: [orderNumber] }, identity)
  const [order] = orders
  if (!order) throw new Error('a locked order is gone')
  if (revision !== null) refuseStale(order.revision, revision)

  const buyer = checkoutForm && buyerAnswering(order, checkoutForm, await getForm(tx, identity.siteId, eventId))
  const moves = archived !== null && (order.archivedAt !== null) !== archived
  if (!buyer && !moves) return order

  const [contactId = order.contactId] = buyer ? await upsertContacts(tx, identity.siteId, [buyer], now) : []
  if (moves) await movePlaces(tx, { orders, reservations, archived }, by)
  const change = { ...buyer, contactId, ...(moves && { archivedAt: archived ? now : null }) }
  const changed = changedOrder(order, change, now)
  await writeOrders(tx, identity.siteId, [changed])
  if (buyer) await writeBuyers(tx, identity.siteId, [changed])
  const data = { ...(moves && { archived }), ...(buyer && { checkoutForm: true }) }
  await record(tx, [
    orderActivity(changed, 'updated', { ...by, data }),
    ...(buyer ? await giveGuests(tx, changed, { all: false, ...by }) : []),
  ])
  return changed
}

type Buyer = Pick<Order, 'firstName' | 'lastName' | 'email' | 'guestForms'>

/**
 * Who the order's buyer is by these answers, judged by the event's form; null when that is what the order says already.
 * inferred: where every ticket has a guest of its own, the order's form is the buyer's names and e-mail, for the other
 * questions are answered by the guests.
 */
function buyerAnswering(order: Order, { inputValues }: { inputValues: Answer[] }, form: StoredForm): Buyer | null {
  if (order.anonymizedAt)
    throw new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${order.orderNumber} was anonymized.`, {
      orderNumber: order.orderNumber,
      status: order.status,
    })
  const asked = form.controls.filter(({ kind }) => !order.guestsAssigned || kind === 'name' || kind === 'email')
  const problems = problemsOfAnswers({ controls: asked }, inputValues)
  if (problems.length > 0)
    throw new Refusal('INVALID_FORM_RESPONSE', problems.join(' '), {
      problems: problems.map(problem => ({ guest: 0, problem })),
    })
  const buyer = {
    firstName: answerOf(inputValues, 'firstName') ?? '',
    lastName: answerOf(inputValues, 'lastName') ?? '',
    email: answerOf(inputValues, 'email') ?? '',
    guestForms: order.guestsAssigned ? order.guestForms : [{ inputValues }],
  }
  return isDeepStrictEqual(buyer, {
    firstName: order.firstName,
    lastName: order.lastName,
    email: order.email,
    guestForms: order.guestForms,
  })
    ? null
    : buyer
}
