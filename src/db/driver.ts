import { registerHooks } from 'node:module'
import type postgres from 'postgres'

/**
 * postgres.js, mended while it is loaded. When a connection breaks under a transaction, 3.4.9 writes its `rollback` to a
 * socket that is gone, from a timer, where nobody can catch the error: the process ends. Or it keeps that timer and those
 * bytes, and then the connection never sends anything again, not even after the database has come back
 * (github.com/porsager/postgres: issues 1154 and 1208, pull request 1209). test/crash/outage.test.ts fails without this.
 */
const MENDS: readonly (readonly [string, string])[] = [
  // What is asked of a connection that is gone fails at once. True: it is not busy, and stays among the closed ones.
  [
    `    if (terminated)
      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))
`,
    `    if (terminated)
      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (!socket)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true
`,
  ],
  // Whoever still waits when it closes is told so, also if they asked after the error; nothing is left to be sent.
  [
    `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
  ],
  [
    `    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
    `    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options))
    query = null
`,
  ],
  [
    `    const x = socket.write(chunk, fn)
    nextWriteTimer`,
    `    const x = socket && socket.write(chunk, fn)
    nextWriteTimer`,
  ],
]

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith('/postgres/src/connection.js')) return loaded
    const source = MENDS.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error('postgres.js has changed: see whether it still needs src/db/driver.ts')
      return text.replace(from, () => to)
    }, String(loaded.source))
    return { ...loaded, source }
  },
})

// Not a static import, for those are loaded before the first line here runs.
export const driver: typeof postgres = (await import('postgres')).default
