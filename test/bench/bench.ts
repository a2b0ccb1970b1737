import type autocannon from 'autocannon'
import type { CrowdFigures } from './crowd.ts'
import type { EchoRoute } from './echo.ts'
import type { Judged, ScenarioName } from './figures.ts'
import type { HoldsFigures } from './holds.ts'
import type { ReservingFigures } from './hot.ts'
import type { ListenersFigures } from './listeners.ts'
import type { Phase } from './load.ts'
import { busyCores, machineTime } from './machine.ts'
import type { ManyEventsFigures } from './many-events.ts'
import { type Child, start } from './processes.ts'
import type { ProfileSummary } from './profile.ts'
import type { SellOutFigures } from './sell-out.ts'
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
  /** Access tokens of so many visitors, made here: at the server's door they are counted by address. */
  visitors: (count: number) => Promise<string[]>
  /** Of the time that the whole run may take. */
  secondsLeft: () => number
  say: (line: string) => void
}

/** What a scenario found. */
export type Outcome = { targets: Judged[]; figures: Figures; again: Again[] }

/** Every measurement behind the targets. */
export type Figures = {
  a?: ReservingFigures[]
  b?: ReservingFigures[]
  c?: SellOutFigures
  d?: CrowdFigures
  e?: HoldsFigures
  f?: ManyEventsFigures
  g?: ListenersFigures
}

/** A few seconds of a scenario once more, for the profile: that is taken at the end, because it takes memory. */
export type Again = { scenario: ScenarioName; during: string; run: () => Promise<unknown> }

/** A stretch of load watched from all sides: where the server's thread was, and what else kept the cores busy. */
export type Profile = ProfileSummary & {
  scenario: ScenarioName
  during: string
  cores: { server: number; loadGenerator: number; others: number }
}

/** Starts an echo that answers each of the requests as the real server does. */
export async function startEcho(
  { shop }: Bench,
  requests: readonly autocannon.Request[],
): Promise<{ url: string; child: Child<null> }> {
  const routes: EchoRoute[] = []
  for (const request of requests) {
    const { status, answer } = await askOnce(shop.url, request)
    if (status !== 200) throw new Error(`${request.path} was answered ${status}: ${JSON.stringify(answer)}`)
    routes.push({ method: request.method === 'GET' ? 'GET' : 'POST', path: request.path, answer })
  }
  const echo = await start<null>('./echo.ts')
  return { url: await echo.ask<string>('listen', routes), child: echo }
}

export async function profiled({ server }: Bench, { scenario, during, run }: Again): Promise<Profile> {
  await server.ask('startProfile')
  const before = { machine: machineTime(), own: process.cpuUsage(), at: performance.now(), server: await cpuOf(server) }
  await run()
  const seconds = (performance.now() - before.at) / 1000
  const own = process.cpuUsage(before.own)
  const loadGenerator = (own.user + own.system) / 1e6 / seconds
  const ofServer = ((await cpuOf(server)) - before.server) / 1e6 / seconds
  const others = Math.max(0, busyCores(before.machine) - loadGenerator - ofServer)
  const summary = await server.ask<ProfileSummary>('stopProfile')
  return { scenario, during, ...summary, cores: { server: ofServer, loadGenerator, others } }
}

/** A stretch of load, and with it what each answer cost the process that gave it: also a busy machine cannot blur that. */
export async function costed(child: Pick<Child<unknown>, 'ask'>, run: () => Promise<Phase>): Promise<CostedPhase> {
  const before = await cpuOf(child)
  const phase = await run()
  return { ...phase, cpuMicrosecondsPerAnswer: ((await cpuOf(child)) - before) / phase.answers }
}

export type CostedPhase = Phase & { cpuMicrosecondsPerAnswer: number }

export async function cpuOf(child: Pick<Child<unknown>, 'ask'>): Promise<number> {
  return child.ask<number>('cpuMicroseconds')
}

export const rates = (phases: readonly Phase[]): number[] => phases.map(({ perSecond }) => perSecond)

export function shown({ perSecond, p50, p99, ...more }: Phase | CostedPhase): string {
  const cost = 'cpuMicrosecondsPerAnswer' in more ? `   CPU ${more.cpuMicrosecondsPerAnswer.toFixed(0)} µs` : ''
  return `${perSecond.toFixed(0).padStart(6)} /s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms${cost}`
}
