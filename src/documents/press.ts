import { Worker } from 'node:worker_threads'
import { Refusal } from '../refusals.ts'
import type { PassesDocument } from '../wallet/apple-pass.ts'
import type { TicketsDocument } from './ticket-sheet.ts'

/**
 * Prints documents and signs passes in a thread of its own: one ticket takes some 50 ms, fifty take 0.8 s, and the first
 * of all half a second, in which nobody else would be answered.
 */
export type Press = {
  /** @throws Refusal UNAVAILABLE when too many pages wait already */
  print: (document: TicketsDocument | PassesDocument) => Promise<Uint8Array>
  stop: () => Promise<void>
}

type Waiting = {
  pages: number
  resolve: (file: Uint8Array) => void
  reject: (cause: Error) => void
  timeout: NodeJS.Timeout
}
type Printed = { id: number; file: Uint8Array } | { id: number; error: Error }

/** Some ten seconds of work; who comes then is told to come back. */
const PAGES_WAITING_MAX = 500
/** Of any document, from the moment it was asked for; a thread that takes longer hangs. */
const PRINTING_MS_MAX = 30_000
/** How long a thread stays that has nothing to do: with its fonts it takes as much memory as half of a server. */
const IDLE_MS_MAX = 20_000

export function createPress({ pagesWaitingMax = PAGES_WAITING_MAX, idleMsMax = IDLE_MS_MAX } = {}): Press {
  let worker: Worker | null = null
  let lastId = 0
  const waiting = new Map<number, Waiting>()
  let idle: NodeJS.Timeout | undefined

  /** Ends the thread; who still waits is told why. The next document starts another. */
  async function discard(cause: Error): Promise<void> {
    const ended = worker
    worker = null
    clearTimeout(idle)
    for (const { reject, timeout } of waiting.values()) {
      clearTimeout(timeout)
      reject(cause)
    }
    waiting.clear()
    await ended?.terminate()
  }

  function start(): Worker {
    const started = new Worker(new URL('./press-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
    })
    started.unref()
    started.on('message', (printed: Printed) => {
      const { resolve, reject, timeout } = waiting.get(printed.id) ?? {}
      waiting.delete(printed.id)
      clearTimeout(timeout)
      if (waiting.size === 0) idle = setTimeout(() => void discard(new Error('nothing waits')), idleMsMax).unref()
      if ('file' in printed) resolve?.(printed.file)
      else reject?.(new Error('a document could not be printed', { cause: printed.error }))
    })
    started.on('error', cause => {
      if (worker === started) void discard(new Error('the press broke', { cause }))
    })
    return started
  }

  return {
    print: document => {
      const pages = 'sheets' in document ? document.sheets.length : document.passes.length
      const ahead = [...waiting.values()].reduce((sum, each) => sum + each.pages, 0)
      if (ahead > 0 && ahead + pages > pagesWaitingMax)
        throw new Refusal('UNAVAILABLE', 'Too busy just now.', { retryAfterSeconds: 2 })
      clearTimeout(idle)
      worker ??= start()
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        const timeout = setTimeout(() => void discard(new Error('the press hangs')), PRINTING_MS_MAX)
        waiting.set(id, { pages, resolve, reject, timeout })
        worker?.postMessage({ id, document })
      })
    },
    stop: () => discard(new Error('the press is stopped')),
  }
}
