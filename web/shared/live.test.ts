import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EventAvailability, listenToEvent } from './live.ts'

// The browser is faked, and the server behind it: what comes of a stream, and what is answered.

class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  static all: FakeEventSource[] = []
  static open(): FakeEventSource[] {
    return FakeEventSource.all.filter(({ readyState }) => readyState !== FakeEventSource.CLOSED)
  }
  readyState = FakeEventSource.CONNECTING
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onerror?: () => void
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    FakeEventSource.all.push(this)
  }
  close() {
    this.readyState = FakeEventSource.CLOSED
  }
  opens() {
    this.readyState = FakeEventSource.OPEN
    this.onopen?.()
  }
  says(unsold: number, status = 'UPCOMING') {
    this.onmessage?.({ data: stateOf(unsold, status) })
  }
  ends(reason: string) {
    this.dispatchEvent(Object.assign(new Event('end'), { data: JSON.stringify({ reason }) }))
  }
  /** The connection is lost: a browser tries again by itself, unless it was refused. */
  breaks({ refused = false } = {}) {
    this.readyState = refused ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING
    this.onerror?.()
  }
}

const stateOf = (unsold: number, status = 'UPCOMING') => JSON.stringify({ availability: { unsold, status } })
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
const frame = new EventTarget()
let answer: () => Promise<Response>
let asked = 0
let told: (number | null | undefined)[]
const stops: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  FakeEventSource.all = []
  asked = 0
  told = []
  answer = async () => new Response(stateOf(0))
  page.visibilityState = 'visible'
  vi.stubGlobal('EventSource', FakeEventSource)
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', frame.addEventListener.bind(frame))
  vi.stubGlobal('removeEventListener', frame.removeEventListener.bind(frame))
  vi.stubGlobal('fetch', () => {
    asked += 1
    return answer()
  })
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function begin(): { stop: () => void; stream: () => FakeEventSource } {
  const stop = listenToEvent('an-event', (state: EventAvailability | null) =>
    told.push(state === null ? null : state.unsold),
  )
  stops.push(stop)
  return {
    stop,
    stream: () => {
      const [stream, more] = FakeEventSource.open()
      if (!stream || more) throw new Error('there is to be one stream')
      return stream
    },
  }
}

async function turn(visibilityState: 'visible' | 'hidden', seconds: number) {
  page.visibilityState = visibilityState
  page.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(seconds * 1000)
}

describe('while the stream comes through', () => {
  test('every state is told once, and nothing is asked', async () => {
    const { stream } = begin()
    expect(stream().url).toBe('/boxoffice/v1/events/an-event/availability/stream')
    stream().opens()
    for (const unsold of [5, 5, 4]) stream().says(unsold)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect([told, asked]).toEqual([[5, 4], 0])
  })

  test('one that breaks and comes back by itself is left alone', async () => {
    const { stream } = begin()
    const first = stream()
    first.opens()
    first.says(5)
    for (let time = 0; time < 3; time += 1) {
      first.breaks()
      await vi.advanceTimersByTimeAsync(4000)
      first.opens()
      await vi.advanceTimersByTimeAsync(20_000)
    }
    first.says(3)
    expect([told, asked, FakeEventSource.all.length]).toEqual([[5, 3], 0, 1])
  })

  test('it is closed when nobody listens any more, when it ends, and when the event is canceled', async () => {
    const stopped = begin()
    stopped.stop()
    const gone = begin()
    gone.stream().opens()
    gone.stream().ends('GONE')
    const canceled = begin()
    canceled.stream().opens()
    canceled.stream().says(1, 'CANCELED')
    expect(FakeEventSource.open()).toEqual([])
    await turn('visible', 3600)
    frame.dispatchEvent(new Event('online'))
    expect([told, FakeEventSource.open(), asked]).toEqual([[null, 1], [], 0])
  })
})

describe('while it does not', () => {
  test('who is refused asks every few seconds, listens again later and later, and then asks no more', async () => {
    const { stream } = begin()
    stream().breaks({ refused: true })
    await vi.advanceTimersByTimeAsync(0)
    expect([told, asked]).toEqual([[0], 1])
    answer = async () => new Response(stateOf(7))
    await vi.advanceTimersByTimeAsync(11_000)
    expect(told).toEqual([0, 7])
    expect(asked).toBeGreaterThanOrEqual(2)
    expect(FakeEventSource.open()).toEqual([])
    await vi.advanceTimersByTimeAsync(5000)
    stream().breaks({ refused: true })
    await vi.advanceTimersByTimeAsync(29_000)
    expect(FakeEventSource.open()).toEqual([])
    await vi.advanceTimersByTimeAsync(2000)
    stream().opens()
    const before = asked
    stream().says(8)
    await vi.advanceTimersByTimeAsync(600_000)
    expect([told, asked]).toEqual([[0, 7, 8], before])
  })

  test('a proxy that never lets it begin, or come back, is noticed after ten seconds', async () => {
    const { stream } = begin()
    await vi.advanceTimersByTimeAsync(10_000)
    expect([told, asked, FakeEventSource.open()]).toEqual([[0], 1, []])
    await vi.advanceTimersByTimeAsync(20_000)
    const again = stream()
    again.opens()
    for (let time = 0; time < 4; time += 1) {
      again.breaks()
      await vi.advanceTimersByTimeAsync(3000)
    }
    expect(again.readyState).toBe(FakeEventSource.CLOSED)
  })

  test('an answer that comes when the stream is there again is not told', async () => {
    let arrive = (_: Response) => {}
    answer = () => new Promise(resolve => (arrive = resolve))
    const { stream } = begin()
    stream().breaks({ refused: true })
    await vi.advanceTimersByTimeAsync(15_100)
    stream().opens()
    stream().says(3)
    arrive(new Response(stateOf(9)))
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual([3])
  })

  test('what fails is asked again; what is not there is told, and then nothing any more', async () => {
    answer = () => Promise.reject(new TypeError('offline'))
    const { stream } = begin()
    stream().breaks({ refused: true })
    await vi.advanceTimersByTimeAsync(6100)
    expect([told, asked]).toEqual([[], 2])
    answer = async () => new Response('{}', { status: 503 })
    await vi.advanceTimersByTimeAsync(6000)
    expect(told).toEqual([])
    answer = async () => new Response('{}', { status: 404 })
    await vi.advanceTimersByTimeAsync(6100)
    expect(told).toEqual([null])
    const before = asked
    await vi.advanceTimersByTimeAsync(600_000)
    expect([asked, FakeEventSource.open()]).toEqual([before, []])
  })
})

describe('while nobody looks', () => {
  test('looking away for a moment changes nothing; for longer, nothing stays open until somebody looks again', async () => {
    const { stream } = begin()
    const first = stream()
    first.opens()
    first.says(5)
    await turn('hidden', 9)
    await turn('visible', 60)
    expect(stream()).toBe(first)
    await turn('hidden', 11)
    expect(FakeEventSource.open()).toEqual([])
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect([FakeEventSource.all.length, asked]).toEqual([1, 0])
    await turn('visible', 0)
    stream().opens()
    stream().says(2)
    expect(told).toEqual([5, 2])
  })

  test('who asks does not go on asking either', async () => {
    begin().stream().breaks({ refused: true })
    await turn('hidden', 11)
    const before = asked
    await vi.advanceTimersByTimeAsync(600_000)
    expect([asked, FakeEventSource.open()]).toEqual([before, []])
  })

  test('a page that is left and gone back to listens anew', async () => {
    const { stream } = begin()
    stream().opens()
    frame.dispatchEvent(new Event('pagehide'))
    expect(FakeEventSource.open()).toEqual([])
    frame.dispatchEvent(new Event('pageshow'))
    expect(stream()).toBeDefined()
  })
})
