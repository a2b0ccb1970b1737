import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { refuseIf } from '../refusals.ts'
import { AnyObject, Anything, FieldSet, Guid, Maybe, Nothing, PagingMetadataOut, Query } from '../wire/shapes.ts'
import { assign, assignToCategory, type By, unassign } from './assign.ts'
import { assignJobs, changeAssignmentsLater, unassignJobs } from './assign-later.ts'
import { createCategories, createCategory } from './create.ts'
import { removeCategory } from './delete.ts'
import { statesOf } from './model.ts'
import { reorderEvents } from './reorder.ts'
import { listCategoriesOf, queryCategories } from './store.ts'
import { changeCategory } from './update.ts'
import {
  BulkOut,
  CategoryIn,
  CategoryName,
  CategoryOut,
  CategoryStates,
  createdToWire,
  judgeCategory,
  outcomesToWire,
  toWire,
} from './wire.ts'

const CATEGORIES = '/events/v1/categories'
const BULK = '/events/v1/bulk/categories'

const CategoryParams = Type.Object({ categoryId: Guid })
const EventIds = Type.Array(Guid, { minItems: 1, maxItems: 100 })
const OneCategory = Type.Object({ category: CategoryOut })
/** Up to ten categories and exactly one event (events 8.5.6). */
const BulkSelection = Type.Object({
  categoryId: Type.Array(Guid, { minItems: 1, maxItems: 10 }),
  eventId: Type.Array(Guid, { minItems: 1, maxItems: 1 }),
})

/** Categories (events section 8). */
export function categoryRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.post(
      CATEGORIES,
      {
        schema: { body: Type.Object({ category: CategoryIn }), response: { 200: OneCategory } },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ body, identity, now }) => {
        const category = await inTransaction(sql, tx => createCategory(tx, body.category, identity, now))
        return { category: toWire(category) }
      },
    )

    app.post(
      `${BULK}/create`,
      {
        schema: {
          body: Type.Object({ categories: Type.Array(Anything, { minItems: 1, maxItems: 10 }) }),
          response: { 200: BulkOut },
        },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ body, identity, now }) => {
        const wanted = body.categories.map(judgeCategory)
        return createdToWire(await inTransaction(sql, tx => createCategories(tx, wanted, identity, now)))
      },
    )

    app.patch(
      `${CATEGORIES}/:categoryId`,
      {
        schema: {
          params: CategoryParams,
          body: Type.Object({
            category: Type.Object({ name: Type.Optional(CategoryName), states: Maybe(CategoryStates) }),
          }),
          response: { 200: OneCategory },
        },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ params, body, identity, now }) => {
        const { name, states } = body.category
        const change = {
          categoryId: params.categoryId,
          name: name ?? null,
          states: states === undefined ? null : statesOf(states),
        }
        return { category: toWire(await inTransaction(sql, tx => changeCategory(tx, change, identity, now))) }
      },
    )

    app.delete(
      `${CATEGORIES}/:categoryId`,
      {
        schema: { params: CategoryParams, response: { 200: Nothing } },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removeCategory(tx, params.categoryId, identity, now))
        return {}
      },
    )

    app.post(
      `${CATEGORIES}/query`,
      {
        schema: {
          body: Type.Object({ query: Maybe(Query), fieldset: FieldSet(['COUNTS']) }),
          response: { 200: Type.Object({ categories: Type.Array(CategoryOut), metaData: PagingMetadataOut }) },
        },
        config: { permission: 'READ_CATEGORIES' },
      },
      async ({ body, identity, now }) => {
        const wanted = { query: body.query, withCounts: body.fieldset?.includes('COUNTS') ?? false }
        const { rows, metadata } = await queryCategories(sql, identity.siteId, wanted, now)
        return { categories: rows.map(toWire), metaData: metadata }
      },
    )

    // Here the id is an event's; under the same path PATCH and DELETE take a category's (api 1.3.2).
    app.get(
      `${CATEGORIES}/:eventId`,
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          response: { 200: Type.Object({ categories: Type.Array(CategoryOut) }) },
        },
        config: { permission: 'READ_CATEGORIES' },
      },
      async ({ params, identity }) => {
        const { siteId, eventId } = await getEvent(sql, identity.siteId, params.eventId)
        return { categories: (await listCategoriesOf(sql, siteId, eventId)).map(toWire) }
      },
    )

    app.post(
      `${CATEGORIES}/:categoryId/events`,
      {
        schema: { params: CategoryParams, body: Type.Object({ eventId: EventIds }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ params, body, identity, now }) => {
        const categoryId = params.categoryId.toLowerCase()
        const eventIds = distinct(body.eventId)
        await inTransaction(sql, tx => assignToCategory(tx, { categoryId, eventIds }, byOf({ identity, now })))
        return {}
      },
    )

    app.delete(
      `${CATEGORIES}/:categoryId/events`,
      {
        schema: {
          params: CategoryParams,
          querystring: Type.Object({ eventId: EventIds }),
          response: { 200: Nothing },
        },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ params, query, identity, now }) => {
        const selection = { categoryIds: [params.categoryId.toLowerCase()], eventIds: distinct(query.eventId) }
        const [outcome] = await inTransaction(sql, tx => unassign(tx, selection, byOf({ identity, now })))
        refuseIf(outcome?.refusal ?? null)
        return {}
      },
    )

    app.post(
      `${BULK}/events`,
      {
        schema: { body: BulkSelection, response: { 200: BulkOut } },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ body, identity, now }) => {
        const selection = { categoryIds: body.categoryId.map(lower), eventIds: distinct(body.eventId) }
        return outcomesToWire(await inTransaction(sql, tx => assign(tx, selection, byOf({ identity, now }))))
      },
    )

    app.delete(
      `${BULK}/events`,
      {
        schema: { querystring: BulkSelection, response: { 200: BulkOut } },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ query, identity, now }) => {
        const selection = { categoryIds: query.categoryId.map(lower), eventIds: distinct(query.eventId) }
        return outcomesToWire(await inTransaction(sql, tx => unassign(tx, selection, byOf({ identity, now }))))
      },
    )

    for (const [path, kind] of [
      ['assign-events-by-filter', assignJobs],
      ['unassign-events-by-filter', unassignJobs],
    ] as const)
      app.post(
        `/events/v1/bulk-async/categories/${path}`,
        {
          schema: {
            body: Type.Object({ categoryId: BulkSelection.properties.categoryId, filter: AnyObject }),
            response: { 200: Nothing },
          },
          config: { permission: 'MANAGE_CATEGORIES' },
        },
        async ({ body, identity, now }) => {
          const wanted = { kind, categoryIds: distinct(body.categoryId), filter: body.filter }
          await inTransaction(sql, tx => changeAssignmentsLater(tx, wanted, byOf({ identity, now })))
          return {}
        },
      )

    app.post(
      `${CATEGORIES}/:categoryId/reorder`,
      {
        schema: {
          params: CategoryParams,
          body: Type.Object({ eventId: Guid, beforeEventId: Maybe(Guid), afterEventId: Maybe(Guid) }),
          response: { 200: Nothing },
        },
        config: { permission: 'MANAGE_CATEGORIES' },
      },
      async ({ params, body, identity, now }) => {
        const { eventId, beforeEventId, afterEventId } = body
        const instruction = {
          categoryId: lower(params.categoryId),
          eventId: lower(eventId),
          beforeEventId: beforeEventId ?? null,
          afterEventId: afterEventId ?? null,
        }
        await inTransaction(sql, tx => reorderEvents(tx, instruction, identity, now))
        return {}
      },
    )
  }
}

function byOf({ identity, now }: { identity: Identity; now: Date }): By {
  return { siteId: identity.siteId, actor: actorOf(identity), now }
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids.map(lower))]
}

function lower(id: string): string {
  return id.toLowerCase()
}
