import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closeAbandoned } from '../src/orders/abandoned.ts'
import { expireOverdue } from '../src/ticket-reservations/expire.ts'
import { verify } from '../src/verify.ts'
import { type Answer, testApp } from './support/app.ts'
import { aDefinition, aSale, checkOut, FREE } from './support/sale.ts'
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
  quantities: readonly number[]
  order: Order | null
}
type Order = {
  status: string
  createdAt: number
  payment: 'BEGUN' | 'CAPTURED' | 'DECLINED' | 'REFUNDED' | null
  /** The reservation that it has now; late money takes a new one. */
  reservation: number
  tickets: { checkedIn: boolean; archived: boolean }[]
  told: number
  /** Put away: it holds no places, whatever its reservation says. */
  archived: boolean
}
type Model = { definitions: Definition[]; reservations: Reservation[] }
/** What the model's indexes stand for in the system. */
type Real = {
  eventId: string
  definitionIds: string[]
  reservationIds: string[]
  orders: Map<Order, { orderNumber: string; paymentId: string; ticketNumbers: string[] }>
}

const PER_ORDER = 20
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
  }
  const definitionIds = [definitionId, paid.id, unlimited.id, standing.id]
  return { model, real: { eventId, definitionIds, reservationIds: [], orders: new Map() } }
}

type Step = fc.AsyncCommand<Model, Real>
let steps = 0

/** A step of its own name; afterwards the numbers of every definition are compared. */
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
      await compareNumbers(model, real)
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
      model.reservations.push({ status: 'PENDING', expiresAt, quantities, order: null })
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
  if (order?.reservation !== at || order.status === 'DECLINED') return
  order.status = 'CANCELED'
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

const buy = (pick: number, way: Way): Step =>
  onReservation(`buy ${way}`, pick, async ({ model, real, reservation, id, at }) => {
    const options = { payInPerson: way === 'in person', markAsPaid: way === 'marked as paid' }
    const answer = await checkOut(app.admin, { eventId: real.eventId, reservationId: id }, { options })
    const code =
      reservation.status === 'DELETED'
        ? 'RESERVATION_NOT_FOUND'
        : reservation.order
          ? 'RESERVATION_OCCUPIED'
          : isLive(reservation)
            ? null
            : 'RESERVATION_NOT_FOUND'
    expect(codeOf(answer)).toBe(code)
    if (code !== null) return
    const costs = reservation.quantities.some((quantity, index) => quantity > 0 && !model.definitions[index]?.free)
    const status = costs
      ? ({ online: 'INITIATED', 'in person': 'OFFLINE_PENDING', 'marked as paid': 'PAID' } as const)[way]
      : 'FREE'
    const order: Order = {
      status,
      createdAt: nowMs(),
      payment: status === 'INITIATED' ? 'BEGUN' : null,
      reservation: at,
      tickets: [],
      told: 0,
      archived: false,
    }
    reservation.order = order
    if (status !== 'INITIATED') confirmed(reservation, order)
    const { orderNumber, snapshotId } = answer.body.order
    real.orders.set(order, { orderNumber, paymentId: snapshotId, ticketNumbers: [] })
    await compareOrder(order, real)
  })

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
type Known = { orderNumber: string; paymentId: string; ticketNumbers: string[] }

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
  if (known) known.ticketNumbers = body.order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
}

function isConfirmed({ status }: Order): boolean {
  return status === 'PAID' || status === 'FREE' || status === 'OFFLINE_PENDING'
}

const pay = (pick: number, result: 'PAID' | 'PENDING' | 'DECLINED', again: boolean): Step =>
  onOrder(`${again ? 'again ' : ''}${result}`, pick, async ({ model, real, order, known }) => {
    if (order.payment === null) return
    const repeated = again && order.told > 0
    if (!repeated) order.told += 1
    const url = `/boxoffice/v1/test-payments/${known.paymentId}/notifications`
    const answer = await app.admin('POST', url, { notificationId: `n${order.told}`, result })
    expect(codeOf(answer)).toBe(null)
    if (result === 'PAID') endOverdueForLateMoney(model, order)
    if (!repeated) await settled(model, real, { order, result, known })
    expect(answer.body).toMatchObject({ orderStatus: order.status, payment: { status: order.payment } })
  })

/** Late money looks for what is really there, also when it is told of again. */
function endOverdueForLateMoney(model: Model, order: Order): void {
  const own = model.reservations[order.reservation]
  if (own && ['EXPIRED', 'CANCELED', 'CANCELED_MANUALLY'].includes(own.status))
    endOverdue(model, overlaps(own.quantities))
}

async function settled(
  model: Model,
  real: Real,
  { order, result, known }: { order: Order; result: 'PAID' | 'PENDING' | 'DECLINED'; known: Known },
): Promise<void> {
  if (order.payment === 'CAPTURED' || order.payment === 'REFUNDED') return
  const own = model.reservations[order.reservation]
  const awaited = order.status === 'INITIATED' || order.status === 'PENDING'
  switch (result) {
    case 'PENDING':
      if (order.payment === 'DECLINED' || order.status !== 'INITIATED' || own?.status !== 'PENDING') return
      order.status = 'PENDING'
      own.expiresAt = nowMs() + 120 * 60_000
      return
    case 'DECLINED':
      if (order.payment === 'DECLINED') return
      order.payment = 'DECLINED'
      if (!awaited) return
      order.status = 'DECLINED'
      if (own?.status === 'PENDING') own.status = 'CANCELED'
      return
    case 'PAID': {
      const wanted = awaited || (order.status === 'CANCELED' && own?.status === 'EXPIRED' && !order.archived)
      const held = own?.status === 'PENDING'
      if (
        !own ||
        !wanted ||
        !(held || (own.status !== 'DELETED' && fits(model, own.quantities, isLive, Number.POSITIVE_INFINITY)))
      ) {
        order.payment = 'REFUNDED'
        if (awaited) order.status = 'CANCELED'
        return
      }
      order.payment = 'CAPTURED'
      order.status = 'PAID'
      if (held) return confirmed(own, order)
      const again: Reservation = { ...own, order, status: 'PENDING' }
      order.reservation = model.reservations.push(again) - 1
      confirmed(again, order)
      const url = `/events/v1/events/${real.eventId}/orders/${known.orderNumber}?fieldset=DETAILS`
      real.reservationIds.push((await app.admin('GET', url)).body.order.reservationId)
    }
  }
}

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
    if (order.status !== 'FREE') order.status = 'PAID'
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
    const waits = order.status === 'INITIATED' || order.status === 'PENDING'
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
  step(`wait ${minutes} minutes`, async () => {
    app.setNow(new Date(nowMs() + minutes * 60_000))
  })

const runJobs = (): Step =>
  step('run the jobs', async model => {
    await expireOverdue(app.sql, app.now())
    await closeAbandoned(app.sql, app.now())
    endOverdue(model, () => true)
    for (const { order } of model.reservations) {
      if (!order || order.createdAt > nowMs() - 120 * 60_000) continue
      if (model.reservations[order.reservation]?.status === 'PENDING') continue
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
      .tuple(pick, fc.constantFrom<Way>('online', 'online', 'in person', 'marked as paid'))
      .map(([at, way]) => buy(at, way)),
  ),
  ...[1, 2].map(() =>
    fc
      .tuple(pick, fc.constantFrom('PAID', 'PAID', 'DECLINED', 'PENDING'), fc.boolean())
      .map(([at, result, again]) => pay(at, result, again)),
  ),
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
  fc.constantFrom(1, 7, 19, 21, 125).map(wait),
  fc.constant(runJobs()),
  // Places of an order that was put away, which others may want meanwhile.
  fc
    .tuple(quantities, quantities)
    .map(([mine, others]) =>
      inTurn(
        reserve(mine, { limits: false, hidden: true }),
        buy(NEWEST, 'marked as paid'),
        archive(NEWEST, true),
        reserve(others, { limits: false, hidden: true }),
        archive(NEWEST, false),
      ),
    ),
  // Money that is late, and what happened until it came.
  ...[1, 2].map(() =>
    fc
      .tuple(quantities, quantities, fc.constantFrom(7, 21, 125), fc.boolean())
      .map(([mine, others, minutes, ended]) =>
        inTurn(
          reserve(mine, { limits: false, hidden: true }),
          buy(NEWEST, 'online'),
          wait(minutes),
          ...(ended ? [runJobs()] : []),
          reserve(others, { limits: false, hidden: true }),
          pay(NEWEST, 'PAID', false),
          pay(NEWEST, 'PAID', true),
        ),
      ),
  ),
]
