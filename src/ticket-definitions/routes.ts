import { Type } from 'typebox'
import type { Db, Fragment } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { listEventsById } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { sendBody } from '../memory/answers.ts'
import { eventForGuest } from '../memory/guests.ts'
import type { LoadedEvent } from '../memory/load.ts'
import type { Memory } from '../memory/memory.ts'
import { answerOf } from '../memory/remembered.ts'
import { withSeats } from '../memory/seats.ts'
import { invalid } from '../refusals.ts'
import { type AvailablePlace, PLACES_MAX } from '../seating/model.ts'
import { listAvailablePlaces } from '../seating/store.ts'
import { getSite } from '../sites/store.ts'
import { pageOf } from '../wire/pages.ts'
import { type CompiledQuery, compileFilter, compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import { AnyObject, FieldMask, Guid, Maybe, Nothing, PagingMetadataOut, Query, Text } from '../wire/shapes.ts'
import { availableSql, listDefinitions, oneEventOf } from './available.ts'
import {
  changeCurrency,
  deleteDefinition,
  deleteDefinitionsByFilter,
  reorderDefinitions,
  updateDefinition,
} from './change.ts'
import { createDefinition, getDefinition } from './create.ts'
import { lengthenCursor, shortenCursors } from './cursors.ts'
import { countFacets } from './facets.ts'
import { DEFINITIONS_MAX, isAvailable, type TicketDefinition } from './model.ts'
import { definitionFields } from './store.ts'
import {
  contentAfterPatch,
  DefinitionIn,
  DefinitionPatch,
  namedInMask,
  newDefinitionFromWire,
  PRICE_FIELD,
  TicketDefinitionOut,
  toWireDefinition,
  toWireEventDetails,
} from './wire.ts'

/** Unknown fieldsets are ignored here (R85); elsewhere they are a 400. */
const Fields = Maybe(Type.Array(Type.String(), { maxItems: 5 }))
const rules: QueryRules = {
  fields: definitionFields,
  defaultSort: [{ fieldName: 'createdDate', order: 'ASC' }],
  tieBreaker: db => db`definitions.ticket_definition_id`,
  limitDefault: 100,
  limitMax: 100,
}

/** Ticket definitions V3 (spec/ticketing.md section 5). */
export function ticketDefinitionRoutes({ sql, publicUrl, serviceFeePercent: feePercent }: Deps, memory: Memory) {
  return async (app: App) => {
    const definition = Type.Object({ ticketDefinition: TicketDefinitionOut })
    const params = Type.Object({ ticketDefinitionId: Guid })

    app.post(
      '/events/v3/ticket-definitions',
      {
        schema: {
          body: Type.Object({ ticketDefinition: DefinitionIn, fields: Fields }),
          response: { 200: definition },
        },
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ body, identity, now }) => {
        const definition = newDefinitionFromWire(body.ticketDefinition)
        const editor = { identity, now, feePercent, priceField: PRICE_FIELD }
        const created = await inTransaction(sql, tx => createDefinition(tx, definition, editor))
        return answer(created, body.fields, { identity, now })
      },
    )

    app.patch(
      '/events/v3/ticket-definitions/:ticketDefinitionId',
      {
        schema: {
          params,
          body: Type.Object({ ticketDefinition: DefinitionPatch, mask: Type.Optional(FieldMask), fields: Fields }),
          response: { 200: definition },
        },
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ params, body, identity, now }) => {
        const patch = namedInMask(body.ticketDefinition, body.mask)
        const update = {
          ticketDefinitionId: params.ticketDefinitionId.toLowerCase(),
          eventId: null,
          revision: Number(patch.revision),
          contentAfter: (stored: TicketDefinition) => contentAfterPatch(stored, patch),
        }
        const editor = { identity, now, feePercent, priceField: PRICE_FIELD }
        const updated = await inTransaction(sql, tx => updateDefinition(tx, update, editor))
        return answer(updated, body.fields, { identity, now })
      },
    )

    app.get(
      '/events/v3/ticket-definitions/:ticketDefinitionId',
      {
        schema: { params, querystring: Type.Object({ fields: Fields }), response: { 200: definition } },
        config: { permission: 'READ_TICKET_DEFINITIONS' },
      },
      async ({ params, query, identity, now }) => {
        const ticketDefinitionId = params.ticketDefinitionId.toLowerCase()
        const found = await getDefinition(sql, { siteId: identity.siteId, ticketDefinitionId, now })
        return answer(found, query.fields, { identity, now })
      },
    )

    app.delete(
      '/events/v3/ticket-definitions/:ticketDefinitionId',
      { schema: { params, response: { 200: Nothing } }, config: { permission: 'MANAGE_TICKET_DEFINITIONS' } },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => deleteDefinition(tx, params.ticketDefinitionId.toLowerCase(), { identity, now }))
        return {}
      },
    )

    app.post(
      '/events/v3/bulk/ticket-definitions/delete',
      {
        schema: { body: Type.Object({ filter: AnyObject }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ body, identity, now }) => {
        await inTransaction(sql, tx =>
          deleteDefinitionsByFilter(tx, compileFilter(tx, definitionFields, body.filter, now), { identity, now }),
        )
        return {}
      },
    )

    app.post(
      '/events/v3/ticket-definitions/reorder',
      {
        schema: {
          body: Type.Object({
            eventId: Guid,
            ticketDefinitionId: Guid,
            beforeDefinitionId: Maybe(Guid),
            afterDefinitionId: Maybe(Guid),
          }),
          response: { 200: Nothing },
        },
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ body, identity, now }) => {
        await inTransaction(sql, tx => reorderDefinitions(tx, reorderingOf(body), { identity, now }))
        return {}
      },
    )

    app.post(
      '/events/v3/ticket-definitions/currency',
      {
        schema: { body: Type.Object({ eventId: Guid, currency: Text(3, 3) }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ body, identity, now }) => {
        const change = { eventId: body.eventId.toLowerCase(), currency: body.currency }
        await inTransaction(sql, tx => changeCurrency(tx, change, { identity, now }))
        return {}
      },
    )

    for (const { path, permission, only } of [
      { path: 'query', permission: 'READ_TICKET_DEFINITIONS', only: all },
      { path: 'available/query', permission: 'READ_AVAILABLE_TICKET_DEFINITIONS', only: availableSql },
    ] as const) {
      app.post(
        `/events/v3/ticket-definitions/${path}`,
        {
          schema: {
            body: Type.Object({ query: Maybe(Query), fields: Fields }),
            response: {
              200: Type.Object({ ticketDefinitions: Type.Array(TicketDefinitionOut), metadata: PagingMetadataOut }),
            },
          },
          config: { permission },
        },
        async ({ body, identity, now }, reply) => {
          const { siteId } = identity
          const asked = body.query as WireQuery | null
          const oneEvent = only === availableSql ? eventAskedFor(asked) : null
          const known = await eventForGuest(memory, identity, oneEvent?.eventId ?? null, now)
          if (known && oneEvent && known.loaded.definitions.length <= oneEvent.limit) {
            const withEvent = body.fields?.includes('EVENT_DETAILS') ?? false
            const seated = body.fields?.includes('SEATING_DETAILS') ? await withSeats(sql, known, now) : null
            const name = `definitions ${oneEvent.page} ${withEvent}`
            const answer = answerOf(seated ?? known, { name, now, reply }, () => {
              const query = compileQuery(sql, rules, asked, now)
              return showAvailable((seated ?? known).loaded, { query, withEvent, places: seated?.places, now })
            })
            return sendBody(reply, answer)
          }
          const wire = await lengthenCursor(sql, siteId, asked)
          const query = compileQuery(sql, rules, wire, now)
          const { definitions, total } = await listDefinitions(sql, siteId, {
            ...query,
            where: sql`${only(sql, identity)} and ${query.where}`,
            now,
          })
          const { rows, metadata } = pageOf(query, definitions, total)
          const details = await detailsFor(rows, body.fields, { identity, now })
          return {
            ticketDefinitions: rows.map(each => toWireDefinition(each, now, details(each))),
            metadata: await shortenCursors(sql, metadata, { siteId, now }),
          }
        },
      )
    }

    for (const { path, permission, only } of [
      { path: 'count', permission: 'READ_TICKET_DEFINITIONS', only: all },
      { path: 'available/count', permission: 'READ_AVAILABLE_TICKET_DEFINITIONS', only: availableSql },
    ] as const) {
      app.post(
        `/events/v3/ticket-definitions/${path}`,
        {
          schema: {
            body: Type.Object({
              filter: Maybe(AnyObject),
              facet: Maybe(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 })),
            }),
            response: {
              200: Type.Object({
                metadata: Type.Object({ total: Type.Integer() }),
                facets: Type.Optional(
                  Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) })),
                ),
              }),
            },
          },
          config: { permission },
        },
        async ({ body, identity, now }) => {
          const where = sql`${only(sql, identity)} and ${compileFilter(sql, definitionFields, body.filter, now)}`
          const { total, facets } = await countFacets(sql, identity.siteId, { where, now })
          return {
            metadata: { total },
            ...(body.facet?.includes('saleStatus') && { facets: { saleStatus: facets.saleStatus } }),
          }
        },
      )
    }

    type Reader = { identity: Identity; now: Date }

    async function answer(found: TicketDefinition, fields: string[] | null | undefined, reader: Reader) {
      const details = await detailsFor([found], fields, reader)
      return { ticketDefinition: toWireDefinition(found, reader.now, details(found)) }
    }

    /** What guests are shown of one event's definitions (R105), without asking the database. */
    function showAvailable(
      { event, site, definitions }: LoadedEvent,
      { query, withEvent, places, now }: { query: CompiledQuery; withEvent: boolean; places: Places; now: Date },
    ) {
      const placesOf = places && Map.groupBy(places, place => place.ticketDefinitionId)
      const available = definitions.filter(each => isAvailable(each, event))
      const { rows, metadata } = pageOf(
        query,
        available.slice(query.offset, query.offset + query.limit).map(each => ({ ...each, pageKey: null })), // all of it
        available.length,
      )
      const eventDetails = withEvent ? toWireEventDetails(event, { locale: site.locale, publicUrl, now }) : undefined
      const details = { salesDetails: false, extendedFields: false, eventDetails }
      return {
        ticketDefinitions: rows.map(each =>
          toWireDefinition(each, now, {
            ...details,
            places: placesOf && (placesOf.get(each.ticketDefinitionId) ?? []),
          }),
        ),
        metadata,
      }
    }

    /** What `fields` asks for beyond the definition itself; sales figures only for those who may see them (R27). */
    async function detailsFor(definitions: TicketDefinition[], fields: string[] | null | undefined, reader: Reader) {
      const { identity } = reader
      const places = fields?.includes('SEATING_DETAILS') ? await placesOf(definitions, reader) : null
      const salesDetails = (fields?.includes('SALES_DETAILS') ?? false) && allows(identity, 'READ_TICKET_DEFINITIONS')
      const eventDetails = fields?.includes('EVENT_DETAILS') ? await eventDetailsOf(definitions, reader) : new Map()
      return (each: TicketDefinition) => ({
        salesDetails,
        extendedFields: allows(identity, 'READ_TICKET_DEFINITIONS'),
        eventDetails: eventDetails.get(each.eventId),
        places: places ? (places.get(each.ticketDefinitionId) ?? []) : undefined,
      })
    }

    async function placesOf(definitions: TicketDefinition[], { identity: { siteId }, now }: Reader) {
      const ticketDefinitionIds = definitions.filter(({ seated }) => seated).map(each => each.ticketDefinitionId)
      const places = await listAvailablePlaces(sql, { siteId, ticketDefinitionIds, now }, PLACES_SHOWN_MAX + 1)
      if (places.length > PLACES_SHOWN_MAX)
        throw invalid('fields', 'asks for too many places at once: ask for fewer definitions', 'MAX_SIZE')
      return Map.groupBy(places, place => place.ticketDefinitionId)
    }

    async function eventDetailsOf(definitions: TicketDefinition[], { identity: { siteId }, now }: Reader) {
      const { locale } = await getSite(sql, siteId)
      const events = await listEventsById(sql, siteId, [...new Set(definitions.map(each => each.eventId))])
      return new Map(
        events.map(event => [event.eventId, toWireEventDetails(event, { locale, publicUrl, now })] as const),
      )
    }
  }
}

type Places = readonly AvailablePlace[] | undefined

/** Two whole plans; one definition has half of that at most. */
const PLACES_SHOWN_MAX = 2 * PLACES_MAX

function all(db: Db): Fragment {
  return db`true`
}

/**
 * The event that a query asks for and nothing else, in the usual order; null for any other query.
 * @returns limit how many definitions it may have without a next page, which would need a cursor that is kept
 */
function eventAskedFor(query: WireQuery | null): { eventId: string; limit: number; page: string } | null {
  const { filter, sort, paging, cursorPaging } = query ?? {}
  const eventId = oneEventOf(filter)
  if (eventId === null || (sort && sort.length > 0) || cursorPaging?.cursor || (paging && cursorPaging)) return null
  const { limit = null, offset = 0 } = { ...paging, ...cursorPaging }
  return {
    eventId,
    limit: paging ? Number.POSITIVE_INFINITY : (limit ?? DEFINITIONS_MAX),
    page: `${paging ? 'paging' : 'cursor'} ${limit} ${offset}`,
  }
}

type WireReordering = {
  eventId: string
  ticketDefinitionId: string
  beforeDefinitionId?: string | null
  afterDefinitionId?: string | null
}

/** Of two references the last one in the request counts (R99): JSON keeps the order of its members. */
function reorderingOf(body: WireReordering) {
  const given = Object.keys(body).filter(name => name === 'beforeDefinitionId' || name === 'afterDefinitionId')
  const last = given.filter(name => body[name as keyof WireReordering]).at(-1) as
    | 'beforeDefinitionId'
    | 'afterDefinitionId'
    | undefined
  const id = last && body[last]
  return {
    eventId: body.eventId.toLowerCase(),
    ticketDefinitionId: body.ticketDefinitionId.toLowerCase(),
    reference: id
      ? {
          place: last === 'beforeDefinitionId' ? ('before' as const) : ('after' as const),
          ticketDefinitionId: id.toLowerCase(),
        }
      : null,
  }
}
