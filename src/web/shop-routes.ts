import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { EventsSearch, UpcomingEvents } from '../../web/shop/boot.ts'
import { addresses, keyOf, questions, searchOf } from '../../web/shop/boot.ts'
import { findSlugAfter } from '../events/former-slugs.ts'
import type { App, Deps } from '../http/app.ts'
import { isGuid } from '../ids.ts'
import { answerErrorsAsPages } from '../pages/errors.ts'
import { listPolicies } from '../policies/store.ts'
import { browserOf } from '../redirects/browser.ts'
import { Refusal } from '../refusals.ts'
import { type Hosts, readSitePath, storefrontOf } from '../sites/hosts.ts'
import { findFirstSiteId, findSite, type Site } from '../sites/store.ts'
import { keepLanguage, languageOf } from '../texts/language.ts'
import { Text } from '../wire/shapes.ts'
import type { Bundle } from './bundle.ts'
import { pageHeaders } from './document.ts'
import { gatherEventPage, headOf, requestOf, summaryOf } from './event-page.ts'
import { guestApi } from './guest-api.ts'
import { type Material, rememberPages, rendered, sendRendered } from './remembered-pages.ts'
import { type Shown, shopDocuments } from './shop-documents.ts'
import { structuredEvent, structuredList } from './structured-data.ts'

/** Guests' pages, rendered here and taken over by their script (web/shop/), and the files that scripts are in. */
export function shopRoutes({ sql, keys, publicUrl, serviceFeePercent }: Deps, bundle: Bundle, hosts: Hosts) {
  return async (app: App) => {
    const ask = guestApi(app, keys)
    const pages = rememberPages(sql)
    const render = shopDocuments({ publicUrl, serviceFeePercent }, bundle)
    const sites = new Map<string | null, { site: Site; at: number }>()
    app.addHook('onClose', async () => pages.stop())
    await app.register(fastifyStatic, {
      root: bundle.assets,
      prefix: '/assets/',
      decorateReply: false,
      // A file's name has its content's hash in it.
      immutable: true,
      maxAge: '365d',
      preCompressed: true,
      schemaHide: true,
    })
    answerErrorsAsPages(app)
    const hidden = { hide: true } as const // pages for people, no part of the API
    const open = { public: true, rateLimit: { max: 1200, timeWindow: '1 minute' } } as const
    // A page from memory costs little, and a whole hall may come from one address.
    const cheap = { public: true, rateLimit: { max: 12_000, timeWindow: '1 minute' } } as const
    const params = Type.Object({ slug: Text(1, 300) })

    app.get('/', { schema: hidden, config: open }, async (request, reply) => {
      const search = searchFrom(request.query as Record<string, unknown>)
      const path = `/${searchOf(search)}`
      const question = questions.upcoming(search)
      return send({ request, reply }, path, async site => {
        const answer = await ask(site.siteId, { ...requestOf(question), now: request.now })
        if (answer.status !== 200) throw new Error(`the list of events answers ${answer.status}`)
        const found = answer.body as UpcomingEvents // as `UpcomingOut` says
        const category = found.categories.find(each => each.id === search.category)
        return {
          made: answer.etag,
          page: { kind: 'events', search },
          answers: { [keyOf(question)]: answer.body },
          head: {
            title: category ? `${category.name} – ${site.name}` : site.name,
            description: found.shows
              .slice(0, 5)
              .map(({ event }) => event.title)
              .join(' · '),
            jsonLd: structuredList(
              found.shows.map(({ event }) => ({
                title: event.title,
                url: storefrontOf(site.siteId, publicUrl) + eventPath(event.slug),
              })),
            ),
            robots: search.q === '' ? undefined : 'noindex',
          },
        }
      })
    })

    app.get('/event-details/:slug', { schema: { ...hidden, params }, config: cheap }, async (request, reply) => {
      const { slug } = request.params
      const path = eventPath(slug)
      return send({ request, reply }, path, async site => {
        const found = await gatherEventPage(slug, { ask, sql, site, now: request.now, schedule: 'PUBLISHED' })
        if ('missing' in found) return missing(site, { slug, status: found.missing, behind: '' })
        const { data, definitions, live, answers, made } = found
        const { event } = data
        const description = summaryOf(data)
        const base = storefrontOf(site.siteId, publicUrl)
        const organizer = { name: site.name, url: base }
        return {
          made,
          page: { kind: 'event', ...data },
          answers,
          head: {
            ...headOf(found, { site, publicUrl }),
            jsonLd: structuredEvent(event, { definitions, live, url: base + path, organizer, description }),
          },
        }
      })
    })

    app.get(
      '/event-details/:slug/schedule',
      { schema: { ...hidden, params }, config: open },
      async (request, reply) => {
        const { slug } = request.params
        return send({ request, reply }, `${eventPath(slug)}/schedule`, async site => {
          const found = await gatherEventPage(slug, { ask, sql, site, now: request.now, schedule: 'PUBLISHED' })
          if ('missing' in found) return missing(site, { slug, status: found.missing, behind: '/schedule' })
          const { event, schedule } = found.data
          if (schedule.length === 0) return missing(site, { slug: '', status: 404, behind: '' })
          return {
            made: found.made,
            page: { kind: 'schedule', event, schedule },
            answers: {},
            head: headOf(found, { site, publicUrl }),
          }
        })
      },
    )

    app.get(
      '/event-details/:slug/ticket-form',
      {
        schema: { ...hidden, params, querystring: Type.Object({ reservationId: Type.Optional(Text(0, 100)) }) },
        config: open,
      },
      async (request, reply) => {
        const { slug } = request.params
        const { reservationId = '' } = request.query
        return sendOnce({ request, reply }, `${eventPath(slug)}/ticket-form`, async site => {
          const about = (address: string) => ask(site.siteId, { address, now: request.now })
          const address = addresses.eventForCheckout(slug)
          const answer = await about(address)
          if (answer.status !== 200) return missing(site, { slug, status: answer.status, behind: '/ticket-form' })
          const { event } = answer.body as { event: { id: string; title: string } }
          const methods = addresses.paymentMethods(event.id)
          const policies = await listPolicies(sql, site.siteId, event.id)
          return {
            made: '',
            page: {
              kind: 'checkout',
              slug,
              reservationId: isGuid(reservationId) ? reservationId.toLowerCase() : '',
              redirected: browserOf(request.headers)?.siteId === site.siteId,
              policies: policies.map(({ policyId: id, name, body }) => ({ id, name, body })),
            },
            answers: {
              [address]: answer.body,
              [methods]: (await about(methods)).body,
              [addresses.checkoutOptions]: (await about(addresses.checkoutOptions)).body,
            },
            head: { title: `${event.title} – ${site.name}`, description: event.title, robots: 'noindex' },
          }
        })
      },
    )

    /** Where a link to an event that is not there leads: to its new address (events 1.9.8), else to a page that says so. */
    async function missing(
      site: Site,
      { slug, status, behind }: { slug: string; status: number; behind: string },
    ): Promise<Made> {
      const newSlug = status === 404 && slug !== '' ? await findSlugAfter(sql, site.siteId, slug) : null
      return {
        made: `${status} ${newSlug}`,
        status: newSlug === null ? 404 : 301,
        ...(newSlug !== null && { location: `${eventPath(newSlug)}${behind}` }),
        page: { kind: status === 403 ? 'notYet' : 'notFound' },
        answers: {},
        head: { title: site.name, description: site.name, robots: 'noindex' },
      }
    }

    /**
     * Whose storefront it is: the site's that the path names, else the one's whose host the request names, else the
     * installation's first; each looked up once a second at most.
     * @returns `home` is where its pages are: a path that ends in `/`
     * @throws Refusal NOT_FOUND
     */
    async function storeOf({ hostname, originalUrl }: Asked['request']): Promise<{ site: Site; home: string }> {
      const inPath = readSitePath(originalUrl)?.siteId ?? null
      const home = inPath === null ? '/' : `/s/${inPath}/`
      const named = inPath ?? hosts.siteAt(hostname)
      const at = performance.now()
      const known = sites.get(named)
      if (known && at - known.at < SITE_MILLISECONDS) return { site: known.site, home }
      const siteId = named ?? (await findFirstSiteId(sql))
      if (siteId === null) throw new Error('there is no site')
      const site = await findSite(sql, siteId)
      if (!site) throw new Refusal('NOT_FOUND', 'There is no such site.')
      sites.set(named, { site, at })
      return { site, home }
    }

    /** Sends what `gather` finds for a path as a page in the language of whoever asks. */
    async function send(
      { request, reply }: Asked,
      path: string,
      gather: (site: Site) => Promise<Made>,
    ): Promise<FastifyReply> {
      const { site, home } = await storeOf(request)
      const language = languageOf(request, site)
      keepLanguage(reply)
      const page = await pages.pageOf(
        { siteId: site.siteId, name: `${language} ${home}${path.slice(1)}`, now: request.now },
        async (): Promise<Material> => {
          const found = await gather(site)
          return {
            made: `${site.name} ${site.locale} ${found.made}`,
            render: () => render(found, { site, home, language, path, now: request.now }),
          }
        },
      )
      return sendRendered(request, pageHeaders(reply), page)
    }

    /** The same for a page that is somebody's own. */
    async function sendOnce(
      { request, reply }: Asked,
      path: string,
      gather: (site: Site) => Promise<Made>,
    ): Promise<FastifyReply> {
      const { site, home } = await storeOf(request)
      const language = languageOf(request, site)
      keepLanguage(reply)
      const made = await render(await gather(site), { site, home, language, path, now: request.now })
      return sendRendered(request, pageHeaders(reply), rendered(made))
    }
  }
}

const SITE_MILLISECONDS = 1000

type Asked = { request: FastifyRequest; reply: FastifyReply }

/** What a route found out for its page; `made` differs when the page would. */
type Made = Shown & { made: string }

function eventPath(slug: string): string {
  return `/event-details/${encodeURIComponent(slug)}`
}

/** What an address says; what makes no sense in it says nothing, for addresses are typed and cut off. */
function searchFrom({ q, category, page }: { q?: unknown; category?: unknown; page?: unknown }): EventsSearch {
  const number = typeof page === 'string' && /^\d{1,3}$/.test(page) ? Number(page) : 1
  return {
    q: typeof q === 'string' ? q.replace(/\p{C}/gu, ' ').trim().slice(0, 100) : '',
    category: typeof category === 'string' && isGuid(category) ? category.toLowerCase() : null,
    page: Math.max(1, number),
  }
}
