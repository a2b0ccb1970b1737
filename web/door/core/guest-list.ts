import type { CheckIn, Entry, Scan } from './wire.ts'

/** How many there are, how many of them were let in, and who of these is inside now, by the gate where they first came. */
export type Counts = {
  admits: number
  came: number
  inside: number
  gates: { gate: string; came: number; inside: number }[]
}

/** Where somebody is: in since, out since. */
type Whereabouts = Pick<Entry, 'checkIn' | 'left'>
type Waited = { kind: Scan['kind']; mark: CheckIn }

/**
 * The guests of one event as the server knows them, and over that what was scanned here and not sent yet: until the server
 * has it, this phone knows better.
 */
export class GuestList {
  readonly #entries = new Map<string, Entry>()
  readonly #waiting = new Map<string, Waited[]>()
  readonly #haystacks = new Map<string, string>()

  get size(): number {
    return this.#entries.size
  }

  find(number: string): Entry | undefined {
    const entry = this.#entries.get(number)
    if (entry) return this.#asOfHere(entry)
    // Let in though the list does not know it yet: nobody else is, by the same ticket.
    const here = this.#asOfHere({ number, kind: 'TICKET', state: 'ADMITS', guestName: '', buyerName: '' })
    return here.checkIn ? here : undefined
  }

  /** Whom an RSVP is for, in order, as far as they are on the list. */
  partyOf(rsvpId: string): Entry[] {
    const numbers = Array.from({ length: PARTY_MAX }, (_, index) => `${rsvpId}:${index + 1}`)
    return numbers.flatMap(number => (this.#entries.has(number) ? (this.find(number) ?? []) : []))
  }

  /** Takes over what the server said. @returns the buckets that are different now */
  apply(entries: readonly Entry[], removed: readonly string[] = []): Set<number> {
    const changed = new Set<number>()
    for (const entry of entries) {
      this.#entries.set(entry.number, entry)
      this.#haystacks.delete(entry.number)
      changed.add(bucketOf(entry.number))
    }
    for (const number of removed) {
      if (!this.#entries.delete(number)) continue
      this.#haystacks.delete(number)
      changed.add(bucketOf(number))
    }
    return changed
  }

  /** The entries of these buckets, as the server knows them. */
  inBuckets(buckets: ReadonlySet<number>): Map<number, Entry[]> {
    const found = new Map([...buckets].map(bucket => [bucket, [] as Entry[]]))
    for (const entry of this.#entries.values()) found.get(bucketOf(entry.number))?.push(entry)
    return found
  }

  /**
   * What was scanned here and is not sent yet, in that order.
   * @param aheadMs how much later it is at the server than by this phone's clock, which scans are dated by
   */
  wait(
    scans: readonly Pick<Scan, 'number' | 'kind' | 'date' | 'gate' | 'accepted'>[],
    { by, aheadMs }: { by: string; aheadMs: number },
  ): void {
    this.#waiting.clear()
    for (const { number, kind, date, gate, accepted } of scans) {
      if (number === undefined || !accepted) continue
      const moment = new Date(Date.parse(date) + aheadMs).toISOString()
      const mark = { date: moment, gate, by }
      this.#waiting.set(number, [...(this.#waiting.get(number) ?? []), { kind, mark }])
    }
  }

  /** Whose name, number or order has each of the words that are looked for. */
  search(text: string, limit: number): Entry[] {
    const words = plain(text).split(/\s+/).filter(Boolean)
    const found: Entry[] = []
    if (words.length === 0) return found
    for (const entry of this.#entries.values()) {
      const haystack = this.#haystackOf(entry)
      if (!words.every(word => haystack.includes(word))) continue
      found.push(this.#asOfHere(entry))
      if (found.length === limit) break
    }
    return found.sort((one, other) => one.guestName.localeCompare(other.guestName))
  }

  counts(): Counts {
    const counts = { admits: 0, came: 0, inside: 0 }
    const gates = new Map<string, { came: number; inside: number }>()
    for (const each of this.#entries.values()) {
      const { state, checkIn, left } = this.#asOfHere(each)
      if (state !== 'ADMITS') continue
      counts.admits += 1
      if (!checkIn) continue
      const { gate = '' } = checkIn
      const ofGate = gates.get(gate) ?? { came: 0, inside: 0 }
      gates.set(gate, ofGate)
      for (const sum of [counts, ofGate]) {
        sum.came += 1
        if (!left) sum.inside += 1
      }
    }
    return {
      ...counts,
      gates: [...gates].map(([gate, sum]) => ({ gate, ...sum })).sort((one, other) => other.came - one.came),
    }
  }

  #asOfHere(entry: Entry): Entry {
    const waiting = this.#waiting.get(entry.number)
    if (waiting === undefined) return entry
    const { checkIn, left, ...rest } = entry
    return { ...rest, ...whereaboutsAfter({ ...(checkIn && { checkIn }), ...(left && { left }) }, waiting) }
  }

  #haystackOf({ number, guestName, buyerName, orderNumber }: Entry): string {
    const known = this.#haystacks.get(number)
    if (known !== undefined) return known
    const haystack = plain(`${guestName} ${buyerName} ${number} ${orderNumber ?? ''}`)
    this.#haystacks.set(number, haystack)
    return haystack
  }
}

/** Guests of one RSVP, who answered among them. */
const PARTY_MAX = 11

/** Where somebody is after what was scanned here. Who was in before stays in as of then: the earlier scan is the one that counts. */
function whereaboutsAfter(before: Whereabouts, waiting: readonly Waited[]): Whereabouts {
  const steps = [before]
  for (const { kind, mark } of waiting) {
    const now = steps.at(-1) ?? {}
    const { checkIn, left } = now
    if (kind === 'UNDO') {
      if (steps.length > 1) steps.pop()
      else steps[0] = checkIn && left ? { checkIn } : {}
    } else if (kind === 'EXIT') steps.push(checkIn && !left ? { checkIn, left: mark } : now)
    else steps.push({ checkIn: checkIn ?? mark })
  }
  return steps.at(-1) ?? {}
}

/** Kept in so many pieces that a change writes a little and a start reads few. */
const BUCKETS = 64

function bucketOf(number: string): number {
  let hash = 0
  for (let at = 0; at < number.length; at += 1) hash = (hash * 31 + number.charCodeAt(at)) | 0
  return Math.abs(hash) % BUCKETS
}

/** Without accents and capitals: nobody types those at a door. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}
