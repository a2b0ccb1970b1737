import type { FastifyReply, FastifyRequest } from 'fastify'
import { gatherSeries } from '../categories/series.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { sendAnswer } from '../memory/answers.ts'
import { isGuest } from '../memory/guests.ts'
import type { Named } from '../memory/load.ts'
import type { Memory } from '../memory/memory.ts'
import { answerOf, type Remembered } from '../memory/remembered.ts'
import { findSite } from '../sites/store.ts'
import { cloneEvent } from '../ticket-definitions/clone-event.ts'
import { pageOf } from '../wire/pages.ts'
import { cancelJobs, changeEventsLater, deleteJobs } from './bulk.ts'
import { sendCalendar } from './calendar.ts'
import { createEvent } from './create.ts'
import { isDraft } from './model.ts'
import { compileEventQuery } from './queries.ts'
import {
  ActOnEvent,
  ChangeEventsByFilter,
  CloneEvent,
  CountEventsByStatus,
  CreateEvent,
  DeleteEvent,
  type Fieldset,
  GetCalendarFile,
  GetEvent,
  GetEventBySlug,
  ListEventsByCategory,
  QueryEvents,
  UpdateEvent,
} from './schemas.ts'
import { checkFieldsets, checkVisible, demand, showEvent, showEvents, showToGuest, type Viewer } from './show.ts'
import {
  countEvents,
  countEventsByStatus,
  eventNotFound,
  findEvent,
  getEvent,
  getEventBySlug,
  listEvents,
  listEventsOfCategory,
  slugNotFound,
} from './store.ts'
import { cancelEvent, publishDraftEvent, removeEvent } from './transitions.ts'
import { updateEvent } from './update.ts'
import { calendarEntryOf } from './wire.ts'

/** Events V3 (events section 1) and the calendar file that its answers link to. */
export function eventRoutes({ sql, publicUrl }: Deps, memory: Memory) {
  return async (app: App) => {
    const manage = { permission: 'MANAGE_EVENTS' } as const
    const read = { permission: 'READ_EVENTS' } as const

    app.post('/events/v3/events', { schema: CreateEvent, config: manage }, async request => {
      const { event, draft, fields } = request.body
      const viewer = viewerOf(request, fields)
      return inTransaction(sql, async tx => {
        const created = await createEvent(tx, { event, draft: draft ?? false }, request.identity, request.now)
        await gatherSeries(tx, created, request.identity, request.now)
        return { event: await showEvent(tx, created, viewer) }
      })
    })

    app.get('/events/v3/events/:eventId', { schema: GetEvent, config: read }, async (request, reply) => {
      const viewer = viewerOf(request, request.query.fields)
      const { siteId } = request.identity
      const eventId = request.params.eventId.toLowerCase()
      if (isGuest(request.identity)) return answerGuest(request, reply, { named: { siteId, eventId }, viewer })
      const event = await getEvent(sql, siteId, eventId)
      checkVisible(request.identity, event)
      return { event: await showEvent(sql, event, viewer) }
    })

    app.get('/events/v3/events/slug/:slug', { schema: GetEventBySlug, config: read }, async (request, reply) => {
      const viewer = viewerOf(request, request.query.fields)
      const { siteId } = request.identity
      const { slug } = request.params
      if (isGuest(request.identity)) return answerGuest(request, reply, { named: { siteId, slug }, viewer })
      const event = await getEventBySlug(sql, siteId, slug)
      checkVisible(request.identity, event)
      return { event: await showEvent(sql, event, viewer) }
    })

    app.post('/events/v3/events/query', { schema: QueryEvents, config: read }, async request => {
      const { query, fields, includeDrafts } = request.body ?? {}
      const viewer = viewerOf(request, fields)
      if (includeDrafts) demand(request.identity, 'READ_DRAFT_EVENTS')
      const compiled = compileEventQuery(sql, query, request.now)
      const selection = { siteId: request.identity.siteId, includeDrafts: includeDrafts ?? false, query: compiled }
      const [total, events] = await Promise.all([
        countEvents(sql, selection),
        compiled.limit > 0 ? listEvents(sql, selection) : [],
      ])
      const { rows, metadata } = pageOf(compiled, events, total)
      return { events: await showEvents(sql, rows, viewer), pagingMetadata: metadata }
    })

    app.post('/events/v3/events/count-by-status', { schema: CountEventsByStatus, config: read }, async request => {
      const { filter, facet, includeDrafts } = request.body ?? {}
      const { identity, now } = request
      if (includeDrafts) demand(identity, 'READ_DRAFT_EVENTS')
      const query = compileEventQuery(sql, { filter: filter ?? {}, paging: {} }, now)
      const selection = { siteId: identity.siteId, includeDrafts: includeDrafts ?? false, query, now }
      const counted = await countEventsByStatus(sql, selection)
      const total = counted.reduce((sum, { count }) => sum + count, 0)
      const counts = Object.fromEntries(counted.map(({ status, count }) => [status, count]))
      // inferred: a facet that is not known counts nothing and is left out (events 1.14.10).
      return {
        pagingMetadata: pageOf(query, [], total).metadata,
        facets: facet?.includes('status') ? { status: { counts } } : {},
      }
    })

    app.get('/events/v3/events/category/:categoryId', { schema: ListEventsByCategory, config: read }, async request => {
      const viewer = viewerOf(request, request.query.fields)
      // inferred: 100 events, unless the caller says otherwise.
      const { limit = 100, offset = 0 } = request.query.paging ?? {}
      const categoryId = request.params.categoryId.toLowerCase()
      const { events, total } = await listEventsOfCategory(sql, viewer.identity.siteId, { categoryId, limit, offset })
      return {
        events: await showEvents(sql, events, viewer),
        pagingMetadata: { count: events.length, offset, total, tooManyToCount: false },
      }
    })

    app.patch('/events/v3/events/:eventId', { schema: UpdateEvent, config: manage }, async request => {
      const { event: changes, fields, ifUpdatedDate } = request.body
      const viewer = viewerOf(request, fields)
      const seen = ifUpdatedDate ? new Date(ifUpdatedDate) : null
      return inTransaction(sql, async tx => {
        const updated = await updateEvent(tx, request.params.eventId, { changes, seen }, viewer)
        return { event: await showEvent(tx, updated, viewer) }
      })
    })

    app.post('/events/v3/events/:eventId/clone', { schema: CloneEvent, config: manage }, async request => {
      const { event, draft, fields } = request.body ?? {}
      const viewer = viewerOf(request, fields)
      const cloning = { eventId: request.params.eventId.toLowerCase(), changes: event ?? {}, draft: draft ?? null }
      return inTransaction(sql, async tx => {
        const clone = await cloneEvent(tx, cloning, viewer)
        return { event: await showEvent(tx, clone, viewer) }
      })
    })

    app.post('/events/v3/events/:eventId/publish', { schema: ActOnEvent, config: manage }, async request => {
      const viewer = viewerOf(request, request.body?.fields)
      return inTransaction(sql, async tx => {
        const published = await publishDraftEvent(tx, request.params.eventId, request.identity, request.now)
        await gatherSeries(tx, published, request.identity, request.now)
        return { event: await showEvent(tx, published, viewer) }
      })
    })

    app.post('/events/v3/events/:eventId/cancel', { schema: ActOnEvent, config: manage }, async request => {
      const viewer = viewerOf(request, request.body?.fields)
      return inTransaction(sql, async tx => {
        const canceled = await cancelEvent(tx, request.params.eventId, request.identity, request.now)
        return { event: await showEvent(tx, canceled, viewer) }
      })
    })

    app.delete('/events/v3/events/:eventId', { schema: DeleteEvent, config: manage }, async request => {
      const { eventId } = await inTransaction(sql, tx =>
        removeEvent(tx, request.params.eventId, request.identity, request.now),
      )
      return { eventId }
    })

    for (const [path, kind] of [
      ['cancel-by-filter', cancelJobs],
      ['delete-by-filter', deleteJobs],
    ] as const)
      app.post(`/events/v3/bulk/events/${path}`, { schema: ChangeEventsByFilter, config: manage }, async request => {
        await inTransaction(sql, tx => changeEventsLater(tx, { kind, query: request.body.filter }, request))
        return {}
      })

    // A calendar fetches it without any identity, so the link itself names the site.
    const open = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const
    app.get(
      '/boxoffice/v1/events/:eventId/calendar.ics',
      { schema: GetCalendarFile, config: open },
      async (request, reply) => {
        const { eventId } = request.params
        const site = await findSite(sql, request.query.siteId)
        const event = site && (await findEvent(sql, site.siteId, eventId))
        const entry = event && !isDraft(event) ? calendarEntryOf(event, { site, publicUrl }) : null
        if (!entry) throw eventNotFound(eventId)
        return sendCalendar(reply, eventId, entry)
      },
    )

    /** From memory if it can be, and then at once: a crowd that reloads must not reach the database. */
    function answerGuest(
      request: FastifyRequest,
      reply: FastifyReply,
      { named, viewer }: { named: Named; viewer: Viewer },
    ): FastifyReply | Promise<FastifyReply> {
      const { identity, now } = viewer
      const known = memory.recall(named, now)
      return known ? send(known) : memory.read(named, now).then(send)

      function send(found: Remembered | null): FastifyReply {
        if (!found) throw 'slug' in named ? slugNotFound(named.slug) : eventNotFound(named.eventId)
        checkVisible(identity, found.loaded.event)
        const name = `event ${[...new Set(viewer.fields)].sort().join()}`
        const answer = answerOf(found, { name, now, reply }, () => ({ event: showToGuest(found.loaded, viewer) }))
        return sendAnswer(request, reply, answer)
      }
    }

    function viewerOf(
      { identity, now }: Pick<FastifyRequest, 'identity' | 'now'>,
      fields: Fieldset[] | null | undefined,
    ): Viewer {
      checkFieldsets(identity, fields)
      return { identity, now, publicUrl, fields }
    }
  }
}
