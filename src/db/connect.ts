import type postgres from 'postgres'
import { driver } from './driver.ts'

export type Sql = postgres.Sql<{ bigint: number }> & {
  /**
   * Connections for single statements that are a transaction of their own and that many people wait for: they queue
   * behind nothing but each other.
   */
  alone: postgres.Sql<{ bigint: number }>
  /** Hears what is told on `channel`, on a connection of its own that is opened again whenever it breaks. */
  follow: (channel: string, follower: Follower) => { stop: () => Promise<void> }
}

export type Follower = {
  told: (payload: string) => void
  /** From now on nothing is missed; what was told before this was. */
  connected: () => void
  lost: () => void
}
/** A connection inside a transaction. A function that takes one never opens its own. */
export type Tx = postgres.TransactionSql<{ bigint: number }>
/** Whatever can run a read: the pool or a transaction. */
export type Db = postgres.Sql<{ bigint: number }> | Tx
export type Fragment = postgres.Fragment
export type Json = postgres.JSONValue

export type ConnectionOptions = {
  url?: string
  host?: string
  port?: number
  username?: string
  password?: string
  database?: string
  /** Connections, 2 to 100, and up to three more: four in ten for single statements, the others for transactions. */
  connectionsMax?: number
  /** How long a statement waits for a lock; 3000. */
  lockWaitMilliseconds?: number
}

/**
 * The pool. Columns are snake_case in SQL and camelCase in rows; int8 is a number, and one that a double cannot hold is
 * a fault rather than a wrong figure. A statement runs at most 30 s.
 *
 * Transactions have connections of their own. On shared ones postgres.js sends a `begin` behind other statements when
 * all are busy, and under load it then forgets to reserve the connection and fails with UNSAFE_TRANSACTION; on
 * connections that carry nothing else a `begin` waits for its turn.
 */
export function connect({ url, connectionsMax = 10, lockWaitMilliseconds = 3000, ...rest }: ConnectionOptions): Sql {
  const options: postgres.Options<{ bigint: postgres.PostgresType<number> }> = {
    ...rest,
    idle_timeout: 60,
    connect_timeout: 10,
    // Its own default counts the failures of all connections together: after an outage it would wait up to 20 s.
    backoff: () => RECONNECT_SECONDS,
    transform: { undefined: null, column: { from: driver.toCamel, to: driver.fromCamel } },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: parseBigint } },
    connection: {
      application_name: 'boxoffice',
      TimeZone: 'UTC',
      lock_timeout: lockWaitMilliseconds,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      // A plan that is kept was made while the tables of a new sale were small, and reads them whole when they have grown:
      // a batch of payments took 58, then 101, then 154 ms. Making it anew costs a batch a few milliseconds.
      plan_cache_mode: 'force_custom_plan',
    },
    onnotice: () => {},
  }
  const pool = (max: number, more: Partial<typeof options> = {}) => {
    const all = { ...options, ...more, max }
    return url === undefined ? driver(all) : driver(url, all)
  }
  const forReads = Math.max(1, Math.floor(connectionsMax * 0.4))
  const reads = pool(forReads)
  // What they change of stock is told after the commit: db/changes.ts.
  const tells = { ...options.connection, 'boxoffice.tells_stock': 'yes' }
  const transactions = pool(Math.max(1, connectionsMax - forReads), { connection: tells })
  // These go by keys to small tables and add to the large ones: their plans are kept, and need no scan.
  const keepsPlans = { plan_cache_mode: 'auto', enable_seqscan: 'off' }
  const alone = pool(ALONE_MAX, { connection: { ...tells, ...keepsPlans } })
  const endReads = reads.end
  const following = new Set<{ stop: () => Promise<void> }>()
  return Object.assign(reads, {
    alone,
    begin: transactions.begin,
    follow: (channel: string, follower: Follower) => {
      const followed = follow(more => pool(1, more as Partial<typeof options>), channel, follower) // see `follow`
      following.add(followed)
      return followed
    },
    end: async (how?: { timeout?: number }) => {
      const followed = [...following].map(each => each.stop())
      await Promise.all([endReads(how), transactions.end(how), alone.end(how), ...followed])
    },
  })
}

/**
 * postgres.js has a `listen` of its own, which neither says that it lost the connection nor tries for long to get it
 * back. Its options `onnotify` and `onclose` are what that is made of; the types know only the second.
 */
function follow(
  open: (more: object) => postgres.Sql<{ bigint: number }>,
  channel: string,
  { told, connected, lost }: Follower,
): { stop: () => Promise<void> } {
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let failures = 0
  const again = () => {
    if (stopped || retry) return
    const wait = Math.min(RETRY_MILLISECONDS_MAX, RETRY_MILLISECONDS * 2 ** failures)
    failures += 1
    retry = setTimeout(() => {
      retry = undefined
      listen()
    }, wait)
    retry.unref()
  }
  const connection = open({
    idle_timeout: null,
    max_lifetime: null,
    fetch_types: false,
    backoff: 0,
    onnotify: (_: string, payload: string) => told(payload),
    onclose: () => {
      lost()
      again()
    },
  })
  const listen = () => {
    connection`listen ${connection(channel)}`.then(() => {
      failures = 0
      if (!stopped) connected()
    }, again)
  }
  listen()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(retry)
      await connection.end({ timeout: 1 })
    },
  }
}

const RETRY_MILLISECONDS = 50
const RETRY_MILLISECONDS_MAX = 2000

/** Any value as a jsonb parameter, null as SQL null; what JSON cannot hold is dropped by JSON itself. */
export function jsonb(db: Db, value: unknown): postgres.Parameter | null {
  if (value === null || value === undefined) return null
  return db.json(value as Json) // postgres.js types the parameter as plain JSON; our readonly wire types are that
}

/**
 * A list as PostgreSQL writes arrays, for a parameter that the statement casts: `${arrayOf(ids)}::uuid[]`. For what needs
 * no quotes: ids, numbers, booleans, moments.
 */
export function arrayOf(values: readonly (string | number | boolean | Date | null | undefined)[]): string {
  return `{${values.map(value => (value instanceof Date ? value.toISOString() : (value ?? 'NULL'))).join(',')}}`
}

/** The same for any text. */
export function textsOf(values: readonly (string | null)[]): string {
  return `{${values.map(text => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
}

const RECONNECT_SECONDS = 0.25

/** One is enough for one busy site; a site whose rows are kept locked must not stop the others. */
const ALONE_MAX = 3

function parseBigint(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a double`)
  return value
}
