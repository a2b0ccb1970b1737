import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { FormResponseIn } from '../forms/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents, visibleEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { ORDER_STATUSES } from '../orders/model.ts'
import { Refusal } from '../refusals.ts'
import { compileLegacySort } from '../wire/legacy-list.ts'
import { maskPaths } from '../wire/masks.ts'
import { Revision } from '../wire/revision.ts'
import { FieldMask, Guid, ListOf, Maybe, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { changeCheckIn } from './check-in.ts'
import { ticketChangeOf } from './model.ts'
import { countFacets, type Facets, findTicket, listTickets } from './store.ts'
import { updateTickets } from './update.ts'
import { TICKET_FIELDSETS, type TicketFieldset, TicketOut, toWireTicket } from './wire.ts'

const STATES = [
  'ORDER_ARCHIVED',
  'ORDER_ACTIVE',
  'TICKET_ARCHIVED',
  'TICKET_ACTIVE',
  'CHECKED_IN',
  'NON_CHECKED_IN',
  'FREE',
  'PAID',
  'MEMBER',
] as const
const Fieldset = ListOf(OneOf(TICKET_FIELDSETS), 20)
const FACETS = ['free', 'archived', 'checkedIn'] as const
const Numbers = Type.Array(Text(1, 36), { minItems: 1, maxItems: 100 })

/** Tickets (spec/ticketing.md section 10): get, list, update, check in, undo. */
export function ticketRoutes({ sql, keys, publicUrl, wallet }: Deps) {
  return async (app: App) => {
    const links = { keys, publicUrl, wallet }

    app.get(
      '/events/v1/tickets',
      {
        schema: {
          querystring: Type.Object({
            eventId: ListOf(Guid, 100),
            orderNumber: ListOf(Text(1, 36), 20),
            ticketNumber: ListOf(Text(1, 36), 50),
            orderStatus: ListOf(OneOf(ORDER_STATUSES), 20),
            memberId: ListOf(Guid, 500),
            contactId: ListOf(Guid, 100),
            ticketDefinitionId: ListOf(Guid, 10),
            seatId: ListOf(Text(1, 36), 50),
            facet: ListOf(OneOf(FACETS), 20),
            searchPhrase: Type.Optional(Text(0, 200)),
            state: ListOf(OneOf(STATES), 20),
            fieldset: Fieldset,
            sort: Type.Optional(Text(0, 200)),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              tickets: Type.Array(TicketOut),
              facets: Type.Optional(
                Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) })),
              ),
            }),
          },
        },
        config: { permission: 'READ_TICKETS' },
      },
      async ({ query, identity }) => {
        const { limit = 100, offset = 0 } = query
        const filter = {
          eventIds: visibleEvents(
            identity,
            (query.eventId ?? []).map(id => id.toLowerCase()),
          ),
          orderNumbers: query.orderNumber ?? [],
          ticketNumbers: query.ticketNumber ?? [],
          orderStatuses: query.orderStatus ?? [],
          memberIds: query.memberId ?? [],
          contactIds: query.contactId ?? [],
          ticketDefinitionIds: query.ticketDefinitionId ?? [],
          seatIds: query.seatId ?? [],
          states: query.state ?? [],
          searchPhrase: query.searchPhrase ?? '',
        }
        const orderBy = compileLegacySort(sql, SORTABLE, query.sort, 'ticketNumber:asc')
        const { tickets, total } = await listTickets(sql, identity.siteId, filter, { limit, offset, orderBy })
        const facets = query.facet?.length
          ? toFacets(query.facet, await countFacets(sql, identity.siteId, filter))
          : null
        return {
          total,
          offset,
          limit,
          tickets: tickets.map(each => toWireTicket(each, query.fieldset ?? [], links)),
          ...(facets && { facets }),
        }
      },
    )

    app.get(
      '/events/v1/tickets/:ticketNumber',
      {
        schema: {
          params: Type.Object({ ticketNumber: Text(1, 36) }),
          querystring: Type.Object({ eventId: Type.Optional(Guid), fieldset: Fieldset }),
          response: { 200: Type.Object({ ticket: TicketOut }) },
        },
        config: { permission: 'READ_TICKETS_OWN' },
      },
      async ({ params: { ticketNumber }, query, identity }) => {
        const eventId = query.eventId?.toLowerCase() ?? null
        const ticket = await findTicket(sql, { siteId: identity.siteId, eventId, ticketNumber })
        if (!ticket || !allowsOver(identity, 'READ_TICKETS', ticket))
          throw new Refusal('TICKET_NOT_FOUND', 'There is no such ticket.', { ticketNumber })
        refuseOtherEvents(identity, ticket.eventId)
        return { ticket: toWireTicket(ticket, query.fieldset ?? [], links) }
      },
    )

    app.patch(
      '/events/v1/tickets/:ticketNumber',
      {
        schema: {
          params: Type.Object({ ticketNumber: Text(1, 36) }),
          body: Type.Object({
            eventId: Maybe(Guid),
            fields: Maybe(FieldMask),
            archived: Maybe(Type.Boolean()),
            guestDetails: Maybe(Type.Object({ form: Maybe(FormResponseIn) })),
            revision: Maybe(Revision),
          }),
          response: { 200: Type.Object({ ticket: TicketOut }) },
        },
        config: { permission: 'MANAGE_TICKETS' },
      },
      async ({ params: { ticketNumber }, body, identity, now }) => {
        const given = body.guestDetails?.form
        const form = given && { inputValues: given.inputValues ?? [] }
        const change = ticketChangeOf({ archived: body.archived, form }, maskPaths(body.fields, 'fields'))
        const request = {
          eventId: body.eventId?.toLowerCase() ?? null,
          ticketNumbers: [ticketNumber],
          change,
          revision: body.revision ?? null,
        }
        const [ticket] = await inTransaction(sql, tx => updateTickets(tx, request, { identity, now }))
        if (!ticket) throw new Error('a ticket that was updated is gone')
        return { ticket: toWireTicket(ticket, TICKET_FIELDSETS, links) }
      },
    )

    app.patch(
      '/events/v1/tickets',
      {
        schema: {
          // inferred: who says nothing of `archived` restores nothing.
          body: Type.Object({ eventId: Maybe(Guid), ticketNumber: Numbers, archived: Type.Boolean() }),
          response: { 200: Type.Object({ tickets: Type.Array(TicketOut) }) },
        },
        config: { permission: 'MANAGE_TICKETS' },
      },
      async ({ body: { eventId, ticketNumber, archived }, identity, now }) => {
        const request = {
          eventId: eventId?.toLowerCase() ?? null,
          ticketNumbers: [...new Set(ticketNumber)],
          change: { archived },
          revision: null,
        }
        const tickets = await inTransaction(sql, tx => updateTickets(tx, request, { identity, now }))
        return { tickets: tickets.map(each => toWireTicket(each, SEVERAL_FIELDSETS, links)) }
      },
    )

    app.post(
      '/events/v1/tickets/check-in',
      {
        schema: {
          body: Type.Object({ eventId: Guid, ticketNumber: Numbers }),
          response: { 200: Type.Object({ tickets: Type.Array(TicketOut) }) },
        },
        config: { permission: 'CHECK-IN' },
      },
      async ({ body, identity, now }) => {
        const request = { eventId: body.eventId.toLowerCase(), ticketNumbers: body.ticketNumber, checkIn: true }
        const tickets = await inTransaction(sql, tx => changeCheckIn(tx, request, { identity, now }))
        return { tickets: tickets.map(each => toWireTicket(each, SEVERAL_FIELDSETS, links)) }
      },
    )

    app.delete(
      '/events/v1/tickets/check-in',
      {
        schema: {
          querystring: Type.Object({ eventId: Guid, ticketNumber: Numbers }),
          response: { 200: Type.Object({ tickets: Type.Array(TicketOut) }) },
        },
        config: { permission: 'CHECK-IN' },
      },
      async ({ query, identity, now }) => {
        const request = { eventId: query.eventId.toLowerCase(), ticketNumbers: query.ticketNumber, checkIn: false }
        const tickets = await inTransaction(sql, tx => changeCheckIn(tx, request, { identity, now }))
        return { tickets: tickets.map(each => toWireTicket(each, SEVERAL_FIELDSETS, links)) }
      },
    )
  }
}

const SEVERAL_FIELDSETS: readonly TicketFieldset[] = ['TICKET_DETAILS', 'GUEST_DETAILS']

/** inferred: the values of a facet are `true` and `false`, both always counted (R195). */
function toFacets(asked: readonly (keyof Facets)[], { total, ...counted }: Facets & { total: number }) {
  return Object.fromEntries(
    asked.map(facet => [facet, { counts: { true: counted[facet], false: total - counted[facet] } }]),
  )
}

const SORTABLE: Parameters<typeof compileLegacySort>[1] = {
  ticketNumber: db => db`tickets.ticket_number`,
  orderStatus: db => db`orders.status`,
  price: db => db`tickets.price_minor`,
  // inferred: how well a phrase fits is not measured, so all tickets score alike.
  score: db => db`0::integer`,
  orderFullName: db => db`orders.first_name || ' ' || orders.last_name`,
  guestFullName: db => db`tickets.first_name || ' ' || tickets.last_name`,
}
