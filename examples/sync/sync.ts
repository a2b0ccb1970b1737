import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ticketDefinitionsV2 } from '@wix/events'
import { ApiKeyStrategy, createClient } from '@wix/sdk'
import { openShop, type Product, type Shop } from './shop.ts'

// Keeps the products of another shop equal to the ticket definitions of a site, whatever happens in between: README.md.

const PAGE = 100
const WAIT_SECONDS = 20
const ATTEMPTS_MAX = 8

const { values: wanted } = parseArgs({ options: { once: { type: 'boolean', default: false } } })
const { BOXOFFICE_HOST = '', BOXOFFICE_SITE_ID = '', BOXOFFICE_API_KEY = '', SHOP = 'shop.sqlite' } = process.env
if (!BOXOFFICE_HOST || !BOXOFFICE_SITE_ID || !BOXOFFICE_API_KEY) {
  console.error('Set BOXOFFICE_HOST (like 127.0.0.1:8443), BOXOFFICE_SITE_ID and BOXOFFICE_API_KEY; see README.md.')
  process.exit(2)
}

const client = createClient({
  modules: { ticketDefinitionsV2 },
  auth: ApiKeyStrategy({ apiKey: BOXOFFICE_API_KEY, siteId: BOXOFFICE_SITE_ID }),
  host: { apiBaseUrl: BOXOFFICE_HOST },
})
const shop = openShop(SHOP)
await keepEqual(shop)
shop.close()

async function keepEqual(into: Shop): Promise<void> {
  for (;;) {
    const cursor = into.cursor()
    const isDone = cursor === null ? await copyAll(into) : await follow(into, cursor)
    if (isDone && wanted.once) return
  }
}

/**
 * Copies everything, and deletes what is not there. What changes meanwhile is told after the cursor, which is taken
 * first and kept last: who is killed in between begins anew.
 */
async function copyAll(into: Shop): Promise<false> {
  const { cursor } = await changesAfter(null)
  const seen = new Set<string>()
  let page = await retried(() => definitions().limit(PAGE).find())
  for (;;) {
    into.write(() => {
      for (const item of page.items) seen.add(into.put(productOf(item)))
    })
    if (!page.hasNext()) break
    const { next } = page
    page = await retried(() => next.call(page))
  }
  into.write(() => {
    into.keepOnly(seen)
    into.setCursor(cursor)
  })
  console.log(`copied ${seen.size} definitions`)
  return false
}

/** Brings over what changed after `cursor`. True: there was nothing more. */
async function follow(into: Shop, cursor: string): Promise<boolean> {
  const told = await changesAfter(cursor, wanted.once ? 0 : WAIT_SECONDS)
  if (told === 'HISTORY_ENDED') {
    into.write(() => into.setCursor(null)) // restored from a backup: what we know may not have happened
    return false
  }
  const changed = new Set(told.changes.flatMap(change => change.ticketDefinitionIds))
  const isOfEvent = ({ entityKind }: Change) => entityKind === 'event' || entityKind === 'seating_plan'
  for (const { eventId, entityId, entityKind } of told.changes.filter(isOfEvent))
    for (const id of into.idsOfEvent(entityKind === 'event' ? entityId : (eventId ?? ''))) changed.add(id)

  const products: Product[] = []
  for (const ids of slices([...changed], PAGE)) {
    const found = await retried(() => definitions().in('_id', ids).limit(PAGE).find())
    products.push(...found.items.map(productOf))
  }
  // In one transaction with the cursor: killed before it, the same changes come again, and are the same again.
  into.write(() => {
    for (const product of products) changed.delete(into.put(product))
    for (const gone of changed) into.remove(gone)
    into.setCursor(told.cursor)
  })
  if (told.changes.length > 0) console.log(`${told.changes.length} changes: ${products.length} definitions`)
  return !told.hasMore
}

function definitions() {
  return client.ticketDefinitionsV2.queryTicketDefinitions({ fields: ['SALES_DETAILS'] }).ascending('_createdDate')
}

type Definition = Awaited<ReturnType<ReturnType<typeof definitions>['find']>>['items'][number]

function productOf({ _id, eventId, revision, name, pricingMethod, salePeriod, hidden, ...rest }: Definition): Product {
  return {
    boxofficeId: String(_id),
    eventId: String(eventId),
    revision: Number(revision),
    name: name ?? '',
    price: pricingMethod?.fixedPrice?.value ?? pricingMethod?.guestPrice?.value ?? null,
    currency: pricingMethod?.fixedPrice?.currency ?? pricingMethod?.guestPrice?.currency ?? null,
    onSaleFrom: salePeriod?.startDate?.toISOString() ?? null,
    onSaleUntil: salePeriod?.endDate?.toISOString() ?? null,
    hidden: hidden === true,
    limit: rest.actualLimit ?? null,
    sold: rest.salesDetails?.soldCount ?? 0,
  }
}

type Change = { entityKind: string; entityId: string; eventId?: string; ticketDefinitionIds: string[] }
type Told = { changes: Change[]; cursor: string; hasMore: boolean }

function changesAfter(after: null): Promise<Told>
function changesAfter(after: string, waitSeconds: number): Promise<Told | 'HISTORY_ENDED'>
async function changesAfter(after: string | null, waitSeconds = 0): Promise<Told | 'HISTORY_ENDED'> {
  const query = new URLSearchParams(after === null ? {} : { after, waitSeconds: String(waitSeconds), limit: '200' })
  return retried(async () => {
    const answer = await fetch(`https://${BOXOFFICE_HOST}/boxoffice/v1/changes?${query}`, {
      headers: { authorization: BOXOFFICE_API_KEY, 'wix-site-id': BOXOFFICE_SITE_ID },
      signal: AbortSignal.timeout((waitSeconds + 20) * 1000),
    })
    const body = (await answer.json()) as Told & { details?: { applicationError?: { code?: string } } }
    if (answer.ok) return body
    const code = body.details?.applicationError?.code
    if (code === 'HISTORY_ENDED') return code
    throw Object.assign(new Error(`changes: ${answer.status} ${code ?? ''}`), { status: answer.status })
  })
}

/** Tries again what may go well later, longer and longer apart: eight times, about two minutes. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const status = statusOf(error)
      const isHopeless = status >= 400 && status < 500 && status !== 429
      if (isHopeless || attempt === ATTEMPTS_MAX) throw error
      await delay(Math.min(500 * 2 ** (attempt - 1), 30_000))
    }
  }
}

/** The HTTP status of an error of `fetch` or of the client; 0: there was no answer. */
function statusOf(error: unknown): number {
  const { status, response } = error as { status?: unknown; response?: { status?: unknown } }
  return Number(status ?? response?.status ?? 0)
}

function slices<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
