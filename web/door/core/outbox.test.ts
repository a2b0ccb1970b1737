import { describe, expect, test } from 'vitest'
import { ApiError } from '../../shared/api.ts'
import { Outbox, type Sent } from './outbox.ts'
import type { Scan, ScanResult } from './wire.ts'

type Shelf = ConstructorParameters<typeof Outbox>[0]

/** A phone's memory, which outlives the outboxes that are made over it. */
function aShelf(): Shelf & { scans: Map<number, unknown> } {
  const scans = new Map<number, unknown>()
  let place = 0
  return {
    scans,
    addScan: async scan => {
      place += 1
      scans.set(place, scan)
      return place
    },
    readScans: async <Value>() => [...scans].map(([at, scan]) => ({ place: at, scan: scan as Value })),
    removeScans: async places => {
      for (const each of places) scans.delete(each)
    },
  }
}

function aScan(id: string, more: Partial<Scan> = {}): Scan {
  return {
    id,
    number: id,
    kind: 'ENTER',
    date: '2030-06-01T18:00:00Z',
    gate: 'North',
    device: 'phone',
    offline: false,
    accepted: true,
    ...more,
  }
}

/** A server that admits everybody, unless told otherwise. */
function aServer(refuse: (eventId: string, scans: Scan[]) => number | null = () => null) {
  const batches: { eventId: string; scans: Scan[] }[] = []
  const send = async (eventId: string, scans: Scan[]): Promise<ScanResult[]> => {
    batches.push({ eventId, scans })
    const status = refuse(eventId, scans)
    if (status !== null) throw new ApiError({ status })
    return scans.map(({ id }) => ({ id, result: 'ADMITTED' }))
  }
  return { send, batches, ids: () => batches.map(({ scans }) => scans.map(({ id }) => id)) }
}

async function anOutbox(shelf: Shelf, send: ReturnType<typeof aServer>['send']) {
  const sent: Sent[] = []
  const outbox = new Outbox(shelf, send, async some => void sent.push(...some))
  await outbox.open()
  return { outbox, sent }
}

describe('what was scanned', () => {
  test('is sent in order, 200 at a time, and forgotten once it is answered', async () => {
    const shelf = aShelf()
    const server = aServer()
    const { outbox, sent } = await anOutbox(shelf, server.send)
    for (let at = 0; at < 250; at += 1) await outbox.add({ eventId: 'e', scan: aScan(`s${at}`) })
    await Promise.all([outbox.flush(), outbox.flush()])
    expect(server.ids().map(ids => ids.length)).toEqual([200, 50])
    expect(sent.map(({ scan }) => scan.id)).toEqual(Array.from({ length: 250 }, (_, at) => `s${at}`))
    expect([outbox.waiting, shelf.scans.size, outbox.pauseMs]).toEqual([[], 0, 0])
  })

  test('outlives the app, and is sent as decided without the server when it got through late', async () => {
    const shelf = aShelf()
    const lost = aServer(() => 0)
    const before = await anOutbox(shelf, lost.send)
    await before.outbox.add({ eventId: 'e', scan: aScan('one') })
    await expect(before.outbox.flush()).rejects.toThrow(ApiError)
    const first = before.outbox.pauseMs
    await expect(before.outbox.flush()).rejects.toThrow(ApiError)
    await expect(before.outbox.flush()).rejects.toThrow(ApiError)
    expect(first).toBeLessThan(1300)
    expect(before.outbox.pauseMs).toBeGreaterThan(2900)
    expect(lost.batches.map(({ scans }) => scans[0]?.offline)).toEqual([false, true, true])

    const server = aServer()
    const after = await anOutbox(shelf, server.send)
    expect(after.outbox.waiting).toHaveLength(1)
    await after.outbox.flush()
    expect(server.ids()).toEqual([['one']])
    expect(shelf.scans.size).toBe(0)
  })

  test('of an event that may not be checked in at any more keeps nothing of the others back, and is kept', async () => {
    const shelf = aShelf()
    const server = aServer(eventId => (eventId === 'gone' ? 403 : null))
    const { outbox, sent } = await anOutbox(shelf, server.send)
    await outbox.add({ eventId: 'gone', scan: aScan('one') })
    await outbox.add({ eventId: 'e', scan: aScan('two') })
    await expect(outbox.flush()).rejects.toThrow(ApiError)
    expect(sent.map(({ scan }) => scan.id)).toEqual(['two'])
    expect(outbox.waiting.map(({ scan }) => scan.id)).toEqual(['one'])
  })

  test('and is bad keeps the good ones of its batch back no longer than it takes to find it', async () => {
    const server = aServer((_, scans) => (scans.some(({ id }) => id === 'bad') ? 400 : null))
    const { outbox, sent } = await anOutbox(aShelf(), server.send)
    for (const id of ['one', 'bad', 'two']) await outbox.add({ eventId: 'e', scan: aScan(id) })
    await outbox.flush()
    expect(sent.map(({ scan, result }) => [scan.id, result.result])).toEqual([
      ['one', 'ADMITTED'],
      ['bad', 'UNKNOWN'],
      ['two', 'ADMITTED'],
    ])
    expect(outbox.waiting).toEqual([])
  })

  test('waits in memory when the phone keeps nothing more, and that is said', async () => {
    const full: Shelf = { ...aShelf(), addScan: () => Promise.reject(new Error('full')) }
    const server = aServer()
    const { outbox } = await anOutbox(full, server.send)
    expect(await outbox.add({ eventId: 'e', scan: aScan('one') })).toBe(false)
    await outbox.flush()
    expect(server.ids()).toEqual([['one']])
  })
})
