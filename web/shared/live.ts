/*
 * How many tickets are left, told by the server as it changes: docs/live.md. Where the stream does not come through (a
 * proxy, too many listeners, a browser with its connections used up), the numbers are asked for every few seconds, until
 * the stream comes through again. While nobody looks at the tab, nothing is open.
 */

type Numbers = {
  sold: number
  /** In somebody's basket. */
  held: number
  /** Absent: unlimited. */
  unsold?: number
  soldOut: boolean
  /** When a sale starts or ends next. */
  nextChangeDate?: string
}

type OfEvent = {
  eventId: string
  status: 'DRAFT' | 'UPCOMING' | 'STARTED' | 'ENDED' | 'CANCELED'
  registrationStatus: string
  /** By then what is held now is sold or back. */
  lastReleaseDate?: string
  /** Another one: the list of places has changed. Read it after a random moment of up to a second. */
  seatsVersion?: string
}

type OfDefinition = Numbers & {
  id: string
  name: string
  saleStatus: 'SALE_SCHEDULED' | 'SALE_STARTED' | 'SALE_ENDED'
}

export type EventAvailability = OfEvent &
  Numbers & {
    /** When held tickets may return at the earliest. */
    nextReleaseDate?: string
    ticketDefinitions: OfDefinition[]
  }
export type DefinitionAvailability = OfEvent & OfDefinition

/** Told at once, and whenever it changes; null when there is no such thing (any more). */
type Listener<State> = (state: State | null) => void

/**
 * Listens to an event from now on.
 * @param base where the API is, as `https://tickets.example.org`; empty on a page of its own
 * @returns what ends it
 */
export function listenToEvent(eventId: string, listener: Listener<EventAvailability>, base = ''): () => void {
  return listen(`${base}/boxoffice/v1/events/${eventId}/availability`, listener)
}

function listen<State extends { status: string }>(address: string, listener: Listener<State>): () => void {
  /** What was told last, as text: two of the same are told once. */
  let last: string | null = null
  let stream: EventSource | null = null
  let hiding: Timer
  let asking: Timer
  let retrying: Timer
  let doubting: Timer
  let failures = 0
  let isOver = false

  function tell(text: string): void {
    if (isOver || text === last) return
    last = text
    const { availability } = JSON.parse(text) as { availability: State }
    listener(availability)
    // Nothing comes after that.
    if (availability.status === 'CANCELED') end()
  }

  function tellGone(): void {
    if (isOver) return
    end()
    listener(null)
  }

  function open(): void {
    if (stream || isOver || document.visibilityState === 'hidden') return
    clearTimeout(retrying)
    const opened = new EventSource(`${address}/stream`)
    stream = opened
    doubt()
    opened.onopen = () => {
      failures = 0
      clearTimeout(doubting)
      doubting = undefined
      clearTimeout(asking)
    }
    opened.onmessage = ({ data }: MessageEvent<string>) => tell(data)
    opened.addEventListener('end', event => {
      const { reason } = JSON.parse((event as MessageEvent<string>).data) as { reason: string }
      if (reason === 'GONE') tellGone()
      else end()
    })
    opened.onerror = () => {
      // It tries again by itself, unless it was refused.
      if (opened.readyState === EventSource.CLOSED) fail()
      else doubt()
    }
  }

  /** Who waits that long for a connection, whatever the reason, asks instead. */
  function doubt(): void {
    doubting ??= setTimeout(fail, DOUBT_MS)
  }

  /** Asks from now on, and tries to listen again later and later. */
  function fail(): void {
    close()
    if (isOver || document.visibilityState === 'hidden') return
    failures += 1
    ask()
    retrying = setTimeout(open, jittered(Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (failures - 1))))
  }

  async function ask(): Promise<void> {
    clearTimeout(asking)
    try {
      // The browser keeps the last answer and sends its ETag along: mostly a 304 comes.
      const answer = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(DOUBT_MS) })
      const text = await answer.text()
      // Who listens again meanwhile has something newer.
      if (isListening()) return
      if (answer.ok) tell(text)
      else if (answer.status === 404) tellGone()
    } catch {
      // Offline, or nobody answers: the next one may.
    }
    clearTimeout(asking)
    if (!isOver && !isListening() && document.visibilityState !== 'hidden') asking = setTimeout(ask, jittered(ASK_MS))
  }

  function isListening(): boolean {
    return stream?.readyState === EventSource.OPEN
  }

  function close(): void {
    stream?.close()
    stream = null
    for (const timer of [asking, retrying, doubting]) clearTimeout(timer)
    doubting = undefined
  }

  function look(): void {
    clearTimeout(hiding)
    if (document.visibilityState === 'hidden') hiding = setTimeout(close, HIDDEN_MS)
    else open()
  }

  function reconnect(): void {
    close()
    open()
  }

  function end(): void {
    isOver = true
    close()
    clearTimeout(hiding)
    document.removeEventListener('visibilitychange', look)
    removeEventListener('pagehide', close)
    removeEventListener('pageshow', open)
    removeEventListener('online', reconnect)
  }

  document.addEventListener('visibilitychange', look)
  // A page with an open connection is not kept for going back to.
  addEventListener('pagehide', close)
  addEventListener('pageshow', open)
  addEventListener('online', reconnect)
  open()
  return end
}

type Timer = ReturnType<typeof setTimeout> | undefined

/** Not all pages at the same moment. */
function jittered(milliseconds: number): number {
  return milliseconds * (0.8 + Math.random() * 0.4)
}

const DOUBT_MS = 10_000
const ASK_MS = 5000
const RETRY_MS = 15_000
const RETRY_MS_MAX = 300_000
/** Looking away for a moment costs nothing. */
const HIDDEN_MS = 10_000
