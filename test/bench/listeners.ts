import type autocannon from 'autocannon'
import { type Bench, type Outcome, rates } from './bench.ts'
import { type Judged, judge, percentile, ratiosOf, spreadOf } from './figures.ts'
import type { Told } from './listening.ts'
import { load, type Phase } from './load.ts'
import { openFilesMax } from './machine.ts'
import { type Child, start } from './processes.ts'
import { anEvent, reserve } from './shop.ts'
import type { Memory } from './usage.ts'

export type ListenersFigures = { listeners: number; ours: Streaming; bare: Streaming; reservations: Reservations }

/** What it takes to keep streams open, and to tell them. */
export type Streaming = {
  /** Growth of the process for each stream. */
  bytesPerStream: { resident: number; heap: number }
  /** One for each change. */
  told: Told[]
}

/** Of the event that all listen to: while they do, and when nobody does. */
export type Reservations = { beside: Phase[]; alone: Phase[]; messagesPerSecond: number[] }

/** Who keeps streams open: what is asked of it to listen, and to make it say something. */
type Speaker = { child: Child<unknown>; url: string; path: string; request: autocannon.Request }

const CHANGES = 15
/** Between two changes: more than there is between two messages to so many listeners. */
const APART_MILLISECONDS = 1000
const CONNECTIONS = 64
const SECONDS_MAX = 3
/** Files that a process has open besides. */
const FILES_BESIDES = 300

/**
 * Scenario (g): thousands keep a stream of one event's availability open. What a stream costs in memory; how long after a
 * sale all are told, beside a bare server that writes the same bytes to as many; and what that costs the event's buyers.
 */
export async function listeners(bench: Bench, wanted: number): Promise<Outcome> {
  const { shop, server, say } = bench
  const count = Math.min(wanted, Math.max(1, openFilesMax() - FILES_BESIDES))
  if (count < wanted)
    say(
      `  ${wanted} streams need as many open files, and a process may have ${openFilesMax()} (ulimit -n): ${count} then`,
    )
  const event = await anEvent(shop, { title: 'Watched', definitions: 3, limit: 5_000_000, price: '10' })
  const twin = `/boxoffice/v1/events/${event.eventId}/availability`
  const tokens = await bench.visitors(CONNECTIONS)
  const requests = tokens.map(token => [reserve(token, event.ticketDefinitionIds[0] ?? '')])
  const [[request] = []] = requests
  if (!request) throw new Error('nobody buys')
  const seconds = Math.min(bench.seconds, SECONDS_MAX)
  const sell = () => load({ url: shop.url, connections: CONNECTIONS, seconds, requests })

  const crowd = await start<null>('./listening.ts')
  const bareServer = await start<{ url: string }>('./broadcast.ts', { execArgv: ['--expose-gc'] })
  try {
    await sell()
    const state = await (await fetch(shop.url + twin)).text()
    await bareServer.ask('say', `id: ${'x'.repeat(27)}\ndata: ${state}\n\n`)
    const bareRequest = { method: 'POST', path: '/' } as const
    const speakers = {
      bare: { child: bareServer, url: bareServer.ready.url, path: '/', request: bareRequest },
      ours: { child: server, url: shop.url, path: `${twin}/stream`, request },
    }
    const bare = await streaming(crowd, speakers.bare, count)
    await crowd.ask('close')
    const ours = await streaming(crowd, speakers.ours, count)
    const reservations = await selling(bench, { crowd, speaker: speakers.ours, count, sell, seconds })
    const figures = { listeners: count, ours, bare, reservations }
    for (const line of linesOf(figures)) say(`  ${line}`)
    const run = async () => {
      const again = await start<null>('./listening.ts')
      await again.ask('open', { url: shop.url, path: speakers.ours.path, count })
      await sell().finally(again.stop)
    }
    const during = `(g), reserving while ${count} listen`
    return { targets: judged(figures), figures: { g: figures }, again: [{ scenario: 'g', during, run }] }
  } finally {
    await crowd.stop()
    await bareServer.stop()
  }
}

async function streaming(
  crowd: Child<null>,
  { child, url, path, request }: Speaker,
  count: number,
): Promise<Streaming> {
  // What the first connections cost once, is no stream's.
  await crowd.ask('open', { url, path, count: Math.ceil(count / 10) })
  await crowd.ask('close')
  const before = await child.ask<Memory>('collectGarbage')
  await crowd.ask('open', { url, path, count })
  const after = await child.ask<Memory>('collectGarbage')
  const perStream = (of: 'residentBytes' | 'heapBytes') => (after[of] - before[of]) / count
  const told: Told[] = []
  for (let change = 0; change < CHANGES; change += 1) {
    await new Promise(resolve => setTimeout(resolve, APART_MILLISECONDS))
    told.push(await crowd.ask<Told>('change', { url, request }))
  }
  return { bytesPerStream: { resident: perStream('residentBytes'), heap: perStream('heapBytes') }, told }
}

/** Begins and ends with all of them listening. */
async function selling(
  { rounds, say }: Bench,
  {
    crowd,
    speaker: { url, path },
    count,
    sell,
    seconds,
  }: { crowd: Child<null>; speaker: Speaker; count: number; sell: () => Promise<Phase>; seconds: number },
): Promise<Reservations> {
  const reservations: Reservations = { beside: [], alone: [], messagesPerSecond: [] }
  for (let round = 1; round <= rounds; round += 1) {
    const before = await crowd.ask<number>('messages')
    const beside = await sell()
    const messages = (await crowd.ask<number>('messages')) - before
    await crowd.ask('close')
    const alone = await sell()
    reservations.beside.push(beside)
    reservations.alone.push(alone)
    reservations.messagesPerSecond.push(messages / seconds / count)
    say(
      `  round ${round}   reservations/s: ${beside.perSecond.toFixed(0)} while ${count} listen, ${alone.perSecond.toFixed(0)} alone`,
    )
    await crowd.ask('open', { url, path, count })
  }
  return reservations
}

function linesOf({ listeners: count, ours, bare, reservations }: ListenersFigures): string[] {
  const each = (name: string, { bytesPerStream: { resident, heap }, told }: Streaming) => {
    const time = (of: keyof Told) =>
      percentile(
        told.map(each => each[of]),
        0.5,
      ).toFixed(0)
    const slowest = Math.max(...told.map(({ last }) => last)).toFixed(0)
    return (
      `${name}   ${(resident / 1024).toFixed(1)} KB resident and ${(heap / 1024).toFixed(1)} KB of heap for a stream; told after ` +
      `${time('p50')} ms (half), ${time('p99')} ms (99 %), ${time('last')} ms (all of ${count}; the slowest change ${slowest} ms)`
    )
  }
  const messages = percentile(reservations.messagesPerSecond, 0.5).toFixed(1)
  return [
    each('Boxoffice', ours),
    each('bare     ', bare),
    `while tickets sell: ${messages} messages/s to each listener`,
  ]
}

function judged({ listeners: count, ours, bare, reservations }: ListenersFigures): Judged[] {
  const of = `with ${count.toLocaleString('en')} listeners`
  const last = ({ told }: Streaming) => told.map(each => each.last)
  return [
    judge(
      { scenario: 'g', name: `resident growth per stream, ${of}`, unit: 'KB', bound: 'under', goal: 32 },
      spreadOf([ours.bytesPerStream.resident / 1024]),
    ),
    judge(
      { scenario: 'g', name: `the last is told, over the bare server, ${of}`, unit: 'times', bound: 'under', goal: 3 },
      ratiosOf(last(ours), last(bare)),
    ),
    judge(
      { scenario: 'g', name: `reservations/s ${of}`, unit: 'of those alone', bound: 'at least', goal: 0.7 },
      ratiosOf(rates(reservations.beside), rates(reservations.alone)),
    ),
  ]
}
