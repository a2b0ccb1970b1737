import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { addresses, type Boot, type ShopPage } from '../../web/shop/boot.ts'
import type { App, Deps } from '../http/app.ts'
import { isGuid } from '../ids.ts'
import { answerErrorsAsPages } from '../pages/errors.ts'
import { listPolicies } from '../policies/store.ts'
import { browserOf } from '../redirects/browser.ts'
import { findFirstSiteId, getSite, type Site } from '../sites/store.ts'
import { keepLanguage, languageOf } from '../texts/language.ts'
import { LANGUAGES, textsIn } from '../texts/texts.ts'
import { Text } from '../wire/shapes.ts'
import { type Bundle, openBundle } from './bundle.ts'
import { documentOf, type Head, sendDocument } from './document.ts'
import { type GuestAnswer, guestApi } from './guest-api.ts'

/** Guests' pages, rendered here and taken over by their script (web/shop/), and the files that scripts are in. */
export function shopRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    const bundle: Bundle = await openBundle()
    const ask = guestApi(app, keys)
    await app.register(fastifyStatic, {
      root: bundle.assets,
      prefix: '/assets/',
      decorateReply: false,
      // A file's name has its content's hash in it.
      immutable: true,
      maxAge: '365d',
      schemaHide: true,
    })
    answerErrorsAsPages(app)
    const hidden = { hide: true } as const // pages for people, no part of the API
    const open = { public: true, rateLimit: { max: 1200, timeWindow: '1 minute' } } as const

    app.get('/', { schema: hidden, config: open }, async (request, reply) => {
      const site = await siteOf()
      return send({ request, reply, site }, { page: { kind: 'events' }, path: '/', answers: {} }, () => ({
        title: site.name,
        description: site.name,
      }))
    })

    app.get(
      '/event-details/:slug',
      { schema: { ...hidden, params: Type.Object({ slug: Text(1, 300) }) }, config: open },
      async (request, reply) => {
        const site = await siteOf()
        const { slug } = request.params
        const address = addresses.eventBySlug(slug)
        const answer = await ask(site.siteId, { address, now: request.now })
        if (answer.status !== 200) return sendMissing({ request, reply, site })
        const { event } = answer.body as { event: { title: string; shortDescription?: string } }
        const page = { kind: 'event', slug } as const
        const path = `/event-details/${encodeURIComponent(slug)}`
        return send({ request, reply, site }, { page, path, answers: { [address]: answer } }, () => ({
          title: `${event.title} – ${site.name}`,
          description: event.shortDescription ?? event.title,
        }))
      },
    )

    app.get(
      '/event-details/:slug/ticket-form',
      {
        schema: {
          ...hidden,
          params: Type.Object({ slug: Text(1, 300) }),
          querystring: Type.Object({ reservationId: Type.Optional(Text(0, 100)) }),
        },
        config: open,
      },
      async (request, reply) => {
        const site = await siteOf()
        const { slug } = request.params
        const { reservationId = '' } = request.query
        const about = (address: string) => ask(site.siteId, { address, now: request.now })
        const address = addresses.eventForCheckout(slug)
        const answer = await about(address)
        if (answer.status !== 200) return sendMissing({ request, reply, site })
        const { event } = answer.body as { event: { id: string; title: string } }
        const methods = addresses.paymentMethods(event.id)
        const answers = {
          [address]: answer,
          [methods]: await about(methods),
          [addresses.checkoutOptions]: await about(addresses.checkoutOptions),
        }
        const policies = await listPolicies(sql, site.siteId, event.id)
        const page = {
          kind: 'checkout',
          slug,
          reservationId: isGuid(reservationId) ? reservationId.toLowerCase() : '',
          redirected: browserOf(request.headers)?.siteId === site.siteId,
          policies: policies.map(({ policyId: id, name, body }) => ({ id, name, body })),
        } as const
        const path = `/event-details/${encodeURIComponent(slug)}`
        return send({ request, reply, site }, { page, path, answers }, () => ({
          title: `${event.title} – ${site.name}`,
          description: event.title,
          noindex: true,
        }))
      },
    )

    /** Whose storefront it is: the installation's first site. */
    async function siteOf(): Promise<Site> {
      const siteId = await findFirstSiteId(sql)
      if (siteId === null) throw new Error('there is no site')
      return await getSite(sql, siteId)
    }

    function sendMissing(asked: Asked): Promise<FastifyReply> {
      return send(asked, { page: { kind: 'notFound' }, path: '/', answers: {}, status: 404 }, () => ({
        title: asked.site.name,
        description: asked.site.name,
        noindex: true,
      }))
    }

    async function send(
      { request, reply, site }: Asked,
      { page, path, answers, status = 200 }: Shown,
      headOf: () => Omit<Head, 'canonical'>,
    ): Promise<FastifyReply> {
      const language = languageOf(request, site)
      keepLanguage(reply)
      reply.header('vary', 'cookie, accept-language')
      const boot: Boot = {
        language,
        direction: textsIn(language).direction,
        languages: LANGUAGES,
        site: { siteId: site.siteId, name: site.name, locale: site.locale },
        page,
        answers: Object.fromEntries(Object.entries(answers).map(([address, { body }]) => [address, body])),
      }
      const head = { canonical: publicUrl + path, ...headOf() }
      const markup = await bundle.renderShop(boot)
      return sendDocument(reply, status, documentOf({ boot, head, files: bundle.filesOf('shop', language), markup }))
    }
  }
}

type Asked = { request: FastifyRequest; reply: FastifyReply; site: Site }
type Shown = { page: ShopPage; path: string; answers: Readonly<Record<string, GuestAnswer>>; status?: number }
