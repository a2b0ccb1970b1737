import type { Bench, Outcome } from './bench.ts'
import { type Judged, judge, spreadOf } from './figures.ts'
import { loadExactly } from './load.ts'
import { anEvent, reserve } from './shop.ts'
import type { Memory } from './usage.ts'

export type HoldsFigures = {
  /** After the garbage is gone; one more for every 10,000 open holds. */
  steps: (Memory & { openHolds: number })[]
  growthBytesPerHold: { resident: number; heap: number }
}

const CONNECTIONS = 100
const STEP = 10_000
const SECONDS_MAX = 40
/** What comes after this needs so much of the run's time. */
const SECONDS_RESERVED = 35

/** Scenario (e): what open holds cost in the server's memory; the resident maximum of the run is judged by the caller. */
export async function openHolds(bench: Bench, holdsWanted: number): Promise<Outcome> {
  const { shop, server, say } = bench
  const event = await anEvent(shop, { title: 'Open holds', definitions: 1, limit: 5_000_000, price: '10' })
  const tokens = await bench.visitors(CONNECTIONS)
  const requests = tokens.map(token => [reserve(token, event.ticketDefinitionIds[0] ?? '')])
  const hold = (amount: number) => loadExactly(amount, { url: shop.url, connections: CONNECTIONS, requests })
  const step = Math.min(STEP, holdsWanted)
  await hold(Math.min(2000, step))

  const steps: HoldsFigures['steps'] = []
  const look = async (open: number) => {
    const memory = await server.ask<Memory>('collectGarbage')
    steps.push({ openHolds: open, ...memory })
    const { residentBytes, heapBytes, heapReservedBytes, outsideHeapBytes } = memory
    const parts = {
      resident: residentBytes,
      heap: heapBytes,
      'of reserved': heapReservedBytes,
      outside: outsideHeapBytes,
    }
    const text = Object.entries(parts).map(([name, bytes]) => `${name} ${megabytes(bytes)} MB`)
    say(`  ${String(open).padStart(7)} holds   ${text.join('   ')}`)
  }
  const begin = performance.now()
  const secondsMax = Math.min(SECONDS_MAX, bench.secondsLeft() - SECONDS_RESERVED)
  await look(0)
  for (let open = step; open <= holdsWanted && performance.now() - begin < secondsMax * 1000; open += step) {
    await hold(step)
    await look(open)
  }
  const first = steps[0]
  const last = steps.at(-1)
  if (!first || !last || first === last) throw new Error('a figure without a measurement')
  const perHold = (of: keyof Memory) => (last[of] - first[of]) / last.openHolds
  const figures: HoldsFigures = {
    steps,
    growthBytesPerHold: { resident: perHold('residentBytes'), heap: perHold('heapBytes') },
  }
  const name = `resident growth per open hold, over ${last.openHolds.toLocaleString('en')}`
  const target = { scenario: 'e', name, unit: 'KB', bound: 'under', goal: 2 } as const
  const targets: Judged[] = [judge(target, spreadOf([figures.growthBytesPerHold.resident / 1024]))]
  return { targets, figures: { e: figures }, again: [] }
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0)
