import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Keys } from '../../src/identities/keys.ts'
import { signToken } from '../../src/identities/tokens.ts'
import { newGuid } from '../../src/ids.ts'
import { readKeys } from '../../src/installation.ts'
import type { Verdict } from '../../src/verify.ts'
import { type Bench, type Outcome, type Profile, profiled } from './bench.ts'
import { crowd } from './crowd.ts'
import { formatted, type Judged, judge, type ScenarioName, spreadOf, titleOf, withSpread } from './figures.ts'
import { openHolds } from './holds.ts'
import { reserving } from './hot.ts'
import { listeners } from './listeners.ts'
import { describeMachine } from './machine.ts'
import { manyEvents } from './many-events.ts'
import { start } from './processes.ts'
import { type Results, renderReport } from './report.ts'
import { sellOut } from './sell-out.ts'
import type { Ready } from './server.ts'

/**
 * `npm run bench`: what was promised of an on-sale, measured on this machine in one run of less than five minutes.
 * Server, echo, row lock and load generators are processes of their own; all share the machine with the database. Loopback
 * only. Exit code 1 where a figure could not be had, or a law is broken; a missed target is a result.
 */
const HELP = `npm run bench -- [options]

  --only a,c             only these scenarios:
                         (a) one hot definition      (b) 20 events with 5 definitions each
                         (c) 100,000 tickets sold    (d) a crowd reading while (a) runs
                         (e) memory of open holds    (f) lists of 10,000 events
                         (g) 5,000 listeners to what is left
  --connections 64,256   for (a) and (b); targets are judged at 64 and 256
  --seconds 3            of each measured stretch
  --rounds 3
  --buyers 25000         of (c), four tickets each; a multiple of 100
  --holds 100000         of (e)
  --events 10000         of (f)
  --listeners 5000       of (g)
  --profile              a CPU profile of every scenario, not only of one that misses a target; --no-profile: of none
  --out bench            where results.json and report.html go`

/** Whatever the shell has set, the bench's server is one of its own. */
const NOTHING_SET = Object.fromEntries(
  [
    'DATABASE_URL',
    'PUBLIC_URL',
    'HOST',
    'TLS_CERT',
    'TLS_KEY',
    'BOXOFFICE_SECRET',
    'BOXOFFICE_SITE_ID',
    'BOXOFFICE_API_KEY',
    'SERVICE_FEE_PERCENT',
  ].map(name => [name, '']),
)
/** What bin/boxoffice.js keeps from one start to the next: it takes up less memory than compiling does. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/boxoffice', import.meta.url))
const SECONDS_MAX = 290
const SECONDS_PER_PROFILE = 11

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: 'a,b,c,d,e,f,g' },
      connections: { type: 'string', default: '64,256' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      buyers: { type: 'string', default: '25000' },
      holds: { type: 'string', default: '100000' },
      events: { type: 'string', default: '10000' },
      listeners: { type: 'string', default: '5000' },
      profile: { type: 'boolean' },
      out: { type: 'string', default: fileURLToPath(new URL('../../bench/', import.meta.url)) },
      help: { type: 'boolean', short: 'h' },
    },
    allowNegative: true,
  })
  if (values.help) return console.log(HELP)
  const wanted = new Set(values.only.split(',').map(scenarioNamed))
  const begin = performance.now()
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-bench-'))
  const settings = { DATA_DIR: dataDir, PORT: '0', HTTPS_PORT: '0', LOG_LEVEL: 'error', BOXOFFICE_DEMO: '1' }
  const env = { ...NOTHING_SET, ...settings, NODE_COMPILE_CACHE: COMPILED }
  try {
    const server = await start<Ready>('./server.ts', { env, execArgv: ['--expose-gc'] })
    process.once('SIGINT', () => void server.stop()) // what is being measured then fails, and all is cleared away
    try {
      const keys = await readKeys({ secret: null, dataDir })
      const visitors = (count: number) => visitorTokens(keys, server.ready.siteId, count)
      const bench: Bench = {
        server,
        shop: server.ready,
        env,
        connections: values.connections.split(',').map(naturalNumber),
        seconds: positiveNumber(values.seconds),
        rounds: naturalNumber(values.rounds),
        visitors,
        secondsLeft: () => SECONDS_MAX - (performance.now() - begin) / 1000,
        say: line => console.log(line),
      }
      const machine = await describeMachine(server.ready.postgres)
      console.log(`${machine.cores} × ${machine.cpu}, ${machine.memoryGigabytes} GB, commit ${machine.commit}`)
      const sizes = {
        buyers: naturalNumber(values.buyers),
        holds: naturalNumber(values.holds),
        events: naturalNumber(values.events),
        listeners: naturalNumber(values.listeners),
      }
      const { outcomes, memory, breaches } = await playAll(bench, wanted, sizes)
      const targets = outcomes.flatMap(outcome => outcome.targets)
      const profiles = await profileThem(bench, outcomes, values.profile)
      const results: Results = {
        machine,
        seconds: bench.seconds,
        rounds: bench.rounds,
        tookSeconds: (performance.now() - begin) / 1000,
        targets: targets.toSorted((one, other) => one.scenario.localeCompare(other.scenario)),
        figures: Object.assign({}, ...outcomes.map(outcome => outcome.figures)),
        memory,
        profiles,
      }
      await mkdir(values.out, { recursive: true })
      await writeFile(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
      await writeFile(join(values.out, 'report.html'), renderReport(results))
      console.log(`\n${summary(results)}\n\n${join(values.out, 'results.json')}\n${join(values.out, 'report.html')}`)
      if (breaches > 0) process.exitCode = 1
    } finally {
      await server.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

type Played = { outcomes: Outcome[]; memory: Results['memory']; breaches: number }

async function playAll(
  bench: Bench,
  wanted: ReadonlySet<ScenarioName>,
  sizes: { buyers: number; holds: number; events: number; listeners: number },
): Promise<Played> {
  const { server, say } = bench
  const outcomes: Outcome[] = []
  const memory: Results['memory'] = [{ scenario: 'start', residentMaxBytes: await server.ask<number>('memoryMax') }]
  const play = async (names: ScenarioName[], title: string, scenario: () => Promise<Outcome>) => {
    const played = names.filter(name => wanted.has(name)).join(', ')
    if (played === '') return
    say(`\n${title}`)
    outcomes.push(await scenario())
    memory.push({ scenario: played, residentMaxBytes: await server.ask<number>('memoryMax') })
  }
  await play(['a', 'b'], '(a) one hot definition, (b) 20 events with 5 definitions each', () =>
    reserving(bench, wanted),
  )
  await play(['c'], '(c) a sell-out', () => sellOut(bench, sizes.buyers))
  await play(['d'], '(d) a crowd reading while (a) runs', () => crowd(bench))
  await play(['e'], '(e) open holds', () => openHolds(bench, sizes.holds))
  await play(['f'], '(f) lists of many events', () => manyEvents(bench, sizes.events))
  await play(['g'], '(g) listeners to what is left', () => listeners(bench, sizes.listeners))

  const residentMax = spreadOf([Math.max(...memory.map(({ residentMaxBytes }) => residentMaxBytes)) / 2 ** 20])
  const throughout = {
    scenario: 'e',
    name: 'resident memory, the most at any time',
    unit: 'MB',
    bound: 'under',
    goal: 300,
  } as const
  say('\nverify, of everything that the run has written')
  const { checked, breaches } = await server.ask<Verdict>('verify')
  for (const breach of breaches) console.error(JSON.stringify(breach))
  say(`  ${checked} laws checked, ${breaches.length} broken`)
  const laws = { scenario: 'c', name: 'verify at the end', unit: 'laws broken', bound: 'exactly', goal: 0 } as const
  const targets = [
    ...(wanted.has('c') ? [judge(laws, spreadOf([breaches.length]))] : []),
    ...(wanted.has('e') ? [judge(throughout, residentMax)] : []),
  ]
  return { outcomes: [...outcomes, { targets, figures: {}, again: [] }], memory, breaches: breaches.length }
}

/** Of each scenario that missed a target, unless all or none are wanted; last, because a profile takes memory and time. */
async function profileThem(bench: Bench, outcomes: readonly Outcome[], wanted?: boolean): Promise<Profile[]> {
  const missed = new Set(
    outcomes.flatMap(({ targets }) => targets.filter(({ met }) => !met).map(({ scenario }) => scenario)),
  )
  const profiles: Profile[] = []
  for (const again of outcomes.flatMap(outcome => outcome.again)) {
    if (!(wanted ?? missed.has(again.scenario))) continue
    if (bench.secondsLeft() < SECONDS_PER_PROFILE) bench.say(`no time is left for a profile of ${again.during}`)
    else profiles.push(await profiled(bench, again))
  }
  return profiles
}

function summary({ targets, profiles, tookSeconds }: Results): string {
  const missed = targets.filter(({ met }) => !met).length
  const last = `${missed} of ${targets.length} targets missed; ${tookSeconds.toFixed(0)} s`
  return [...targets.map(targetLine), ...profiles.map(profileLines), '', last].join('\n')
}

function profileLines({ during, busyShare, cores, categories, functions }: Profile): string {
  const { server, loadGenerator, others } = cores
  return [
    `\nThe server's thread during ${during}: ${percent(busyShare)} busy, of that`,
    ...categories
      .filter(({ share }) => share >= 0.01)
      .map(({ name, share }) => `  ${percent(share).padStart(5)}  ${name}`),
    `  Most in: ${functions
      .slice(0, 6)
      .map(({ name, where, share }) => `${name} ${where} ${percent(share)}`)
      .join(', ')}`,
    `  Cores kept busy: server ${server.toFixed(2)}, load ${loadGenerator.toFixed(2)}, database and others ${others.toFixed(2)}`,
  ].join('\n')
}

function targetLine(target: Judged): string {
  const { scenario, unit, bound, goal, measured, met, missedByPercent } = target
  const promised = `${bound} ${formatted(goal, unit)}`
  const verdict = met ? 'met' : `MISSED by ${missedByPercent.toFixed(0)} %`
  return `(${scenario}) ${titleOf(target).padEnd(52)} ${promised.padEnd(20)} ${withSpread(measured, unit).padEnd(24)} ${verdict}`
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`

async function visitorTokens(keys: Keys, siteId: string, count: number): Promise<string[]> {
  const tokens: string[] = []
  for (let index = 0; index < count; index += 1) {
    const claims = { kind: 'visitor', siteId, visitorId: newGuid() } as const
    tokens.push(await signToken(keys, 'access', claims, new Date(), 3600))
  }
  return tokens
}

function scenarioNamed(text: string): ScenarioName {
  const name = (['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const).find(each => each === text.trim())
  if (!name) throw new Error(`There is no scenario "${text}".\n\n${HELP}`)
  return name
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 60)) throw new Error(`"${text}" is not a number of seconds up to 60.\n\n${HELP}`)
  return value
}

function naturalNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is not a number of at least 1.\n\n${HELP}`)
  return value
}

await main()
