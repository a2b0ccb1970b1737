import type { CostedPhase, Figures, Profile } from './bench.ts'
import { type Bar, bars, type Color, lines } from './charts.ts'
import type { CrowdFigures } from './crowd.ts'
import { formatted, type Judged, percentile, titleOf, withSpread } from './figures.ts'
import type { HoldsFigures } from './holds.ts'
import type { ReservingFigures } from './hot.ts'
import type { ListenersFigures, Streaming } from './listeners.ts'
import type { Phase } from './load.ts'
import type { Machine } from './machine.ts'
import type { ManyEventsFigures } from './many-events.ts'
import type { SellOutFigures } from './sell-out.ts'

export type Results = {
  machine: Machine
  /** Of each measured stretch. */
  seconds: number
  rounds: number
  tookSeconds: number
  targets: Judged[]
  figures: Figures
  /** The server's resident memory, the most while these scenarios ran. */
  memory: { scenario: string; residentMaxBytes: number }[]
  profiles: Profile[]
}

/** Text that may stand in a page; what is not made by this function or by `html` does not get there. */
class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
type Part = Html | string | number | readonly Html[]

function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + asText(parts[index - 1] ?? '') + string))
}

function asText(part: Part): string {
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('\n')
  return String(part).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** One page, complete in itself: no script, nothing loaded from elsewhere. */
export function renderReport(results: Results): string {
  const { machine, figures, targets, memory, profiles, rounds, seconds, tookSeconds } = results
  const missed = targets.filter(({ met }) => !met).length
  const verdict = missed === 0 ? `All ${targets.length} targets met` : `${missed} of ${targets.length} targets missed`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Boxoffice: an on-sale, measured</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>An on-sale, measured</h1>
<p>${verdict}. Measured on ${machine.date.slice(0, 10)} in ${tookSeconds.toFixed(0)} s, with everything on one machine:
${machine.cores} × ${machine.cpu}, ${machine.memoryGigabytes} GB.</p>
</header>
<main>
<section><h2>What was promised, and what came out</h2>${targetTable(targets)}</section>
${section(
  'a',
  'One hot definition',
  figures.a?.map(each => reservingPart(each, targets, 'hot')),
)}
${section(
  'b',
  '20 events with 5 definitions each',
  figures.b?.map(each => reservingPart(each, targets, 'spread')),
)}
${section('c', 'A sell-out, from reservation to payment', figures.c && [sellOutPart(figures.c)])}
${section('d', 'A crowd reading while tickets are reserved', figures.d && [crowdPart(figures.d)])}
${section('f', 'Lists of many events', figures.f && [manyEventsPart(figures.f)])}
${section('g', 'Listeners to what is left', figures.g && [listenersPart(figures.g)])}
${section('e', 'Memory', [...(figures.e ? [holdsPart(figures.e)] : []), ...memoryPart(memory)])}
${
  profiles.length > 0
    ? html`<section><h2>What limits it</h2>
<p class="quiet">CPU profiles of the server's one thread, taken after the figures. Shares are of the time in which it was busy.</p>
${profiles.map(profilePart)}</section>`
    : ''
}
<section><h2>How it was measured</h2>
<ul>
<li>Server, echo, row lock and load generators are processes of their own, and share the machine with the database. The
load comes from autocannon, the same for all, over loopback, each connection asking again as soon as it is answered.</li>
<li>The <b>echo</b> is a bare Fastify of the same version. It parses the same requests and answers with the very object
that the server once answered, as plain JSON: no identity, no validation, no security headers.</li>
<li><b>Nothing decided</b> is the server's own HTTP stack with identity, permission, schemas and headers, and a
ready answer behind it: what is between it and the echo is HTTP's, what is below it is the decision's. It is not judged.</li>
<li>The <b>row lock</b> is the server's own HTTP stack, schema and number of connections, with one transaction for each
request behind it: lock the row, look, insert reservation, line and fact, count, commit.</li>
<li>${rounds} rounds of ${seconds} s (row lock and nothing decided at most 2 s, reading a fifth less), contenders in turn, after a
warm-up. Ratios are taken within a round; bars are medians, dots the rounds, dashed lines what was promised.</li>
<li>An answer that is a refusal or an error ends the run without a result, except where (c) asks for refusals.</li>
</ul>
</section>
<section><h2>Machine and versions</h2>${machineTable(machine)}</section>
</main>
</body>
</html>
`.text
}

function section(name: string, title: string, parts: readonly Html[] | undefined): Html | string {
  if (!parts || parts.length === 0) return ''
  return html`<section><h2><span class="letter">${name}</span> ${title}</h2><div class="figures">${parts}</div></section>`
}

function targetTable(targets: readonly Judged[]): Html {
  const rows = targets.map(target => {
    const { scenario, bound, goal, unit, measured, met, missedByPercent } = target
    return html`<tr>
<td><span class="letter">${scenario}</span></td><td>${titleOf(target)}</td>
<td data-label="promised">${bound} ${formatted(goal, unit)}</td>
<td data-label="measured">${withSpread(measured, unit)}</td>
<td class="${met ? 'met' : 'missed'}">${met ? 'met' : `missed by ${missedByPercent.toFixed(0)} %`}</td></tr>`
  })
  return html`<table class="targets"><thead><tr><th></th><th>What</th><th>Promised</th><th>Measured (rounds)</th><th></th></tr></thead>
<tbody>${rows}</tbody></table>`
}

function figure(caption: string, svg: string): Html {
  return html`<figure><figcaption>${caption}</figcaption>${new Html(svg)}</figure>`
}

function reservingPart(
  { connections, phases, ofEcho }: ReservingFigures,
  targets: readonly Judged[],
  ours: 'hot' | 'spread',
): Html {
  const scenario = ours === 'hot' ? 'a' : 'b'
  const name = `reservations/s at ${connections} connections`
  const goal = targets.find(target => target.scenario === scenario && target.name === name)?.goal
  const echoRate = median(phases.echo, 'perSecond')
  const kinds: [keyof typeof phases, string, Color][] = [
    ['echo', 'echo', 'echo'],
    [ours, 'Boxoffice', 'ours'],
    ['nothing decided', 'nothing decided', 'echo'],
    ['row lock', 'row lock', 'other'],
  ]
  const bar = (of: keyof CostedPhase, unit: string) =>
    kinds.flatMap(([kind, label, color]) => barOf(phases[kind], of, { label, color, unit }))
  const halves = bar('p50', ' ms')
  const latencyBars = bar('p99', ' ms').map((each, index) => ({
    ...each,
    text: `${each.text}, half ${halves[index]?.text}`,
  }))
  return html`${figure(
    `Requests per second at ${connections} connections; Boxoffice reaches ${withSpread(ofEcho, 'of the echo')} of the echo`,
    bars(bar('perSecond', '/s'), goal === undefined ? {} : { goal: goal * echoRate }),
  )}
${figure(`Latency at ${connections} connections: what 99 of 100 answers came within, and half of them`, bars(latencyBars))}
${figure(`CPU time of the answering process for one answer, at ${connections} connections`, bars(bar('cpuMicrosecondsPerAnswer', ' µs')))}`
}

function sellOutPart(figures: SellOutFigures): Html {
  const { limit, soldTickets, seconds, oversold, ordersPerSecond, latencies, progress, refusedAfterwards } = figures
  const sold = `${soldTickets.toLocaleString('en')} of ${limit.toLocaleString('en')} tickets in ${seconds.toFixed(1)} s`
  const afterwards = refusedAfterwards === null ? '' : `; who came afterwards was answered ${refusedAfterwards}`
  const steps = (of: 'p50' | 'p99') =>
    latencies.map((each): Bar => ({ label: each.name, value: each[of], color: 'ours', text: milliseconds(each[of]) }))
  const points = progress.map(({ second, tickets }) => [round(second), tickets] as const)
  return html`${figure(
    `${sold}: ${ordersPerSecond.toFixed(0)} orders per second, oversold: ${oversold}${afterwards}`,
    lines([{ name: 'tickets sold', color: 'ours', points: [[0, 0], ...points] }], {
      x: 'seconds',
      y: 'tickets sold',
      goal: limit,
    }),
  )}
${figure('Half of the answers came within', bars(steps('p50')))}
${figure('99 of 100 answers came within', bars(steps('p99')))}`
}

function crowdPart({ phases, reads, readsOfEcho, reservationsKept, connections }: CrowdFigures): Html {
  const bar = (name: keyof typeof phases, label: string, color: Color, of: 'perSecond' | 'p99' = 'perSecond') =>
    barOf(phases[name], of, { label, color, unit: of === 'perSecond' ? '/s' : ' ms' })
  const goal = 0.8 * median(phases['echo beside'], 'perSecond')
  return html`${figure(
    `Reads per second while (a) runs: ${withSpread(readsOfEcho.beside, 'of the echo')} of the echo (judged); ${reads.join(', ')} in turn, ${connections} readers beside ${connections} buyers`,
    bars([...bar('echo beside', 'echo', 'echo'), ...bar('reads beside', 'Boxoffice', 'ours')], { goal }),
  )}
${figure(
  `Reads per second, nobody buying: ${withSpread(readsOfEcho.alone, 'of the echo')} of the echo`,
  bars([...bar('echo alone', 'echo', 'echo'), ...bar('reads alone', 'Boxoffice', 'ours')]),
)}
${figure(
  `Reservations per second: beside the crowd ${withSpread(reservationsKept, 'of (a)')} of what they are alone`,
  bars(
    [
      ...bar('reservations alone', 'alone', 'ours'),
      ...bar('reservations beside reads', 'beside the crowd', 'ours'),
      ...bar('reservations beside echo', 'beside an echo', 'echo'),
    ],
    { goal: 0.6 * median(phases['reservations alone'], 'perSecond') },
  ),
)}
${figure(
  'CPU time of the answering process for one read, nobody buying',
  bars([
    ...barOf(phases['echo alone'], 'cpuMicrosecondsPerAnswer', { label: 'echo', color: 'echo', unit: ' µs' }),
    ...barOf(phases['reads alone'], 'cpuMicrosecondsPerAnswer', { label: 'Boxoffice', color: 'ours', unit: ' µs' }),
  ]),
)}
${figure(
  '99 of 100 answers came within, while (a) runs',
  bars([
    ...bar('echo beside', 'echo', 'echo', 'p99'),
    ...bar('reads beside', 'reads', 'ours', 'p99'),
    ...bar('reservations beside reads', 'reservations', 'ours', 'p99'),
  ]),
)}`
}

function holdsPart({ steps, growthBytesPerHold }: HoldsFigures): Html {
  const line = (of: 'residentBytes' | 'heapBytes') =>
    steps.map(step => [step.openHolds, round(megabytes(step[of]))] as const)
  const kilobytes = (bytes: number) => formatted(bytes / 1024, 'KB')
  return figure(
    `The server's memory by open holds, garbage collected: ${kilobytes(growthBytesPerHold.resident)} resident and ${kilobytes(growthBytesPerHold.heap)} of heap per hold`,
    lines(
      [
        { name: 'resident', color: 'ours', points: line('residentBytes') },
        { name: 'heap', color: 'echo', points: line('heapBytes') },
      ],
      {
        x: 'open holds',
        y: 'MB',
        goal: 300,
        yMax: Math.max(400, ...steps.map(each => Math.ceil(megabytes(each.residentBytes) / 100) * 100)),
      },
    ),
  )
}

function manyEventsPart({ few, many, asked }: ManyEventsFigures): Html {
  const barOfPhases = (label: string, phases: readonly Phase[], color: Bar['color']): Bar => {
    const rounds = phases.map(({ p50 }) => p50)
    const value = percentile(rounds, 0.5)
    return { label, value, rounds, color, text: `${value.toFixed(1)} ms` }
  }
  return figure(
    `Half of the answers came within: ${few} events on the site, and ${many.toLocaleString('en')}`,
    bars(
      asked.flatMap(each => [
        barOfPhases(`${each.name}: ${few}`, each.few, 'echo'),
        barOfPhases(`${each.name}: ${many.toLocaleString('en')}`, each.many, 'ours'),
      ]),
    ),
  )
}

function listenersPart({ listeners, ours, bare, reservations }: ListenersFigures): Html {
  const both = (value: (of: Streaming) => number, unit: string): Bar[] =>
    (
      [
        ['bare server', bare, 'echo'],
        ['Boxoffice', ours, 'ours'],
      ] as const
    ).map(([label, of, color]) => ({
      label,
      value: value(of),
      color,
      text: `${value(of).toFixed(1)} ${unit}`,
    }))
  const time = (of: 'p50' | 'last') =>
    both(
      ({ told }) =>
        percentile(
          told.map(each => each[of]),
          0.5,
        ),
      'ms',
    )
  const count = listeners.toLocaleString('en')
  return html`${figure(`From the answer to a sale until the last of ${count} is told (median of the changes)`, bars(time('last')))}
${figure(`The same until half of them are`, bars(time('p50')))}
${figure('Resident memory for each stream', bars(both(each => each.bytesPerStream.resident / 1024, 'KB')))}
${figure(
  `Reservations per second of the event that ${count} listen to, each told ${percentile(reservations.messagesPerSecond, 0.5).toFixed(1)} times a second`,
  bars([
    ...barOf(reservations.alone, 'perSecond', { label: 'nobody listens', color: 'ours', unit: '/s' }),
    ...barOf(reservations.beside, 'perSecond', { label: `${count} listen`, color: 'ours', unit: '/s' }),
  ]),
)}`
}

function memoryPart(memory: Results['memory']): Html[] {
  if (memory.length === 0) return []
  const all = memory.map(({ scenario, residentMaxBytes }): Bar => {
    const value = megabytes(residentMaxBytes)
    return { label: scenario, value, color: 'ours', text: `${value.toFixed(0)} MB` }
  })
  return [figure("The server's resident memory, the most while a scenario ran", bars(all, { goal: 300 }))]
}

function profilePart({ during, busyShare, cores, categories, functions }: Profile): Html {
  const seen = categories.filter(({ share }) => share >= 0.01)
  const all = seen.map(({ name, share }): Bar => ({ label: name, value: share, color: 'ours', text: percent(share) }))
  const rows = functions.map(
    ({ name, where, share }) =>
      html`<tr><td>${percent(share)}</td><td><code>${name}</code></td><td><code>${where}</code></td></tr>`,
  )
  const core = (value: number) => value.toFixed(2)
  return html`<div class="profile"><h3>${during}</h3>
<p>The thread was busy ${percent(busyShare)} of the time. Cores kept busy meanwhile: ${core(cores.server)} by the server,
${core(cores.loadGenerator)} by the load generator, ${core(cores.others)} by the database and whatever else ran.</p>
<div class="figures">${figure('Busy time by what it was for', bars(all))}
<details><summary>The functions that took most themselves</summary>
<div class="wide"><table><tbody>${rows}</tbody></table></div></details></div></div>`
}

function machineTable({ cpu, cores, memoryGigabytes, system, versions, commit, date }: Machine): Html {
  const all = { machine: `${cores} × ${cpu}, ${memoryGigabytes} GB`, system, ...versions, commit, date }
  const rows = Object.entries(all).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)
  return html`<table class="machine"><tbody>${rows}</tbody></table>`
}

function barOf<T extends Phase>(
  phases: readonly T[] | undefined,
  of: keyof T & string,
  { label, color, unit }: { label: string; color: Color; unit: string },
): Bar[] {
  if (!phases || phases.length === 0) return []
  const rounds = phases.map(phase => Number(phase[of]))
  const value = percentile(rounds, 0.5)
  return [
    {
      label,
      value,
      rounds,
      color,
      text: `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')}${unit}`,
    },
  ]
}

function median(phases: readonly Phase[] | undefined, of: 'perSecond'): number {
  return percentile(phases?.map(phase => phase[of]) ?? [], 0.5)
}

const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en')} ms`
const megabytes = (bytes: number) => bytes / 2 ** 20
const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const round = (value: number) => Math.round(value * 10) / 10

const STYLE = `
:root {
  --page: #fbfaf8; --card: #ffffff; --ink: #1d1c1a; --quiet: #5f5b55; --line: #dcd8d1;
  --ours: #2f6fb5; --echo: #9a958c; --other: #c2762b; --goal: #8a2d4f; --met: #1c6b3a; --missed: #a3262a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #171614; --card: #201f1c; --ink: #edeae4; --quiet: #aaa49a; --line: #3b3934;
    --ours: #5b9be0; --echo: #7d786f; --other: #d9924c; --goal: #e08aab; --met: #74c691; --missed: #f08a85;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
header, main { max-width: 1120px; margin: 0 auto; padding: 0 16px }
header { padding-top: 32px }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 8px }
h2 { font-size: 1.25rem; margin: 0 0 12px }
h3 { font-size: 1rem; margin: 16px 0 4px }
section { margin: 32px 0 }
.quiet { color: var(--quiet) }
.letter { display: inline-block; min-width: 1.6em; padding: 0 .35em; border-radius: 4px; background: var(--line);
  font-size: .85em; text-align: center }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 346px), 1fr)); gap: 16px; align-items: start }
figure { margin: 0; padding: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
figcaption { margin-bottom: 8px; font-size: .9rem; color: var(--quiet) }
figure svg { display: block; width: 100%; max-width: 400px; height: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums }
th, td { padding: 6px 10px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600; color: var(--quiet) }
.met { color: var(--met); font-weight: 600 } .missed { color: var(--missed); font-weight: 600 }
.machine th { width: 8em } td { overflow-wrap: anywhere }
details { padding: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
summary { cursor: pointer }
code { font: .85em ui-monospace, monospace }
li { margin: 6px 0 } ul { padding-left: 1.2em; max-width: 75ch } header p { max-width: 75ch }
@media (max-width: 640px) {
  .targets thead { display: none }
  .targets tr { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; padding: 8px 0; border-bottom: 1px solid var(--line) }
  .targets td { border: 0; padding: 1px 0 }
  .targets td:nth-child(n+3) { grid-column: 2 }
  .targets td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet) }
}
`
