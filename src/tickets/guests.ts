import type { Activity } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { answerOf } from '../forms/answers.ts'
import type { Order } from '../orders/model.ts'
import { listTicketsOfOrders, nameAfterBuyer, writeTickets } from './store.ts'

/**
 * Gives the tickets of a locked order the guests that it names now (R205): the buyer's name to those without a guest of
 * their own, to the others their guests where all of them are named anew.
 * @returns what happened, to be recorded
 */
export async function giveGuests(
  tx: Tx,
  order: Order,
  { all, actor, now }: { all: boolean; actor: Activity['actor']; now: Date },
): Promise<Activity[]> {
  const { siteId, eventId } = order
  const changed = order.guestsAssigned
    ? all
      ? await newGuests(tx, order, now)
      : []
    : await nameAfterBuyer(tx, order, now)
  return changed.map(({ ticketNumber, revision }) => ({
    siteId,
    entityKind: 'ticket',
    entityId: ticketNumber,
    sequence: revision,
    kind: 'ticket.updated',
    data: { eventId, guestChanged: true },
    actor,
    occurredAt: now,
  }))
}

async function newGuests(tx: Tx, { siteId, orderNumber, guestForms }: Order, now: Date) {
  const tickets = (await listTicketsOfOrders(tx, siteId, [orderNumber])).filter(({ canceledAt }) => canceledAt === null)
  const changed = tickets.map(ticket => {
    const form = guestForms[ticket.ticketIndex] ?? null
    const answer = (name: string) => (form ? answerOf(form.inputValues, name) : null)
    return {
      ...ticket,
      form,
      firstName: answer('firstName') ?? ticket.firstName,
      lastName: answer('lastName') ?? ticket.lastName,
      email: answer('email') ?? ticket.email,
      revision: ticket.revision + 1,
      updatedAt: now,
    }
  })
  await writeTickets(tx, siteId, changed)
  return changed
}
