import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import type { Clock } from '../../src/time.ts'
import type { Answer, Caller } from './app.ts'
import type { Credentials } from './processes.ts'
import { refusalOf } from './sale.ts'
import type { Chance } from './torture.ts'

// Many buyers at once, each with a will of its own. What each was told is kept, and held against the database.

export type OnSale = { definitionId: string; limit: number; free: boolean }
export type Sale = { eventId: string; tickets: readonly [OnSale, ...OnSale[]] }

/** What one buyer asked for, and what must be true after what it was told. */
export type Story = {
  wanted: readonly OnSale[]
  /** Of each. */
  quantity: number
  askedAt: number
  toldAt: number
  /** The status and code that it was refused with; null: it was not, or it never got an answer. */
  refusal: ReturnType<typeof refusalOf> | null
  reservationId: string | null
  /** Until when its tickets may count as held, as far as it knows. */
  heldUntil: number
  orderNumber: string | null
  /** In one of these states it must be found; each request adds what it may lead to, each answer leaves what it said. */
  mayBe: Set<string>
  ticketNumbers: string[]
}

/** How a crowd behaves; probabilities, the rest of those who hold tickets wander off. */
export type Habits = { cancels: number; buys: number; returnsWhatItBought: number; declines: number; paysTwice: number }

/** Who wants the tickets, and pays for them. */
export const SERIOUS: Habits = { cancels: 0, buys: 1, returnsWhatItBought: 0, declines: 0, paysTwice: 0.3 }

const HABITS: Habits = { cancels: 0.15, buys: 0.6, returnsWhatItBought: 0.1, declines: 0.15, paysTwice: 0.3 }

/** Where buyers are, and how they are. */
export type Surroundings = { sale: Sale; chance: Chance; clock: Clock; habits?: Habits }

export type Crowd = {
  stories: Story[]
  /** Answers that were neither yes nor no, and not "try again" either. */
  faults: Answer[]
}

/**
 * One buyer: wants tickets, and does with them what chance says, until it was answered everything or nobody answers.
 * @param who a caller of each process; any of them is asked
 */
export async function aBuyerComes(
  { stories, faults }: Crowd,
  { sale, who, chance, clock, habits = HABITS }: Surroundings & { who: readonly [Caller, ...Caller[]] },
): Promise<Story> {
  const now = () => clock().getTime()
  const first = chance.oneOf(sale.tickets)
  const story: Story = {
    wanted: chance.is(0.2) ? [...new Set([first, chance.oneOf(sale.tickets)])] : [first],
    quantity: 1 + chance.below(3),
    askedAt: now(),
    toldAt: Number.POSITIVE_INFINITY,
    refusal: null,
    reservationId: null,
    heldUntil: Number.POSITIVE_INFINITY,
    orderNumber: null,
    mayBe: new Set(),
    ticketNumbers: [],
  }
  stories.push(story)

  /** Null when nobody answered, or when the answer is a fault. */
  const ask = async (...[method, url, body]: Parameters<Caller>): Promise<Answer | null> => {
    const answer = await chance
      .oneOf(who)(method, url, body)
      .catch(() => null)
    if (answer && answer.status < 500) return answer
    if (answer && answer.status !== 503) faults.push(answer)
    return null
  }
  const isNow = (...states: string[]) => {
    story.mayBe = new Set(states)
  }

  const held = await ask('POST', '/events/v1/ticket-reservations', {
    ticketReservation: {
      tickets: story.wanted.map(({ definitionId }) => ({ ticketDefinitionId: definitionId, quantity: story.quantity })),
    },
  })
  if (!held) return story
  story.toldAt = now()
  if (held.status !== 200) {
    story.refusal = refusalOf(held)
    story.heldUntil = Number.NEGATIVE_INFINITY
    return story
  }
  const { id, expirationDate } = held.body.ticketReservation
  story.reservationId = id
  story.heldUntil = Date.parse(expirationDate)
  isNow('PENDING', 'EXPIRED')

  const cancel = async (canceled: string) => {
    story.mayBe.add(canceled)
    const answer = await ask('POST', `/events/v1/ticket-reservations/${id}/cancel`)
    if (answer?.status !== 200) return
    isNow(canceled)
    story.heldUntil = now()
  }

  if (chance.is(habits.cancels)) await cancel('CANCELED_MANUALLY')
  else if (chance.is(habits.buys / (1 - habits.cancels))) await buy()
  return story

  async function buy(): Promise<void> {
    const free = story.wanted.every(each => each.free)
    const made = free ? ['FREE'] : ['INITIATED BEGUN', 'CANCELED BEGUN'] // the second: given up, for nobody paid
    const before = [...story.mayBe]
    for (const state of made) story.mayBe.add(state)
    story.heldUntil = Number.POSITIVE_INFINITY
    const answer = await ask('POST', '/events/v1/checkout', {
      eventId: sale.eventId,
      reservationId: id,
      guests: [{ form: formOf(chance.below(200)) }],
    })
    if (!answer) return
    if (answer.status !== 200) {
      isNow(...before)
      story.heldUntil = Date.parse(expirationDate)
      return
    }
    const { order } = answer.body
    story.orderNumber = order.orderNumber
    isNow(...made)
    if (free) {
      story.ticketNumbers = order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
      if (chance.is(habits.returnsWhatItBought)) await cancel('CANCELED')
      return
    }
    await pay(order.snapshotId)
  }

  async function pay(paymentId: string): Promise<void> {
    const result = chance.is(habits.declines) ? 'DECLINED' : 'PAID'
    const outcomes = result === 'PAID' ? ['PAID CAPTURED', 'CANCELED REFUNDED'] : ['DECLINED DECLINED']
    for (const state of outcomes) story.mayBe.add(state)
    const tell = () =>
      ask('POST', `/boxoffice/v1/test-payments/${paymentId}/notifications`, { notificationId: 'once', result })
    const answers = await Promise.all(chance.is(habits.paysTwice) ? [tell(), tell()] : [tell()])
    const states = answers.flatMap(answer =>
      answer?.status === 200 ? [`${answer.body.orderStatus} ${answer.body.payment.status}`] : [],
    )
    if (states.length === 0) return
    expect(new Set(states).size).toBe(1) // told twice, it is one truth
    isNow(...states)
    if (!story.mayBe.has('PAID CAPTURED')) story.heldUntil = now()
    else if (chance.is(habits.returnsWhatItBought)) await cancel('CANCELED CAPTURED')
  }
}

function formOf(index: number) {
  return {
    inputValues: [
      { inputName: 'firstName', value: 'Ada' },
      { inputName: 'lastName', value: `Berg ${index}` },
      { inputName: 'email', value: `ada.${index}@example.org` },
    ],
  }
}

/** Lets `count` buyers come at once, each again and again as long as `again` says so; it is given how often they came. */
export async function letThemCome(
  count: number,
  {
    again,
    buyer,
    clients,
    ...context
  }: Surroundings & {
    again: (times: number) => boolean
    buyer: (now: Date) => Promise<Credentials>
    clients: readonly ((credentials: Credentials) => Caller)[]
  },
  crowd: Crowd = { stories: [], faults: [] },
): Promise<Crowd> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      const credentials = await buyer(context.clock())
      const [one, ...others] = clients.map(client => client(credentials))
      if (!one) throw new Error('there is nobody to ask')
      for (let times = 0; again(times); times += 1) await aBuyerComes(crowd, { ...context, who: [one, ...others] })
    }),
  )
  return crowd
}

type Found = {
  ticketReservationId: string
  state: string
  orderNumber: string | null
  quantity: number
  ticketNumbers: string[]
}

/** Until the deadlines have passed of all who wandered off, and every ticket is sold or free; no hold leaks. */
export async function untilNothingIsHeld(sql: Sql): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const [row] = await sql<{ held: number }[]>`select coalesce(sum(reserved), 0) as held from inventory`
    if (row?.held === 0) return
    if (Date.now() > deadline) throw new Error(`${row?.held} tickets are still held`)
    await delay(50)
  }
}

/**
 * Every story must be true: what was answered is in the database, whole, and in a state that the answers allow.
 * @returns how many were found in which state
 */
export async function expectTrue(sql: Sql, siteId: string, stories: readonly Story[]): Promise<Record<string, number>> {
  const told = stories.filter(({ reservationId }) => reservationId !== null)
  const rows = await sql<Found[]>`
    select reservations.ticket_reservation_id, reservations.order_number,
           concat_ws(' ', coalesce(orders.status, reservations.status), paid.statuses) as state,
           coalesce(held.quantity, 0) as quantity, coalesce(issued.numbers, '{}') as ticket_numbers
      from ticket_reservations as reservations
      left join orders using (site_id, order_number)
      left join lateral (
        -- What is asked for is done by whoever comes next, also after a kill.
        select string_agg(case when refunding_minor = amount_minor then 'REFUNDED' else status end, ',' order by status) as statuses
          from payments
         where site_id = orders.site_id
           and order_number = orders.order_number
      ) as paid on true
      left join lateral (
        select sum(quantity - removed_quantity)::integer as quantity
          from ticket_reservation_lines as lines
         where lines.site_id = reservations.site_id
           and lines.ticket_reservation_id = reservations.ticket_reservation_id
      ) as held on true
      left join lateral (
        select array_agg(ticket_number) as numbers
          from tickets
         where site_id = orders.site_id
           and order_number = orders.order_number
           and canceled_at is null
      ) as issued on true
     where reservations.site_id = ${siteId}
       and reservations.ticket_reservation_id in ${sql(told.map(({ reservationId }) => reservationId ?? ''))}`
  const found = new Map(rows.map(row => [row.ticketReservationId, row]))
  const lies = told.filter(story => !isTrue(story, found.get(story.reservationId ?? '')))
  expect(lies.map(story => ({ story, found: found.get(story.reservationId ?? '') ?? null }))).toEqual([])
  const states = Map.groupBy(rows, ({ state }) => state)
  return Object.fromEntries([...states].map(([state, same]) => [state, same.length]))
}

function isTrue({ mayBe, wanted, quantity, orderNumber, ticketNumbers }: Story, found: Found | undefined): boolean {
  if (!found || !mayBe.has(found.state)) return false
  if (orderNumber !== null && found.orderNumber !== orderNumber) return false
  const stands = found.state === 'FREE' || found.state === 'PAID CAPTURED'
  return (
    found.quantity === quantity * wanted.length &&
    found.ticketNumbers.length === (stands ? found.quantity : 0) &&
    (!stands || ticketNumbers.every(number => found.ticketNumbers.includes(number)))
  )
}

/**
 * Those who were told that it is sold out, though by all that anybody was told tickets were free the whole time. What
 * may have been held is counted generously: whatever overlaps the moment in which one waited for the answer.
 */
export function refusedWithoutReason(stories: readonly Story[]): Story[] {
  const holders = stories.filter(({ refusal }) => refusal === null)
  return stories.filter(
    ({ refusal, wanted, quantity, askedAt, toldAt }) =>
      refusal !== null &&
      !wanted.some(({ definitionId, limit }) => {
        const held = holders
          .filter(other => other.wanted.some(each => each.definitionId === definitionId))
          .filter(other => other.askedAt <= toldAt && other.heldUntil >= askedAt)
          .reduce((sum, other) => sum + other.quantity, 0)
        return held + quantity > limit
      }),
  )
}
