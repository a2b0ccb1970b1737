import { followChanges } from '../db/changes.ts'
import type { Sql } from '../db/connect.ts'

// A site may have its storefront under a host name of its own, beside the installation's address.

/**
 * The hosts of sites, as this process knows them: what an address is made with must be at hand wherever one is made. By the
 * sites' ids, which are unique whatever database they are in.
 */
const HOST_OF = new Map<string, string>()
/** The sites whose pages are below a path of their own: none is the installation's first, or has a host. */
const WITHOUT_HOST = new Set<string>()

export type Hosts = {
  /** The site whose storefront is under a host name, by what the request says; null for any other. */
  siteAt: (host: string) => string | null
  /** Reads them anew, for who has just changed one. */
  refresh: () => Promise<void>
  stop: () => Promise<void>
}

/** Knows the hosts of sites from now on; of what another process changes it is told. */
export async function keepHosts(sql: Sql): Promise<Hosts> {
  let sites = new Map<string, string>()
  let hostless = new Set<string>()
  let begun = 0
  let latest = 0
  const refresh = async () => {
    begun += 1
    const turn = begun
    const rows = await sql<{ siteId: string; host: string | null }[]>`
      select site_id, host
        from sites
       where host is not null
          or site_id <> (select site_id from sites order by created_at, site_id limit 1)`
    if (turn < latest) return // who began later knows better
    latest = turn
    const known = new Map(rows.flatMap(({ siteId, host }) => (host === null ? [] : [[host, siteId]])))
    for (const siteId of sites.values()) HOST_OF.delete(siteId)
    for (const [host, siteId] of known) HOST_OF.set(siteId, host)
    sites = known
    for (const siteId of hostless) WITHOUT_HOST.delete(siteId)
    hostless = new Set(rows.filter(({ host }) => host === null).map(({ siteId }) => siteId))
    for (const siteId of hostless) WITHOUT_HOST.add(siteId)
  }

  // Read again when they are due: at once after being told, soon while nothing is heard, else seldom, should a connection
  // have died unseen. While the database is away they stay as they were.
  let isDeaf = true
  let dueAt = Number.POSITIVE_INFINITY
  let isReading = false
  const readWhenDue = async () => {
    if (isReading || performance.now() < dueAt) return
    isReading = true
    dueAt = Number.POSITIVE_INFINITY
    const isDone = await refresh().then(
      () => true,
      () => false,
    )
    isReading = false
    const pause = isDone ? (isDeaf ? DEAF_MILLISECONDS : SELDOM_MILLISECONDS) : AWAY_MILLISECONDS
    dueAt = Math.min(dueAt, performance.now() + pause) // told again meanwhile: at once
    await readWhenDue()
  }
  const readNow = () => {
    dueAt = 0
    readWhenDue()
  }
  dueAt = 0
  await readWhenDue()
  const timer = setInterval(readWhenDue, LOOK_MILLISECONDS).unref()
  const stopFollowing = followChanges(sql, {
    told: ({ kind }) => {
      if (kind === 'hosts') readNow()
    },
    connected: () => {
      isDeaf = false
      readNow() // what was told until now, we may have missed
    },
    lost: () => {
      isDeaf = true
      dueAt = Math.min(dueAt, performance.now() + DEAF_MILLISECONDS)
    },
  })
  return {
    siteAt: host => sites.get(host.toLowerCase()) ?? null,
    refresh,
    stop: async () => {
      clearInterval(timer)
      await stopFollowing()
    },
  }
}

const LOOK_MILLISECONDS = 1000
const DEAF_MILLISECONDS = 1000
const AWAY_MILLISECONDS = 20_000
const SELDOM_MILLISECONDS = 60_000

/**
 * The base of addresses of a site, without a trailing slash: the installation's, with the site's own host where it has one.
 * @param publicUrl the installation's
 */
export function baseOf(siteId: string, publicUrl: string): string {
  const host = HOST_OF.get(siteId)
  if (host === undefined) return publicUrl
  const url = new URL(publicUrl)
  url.hostname = host
  return url.href.replace(/\/$/, '')
}

/**
 * The base of the pages that do not say of which site they are, the list of events and those of each: the same, but
 * below `/s/{siteId}` of a site that has no host and is not the one that is shown where no other is named.
 */
export function storefrontOf(siteId: string, publicUrl: string): string {
  return baseOf(siteId, publicUrl) + homeOf(siteId).slice(0, -1)
}

/** Where these pages are below that base: a path that ends in `/`. */
export function homeOf(siteId: string): string {
  return WITHOUT_HOST.has(siteId) ? `/s/${siteId}/` : '/'
}

/** The site that is named by the path that was asked for, and that path as it would be under a host of its own. */
export function readSitePath(url: string): { siteId: string; rest: string } | null {
  const [, siteId, rest] = SITE_PATH.exec(url) ?? []
  if (siteId === undefined || rest === undefined) return null
  return { siteId: siteId.toLowerCase(), rest: rest.startsWith('/') ? rest : `/${rest}` }
}

/** Nothing else has an address there: whatever says itself of which site it is has one for all. */
const SITE_PATH = /^\/s\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})((?:\/event-details\/[^?]*|\/?)(?:\?.*)?)$/i
