import type autocannon from 'autocannon'
import type { EchoRoute } from './echo.ts'
import type { Judged, ScenarioName } from './figures.ts'
import type { Phase } from './load.ts'
import { busyCores, machineTime } from './machine.ts'
import { type Child, start } from './processes.ts'
import type { ProfileSummary } from './profile.ts'
import type { Ready } from './server.ts'
import { askOnce, type Shop } from './shop.ts'

/** What every scenario is given. */
export type Bench = {
  server: Child<Ready>
  shop: Shop
  /** Settings of the server's process, for others that use its data directory. */
  env: Record<string, string>
  connections: readonly number[]
  seconds: number
  rounds: number
  /** Whether every scenario is profiled, not only one that misses its target. */
  profileAll: boolean
  say: (line: string) => void
}

/** What one scenario found. */
export type Outcome = { scenario: ScenarioName; targets: Judged[]; figures: unknown; profile: Profile | null }

/** A stretch of load watched from all sides: where the server's thread was, and what else kept the cores busy. */
export type Profile = ProfileSummary & {
  during: string
  cores: { server: number; loadGenerator: number; others: number }
}

/** Starts an echo that answers each of the requests as the real server does. */
export async function startEcho(
  { shop }: Bench,
  requests: readonly autocannon.Request[],
): Promise<{ url: string; stop: () => Promise<void> }> {
  const routes: EchoRoute[] = []
  for (const request of requests) {
    const { status, answer } = await askOnce(shop.url, request)
    if (status !== 200) throw new Error(`${request.path} was answered ${status}: ${JSON.stringify(answer)}`)
    routes.push({ method: request.method === 'GET' ? 'GET' : 'POST', path: request.path, answer })
  }
  const echo = await start<null>('./echo.ts')
  return { url: await echo.ask<string>('listen', routes), stop: echo.stop }
}

/** Runs the load once more under the profiler, apart from the figures: it costs the server a little. */
export async function profiled({ server, say }: Bench, during: string, work: () => Promise<unknown>): Promise<Profile> {
  say(`  profile of ${during}`)
  const before = { machine: machineTime(), own: process.cpuUsage(), at: performance.now(), server: await cpuOf(server) }
  await server.ask('startProfile')
  await work()
  const summary = await server.ask<ProfileSummary>('stopProfile')
  const seconds = (performance.now() - before.at) / 1000
  const own = process.cpuUsage(before.own)
  const loadGenerator = (own.user + own.system) / 1e6 / seconds
  const ofServer = ((await cpuOf(server)) - before.server) / 1e6 / seconds
  const others = Math.max(0, busyCores(before.machine) - loadGenerator - ofServer)
  return { during, ...summary, cores: { server: ofServer, loadGenerator, others } }
}

async function cpuOf(server: Child<Ready>): Promise<number> {
  return (await server.ask<{ cpuMicroseconds: number }>('usage')).cpuMicroseconds
}

export const rates = (phases: readonly Phase[]): number[] => phases.map(({ perSecond }) => perSecond)

export function shown({ perSecond, p50, p99 }: Phase): string {
  return `${perSecond.toFixed(0).padStart(6)} /s   p50 ${p50.toFixed(0)} ms   p99 ${p99.toFixed(0)} ms`
}
