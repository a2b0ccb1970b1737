import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { createTurns } from '../db/turns.ts'
import { formsOf, getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { allows } from '../identities/permissions.ts'
import { ORDER_STATUSES } from '../orders/model.ts'
import { invalid, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import type { CsvColumn } from '../wire/csv.ts'
import { Guid, Instant, ListOf, OneOf } from '../wire/shapes.ts'
import { FILE, sendFile } from './asked.ts'
import type { Columns } from './columns.ts'
import {
  type GuestRow,
  guestColumns,
  guestOfRsvp,
  guestOfTicket,
  movementColumns,
  orderColumns,
  ticketColumns,
} from './export-columns.ts'
import {
  type ExportFilter,
  listMovementRows,
  listOrderRows,
  listRsvpRows,
  listTicketRows,
  type OrderRow,
  type Place,
  type RsvpRow,
} from './export-store.ts'

const PAGE = 500
const PATH = '/boxoffice/v1/exports'
const FILTER = { eventId: ListOf(Guid, 100), from: Type.Optional(Instant), to: Type.Optional(Instant) }
const OF_ORDERS = { ...FILTER, status: ListOf(OneOf(ORDER_STATUSES), 20) }
const OF_GUESTS = { eventId: Guid }

/**
 * Whole lists as files: of our own API, for the organizer. They leave a page after the other, oldest first, so that a
 * file of any length takes no more memory than a page, and no connection while it is being sent.
 */
export function exportRoutes({ sql }: Deps) {
  return async (app: App) => {
    const turns = createTurns({ atOnce: 2, waitingMax: 50 })
    const config = { permission: 'EXPORT_DATA' } as const

    async function* orderPages(filter: ExportFilter): AsyncGenerator<OrderRow[]> {
      for (let after: Place | null = null; ; ) {
        const page: OrderRow[] = await turns(() => listOrderRows(sql, filter, { after, limit: PAGE }))
        yield page
        const last = page.at(-1)
        if (!last || page.length < PAGE) return
        after = { createdAt: last.createdAt, id: last.orderNumber }
      }
    }

    /** What each page of orders brings with it. */
    async function* pagesOf<Row>(
      filter: ExportFilter,
      read: (orderNumbers: string[]) => Promise<Row[]>,
    ): AsyncGenerator<readonly Row[]> {
      for await (const page of orderPages(filter)) {
        const orderNumbers = page.map(({ orderNumber }) => orderNumber)
        yield await turns(() => read(orderNumbers))
      }
    }

    async function send<Row>(
      request: FastifyRequest,
      reply: FastifyReply,
      file: {
        name: string
        asked: TProperties
        timeZone?: string | null
        columns: (columns: Columns) => CsvColumn<Row>[]
        pages: AsyncIterable<readonly Row[]>
      },
    ) {
      const site = await getSite(sql, request.identity.siteId)
      return sendFile(sql, { request, reply }, { ...file, site, timeZone: file.timeZone ?? site.timeZone })
    }

    app.get(
      `${PATH}/orders`,
      { schema: { querystring: Type.Object({ ...OF_ORDERS, ...FILE }) }, config },
      async (request, reply) => {
        const filter = filterOf(request.query, request.identity.siteId)
        return send(request, reply, {
          name: 'orders',
          asked: OF_ORDERS,
          columns: orderColumns,
          pages: orderPages(filter),
        })
      },
    )

    app.get(
      `${PATH}/tickets`,
      { schema: { querystring: Type.Object({ ...OF_ORDERS, ...FILE }) }, config },
      async (request, reply) => {
        const filter = filterOf(request.query, request.identity.siteId)
        const pages = pagesOf(filter, numbers => listTicketRows(sql, filter.siteId, numbers))
        return send(request, reply, { name: 'tickets', asked: OF_ORDERS, columns: ticketColumns, pages })
      },
    )

    app.get(
      `${PATH}/payments`,
      { schema: { querystring: Type.Object({ ...FILTER, ...FILE }) }, config },
      async (request, reply) => {
        const filter = filterOf(request.query, request.identity.siteId)
        // Money moves after its order was made, however long.
        const pages = pagesOf({ ...filter, from: null }, numbers => listMovementRows(sql, filter, numbers))
        return send(request, reply, { name: 'payments', asked: FILTER, columns: movementColumns, pages })
      },
    )

    app.get(
      `${PATH}/guests`,
      { schema: { querystring: Type.Object({ ...OF_GUESTS, ...FILE }) }, config },
      async (request, reply) => {
        const { siteId } = request.identity
        const event = await getEvent(sql, siteId, request.query.eventId.toLowerCase())
        const { eventId, timeZone, initialType } = event
        if (initialType === 'RSVP' && !allows(request.identity, 'READ_RSVP'))
          throw new Refusal('PERMISSION_DENIED', 'Who answered is for those who may read RSVPs.', {
            permission: 'READ_RSVP',
          })
        const form = (await formsOf(sql, siteId, [eventId])).get(eventId)
        return send(request, reply, {
          name: 'guests',
          asked: OF_GUESTS,
          timeZone,
          columns: columns => guestColumns(columns, form),
          pages: guestPages(siteId, eventId),
        })
      },
    )

    /** Who answered, then who holds tickets. */
    async function* guestPages(siteId: string, eventId: string): AsyncGenerator<readonly GuestRow[]> {
      for (let after: Place | null = null; ; ) {
        const page: RsvpRow[] = await turns(() => listRsvpRows(sql, { siteId, eventId }, { after, limit: PAGE }))
        yield page.map(guestOfRsvp)
        const last = page.at(-1)
        if (!last || page.length < PAGE) break
        after = { createdAt: last.createdAt, id: last.rsvpId }
      }
      const all = { siteId, eventIds: [eventId], statuses: [], from: null, to: null }
      for await (const tickets of pagesOf(all, numbers => listTicketRows(sql, siteId, numbers)))
        yield tickets.map(guestOfTicket)
    }
  }
}

function filterOf(
  { eventId = [], status = [], from, to }: Partial<Static<TObject<typeof OF_ORDERS>>>,
  siteId: string,
): ExportFilter {
  const filter = {
    siteId,
    eventIds: eventId.map(id => id.toLowerCase()),
    statuses: status,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  }
  if (filter.from && filter.to && filter.to <= filter.from) throw invalid('to', 'must be after from', 'NOT_AFTER')
  return filter
}
