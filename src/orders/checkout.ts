import { type Activity, record } from '../activity/record.ts'
import { type Contact, upsertContacts } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { eventNotFound, formsOf, shareEvents } from '../events/store.ts'
import type { StoredForm } from '../forms/model.ts'
import { actorOf, buyerOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows, allowsOver } from '../identities/permissions.ts'
import { newGuid, randomCode } from '../ids.ts'
import { onlineMethodsOf } from '../payments/methods.ts'
import { insertPayments, type NewPayment } from '../payments/store.ts'
import type { Invoice } from '../pricing/model.ts'
import { takeUses } from '../promotions/store.ts'
import { Refusal, refuseIf } from '../refusals.ts'
import { getSite, type Site } from '../sites/store.ts'
import { inLanguage } from '../texts/language.ts'
import { listDefinitionsById } from '../ticket-definitions/available.ts'
import type { TicketDefinition } from '../ticket-definitions/model.ts'
import { currenciesOf } from '../ticket-definitions/store.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { lockReservations, occupy, transition } from '../ticket-reservations/store.ts'
import { ticketIssued, ticketsOf } from '../tickets/issue.ts'
import type { Ticket } from '../tickets/model.ts'
import { insertTickets } from '../tickets/store.ts'
import { latestOf } from '../time.ts'
import { emailOf, judgedBuyer, refuseOtherMember } from './buyer.ts'
import { orderActivity } from './end.ts'
import type { GuestForm, Order, OrderStatus } from './model.ts'
import { type Asking, lockPromotions, type Promotions, pricedWith, use } from './promotions.ts'
import { insertOrders } from './store.ts'

export type CheckoutRequest = {
  identity: Identity
  now: Date
  eventId: string
  ticketReservationId: string
  guests: GuestForm[]
  buyer: Contact | null
  memberId: string | null
  couponCode: string | null
  paidPlanBenefit: Asking['benefit']
  silent: boolean
  payInPerson: boolean
  markAsPaid: boolean
  ignoreFormValidation: boolean
  marketingConsent: boolean
  /** What the buyer reads, one of `LANGUAGES`; null: nobody said. */
  language: string | null
}

export type CheckedOut = {
  order: Order
  reservation: TicketReservation
  tickets: Ticket[]
  /** Of the order's lines, also deleted ones. */
  definitions: TicketDefinition[]
}

/**
 * Turns pending reservations into exactly one order each (R156 to R166): free, paid at the door or marked as paid, it is
 * confirmed at once and has its tickets; else it waits for an online payment, and the hold goes on. Decides the
 * checkouts that were waiting in arrival order, each by itself, and writes all that succeed with one statement per
 * table. One checkout is a list of one.
 * @param batch of one site
 * @returns for each, in order, what it got or why not
 */
export async function checkOut(
  tx: Tx,
  siteId: string,
  batch: readonly CheckoutRequest[],
  feePercent: string,
): Promise<(CheckedOut | Error)[]> {
  const desk = await openDesk(tx, siteId, batch)
  const asked = await readAskings(tx, siteId, batch, desk)
  const decisions = batch.map(wanted => decided(wanted, desk, asked, feePercent))
  const placed = decisions.flatMap(decision => (decision instanceof Error ? [] : [decision]))

  const outcomes = placed.length > 0 ? await writePlaced(tx, siteId, placed, desk.site) : []
  return decisions.map(decision => {
    if (decision instanceof Error) return decision
    return outcomes[placed.indexOf(decision)] ?? new Error('a checkout was left without an outcome')
  })
}

/** Writes what was decided; from here on all of it must succeed. */
export async function writePlaced(
  tx: Tx,
  siteId: string,
  placed: readonly Placed[],
  site: Site,
): Promise<CheckedOut[]> {
  const now = latestOf(placed.map(({ order }) => order.createdAt))
  const lines = placed.flatMap(({ reservation }) => reservation.lines)
  const buyers = placed.flatMap(({ buyer }) => buyer ?? [])
  const [contactIds, definitions] = await Promise.all([
    upsertContacts(tx, siteId, buyers, now),
    listDefinitionsById(tx, siteId, {
      ids: [...new Set(lines.map(line => line.ticketDefinitionId))],
      now,
      deletedToo: true,
    }),
  ])
  const sales = placed.map(({ order, buyer, reservation, actor, uses }): Sale & Pick<Placed, 'uses'> => {
    const contactId = buyer && contactIds[buyers.indexOf(buyer)]
    if (contactId === undefined) throw new Error('a buyer was left without a contact')
    return { order: { ...order, contactId }, reservation, actor, uses }
  })
  const confirmed = sales.filter(({ order }) => order.confirmedAt !== null)
  // None of these needs another's answer, so they travel together; the connection keeps their order.
  const [, , , , , tickets] = await Promise.all([
    takeUses(
      tx,
      siteId,
      sales.flatMap(({ order, uses }) => uses.map(each => ({ ...order, ...each }))),
      now,
    ),
    insertOrders(
      tx,
      siteId,
      sales.map(({ order }) => order),
    ),
    occupy(
      tx,
      siteId,
      sales.map(({ order }) => order),
    ),
    insertPayments(
      tx,
      siteId,
      sales.flatMap(sale => paymentOf(sale, site)),
      now,
    ),
    record(
      tx,
      sales.map(({ order, actor }) =>
        orderActivity({ ...order, revision: 1 }, 'initiated', { actor, now: order.createdAt }),
      ),
    ),
    confirmReservations(tx, siteId, confirmed, now),
  ])
  const ticketsByOrder = Map.groupBy(tickets, ticket => ticket.orderNumber)
  return sales.map(({ order, reservation }) => {
    const status = order.confirmedAt === null ? reservation.status : 'CONFIRMED'
    return {
      order,
      reservation: { ...reservation, status, orderNumber: order.orderNumber },
      tickets: ticketsByOrder.get(order.orderNumber) ?? [],
      definitions,
    }
  })
}

/** An order, the hold that it was made of, and who does something about it. */
export type Sale = { order: Order; reservation: TicketReservation; actor: Activity['actor'] }

/** All that the checkouts of a batch are decided by; the reservations are locked, and the events do not change. */
type Desk = {
  reservations: Map<string, TicketReservation>
  events: Map<string, StoredEvent>
  forms: Map<string, StoredForm>
  /** What each event sells in. */
  currencies: Map<string, string>
  site: Site
}

export async function openDesk(
  tx: Tx,
  siteId: string,
  batch: readonly Pick<CheckoutRequest, 'eventId' | 'ticketReservationId'>[],
): Promise<Desk> {
  const eventIds = [...new Set(batch.map(({ eventId }) => eventId))]
  const [reservations, events, forms, currencies, site] = await Promise.all([
    lockReservations(tx, siteId, [...new Set(batch.map(({ ticketReservationId }) => ticketReservationId))]),
    shareEvents(tx, siteId, eventIds),
    formsOf(tx, siteId, eventIds),
    currenciesOf(tx, siteId, eventIds),
    getSite(tx, siteId),
  ])
  return {
    reservations: new Map(reservations.map(each => [each.ticketReservationId, each])),
    events: new Map(events.map(each => [each.eventId, each])),
    forms,
    currencies,
    site,
  }
}

/** What each checkout of a batch wants taken off, and of what; the promotions are locked. */
type Asked = { askings: ReadonlyMap<CheckoutRequest, Asking>; promotions: Promotions }

async function readAskings(tx: Tx, siteId: string, batch: readonly CheckoutRequest[], desk: Desk): Promise<Asked> {
  const askings = new Map(
    batch.map(wanted => [wanted, askingOf(wanted, desk.reservations.get(wanted.ticketReservationId))]),
  )
  const now = latestOf(batch.map(wanted => wanted.now))
  return { askings, promotions: await lockPromotions(tx, siteId, [...askings.values()], now) }
}

function askingOf(wanted: CheckoutRequest, reservation: TicketReservation | undefined): Asking {
  const { identity, memberId, couponCode, paidPlanBenefit } = wanted
  const own = buyerOf(identity)
  return {
    couponCode,
    benefit: paidPlanBenefit,
    lines: reservation?.lines ?? [],
    email: emailOf(wanted),
    visitorId: own.visitorId ?? reservation?.visitorId ?? null,
    memberIds: [memberId, own.memberId, reservation?.memberId].flatMap(id => id ?? []),
    orderNumber: null,
  }
}

export type Placed = {
  /** What it uses of promotions. */
  uses: ReturnType<typeof use>
  order: Omit<Order, 'contactId'>
  /** null: nobody said who; sold at the door. */
  buyer: Contact | null
  reservation: TicketReservation
  actor: Activity['actor']
}

/** The order that a checkout makes, or what stands against it. A reservation is taken from the desk with its order. */
function decided(wanted: CheckoutRequest, desk: Desk, asked: Asked, feePercent: string): Placed | Error {
  try {
    const placed = place(wanted, desk, asked, feePercent)
    const { reservation, order } = placed
    desk.reservations.set(reservation.ticketReservationId, { ...reservation, orderNumber: order.orderNumber })
    return placed
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function place(wanted: CheckoutRequest, desk: Desk, { askings, promotions }: Asked, feePercent: string): Placed {
  const { identity, now } = wanted
  refuseUnlessAllowed(wanted, identity)
  const { reservation, event } = heldFor(wanted, desk)

  const asking = askings.get(wanted)
  if (!asking) throw new Error('a checkout was not read')
  const ticketsQuantity = reservation.lines.reduce((sum, line) => sum + line.quantity - line.removedQuantity, 0)
  const buyer = judgedBuyer(wanted, { event, form: desk.forms.get(event.eventId), ticketsQuantity })

  const offline = wanted.payInPerson || wanted.markAsPaid
  const { invoice, refusals } = pricedWith(asking, promotions, {
    event,
    feePercent: offline ? '0' : feePercent,
    now,
  })
  refuseIf(refusals[0] ?? null) // R59
  const status = statusOfNewOrder(wanted, invoice.grandTotalMinor)
  const online = status === 'INITIATED'
  const isTaken = onlineMethodsOf(desk.site).length > 0
  if (online && !isTaken && !event.offlinePayment)
    throw new Refusal('NO_PAYMENT_METHOD_CONFIGURED', 'No payment method configured.', {
      details: { details: { error_key: 'NO_PAYMENT_METHOD_CONFIGURED' } },
    })

  const actor = actorOf(identity)
  const order: Placed['order'] = {
    ...soldFrom(reservation, invoice, now),
    // Initiating and confirming are two facts, also where one follows the other at once (R214).
    revision: online ? 1 : 2,
    status,
    channel: 'ONLINE',
    method: offline && status !== 'FREE' ? 'inPerson' : null,
    confirmedAt: online ? null : now,
    paidAt: status === 'PAID' ? now : null,
    markedPaidBy: status === 'PAID' ? { kind: actor.kind, id: actor.id } : null,
    snapshotId: online && isTaken ? newGuid() : null,
    // inferred: where the site checks out for a guest, the order is that guest's, who may read it (R25).
    visitorId: buyerOf(identity).visitorId ?? reservation.visitorId,
    memberId: wanted.memberId,
    ...buyer,
    guestForms: wanted.guests.slice(0, event.guestsAssignedSeparately ? ticketsQuantity : 1),
    guestsAssigned: event.guestsAssignedSeparately,
    silent: wanted.silent,
    marketingConsent: wanted.marketingConsent,
    locale: inLanguage(desk.site, wanted.language).locale,
  }
  return { order, buyer, reservation, actor, uses: use(asking, promotions, invoice) }
}

/** What every new order has from its hold and its invoice, however it is sold. */
export function soldFrom({ siteId, eventId, ticketReservationId }: TicketReservation, invoice: Invoice, now: Date) {
  return {
    siteId,
    orderNumber: newOrderNumber(),
    eventId,
    ticketReservationId,
    canceledAt: null,
    archivedAt: null,
    anonymizedAt: null,
    invoice,
    currency: invoice.currency,
    grandTotalMinor: invoice.grandTotalMinor,
    revenueMinor: invoice.revenueMinor,
    refundedMinor: 0,
    ticketsQuantity: invoice.items.reduce((sum, item) => sum + item.quantity, 0),
    fullyCheckedIn: false,
    createdAt: now,
    updatedAt: now,
  }
}

/**
 * The hold that is checked out, and its event.
 * @throws Refusal what stands against checking it out, whoever buys and however it is paid (R157)
 */
export function heldFor(
  wanted: Pick<CheckoutRequest, 'identity' | 'now' | 'eventId' | 'ticketReservationId'>,
  desk: Desk,
): { reservation: TicketReservation; event: StoredEvent } {
  const { identity, now } = wanted
  refuseOtherEvents(identity, wanted.eventId)
  const reservation = desk.reservations.get(wanted.ticketReservationId)
  const event = desk.events.get(wanted.eventId)
  if (!reservation || reservation.eventId !== wanted.eventId || !allowsOver(identity, 'MANAGE_ORDERS', reservation))
    throw reservationNotFound(wanted)
  if (reservation.orderNumber !== null)
    throw new Refusal('RESERVATION_OCCUPIED', 'This reservation was checked out already.')
  if (statusAt(reservation, now) !== 'PENDING') throw reservationNotFound(wanted)
  if (!event) throw eventNotFound(wanted.eventId)
  if (event.canceledAt) throw new Refusal('REGISTRATION_CLOSED', 'The event was canceled.')
  const currency = desk.currencies.get(event.eventId)
  if (currency !== undefined && reservation.lines.some(line => line.currency !== currency))
    throw new Refusal('CURRENCY_CHANGED', `The event sells in ${currency} now. Reserve anew.`, { currency })
  return { reservation, event }
}

/** The payment that an order waits for, while the hold goes on; or the money that somebody says was taken already. */
function paymentOf({ order }: Sale, site: Site): NewPayment[] {
  const { snapshotId, orderNumber, grandTotalMinor: amountMinor, currency } = order
  const first = { orderNumber, ordinal: 1, amountMinor, currency }
  if (order.status === 'PAID')
    return [{ ...first, paymentId: snapshotId ?? newGuid(), provider: 'manual', status: 'CAPTURED' }]
  const [provider] = onlineMethodsOf(site)
  if (snapshotId === null || !provider) return []
  return [{ ...first, paymentId: snapshotId, provider, status: 'BEGUN', capturesLater: site.delayedCapture }]
}

/**
 * Makes held reservations sold ones and issues their tickets; the orders already say that they are confirmed. The
 * reservations must be locked.
 * @throws Error when one is no longer held: callers have checked under the lock
 */
export async function confirmReservations(
  tx: Tx,
  siteId: string,
  sales: readonly Sale[],
  now: Date,
): Promise<Ticket[]> {
  if (sales.length === 0) return []
  const named = sales.map(({ reservation: { ticketReservationId }, actor }) => ({ ticketReservationId, actor }))
  const [tickets, confirmed] = await Promise.all([
    writeTickets(tx, siteId, sales, now),
    // Late, because from here until the commit everybody who wants the same tickets waits.
    transition(tx, { siteId, named, from: ['PENDING'], to: 'CONFIRMED', now }),
    tellConfirmed(tx, sales, now),
  ])
  if (confirmed.length !== sales.length)
    throw new Error(`${sales.length - confirmed.length} of ${sales.length} reservations ended under their locks`)
  return tickets
}

/** Issues the tickets of an order that says that it is confirmed, and whose reservation was a sold one before. */
export async function issueTickets(tx: Tx, siteId: string, sale: Sale, now: Date): Promise<void> {
  await Promise.all([writeTickets(tx, siteId, [sale], now), tellConfirmed(tx, [sale], now)])
}

async function writeTickets(tx: Tx, siteId: string, sales: readonly Sale[], now: Date): Promise<Ticket[]> {
  const issued = sales.map(({ order, reservation, actor }) => ({
    actor,
    tickets: ticketsOf(order, reservation.lines, now),
  }))
  const tickets = issued.flatMap(each => each.tickets)
  await Promise.all([
    insertTickets(tx, siteId, tickets),
    record(
      tx,
      issued.flatMap(each => each.tickets.map(ticket => ticketIssued(ticket, each.actor))),
    ),
  ])
  return tickets
}

function tellConfirmed(tx: Tx, sales: readonly Sale[], now: Date): Promise<void> {
  return record(
    tx,
    sales.map(({ order, actor }) => orderActivity(order, 'confirmed', { actor, now, data: { silent: order.silent } })), // R214
  )
}

/** 10 characters in the contract's pattern (spec/ticketing 9.3): 51 random bits. */
function newOrderNumber(): string {
  return `${randomCode(4)}-${randomCode(4)}-${randomCode(2)}`
}

function statusOfNewOrder({ payInPerson, markAsPaid }: CheckoutRequest, grandTotalMinor: number): OrderStatus {
  if (grandTotalMinor === 0) return 'FREE'
  if (markAsPaid) return 'PAID'
  return payInPerson ? 'OFFLINE_PENDING' : 'INITIATED'
}

/** R28, R162. */
function refuseUnlessAllowed(wanted: CheckoutRequest, identity: Identity): void {
  const bypasses = wanted.payInPerson || wanted.markAsPaid || wanted.ignoreFormValidation
  if (bypasses && !allows(identity, 'MANAGE_ORDERS'))
    throw new Refusal('PERMISSION_DENIED', 'Only the organizer can take money in person or skip the form.', {
      permission: 'MANAGE_ORDERS',
    })
  refuseOtherMember(wanted.memberId, identity)
}

function reservationNotFound({ ticketReservationId }: Pick<CheckoutRequest, 'ticketReservationId'>): Refusal {
  return new Refusal('RESERVATION_NOT_FOUND', 'There is no such reservation, or it has ended.', {
    reservationId: ticketReservationId,
  })
}
