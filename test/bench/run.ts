import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Verdict } from '../../src/verify.ts'
import type { Bench, Outcome } from './bench.ts'
import { crowd } from './crowd.ts'
import { type Judged, judge, type ScenarioName, spreadOf, withSpread } from './figures.ts'
import { openHolds } from './holds.ts'
import { reserving } from './hot.ts'
import { describeMachine } from './machine.ts'
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
                         (e) memory of open holds
  --connections 64,256   for (a) and (b); targets are judged at 64 and 256
  --seconds 3            of each measured stretch
  --rounds 3
  --buyers 25000         of (c), four tickets each; a multiple of 100
  --holds 100000         of (e)
  --profile              a profile of every scenario, not only of one that misses a target
  --out bench            where results.json and report.html go`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: 'a,b,c,d,e' },
      connections: { type: 'string', default: '64,256' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      buyers: { type: 'string', default: '25000' },
      holds: { type: 'string', default: '100000' },
      profile: { type: 'boolean', default: false },
      out: { type: 'string', default: fileURLToPath(new URL('../../bench/', import.meta.url)) },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const wanted = new Set(values.only.split(',').map(scenarioNamed))
  const begin = performance.now()
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-bench-'))
  const env = { DATA_DIR: dataDir, PORT: '0', HTTPS_PORT: '0', LOG_LEVEL: 'error', BOXOFFICE_DEMO: '1' }
  try {
    const server = await start<Ready>('./server.ts', { env, execArgv: ['--expose-gc'] })
    try {
      const bench: Bench = {
        server,
        shop: server.ready,
        env,
        connections: values.connections.split(',').map(naturalNumber),
        seconds: naturalNumber(values.seconds),
        rounds: naturalNumber(values.rounds),
        profileAll: values.profile,
        say: line => console.log(line),
      }
      const machine = await describeMachine(server.ready.postgres)
      console.log(`${machine.cores} × ${machine.cpu}, ${machine.memoryGigabytes} GB, commit ${machine.commit}`)
      const outcomes = await playAll(bench, wanted, {
        buyers: naturalNumber(values.buyers),
        holds: naturalNumber(values.holds),
      })
      const { seconds, rounds } = bench
      const results: Results = { machine, seconds, rounds, tookSeconds: (performance.now() - begin) / 1000, outcomes }
      await mkdir(values.out, { recursive: true })
      await writeFile(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
      await writeFile(join(values.out, 'report.html'), renderReport(results))
      console.log(`\n${summary(results)}\n\n${join(values.out, 'results.json')}\n${join(values.out, 'report.html')}`)
    } finally {
      await server.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function playAll(
  bench: Bench,
  wanted: ReadonlySet<ScenarioName>,
  { buyers, holds }: { buyers: number; holds: number },
): Promise<Outcome[]> {
  const { server, say } = bench
  const outcomes: Outcome[] = []
  if (wanted.has('a') || wanted.has('b')) {
    say('\n(a) one hot definition, (b) 20 events with 5 definitions each')
    outcomes.push(...(await reserving(bench, wanted)))
  }
  if (wanted.has('c')) {
    say('\n(c) a sell-out')
    outcomes.push(await sellOut(bench, buyers))
  }
  if (wanted.has('d')) {
    say('\n(d) a crowd reading while (a) runs')
    outcomes.push(await crowd(bench))
  }
  if (wanted.has('e')) {
    say('\n(e) open holds')
    outcomes.push(await openHolds(bench, holds))
  }
  const residentMax = (await server.ask<number>('memoryMax')) / 2 ** 20
  const throughout = {
    scenario: 'e',
    name: 'resident memory, the most at any time',
    unit: 'MB',
    bound: 'under',
    goal: 300,
  } as const
  outcomes.find(({ scenario }) => scenario === 'e')?.targets.push(judge(throughout, spreadOf([residentMax])))

  say('\nverify, of everything that the run has written')
  const { checked, breaches } = await server.ask<Verdict>('verify')
  for (const breach of breaches) console.error(JSON.stringify(breach))
  say(`  ${checked} laws checked, ${breaches.length} broken`)
  if (breaches.length > 0) process.exitCode = 1
  const laws = { scenario: 'c', name: 'verify at the end', unit: 'laws broken', bound: 'exactly', goal: 0 } as const
  outcomes.find(({ scenario }) => scenario === 'c')?.targets.push(judge(laws, spreadOf([breaches.length])))
  return outcomes
}

function summary({ outcomes, tookSeconds }: Results): string {
  const lines = outcomes.flatMap(({ targets }) => targets).map(targetLine)
  const missed = outcomes.flatMap(({ targets }) => targets).filter(({ met }) => !met).length
  const profiles = outcomes
    .flatMap(({ profile }) => profile ?? [])
    .map(({ during, busyShare, cores, categories }) =>
      [
        `\nWhere the server's thread was during ${during}: ${percent(busyShare)} busy.`,
        `Cores kept busy: server ${cores.server.toFixed(2)}, load generator ${cores.loadGenerator.toFixed(2)}, others (the database above all) ${cores.others.toFixed(2)}.`,
        ...categories
          .filter(({ share }) => share >= 0.01)
          .map(({ name, share }) => `  ${percent(share).padStart(5)}  ${name}`),
      ].join('\n'),
    )
  return [...lines, ...profiles, `\n${missed} of ${lines.length} targets missed; ${tookSeconds.toFixed(0)} s`].join(
    '\n',
  )
}

function targetLine({ scenario, name, unit, bound, goal, measured, met, missedByPercent }: Judged): string {
  const promised = `${bound} ${withSpread(spreadOf([goal]), unit)}`
  const verdict = met ? 'met' : `MISSED by ${missedByPercent.toFixed(0)} %`
  return `(${scenario}) ${name.padEnd(48)} ${promised.padEnd(20)} ${withSpread(measured, unit).padEnd(24)} ${verdict}`
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`

function scenarioNamed(text: string): ScenarioName {
  const name = (['a', 'b', 'c', 'd', 'e'] as const).find(each => each === text.trim())
  if (!name) throw new Error(`There is no scenario "${text}".\n\n${HELP}`)
  return name
}

function naturalNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is not a number of at least 1.\n\n${HELP}`)
  return value
}

await main()
