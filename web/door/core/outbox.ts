import { ApiError } from '../../shared/api.ts'
import type { Kept } from './kept.ts'
import type { Scan, ScanResult } from './wire.ts'

/** A scan that was not sent yet, and of which event. */
export type Waiting = { eventId: string; scan: Scan }

/** Where scans are kept. */
type Shelf = Pick<Kept, 'addScan' | 'readScans' | 'removeScans'>

export type Sent = { eventId: string; scan: Scan; result: ScanResult }

/**
 * Scans on their way to the server: kept before they are sent, sent in order, tried again until the server has answered.
 * Each has an id, so what is sent twice counts once.
 */
export class Outbox {
  readonly #kept: Shelf
  readonly #send: (eventId: string, scans: Scan[]) => Promise<ScanResult[]>
  readonly #whenSent: (sent: Sent[]) => Promise<void>
  #waiting: { place: number; waiting: Waiting }[] = []
  #sending: Promise<void> | null = null
  #failures = 0
  #unkept = 0

  constructor(
    kept: Shelf,
    send: (eventId: string, scans: Scan[]) => Promise<ScanResult[]>,
    whenSent: (sent: Sent[]) => Promise<void>,
  ) {
    this.#kept = kept
    this.#send = send
    this.#whenSent = whenSent
  }

  /** What earlier runs of the app left. */
  async open(): Promise<void> {
    const found = await this.#kept.readScans<Waiting>()
    this.#waiting = found.map(({ place, scan }) => ({ place, waiting: scan }))
  }

  get waiting(): Waiting[] {
    return this.#waiting.map(({ waiting }) => waiting)
  }

  /** When to try again, in milliseconds: twice as long after each failure, and not all phones at once. */
  get pauseMs(): number {
    if (this.#failures === 0) return 0
    return Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2)
  }

  /** @returns whether it is kept should the app be closed; if the phone keeps nothing more, it waits in memory alone */
  async add(waiting: Waiting): Promise<boolean> {
    const place = await this.#kept.addScan(waiting).catch(() => null)
    this.#unkept += 1
    this.#waiting.push({ place: place ?? -this.#unkept, waiting })
    return place !== null
  }

  /** Sends all there is. @throws ApiError when it does not get through; then it is all still here */
  async flush(): Promise<void> {
    this.#sending ??= this.#flush().finally(() => {
      this.#sending = null
    })
    await this.#sending
  }

  async #flush(): Promise<void> {
    const stuck = new Set<string>()
    let failure: ApiError | null = null
    for (;;) {
      const first = this.#waiting.find(({ waiting }) => !stuck.has(waiting.eventId))
      if (!first) break
      const { eventId } = first.waiting
      try {
        await this.#sendOf(eventId)
        this.#failures = 0
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        failure = error
        if (!isAboutEvent(error)) break
        // What may not be sent of one event keeps nothing of the others back.
        stuck.add(eventId)
      }
    }
    if (!failure) return
    this.#failures += 1
    throw failure
  }

  /** In order within the event; what the server understood and refused for good is not sent again, and is told as unknown. */
  async #sendOf(eventId: string): Promise<void> {
    const ofEvent = this.#waiting.filter(({ waiting }) => waiting.eventId === eventId)
    let size = BATCH_MAX
    while (ofEvent.length > 0) {
      const batch = ofEvent.slice(0, size)
      const scans = batch.map(({ waiting: { scan } }) => ({
        ...scan,
        // Whoever is told only later was let in by what this phone knew.
        offline: scan.offline || this.#failures > 0,
      }))
      let results: ScanResult[]
      try {
        results = await this.#send(eventId, scans)
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error
        size = 1
        if (batch.length > 1) continue
        results = scans.map(({ id }) => ({ id, result: 'UNKNOWN' }))
      }
      const byId = new Map(results.map(result => [result.id, result]))
      const sent = batch.flatMap(({ waiting }) => {
        const result = byId.get(waiting.scan.id)
        return result ? [{ ...waiting, result }] : []
      })
      if (sent.length < batch.length) throw new ApiError({ status: 0 })
      await this.#whenSent(sent)
      const places = new Set(batch.map(({ place }) => place))
      await this.#kept.removeScans([...places])
      this.#waiting = this.#waiting.filter(({ place }) => !places.has(place))
      ofEvent.splice(0, batch.length)
    }
  }
}

/** The event is gone, or is not this staff member's any more. */
function isAboutEvent({ status }: ApiError): boolean {
  return status === 403 || status === 404
}

const BATCH_MAX = 200
const PAUSE_MS = 1000
const PAUSE_MS_MAX = 30_000
