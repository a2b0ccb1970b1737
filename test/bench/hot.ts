import { type Bench, type CostedPhase, costed, type Outcome, rates, shown, startEcho } from './bench.ts'
import { type Judged, judge, ratiosOf, type ScenarioName, type Spread } from './figures.ts'
import { load } from './load.ts'
import { start } from './processes.ts'
import { anEvent, NOTHING_DECIDED, reserve, reserveAny } from './shop.ts'

type Contender = 'echo' | 'hot' | 'spread' | 'nothing decided' | 'row lock'
/** The others are context: a shorter look will do. */
const JUDGED: ReadonlySet<Contender> = new Set(['echo', 'hot', 'spread'])

export type ReservingFigures = {
  connections: number
  phases: Partial<Record<Contender, CostedPhase[]>>
  /** Against the echo of the same round. */
  ofEcho: Spread
  p99OfEcho: Spread
  ofRowLock?: Spread
}

/**
 * Scenarios (a), one hot definition, and (b), 20 events with 5 definitions each: reservations per second beside the echo
 * and beside the row-lock transaction, in turn, round by round.
 */
export async function reserving(bench: Bench, wanted: ReadonlySet<ScenarioName>): Promise<Outcome> {
  const { shop, server, say, seconds } = bench
  const limit = 5_000_000
  const [hotDefinition = ''] = (
    await anEvent(shop, { title: 'One hot definition', definitions: 1, limit, price: '10' })
  ).ticketDefinitionIds
  const [lockedDefinition = ''] = (await anEvent(shop, { title: 'Row lock', definitions: 1, limit, price: '10' }))
    .ticketDefinitionIds
  const many: string[] = []
  for (let index = 1; wanted.has('b') && index <= 20; index += 1)
    many.push(
      ...(await anEvent(shop, { title: `Event ${index}`, definitions: 5, limit, price: '10' })).ticketDefinitionIds,
    )

  const tokens = await bench.visitors(Math.max(...bench.connections))
  const requests = {
    echo: tokens.map(token => [reserve(token, hotDefinition)]),
    hot: tokens.map(token => [reserve(token, hotDefinition)]),
    'nothing decided': tokens.map(token => [{ ...reserve(token, lockedDefinition), path: NOTHING_DECIDED }]),
    'row lock': tokens.map(token => [reserve(token, lockedDefinition)]),
    spread: wanted.has('b') ? reserveAny(tokens, many) : [],
  }
  const echo = await startEcho(bench, [reserve(tokens[0] ?? '', hotDefinition)])
  const rowLock = wanted.has('a') ? await start<{ url: string }>('./row-lock.ts', { env: bench.env }) : null
  const contenders: Contender[] = [
    'echo',
    ...(wanted.has('a') ? (['hot', 'nothing decided', 'row lock'] as const) : []),
    ...(wanted.has('b') ? (['spread'] as const) : []),
  ]
  const rowLockUrl = rowLock?.ready.url ?? ''
  const urls = {
    echo: echo.url,
    hot: shop.url,
    spread: shop.url,
    'nothing decided': rowLockUrl,
    'row lock': rowLockUrl,
  }
  const run = (contender: Contender, connections: number, duration: number) => {
    const answering = contender === 'echo' ? echo.child : urls[contender] === rowLockUrl && rowLock ? rowLock : server
    const where = { url: urls[contender], connections, requests: requests[contender] }
    return costed(answering, () => load({ ...where, seconds: duration }))
  }

  try {
    for (const contender of contenders) await run(contender, 64, Math.min(2, seconds))
    const measured = new Map<number, Partial<Record<Contender, CostedPhase[]>>>()
    for (const connections of bench.connections) {
      const phases: Partial<Record<Contender, CostedPhase[]>> = {}
      measured.set(connections, phases)
      for (let round = 1; round <= bench.rounds; round += 1)
        for (const contender of contenders) {
          const phase = await run(contender, connections, JUDGED.has(contender) ? seconds : Math.min(2, seconds))
          phases[contender] = [...(phases[contender] ?? []), phase]
          say(`  ${connections} connections, round ${round}   ${contender.padEnd(16)} ${shown(phase)}`)
        }
    }
    const outcome: Outcome = { targets: [], figures: {}, again: [] }
    for (const [scenario, contender] of [
      ['a', 'hot'],
      ['b', 'spread'],
    ] as const) {
      if (!wanted.has(scenario)) continue
      const figures = [...measured].map(([connections, phases]) => figuresOf(contender, connections, phases))
      outcome.figures[scenario] = figures
      outcome.targets.push(...figures.flatMap(scenario === 'a' ? judgeHot : judgeSpread))
      const during = `(${scenario}), 64 connections`
      outcome.again.push({ scenario, during, run: () => run(contender, 64, seconds) })
    }
    return outcome
  } finally {
    await echo.child.stop()
    await rowLock?.stop()
  }
}

function figuresOf(
  contender: 'hot' | 'spread',
  connections: number,
  phases: Partial<Record<Contender, CostedPhase[]>>,
): ReservingFigures {
  const ours = phases[contender] ?? []
  const echo = phases.echo ?? []
  const rowLock = contender === 'hot' ? phases['row lock'] : undefined
  const undecided = contender === 'hot' ? phases['nothing decided'] : undefined
  const p99 = (of: readonly CostedPhase[]) => of.map(phase => phase.p99)
  return {
    connections,
    phases: {
      echo,
      [contender]: ours,
      ...(undecided && { 'nothing decided': undecided }),
      ...(rowLock && { 'row lock': rowLock }),
    },
    ofEcho: ratiosOf(rates(ours), rates(echo)),
    p99OfEcho: ratiosOf(p99(ours), p99(echo)),
    ...(rowLock && { ofRowLock: ratiosOf(rates(ours), rates(rowLock)) }),
  }
}

/** What is promised of (a), at the two numbers of connections it is promised for. */
function judgeHot({ connections, ofEcho, p99OfEcho, ofRowLock }: ReservingFigures): Judged[] {
  const goal = { 64: 0.8, 256: 1 }[connections]
  if (goal === undefined) return []
  const at = `at ${connections} connections`
  const of = (name: string) => ({ scenario: 'a' as const, name: `${name} ${at}` })
  return [
    judge({ ...of('reservations/s'), unit: 'of the echo', bound: 'at least', goal }, ofEcho),
    judge({ ...of("p99 over the echo's"), unit: 'times', bound: 'under', goal: 3 }, p99OfEcho),
    ...(ofRowLock
      ? [judge({ ...of('reservations/s over the row lock'), unit: 'times', bound: 'at least', goal: 10 }, ofRowLock)]
      : []),
  ]
}

function judgeSpread({ connections, ofEcho }: ReservingFigures): Judged[] {
  if (connections !== 64 && connections !== 256) return []
  const name = `reservations/s at ${connections} connections`
  return [judge({ scenario: 'b', name, unit: 'of the echo', bound: 'at least', goal: 0.7 }, ofEcho)]
}
