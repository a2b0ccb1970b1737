import { BulkUpdateOrdersResponse, UpdateOrderResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'
import { archiveActionOf, ORDER_STATUSES, type OrderStatus } from './model.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))
verifyAfterEach(sql)

const UNAVAILABLE = [428, 'ORDER_ACTION_NOT_AVAILABLE']

type Sale = { eventId: string; definitionId: string }

/** A new visitor's order of free tickets, unless said otherwise. */
async function anOrder({
  sale,
  definition = FREE,
  quantity = 2,
  options,
}: {
  sale?: Sale
  definition?: object
  quantity?: number
  options?: object
} = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { ...definition } }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  const bought = await checkOut(options ? admin : guest, { eventId, reservationId }, options ? { options } : {})
  const { orderNumber, snapshotId, tickets } = bought.body.order
  const numbers: string[] = (tickets ?? []).map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, guest, reservationId, orderNumber: orderNumber as string, snapshotId, numbers }
}

type Named = { eventId: string; orderNumber: string }

function update(caller: Caller, { eventId, orderNumber }: Named, body: unknown) {
  return caller('PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, body)
}

function archive(order: Named, archived = true) {
  return update(admin, order, { archived })
}

function bulk(caller: Caller, eventId: string, body: unknown) {
  return caller('PATCH', `/events/v1/events/${eventId}/orders`, body)
}

function pay({ guest, snapshotId }: { guest: Caller; snapshotId: string }, result: string) {
  const body = { notificationId: newGuid(), result }
  return must(guest, 'POST', `/boxoffice/v1/test-payments/${snapshotId}/notifications`, body)
}

/** Limit, sold and unsold as the organizer is shown them. */
async function soldOf(definitionId: string) {
  const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}?fields=SALES_DETAILS`)
  const { soldCount, reservedCount, unsoldCount } = body.ticketDefinition.salesDetails
  return { sold: soldCount, reserved: reservedCount, unsold: unsoldCount }
}

async function factsAbout(id: string) {
  const rows = await sql`
    select sequence, kind, data - 'eventId' - 'status' as data
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, data }) => `${sequence} ${kind} ${JSON.stringify(data)}`)
}

describe('which orders can be archived', () => {
  test.each<[OrderStatus, ReturnType<typeof archiveActionOf>]>([
    ['FREE', 'move'],
    ['PAID', 'move'],
    ['OFFLINE_PENDING', 'move'],
    ['CANCELED', 'keep'],
    ['DECLINED', 'keep'],
    ['VOIDED', 'keep'],
    ['INITIATED', null],
    ['PENDING', null],
    ['AUTHORIZED', null],
    ['PARTIALLY_PAID', null],
  ])('R186: %s: %s', (status, action) => {
    expect(archiveActionOf(status)).toBe(action)
  })

  test('R186: every status is decided', () => {
    expect(ORDER_STATUSES.filter(status => status !== 'NA_ORDER_STATUS')).toHaveLength(10)
  })

  test('R186: one that waits for its money cannot; once it is given up it can, and that moves nothing', async () => {
    const open = await anOrder({ definition: { initialLimit: 5 } })
    expect(await refusedWithoutTrace(sql, () => archive(open))).toEqual(UNAVAILABLE)
    await pay(open, 'PENDING')
    expect(await refusedWithoutTrace(sql, () => archive(open))).toEqual(UNAVAILABLE)
    await pay(open, 'DECLINED')
    const before = await soldOf(open.definitionId)
    expect((await archive(open)).body.order).toMatchObject({ status: 'DECLINED', archived: true })
    expect((await archive(open, false)).body.order).toMatchObject({ status: 'DECLINED', archived: false })
    expect(await soldOf(open.definitionId)).toEqual(before)
  })

  test('R168, R186: money that comes for an order which was put away is given back', async () => {
    const late = await anOrder({ definition: { initialLimit: 5 } })
    setNow('2030-05-01T14:00:00.000Z')
    await expireOverdue(sql, app.now())
    await closeAbandoned(sql, app.now())
    expect((await archive(late)).body.order).toMatchObject({ status: 'CANCELED', archived: true })
    expect((await pay(late, 'PAID')).body).toMatchObject({ orderStatus: 'CANCELED', payment: { status: 'REFUNDED' } })
    expect(await soldOf(late.definitionId)).toEqual({ sold: 0, reserved: 0, unsold: 5 })
  })
})

describe('archiving', () => {
  test('R137, R174, R186, R187: the places return, the tickets admit no more, and the order counts no more', async () => {
    const order = await anOrder({ definition: { initialLimit: 2 }, options: { markAsPaid: true } })
    expect(await soldOf(order.definitionId)).toEqual({ sold: 2, reserved: 0, unsold: 0 })
    setNow('2030-05-01T12:05:00.000Z')
    const answer = await archive({ ...order, eventId: order.eventId.toUpperCase() })
    expect(answer.status).toBe(200)
    expect(judgedByClient(UpdateOrderResponse, answer.body)).toEqual([])
    expect(answer.body.order).toMatchObject({
      orderNumber: order.orderNumber,
      status: 'PAID',
      confirmed: true,
      archived: true,
      ticketsQuantity: 2,
      updated: '2030-05-01T12:05:00.000Z',
      tickets: [
        { orderArchived: true, archived: false },
        { orderArchived: true, archived: false },
      ],
    })
    expect(await soldOf(order.definitionId)).toEqual({ sold: 0, reserved: 0, unsold: 2 })
    const reservation = await must(admin, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(reservation.body.ticketReservation).toMatchObject({
      status: 'CONFIRMED',
      revision: '3',
      updatedDate: '2030-05-01T12:05:00.000Z',
      tickets: [{ quantity: 2, removedQuantity: 2 }],
    })
    const scan = () =>
      admin('POST', '/events/v1/tickets/check-in', { eventId: order.eventId, ticketNumber: order.numbers })
    expect(await refusedWithoutTrace(sql, scan)).toEqual([428, 'FAILED_PRECONDITION'])
    expect((await scan()).body.details.applicationError.data.reason).toBe('ARCHIVED')
    expect(await factsAbout(order.orderNumber)).toEqual([
      '1 order.initiated {}',
      '2 order.confirmed {"silent":false}',
      '3 order.updated {"archived":true}',
    ])
    expect((await factsAbout(order.reservationId)).at(-1)).toBe('3 ticket_reservation.places_removed {"places":2}')
    const summary = await must(admin, 'GET', `/events/v1/orders/summary?eventId=${order.eventId}`)
    expect(summary.body).toEqual({ sales: [] }) // R190
    const event = await must(admin, 'GET', `/events/v3/events/${order.eventId}?fields=DASHBOARD`)
    expect(event.body.event.summaries.tickets).toMatchObject({ ticketsSold: 0, totalOrders: 0, currencyLocked: true }) // R77
    expect((await reserveTickets(await visitor(), order.definitionId, 2)).status).toBe(200)
  })

  test('R19: archiving the archived, restoring the restored: no second effect', async () => {
    const order = await anOrder()
    await archive(order)
    const before = await ledgerOf(sql)
    setNow('2030-05-01T13:00:00.000Z')
    expect((await archive(order)).body.order.archived).toBe(true)
    expect((await bulk(admin, order.eventId, { orderNumber: [order.orderNumber], archived: true })).status).toBe(200)
    expect(await ledgerOf(sql)).toEqual(before)
    await archive(order, false)
    const restored = await ledgerOf(sql)
    expect((await archive(order, false)).body.order.archived).toBe(false)
    expect(await ledgerOf(sql)).toEqual(restored)
  })

  test('R137: every line gives back its own places, and what was overbooked with them', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 1 } })
    const other = (await aDefinition(app, sale.eventId, FREE)).id
    const reserved = await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: {
        tickets: [
          { ticketDefinitionId: sale.definitionId, quantity: 2 },
          { ticketDefinitionId: other, quantity: 3 },
          { ticketDefinitionId: sale.definitionId, quantity: 1 },
        ],
        additionalReservationSettings: { disableTicketLimitValidation: true },
      },
    })
    const reservationId = reserved.body.ticketReservation.id
    const { order } = (await checkOut(admin, { ...sale, reservationId })).body
    expect((await archive(order)).status).toBe(200)
    expect(await soldOf(sale.definitionId)).toEqual({ sold: 0, reserved: 0, unsold: 1 })
    expect(await soldOf(other)).toEqual({ sold: 0, reserved: 0 })
    const [stock] = await sql`select overbooked from inventory where ticket_definition_id = ${sale.definitionId}`
    expect(stock?.overbooked).toBe(0)
    expect(await refusedWithoutTrace(sql, () => archive(order, false))).toEqual(UNAVAILABLE) // nobody says so again
  })

  test('R135: an archived order whose reservation is canceled gives nothing back a second time', async () => {
    const order = await anOrder({ definition: { ...FREE, initialLimit: 5 } })
    await anOrder({ sale: order })
    await archive(order)
    await must(admin, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
    expect(await soldOf(order.definitionId)).toEqual({ sold: 2, reserved: 0, unsold: 3 })
    expect((await archive(order, false)).body.order).toMatchObject({ status: 'CANCELED', archived: false })
    expect(await soldOf(order.definitionId)).toEqual({ sold: 2, reserved: 0, unsold: 3 })
  })

  test('R183: an archived order is paid all the same', async () => {
    const order = await anOrder({ definition: {}, options: { payInPerson: true } })
    await archive(order)
    const url = `/events/v1/events/${order.eventId}/orders/confirm`
    const { body } = await must(admin, 'POST', url, { orderNumber: [order.orderNumber] })
    expect(body.orders).toMatchObject([{ status: 'PAID', archived: true }])
    expect((await archive(order, false)).body.order).toMatchObject({ status: 'PAID', archived: false })
  })

  test('an order of a deleted event, and of deleted tickets, can be put away too', async () => {
    const order = await anOrder()
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${order.definitionId}`)
    await must(admin, 'DELETE', `/events/v3/events/${order.eventId}`)
    expect((await archive(order)).body.order.archived).toBe(true)
    expect((await archive(order, false)).body.order.archived).toBe(false)
  })
})

describe('restoring', () => {
  test('R187: takes the places again, and the tickets admit again', async () => {
    const order = await anOrder({ definition: { ...FREE, initialLimit: 2 } })
    await archive(order)
    const { body } = await archive(order, false)
    expect(body.order).toMatchObject({ archived: false, tickets: [{ orderArchived: false }, { orderArchived: false }] })
    expect(await soldOf(order.definitionId)).toEqual({ sold: 2, reserved: 0, unsold: 0 })
    expect((await factsAbout(order.reservationId)).at(-1)).toBe('4 ticket_reservation.places_restored {"places":2}')
    expect((await factsAbout(order.orderNumber)).at(-1)).toBe('4 order.updated {"archived":false}')
    const scan = { eventId: order.eventId, ticketNumber: order.numbers }
    await must(admin, 'POST', '/events/v1/tickets/check-in', scan)
    expect(await refusalOf(await reserveTickets(await visitor(), order.definitionId))).toEqual([
      428,
      'TICKET_LIMIT_EXCEEDED',
    ])
  })

  test('R187: when somebody else has them it is refused, all or nothing', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 2 } })
    const plenty = (await aDefinition(app, sale.eventId, { ...FREE, initialLimit: 5 })).id
    const reservationId = (await reserveTickets(admin, [sale.definitionId, plenty], 2)).body.ticketReservation.id
    const { order } = (await checkOut(admin, { ...sale, reservationId })).body
    await archive(order)
    const taken = await reserveTickets(await visitor(), sale.definitionId)
    expect(await refusedWithoutTrace(sql, () => archive(order, false))).toEqual(UNAVAILABLE)
    const { data } = (await archive(order, false)).body.details.applicationError
    expect(data).toEqual({
      orderNumber: order.orderNumber,
      status: 'FREE',
      action: 'UNARCHIVE',
      ticketDefinitionId: sale.definitionId,
      available: 1,
    })
    await must(admin, 'POST', `/events/v1/ticket-reservations/${taken.body.ticketReservation.id}/cancel`)
    expect((await archive(order, false)).status).toBe(200)
  })

  test('R130, R187: a hold that has only run out does not keep anybody from it', async () => {
    const order = await anOrder({ definition: { ...FREE, initialLimit: 2 } })
    await archive(order)
    await must(await visitor(), 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: order.definitionId, quantity: 2 }] },
    })
    setNow('2030-05-01T12:19:59.000Z')
    expect(await refusedWithoutTrace(sql, () => archive(order, false))).toEqual(UNAVAILABLE)
    setNow('2030-05-01T12:20:00.000Z')
    expect((await archive(order, false)).status).toBe(200)
    expect(await soldOf(order.definitionId)).toEqual({ sold: 2, reserved: 0, unsold: 0 })
  })
})

describe('Bulk Update Orders', () => {
  test('R175: archives several, all or none, whichever are archived already', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
    const dear = { eventId: sale.eventId, definitionId: (await aDefinition(app, sale.eventId)).id }
    const [one, two, open] = [await anOrder({ sale }), await anOrder({ sale }), await anOrder({ sale: dear })]
    const numbers = [one, two].map(order => order.orderNumber)
    const all = { orderNumber: [...numbers, open.orderNumber], archived: true }
    expect(await refusedWithoutTrace(sql, () => bulk(admin, sale.eventId, all))).toEqual(UNAVAILABLE)
    await archive(one)
    const answer = await bulk(admin, sale.eventId.toUpperCase(), {
      orderNumber: [...numbers, ...numbers],
      fields: 'archived',
      archived: true,
    })
    expect(answer.status).toBe(200)
    expect(judgedByClient(BulkUpdateOrdersResponse, answer.body)).toEqual([])
    expect(answer.body.orders.map((order: Named) => order.orderNumber)).toEqual(numbers.toSorted())
    expect(answer.body.orders).toMatchObject([
      { archived: true, tickets: [{}, {}] },
      { archived: true, tickets: [{}, {}] },
    ])
    expect(await soldOf(sale.definitionId)).toEqual({ sold: 0, reserved: 0, unsold: 10 })
    const back = await bulk(admin, sale.eventId, { orderNumber: numbers, archived: false })
    expect(back.body.orders).toMatchObject([{ archived: false }, { archived: false }])
    expect(await soldOf(sale.definitionId)).toEqual({ sold: 4, reserved: 0, unsold: 6 })
  })

  test('R175, R187: where there is room for one of two, neither is restored', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 4 } })
    const numbers = [await anOrder({ sale }), await anOrder({ sale })].map(order => order.orderNumber)
    await must(admin, 'PATCH', `/events/v1/events/${sale.eventId}/orders`, { orderNumber: numbers, archived: true })
    await reserveTickets(await visitor(), sale.definitionId)
    const restore = () => bulk(admin, sale.eventId, { orderNumber: numbers, archived: false })
    expect(await refusedWithoutTrace(sql, restore)).toEqual(UNAVAILABLE)
  })

  test('R182, R185: unknown, another event’s, another site’s: none of them is archived', async () => {
    const order = await anOrder()
    const site = await otherSite()
    const foreign = await aSale(site)
    const attempts: [Caller, string, string[]][] = [
      [admin, order.eventId, [order.orderNumber, 'AAAA-AAAA-AA']],
      [admin, (await aSale(app)).eventId, [order.orderNumber]],
      [admin, newGuid(), [order.orderNumber]],
      [site.admin, foreign.eventId, [order.orderNumber]],
      [site.admin, order.eventId, [order.orderNumber]],
    ]
    for (const [caller, eventId, orderNumber] of attempts) {
      const all = () => bulk(caller, eventId, { orderNumber, archived: true })
      expect(await refusedWithoutTrace(sql, all)).toEqual([404, 'ORDER_NOT_FOUND'])
      const last = { eventId, orderNumber: orderNumber.at(-1) ?? '' }
      const single = () => update(caller, last, { archived: true })
      expect(await refusedWithoutTrace(sql, single)).toEqual([404, 'ORDER_NOT_FOUND'])
    }
  })

  test('R22, events 9.5.11: guests never, staff for their events with permission to sell', async () => {
    const [order, other] = [await anOrder(), await anOrder()]
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [order.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [order.eventId] })
    const denied = [403, 'PERMISSION_DENIED']
    const of = ({ orderNumber }: Named) => ({ orderNumber: [orderNumber], archived: true })
    for (const caller of [order.guest, usher]) {
      expect(await refusedWithoutTrace(sql, () => bulk(caller, order.eventId, of(order)))).toEqual(denied)
      expect(await refusedWithoutTrace(sql, () => update(caller, order, { archived: true }))).toEqual(denied)
    }
    expect(await refusedWithoutTrace(sql, () => bulk(seller, other.eventId, of(other)))).toEqual(denied)
    expect(await refusedWithoutTrace(sql, () => update(seller, other, { archived: true }))).toEqual(denied)
    expect(refusalOf(await bulk(anonymous, order.eventId, of(order)))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await update(anonymous, order, { archived: true }))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await bulk(seller, order.eventId, of(order))).status).toBe(200)
  })

  const ORDER = 'AAAA-AAAA-AA'
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'request'],
    ['null', null, 'request'],
    ['no numbers', { archived: true }, 'orderNumber'],
    ['null for the numbers', { orderNumber: null, archived: true }, 'orderNumber'],
    ['a text for the numbers', { orderNumber: ORDER, archived: true }, 'orderNumber'],
    ['an empty list', { orderNumber: [], archived: true }, 'orderNumber'],
    ['101 numbers', { orderNumber: Array(101).fill(ORDER), archived: true }, 'orderNumber'],
    ['an empty number', { orderNumber: [''], archived: true }, 'orderNumber[0]'],
    ['a number of 37', { orderNumber: ['x'.repeat(37)], archived: true }, 'orderNumber[0]'],
    ['nothing to change', { orderNumber: [ORDER] }, 'archived'],
    ['null for archived', { orderNumber: [ORDER], archived: null }, 'archived'],
    ['a text for archived', { orderNumber: [ORDER], archived: 'true' }, 'archived'],
    ['a mask of what cannot be changed', { orderNumber: [ORDER], fields: 'checkoutForm', archived: true }, 'fields'],
    ['a mask that is a number', { orderNumber: [ORDER], fields: 7, archived: true }, 'fields'],
  ])('R175: %s is a 400', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => bulk(admin, newGuid(), body))).toEqual([400, [field]])
  })

  test('api 13.1: an event that is no GUID', async () => {
    expect(refusalOf(await bulk(admin, 'x', { orderNumber: [ORDER], archived: true }))).toEqual([400, ['eventId']])
  })
})
