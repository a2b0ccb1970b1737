import { Type } from 'typebox'
import type { Fragment } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { eventNotFound } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { InvalidRequest, violation } from '../refusals.ts'
import { allOf, compileLegacySort, oneOf } from '../wire/legacy-list.ts'
import { pageByOffset, pageOf } from '../wire/pages.ts'
import { compileFilter, compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import {
  AnyObject,
  FieldSet,
  Guid,
  ListOf,
  Maybe,
  Nothing,
  OneOf,
  PageOut,
  PagingMetadataOut,
  Query,
  Text,
} from '../wire/shapes.ts'
import { listDefinitions } from './available.ts'
import { changeCurrency, deleteDefinitionsOfEvent, updateDefinition } from './change.ts'
import { createDefinition, getDefinition } from './create.ts'
import { countFacets } from './facets.ts'
import type { DefinitionContent } from './model.ts'
import { findCurrency, freeSql, legacyDefinitionFields, saleStatusSql } from './store.ts'
import { DefinitionV1Out, toWireByFieldset } from './wire-v1.ts'
import {
  contentAfterUpdateV1,
  DefinitionUpdateV1,
  maskOfUpdateV1,
  NewDefinitionV1,
  newDefinitionFromWireV1,
  PRICE_FIELD_V1,
} from './wire-v1-in.ts'

const FIELDSETS = ['POLICY', 'DASHBOARD'] as const
const SALE_STATUSES = ['SALE_SCHEDULED', 'SALE_STARTED', 'SALE_ENDED'] as const
const Fieldset = ListOf(OneOf(FIELDSETS), 20)
const Offset = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const Limit = Type.Integer({ minimum: 0, maximum: 100 })
const Facet = Type.Array(Text(0, 20), { maxItems: 10 })
const DefinitionAnswer = Type.Object({ definition: DefinitionV1Out })
const Definitions = Type.Array(DefinitionV1Out)
const FacetsOut = Type.Optional(
  Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) })),
)

/** Ticket definitions V1 (spec/ticketing.md section 6): deprecated, over the same store as V3 (R113). */
export function ticketDefinitionV1Routes({ sql, serviceFeePercent: feePercent }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ definitionId: Guid })
    const manage = { permission: 'MANAGE_TICKET_DEFINITIONS' } as const
    const read = { permission: 'READ_TICKET_DEFINITIONS' } as const

    app.post(
      '/events/v1/ticket-definitions',
      { schema: { body: NewDefinitionV1, response: { 200: DefinitionAnswer } }, config: manage },
      async ({ body, identity, now }) => {
        const created = await inTransaction(sql, async tx => {
          const eventId = body.eventId.toLowerCase()
          const currency = await findCurrency(tx, identity.siteId, eventId)
          if (currency === null) throw eventNotFound(eventId)
          const definition = newDefinitionFromWireV1(body, currency)
          return createDefinition(tx, definition, { identity, now, feePercent, priceField: PRICE_FIELD_V1 })
        })
        return { definition: toWireByFieldset(created, now, FIELDSETS) }
      },
    )

    app.patch(
      '/events/v1/ticket-definitions/:definitionId',
      { schema: { params, body: DefinitionUpdateV1, response: { 200: DefinitionAnswer } }, config: manage },
      async ({ params, body, identity, now }) => {
        const mask = maskOfUpdateV1(body.fields)
        const update = {
          ticketDefinitionId: params.definitionId.toLowerCase(),
          eventId: body.eventId.toLowerCase(),
          revision: null,
          contentAfter: (stored: DefinitionContent) => contentAfterUpdateV1(stored, body.definition ?? {}, mask),
        }
        const editor = { identity, now, feePercent, priceField: PRICE_FIELD_V1 }
        const updated = await inTransaction(sql, tx => updateDefinition(tx, update, editor))
        return { definition: toWireByFieldset(updated, now, FIELDSETS) }
      },
    )

    app.get(
      '/events/v1/ticket-definitions/:definitionId',
      {
        schema: { params, querystring: Type.Object({ fieldset: Fieldset }), response: { 200: DefinitionAnswer } },
        config: read,
      },
      async ({ params, query, identity: { siteId }, now }) => {
        const ticketDefinitionId = params.definitionId.toLowerCase()
        const found = await getDefinition(sql, { siteId, ticketDefinitionId, now })
        return { definition: toWireByFieldset(found, now, query.fieldset ?? []) }
      },
    )

    app.get(
      '/events/v1/ticket-definitions',
      {
        schema: {
          querystring: Type.Object({
            eventId: ListOf(Guid, 100),
            offset: Type.Optional(Offset),
            limit: Type.Optional(Limit),
            fieldset: Fieldset,
            eventCreatorId: ListOf(Guid, 1),
            state: ListOf(OneOf(['VISIBLE', 'HIDDEN', 'FREE', 'PAID']), 20),
            sort: Type.Optional(Text(0, 100)),
            saleStatus: ListOf(OneOf(SALE_STATUSES), 5),
            facet: Type.Optional(Facet),
          }),
          response: {
            200: Type.Object({
              metaData: Type.Object({ count: Type.Integer(), offset: Type.Integer(), total: Type.Integer() }),
              definitions: Definitions,
              facets: FacetsOut,
            }),
          },
        },
        config: read,
      },
      async ({ query, identity, now }) => {
        const eventIds = (query.eventId ?? []).map(id => id.toLowerCase())
        const where = allOf(sql, query.eventCreatorId?.length ? sql`false` : sql`true`, [
          ...oneOf(sql, sql`definitions.event_id`, eventIds),
          ...oneOf(sql, saleStatusSql(sql, now), query.saleStatus ?? []),
          ...inStates(query.state ?? []),
        ])
        const { page, total, facets } = await listPage({ ...query, where }, identity.siteId, now)
        return { metaData: { count: page.definitions.length, offset: page.offset, total }, ...facets, ...page }
      },
    )

    app.post(
      '/events/v1/ticket-definitions/query',
      {
        schema: {
          body: Type.Object({
            offset: Maybe(Offset),
            limit: Maybe(Limit),
            fieldset: FieldSet(FIELDSETS),
            filter: Maybe(AnyObject),
            sort: Maybe(Text(0, 100)),
            facet: Maybe(Facet),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              definitions: Definitions,
              facets: FacetsOut,
            }),
          },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const where = compileFilter(sql, legacyDefinitionFields, body.filter, now)
        const { page, total, facets } = await listPage({ ...body, where }, identity.siteId, now)
        return { total, ...facets, ...page }
      },
    )

    app.post(
      '/events/v2/ticket-definitions/query',
      {
        schema: {
          body: Type.Object({ query: Maybe(Query), fieldset: FieldSet(FIELDSETS) }),
          response: { 200: Type.Object({ definitions: Definitions, metadata: PagingMetadataOut }) },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const query = compileQuery(sql, rules, body.query as WireQuery | null, now)
        const { definitions, total } = await listDefinitions(sql, identity.siteId, { ...query, now })
        const fieldset = [...(body.fieldset ?? []), ...(body.query?.fieldsets ?? [])]
        const { rows, metadata } = pageOf(query, definitions, total)
        return { definitions: rows.map(each => toWireByFieldset(each, now, fieldset)), metadata }
      },
    )

    app.delete(
      '/events/v1/ticket-definitions',
      {
        schema: {
          querystring: Type.Object({
            eventId: Guid,
            byId: Type.Optional(Type.Object({ definitionId: Type.Array(Guid, { minItems: 1, maxItems: 100 }) })),
            all: Type.Optional(Type.Boolean()),
          }),
          response: { 200: Nothing },
        },
        config: manage,
      },
      async ({ query: { eventId, byId, all }, identity, now }) => {
        if ((byId !== undefined) === (all === true)) throw oneOfByIdAndAll(byId === undefined ? 'none' : 'both')
        const named = { eventId: eventId.toLowerCase(), ids: byId?.definitionId.map(id => id.toLowerCase()) ?? null }
        await inTransaction(sql, tx => deleteDefinitionsOfEvent(tx, named, { identity, now }))
        return {}
      },
    )

    app.put(
      '/events/v1/ticket-definitions/currency',
      {
        schema: { body: Type.Object({ eventId: Guid, currency: Text(3, 3) }), response: { 200: Nothing } },
        config: manage,
      },
      async ({ body, identity, now }) => {
        const change = { eventId: body.eventId.toLowerCase(), currency: body.currency }
        await inTransaction(sql, tx => changeCurrency(tx, change, { identity, now }))
        return {}
      },
    )

    type Listing = {
      where: Fragment
      offset?: number | null
      limit?: number | null
      sort?: string | null
      fieldset?: readonly string[] | null
      facet?: readonly string[] | null
    }

    /** R114, R115. inferred: 100 at most without a limit. */
    async function listPage(listing: Listing, siteId: string, now: Date) {
      const { where, fieldset, facet } = listing
      const [offset, limit] = [listing.offset ?? 0, listing.limit ?? 100]
      const orderBy = sql`
        ${compileLegacySort(sql, SORTABLE, listing.sort, 'created:asc')}, definitions.ticket_definition_id`
      const page = pageByOffset(sql, { orderBy, limit, offset })
      const { definitions, total } = await listDefinitions(sql, siteId, { where, page, now })
      return {
        page: { offset, limit, definitions: definitions.map(each => toWireByFieldset(each, now, fieldset ?? [])) },
        total,
        facets: facet?.length ? { facets: await facetsOf(facet, { where, siteId, now }) } : {},
      }
    }

    /** Those facets that there are; others are left out. */
    async function facetsOf(
      asked: readonly string[],
      { siteId, ...matching }: { siteId: string; where: Fragment; now: Date },
    ) {
      const { facets } = await countFacets(sql, siteId, matching)
      return Object.fromEntries(Object.entries(facets).filter(([name]) => asked.includes(name)))
    }

    /** inferred: VISIBLE and HIDDEN widen each other, as do FREE and PAID; one of each narrows. */
    function inStates(states: readonly string[]): Fragment[] {
      const either = (yes: string, no: string, condition: Fragment): Fragment[] =>
        states.includes(yes) === states.includes(no) ? [] : [states.includes(yes) ? condition : sql`not ${condition}`]
      return [
        ...either('HIDDEN', 'VISIBLE', sql`definitions.hidden`),
        ...either('FREE', 'PAID', sql`(${freeSql(sql)})`),
      ]
    }
  }
}

function oneOfByIdAndAll(given: 'none' | 'both'): InvalidRequest {
  const description = given === 'none' ? 'must not be empty' : 'excludes the other one'
  return new InvalidRequest(['byId', 'all'].map(field => violation(field, description, 'REQUIRED_ONE_OF_FIELD')))
}

const SORTABLE: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`definitions.created_at`,
  modified: db => db`definitions.updated_at`,
  orderIndex: db => db`definitions.sort_index`,
}

const rules: QueryRules = {
  fields: {
    ...legacyDefinitionFields,
    id: { type: 'guid', sql: db => db`definitions.ticket_definition_id`, operators: ['$eq', '$ne', '$in', '$hasSome'] },
    created: { type: 'instant', sql: db => db`definitions.created_at`, operators: [], sortable: true, required: true },
    modified: { type: 'instant', sql: db => db`definitions.updated_at`, operators: [], sortable: true, required: true },
    orderIndex: { type: 'integer', sql: db => db`definitions.sort_index`, operators: [], sortable: true },
  },
  defaultSort: [{ fieldName: 'created', order: 'ASC' }],
  tieBreaker: db => db`definitions.ticket_definition_id`,
  limitDefault: 100,
  limitMax: 1000,
  cursorLimitMax: 100,
}
