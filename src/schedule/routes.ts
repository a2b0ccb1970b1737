import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { invalid } from '../refusals.ts'
import { isTimeZone } from '../time.ts'
import { maskPaths } from '../wire/masks.ts'
import { present } from '../wire/plain-object.ts'
import { FieldMask, Guid, Instant, Maybe, Nothing, OneOf, PagingMetadataOut, Query, Text } from '../wire/shapes.ts'
import { addItem, deleteItems, reschedule, updateItem } from './edit.ts'
import { FACETS, listSchedule } from './list.ts'
import {
  changedContent,
  DURATION_PATTERN,
  durationMilliseconds,
  itemNotFound,
  SCHEDULE_STATES,
  shownBy,
} from './model.ts'
import { discardDraft, publishDraft } from './publish.ts'
import { listVersions, queryItems, type Sight } from './store.ts'
import { ItemIn, ItemOut, toWire } from './wire.ts'

const SCHEDULE = '/events/v1/schedule'

const OneItem = Type.Object({ item: ItemOut })
const ItemParams = Type.Object({ itemId: Guid })
const EventIn = Type.Object({ eventId: Guid })
const Duration = Type.String({ pattern: DURATION_PATTERN })
const PageSize = (maximum: number) => Maybe(Type.Integer({ minimum: 0, maximum }))

const ListIn = Type.Object({
  eventId: Maybe(Type.Array(Guid, { maxItems: 100 })),
  itemId: Maybe(Type.Array(Guid, { maxItems: 100 })),
  tag: Maybe(Type.Array(Text(0, 30), { maxItems: 50 })),
  stageName: Maybe(Type.Array(Text(0, 30), { maxItems: 50 })),
  startingFrom: Maybe(Instant),
  startingBefore: Maybe(Instant),
  state: Maybe(Type.Array(OneOf(SCHEDULE_STATES), { maxItems: 20 })),
  facet: Maybe(Type.Array(OneOf(FACETS), { maxItems: 20 })),
  paging: Maybe(Type.Object({ limit: PageSize(1000), offset: PageSize(2_147_483_647) })),
  // Deprecated; `paging` wins.
  limit: PageSize(100),
  offset: PageSize(1000),
})

const ListOut = Type.Object({
  items: Type.Array(ItemOut),
  facets: Type.Unsafe<Record<string, { counts: Record<string, number> }>>({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { counts: { type: 'object', additionalProperties: { type: 'integer' } } },
    },
  }),
  draftNotPublished: Type.Optional(Type.Boolean()),
  pagingMetadata: PagingMetadataOut,
  total: Type.Integer(),
  limit: Type.Integer(),
  offset: Type.Integer(),
})

/** inferred: api 6.3.8 gives 100 for lists, 6.7.3 reports 0 for some. */
const LIST_LIMIT_DEFAULT = 100

/** Schedule items (spec/events.md section 6). */
export function scheduleRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.post(
      `${SCHEDULE}/draft`,
      {
        schema: { body: Type.Object({ eventId: Guid, item: ItemIn }), response: { 200: OneItem } },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ body, identity, now }) => {
        const wanted = { eventId: body.eventId.toLowerCase(), content: changedContent(body.item) }
        return { item: toWire(await inTransaction(sql, tx => addItem(tx, wanted, identity, now))) }
      },
    )

    app.patch(
      `${SCHEDULE}/draft/:itemId`,
      {
        schema: {
          params: ItemParams,
          // inferred: who wants to overwrite nothing says which state of the item it has seen, for there is no revision.
          body: Type.Object({
            eventId: Guid,
            item: Maybe(ItemIn),
            fields: Maybe(FieldMask),
            ifUpdatedDate: Maybe(Instant),
          }),
          response: { 200: OneItem },
        },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ params, body, identity, now }) => {
        const wanted = {
          eventId: body.eventId.toLowerCase(),
          itemId: params.itemId,
          given: body.item ?? {},
          mask: maskPaths(body.fields, 'fields'),
          seen: body.ifUpdatedDate ? new Date(body.ifUpdatedDate) : null,
        }
        return { item: toWire(await inTransaction(sql, tx => updateItem(tx, wanted, identity, now))) }
      },
    )

    app.delete(
      `${SCHEDULE}/draft/items`,
      {
        schema: {
          querystring: Type.Object({ eventId: Guid, itemIds: Type.Array(Guid, { minItems: 1, maxItems: 100 }) }),
          response: { 200: Nothing },
        },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ query: { eventId, itemIds }, identity, now }) => {
        const unwanted = { eventId: eventId.toLowerCase(), itemIds }
        await inTransaction(sql, tx => deleteItems(tx, unwanted, identity, now))
        return {}
      },
    )

    app.post(
      `${SCHEDULE}/draft/reschedule`,
      {
        schema: {
          body: Type.Object({ eventId: Guid, timeZoneId: Text(1, 100), timeSlotOffset: Maybe(Duration) }),
          response: { 200: Nothing },
        },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ body, identity, now }) => {
        if (!isTimeZone(body.timeZoneId)) throw invalid('timeZoneId', 'is not a time zone', 'TIME_ZONE')
        const wanted = {
          eventId: body.eventId.toLowerCase(),
          timeZone: body.timeZoneId,
          milliseconds: durationMilliseconds(body.timeSlotOffset ?? '0s'),
        }
        await inTransaction(sql, tx => reschedule(tx, wanted, identity, now))
        return {}
      },
    )

    app.post(
      `${SCHEDULE}/publish`,
      {
        schema: { body: EventIn, response: { 200: Nothing } },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ body, identity, now }) => {
        await inTransaction(sql, tx => publishDraft(tx, body.eventId.toLowerCase(), identity, now))
        return {}
      },
    )

    app.delete(
      `${SCHEDULE}/draft`,
      {
        schema: { querystring: EventIn, response: { 200: Nothing } },
        config: { permission: 'MANAGE_AGENDA' },
      },
      async ({ query, identity, now }) => {
        await inTransaction(sql, tx => discardDraft(tx, query.eventId.toLowerCase(), identity, now))
        return {}
      },
    )

    app.get(
      SCHEDULE,
      {
        schema: { querystring: ListIn, response: { 200: ListOut } },
        config: { permission: 'READ_AGENDA' },
      },
      async ({ query, identity }) => {
        const sight = sightOf(identity)
        const limit = query.paging?.limit ?? query.limit ?? LIST_LIMIT_DEFAULT
        const offset = query.paging?.offset ?? query.offset ?? 0
        const filter = {
          shown: shownBy(sight.asGuest ? [] : (query.state ?? [])),
          eventIds: query.eventId ?? [],
          itemIds: query.itemId ?? [],
          tags: query.tag ?? [],
          stageNames: query.stageName ?? [],
          startingFrom: query.startingFrom ? new Date(query.startingFrom) : null,
          startingBefore: query.startingBefore ? new Date(query.startingBefore) : null,
        }
        const { items, total, facets, draftNotPublished } = await listSchedule(sql, sight, {
          filter,
          limit,
          offset,
          facets: query.facet ?? [],
        })
        return present({
          items: items.map(toWire),
          facets,
          draftNotPublished,
          pagingMetadata: { count: items.length, offset, total, tooManyToCount: false },
          total,
          limit,
          offset,
        })
      },
    )

    app.get(
      `${SCHEDULE}/:itemId`,
      {
        schema: {
          params: ItemParams,
          querystring: Type.Object({ eventId: Maybe(Guid), includeDraft: Maybe(Type.Boolean()) }),
          response: { 200: Type.Object({ item: Type.Optional(ItemOut), draft: Type.Optional(ItemOut) }) },
        },
        config: { permission: 'READ_AGENDA' },
      },
      async ({ params: { itemId }, query, identity }) => {
        const versions = await listVersions(sql, sightOf(identity), { itemId, eventId: query.eventId ?? null })
        const item = versions.find(version => !version.draft)
        const draft = query.includeDraft ? versions.find(version => version.draft) : undefined
        if (!item && !draft) throw itemNotFound(itemId)
        return present({ item: item && toWire(item), draft: draft && toWire(draft) })
      },
    )

    app.post(
      `${SCHEDULE}/query`,
      {
        schema: {
          body: Type.Object({ query: Maybe(Query) }),
          response: { 200: Type.Object({ items: Type.Array(ItemOut), pagingMetadata: PagingMetadataOut }) },
        },
        config: { permission: 'READ_AGENDA' },
      },
      async ({ body, identity, now }) => {
        const { rows, metadata } = await queryItems(sql, sightOf(identity), body.query, now)
        return { items: rows.map(toWire), pagingMetadata: metadata }
      },
    )
  }
}

function sightOf(identity: Identity): Sight {
  return { siteId: identity.siteId, asGuest: !allows(identity, 'READ_DRAFT_AGENDA') }
}
