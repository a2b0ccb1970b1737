import type { Db, Sql, Tx } from './connect.ts'

/** What was changed of that which processes remember: the numbers of a site's tickets, or anything else that it shows. */
export type Change =
  | { kind: 'stock'; siteId: string; numbers: readonly Numbers[] }
  | { kind: 'content'; siteId: string }

/** A row of inventory as a statement left it. Of two the one with the higher version is the later one. */
export type Numbers = {
  ticketDefinitionId: string
  version: number
  actualLimit: number | null
  reserved: number
  sold: number
}

export type ChangeListener = (change: Change) => void

/** What the database tells: a change, or that the hosts of sites are others. */
export type Told = Change | { kind: 'hosts' }

export type ChangeFollower = {
  told: (told: Told) => void
  /** From now on nothing is missed; what was told before this was. */
  connected: () => void
  lost: () => void
}

/** Where the database tells of changes: migrations/0005-changes-are-told.sql. */
export const CHANGES_CHANNEL = 'boxoffice'

/** Hears what the database tells, whoever wrote: all of a process's followers by one connection. */
export function followChanges(sql: Sql, follower: ChangeFollower): () => Promise<void> {
  const known = FOLLOWING.get(sql)
  const following = known ?? { followers: new Set<ChangeFollower>(), isConnected: false, stop: async () => {} }
  following.followers.add(follower)
  if (!known) {
    FOLLOWING.set(sql, following)
    following.stop = sql.follow(CHANGES_CHANNEL, {
      told: payload => {
        const told = parseTold(payload)
        if (told) for (const each of following.followers) each.told(told)
      },
      connected: () => {
        following.isConnected = true
        for (const each of following.followers) each.connected()
      },
      lost: () => {
        following.isConnected = false
        for (const each of following.followers) each.lost()
      },
    }).stop
  } else if (following.isConnected) follower.connected()
  return async () => {
    following.followers.delete(follower)
    if (following.followers.size > 0 || FOLLOWING.get(sql) !== following) return
    FOLLOWING.delete(sql)
    await following.stop()
  }
}

type Following = { followers: Set<ChangeFollower>; isConnected: boolean; stop: () => Promise<void> }
const FOLLOWING = new WeakMap<Sql, Following>()

/** Calls `listener` with what transactions of this process changed, as soon as they have committed. */
export function onChange(sql: Sql, listener: ChangeListener): () => void {
  const listeners = LISTENERS.get(sql) ?? new Set()
  LISTENERS.set(sql, listeners.add(listener))
  return () => listeners.delete(listener)
}

/** Says what the transaction changes; nobody hears of it when it is rolled back. */
export function noteChange(tx: Db, change: Change): void {
  NOTED.get(tx)?.push(change)
}

/** Where what the transaction changes is going to be noted. */
export function takeNotes(tx: Tx): Change[] {
  const notes: Change[] = []
  NOTED.set(tx, notes)
  return notes
}

/** Tells this process at once, and the others soon: of content the database itself tells them. */
export function tellCommitted(sql: Sql, changes: readonly Change[]): void {
  for (const change of changes) {
    for (const listener of LISTENERS.get(sql) ?? []) listener(change)
    if (change.kind === 'stock') tellOthers(sql, change)
  }
}

const NOTED = new WeakMap<Db, Change[]>()
const LISTENERS = new WeakMap<Sql, Set<ChangeListener>>()

type Untold = Map<string, Map<string, Numbers>>

/** Numbers that are still to be told, by site and definition: of several in a short time the last one is enough. */
const UNTOLD = new WeakMap<Sql, Untold>()

/** How long numbers may wait for others to be told with them. */
const TELLING_MILLISECONDS = 20

function tellOthers(sql: Sql, { siteId, numbers }: Change & { kind: 'stock' }): void {
  const waiting = UNTOLD.get(sql)
  const untold: Untold = waiting ?? new Map()
  const ofSite = untold.get(siteId) ?? new Map<string, Numbers>()
  untold.set(siteId, ofSite)
  for (const each of numbers) ofSite.set(each.ticketDefinitionId, each)
  if (waiting) return
  UNTOLD.set(sql, untold)
  setTimeout(() => {
    UNTOLD.delete(sql)
    const payloads = [...untold].flatMap(([site, byDefinition]) => stockPayloads(site, [...byDefinition.values()]))
    // Outside of any transaction, so that no commit waits for it. Who is not told reads again within a second.
    sql`select pg_notify(${CHANGES_CHANNEL}, payload) from unnest(${payloads}::text[]) as payload`.catch(() => {})
  }, TELLING_MILLISECONDS).unref()
}

/** As the trigger makes them: less than 8000 bytes each. */
function stockPayloads(siteId: string, numbers: readonly Numbers[]): string[] {
  const rows = numbers.map(each => [each.ticketDefinitionId, each.version, each.actualLimit, each.reserved, each.sold])
  const payloads: string[] = []
  for (let from = 0; from < rows.length; from += ROWS_MAX)
    payloads.push(JSON.stringify(['stock', siteId, rows.slice(from, from + ROWS_MAX)]))
  return payloads
}

const ROWS_MAX = 50

/** What a notification says; null for one that is not ours. */
function parseTold(payload: string): Told | null {
  try {
    const [kind, siteId, rows] = JSON.parse(payload) as [string, string, StockRow[]] // what the database and we send
    if (kind === 'hosts') return { kind }
    if (kind === 'content') return { kind, siteId }
    if (kind !== 'stock') return null
    const numbers = rows.map(([ticketDefinitionId, version, actualLimit, reserved, sold]) => ({
      ticketDefinitionId,
      version,
      actualLimit,
      reserved,
      sold,
    }))
    return { kind, siteId, numbers }
  } catch {
    return null
  }
}

type StockRow = [string, number, number | null, number, number]
