import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'

/**
 * `npm run bench`: the hot path over HTTP, each figure as a ratio to a bare echo of the same server measured right
 * before it in the same round. Load generator, server and database share the machine. Loopback only, bounded in time.
 */
const CONNECTIONS = Number(process.argv[2] ?? 64)
const SECONDS = Number(process.argv[3] ?? 4)
const ROUNDS = 3

type Server = { httpUrl: string; echoUrl: string; siteId: string; apiKey: string }
type Scenario = { name: string; requests: autocannon.Request[]; perLoop: number }

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-bench-'))
  const child = fork(new URL('./server.ts', import.meta.url), {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', BOXOFFICE_DEMO: '1', LOG_LEVEL: 'error' },
  })
  try {
    const [server] = (await once(child, 'message')) as [Server]
    const scenarios = await prepare(server)
    console.log(`${cpus().length} cores, ${CONNECTIONS} connections, ${SECONDS} s each, ${ROUNDS} rounds, medians\n`)
    const rates = new Map<string, { perSecond: number; ratio: number }[]>()
    for (let round = 0; round < ROUNDS; round += 1)
      for (const scenario of scenarios) {
        const echo = await measure(server.echoUrl, echoOf())
        const perSecond = await measure(server.httpUrl, scenario)
        const figures = rates.get(scenario.name) ?? []
        rates.set(scenario.name, [...figures, { perSecond, ratio: perSecond / echo }])
        rates.set('echo', [...(rates.get('echo') ?? []), { perSecond: echo, ratio: 1 }])
      }
    for (const [name, figures] of rates) {
      const perSecond = median(figures.map(figure => figure.perSecond))
      const ratio = median(figures.map(figure => figure.ratio))
      console.log(`${name.padEnd(28)} ${perSecond.toFixed(0).padStart(7)} /s   ${ratio.toFixed(2)} of echo`)
    }
  } finally {
    await stop(child)
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** An event with free and paid tickets without limit, and what each scenario asks for. */
async function prepare({ httpUrl, siteId, apiKey }: Server): Promise<Scenario[]> {
  const call = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(httpUrl + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const json = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
    return json as Record<string, never> & { event: { id: string }; ticketDefinition: { id: string } }
  }
  const admin = { authorization: apiKey, 'wix-site-id': siteId }
  const { event } = await call(
    'POST',
    '/events/v3/events',
    {
      event: {
        title: 'Bench',
        location: { name: 'Hall', type: 'VENUE' },
        dateAndTimeSettings: {
          startDate: new Date(Date.now() + 86_400_000).toISOString(),
          endDate: new Date(Date.now() + 90_000_000).toISOString(),
          timeZoneId: 'Etc/UTC',
        },
        registration: { initialType: 'TICKETING' },
      },
    },
    admin,
  )
  const { ticketDefinition } = await call(
    'POST',
    '/events/v3/ticket-definitions',
    {
      ticketDefinition: {
        eventId: event.id,
        name: 'Bench',
        initialLimit: 2_000_000,
        feeType: 'NO_FEE',
        pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } },
      },
    },
    admin,
  )
  const token = await call('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' }, {})
  const headers = { 'content-type': 'application/json', authorization: String(token.access_token) }
  const reserve: autocannon.Request = {
    method: 'POST',
    path: '/events/v1/ticket-reservations',
    headers,
    body: JSON.stringify({
      ticketReservation: { tickets: [{ ticketDefinitionId: ticketDefinition.id, quantity: 1 }] },
    }),
  }
  const form = {
    inputValues: [
      { inputName: 'firstName', value: 'Ada' },
      { inputName: 'lastName', value: 'Berg' },
      { inputName: 'email', value: 'ada@example.org' },
    ],
  }
  const buyers = { next: 0 }
  return [
    {
      name: 'available definitions',
      perLoop: 1,
      requests: [
        {
          method: 'POST',
          path: '/events/v3/ticket-definitions/available/query',
          headers,
          body: JSON.stringify({ query: { filter: { eventId: event.id } } }),
        },
      ],
    },
    { name: 'reservations', perLoop: 1, requests: [reserve] },
    {
      name: 'reserve and check out (free)',
      perLoop: 2,
      requests: [
        {
          ...reserve,
          onResponse: (_status, body, context) => {
            Object.assign(context, { reservationId: JSON.parse(body).ticketReservation?.id })
          },
        },
        {
          method: 'POST',
          path: '/events/v1/checkout',
          headers,
          onResponse: (status, body) => {
            if (status !== 200) console.error(status, body)
          },
          setupRequest: (request, context) => {
            buyers.next += 1
            const { reservationId } = context as { reservationId: string }
            const buyer = { firstName: 'Ada', lastName: 'Berg', email: `ada${buyers.next}@example.org` }
            const body = JSON.stringify({ eventId: event.id, reservationId, buyer, guests: [{ form }] })
            return { ...request, body }
          },
        },
      ],
    },
  ]
}

function echoOf(): Scenario {
  const headers = { 'content-type': 'application/json' }
  return {
    name: 'echo',
    perLoop: 1,
    requests: [{ method: 'POST', path: '/echo', headers, body: JSON.stringify({ hello: 'world', quantity: 1 }) }],
  }
}

/** Whole loops of the scenario per second; an answer that is no 200 makes the figure worthless, so it ends the run. */
async function measure(url: string, { name, requests, perLoop }: Scenario): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS, requests })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${name}: ${result.non2xx} answers were refused, ${result.errors} failed`)
  return result['2xx'] / result.duration / perLoop
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

await main()
