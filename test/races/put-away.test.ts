import { describe, expect, test } from 'vitest'
import { verify } from '../../src/verify.ts'
import { type Answer, type Caller, callerOf, type TestApp, testApp } from '../support/app.ts'
import { barrier, collide, lockingInventory, lockingReservation } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess } from '../support/processes.ts'
import { archiveOrder, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, type Weaker, withoutLocks } from '../support/unprotected.ts'

// Who puts orders away, brings them back or forgets whose they are, at the same moment as others who buy.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
await dropConstraints(site.sql)

/** Just before the statement that moves the places. */
const LOOKED_AND_NOT_YET_WRITTEN = /as places\s+from ticket_reservation_lines/

type Bought = { eventId: string; definitionId: string; reservationId: string; orderNumber: string; numbers: string[] }

describe('the last places are had once', () => {
  const restore = (order: Bought) => put(first.as(organizer), order, false)
  const buy = async ({ definitionId }: Bought) => reserveTickets(second.as(await aBuyer(app)), definitionId, 2)

  test.each([
    ['the organizer restores first', [restore, buy]],
    ['the buyer comes first', [buy, restore]],
  ])('R187: %s', async (_, contenders) => {
    const order = await anOrder(app, { limit: 2 })
    await archiveOrder(app, order)
    const answers = await collide(
      app.sql,
      lockingInventory(order.definitionId),
      contenders.map(contender => () => contender(order)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 428])
    expect(refusalOf(answers[1] as Answer)[1]).toMatch(/ORDER_ACTION_NOT_AVAILABLE|TICKET_LIMIT_EXCEEDED/)
    const isRestored = contenders[0] === restore
    expect(await stockOf(app, order)).toEqual(isRestored ? { reserved: 0, sold: 2 } : { reserved: 2, sold: 0 })
  })

  test('control: without the lock, a buyer who comes between the look and the write has them too, and verify sees it', async () => {
    const order = await anOrder(site, { limit: 2 })
    await archiveOrder(site, order)
    let bought: Answer | undefined
    const buyMeanwhile = async () => {
      bought = await reserveTickets(callerOf(site.app)(await aBuyer(site)), order.definitionId, 2)
    }
    const weak = await aWeakProcess({ meet: [LOOKED_AND_NOT_YET_WRITTEN, buyMeanwhile] })
    expect((await put(weak.as(await anOrganizer(site)), order, false)).status).toBe(200)
    expect(bought?.status).toBe(200)
    expect(await lawsBrokenBy(site.sql, order.definitionId)).toContain('03-never-oversold')
  })

  test('R137, R187: ten orders go and come back again and again while twenty buyers want their places', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 20 } })
    const orders: Bought[] = []
    for (let index = 0; index < 10; index += 1) orders.push(await anOrder(app, { sale: { eventId, definitionId } }))
    const toggling = orders.map(async (order, index) => {
      const caller = (index % 2 ? first : second).as(organizer)
      const answers: number[] = []
      for (const archived of [true, false, true, false]) answers.push((await put(caller, order, archived)).status)
      return answers
    })
    const buying = Array.from({ length: 20 }, async (_, index) => {
      const buyer = (index % 2 ? first : second).as(await aBuyer(app))
      const { status, body } = await reserveTickets(buyer, definitionId, 2)
      if (status !== 200) return status
      const reservationId = body.ticketReservation.id
      if (index % 3 === 0) await must(buyer, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
      else await checkOut(buyer, { eventId, reservationId })
      return status
    })
    const statuses = [...(await Promise.all(toggling)).flat(), ...(await Promise.all(buying))]
    expect(new Set(statuses)).toEqual(new Set([200, 428]))
    expect((await verify(app.sql)).breaches).toEqual([])
  })
})

describe('places return once', () => {
  test('R19: two people archive one order at once: one did it', async () => {
    const order = await anOrder(app, { limit: 5 })
    const answers = await collide(app.sql, lockingReservation(order.reservationId), [
      () => put(first.as(organizer), order, true),
      () => put(second.as(organizer), order, true),
    ])
    expect(answers.map(({ body }) => body.order.archived)).toEqual([true, true])
    expect(await factsAbout(order.orderNumber, 'order.updated')).toBe(1)
    expect(await stockOf(app, order)).toEqual({ reserved: 0, sold: 0 })
  })

  test('control: without the locks, both give the places back, and verify sees it', async () => {
    const order = await anOrder(site, { limit: 5 })
    const weaker: Weaker = { meet: [LOOKED_AND_NOT_YET_WRITTEN, barrier(2)] }
    const weak = [await aWeakProcess(weaker), await aWeakProcess(weaker)]
    const by = await anOrganizer(site)
    const answers = await Promise.all(weak.map(each => put(each.as(by), order, true)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, order.definitionId)).toContain('02-sold-is-confirmed')
  })

  test.each([true, false])(
    'R135, R187: an archive and a cancellation at once (archive first: %s)',
    async archiveFirst => {
      const order = await anOrder(app, { limit: 5 })
      const contenders = [
        () => put(first.as(organizer), order, true),
        () => second.as(organizer)('POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`),
      ]
      const answers = await collide(
        app.sql,
        lockingReservation(order.reservationId),
        archiveFirst ? contenders : contenders.toReversed(),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(await stockOf(app, order)).toEqual({ reserved: 0, sold: 0 })
      expect((await verify(app.sql)).breaches).toEqual([])
    },
  )

  test.each([true, false])('R199: an archive and a scan at once (scan first: %s)', async scanFirst => {
    const order = await anOrder(app, { limit: 5 })
    const scan = { eventId: order.eventId, ticketNumber: order.numbers }
    const contenders = [
      () => first.as(organizer)('POST', '/events/v1/tickets/check-in', scan),
      () => put(second.as(organizer), order, true),
    ]
    const answers = await collide(
      app.sql,
      tx => tx`select from orders where order_number = ${order.orderNumber} for update`,
      scanFirst ? contenders : contenders.toReversed(),
    )
    expect(answers.map(({ status }) => status)).toEqual(scanFirst ? [200, 200] : [200, 428])
  })
})

describe('a contact is forgotten with all of its orders', () => {
  test('control: without the lock, one who buys between the look and the removal has an order without a contact', async () => {
    const { eventId, definitionId } = await aSale(site, { definition: FREE })
    const buyer = { firstName: 'Zoë', lastName: 'Once', email: 'once@example.org' }
    const buy = async () => {
      const reservationId = (await reserveTickets(site.admin, definitionId)).body.ticketReservation.id
      return (await checkOut(site.admin, { eventId, reservationId }, { buyer })).body.order
    }
    const { contactId } = await buy()
    let bought = { orderNumber: '' }
    const buyMeanwhile = async () => {
      bought = await buy()
    }
    const weak = await aWeakProcess({ meet: [/delete from contacts/, buyMeanwhile] })
    const by = await anOrganizer(site)
    const answer = await weak.as(by)('POST', `/boxoffice/v1/contacts/${contactId}/anonymize`)
    expect(answer.body).toEqual({ anonymizedOrders: 1 })
    expect(await lawsBrokenBy(site.sql, bought.orderNumber)).toContain('10-rows-have-parents')
  })

  test.each([true, false])('R191: with it, the purchase comes before or after (first: %s)', async purchaseFirst => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const buyer = { firstName: 'Zoë', lastName: 'Once', email: `once-${purchaseFirst}@example.org` }
    const hold = async () => (await reserveTickets(app.admin, definitionId)).body.ticketReservation.id
    const { contactId } = (await checkOut(app.admin, { eventId, reservationId: await hold() }, { buyer })).body.order
    const reservationId = await hold()
    const contenders = [
      () => checkOut(first.as(organizer), { eventId, reservationId }, { buyer }),
      () => second.as(organizer)('POST', `/boxoffice/v1/contacts/${contactId}/anonymize`),
    ]
    const answers = await collide(
      app.sql,
      tx => tx`select from contacts where contact_id = ${contactId} for update`,
      purchaseFirst ? contenders : contenders.toReversed(),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const [order] = await app.sql`
      select contact_id from orders where ticket_reservation_id = ${reservationId}`
    // Either it was forgotten with the others, or it belongs to somebody who came afterwards.
    if (purchaseFirst) expect(order?.contactId).toBe(null)
    else expect([null, contactId]).not.toContain(order?.contactId)
    expect((await verify(app.sql)).breaches).toEqual([])
  })
})

/** Two free tickets of a sale with that many. */
async function anOrder(
  of: TestApp,
  { limit = 20, sale }: { limit?: number; sale?: { eventId: string; definitionId: string } },
): Promise<Bought> {
  const { eventId, definitionId } = sale ?? (await aSale(of, { definition: { ...FREE, initialLimit: limit } }))
  const reservationId = (await reserveTickets(of.admin, definitionId, 2)).body.ticketReservation.id
  const { order } = (await checkOut(of.admin, { eventId, reservationId })).body
  const numbers = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, reservationId, orderNumber: order.orderNumber, numbers }
}

function put(caller: Caller, { eventId, orderNumber }: Bought, archived: boolean) {
  return caller('PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, { archived })
}

function aWeakProcess(weaker: Weaker) {
  return aProcess(site, { wrap: sql => withoutLocks(sql, weaker) })
}

async function factsAbout(id: string, kind: string): Promise<number> {
  const [row] = await app.sql<{ count: number }[]>`
    select count(*) as count from activities where entity_id = ${id} and kind = ${kind}`
  return row?.count ?? 0
}

async function stockOf({ sql }: TestApp, { definitionId }: Bought) {
  const [row] = await sql<{ reserved: number; sold: number }[]>`
    select reserved, sold from inventory where ticket_definition_id = ${definitionId}`
  return row && { ...row }
}
