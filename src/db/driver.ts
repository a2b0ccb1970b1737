import { registerHooks } from 'node:module'
import type postgres from 'postgres'

/**
 * postgres.js, mended while it is loaded. When a connection breaks under a transaction, 3.4.9 writes its `rollback` to a
 * socket that is gone, from a timer, where nobody can catch the error: the process ends. Or it keeps that timer and those
 * bytes, and then the connection never sends anything again, not even after the database has come back
 * (github.com/porsager/postgres: issues 1154 and 1208, pull request 1209). Each mend is what a function of its does first. test/crash/outage.test.ts fails without them.
 */
const MENDS: readonly (readonly [where: string, first: string])[] = [
  // What is asked of a connection that is gone fails at once. True: it is not busy, and stays among the closed ones.
  [
    'function execute(q) {',
    "if (!terminated && !socket) return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true",
  ],
  // Whoever still waits when it closes is told so, also if they asked after the error; nothing is left to be sent.
  [
    'async function closed(hadError) {',
    "if (!initial && (query || sent.length > 0)) { error(Errors.connection('CONNECTION_CLOSED', options)); query = null }" +
      'clearImmediate(nextWriteTimer); chunk = nextWriteTimer = null',
  ],
  ['function nextWrite(fn) {', 'if (!socket) { chunk = nextWriteTimer = null; return true }'],
]

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith('/postgres/src/connection.js')) return loaded
    const source = MENDS.reduce((text, [where, first]) => {
      if (text.split(where).length !== 2)
        throw new Error('postgres.js has changed: see whether it still needs src/db/driver.ts')
      return text.replace(where, () => `${where} ${first};`)
    }, String(loaded.source))
    return { ...loaded, source }
  },
})

// Not a static import, for those are loaded before the first line here runs.
export const driver: typeof postgres = (await import('postgres')).default
