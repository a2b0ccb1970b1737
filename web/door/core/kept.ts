import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { newSealingKey, type Sealed, seal, unseal } from './seal.ts'

/*
 * What the phone keeps, in IndexedDB. All of it but the key itself is sealed: names of guests, the staff member's token,
 * scans that were not sent yet.
 */
type Stores = DBSchema & {
  /** One of each: `key` is the sealing key. */
  singles: { key: string; value: CryptoKey | Sealed }
  /** Guests of events, by event and bucket. */
  guests: { key: [string, number]; value: Sealed }
  /** Scans to be sent, in order. */
  scans: { key: number; value: Sealed }
}

export type Kept = {
  get: <Value>(name: string) => Promise<Value | null>
  set: (name: string, value: unknown) => Promise<void>
  names: () => Promise<string[]>
  remove: (name: string) => Promise<void>
  readGuests: <Entry>(eventId: string) => Promise<Entry[]>
  /** Buckets, and what is known of the list as a whole, at once or not at all. */
  writeGuests: (eventId: string, buckets: ReadonlyMap<number, unknown>, about: unknown) => Promise<void>
  forgetGuests: (eventId: string) => Promise<void>
  /** @returns its place in the queue */
  addScan: (scan: unknown) => Promise<number>
  readScans: <Scan>() => Promise<{ place: number; scan: Scan }[]>
  removeScans: (places: readonly number[]) => Promise<void>
  /** All but scans that were not sent, which are nobody's but the guests'. */
  wipe: (what: { scans: boolean }) => Promise<void>
}

/** @throws Error where the browser keeps nothing, as in some private windows */
export async function openKept(): Promise<Kept> {
  const db = await openDB<Stores>('boxoffice-door', 1, {
    upgrade(opening) {
      opening.createObjectStore('singles')
      opening.createObjectStore('guests')
      opening.createObjectStore('scans', { autoIncrement: true })
    },
  })
  const key = await sealingKey(db)

  return {
    async get<Value>(name: string) {
      const found = await db.get('singles', name)
      return isSealed(found) ? await unseal<Value>(key, found) : null
    },
    async set(name, value) {
      await db.put('singles', await seal(key, value), name)
    },
    async names() {
      return (await db.getAllKeys('singles')).filter(name => name !== KEY)
    },
    async remove(name) {
      await db.delete('singles', name)
    },
    async readGuests<Entry>(eventId: string) {
      const buckets = await db.getAll('guests', bucketsOf(eventId))
      return (await Promise.all(buckets.map(bucket => unseal<Entry[]>(key, bucket)))).flat()
    },
    async writeGuests(eventId, buckets, about) {
      // Sealed before, because a transaction does not wait for anything else.
      const sealed = await Promise.all(
        [...buckets].map(async ([bucket, entries]) => [bucket, await seal(key, entries)] as const),
      )
      const sealedAbout = await seal(key, about)
      const tx = db.transaction(['singles', 'guests'], 'readwrite')
      for (const [bucket, entries] of sealed) void tx.objectStore('guests').put(entries, [eventId, bucket])
      void tx.objectStore('singles').put(sealedAbout, listName(eventId))
      await tx.done
    },
    async forgetGuests(eventId) {
      const tx = db.transaction(['singles', 'guests'], 'readwrite')
      void tx.objectStore('guests').delete(bucketsOf(eventId))
      void tx.objectStore('singles').delete(listName(eventId))
      await tx.done
    },
    async addScan(scan) {
      return await db.add('scans', await seal(key, scan))
    },
    async readScans<Scan>() {
      const tx = db.transaction('scans')
      const [places, scans] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()])
      return Promise.all(
        places.map(async (place, at) => ({ place, scan: await unseal<Scan>(key, scans[at] as Sealed) })),
      )
    },
    async removeScans(places) {
      const tx = db.transaction('scans', 'readwrite')
      for (const place of places) void tx.store.delete(place)
      await tx.done
    },
    async wipe({ scans }) {
      const tx = db.transaction(['singles', 'guests', 'scans'], 'readwrite')
      void tx.objectStore('guests').clear()
      if (scans) void tx.objectStore('scans').clear()
      const singles = tx.objectStore('singles')
      for (const name of await singles.getAllKeys()) if (name !== KEY) void singles.delete(name)
      await tx.done
    },
  }
}

/** The name of what is known of an event's list as a whole. */
export function listName(eventId: string): string {
  return `list ${eventId}`
}

const KEY = 'key'

async function sealingKey(db: IDBPDatabase<Stores>): Promise<CryptoKey> {
  const found = await db.get('singles', KEY)
  if (found instanceof CryptoKey) return found
  const made = await newSealingKey()
  await db.put('singles', made, KEY)
  return made
}

function isSealed(value: CryptoKey | Sealed | undefined): value is Sealed {
  return value !== undefined && !(value instanceof CryptoKey)
}

function bucketsOf(eventId: string): IDBKeyRange {
  return IDBKeyRange.bound([eventId, 0], [eventId, Number.MAX_SAFE_INTEGER])
}
