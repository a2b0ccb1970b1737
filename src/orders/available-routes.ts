import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { sendAnswer, sendBody } from '../memory/answers.ts'
import { eventForGuest } from '../memory/guests.ts'
import type { Memory } from '../memory/memory.ts'
import { answerOf } from '../memory/remembered.ts'
import { availableToGuests, listDefinitions, oneEventOf } from '../ticket-definitions/available.ts'
import { isAvailable, isShown } from '../ticket-definitions/model.ts'
import { legacyDefinitionFields } from '../ticket-definitions/store.ts'
import { DefinitionV1Out, toWireDefinitionV1 } from '../ticket-definitions/wire-v1.ts'
import { compileLegacySort } from '../wire/legacy-list.ts'
import { pageByOffset } from '../wire/pages.ts'
import { compileFilter } from '../wire/query.ts'
import { AnyObject, Guid, Maybe, OneOf, Text } from '../wire/shapes.ts'

const MetaDataOut = Type.Object({ count: Type.Integer(), offset: Type.Integer(), total: Type.Integer() })
const AvailableOut = Type.Object({ metaData: MetaDataOut, definitions: Type.Array(DefinitionV1Out) })
const AvailableState = OneOf(['INCLUDE_HIDDEN_NOT_ON_SALE'])

/** What a guest can get, in the old shape of definitions (R150 to R153). */
export function availableTicketRoutes({ sql }: Deps, memory: Memory) {
  return async (app: App) => {
    app.get(
      '/events/v1/checkout/available-tickets',
      {
        schema: {
          querystring: Type.Object({
            eventId: Type.Optional(Guid),
            offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
            limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
            sort: Type.Optional(Text(0, 200)),
            state: Type.Optional(Type.Array(AvailableState, { maxItems: 5 })),
          }),
          response: { 200: AvailableOut },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async (request, reply) => {
        const { query, identity, now } = request
        const includeHidden = query.state?.includes('INCLUDE_HIDDEN_NOT_ON_SALE') ?? false
        const filter = query.eventId ? { eventId: query.eventId } : {}
        const listing = { ...query, filter, includeHidden, fieldset: ['POLICY' as const] }
        const answer = await recallAvailable(reply, listing, identity, now)
        return answer ? sendAnswer(request, reply, answer) : listAvailable(listing, identity, now)
      },
    )

    app.post(
      '/events/v1/checkout/available-tickets/query',
      {
        schema: {
          body: Type.Object({
            offset: Maybe(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
            limit: Maybe(Type.Integer({ minimum: 0, maximum: 1000 })),
            filter: Maybe(AnyObject),
            fieldset: Maybe(Type.Array(OneOf(['POLICY', 'DASHBOARD']), { maxItems: 5 })),
            sort: Maybe(Text(0, 200)),
          }),
          response: { 200: AvailableOut },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ body, identity, now }, reply) => {
        const listing = { ...body, filter: body.filter ?? {}, includeHidden: false }
        const answer = await recallAvailable(reply, listing, identity, now)
        return answer ? sendBody(reply, answer) : listAvailable(listing, identity, now)
      },
    )

    type Listing = {
      filter: Record<string, unknown>
      offset?: number | null
      limit?: number | null
      sort?: string | null
      includeHidden: boolean
      fieldset?: ('POLICY' | 'DASHBOARD')[] | null
    }

    /** What `listAvailable` gives a guest of one event, from memory; null for anything else. */
    async function recallAvailable(reply: FastifyReply, listing: Listing, identity: Identity, now: Date) {
      const eventId = listing.sort?.trim() ? null : oneEventOf(listing.filter)
      const known = await eventForGuest(memory, identity, eventId, now)
      if (!known) return null
      const { includeHidden } = listing
      const offset = listing.offset ?? 0
      const limit = listing.limit ?? 0
      const policy = listing.fieldset?.includes('POLICY') ?? false
      const name = `tickets ${offset} ${limit} ${includeHidden} ${policy}`
      return answerOf(known, { name, now, reply }, () => {
        const { event, definitions } = known.loaded
        const all = definitions.filter(each => isAvailable(each, event) && (includeHidden || isShown(each, now)))
        const page = all.slice(offset, offset + limit)
        return {
          metaData: { count: page.length, offset, total: all.length },
          definitions: page.map(each => toWireDefinitionV1(each, now, { policy, dashboard: false })),
        }
      })
    }

    /** R150 to R153: without a limit only the counts; never hidden definitions. */
    async function listAvailable(listing: Listing, identity: Identity, now: Date) {
      const { siteId } = identity
      const offset = listing.offset ?? 0
      const orderBy = sql`
        ${compileLegacySort(sql, AVAILABLE_SORT, listing.sort, 'created:asc')}, definitions.ticket_definition_id`
      const { definitions, total } = await listDefinitions(sql, siteId, {
        where: sql`${compileFilter(sql, legacyDefinitionFields, listing.filter, now)} and ${availableToGuests(
          sql,
          identity,
          {
            now,
            includeHidden: listing.includeHidden,
          },
        )}`,
        page: pageByOffset(sql, { orderBy, limit: listing.limit ?? 0, offset }),
        now,
      })
      const details = {
        policy: listing.fieldset?.includes('POLICY') ?? false,
        dashboard: (listing.fieldset?.includes('DASHBOARD') ?? false) && allows(identity, 'READ_TICKET_DEFINITIONS'),
      }
      return {
        metaData: { count: definitions.length, offset, total },
        definitions: definitions.map(each => toWireDefinitionV1(each, now, details)),
      }
    }
  }
}

const AVAILABLE_SORT: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`definitions.created_at`,
  price: db => db`definitions.price_minor`,
  orderIndex: db => db`definitions.sort_index`,
  name: db => db`definitions.name`,
}
