import type autocannon from 'autocannon'
import type { Bench, Outcome } from './bench.ts'
import { judge, ratiosOf } from './figures.ts'
import { load, type Phase } from './load.ts'
import { eventsOn, type Shop } from './shop.ts'

/** One question about events, asked while the site had few of them and when it had many. */
export type Asked = { name: string; few: Phase[]; many: Phase[] }
export type ManyEventsFigures = { few: number; many: number; asked: Asked[] }

/** Dates that one request makes an event each of. */
const DATES_MAX = 1000
const FEW = 50
const SECONDS_MAX = 1

/**
 * Scenario (f): what a site of ten thousand events costs those who read lists of them. Each question is asked by one
 * connection, for it is about the time of an answer; the baseline is the same question to the same site with few events.
 */
export async function manyEvents(bench: Bench, eventsWanted: number): Promise<Outcome> {
  const { shop, rounds, say } = bench
  const seconds = Math.min(bench.seconds, SECONDS_MAX)
  const day = (index: number) => new Date(Date.UTC(2040, 0, 1 + index, 18))
  const days = (from: number, count: number) => Array.from({ length: count }, (_, index) => day(from + index))
  const categoryId = await eventsOn(shop, { title: 'A few evenings', days: days(0, FEW) })
  const questions = questionsTo(shop, categoryId)

  const ask = async (request: autocannon.Request) => {
    const phases: Phase[] = []
    for (let round = 0; round <= rounds; round += 1)
      phases.push(await load({ url: shop.url, connections: 1, seconds, requests: [[request]] }))
    return phases.slice(1) // the first one warms up
  }
  const few: Phase[][] = []
  for (const { request } of questions) few.push(await ask(request))
  for (let made = FEW; made < eventsWanted; made += DATES_MAX) {
    const count = Math.min(DATES_MAX, eventsWanted - made)
    await eventsOn(shop, { title: `Evenings from ${made} on`, days: days(made, count) })
  }
  const asked: Asked[] = []
  for (const [index, { name, request }] of questions.entries())
    asked.push({ name, few: few[index] ?? [], many: await ask(request) })

  const p50 = (phases: readonly Phase[]) => phases.map(phase => phase.p50)
  const targets = asked.map(each => {
    const measured = ratiosOf(p50(each.many), p50(each.few))
    say(`  ${each.name.padEnd(44)} p50 ${text(each.few)} with ${FEW}, ${text(each.many)} with ${eventsWanted} events`)
    const name = `${each.name}, ${eventsWanted.toLocaleString('en')} over ${FEW} events`
    return judge({ scenario: 'f', name, unit: 'times', bound: 'under', goal: 2 }, measured)
  })
  return { targets, figures: { f: { few: FEW, many: eventsWanted, asked } }, again: [] }
}

function text(phases: readonly Phase[]): string {
  return `${phases.map(({ p50 }) => p50.toFixed(1)).join(', ')} ms`
}

function questionsTo({ siteId, apiKey }: Shop, categoryId: string): { name: string; request: autocannon.Request }[] {
  const headers = { authorization: apiKey, 'wix-site-id': siteId, 'content-type': 'application/json' }
  const post = (path: string, body: unknown) => ({
    method: 'POST' as const,
    path: `/events/v3/events/${path}`,
    headers,
    body: JSON.stringify(body),
  })
  const byStart = {
    filter: { status: 'UPCOMING' },
    sort: [{ fieldName: 'dateAndTimeSettings.startDate', order: 'ASC' }],
    paging: { limit: 20 },
  }
  return [
    { name: 'the next 20 events', request: post('query', { query: byStart }) },
    { name: 'events counted by status', request: post('count-by-status', { facet: ['status'] }) },
    {
      name: '20 events of a category',
      request: { method: 'GET', path: `/events/v3/events/category/${categoryId}?paging.limit=20`, headers },
    },
  ]
}
