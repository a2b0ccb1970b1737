import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { eventNotFound, formsOf } from '../events/store.ts'
import { answerOf, problemsOfAnswers } from '../forms/answers.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { orderActivity } from '../orders/end.ts'
import type { GuestForm } from '../orders/model.ts'
import { refreshCheckIn } from '../orders/store.ts'
import { Refusal } from '../refusals.ts'
import { refuseStale } from '../wire/revision.ts'
import { lockTicketsAndOrders } from './check-in.ts'
import type { Ticket, TicketChange } from './model.ts'
import { writeTickets } from './store.ts'

/**
 * Archives or restores tickets, or gives one another guest: all of those named or none (R202 to R204). Archiving bars a
 * ticket and moves no stock: its place stays taken until its order is archived or canceled. What is as wanted already
 * stays untouched.
 * @param request.eventId only of this event; null: of any
 * @param request.revision of which state of the ticket it was made; null: of whichever is there
 * @throws Refusal TICKET_NOT_FOUND, ABORTED, FAILED_PRECONDITION for a ticket that has no guest of its own, INVALID_FORM_RESPONSE
 */
export async function updateTickets(
  tx: Tx,
  request: {
    eventId: string | null
    ticketNumbers: readonly string[]
    change: TicketChange
    revision: string | null
  },
  { identity, now }: { identity: Identity; now: Date },
): Promise<Ticket[]> {
  const { siteId } = identity
  const { eventId, ticketNumbers, change, revision } = request
  const tickets = await lockTicketsAndOrders(tx, { siteId, eventId, ticketNumbers })
  for (const ticket of tickets) refuseOtherEvents(identity, ticket.eventId)
  if (revision !== null) for (const ticket of tickets) refuseStale(ticket.revision, revision)
  if (change.form) await refuseGuest(tx, tickets, change.form)
  const updated = tickets.map(ticket => changedTicket(ticket, change, now))
  const changed = updated.filter((ticket, index) => ticket !== tickets[index])

  const actor = actorOf(identity)
  await writeTickets(tx, siteId, changed)
  const eventOf = new Map(changed.map(ticket => [ticket.orderNumber, ticket.eventId]))
  const orders = await refreshCheckIn(tx, siteId, [...eventOf.keys()], now) // R201
  await record(tx, [
    ...changed.map(
      (ticket): Activity => ({
        siteId,
        entityKind: 'ticket',
        entityId: ticket.ticketNumber,
        sequence: ticket.revision,
        kind: 'ticket.updated',
        data: {
          eventId: ticket.eventId,
          archived: ticket.archivedAt !== null,
          guestChanged: change.form !== undefined,
        },
        actor,
        occurredAt: now,
      }),
    ),
    ...orders.map(order => {
      const ofEvent = eventOf.get(order.orderNumber) ?? ''
      return orderActivity({ siteId, eventId: ofEvent, ...order }, 'updated', { actor, now }) // R206
    }),
  ])
  return updated
}

/** The same ticket where nothing changes. The names are those of the guest's answers (R203). */
function changedTicket(ticket: Ticket, { archived, form }: TicketChange, now: Date): Ticket {
  const turns = archived !== undefined && archived !== (ticket.archivedAt !== null)
  if (!turns && !form) return ticket
  const answer = (name: string) => (form ? answerOf(form.inputValues, name) : null)
  return {
    ...ticket,
    ...(turns && { archivedAt: archived ? now : null }),
    ...(form && { form }),
    firstName: answer('firstName') ?? ticket.firstName,
    lastName: answer('lastName') ?? ticket.lastName,
    email: answer('email') ?? ticket.email,
    revision: ticket.revision + 1,
    updatedAt: now,
  }
}

/** R202: only a ticket that has a guest of its own gets another, whose answers satisfy the event's form as it is now. */
async function refuseGuest(tx: Tx, tickets: readonly Ticket[], guest: GuestForm): Promise<void> {
  const forms = await formsOf(tx, tickets[0]?.siteId ?? '', [...new Set(tickets.map(ticket => ticket.eventId))])
  for (const { ticketNumber, eventId, form: stored, anonymized } of tickets) {
    const reason = anonymized ? 'ANONYMIZED' : stored === null ? 'GUESTS_NOT_ASSIGNED' : null
    if (reason)
      throw new Refusal('FAILED_PRECONDITION', `Ticket ${ticketNumber} has no guest of its own to change.`, {
        ticketNumber,
        reason,
      })
    const form = forms.get(eventId)
    if (!form) throw eventNotFound(eventId)
    const problems = problemsOfAnswers(form, guest.inputValues).map(problem => ({ guest: 0, problem }))
    if (problems.length > 0)
      throw new Refusal('INVALID_FORM_RESPONSE', problems.map(({ problem }) => problem).join(' '), { problems })
  }
}
