import { Type } from 'typebox'
import type { Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { findEvent } from '../events/store.ts'
import { calendarUrlsOf } from '../events/wire.ts'
import { FormResponseIn } from '../forms/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents, visibleEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { money, toLegacyMoney } from '../money.ts'
import { invalid, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { compileLegacySort } from '../wire/legacy-list.ts'
import { covers, maskPaths } from '../wire/masks.ts'
import { Revision } from '../wire/revision.ts'
import { FieldMask, Guid, LegacyMoneyOut, ListOf, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { archiveOrders, releaseToRestore } from './archive.ts'
import { confirmOrders } from './confirm.ts'
import { countByStatus, listOrders, type OrderFilter, summarizeSales } from './list.ts'
import { ORDER_STATUSES, type Order } from './model.ts'
import { findOrder } from './store.ts'
import { updateOrder } from './update.ts'
import { ORDER_FIELDSETS, OrderOut, toWireOrder } from './wire.ts'

const TAGS = [
  'CONFIRMED',
  'UNCONFIRMED',
  'MEMBER',
  'ARCHIVED',
  'NON_ARCHIVED',
  'FULLY_CHECKED_IN',
  'NOT_FULLY_CHECKED_IN',
] as const

const Fieldset = ListOf(OneOf(ORDER_FIELDSETS), 20)
const CountsOut = Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) }))
const OrderFacetsOut = Type.Object({
  facets: Type.Record(
    Type.String(),
    Type.Object({
      counts: Type.Record(
        Type.String(),
        Type.Object({ count: Type.Integer(), tickets: Type.Integer(), ticketsCheckIn: Type.Integer() }),
      ),
    }),
  ),
})

/** Order management (spec/ticketing.md section 9.6): list, get, summary, confirm, update, archive. */
export function orderRoutes({ sql, keys, publicUrl, wallet }: Deps) {
  return async (app: App) => {
    const links = { keys, publicUrl, wallet }

    app.get(
      '/events/v1/orders',
      {
        schema: {
          querystring: Type.Object({
            eventId: ListOf(Guid, 100),
            orderNumber: ListOf(Text(1, 36), 500),
            status: ListOf(OneOf(ORDER_STATUSES), 20),
            eventCreatorId: ListOf(Guid, 50),
            memberId: ListOf(Guid, 500),
            contactId: ListOf(Guid, 100),
            tag: ListOf(OneOf(TAGS), 20),
            searchPhrase: Type.Optional(Text(0, 200)),
            facet: ListOf(OneOf(['status']), 20),
            fieldset: Fieldset,
            sort: Type.Optional(Text(0, 200)),
            ...pageIn(400),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              orders: Type.Array(OrderOut),
              facets: Type.Optional(CountsOut),
              orderFacets: Type.Optional(OrderFacetsOut),
            }),
          },
        },
        config: { permission: 'READ_ORDERS' },
      },
      async ({ query, identity }) => {
        const { siteId } = identity
        const { limit = 100, offset = 0, fieldset = [] } = query
        const filter: OrderFilter = {
          eventIds: visibleEvents(identity, lowerCase(query.eventId)),
          orderNumbers: query.orderNumber ?? [],
          statuses: query.status ?? [],
          memberIds: query.memberId ?? [],
          contactIds: query.contactId ?? [],
          tags: query.tag ?? [],
          // inferred: no event has a creating user yet, so none is by the one asked for.
          none: (query.eventCreatorId ?? []).length > 0,
          searchPhrase: query.searchPhrase?.trim() ?? '',
        }
        const orderBy = compileLegacySort(sql, SORTABLE, query.sort, 'created:asc')
        const { orders, total } = await listOrders(sql, siteId, filter, { limit, offset, orderBy })
        const numbers = fieldset.includes('TICKETS') ? orders.map(order => order.orderNumber) : []
        const ticketsOf = Map.groupBy(await listTicketsOfOrders(sql, siteId, numbers), ticket => ticket.orderNumber)
        return {
          total,
          offset,
          limit,
          orders: orders.map(order => toWireOrder(order, ticketsOf.get(order.orderNumber) ?? [], fieldset, links)),
          ...(query.facet?.length && (await statusFacets(siteId, filter))),
        }
      },
    )

    app.get(
      '/events/v1/orders/summary',
      {
        schema: {
          querystring: Type.Object({ eventId: Type.Optional(Guid) }),
          response: {
            200: Type.Object({
              sales: Type.Array(
                Type.Object({
                  total: LegacyMoneyOut,
                  totalOrders: Type.Integer(),
                  totalTickets: Type.Integer(),
                  revenue: LegacyMoneyOut,
                }),
              ),
            }),
          },
        },
        config: { permission: 'READ_ORDERS' },
      },
      async ({ query, identity }) => {
        const events = visibleEvents(identity, lowerCase(query.eventId ? [query.eventId] : []))
        const sales = await summarizeSales(sql, identity.siteId, events)
        return {
          sales: sales.map(({ currency, totalMinor, revenueMinor, totalOrders, totalTickets }) => ({
            total: toLegacyMoney(money(totalMinor, currency)),
            totalOrders,
            totalTickets,
            revenue: toLegacyMoney(money(revenueMinor, currency)),
          })),
        }
      },
    )

    app.get(
      '/events/v1/events/:eventId/orders/:orderNumber',
      {
        schema: {
          params: Type.Object({ eventId: Guid, orderNumber: Text(1, 36) }),
          querystring: Type.Object({ fieldset: Fieldset }),
          response: {
            200: Type.Object({
              order: OrderOut,
              calendarLinks: Type.Optional(Type.Object({ google: Type.String(), ics: Type.String() })),
            }),
          },
        },
        config: { permission: 'READ_ORDERS_OWN' },
      },
      async ({ params: { eventId, orderNumber }, query, identity }) => {
        const { siteId } = identity
        const fieldset = query.fieldset ?? []
        const order = await findOrder(sql, siteId, orderNumber)
        const visible = order?.eventId === eventId.toLowerCase() && allowsOver(identity, 'READ_ORDERS', order)
        if (!order || !visible) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
        refuseOtherEvents(identity, order.eventId)
        const [tickets, event, site] = await Promise.all([
          listTicketsOfOrders(sql, siteId, fieldset.includes('TICKETS') ? [orderNumber] : []),
          findEvent(sql, siteId, order.eventId),
          getSite(sql, siteId),
        ])
        const calendarLinks = event && calendarUrlsOf(event, { site, publicUrl })
        return { order: toWireOrder(order, tickets, fieldset, links), ...(calendarLinks && { calendarLinks }) }
      },
    )

    app.post(
      '/events/v1/events/:eventId/orders/confirm',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          body: Type.Object({ orderNumber: Type.Array(Text(1, 36), { minItems: 1, maxItems: 100 }) }),
          response: { 200: Type.Object({ orders: Type.Array(OrderOut) }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params, body, identity, now }) => {
        const named = { eventId: params.eventId.toLowerCase(), orderNumbers: [...new Set(body.orderNumber)] }
        return answerWithTickets(identity.siteId, tx => confirmOrders(tx, named, { identity, now }))
      },
    )

    app.patch(
      '/events/v1/events/:eventId/orders/:orderNumber',
      {
        schema: {
          params: Type.Object({ eventId: Guid, orderNumber: Text(1, 36) }),
          body: Type.Object({
            fields: Type.Optional(FieldMask),
            checkoutForm: Type.Optional(FormResponseIn),
            archived: Type.Optional(Type.Boolean()),
            revision: Type.Optional(Revision),
          }),
          response: { 200: Type.Object({ order: OrderOut }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params: { eventId, orderNumber }, body, identity, now }) => {
        const mask = knownPaths(body.fields, ['archived', 'checkoutForm', 'checkoutForm.inputValues'])
        const archived = masked(mask, 'archived', body.archived, false)
        const checkoutForm = masked(mask, 'checkoutForm.inputValues', body.checkoutForm, {})
        const wanted = {
          eventId: eventId.toLowerCase(),
          orderNumber,
          archived,
          checkoutForm: checkoutForm && { inputValues: checkoutForm.inputValues ?? [] },
          revision: body.revision ?? null,
        }
        if (archived === false) await releaseToRestore(sql, identity.siteId, { orderNumbers: [orderNumber], now })
        const { order, tickets } = await inTransaction(sql, async tx => ({
          order: await updateOrder(tx, wanted, { identity, now }),
          tickets: await listTicketsOfOrders(tx, identity.siteId, [orderNumber]),
        }))
        return { order: toWireOrder(order, tickets, ORDER_FIELDSETS, links) }
      },
    )

    app.patch(
      '/events/v1/events/:eventId/orders',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          body: Type.Object({
            orderNumber: Type.Array(Text(1, 36), { minItems: 1, maxItems: 100 }),
            fields: Type.Optional(FieldMask),
            archived: Type.Optional(Type.Boolean()),
          }),
          response: { 200: Type.Object({ orders: Type.Array(OrderOut) }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params, body, identity, now }) => {
        const archived = masked(knownPaths(body.fields, ['archived']), 'archived', body.archived, false)
        if (archived === null)
          throw invalid('archived', 'must not be empty: nothing else can be changed', 'REQUIRED_FIELD')
        const orderNumbers = [...new Set(body.orderNumber)]
        if (!archived) await releaseToRestore(sql, identity.siteId, { orderNumbers, now })
        const wanted = { eventId: params.eventId.toLowerCase(), orderNumbers, archived }
        return answerWithTickets(identity.siteId, tx => archiveOrders(tx, wanted, { identity, now }))
      },
    )

    /** Orders that were just changed, with all that there is to say of them (R185). */
    async function answerWithTickets(siteId: string, change: (tx: Tx) => Promise<Order[]>) {
      const { orders, tickets } = await inTransaction(sql, async tx => {
        const orders = await change(tx)
        const numbers = orders.map(order => order.orderNumber)
        return { orders, tickets: await listTicketsOfOrders(tx, siteId, numbers) }
      })
      const ticketsOf = Map.groupBy(tickets, ticket => ticket.orderNumber)
      return {
        orders: orders.map(order => toWireOrder(order, ticketsOf.get(order.orderNumber) ?? [], ORDER_FIELDSETS, links)),
      }
    }

    async function statusFacets(siteId: string, filter: OrderFilter) {
      const rows = await countByStatus(sql, siteId, filter)
      return {
        facets: { status: { counts: Object.fromEntries(rows.map(({ status, count }) => [status, count])) } },
        orderFacets: {
          facets: {
            status: { counts: Object.fromEntries(rows.map(({ status, ...counts }) => [status, counts])) },
          },
        },
      }
    }
  }
}

function lowerCase(ids: readonly string[] | undefined): string[] {
  return (ids ?? []).map(id => id.toLowerCase())
}

/** @throws InvalidRequest naming `fields` for a path that cannot be updated (api 8.6) */
function knownPaths(fields: unknown, known: readonly string[]): string[] {
  const paths = maskPaths(fields, 'fields')
  const unknown = paths.find(path => !known.includes(path))
  if (unknown) throw invalid('fields', `cannot update "${unknown}"; known: ${known.join(', ')}`, 'UNKNOWN')
  return paths
}

/**
 * What a member of the body is to become; null stays. R174: without a mask what is in the body counts; what a mask names
 * and the body lacks is cleared (api 8.5).
 */
function masked<T>(mask: readonly string[], path: string, given: T | undefined, cleared: T): T | null {
  if (!covers(mask, path)) return null
  return given ?? (mask.length > 0 ? cleared : null)
}

const SORTABLE: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`orders.created_at`,
  orderNumber: db => db`orders.order_number`,
  status: db => db`orders.status`,
  fullName: db => db`orders.first_name || ' ' || orders.last_name`,
}
