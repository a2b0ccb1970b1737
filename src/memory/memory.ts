import { type Change, followChanges, onChange } from '../db/changes.ts'
import type { Sql } from '../db/connect.ts'
import { type LoadedEvent, loadEvent, type Named } from './load.ts'
import { newBudget, type Remembered, remember, spend, takeOver, truthOf } from './remembered.ts'
import { newSeats } from './seats.ts'

/** Events as guests are shown them, without asking the database each time: ARCHITECTURE.md, "Reads from memory". */
export type Memory = {
  /** What is remembered of an event and true at `now`; null when it has to be read. */
  recall: (named: Named, now: Date) => Remembered | null
  /** The event as the database has it, remembered from now on; null when there is none. */
  read: (named: Named, now: Date) => Promise<Remembered | null>
  /** Calls `listener` when it has taken in what was changed; without an argument when anything may have. */
  onTold: (listener: (change?: Change) => void) => void
  /** How many events are remembered. */
  size: () => number
  /** Begins to hear what other processes change. */
  start: () => void
  stop: () => Promise<void>
}

type OfSite = {
  byId: Map<string, Remembered>
  bySlug: Map<string, Remembered>
  byDefinition: Map<string, Remembered>
}

/** A reading under way, for everybody who asks for the same meanwhile. */
type Loading = {
  named: Named
  asOf: number
  /** What was told since it began, to be taken over when it is done. */
  told: (Change & { kind: 'stock' })[]
  /** Whether what it reads may be old already: then it is nothing to remember. */
  isOld: boolean
  result: Promise<Remembered | null>
}

/** At most so old, in ms, is what is served, even if nobody told that it has changed. */
const AGE_MAX = 1000
/** The same while we hear nothing. */
const AGE_MAX_DEAF = 200

export function createMemory(sql: Sql, { eventsMax = 1000, bytesMax = 64 * 1_048_576 } = {}): Memory {
  const sites = new Map<string, OfSite>()
  /** All that is remembered, in the order of loading; what is read at all is loaded every second. */
  const all = new Set<Remembered>()
  /** Readings under way, and by name those that may be joined. */
  const underWay = new Set<Loading>()
  const loadings = new Map<string, Loading>()
  const listeners: ((change?: Change) => void)[] = []
  let isDeaf = true
  let stopFollowing: (() => Promise<void>) | undefined
  const forget = onChange(sql, hear)

  function recall(named: Named, now: Date): Remembered | null {
    const known = lookUp(named)
    if (!known) return null
    const at = performance.now()
    switch (truthOf(known, { now: now.getTime(), at, ageMax: isDeaf ? AGE_MAX_DEAF : AGE_MAX })) {
      case 'TRUE':
        return known
      case 'DOUBTFUL':
        return loadings.has(keyOf(named)) || spend(known.budget, at) ? null : known
      case 'OLD':
        return null
    }
  }

  function lookUp(named: Named): Remembered | undefined {
    const ofSite = sites.get(named.siteId)
    return 'slug' in named ? ofSite?.bySlug.get(named.slug) : ofSite?.byId.get(named.eventId)
  }

  async function read(named: Named, now: Date): Promise<Remembered | null> {
    for (;;) {
      const found = await load(named, now).result
      // Told of something, while it was read, that only another reading can find out.
      if (!found?.isDoubtful || !spend(found.budget, performance.now())) return found
    }
  }

  function load(named: Named, now: Date): Loading {
    const key = keyOf(named)
    const begun = loadings.get(key)
    if (begun && Math.abs(begun.asOf - now.getTime()) <= SAME_MILLISECONDS) return begun
    const askedAt = performance.now()
    const loading: Loading = { named, asOf: now.getTime(), told: [], isOld: false, result: Promise.resolve(null) }
    loadings.set(key, loading)
    underWay.add(loading)
    loading.result = loadEvent(sql, named, now)
      .then(loaded => (loaded ? keep(loaded, loading, askedAt) : null))
      .finally(() => {
        underWay.delete(loading)
        if (loadings.get(key) === loading) loadings.delete(key)
      })
    return loading
  }

  function keep(loaded: LoadedEvent, loading: Loading, askedAt: number): Remembered {
    const { named, asOf, told, isOld } = loading
    const before = lookUp(named)
    const { budget = newBudget(askedAt), seats = newSeats(askedAt) } = before ?? {}
    const remembered = remember(loaded, { asOf, askedAt, budget, seats })
    for (const numbers of told.flatMap(change => change.numbers)) takeOver(remembered, numbers)
    if (!isOld && (!before || before.askedAt <= askedAt)) put(remembered)
    return remembered
  }

  function put(remembered: Remembered): void {
    const { event, definitions } = remembered.loaded
    const ofSite = sites.get(event.siteId) ?? { byId: new Map(), bySlug: new Map(), byDefinition: new Map() }
    const before = ofSite.byId.get(event.eventId)
    if (before) remove(before)
    sites.set(event.siteId, ofSite)
    ofSite.byId.set(event.eventId, remembered)
    ofSite.bySlug.set(event.slug, remembered)
    for (const { ticketDefinitionId } of definitions) ofSite.byDefinition.set(ticketDefinitionId, remembered)
    all.add(remembered)
    let bytes = 0
    for (const each of all) bytes += each.bytes + each.answersBytes
    for (const oldest of all) {
      if (all.size <= eventsMax && bytes <= bytesMax) break
      bytes -= oldest.bytes + oldest.answersBytes
      remove(oldest)
    }
  }

  function remove(remembered: Remembered): void {
    const { event, definitions } = remembered.loaded
    all.delete(remembered)
    const ofSite = sites.get(event.siteId)
    if (!ofSite) return
    ofSite.byId.delete(event.eventId)
    ofSite.bySlug.delete(event.slug)
    for (const { ticketDefinitionId } of definitions) ofSite.byDefinition.delete(ticketDefinitionId)
    if (ofSite.byId.size === 0) sites.delete(event.siteId)
  }

  function hear(change: Change): void {
    takeIn(change)
    for (const listener of listeners) listener(change)
  }

  function takeIn(change: Change): void {
    for (const loading of underWay) {
      if (loading.named.siteId !== change.siteId) continue
      if (change.kind === 'content') outdate(loading)
      else loading.told.push(change)
    }
    const ofSite = sites.get(change.siteId)
    switch (change.kind) {
      case 'content':
        for (const remembered of ofSite?.byId.values() ?? []) remove(remembered)
        return
      case 'stock':
        for (const numbers of change.numbers) {
          const remembered = ofSite?.byDefinition.get(numbers.ticketDefinitionId)
          if (remembered) takeOver(remembered, numbers)
        }
    }
  }

  /** Who waits for it asked before the change, and may have it; whoever asks from now on must not. */
  function outdate(loading: Loading): void {
    loading.isOld = true
    const key = keyOf(loading.named)
    if (loadings.get(key) === loading) loadings.delete(key)
  }

  function forgetAll(): void {
    for (const loading of underWay) outdate(loading)
    sites.clear()
    all.clear()
    for (const listener of listeners) listener()
  }

  return {
    recall,
    read,
    onTold: listener => listeners.push(listener),
    size: () => all.size,
    start: () => {
      stopFollowing = followChanges(sql, {
        told: told => {
          if (told.kind !== 'hosts') hear(told)
        },
        connected: () => {
          forgetAll() // what was told until now, we may have missed
          isDeaf = false
        },
        lost: () => {
          isDeaf = true
        },
      })
    },
    stop: async () => {
      forget()
      await stopFollowing?.()
    },
  }
}

function keyOf(named: Named): string {
  return `${named.siteId} ${'slug' in named ? `/${named.slug}` : named.eventId}`
}

/** Requests whose clocks differ by no more can share a reading. */
const SAME_MILLISECONDS = 50
