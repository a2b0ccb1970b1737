import type autocannon from 'autocannon'
import { type Bench, type CostedPhase, costed, type Outcome, rates, shown, startEcho } from './bench.ts'
import { type Judged, judge, ratiosOf, type Spread } from './figures.ts'
import { type Load, load, type Phase } from './load.ts'
import { start } from './processes.ts'
import { anEvent, askOnce, get, type OnSale, post, reserve } from './shop.ts'

export type CrowdFigures = {
  connections: number
  reads: string[]
  phases: Record<'reservations alone' | 'echo beside' | 'reads beside', Phase[]> & {
    'echo alone': CostedPhase[]
    'reads alone': CostedPhase[]
    'reservations beside reads': Phase[]
    'reservations beside echo': Phase[]
  }
  readsOfEcho: { alone: Spread; beside: Spread }
  reservationsKept: Spread
}

const CONNECTIONS = 64

/**
 * Scenario (d): a crowd reads event page, available tickets and availability while (a) runs; two load generators, 64
 * connections each. Judged is the crowd against an echo of the same bodies that is read while (a) runs just so.
 */
export async function crowd(bench: Bench): Promise<Outcome> {
  const { shop, server, say } = bench
  const event = await anEvent(shop, { title: 'A crowd reads', definitions: 1, limit: 5_000_000, price: '10' })
  const hotDefinition = event.ticketDefinitionIds[0] ?? ''
  const tokens = await bench.visitors(2 * CONNECTIONS)
  const readers = tokens.slice(CONNECTIONS)
  const names = await readsServed(bench, event, readers[0] ?? '')
  const reads = readers.map((token, index) => turned(readsOf(event, token, names), index))
  const echo = await startEcho(bench, readsOf(event, readers[0] ?? '', names))
  const generator = await start<null>('./generator.ts')
  const seconds = bench.seconds * 0.8 // five stretches a round are many

  const read = (url: string) =>
    generator.ask<Phase>('load', { url, connections: CONNECTIONS, seconds, requests: reads } satisfies Load)
  const requests = tokens.slice(0, CONNECTIONS).map(token => [reserve(token, hotDefinition)])
  const sell = (duration = seconds) => load({ url: shop.url, connections: CONNECTIONS, seconds: duration, requests })
  const readAgain = () => load({ url: shop.url, connections: CONNECTIONS, seconds, requests: reads })
  const phases: CrowdFigures['phases'] = {
    'reservations alone': [],
    'echo alone': [],
    'reads alone': [],
    'echo beside': [],
    'reads beside': [],
    'reservations beside reads': [],
    'reservations beside echo': [],
  }
  const keep = <T extends Phase>(name: keyof typeof phases, phase: T, into: T[]) => {
    into.push(phase)
    say(`  ${name.padEnd(26)} ${shown(phase)}`)
  }
  try {
    await read(echo.url)
    await Promise.all([read(shop.url), sell()])
    for (let round = 1; round <= bench.rounds; round += 1) {
      keep('reservations alone', await sell(), phases['reservations alone'])
      keep('echo alone', await costed(echo.child, () => read(echo.url)), phases['echo alone'])
      keep('reads alone', await costed(server, () => read(shop.url)), phases['reads alone'])
      const besideEcho = await Promise.all([read(echo.url), sell()])
      keep('echo beside', besideEcho[0], phases['echo beside'])
      keep('reservations beside echo', besideEcho[1], phases['reservations beside echo'])
      const beside = await Promise.all([read(shop.url), sell()])
      keep('reads beside', beside[0], phases['reads beside'])
      keep('reservations beside reads', beside[1], phases['reservations beside reads'])
    }
    const figures: CrowdFigures = {
      connections: CONNECTIONS,
      reads: names,
      phases,
      readsOfEcho: {
        alone: ratiosOf(rates(phases['reads alone']), rates(phases['echo alone'])),
        beside: ratiosOf(rates(phases['reads beside']), rates(phases['echo beside'])),
      },
      reservationsKept: ratiosOf(rates(phases['reservations beside reads']), rates(phases['reservations alone'])),
    }
    const about = { scenario: 'd' as const, bound: 'at least' as const }
    const targets: Judged[] = [
      judge({ ...about, name: 'reads/s while (a) runs', unit: 'of the echo', goal: 0.8 }, figures.readsOfEcho.beside),
      judge({ ...about, name: 'reservations/s beside the crowd', unit: 'of (a)', goal: 0.6 }, figures.reservationsKept),
    ]
    return { targets, figures: { d: figures }, again: [{ scenario: 'd', during: '(d), reads alone', run: readAgain }] }
  } finally {
    await echo.child.stop()
    await generator.stop()
  }
}

const READS: Record<string, (event: OnSale, token: string) => autocannon.Request> = {
  'event by slug': ({ slug }, token) => get(token, `/events/v3/events/slug/${slug}`),
  'available tickets': ({ eventId }, token) =>
    post(token, '/events/v3/ticket-definitions/available/query', { query: { filter: { eventId } } }),
  availability: ({ eventId }, token) => get(token, `/boxoffice/v1/events/${eventId}/availability`),
}

function readsOf(event: OnSale, token: string, names: readonly string[]): autocannon.Request[] {
  return names.flatMap(name => READS[name]?.(event, token) ?? [])
}

/** Those that this server has. */
async function readsServed({ shop }: Bench, event: OnSale, token: string): Promise<string[]> {
  const served: string[] = []
  for (const [name, request] of Object.entries(READS)) {
    const { status } = await askOnce(shop.url, request(event, token))
    if (status === 200) served.push(name)
    else if (status !== 404) throw new Error(`${name} was answered ${status}`)
  }
  return served
}

/** Each connection begins with another one. */
function turned<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}
