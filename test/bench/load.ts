import autocannon from 'autocannon'
import { percentile } from './figures.ts'

/** What one stretch of load came to. */
export type Phase = {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** In all, those of a stretch that was too short included. */
  answers: number
}

export type Load = {
  url: string
  connections: number
  seconds: number
  /** The requests that each connection goes through, again and again; as many lists as connections, or fewer. */
  requests: autocannon.Request[][]
}

/**
 * Load for so many seconds; twice as many where the machine was too busy to answer everybody once.
 * @throws Error an answer that is no 2xx makes the figure worthless
 */
export async function load({ seconds, ...where }: Load): Promise<Phase> {
  const { result, latencies } = await fire({ ...optionsOf(where), duration: seconds })
  const tooShort = result['2xx'] < where.connections && result.non2xx + result.errors === 0 && seconds < SECONDS_MAX
  if (!tooShort) return phaseOf(result, latencies, where.url)
  const longer = await load({ ...where, seconds: seconds * 2 })
  return { ...longer, answers: longer.answers + result['2xx'] }
}

const SECONDS_MAX = 10

/** Exactly `amount` requests. */
export async function loadExactly(amount: number, where: Omit<Load, 'seconds'>): Promise<Phase> {
  const { result, latencies } = await fire({ ...optionsOf(where), amount })
  return phaseOf(result, latencies, where.url)
}

function optionsOf({ url, connections, requests }: Omit<Load, 'seconds'>): autocannon.Options {
  let next = 0
  const setupClient = (client: autocannon.Client) => {
    client.setRequests(requests[next % requests.length] ?? [])
    next += 1
  }
  return { url, connections, sampleInt: 50, setupClient }
}

async function fire(options: autocannon.Options): Promise<{ result: autocannon.Result; latencies: number[] }> {
  const instance = autocannon(options)
  // Its own histogram knows whole milliseconds only.
  const latencies: number[] = []
  instance.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds))
  return { result: await instance, latencies }
}

function phaseOf(result: autocannon.Result, latencies: readonly number[], url: string): Phase {
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} answers were refused, ${result.errors} requests failed`)
  if (result['2xx'] === 0) throw new Error(`${url}: nobody was answered in ${result.duration} s`)
  return {
    perSecond: result['2xx'] / result.duration,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    answers: result['2xx'],
  }
}

export type Step = {
  name: string
  request: (buyer: number, context: Chain) => autocannon.Request
  /** What the next steps need of the answer. */
  keep: (answer: unknown) => Chain
}
/** What a buyer's steps tell one another. */
export type Chain = Record<string, string>
export type Chained = {
  seconds: number
  buyersDone: number
  /** Milliseconds from request to answer, of each step. */
  latencies: { name: string; p50: number; p99: number }[]
  /** How many were done after so many seconds. */
  progress: { second: number; done: number }[]
}

/**
 * Buyers who each take several steps, the answer of one making the request of the next; each connection serves one buyer
 * after the other. Ends after `secondsMax` where it is not done.
 * @throws Error naming the first answer that was no 200
 */
export async function chain(
  steps: readonly Step[],
  { url, connections, buyers, secondsMax }: { url: string; connections: number; buyers: number; secondsMax: number },
): Promise<Chained> {
  if (buyers % connections !== 0) throw new Error('every connection serves the same number of buyers')
  const latencies = steps.map((): number[] => [])
  const progress: Chained['progress'] = []
  let started = 0
  let buyersDone = 0
  let refused: string | null = null
  const begin = performance.now()
  let end = begin
  const secondsNow = () => (performance.now() - begin) / 1000

  const instance = autocannon({
    url,
    connections,
    amount: buyers * steps.length,
    timeout: secondsMax,
    sampleInt: 50,
    requests: steps.map(({ name, request, keep }, index) => ({
      method: 'POST',
      path: '/',
      setupRequest: (_, context) => {
        const state = context as { buyer: number; chain: Chain; at: number }
        if (index === 0) Object.assign(state, { buyer: started++, chain: {} })
        state.at = performance.now()
        return request(state.buyer, state.chain)
      },
      onResponse: (status, body, context) => {
        const state = context as { buyer: number; chain: Chain; at: number }
        end = performance.now()
        latencies[index]?.push(end - state.at)
        if (status === 200) state.chain = { ...state.chain, ...keep(JSON.parse(body)) }
        else {
          refused ??= `${name} was answered ${status}: ${body.slice(0, 300)}`
          instance.stop()
        }
        if (index === steps.length - 1) buyersDone += 1
      },
    })),
  })
  const ticking = setInterval(() => progress.push({ second: secondsNow(), done: buyersDone }), 500)
  const limit = setTimeout(() => instance.stop(), secondsMax * 1000)
  const result = await instance
  clearInterval(ticking)
  clearTimeout(limit)
  if (refused !== null) throw new Error(refused)
  if (result.errors > 0)
    throw new Error(`${result.errors} requests failed, ${result.timeouts} of them without an answer`)
  progress.push({ second: (end - begin) / 1000, done: buyersDone })
  return {
    seconds: (end - begin) / 1000,
    buyersDone,
    latencies: steps.map(({ name }, index) => ({
      name,
      p50: percentile(latencies[index] ?? [], 0.5),
      p99: percentile(latencies[index] ?? [], 0.99),
    })),
    progress,
  }
}
