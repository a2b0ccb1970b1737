import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CLOCK } from '../../src/activity/record.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { transition } from '../../src/ticket-reservations/store.ts'
import { type Answer, callerOf, type TestApp, testApp } from '../support/app.ts'
import { collide, untilWaiting } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess } from '../support/processes.ts'
import { aSale, checkOut, must, reserveTickets } from '../support/sale.ts'
import { isTorture } from '../support/torture.ts'
import { dropConstraints, lawsBrokenBy, withoutLocks } from '../support/unprotected.ts'

// Thousands of holds pass their deadline at one moment, while people go on buying and some of the holds are being paid.

const OVERDUE = isTorture ? 100_000 : 10_000
const BUYERS = 16
const PAYING = 40
/** What a buyer waits at most meanwhile, and how long it takes until all stock is back: generous, for slow machines. */
const WAIT_MS_MAX = 10_000
const OVERDUE_PER_SECOND_MIN = 1_000

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const site = await testApp({ lawless: true })
await dropConstraints(site.sql)

test(`R130, R170: ${OVERDUE} holds expire at once: everybody is sold to meanwhile, and what is paid stays sold`, async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: OVERDUE + PAYING } })
  const other = (await aSale(app)).definitionId
  const orders = await ordersAwaitingMoney(app, { eventId, definitionId })
  await holdMany(app, { eventId, definitionId })
  expect(await stockOf(app, definitionId)).toEqual({ reserved: OVERDUE + PAYING, sold: 0 })

  app.setNow(new Date(app.now().getTime() + 21 * 60_000))
  const waitsMs: number[] = []
  let isExpiring = true
  const buying = Array.from({ length: BUYERS }, async (_, index) => {
    const buyer = (index % 2 ? first : second).as(await aBuyer(app))
    const answers: Answer[] = []
    while (isExpiring && answers.length < OVERDUE / BUYERS) {
      const begun = performance.now()
      answers.push(await reserveTickets(buyer, index % 4 < 2 ? definitionId : other))
      waitsMs.push(performance.now() - begun)
    }
    return { own: index % 4 < 2 ? answers.filter(({ status }) => status === 200).length : 0, answers }
  })
  const bank = second.as(await anOrganizer(app))
  const paying = orders.map(async ({ snapshotId }, index) => {
    await delay(index * 10) // all along
    return tellPaid(bank, snapshotId)
  })
  const begun = performance.now()
  const ended = await Promise.all([expireOverdue(first.sql, app.now()), expireOverdue(second.sql, app.now())])
  const seconds = (performance.now() - begun) / 1000
  isExpiring = false
  const bought = await Promise.all(buying)
  const paid = await Promise.all(paying)

  // Nobody is told that it is sold out. Who waited too long for a lock is told to try again; few are.
  const statuses = bought.flatMap(({ answers }) => answers.map(({ status }) => status))
  expect(statuses.filter(status => status !== 200 && status !== 503)).toEqual([])
  expect(statuses.filter(status => status === 503).length).toBeLessThan(1 + statuses.length / 50)
  expect(new Set(paid.map(({ body }) => `${body.orderStatus} ${body.payment.status}`))).toEqual(
    new Set(['PAID CAPTURED']),
  )
  await expireOverdue(app.sql, app.now())
  const reserved = bought.reduce((sum, { own }) => sum + own, 0)
  expect(await stockOf(app, definitionId)).toEqual({ reserved, sold: PAYING })
  const slowestMs = Math.max(...waitsMs)
  console.log(
    `expiry: ${OVERDUE} holds in ${seconds.toFixed(1)} s (the job ended ${ended.join(' and ')}), ` +
      `meanwhile ${waitsMs.length} sales, the slowest after ${slowestMs.toFixed(0)} ms`,
  )
  expect(waitsMs.length).toBeGreaterThan(BUYERS)
  expect(slowestMs).toBeLessThan(WAIT_MS_MAX)
  expect(seconds).toBeLessThan(2 + OVERDUE / OVERDUE_PER_SECOND_MIN)
}, 600_000)

test('control: who ends them all in one transaction keeps everybody waiting until the last is ended', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 1_000 } })
  await holdMany(app, { eventId, definitionId }, 1_000)
  app.setNow(new Date(app.now().getTime() + 21 * 60_000))
  const ids = (
    await app.sql<{ id: string }[]>`
      select ticket_reservation_id as id from ticket_reservations where event_id = ${eventId}`
  ).map(({ id }) => id)
  const named = ids.map(ticketReservationId => ({ ticketReservationId, actor: CLOCK }))
  const change = { siteId: app.siteId, from: ['PENDING'], to: 'EXPIRED' } as const
  const buyer = first.as(await aBuyer(app))
  const answer = await inTransaction(app.sql, async tx => {
    await transition(tx, { ...change, named, now: app.now() })
    const waiting = reserveTickets(buyer, definitionId)
    await untilWaiting(tx, 1)
    return { waiting }
  })
  expect((await answer.waiting).status).toBe(200)
})

test('control: without the locks, holds that are being paid expire all the same, and verify sees it', async () => {
  const { eventId, definitionId } = await aSale(site, { definition: { initialLimit: 1_000 } })
  const orders = await ordersAwaitingMoney(site, { eventId, definitionId })
  await holdMany(site, { eventId, definitionId }, 400)
  const weak = await aProcess(site, { wrap: sql => withoutLocks(sql) })
  const bank = weak.as(await anOrganizer(site))
  const late = new Date(site.now().getTime() + 21 * 60_000)
  await collide<unknown>(
    site.sql,
    tx => tx`select from ticket_reservations where order_number is not null for update`,
    [
      () => expireOverdue(weak.sql, late),
      ...orders.slice(0, 10).map(
        ({ snapshotId }) =>
          () =>
            tellPaid(bank, snapshotId),
      ),
    ],
    2, // the payments are one process's, and come in batches
  )
  expect(await lawsBrokenBy(site.sql, definitionId)).toContain('01-reserved-is-pending')
})

type OnSale = { eventId: string; definitionId: string }

/** Orders of one ticket each, begun to be paid. */
async function ordersAwaitingMoney(of: TestApp, { eventId, definitionId }: OnSale): Promise<{ snapshotId: string }[]> {
  return Promise.all(
    Array.from({ length: PAYING }, async () => {
      const buyer = callerOf(of.app)(await aBuyer(of))
      const reservationId = (await reserveTickets(buyer, definitionId)).body.ticketReservation.id
      const { body } = await checkOut(buyer, { eventId, reservationId })
      return body.order
    }),
  )
}

function tellPaid(bank: ReturnType<typeof first.as>, paymentId: string): Promise<Answer> {
  const url = `/boxoffice/v1/test-payments/${paymentId}/notifications`
  return must(bank, 'POST', url, { notificationId: 'once', result: 'PAID' })
}

/** Holds of one ticket each whose deadlines lie within five minutes, as many visitors would have made them. */
async function holdMany(
  { sql, siteId, now }: TestApp,
  { eventId, definitionId }: OnSale,
  count = OVERDUE,
): Promise<void> {
  const deadline = new Date(now().getTime() + 15 * 60_000)
  await sql`
    with held as (
      insert into ticket_reservations (
        site_id, ticket_reservation_id, event_id, revision, status, expires_at, created_at, updated_at, visitor_id,
        limits_bypassed, hidden_allowed, settings
      )
      select ${siteId}, gen_random_uuid(), ${eventId}, 1, 'PENDING',
             ${deadline}::timestamptz + number * interval '5 minutes' / ${count}::integer, ${now()}, ${now()},
             gen_random_uuid(), false, false, '{}'
        from generate_series(1, ${count}::integer) as number
      returning ticket_reservation_id
    ), lines as (
      insert into ticket_reservation_lines (
        site_id, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity, price_minor,
        currency, pricing_kind, fee_type, ticket_name, policy
      )
      select ${siteId}, ticket_reservation_id, 0, gen_random_uuid(), ${definitionId}, 1, 1000, 'EUR', 'FIXED',
             'FEE_INCLUDED', 'Standard', ''
        from held
    ), told as (
      insert into activities (
        site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
      )
      select ${siteId}, 'ticket_reservation', ticket_reservation_id, 1, 'ticket_reservation.created', '{}', 'visitor',
             '', ${now()}
        from held
    )
    update inventory
       set reserved = reserved + ${count}::integer
     where site_id = ${siteId}
       and ticket_definition_id = ${definitionId}`
  await sql`analyze ticket_reservations, ticket_reservation_lines, inventory`
}

async function stockOf({ sql }: TestApp, definitionId: string): Promise<{ reserved: number; sold: number }> {
  const [row] = await sql<{ reserved: number; sold: number }[]>`
    select reserved, sold from inventory where ticket_definition_id = ${definitionId}`
  return { reserved: row?.reserved ?? -1, sold: row?.sold ?? -1 }
}
