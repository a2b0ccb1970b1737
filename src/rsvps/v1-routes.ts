import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { FormResponseIn } from '../forms/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { type Identity, refuseOtherEvents, visibleEvents } from '../identities/identity.ts'
import { invalid } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { wantedLanguage } from '../texts/language.ts'
import { maskPaths } from '../wire/masks.ts'
import { pageByOffset } from '../wire/pages.ts'
import { compileFilter } from '../wire/query.ts'
import { AnyObject, FieldMask, Guid, ListOf, Maybe, Nothing, OneOf, PageOut, Text } from '../wire/shapes.ts'
import { cancelCheckIn, checkInGuests } from './check-in.ts'
import { createRsvp, refuseOptions } from './create.ts'
import { removeRsvpsOf } from './delete.ts'
import { LinksOut, linksOf } from './links.ts'
import {
  compileListing,
  compileV1Sort,
  countFacets,
  V1_FACETS,
  V1_FIELDS,
  V1_TAGS,
  type V1Facet,
  type V1Listing,
} from './list-v1.ts'
import type { Rsvp, RsvpOptions } from './model.ts'
import { countRsvps, getRsvp, listRsvps, type RsvpSelection, rsvpNotFound } from './store.ts'
import { changeRsvp, type RsvpChange } from './update.ts'
import { RSVP_FIELDSETS, type RsvpFieldset } from './wire.ts'
import {
  fromV1Status,
  replyIn,
  toV1Options,
  toWireV1Rsvp,
  V1_STATUSES,
  V1OptionsIn,
  V1RsvpOut,
  type V1Status,
} from './wire-v1.ts'

const OneRsvp = Type.Object({ rsvp: V1RsvpOut })
const Status = OneOf(V1_STATUSES)
const RsvpParams = Type.Object({ rsvpId: Guid })
const Offset = Maybe(Type.Integer({ minimum: 0, maximum: 1_000_000 }))
const Ids = (maxItems: number) => Maybe(Type.Array(Guid, { maxItems }))
/** What both lists take; a query says the rest by a filter. */
const ListMembers = {
  offset: Offset,
  fieldset: Maybe(Type.Array(OneOf(RSVP_FIELDSETS), { maxItems: 20 })),
  memberId: Ids(500),
  contactId: Ids(100),
  eventCreatorId: Ids(50),
  facet: Maybe(Type.Array(Text(0, 100), { maxItems: 20 })),
  searchPhrase: Maybe(Text(0, 200)),
  sort: Maybe(Text(0, 100)),
  tag: Maybe(Type.Array(OneOf(V1_TAGS), { maxItems: 20 })),
}
const FacetsOut = (value: ReturnType<typeof Type.Unsafe<unknown>>) =>
  Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), value) }))
const ListOut = Type.Object({
  ...PageOut,
  rsvps: Type.Array(V1RsvpOut),
  facets: FacetsOut(Type.Unsafe<unknown>({ type: 'integer' })),
  rsvpFacets: Type.Object({
    facets: FacetsOut(
      Type.Unsafe<unknown>({
        type: 'object',
        properties: {
          count: { type: 'integer' },
          guests: { type: 'integer' },
          guestsCheckIn: { type: 'integer' },
        },
      }),
    ),
  }),
})
const GuestIds = Maybe(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 11 }))

/** RSVP V1 over the same RSVPs (spec/events.md section 14). */
export function rsvpV1Routes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    const read = { permission: 'READ_RSVP' } as const
    const manage = { permission: 'MANAGE_RSVP' } as const
    const checkIn = { permission: 'CHECK_IN' } as const

    app.get(
      '/events/v1/rsvp',
      {
        schema: {
          querystring: Type.Object({
            ...ListMembers,
            limit: Maybe(Type.Integer({ minimum: 0, maximum: 400 })),
            eventId: ListOf(Guid, 100),
            rsvpId: ListOf(Guid, 500),
            status: ListOf(Status, 20),
          }),
          response: { 200: ListOut },
        },
        config: read,
      },
      async ({ query, identity }) => {
        const eventIds = (query.eventId ?? []).map(id => id.toLowerCase())
        const named = { rsvpIds: query.rsvpId ?? [], statuses: query.status ?? [] }
        return list(identity, query, { eventIds, where: compileListing(sql, listingOf(query, named)) })
      },
    )

    app.post(
      '/events/v1/rsvp/query',
      {
        schema: {
          body: Maybe(
            Type.Object({
              ...ListMembers,
              limit: Maybe(Type.Integer({ minimum: 0, maximum: 100 })),
              filter: Maybe(AnyObject),
            }),
          ),
          response: { 200: ListOut },
        },
        config: read,
      },
      async ({ body, identity, now }) => {
        const listing = compileListing(sql, listingOf(body ?? {}, { rsvpIds: [], statuses: [] }))
        const where = sql`${compileFilter(sql, V1_FIELDS, body?.filter, now)} and ${listing}`
        return list(identity, body ?? {}, { eventIds: [], where })
      },
    )

    app.get(
      '/events/v1/rsvp/:rsvpId',
      {
        schema: {
          params: RsvpParams,
          querystring: Type.Object({
            eventId: Type.Optional(Guid),
            fieldset: ListOf(OneOf(RSVP_FIELDSETS), 20),
          }),
          response: { 200: OneRsvp },
        },
        config: read,
      },
      async ({ params, query, identity }) => {
        const rsvp = await getRsvp(sql, identity.siteId, params.rsvpId.toLowerCase())
        if (query.eventId && query.eventId.toLowerCase() !== rsvp.eventId) throw rsvpNotFound(rsvp.rsvpId)
        refuseOtherEvents(identity, rsvp.eventId)
        return { rsvp: toWireV1Rsvp(rsvp, query.fieldset ?? []) }
      },
    )

    app.post(
      '/events/v1/rsvp',
      {
        schema: {
          body: Type.Object({
            eventId: Guid,
            form: FormResponseIn,
            status: Maybe(Status),
            memberId: Maybe(Guid),
            options: V1OptionsIn,
            marketingConsent: Maybe(Type.Boolean()),
          }),
          response: {
            200: Type.Object({
              rsvp: V1RsvpOut,
              ...LinksOut,
            }),
          },
        },
        config: { permission: 'CREATE_RSVP' },
      },
      async request => {
        const { body, identity, now } = request
        const { silent, ...options } = toV1Options(body.options)
        refuseOptions(identity, { ...options, silent })
        const wanted = {
          eventId: body.eventId.toLowerCase(),
          memberId: body.memberId?.toLowerCase() ?? null,
          ...replyIn(body.form.inputValues ?? []),
          status: fromV1Status(body.status ?? 'YES'), // inferred: the first of the published words
          disableNotifications: silent,
          marketingConsent: body.marketingConsent ?? false,
          language: wantedLanguage(request),
          extendedFields: null,
          options,
        }
        const { rsvp, event } = await inTransaction(sql, tx => createRsvp(tx, wanted, { identity, now }))
        const site = await getSite(sql, identity.siteId)
        return { rsvp: toWireV1Rsvp(rsvp, RSVP_FIELDSETS), ...linksOf({ rsvp, event, site }, { keys, publicUrl }) }
      },
    )

    app.patch(
      '/events/v1/rsvp/:rsvpId',
      {
        schema: {
          params: RsvpParams,
          body: Type.Object({
            eventId: Guid,
            fields: Maybe(FieldMask),
            rsvpForm: Maybe(FormResponseIn),
            status: Maybe(Status),
            options: V1OptionsIn,
          }),
          response: { 200: OneRsvp },
        },
        config: manage,
      },
      async ({ params, body, identity, now }) => {
        const change = maskedChange(body, maskPaths(body.fields, 'fields'))
        const of = { rsvpIds: [params.rsvpId.toLowerCase()], eventId: body.eventId.toLowerCase() }
        const options = toV1Options(body.options)
        const [rsvp] = await changeAll({ ...of, change, options }, { identity, now })
        if (!rsvp) throw new Error('an RSVP that was changed is gone')
        return { rsvp: toWireV1Rsvp(rsvp, RSVP_FIELDSETS) }
      },
    )

    app.patch(
      '/events/v1/rsvp',
      {
        schema: {
          body: Type.Object({
            eventId: Guid,
            rsvpId: Type.Array(Guid, { minItems: 1, maxItems: 100 }),
            fields: Maybe(FieldMask),
            status: Maybe(Status),
          }),
          response: { 200: Type.Object({ rsvps: Type.Array(V1RsvpOut) }) },
        },
        config: manage,
      },
      async ({ body, identity, now }) => {
        const change = maskedChange({ status: body.status }, maskPaths(body.fields, 'fields'))
        const rsvpIds = [...new Set(body.rsvpId.map(id => id.toLowerCase()))]
        const of = { rsvpIds, eventId: body.eventId.toLowerCase() }
        const rsvps = await changeAll({ ...of, change, options: toV1Options(null) }, { identity, now })
        return { rsvps: rsvps.map(rsvp => toWireV1Rsvp(rsvp, RSVP_FIELDSETS)) }
      },
    )

    app.delete(
      '/events/v1/rsvp',
      {
        schema: {
          querystring: Type.Object({
            eventId: Guid,
            rsvps: Type.Array(Guid, { minItems: 1, maxItems: 100 }),
          }),
          response: { 200: Nothing },
        },
        config: manage,
      },
      async ({ query, identity, now }) => {
        const rsvpIds = [...new Set(query.rsvps.map(id => id.toLowerCase()))]
        const of = { eventId: query.eventId.toLowerCase(), rsvpIds }
        await inTransaction(sql, tx => removeRsvpsOf(tx, of, { identity, now }))
        return {}
      },
    )

    app.post(
      '/events/v1/rsvp/check-in',
      {
        schema: {
          body: Type.Object({ eventId: Guid, rsvpId: Guid, guestId: GuestIds }),
          response: { 200: OneRsvp },
        },
        config: checkIn,
      },
      async ({ body, identity, now }) => {
        const rsvp = await inTransaction(sql, tx => checkInGuests(tx, checkInOf(body), { identity, now }))
        return { rsvp: toWireV1Rsvp(rsvp, RSVP_FIELDSETS) }
      },
    )

    app.delete(
      '/events/v1/rsvp/check-in',
      {
        schema: {
          querystring: Type.Object({ eventId: Guid, rsvpId: Guid, guestId: GuestIds }),
          response: { 200: OneRsvp },
        },
        config: checkIn,
      },
      async ({ query, identity, now }) => {
        const rsvp = await inTransaction(sql, tx => cancelCheckIn(tx, checkInOf(query), { identity, now }))
        return { rsvp: toWireV1Rsvp(rsvp, RSVP_FIELDSETS) }
      },
    )

    async function list(
      identity: Identity,
      asked: Asked & { limit?: number | null },
      { eventIds, where }: { eventIds: readonly string[]; where: RsvpSelection['where'] },
    ) {
      const isLimited = eventIds.length > 0 || (identity.kind === 'staff' && identity.eventIds !== null)
      const visible = isLimited ? visibleEvents(identity, eventIds) : null
      const selection = { siteId: identity.siteId, eventIds: visible, where }
      const { offset, limit } = { offset: asked.offset ?? 0, limit: asked.limit ?? 100 }
      const page = pageByOffset(sql, { orderBy: compileV1Sort(sql, asked.sort), limit, offset })
      const rsvps = limit > 0 ? await listRsvps(sql, selection, page) : []
      const facets = V1_FACETS.filter(facet => asked.facet?.includes(facet))
      return {
        total: await countRsvps(sql, selection),
        offset,
        limit,
        rsvps: rsvps.map(rsvp => toWireV1Rsvp(rsvp, asked.fieldset ?? [])),
        ...toFacets(facets, facets.length > 0 ? await countFacets(sql, selection) : null),
      }
    }

    /** All of the named or none, in id order: two who change the same ones take turns. */
    async function changeAll(
      {
        rsvpIds,
        eventId,
        change,
        options,
      }: { rsvpIds: readonly string[]; eventId: string; change: RsvpChange; options: RsvpOptions },
      by: { identity: Identity; now: Date },
    ) {
      return inTransaction(sql, async tx => {
        const changed: Rsvp[] = []
        for (const rsvpId of rsvpIds.toSorted())
          changed.push(await changeRsvp(tx, { rsvpId, eventId, revision: null, changeOf: () => change, options }, by))
        return rsvpIds.flatMap(rsvpId => changed.find(rsvp => rsvp.rsvpId === rsvpId) ?? [])
      })
    }
  }
}

type Asked = {
  offset?: number | null
  fieldset?: RsvpFieldset[] | null
  memberId?: string[] | null
  contactId?: string[] | null
  eventCreatorId?: string[] | null
  facet?: string[] | null
  searchPhrase?: string | null
  sort?: string | null
  tag?: (typeof V1_TAGS)[number][] | null
}

function listingOf(asked: Asked, named: Pick<V1Listing, 'rsvpIds' | 'statuses'>): V1Listing {
  return {
    ...named,
    memberIds: asked.memberId ?? [],
    contactIds: asked.contactId ?? [],
    eventCreatorIds: asked.eventCreatorId ?? [],
    tags: asked.tag ?? [],
    searchPhrase: asked.searchPhrase ?? '',
  }
}

/** inferred: facets that are not known count nothing and are left out. */
function toFacets(asked: readonly V1Facet[], counted: Awaited<ReturnType<typeof countFacets>> | null) {
  const entries = counted ? asked.map(facet => [facet, counted[facet]] as const) : []
  const counts = entries.map(([facet, values]) => [
    facet,
    { counts: Object.fromEntries(Object.entries(values).map(([value, { count }]) => [value, count])) },
  ])
  return {
    facets: Object.fromEntries(counts),
    rsvpFacets: { facets: Object.fromEntries(entries.map(([facet, values]) => [facet, { counts: values }])) },
  }
}

type V1Changes = { status?: V1Status | null | undefined; rsvpForm?: Parameters<typeof formIn>[0] }

/**
 * What a mask lets through (api 8.3): neither answers nor status can be cleared. Without a mask what was sent changes
 * (inferred: api 8.4).
 */
function maskedChange({ status, rsvpForm }: V1Changes, mask: readonly string[]): RsvpChange {
  const unknown = mask.find(path => !['status', 'rsvpForm', 'rsvpForm.inputValues'].includes(path))
  if (unknown !== undefined) throw invalid('fields', `cannot change "${unknown}"`, 'FIELD_NOT_ALLOWED')
  const named = (path: string, given: unknown) =>
    mask.length === 0 ? given !== undefined && given !== null : mask.some(each => each.split('.')[0] === path)
  if (named('status', status) && !status) throw invalid('status', 'must not be empty', 'REQUIRED_FIELD')
  if (named('rsvpForm', rsvpForm) && !rsvpForm) throw invalid('rsvpForm', 'must not be empty', 'REQUIRED_FIELD')
  if (mask.length === 0 && !status && !rsvpForm) throw invalid('status', 'must not be empty', 'REQUIRED_FIELD')
  return {
    ...(named('status', status) && status && { status: fromV1Status(status) }),
    ...(named('rsvpForm', rsvpForm) && rsvpForm && formIn(rsvpForm)),
  }
}

function formIn(form: { inputValues?: Parameters<typeof replyIn>[0] | null } | null | undefined) {
  return replyIn(form?.inputValues ?? [])
}

function checkInOf({ eventId, rsvpId, guestId }: { eventId: string; rsvpId: string; guestId?: number[] | null }) {
  return { eventId: eventId.toLowerCase(), rsvpId: rsvpId.toLowerCase(), guestIds: guestId ?? null, at: null }
}
