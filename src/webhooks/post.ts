import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { callableAddresses, literalAddress, problemOfTarget, type Reach } from './addresses.ts'

/** What came of one request. */
export type Posted = {
  milliseconds: number
  /** null: no answer in time. */
  status: number | null
  headers: Readonly<Record<string, string>>
  body: string
  failure: string | null
}

/** Posts to one target, over connections that it keeps until it is closed. */
export type Poster = { post: (url: string, body: string) => Promise<Posted>; close: () => void }

export type PosterOptions = Reach & {
  /** Certificate authorities besides the well-known ones; tests have their own. */
  ca?: string | undefined
}

/** A target has so long for its answer, from looking its name up to the head of the answer (api 11.3.1). */
export const ANSWER_MILLISECONDS_MAX = 1250
/** So much of an answer's body is read. */
export const ANSWER_BYTES_MAX = 4096
/** Connections to one target. */
const CONNECTIONS_MAX = 4
const HEADERS_KEPT = 20
const HEADER_LENGTH_MAX = 200

/**
 * Posts texts to targets that are not ours. Each name is looked up by ourselves, its addresses are judged, and the
 * connection is made to one of those; redirects are not followed; certificates must be good; time and size are bounded.
 */
export function createPoster(options: PosterOptions): Poster {
  const lookup = lookupFor(options)
  const shared = { keepAlive: true, maxSockets: CONNECTIONS_MAX, lookup }
  const https = new HttpsAgent({ ...shared, ...(options.ca && { ca: options.ca }) })
  const http = new HttpAgent(shared)
  return {
    post: (url, body) => post(url, body, { options, agent: url.startsWith('https:') ? https : http }),
    close: () => {
      https.destroy()
      http.destroy()
    },
  }
}

function lookupFor(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    callableAddresses(hostname, reach, AbortSignal.timeout(ANSWER_MILLISECONDS_MAX)).then(
      addresses => {
        const found = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
        const [first] = found
        if (options.all) callback(null, found)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    )
  }
}

type Making = { options: PosterOptions; agent: HttpAgent | HttpsAgent }

async function post(url: string, body: string, { options, agent }: Making): Promise<Posted> {
  const begun = performance.now()
  const answered = (answer: Omit<Posted, 'milliseconds'>): Posted => ({
    milliseconds: Math.round(performance.now() - begun),
    ...answer,
  })
  try {
    await refuseTarget(url, options)
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS_MAX)
    const response = await headOf(url, body, { agent, signal })
    const { statusCode: status = 0 } = response
    const failure = status === 200 ? null : `answered ${status}`
    return answered({ status, headers: headersOf(response), body: await beginningOf(response, signal), failure })
  } catch (error) {
    return answered({ status: null, headers: {}, body: '', failure: failureOf(error) })
  }
}

/** An address that is its own name is not looked up, so it is judged here. */
async function refuseTarget(url: string, reach: Reach): Promise<void> {
  const problem = problemOfTarget(url, reach)
  if (problem !== null) throw new Error(`the address ${problem}`)
  const { hostname } = new URL(url)
  if (literalAddress(hostname) !== null) await callableAddresses(hostname, reach, AbortSignal.abort())
}

function headOf(
  url: string,
  body: string,
  { agent, signal }: Pick<Making, 'agent'> & { signal: AbortSignal },
): Promise<IncomingMessage> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      agent,
      signal,
      maxHeaderSize: 16_384,
      headers: {
        // What programs of the contract read: express.text() and its like.
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Boxoffice',
      },
    })
    request.once('response', resolve)
    request.once('error', (error: NodeJS.ErrnoException) => {
      // The target had closed a connection that we kept; nothing of this reached it.
      if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted)
        headOf(url, body, { agent, signal }).then(resolve, reject)
      else reject(error)
    })
    request.end(body)
  })
}

/** Reads until the end, until it is enough, or until the time is over; whoever goes on talking is cut off. */
function beginningOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise(resolve => {
    const end = () => {
      signal.removeEventListener('abort', cut)
      resolve(Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8'))
    }
    const cut = () => {
      response.destroy()
      end()
    }
    signal.addEventListener('abort', cut, { once: true })
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > ANSWER_BYTES_MAX) cut()
    })
    response.once('end', end)
    response.once('error', end)
    if (signal.aborted) cut()
  })
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const said = Object.entries(headers).slice(0, HEADERS_KEPT)
  return Object.fromEntries(said.map(([name, value]) => [name, String(value).slice(0, HEADER_LENGTH_MAX)]))
}

function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `no answer in ${ANSWER_MILLISECONDS_MAX} ms`
  // Of several addresses that were tried each has its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  const { message } = first instanceof Error ? first : error
  return message.slice(0, HEADER_LENGTH_MAX)
}
