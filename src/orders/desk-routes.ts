import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { findEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { refuseOtherEvents, visibleEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { listRefused } from '../queue/items.ts'
import { invalid, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { withOptionNames } from '../tickets/shown.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { compileLegacySort } from '../wire/legacy-list.ts'
import { Guid, Instant, ListOf, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { BULK_ACTIONS, BULK_ORDERS_MAX, changeOrdersLater, jobOfCaller, orderJobs } from './bulk.ts'
import {
  BulkOut,
  HappeningOut,
  ListedOut,
  RefusedOut,
  toWireBulk,
  toWireHappening,
  toWireListed,
  toWireRefused,
  toWireWhole,
  WholeOut,
} from './desk-wire.ts'
import { listBeside, listNumbers, listOrders, type OrderFilter } from './list.ts'
import { ORDER_STATUSES, type Order } from './model.ts'
import { orderNotFound } from './sold.ts'
import { findOrder } from './store.ts'
import { listHappenings } from './timeline.ts'

const Filter = {
  eventId: ListOf(Guid, 100),
  status: ListOf(OneOf(ORDER_STATUSES), 20),
  channel: ListOf(OneOf(['ONLINE', 'OFFLINE_POS']), 2),
  ticketDefinitionId: ListOf(Guid, 50),
  searchPhrase: Type.Optional(Text(0, 200)),
  archived: Type.Optional(Type.Boolean()),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
const WireFilter = Type.Object(Filter)

/** Orders as the organizer's desk shows them and what it does to many of them: of our own API. */
export function orderDeskRoutes({ sql, keys, publicUrl, wallet }: Deps) {
  return async (app: App) => {
    const links = { keys, publicUrl, wallet }
    const params = Type.Object({ orderNumber: Text(1, 36) })
    const read = { permission: 'READ_ORDERS' } as const

    app.get(
      '/boxoffice/v1/orders',
      {
        schema: {
          querystring: Type.Object({
            ...Filter,
            sort: Type.Optional(Text(0, 200)),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              orders: Type.Array(ListedOut),
            }),
          },
        },
        config: read,
      },
      async ({ query: { sort, limit = 50, offset = 0, ...wire }, identity }) => {
        const { siteId } = identity
        const orderBy = compileLegacySort(sql, SORTABLE, sort, 'created:desc')
        const { orders, total } = await listOrders(sql, siteId, filterOf(wire, identity), { limit, offset, orderBy })
        const beside = await listBeside(
          sql,
          siteId,
          orders.map(order => order.orderNumber),
        )
        return {
          total,
          offset,
          limit,
          orders: orders.map(order =>
            toWireListed(
              order,
              beside.find(each => each.orderNumber === order.orderNumber),
              links,
            ),
          ),
        }
      },
    )

    app.get(
      '/boxoffice/v1/orders/:orderNumber',
      { schema: { params, response: { 200: WholeOut } }, config: read },
      async ({ params: { orderNumber }, identity, now }) => {
        const { siteId } = identity
        const order = await visibleOrder(identity, orderNumber)
        const [tickets, event, site, reservation, payments, [beside]] = await Promise.all([
          listTicketsOfOrders(sql, siteId, [orderNumber]),
          findEvent(sql, siteId, order.eventId),
          getSite(sql, siteId),
          findReservation(sql, siteId, order.ticketReservationId),
          listPaymentsOf(sql, siteId, [orderNumber]),
          listBeside(sql, siteId, [orderNumber]),
        ])
        const shown = { order, tickets: await withOptionNames(sql, tickets), event, reservation, payments, beside }
        return toWireWhole(shown, { ...links, timeZone: event?.timeZone ?? site.timeZone, now })
      },
    )

    app.get(
      '/boxoffice/v1/orders/:orderNumber/timeline',
      {
        schema: {
          params,
          querystring: Type.Object({
            ...pageIn(200, 1),
          }),
          response: { 200: Type.Object({ happenings: Type.Array(HappeningOut), isMore: Type.Boolean() }) },
        },
        config: read,
      },
      async ({ params: { orderNumber }, query: { limit = 50, offset = 0 }, identity }) => {
        const order = await visibleOrder(identity, orderNumber)
        const { happenings, isMore } = await listHappenings(sql, order, { limit, offset })
        return { happenings: happenings.map(each => toWireHappening(each, order.currency)), isMore }
      },
    )

    app.post(
      '/boxoffice/v1/bulk/orders',
      {
        schema: {
          body: Type.Object({
            action: OneOf(BULK_ACTIONS),
            orderNumbers: Type.Optional(Type.Array(Text(1, 36), { minItems: 1, maxItems: 1000, uniqueItems: true })),
            filter: Type.Optional(WireFilter),
          }),
          response: { 200: Type.Object({ job: BulkOut }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ body: { action, orderNumbers, filter }, identity, now }) => {
        if ((orderNumbers === undefined) === (filter === undefined))
          throw invalid('orderNumbers', 'must be given, or a filter instead', 'REQUIRED_ONE_OF_FIELD')
        // Mails are for who may send them.
        if (action === 'RESEND' && !allows(identity, 'MANAGE'))
          throw new Refusal('PERMISSION_DENIED', 'This needs the permission MANAGE.', { permission: 'MANAGE' })
        const asked = filterOf(filter ?? {}, identity)
        const found = { ...asked, orderNumbers: orderNumbers ?? [] }
        const numbers = await listNumbers(sql, identity.siteId, found, BULK_ORDERS_MAX + 1)
        const missing = orderNumbers?.find(number => !numbers.includes(number))
        if (missing !== undefined) throw orderNotFound(missing)
        if (numbers.length > BULK_ORDERS_MAX)
          throw invalid('filter', `must find at most ${BULK_ORDERS_MAX} orders`, 'MAX', { threshold: BULK_ORDERS_MAX })
        const job = await inTransaction(sql, tx =>
          changeOrdersLater(tx, { action, orderNumbers: numbers }, { identity, now }),
        )
        return { job: toWireBulk(job) }
      },
    )

    app.get(
      '/boxoffice/v1/bulk/orders/:jobId',
      {
        schema: { params: Type.Object({ jobId: Guid }), response: { 200: Type.Object({ job: BulkOut }) } },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params: { jobId }, identity }) => ({
        job: toWireBulk(await jobOfCaller(sql, identity, { jobId: jobId.toLowerCase(), kind: orderJobs.name })),
      }),
    )

    app.get(
      '/boxoffice/v1/bulk/orders/:jobId/refusals',
      {
        schema: {
          params: Type.Object({ jobId: Guid }),
          querystring: Type.Object(pageIn(100)),
          response: { 200: Type.Object({ ...PageOut, refusals: Type.Array(RefusedOut) }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params: { jobId }, query: { limit = 50, offset = 0 }, identity }) => {
        const job = await jobOfCaller(sql, identity, { jobId: jobId.toLowerCase(), kind: orderJobs.name })
        const { items, total } = await listRefused(sql, job, { limit, offset })
        return { total, offset, limit, refusals: items.map(toWireRefused) }
      },
    )

    /** @throws Refusal ORDER_NOT_FOUND, PERMISSION_DENIED for one of an event that a staff member was not given */
    async function visibleOrder(identity: Identity, orderNumber: string): Promise<Order> {
      const order = await findOrder(sql, identity.siteId, orderNumber)
      if (!order) throw orderNotFound(orderNumber)
      refuseOtherEvents(identity, order.eventId)
      return order
    }
  }
}

function filterOf(wire: Static<typeof WireFilter>, identity: Identity): OrderFilter {
  const {
    eventId = [],
    status = [],
    channel = [],
    ticketDefinitionId = [],
    searchPhrase = '',
    archived,
    from,
    to,
  } = wire
  return {
    eventIds: visibleEvents(
      identity,
      eventId.map(id => id.toLowerCase()),
    ),
    orderNumbers: [],
    statuses: status,
    memberIds: [],
    contactIds: [],
    tags: archived === undefined ? [] : [archived ? 'ARCHIVED' : 'NON_ARCHIVED'],
    searchPhrase: searchPhrase.trim(),
    none: false,
    channels: channel,
    ticketDefinitionIds: ticketDefinitionId,
    from: from === undefined ? null : new Date(from),
    before: to === undefined ? null : new Date(to),
    searchesTickets: true,
  }
}

const SORTABLE: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`orders.created_at`,
  orderNumber: db => db`orders.order_number`,
  status: db => db`orders.status`,
  fullName: db => db`lower(orders.first_name || ' ' || orders.last_name)`,
  totalPrice: db => db`orders.grand_total_minor`,
  ticketsQuantity: db => db`orders.tickets_quantity`,
}
