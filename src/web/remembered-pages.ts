import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { onChange } from '../db/changes.ts'
import type { Sql } from '../db/connect.ts'

/** A page as it is sent; smaller ones are made when the first browser that understands them asks. */
export type RenderedPage = {
  status: number
  /** Where it is now. */
  location?: string
  body: Buffer
  etag: string
  packed: Partial<Record<Packing, Buffer>>
}
type Packing = 'br' | 'gzip'

/** What a page is made of: `made` differs when the page would, and costs less than rendering it. */
export type Material = { made: string; render: () => Promise<RenderedText> }
export type RenderedText = Pick<RenderedPage, 'status' | 'location'> & { html: string }

type Entry = { siteId: string; made: string; page: RenderedPage; checkedAt: number; asOf: number }

/**
 * Pages that are the same for everybody, so that a crowd that reloads one costs little. A page is at most so old as
 * `AGE_MAX`, like the answers that it is made of where nobody tells of a change; then what it is made of is looked at
 * again, and it is rendered anew only if that has changed. Of other content than numbers of tickets this process's own
 * changes are heard at once.
 */
export function rememberPages(sql: Sql) {
  const entries = new Map<string, Entry>()
  const underWay = new Map<string, Promise<RenderedPage>>()
  let changes = 0
  const stop = onChange(sql, change => {
    if (change.kind !== 'content') return
    changes += 1
    underWay.clear() // who asks from now on must not get what is being read
    for (const [key, entry] of entries) if (entry.siteId === change.siteId) entries.delete(key)
  })

  async function pageOf(
    { siteId, name, now }: { siteId: string; name: string; now: Date },
    gather: () => Promise<Material>,
  ): Promise<RenderedPage> {
    const key = `${siteId} ${name}`
    const at = performance.now()
    const known = entries.get(key)
    if (known && at - known.checkedAt <= AGE_MAX && Math.abs(now.getTime() - known.asOf) <= AGE_MAX) return known.page
    const begun = underWay.get(key)
    if (begun) return begun
    const changesBefore = changes
    const making = (async () => {
      const { made, render } = await gather()
      const page = known?.made === made ? known.page : rendered(await render())
      if (changes === changesBefore) keep(key, { siteId, made, page, checkedAt: at, asOf: now.getTime() })
      return page
    })().finally(() => {
      if (underWay.get(key) === making) underWay.delete(key)
    })
    underWay.set(key, making)
    return making
  }

  function keep(key: string, entry: Entry): void {
    entries.delete(key)
    entries.set(key, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= PAGES_MAX) break
      entries.delete(oldest)
    }
  }

  return { pageOf, stop }
}

/** In ms. */
const AGE_MAX = 1000
/** Of about 40 KB each, packed ones with them. */
const PAGES_MAX = 500

export function rendered({ html, ...made }: RenderedText): RenderedPage {
  const body = Buffer.from(html)
  // Weak: packed or not, it is one page.
  return { ...made, body, etag: `W/"${hash('sha256', body, 'base64url').slice(0, 27)}"`, packed: {} }
}

/** A page without its body for who has it already, else in the smallest form that the browser takes. */
export async function sendRendered(request: FastifyRequest, reply: FastifyReply, page: RenderedPage) {
  reply.header('etag', page.etag).header('vary', 'accept-encoding, cookie, accept-language')
  if (page.status === 200 && request.headers['if-none-match']?.includes(page.etag)) return reply.code(304).send()
  if (page.location !== undefined) return reply.redirect(page.location, page.status)
  const packing = packingFor(request.headers['accept-encoding'])
  if (packing === null) return reply.code(page.status).send(page.body)
  page.packed[packing] ??= await PACK[packing](page.body)
  return reply.code(page.status).header('content-encoding', packing).send(page.packed[packing])
}

function packingFor(accepted: string | string[] | undefined): Packing | null {
  const names = String(accepted ?? '').split(',')
  const takes = (name: Packing) =>
    names.some(each => new RegExp(`^\\s*${name}\\s*(;\\s*q=(?!0(\\.0*)?\\s*$)|$)`).test(each))
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null
}

const PACK: Readonly<Record<Packing, (body: Buffer) => Promise<Buffer>>> = {
  // The highest levels take a hundred times as long for a tenth less.
  br: body => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: body => promisify(gzip)(body),
}
