import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { buyerOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { InvalidRequest, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { wantedLanguage } from '../texts/language.ts'
import { bulkOf, bulkResults, ItemMetadataOut, toItemError } from '../wire/bulk.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { maskPaths } from '../wire/masks.ts'
import { pageOf } from '../wire/pages.ts'
import type { CompiledQuery } from '../wire/query.ts'
import { AnyObject, CursorPaging, Email, FieldMask, Guid, Instant, Maybe, Nothing, Query } from '../wire/shapes.ts'
import { aggregate } from './aggregations.ts'
import { cancelCheckIn, checkInGuests } from './check-in.ts'
import { createRsvp, refuseOptions } from './create.ts'
import { removeRsvp, removeRsvpsLater } from './delete.ts'
import { LinksOut, linksOf } from './links.ts'
import { masked } from './masked.ts'
import type { Rsvp } from './model.ts'
import { compileRsvpQuery, compileSearch, type SearchDetails } from './queries.ts'
import {
  ChangedRsvp,
  CheckInMembers,
  Fields,
  FieldsInQuery,
  OneRsvp,
  Page,
  RsvpParams,
  SearchAnswer,
  SearchIn,
  SearchRequest,
  SummariesAnswer,
} from './schemas.ts'
import { countRsvps, getRsvp, listRsvps, type RsvpSelection, summariesOf } from './store.ts'
import { changeRsvp } from './update.ts'
import {
  answersOf,
  changeOf,
  Name,
  OptionsIn,
  RSVP_MEMBERS,
  type RsvpFieldset,
  RsvpOut,
  Status,
  toOptions,
  toWireRsvp,
} from './wire.ts'

/** RSVP V2 (spec/events.md section 13). */
export function rsvpRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    const read = { permission: 'READ_RSVP' } as const
    const manage = { permission: 'MANAGE_RSVP' } as const
    const checkIn = { permission: 'CHECK_IN' } as const

    app.post(
      '/events/v2/rsvps',
      {
        schema: {
          body: Type.Object({
            rsvp: Type.Object({
              eventId: Guid,
              memberId: Maybe(Guid),
              firstName: Name,
              lastName: Name,
              email: Email,
              status: Status,
              ...RSVP_MEMBERS,
            }),
            options: OptionsIn,
            fields: Fields,
          }),
          response: {
            200: Type.Object({
              rsvp: RsvpOut,
              ...LinksOut,
            }),
          },
        },
        config: { permission: 'CREATE_RSVP' },
      },
      async request => {
        const { body, identity, now } = request
        const { eventId, memberId, firstName, lastName, email, status, extendedFields, ...sent } = body.rsvp
        const options = toOptions(body.options)
        refuseOptions(identity, options)
        const own = allows(identity, 'MANAGE_RSVP') ? extendedFields?.namespaces : null // R30
        const wanted = {
          eventId: eventId.toLowerCase(),
          memberId: memberId?.toLowerCase() ?? null,
          firstName,
          lastName,
          email,
          status,
          ...answersOf(sent),
          disableNotifications: sent.disableNotifications ?? false,
          marketingConsent: sent.marketingConsent ?? false,
          language: wantedLanguage(request),
          extendedFields: own ? mergeNamespaces(null, own) : null,
          options,
        }
        const { rsvp, event } = await inTransaction(sql, tx => createRsvp(tx, wanted, { identity, now }))
        const site = await getSite(sql, identity.siteId)
        return { rsvp: toWireRsvp(rsvp, body.fields), ...linksOf({ rsvp, event, site }, { keys, publicUrl }) }
      },
    )

    app.patch(
      '/events/v2/rsvps/:rsvpId',
      {
        schema: {
          params: RsvpParams,
          // What else is sent of it stays: its event and member never change (events 13.3).
          body: Type.Object({ rsvp: Type.Object(ChangedRsvp), options: OptionsIn, fields: Fields }),
          response: { 200: OneRsvp },
        },
        config: manage,
      },
      async ({ params, body, identity, now }) => {
        const { revision, ...sent } = body.rsvp
        const update = {
          rsvpId: params.rsvpId.toLowerCase(),
          eventId: null,
          revision: Number(revision),
          changeOf: (stored: Rsvp) => changeOf(sent, stored),
          options: toOptions(body.options),
        }
        const rsvp = await inTransaction(sql, tx => changeRsvp(tx, update, { identity, now }))
        return { rsvp: toWireRsvp(rsvp, body.fields) }
      },
    )

    app.patch(
      '/events/v2/bulk/rsvps/update',
      {
        schema: {
          body: Type.Object({
            rsvps: Type.Array(
              Type.Object({ rsvp: Type.Object({ id: Guid, ...ChangedRsvp }), fieldMask: Maybe(FieldMask) }),
              { minItems: 1, maxItems: 100 },
            ),
            returnEntity: Maybe(Type.Boolean()),
            fields: Fields,
            options: OptionsIn,
          }),
          response: { 200: bulkOf(Type.Object({ itemMetadata: ItemMetadataOut, rsvp: Type.Optional(RsvpOut) })) },
        },
        config: manage,
      },
      async ({ body, identity, now }) => {
        const options = toOptions(body.options)
        const updates = body.rsvps.map(({ rsvp: { id, revision, ...sent }, fieldMask }, index) => {
          const path = `rsvps[${index}]`
          const change = masked(sent, maskPaths(fieldMask, `${path}.fieldMask`), path)
          const rsvpId = id.toLowerCase()
          const of = (stored: Rsvp) => changeOf(change, stored)
          return { rsvpId, eventId: null, revision: Number(revision), changeOf: of, options }
        })
        const results = []
        // Each by itself, one after the other: they are independent (api 10.4), and one may be after another's place.
        for (const [originalIndex, update] of updates.entries()) {
          const id = update.rsvpId
          try {
            const rsvp = await inTransaction(sql, tx => changeRsvp(tx, update, { identity, now }))
            const entity = body.returnEntity && { rsvp: toWireRsvp(rsvp, body.fields) }
            results.push({ itemMetadata: { id, originalIndex, success: true }, ...entity })
          } catch (error) {
            if (!(error instanceof Refusal || error instanceof InvalidRequest)) throw error
            results.push({ itemMetadata: { id, originalIndex, success: false, error: toItemError(error) } })
          }
        }
        return bulkResults(results)
      },
    )

    app.delete(
      '/events/v2/rsvps/:rsvpId',
      { schema: { params: RsvpParams, response: { 200: Nothing } }, config: manage },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removeRsvp(tx, params.rsvpId.toLowerCase(), { identity, now }))
        return {}
      },
    )

    app.post(
      '/events/v2/bulk/rsvps/delete-by-filter',
      {
        schema: {
          body: Type.Object({ filter: Maybe(AnyObject), search: Maybe(SearchIn) }),
          response: { 200: Type.Object({ jobId: Type.String() }) },
        },
        config: manage,
      },
      async ({ body, identity, now }) => {
        const wanted = { filter: body.filter ?? null, search: body.search ?? null }
        return { jobId: await inTransaction(sql, tx => removeRsvpsLater(tx, wanted, { identity, now })) }
      },
    )

    app.get(
      '/events/v2/rsvps/:rsvpId',
      {
        schema: {
          params: RsvpParams,
          querystring: Type.Object({ fields: FieldsInQuery }),
          response: { 200: OneRsvp },
        },
        config: read,
      },
      async ({ params, query, identity }) => {
        const rsvp = await getRsvp(sql, identity.siteId, params.rsvpId.toLowerCase())
        refuseOtherEvents(identity, rsvp.eventId)
        return { rsvp: toWireRsvp(rsvp, query.fields) }
      },
    )

    app.post(
      '/events/v2/rsvps/query',
      {
        schema: {
          body: Type.Object({ query: Maybe(Query), fields: Fields }),
          response: { 200: Type.Object(Page) },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const compiled = compileRsvpQuery(sql, body.query, now)
        return answerOf({ ...sightOf(identity), where: compiled.where }, compiled, body.fields)
      },
    )

    app.post(
      '/events/v2/rsvps/search',
      {
        schema: {
          body: Type.Object({
            search: Maybe(SearchRequest),
            fields: Fields,
          }),
          response: { 200: SearchAnswer },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const { aggregations, timeZone, ...query } = body.search ?? {}
        const compiled = compileRsvpQuery(sql, query, now, 'search')
        const details = compiled.query.search as SearchDetails | undefined // of the body, or of our own cursor
        const where = sql`${compiled.where} and ${compileSearch(sql, details, 'search.search')}`
        const selection = { ...sightOf(identity), where }
        const asked = aggregations && { aggregations, timeZone: timeZone ?? 'UTC' }
        const aggregationData = asked && (await aggregate(sql, selection, asked))
        return { ...(await answerOf(selection, compiled, body.fields)), ...(aggregationData && { aggregationData }) }
      },
    )

    app.post(
      '/events/v2/rsvps/count',
      {
        schema: {
          body: Maybe(Type.Object({ filter: Maybe(AnyObject), search: Maybe(SearchIn) })),
          response: { 200: Type.Object({ count: Type.Integer() }) },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const { where } = compileRsvpQuery(sql, { filter: body?.filter ?? {} }, now)
        const found = sql`${where} and ${compileSearch(sql, body?.search, 'search')}`
        return { count: await countRsvps(sql, { ...sightOf(identity), where: found }) }
      },
    )

    app.post(
      '/events/v2/rsvps/:rsvpId/check-in',
      {
        schema: {
          params: RsvpParams,
          body: Maybe(Type.Object({ ...CheckInMembers, checkInDate: Maybe(Instant) })),
          response: { 200: OneRsvp },
        },
        config: checkIn,
      },
      async ({ params, body, identity, now }) => {
        const wanted = checkInOf(params.rsvpId, body?.guestIds, body?.checkInDate)
        const rsvp = await inTransaction(sql, tx => checkInGuests(tx, wanted, { identity, now }))
        return { rsvp: toWireRsvp(rsvp, body?.fields) }
      },
    )

    app.post(
      '/events/v2/rsvps/:rsvpId/cancel-check-in',
      {
        schema: {
          params: RsvpParams,
          body: Maybe(Type.Object({ ...CheckInMembers, checkInCanceledDate: Maybe(Instant) })),
          response: { 200: OneRsvp },
        },
        config: checkIn,
      },
      async ({ params, body, identity, now }) => {
        const wanted = checkInOf(params.rsvpId, body?.guestIds, body?.checkInCanceledDate)
        const rsvp = await inTransaction(sql, tx => cancelCheckIn(tx, wanted, { identity, now }))
        return { rsvp: toWireRsvp(rsvp, body?.fields) }
      },
    )

    app.get(
      '/events/v2/rsvps/summaries',
      {
        schema: {
          querystring: Type.Object({ eventId: Type.Array(Guid, { minItems: 1, maxItems: 100 }) }),
          response: { 200: SummariesAnswer },
        },
        config: read,
      },
      async ({ query, identity }) => {
        const eventIds = [...new Set(query.eventId.map(id => id.toLowerCase()))]
        for (const eventId of eventIds) refuseOtherEvents(identity, eventId)
        const summaries = await summariesOf(sql, identity.siteId, eventIds)
        return {
          summaries: summaries.map(each => ({
            eventId: each.eventId,
            // People, as the names say; RSVPs in all (inferred: events 13.5.9).
            yesGuestCount: each.yesGuests,
            noGuestCount: each.noGuests,
            waitlistGuestCount: each.waitlistGuests,
            totalRsvpCount: each.rsvps,
          })),
        }
      },
    )

    app.get(
      '/events/v2/rsvps/current',
      {
        schema: {
          querystring: Type.Object({
            eventId: Type.Array(Guid, { minItems: 1, maxItems: 25 }),
            fields: FieldsInQuery,
            paging: Maybe(CursorPaging),
          }),
          response: { 200: Type.Object(Page) },
        },
        config: { permission: 'READ_MEMBER_RSVP' },
      },
      async ({ query, identity, now }) => {
        const { siteId } = identity
        const { memberId } = buyerOf(identity)
        if (!memberId) throw new Refusal('MEMBER_IDENTITY_NOT_FOUND', 'Only a member has RSVPs of its own.')
        const compiled = compileRsvpQuery(sql, { cursorPaging: query.paging ?? {} }, now, 'paging')
        const eventIds = query.eventId.map(id => id.toLowerCase())
        const where = sql`rsvps.member_id = ${memberId}`
        return answerOf({ siteId, eventIds, where }, compiled, query.fields)
      },
    )

    async function answerOf(
      selection: RsvpSelection,
      compiled: CompiledQuery,
      fields: readonly RsvpFieldset[] | null | undefined,
    ) {
      const total = await countRsvps(sql, selection)
      const read = compiled.limit > 0 ? await listRsvps(sql, selection, compiled.page) : []
      const { rows, metadata } = pageOf(compiled, read, total)
      const { count, cursors = {} } = metadata
      return {
        rsvps: rows.map(each => toWireRsvp(each, fields)),
        pagingMetadata: { count, cursors, hasNext: 'next' in cursors },
      }
    }
  }
}

/** Staff see RSVPs of the events that were given to them. */
function sightOf(identity: Identity): Pick<RsvpSelection, 'siteId' | 'eventIds'> {
  return { siteId: identity.siteId, eventIds: identity.kind === 'staff' ? identity.eventIds : null }
}

function checkInOf(rsvpId: string, guestIds: number[] | null | undefined, at: string | null | undefined) {
  return {
    rsvpId: rsvpId.toLowerCase(),
    eventId: null,
    guestIds: guestIds ?? null,
    at: at ? new Date(at) : null,
  }
}
