import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { baseOf, type Hosts } from '../sites/hosts.ts'
import { findFirstSiteId, findSite } from '../sites/store.ts'
import { Guid } from '../wire/shapes.ts'
import type { Bundle } from './bundle.ts'

/** What other people's pages load to show and sell tickets (docs/embedding.md), from any origin. */
export function embedRoutes({ sql, publicUrl }: Deps, { embed }: Bundle, hosts: Hosts) {
  return async (app: App) => {
    const scripts = new Map<string, { text: string; etag: string }>()

    app.get(
      '/embed.js',
      {
        schema: { hide: true, querystring: Type.Object({ site: Type.Optional(Guid) }) },
        config: { public: true },
      },
      async (request, reply) => {
        const siteId = await siteOf(request)
        const base = baseOf(siteId, publicUrl)
        const script = scripts.get(`${siteId} ${base}`) ?? scriptOf(siteId, base)
        reply.headers({
          etag: script.etag,
          // Its address never changes, so that pages need not either.
          'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
          'cross-origin-resource-policy': 'cross-origin',
        })
        if (request.headers['if-none-match']?.includes(script.etag)) return reply.code(304).send()
        return reply.type('text/javascript; charset=utf-8').send(script.text)
      },
    )

    /** The site that a page names, else whose host it is, else the first of the installation. @throws Refusal NOT_FOUND */
    async function siteOf({ query: { site: named }, hostname }: Asked): Promise<string> {
      const site =
        named === undefined
          ? (hosts.siteAt(hostname) ?? (await findFirstSiteId(sql)))
          : (await findSite(sql, named))?.siteId
      if (!site) throw new Refusal('NOT_FOUND', 'There is no such site.')
      return site
    }

    function scriptOf(siteId: string, base: string) {
      const text = embed.replace('%SITE_ID%', siteId).replace('%PUBLIC_URL%', base)
      const script = { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` }
      scripts.set(`${siteId} ${base}`, script)
      return script
    }
  }
}

type Asked = { query: { site?: string }; hostname: string }
