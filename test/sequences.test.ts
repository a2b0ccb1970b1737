import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closeAbandoned, closeHalfPaid } from '../src/orders/abandoned.ts'
import { carryOutDue } from '../src/orders/carry-out-due.ts'
import { expireOverdue } from '../src/ticket-reservations/expire.ts'
import { verify } from '../src/verify.ts'
import { type Answer, testApp } from './support/app.ts'
import { aCoupon } from './support/promotions.ts'
import { aDefinition, aSale, checkOut, FREE, must } from './support/sale.ts'
import { anArea, aPlan } from './support/seats.ts'
import { isTorture, seedOf } from './support/torture.ts'

// Whatever people do in whatever order: after each step what the API says is what a few counters say, and at the end
// every law holds. A failure prints its seed and the shortest sequence that fails.

const app = await testApp()

test('any sequence of selling, paying, canceling, archiving, checking in and waiting keeps the books', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: isTorture ? 200 : 40, size: 'max' }), async commands => {
      await fc.asyncModelRun(aNewEvent, commands)
      expect((await verify(app.sql)).breaches).toEqual([])
    }),
    {
      seed: seedOf('sequences'),
      numRuns: isTorture ? 100 : 30,
      endOnFailure: false,
      interruptAfterTimeLimit: isTorture ? 480_000 : 25_000,
    },
  )
  console.log(`sequences: ${steps} steps`)
}, 600_000)

/** The definition's numbers; what is reserved and sold is counted from the reservations. */
type Definition = { limit: number | null; hidden: boolean; free: boolean; seated?: boolean }
type Reservation = {
  status: 'PENDING' | 'CONFIRMED' | 'EXPIRED' | 'CANCELED' | 'CANCELED_MANUALLY' | 'DELETED'
  expiresAt: number
  /** Because a payment was being decided; that happens once. */
  extended: boolean
  quantities: readonly number[]
  order: Order | null
}
type Order = {
  status: string
  createdAt: number
  totalMinor: number
  /** In the order in which they were begun. */
  payments: Payment[]
  /** The reservation that it has now; late money takes a new one. */
  reservation: number
  tickets: { checkedIn: boolean; archived: boolean }[]
  /** Put away: it holds no places, whatever its reservation says. */
  archived: boolean
}
type Payment = {
  id: string
  provider: 'test' | 'manual' | 'giftCard'
  status: 'BEGUN' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED'
  amountMinor: number
  /** How often the bank has said something new of it. */
  told: number
  authorizedAt: number
  card: Card | null
}
type Card = { balanceMinor: number }
type Model = {
  definitions: Definition[]
  reservations: Reservation[]
  cards: Card[]
  /** Whose uses of the coupon are not given back; some of them may hold no tickets any more. */
  couponUsers: Order[]
}
/** What the model's indexes stand for in the system. */
type Real = {
  eventId: string
  definitionIds: string[]
  reservationIds: string[]
  orders: Map<Order, Known>
  cards: { id: string; code: string }[]
  coupon: { id: string; code: string }
}

const PER_ORDER = 20
const COUPON = { percentOff: '20', usesMax: 2 }
const BEGINNING = app.now()

async function aNewEvent(): Promise<{ model: Model; real: Real }> {
  app.setNow(BEGINNING) // or the waiting of many sequences would reach the events' end
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 5 } })
  const paid = await aDefinition(app, eventId, { initialLimit: 4 })
  const unlimited = await aDefinition(app, eventId)
  const standing = await aDefinition(app, eventId, { initialLimit: 1 })
  const elements = [anArea(1, 4)]
  await aPlan(app, { eventId, sections: [{ id: 0, label: 'Floor', ticketDefinitionId: standing.id, elements }] })
  const model = {
    definitions: [
      { limit: 5, hidden: false, free: true },
      { limit: 4, hidden: false, free: false },
      { limit: null, hidden: false, free: false },
      { limit: 4, hidden: false, free: false, seated: true }, // what its area has room for
    ],
    reservations: [],
    cards: [{ balanceMinor: 1500 }, { balanceMinor: 4000 }],
    couponUsers: [],
  }
  const definitionIds = [definitionId, paid.id, unlimited.id, standing.id]
  const cards = await Promise.all(['15.00', '40.00'].map(aCard))
  const coupon = await aCoupon(app, COUPON)
  return { model, real: { eventId, definitionIds, reservationIds: [], orders: new Map(), cards, coupon } }
}

async function aCard(value: string): Promise<{ id: string; code: string }> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  const { body } = await must(app.admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
  return { id: body.giftCard.id, code: body.code }
}

type Step = fc.AsyncCommand<Model, Real>
let steps = 0

/**
 * A step of its own name; afterwards what was asked of providers is done, and the numbers of every definition and every
 * card are compared.
 */
function step(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Step {
  return {
    check,
    run: async (model, real) => {
      steps += 1
      await run(model, real)
      await carryOutDue(app.sql, app.now())
      captureDue(model)
      await compareNumbers(model, real)
      for (const [index, { id }] of real.cards.entries()) await compareCard(model.cards[index], id)
    },
    toString: () => name,
  }
}

async function compareNumbers(model: Model, { definitionIds }: Real): Promise<void> {
  for (const [index, { limit }] of model.definitions.entries()) {
    const { reserved, sold } = heldOf(model, index)
    const unsold = limit === null ? {} : { unsoldCount: Math.max(0, limit - sold - reserved) }
    const salesDetails = { reservedCount: reserved, soldCount: sold, soldOut: unsold.unsoldCount === 0, ...unsold }
    expect((await readDefinition(definitionIds[index])).salesDetails).toEqual(salesDetails)
  }
}

async function compareCard(card: Card | undefined, id: string): Promise<void> {
  const { body } = await must(app.admin, 'GET', `/boxoffice/v1/gift-cards/${id}`)
  expect(body.giftCard.balance.value).toBe(((card?.balanceMinor ?? 0) / 100).toFixed(2))
}

/** @param holds which reservations hold tickets without having bought them */
function heldOf({ reservations }: Model, index: number, holds = isLive): { reserved: number; sold: number } {
  const held = { reserved: 0, sold: 0 }
  for (const reservation of reservations) {
    const quantity = reservation.quantities[index] ?? 0
    if (holds(reservation)) held.reserved += quantity
    if (reservation.status === 'CONFIRMED' && !reservation.order?.archived) held.sold += quantity
  }
  return held
}

async function readDefinition(id: string | undefined) {
  const { body } = await app.admin('GET', `/events/v3/ticket-definitions/${id}?fields=SALES_DETAILS`)
  return body.ticketDefinition
}

function nowMs(): number {
  return app.now().getTime()
}

function isLive({ status, expiresAt }: Reservation): boolean {
  return status === 'PENDING' && expiresAt > nowMs()
}

/** Also past its deadline, until somebody ends it. */
function isPending({ status }: Reservation): boolean {
  return status === 'PENDING'
}

/** What somebody who wants these tickets ends on the way (R130). */
function endOverdue(model: Model, wanted: (reservation: Reservation) => boolean): void {
  for (const reservation of model.reservations)
    if (reservation.status === 'PENDING' && !isLive(reservation) && wanted(reservation)) reservation.status = 'EXPIRED'
}

function fits(model: Model, quantities: readonly number[], holds = isLive, perOrder = PER_ORDER): boolean {
  return quantities.every((_, index) => isThere(model, quantities, index, holds)) && total(quantities) <= perOrder
}

function isThere(model: Model, quantities: readonly number[], index: number, holds = isLive): boolean {
  const { limit } = model.definitions[index] ?? { limit: null }
  const { reserved, sold } = heldOf(model, index, holds)
  const quantity = quantities[index] ?? 0
  return quantity === 0 || limit === null || quantity <= limit - reserved - sold
}

/** Whether some of it is for a place; nobody can go beyond what there is of that. */
function isSeated(quantities: readonly number[]): boolean {
  return (quantities[SEATED] ?? 0) > 0
}
const SEATED = 3

function total(quantities: readonly number[]): number {
  return quantities.reduce((sum, quantity) => sum + quantity)
}

function overlaps(quantities: readonly number[]): (reservation: Reservation) => boolean {
  return other => other.quantities.some((quantity, index) => quantity > 0 && (quantities[index] ?? 0) > 0)
}

const reserve = (quantities: readonly number[], bypass: { limits: boolean; hidden: boolean }): Step =>
  step(
    `reserve(${quantities.join('+')}${bypass.limits ? ', over the limit' : ''}${bypass.hidden ? ', hidden too' : ''})`,
    async (model, real) => {
      const tickets = quantities.flatMap((quantity, index) =>
        quantity === 0
          ? []
          : [
              {
                ticketDefinitionId: real.definitionIds[index],
                quantity,
                ticketInfo: model.definitions[index]?.seated ? { seatId: '0-1-GA' } : null,
              },
            ],
      )
      const additionalReservationSettings = {
        disableTicketLimitValidation: bypass.limits,
        enableHiddenTicketReservation: bypass.hidden,
      }
      const answer = await app.admin('POST', '/events/v1/ticket-reservations', {
        ticketReservation: { tickets, additionalReservationSettings },
      })
      const hidden = quantities.some((quantity, index) => quantity > 0 && model.definitions[index]?.hidden)
      const refused = hidden && !bypass.hidden
      // Where all is there anyway, nobody looks for what is overdue; for seats it is always looked.
      const looks = isSeated(quantities) || (!refused && (bypass.limits || !fits(model, quantities, isPending)))
      if (looks) endOverdue(model, overlaps(quantities))
      const code = refused
        ? 'TICKET_DEFINITION_HIDDEN'
        : !isThere(model, quantities, SEATED)
          ? 'SEAT_NOT_AVAILABLE'
          : bypass.limits || fits(model, quantities)
            ? null
            : 'TICKET_LIMIT_EXCEEDED'
      expect(codeOf(answer)).toBe(code)
      if (code !== null) return
      real.reservationIds.push(answer.body.ticketReservation.id)
      const expiresAt = nowMs() + 20 * 60_000
      model.reservations.push({ status: 'PENDING', expiresAt, extended: false, quantities, order: null })
    },
    () => total(quantities) > 0,
  )

/** The newest of so many, or any. */
function picked(pick: number, count: number): number {
  return pick === NEWEST ? count - 1 : pick % count
}
const NEWEST = 50

/** Something with one of the reservations there are. */
function onReservation(
  name: string,
  pick: number,
  run: (context: { model: Model; real: Real; reservation: Reservation; id: string; at: number }) => Promise<void>,
): Step {
  return step(
    `${name}(${pick})`,
    async (model, real) => {
      const at = picked(pick, model.reservations.length)
      const reservation = model.reservations[at]
      const id = real.reservationIds[at]
      if (!reservation || !id) throw new Error('a reservation of the model is not known to the system')
      await run({ model, real, reservation, id, at })
      await compareReservation(reservation, id)
    },
    model => model.reservations.length > 0,
  )
}

async function compareReservation(reservation: Reservation, id: string): Promise<void> {
  const { body } = await app.admin('GET', `/events/v1/ticket-reservations/${id}`)
  const overdue = reservation.status === 'PENDING' && !isLive(reservation)
  const expected = reservation.status === 'DELETED' ? undefined : overdue ? 'EXPIRED' : reservation.status
  expect(body.ticketReservation?.status).toBe(expected)
}

const cancel = (pick: number): Step =>
  onReservation('cancel', pick, async ({ reservation, id, at }) => {
    const answer = await app.admin('POST', `/events/v1/ticket-reservations/${id}/cancel`)
    const allowed = isLive(reservation) || reservation.status === 'CONFIRMED'
    const gone = reservation.status === 'DELETED'
    expect(codeOf(answer)).toBe(allowed ? null : gone ? 'TICKET_RESERVATION_NOT_FOUND' : 'FAILED_PRECONDITION')
    if (allowed) endByHand(reservation, at)
  })

/** R135: its order ends with it; one that late money gave another reservation goes on. */
function endByHand(reservation: Reservation, at: number): void {
  reservation.status = 'CANCELED_MANUALLY'
  const { order } = reservation
  if (order?.reservation !== at || ['CANCELED', 'DECLINED', 'VOIDED'].includes(order.status)) return
  if (isConfirmed(order))
    letGo(order) // what it brought is a person's to decide
  else giveBack(order)
  order.status = 'CANCELED'
}

/** Nobody should pay it any more: where the bank has heard of none, that is all there is to it. */
function letGo({ payments }: Order): void {
  for (const payment of payments) if (payment.status === 'BEGUN') payment.status = 'VOIDED'
}

/** R58, law 6: an order that ends without tickets keeps nothing. */
function giveBack(order: Order, payments: readonly Payment[] = order.payments): void {
  if (payments === order.payments) letGo(order)
  for (const payment of payments) {
    if (payment.status === 'AUTHORIZED') payment.status = 'VOIDED'
    if (payment.status !== 'CAPTURED') continue
    payment.status = 'REFUNDED'
    if (payment.card) payment.card.balanceMinor += payment.amountMinor
  }
}

function keptMinor({ payments }: Order): number {
  return payments.reduce((sum, { status, amountMinor }) => sum + (status === 'CAPTURED' ? amountMinor : 0), 0)
}

const remove = (pick: number): Step =>
  onReservation('delete', pick, async ({ reservation, id, at }) => {
    const answer = await app.admin('DELETE', `/events/v1/ticket-reservations/${id}`)
    const gone = reservation.status === 'DELETED'
    expect(codeOf(answer)).toBe(gone ? 'TICKET_RESERVATION_NOT_FOUND' : null)
    if (isLive(reservation) || reservation.status === 'CONFIRMED') endByHand(reservation, at)
    reservation.status = 'DELETED'
  })

type Way = 'online' | 'in person' | 'marked as paid'

/** The uses that count; who finds too few gives back the others, whose orders hold nothing any more. */
function couponUses({ reservations, couponUsers }: Model): Order[] {
  const holds = (status: string | undefined) => status === 'PENDING' || status === 'CONFIRMED'
  return couponUsers.filter(order => holds(reservations[order.reservation]?.status))
}

const buy = (pick: number, way: Way, couponed: boolean): Step =>
  onReservation(`buy ${way}${couponed ? ' with a coupon' : ''}`, pick, async ({ model, real, reservation, id, at }) => {
    const options = { payInPerson: way === 'in person', markAsPaid: way === 'marked as paid' }
    const discount = couponed ? { couponCode: real.coupon.code } : null
    const answer = await checkOut(app.admin, { eventId: real.eventId, reservationId: id }, { options, discount })
    const costs = reservation.quantities.some((quantity, index) => quantity > 0 && !model.definitions[index]?.free)
    if (couponed && model.couponUsers.length >= COUPON.usesMax) model.couponUsers = couponUses(model)
    const isUsedUp = model.couponUsers.length >= COUPON.usesMax
    const refusal = !couponed ? null : !costs ? 'COUPON_NOT_APPLICABLE' : isUsedUp ? 'COUPON_USED_UP' : null
    const code =
      reservation.status === 'DELETED'
        ? 'RESERVATION_NOT_FOUND'
        : reservation.order
          ? 'RESERVATION_OCCUPIED'
          : isLive(reservation)
            ? refusal
            : 'RESERVATION_NOT_FOUND'
    expect(codeOf(answer)).toBe(code)
    if (code !== null) return
    const status = costs
      ? ({ online: 'INITIATED', 'in person': 'OFFLINE_PENDING', 'marked as paid': 'PAID' } as const)[way]
      : 'FREE'
    const { orderNumber, snapshotId } = answer.body.order
    const order: Order = {
      status,
      createdAt: nowMs(),
      totalMinor: (totalMinorOf(model, reservation.quantities) * (couponed ? 80 : 100)) / 100,
      payments: [],
      reservation: at,
      tickets: [],
      archived: false,
    }
    reservation.order = order
    if (status === 'INITIATED') order.payments.push(aPayment(snapshotId, order.totalMinor))
    else confirmed(reservation, order)
    if (status === 'PAID') order.payments.push(byHand(order))
    real.orders.set(order, { orderNumber, ticketNumbers: [] })
    if (couponed) model.couponUsers.push(order)
    await compareOrder(order, real)
    const { coupon } = (await app.admin('GET', `/boxoffice/v1/coupons/${real.coupon.id}`)).body
    expect(coupon.uses).toBe(couponUses(model).length)
  })

function totalMinorOf({ definitions }: Model, quantities: readonly number[]): number {
  return quantities.reduce((sum, quantity, index) => sum + (definitions[index]?.free ? 0 : quantity * 1000), 0)
}

function aPayment(id: string, amountMinor: number, more: Partial<Payment> = {}): Payment {
  return { id, provider: 'test', status: 'BEGUN', amountMinor, told: 0, authorizedAt: 0, card: null, ...more }
}

/** What a person says that was taken. */
function byHand(order: Order): Payment {
  return aPayment('', order.totalMinor - keptMinor(order), { provider: 'manual', status: 'CAPTURED' })
}

function confirmed(reservation: Reservation, order: Order): void {
  reservation.status = 'CONFIRMED'
  order.tickets = Array.from({ length: total(reservation.quantities) }, () => ({ checkedIn: false, archived: false }))
}

/** Something with the order of one of the reservations, where it has one. */
function onOrder(
  name: string,
  pick: number,
  run: (context: { model: Model; real: Real; order: Order; known: Known }) => Promise<void>,
): Step {
  return step(
    `${name}(${pick})`,
    async (model, real) => {
      const orders = [...real.orders]
      const [order, known] = orders[picked(pick, orders.length)] ?? []
      if (!order || !known) return
      await run({ model, real, order, known })
      await compareOrder(order, real)
    },
    model => model.reservations.some(reservation => reservation.order !== null),
  )
}
type Known = { orderNumber: string; ticketNumbers: string[] }

async function compareOrder(order: Order, { eventId, orders }: Real): Promise<void> {
  const known = orders.get(order)
  const query = 'fieldset=DETAILS&fieldset=TICKETS'
  const { body } = await app.admin('GET', `/events/v1/events/${eventId}/orders/${known?.orderNumber}?${query}`)
  expect([body.order.status, body.order.archived]).toEqual([order.status, order.archived])
  const shown = (ticket: { checkIn?: unknown; archived: boolean }) => ({
    checkedIn: ticket.checkIn !== undefined,
    archived: ticket.archived,
  })
  expect(body.order.tickets.map(shown)).toEqual(order.tickets)
  const admitting = isConfirmed(order) ? order.tickets.filter(({ archived }) => !archived) : []
  expect(body.order.fullyCheckedIn).toBe(admitting.length > 0 && admitting.every(({ checkedIn }) => checkedIn))
  const payments = await app.sql`
    select provider, status, amount_minor from payments where order_number = ${known?.orderNumber ?? ''} order by ordinal`
  expect(payments.map(payment => ({ ...payment }))).toEqual(
    order.payments.map(({ provider, status, amountMinor }) => ({ provider, status, amountMinor })),
  )
  if (known) known.ticketNumbers = body.order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
}

function isConfirmed({ status }: Order): boolean {
  return status === 'PAID' || status === 'FREE' || status === 'OFFLINE_PENDING'
}

type Result = 'PAID' | 'AUTHORIZED' | 'PENDING' | 'DECLINED'

/** What the bank says of one of an order's payments; `again`: what it has said before. */
const pay = (pick: number, result: Result, again: boolean, which = 0): Step =>
  onOrder(`${again ? 'again ' : ''}${result} of ${which}`, pick, async ({ model, real, order, known }) => {
    const payments = order.payments.filter(({ provider }) => provider === 'test')
    const payment = payments[picked(which, payments.length)]
    if (!payment) return
    const repeated = again && payment.told > 0
    if (!repeated) payment.told += 1
    const url = `/boxoffice/v1/test-payments/${payment.id}/notifications`
    const answer = await app.admin('POST', url, { notificationId: `n${payment.told}`, result })
    expect(codeOf(answer)).toBe(null)
    if (result === 'PAID' || result === 'AUTHORIZED') endOverdueForLateMoney(model, order)
    if (!repeated) await settled(model, real, { order, payment, result, known })
    expect(answer.body).toMatchObject({ orderStatus: order.status, payment: { status: payment.status } })
  })

/** Late money looks for what is really there, also when it is told of again. */
function endOverdueForLateMoney(model: Model, order: Order): void {
  const own = model.reservations[order.reservation]
  if (own && ['EXPIRED', 'CANCELED', 'CANCELED_MANUALLY'].includes(own.status))
    endOverdue(model, overlaps(own.quantities))
}

function isAwaited({ status }: Order): boolean {
  return status === 'INITIATED' || status === 'PENDING' || status === 'PARTIALLY_PAID'
}

type Said = { order: Order; payment: Payment; known: Known }

async function settled(model: Model, real: Real, { result, ...said }: Said & { result: Result }): Promise<void> {
  const { order, payment } = said
  if (payment.status === 'CAPTURED' || payment.status === 'REFUNDED') return
  const own = model.reservations[order.reservation]
  switch (result) {
    case 'PENDING':
      if (payment.status !== 'BEGUN' || !['INITIATED', 'PARTIALLY_PAID'].includes(order.status)) return
      if (own?.status !== 'PENDING' || own.extended) return
      if (order.status === 'INITIATED') order.status = 'PENDING'
      own.expiresAt = nowMs() + 120 * 60_000
      own.extended = true
      return
    case 'DECLINED':
      if (payment.status === 'AUTHORIZED') return voided(model, order)
      if (payment.status !== 'BEGUN') return
      payment.status = 'DECLINED'
      if (!isAwaited(order) || order.payments.some(({ status }) => status === 'BEGUN')) return
      giveBack(order)
      order.status = 'DECLINED'
      if (own?.status === 'PENDING') own.status = 'CANCELED'
      return
    case 'AUTHORIZED':
      return payment.status === 'AUTHORIZED' ? undefined : bought(model, real, said, 'AUTHORIZED')
    case 'PAID':
      return payment.status === 'AUTHORIZED' ? captured(model, order) : bought(model, real, said, 'CAPTURED')
  }
}

async function bought(
  model: Model,
  real: Real,
  { order, payment, known }: Said,
  money: 'CAPTURED' | 'AUTHORIZED',
): Promise<void> {
  const own = model.reservations[order.reservation]
  const wanted = isAwaited(order) || (order.status === 'CANCELED' && own?.status === 'EXPIRED' && !order.archived)
  const excess = excessOf(order, payment, money)
  const held = own?.status === 'PENDING'
  const isThere =
    held || (own && own.status !== 'DELETED' && fits(model, own.quantities, isLive, Number.POSITIVE_INFINITY))
  if (!own || !wanted || !excess || !isThere) {
    payment.status = money === 'CAPTURED' ? 'REFUNDED' : 'VOIDED'
    if (!wanted || !excess || !isAwaited(order)) return
    giveBack(order)
    order.status = 'CANCELED'
    return
  }
  giveBack(order, excess)
  payment.status = money
  letGo(order)
  payment.authorizedAt = nowMs()
  order.status = money === 'CAPTURED' ? 'PAID' : 'AUTHORIZED'
  const kept = held ? own : { ...own, order, extended: false, status: 'PENDING' as const }
  if (!held) order.reservation = model.reservations.push(kept) - 1
  if (money === 'CAPTURED') confirmed(kept, order)
  else kept.status = 'CONFIRMED'
  if (held) return
  const url = `/events/v1/events/${real.eventId}/orders/${known.orderNumber}?fieldset=DETAILS`
  real.reservationIds.push((await app.admin('GET', url)).body.order.reservationId)
}

/** R58: the cards that came after the payment was begun; null where that makes less than the total. */
function excessOf(order: Order, payment: Payment, money: 'CAPTURED' | 'AUTHORIZED'): Payment[] | null {
  const cards = order.payments.filter(({ card, status }) => card !== null && status === 'CAPTURED')
  const excess = cards.filter(card => order.payments.indexOf(card) > order.payments.indexOf(payment))
  const stays = cards.filter(card => !excess.includes(card)).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const sum = payment.amountMinor + stays
  return sum === order.totalMinor || (money === 'CAPTURED' && sum > order.totalMinor) ? excess : null
}

/** What was authorized is captured: now there are tickets. */
function captured(model: Model, order: Order): void {
  const own = model.reservations[order.reservation]
  for (const payment of order.payments) if (payment.status === 'AUTHORIZED') payment.status = 'CAPTURED'
  order.status = 'PAID'
  if (own) confirmed(own, order)
}

function voided(model: Model, order: Order): void {
  const own = model.reservations[order.reservation]
  giveBack(order)
  order.status = 'VOIDED'
  if (own) own.status = 'CANCELED'
}

/** Section 9.1: after six days it is captured by itself. */
function captureDue(model: Model): void {
  for (const order of new Set(model.reservations.flatMap(({ order }) => order ?? [])))
    if (
      order.payments.some(({ status, authorizedAt }) => status === 'AUTHORIZED' && authorizedAt <= nowMs() - SIX_DAYS)
    )
      captured(model, order)
}
const SIX_DAYS = 6 * 24 * 60 * 60_000

const decide = (pick: number, verb: 'capture' | 'void'): Step =>
  onOrder(verb, pick, async ({ model, order, known }) => {
    const answer = await app.admin('POST', `/events/v1/events/orders/${known.orderNumber}/${verb}`)
    const allowed = order.status === 'AUTHORIZED'
    expect(codeOf(answer)).toBe(allowed ? null : 'ORDER_STATUS_NOT_AUTHORIZED')
    if (!allowed) return
    if (verb === 'capture') captured(model, order)
    else voided(model, order)
  })

/** Whether it can be paid in another way than it was begun. */
function isPayable(model: Model, order: Order): boolean {
  const own = model.reservations[order.reservation]
  return (order.status === 'INITIATED' || order.status === 'PARTIALLY_PAID') && own !== undefined && isLive(own)
}

const payByCard = (pick: number, which: number): Step =>
  onOrder(`pay by card ${which}`, pick, async ({ model, real, order, known }) => {
    const at = which % real.cards.length
    const card = model.cards[at]
    if (!card) throw new Error('a card of the system is not known to the model')
    const url = `/boxoffice/v1/orders/${known.orderNumber}/gift-card-payments`
    const answer = await app.admin('POST', url, { code: real.cards[at]?.code })
    const cards = order.payments.filter(payment => payment.card !== null)
    const allowed = isPayable(model, order) && cards.length < 5
    const code = !allowed ? 'ORDER_ACTION_NOT_AVAILABLE' : card.balanceMinor === 0 ? 'GIFT_CARD_NOT_USABLE' : null
    expect(codeOf(answer)).toBe(code)
    if (code !== null) return
    const open = order.totalMinor - keptMinor(order)
    const amountMinor = Math.min(card.balanceMinor, open)
    card.balanceMinor -= amountMinor
    letGo(order)
    const { payment, nextPayment } = answer.body
    order.payments.push(aPayment(payment.id, amountMinor, { provider: 'giftCard', status: 'CAPTURED', card }))
    const own = model.reservations[order.reservation]
    if (amountMinor < open) order.payments.push(aPayment(nextPayment.id, open - amountMinor))
    order.status = amountMinor < open ? 'PARTIALLY_PAID' : 'PAID'
    if (order.status === 'PAID' && own) confirmed(own, order)
    expect(answer.body).toMatchObject({
      orderStatus: order.status,
      due: { value: ((open - amountMinor) / 100).toFixed(2) },
    })
  })

const payAgain = (pick: number): Step =>
  onOrder('pay again', pick, async ({ model, order, known }) => {
    const answer = await app.admin('POST', `/boxoffice/v1/orders/${known.orderNumber}/payments`)
    const others = order.payments.filter(({ card }) => card === null)
    const allowed = isPayable(model, order) && others.length < 10
    expect(codeOf(answer)).toBe(allowed ? null : 'ORDER_ACTION_NOT_AVAILABLE')
    if (allowed) order.payments.push(aPayment(answer.body.payment.id, order.totalMinor - keptMinor(order)))
  })

const topUp = (which: number): Step =>
  step(`top up card ${which}`, async (model, { cards }) => {
    const at = which % cards.length
    const url = `/boxoffice/v1/gift-cards/${cards[at]?.id}`
    const { revision } = (await must(app.admin, 'GET', url)).body.giftCard
    await must(app.admin, 'POST', `${url}/top-ups`, { revision, amount: { value: '5.00', currency: 'EUR' } })
    const card = model.cards[at]
    if (card) card.balanceMinor += 500
  })

const confirm = (pick: number): Step =>
  onOrder('confirm', pick, async ({ model, real, order, known }) => {
    const url = `/events/v1/events/${real.eventId}/orders/confirm`
    const answer = await app.admin('POST', url, { orderNumber: [known.orderNumber] })
    const own = model.reservations[order.reservation]
    const awaited = order.status === 'INITIATED' || order.status === 'PENDING'
    const allowed = isConfirmed(order) || (awaited && own !== undefined && isLive(own))
    expect(codeOf(answer)).toBe(allowed ? null : 'ORDER_ACTION_NOT_AVAILABLE')
    if (!allowed) return
    if (awaited && own) confirmed(own, order)
    if (awaited) letGo(order)
    if (order.status === 'FREE' || order.status === 'PAID') return
    order.payments.push(byHand(order))
    order.status = 'PAID'
  })

const scan = (pick: number, which: number, way: 'in' | 'out'): Step =>
  onOrder(`scan ${way}`, pick, async ({ real, order, known }) => {
    const at = which % Math.max(1, order.tickets.length)
    const ticket = order.tickets[at]
    const number = known.ticketNumbers[at]
    if (!ticket || !number) return
    const { eventId } = real
    const url = '/events/v1/tickets/check-in'
    const answer =
      way === 'in'
        ? await app.admin('POST', url, { eventId, ticketNumber: [number] })
        : await app.admin('DELETE', `${url}?eventId=${eventId}&ticketNumber=${number}`)
    const refused = way === 'in' && (!isConfirmed(order) || order.archived || ticket.archived)
    expect(codeOf(answer)).toBe(refused ? 'FAILED_PRECONDITION' : null)
    if (!refused) ticket.checkedIn = way === 'in'
  })

const archiveTicket = (pick: number, which: number, archived: boolean): Step =>
  onOrder(archived ? 'archive a ticket' : 'restore a ticket', pick, async ({ order, known }) => {
    const at = which % Math.max(1, order.tickets.length)
    const ticket = order.tickets[at]
    const number = known.ticketNumbers[at]
    if (!ticket || !number) return
    expect(codeOf(await app.admin('PATCH', `/events/v1/tickets/${number}`, { archived }))).toBeNull()
    ticket.archived = archived
  })

const archive = (pick: number, archived: boolean): Step =>
  onOrder(archived ? 'archive' : 'restore', pick, async ({ model, real, order, known }) => {
    const url = `/events/v1/events/${real.eventId}/orders/${known.orderNumber}`
    const answer = await app.admin('PATCH', url, { archived })
    const own = model.reservations[order.reservation]
    // An order with seats is never restored, so nobody looks who else holds its places.
    if (!archived && order.archived && own) endOverdue(model, overlaps(own.quantities.slice(0, SEATED)))
    const waits = isAwaited(order) || order.status === 'AUTHORIZED'
    const takes = isConfirmed(order) && order.archived && !archived
    const allowed =
      order.archived === archived ||
      (!waits &&
        (!takes ||
          (!isSeated(own?.quantities ?? []) && fits(model, own?.quantities ?? [], isLive, Number.POSITIVE_INFINITY))))
    expect(codeOf(answer)).toBe(allowed ? null : 'ORDER_ACTION_NOT_AVAILABLE')
    if (allowed) order.archived = archived
  })

const change = (name: string, index: number, changes: Partial<Definition>, patch: Record<string, unknown>): Step =>
  step(`${name}(${index})`, async (model, { definitionIds }) => {
    const id = definitionIds[index]
    const { revision } = await readDefinition(id)
    const answer = await app.admin('PATCH', `/events/v3/ticket-definitions/${id}`, {
      ticketDefinition: { revision, ...patch },
    })
    expect(codeOf(answer)).toBe(null)
    Object.assign(model.definitions[index] ?? {}, changes)
  })

const wait = (minutes: number): Step =>
  step(
    `wait ${minutes} minutes`,
    async () => {
      app.setNow(new Date(nowMs() + minutes * 60_000))
    },
    () => nowMs() + minutes * 60_000 < LAST, // the event is sold until it is over
  )
const LAST = BEGINNING.getTime() + 30 * 24 * 60 * 60_000

const runJobs = (): Step =>
  step('run the jobs', async model => {
    await expireOverdue(app.sql, app.now())
    await closeHalfPaid(app.sql, app.now())
    await closeAbandoned(app.sql, app.now())
    endOverdue(model, () => true)
    for (const { order } of model.reservations) {
      if (!order || model.reservations[order.reservation]?.status === 'PENDING') continue
      if (order.status === 'PARTIALLY_PAID') {
        giveBack(order)
        order.status = 'CANCELED'
      }
      if (order.createdAt > nowMs() - 120 * 60_000) continue
      if (isAwaited(order)) letGo(order)
      if (order.status === 'INITIATED') order.status = 'CANCELED'
      if (order.status === 'PENDING') order.status = 'DECLINED'
    }
  })

function codeOf({ status, body }: Answer): string | null {
  return status === 200 ? null : (body.details?.applicationError?.code ?? `status ${status}`)
}

/** One after the other: what chance alone would rarely put together. */
const inTurn = (...steps: Step[]): Step => ({
  check: () => true,
  run: async (model, real) => {
    for (const each of steps) if (await each.check(model)) await each.run(model, real)
  },
  toString: () => steps.join(', then '),
})

const pick = fc.oneof(fc.constant(NEWEST), fc.nat(NEWEST - 1))
const quantities = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3))
const which = fc.nat(2)
const limit = fc.option(fc.nat(8))
const COMMANDS: fc.Arbitrary<Step>[] = [
  ...[1, 2, 3].map(() =>
    fc
      .tuple(
        quantities,
        fc
          .record({ limits: fc.boolean(), hidden: fc.boolean() })
          .map(each => (each.limits && each.hidden ? each : { limits: false, hidden: each.hidden })),
      )
      .map(([quantities, bypass]) => reserve(quantities, bypass)),
  ),
  fc.constant(reserve([0, 0, 21, 0], { limits: false, hidden: true })),
  ...[1, 2, 3].map(() =>
    fc
      .tuple(pick, fc.constantFrom<Way>('online', 'online', 'in person', 'marked as paid'), fc.boolean())
      .map(([at, way, couponed]) => buy(at, way, couponed)),
  ),
  ...[1, 2].map(() =>
    fc
      .tuple(pick, fc.constantFrom<Result>('PAID', 'PAID', 'AUTHORIZED', 'DECLINED', 'PENDING'), fc.boolean(), pick)
      .map(([at, result, again, of]) => pay(at, result, again, of)),
  ),
  fc.tuple(pick, fc.constantFrom('capture', 'capture', 'void')).map(([at, verb]) => decide(at, verb)),
  ...[1, 2].map(() => fc.tuple(pick, which).map(([at, card]) => payByCard(at, card))),
  pick.map(payAgain),
  which.map(topUp),
  fc.tuple(pick, which, fc.constantFrom('in', 'out')).map(([at, ticket, way]) => scan(at, ticket, way)),
  fc.tuple(pick, which, fc.boolean()).map(([at, ticket, archived]) => archiveTicket(at, ticket, archived)),
  pick.map(cancel),
  pick.map(remove),
  pick.map(confirm),
  ...[1, 2].map(() => fc.tuple(pick, fc.boolean()).map(([at, archived]) => archive(at, archived))),
  fc.tuple(which, limit).map(([at, to]) => change(`limit ${to}`, at, { limit: to }, { initialLimit: to })),
  limit.map(to => change(`limit ${to} of places`, SEATED, {}, { initialLimit: to })), // which counts for nothing
  fc
    .tuple(fc.nat(3), fc.constantFrom(true, false, false))
    .map(([at, hidden]) => change(hidden ? 'hide' : 'show', at, { hidden }, { hidden })),
  fc.constantFrom(1, 7, 19, 21, 125, 6 * 24 * 60).map(wait),
  fc.constant(runJobs()),
  // Places of an order that was put away, which others may want meanwhile.
  fc
    .tuple(quantities, quantities)
    .map(([mine, others]) =>
      inTurn(
        reserve(mine, { limits: false, hidden: true }),
        buy(NEWEST, 'marked as paid', false),
        archive(NEWEST, true),
        reserve(others, { limits: false, hidden: true }),
        archive(NEWEST, false),
      ),
    ),
  // Money that is late, and what happened until it came.
  ...[1, 2].map(() =>
    fc
      .tuple(quantities, quantities, fc.constantFrom(7, 21, 125), fc.boolean(), fc.boolean())
      .map(([mine, others, minutes, ended, couponed]) =>
        inTurn(
          reserve(mine, { limits: false, hidden: true }),
          buy(NEWEST, 'online', couponed),
          wait(minutes),
          ...(ended ? [runJobs()] : []),
          reserve(others, { limits: false, hidden: true }),
          pay(NEWEST, 'PAID', false),
          pay(NEWEST, 'PAID', true),
        ),
      ),
  ),
  // An order that is paid in parts, and what becomes of it.
  ...[1, 2].map(() =>
    fc
      .tuple(
        quantities,
        which,
        which,
        fc.constantFrom(1, 21, 125),
        fc.constantFrom<Result>('PAID', 'AUTHORIZED', 'DECLINED', 'PENDING'),
        pick,
      )
      .map(([mine, one, other, minutes, result, of]) =>
        inTurn(
          reserve(mine, { limits: false, hidden: true }),
          buy(NEWEST, 'online', false),
          payByCard(NEWEST, one),
          payByCard(NEWEST, other),
          wait(minutes),
          pay(NEWEST, result, false, of),
          runJobs(),
          pay(NEWEST, 'PAID', false, of),
        ),
      ),
  ),
  // An authorization, and who decides about it.
  fc
    .tuple(
      quantities,
      fc.option(which),
      fc.constantFrom<Step[]>(
        [decide(NEWEST, 'capture')],
        [decide(NEWEST, 'void')],
        [cancel(NEWEST)],
        [wait(6 * 24 * 60)],
        [],
      ),
    )
    .map(([mine, card, ending]) =>
      inTurn(
        reserve(mine, { limits: false, hidden: true }),
        buy(NEWEST, 'online', false),
        ...(card === null ? [] : [payByCard(NEWEST, card)]),
        pay(NEWEST, 'AUTHORIZED', false, NEWEST),
        ...ending,
        decide(NEWEST, 'capture'),
        pay(NEWEST, 'PAID', false, NEWEST),
      ),
    ),
]
