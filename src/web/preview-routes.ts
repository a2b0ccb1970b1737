import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { keepToCaller } from '../pages/page.ts'
import { hasUnpublishedChanges } from '../schedule/store.ts'
import { homeOf } from '../sites/hosts.ts'
import { keepLanguage, languageOf } from '../texts/language.ts'
import { Guid, InstantOut, Text } from '../wire/shapes.ts'
import type { Bundle } from './bundle.ts'
import { PREVIEW_POLICY, pageHeaders } from './document.ts'
import { gatherEventPage, headOf } from './event-page.ts'
import {
  loadAsPublished,
  PREVIEW_HOURS_DEFAULT,
  PREVIEW_HOURS_MAX,
  previewAddress,
  previewApi,
  previewPath,
  previewQuery,
  siteOfPreview,
} from './preview.ts'
import { shopDocuments } from './shop-documents.ts'

/** Links to an event as guests will see it, for who may see drafts: of our own API. */
export function previewLinkRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/events/:eventId/preview-links',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          body: Type.Object({ hours: Type.Optional(Type.Integer({ minimum: 1, maximum: PREVIEW_HOURS_MAX })) }),
          response: {
            200: Type.Object({
              previewLink: Type.Object({ url: Type.String(), path: Type.String(), expirationDate: InstantOut }),
            }),
          },
        },
        config: { permission: 'READ_DRAFT_EVENTS' },
      },
      async ({ params, body: { hours = PREVIEW_HOURS_DEFAULT }, identity, now }) => {
        const { siteId } = identity
        const { eventId } = await getEvent(sql, siteId, params.eventId.toLowerCase())
        refuseOtherEvents(identity, eventId)
        const until = Math.floor(now.getTime() / 1000) + hours * 3600
        const address = previewAddress({ siteId, eventId, until }, { keys, publicUrl })
        return { previewLink: { ...address, expirationDate: new Date(until * 1000) } }
      },
    )
  }
}

type Asked = FastifyRequest<{ Params: { eventId: string }; Querystring: { until?: string; token?: string } }>

/** The page of an event, and of its schedule, as guests will see them, for whoever has a link. */
export function previewRoutes({ sql, keys, publicUrl, serviceFeePercent }: Deps, bundle: Bundle) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const render = shopDocuments({ publicUrl, serviceFeePercent }, bundle)
    const options = {
      schema: {
        hide: true, // pages for people, no part of the API
        params: Type.Object({ eventId: Text(1, 36) }),
        querystring: Type.Object({
          until: Type.Optional(Text(0, 20)),
          token: Type.Optional(Text(0, 100)),
        }),
      },
      config: { public: true, rateLimit: { max: 300, timeWindow: '1 minute' } },
    } as const

    app.get('/event-previews/:eventId', options, (request, reply) => show(request, reply, 'event'))
    app.get('/event-previews/:eventId/schedule', options, (request, reply) => show(request, reply, 'schedule'))

    async function show(request: Asked, reply: FastifyReply, kind: 'event' | 'schedule'): Promise<FastifyReply> {
      const { now } = request
      const { token = '' } = request.query
      const until = Number(request.query.until)
      const eventId = request.params.eventId.toLowerCase()
      const siteId = siteOfPreview({ eventId, until, token }, keys)
      if (siteId === null) return sendNotFound(reply, 'preview')
      if (until * 1000 <= now.getTime()) return sendNotFound(reply, 'previewEnded', 410)
      const found = await loadAsPublished(sql, { siteId, eventId }, now)
      if (!found) return sendNotFound(reply, 'preview')
      const { loaded, wasDraft } = found
      const { site } = loaded
      const ask = await previewApi(sql, { loaded, publicUrl, now })
      const gathered = await gatherEventPage(loaded.event.slug, { ask, sql, site, now, schedule: 'DRAFT' })
      if ('missing' in gathered) return sendNotFound(reply, 'preview')
      const { data, answers } = gathered
      const { event, schedule } = data
      if (kind === 'schedule' && schedule.length === 0) return sendNotFound(reply, 'preview')
      const language = languageOf(request, site)
      const { html } = await render(
        {
          page: kind === 'event' ? { kind, ...data } : { kind, event, schedule },
          answers,
          preview: {
            until: new Date(until * 1000).toISOString(),
            timeZoneId: event.dateAndTimeSettings.timeZoneId ?? site.timeZone,
            isPublished: !wasDraft,
            isScheduleDraft: schedule.length > 0 && (await hasUnpublishedChanges(sql, siteId, [eventId])),
            path: previewPath(eventId),
            query: previewQuery({ until, token }),
          },
          head: { ...headOf(gathered, { site, publicUrl }), robots: 'noindex, nofollow' },
        },
        { site, home: homeOf(siteId), language, path: `/event-details/${encodeURIComponent(event.slug)}`, now },
      )
      keepLanguage(reply)
      keepToCaller(pageHeaders(reply, PREVIEW_POLICY))
      // The desk shows it inside of its own page.
      return reply.header('x-frame-options', 'SAMEORIGIN').send(html)
    }
  }
}
