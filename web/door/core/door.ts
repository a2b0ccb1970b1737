import { ApiError } from '../../shared/api.ts'
import { noticeServerDate, serverNow } from '../../shared/clock.ts'
import { deviceName } from '../settings.ts'
import { askAs, type Credential } from './api.ts'
import { type Code, type PublicKey, readCode } from './code.ts'
import { type Decision, type Direction, decide, decideEntry, decideLeaving, type Known } from './decide.ts'
import { type Counts, GuestList } from './guest-list.ts'
import { type Kept, listName, openKept } from './kept.ts'
import { Outbox, type Sent } from './outbox.ts'
import { logIn, type SignedIn } from './sign-in.ts'
import type { Conflict, DoorEvent, Entry, Scan, ScanResult } from './wire.ts'

/** What the door said to a scan. */
export type Answer = Decision & {
  /** Of the scan. */
  id: string
  /** Whether the server has not been asked yet, or cannot be. */
  decidedHere: boolean
  /** When the code was read, by `performance.now()`. */
  readAt: number
  /** What was scanned, and the number that it stands for, for a guest who is let in though the answer is no. */
  code: string | null
  number: string | null
  /** Whether somebody decided to let in who comes early. */
  anyway?: boolean | undefined
  /** Who was let in together. */
  came?: readonly Entry[]
}

/** What the server said later of a guest who was let in here, or turned away (not `accepted`). */
export type Notice = { id: string; entry: Entry | null; result: ScanResult; accepted: boolean }

export type DoorState = {
  phase: 'opening' | 'elsewhere' | 'unkept' | 'signedOut' | 'choosing' | 'atDoor'
  /** Why this phone is signed out, or was sent to the list of events. */
  why: 'linkInvalid' | 'paused' | 'ended' | 'eventGone' | null
  me: Credential | null
  events: DoorEvent[]
  event: DoorEvent | null
  gate: string
  direction: Direction
  /** Whether the last request was answered. */
  isOnline: boolean
  /** When the list was last equal to the server's, milliseconds since 1970; null: it is not complete yet. */
  listDate: number | null
  /** How many of the guests are here, while the list comes for the first time. */
  listed: number
  counts: Counts
  unsent: number
  /** Whether the phone could not keep a scan: then it is in memory alone. */
  isFull: boolean
  answer: Answer | null
  /** Whom this phone let in or out last, and can take back. */
  last: { entries: readonly Entry[]; code: string | null; kind: 'ENTER' | 'EXIT' } | null
  notices: Notice[]
  /** How many were seen last, a hundred at most. */
  conflicts: number
}

type KeptList = { cursor: string | null; date: number | null; endDate: string | null }
type KeptEvents = { events: DoorEvent[]; publicKey: PublicKey }
type ListAnswer = { entries: Entry[]; removed?: string[] | null; cursor: string; hasMore: boolean }

const START: DoorState = {
  phase: 'opening',
  why: null,
  me: null,
  events: [],
  event: null,
  gate: '',
  direction: 'IN',
  isOnline: navigator.onLine,
  listDate: null,
  listed: 0,
  counts: { admits: 0, came: 0, inside: 0, gates: [] },
  unsent: 0,
  isFull: false,
  answer: null,
  last: null,
  notices: [],
  conflicts: 0,
}

/** The door as this phone knows it: who works at it, who may come in, who did, and what the server does not know yet. */
export class Door {
  state: DoorState = START
  readonly #listeners = new Set<() => void>()
  #kept: Kept | null = null
  #outbox: Outbox | null = null
  #list = new GuestList()
  #cursor: string | null = null
  #publicKey: PublicKey | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #syncing: Promise<void> | null = null
  #eventsReadAt = 0
  /** When sending is tried again after it failed, by `Date.now()`. */
  #flushAt = 0
  #sending: Promise<unknown> = Promise.resolve()

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(change: Partial<DoorState>): void {
    this.state = { ...this.state, ...change }
    for (const each of this.#listeners) each()
  }

  /** Takes up what this phone kept. One page alone is the door: two would each know half of what was scanned. */
  async open({ takeOver = false } = {}): Promise<void> {
    if (!(await this.#becomeTheDoor(takeOver))) return this.#set({ phase: 'elsewhere' })
    try {
      this.#kept = await openKept()
    } catch {
      return this.#set({ phase: 'unkept' })
    }
    const kept = this.#kept
    this.#outbox = new Outbox(
      kept,
      (eventId, scans) => this.#send(eventId, scans),
      sent => this.#whenSent(sent),
    )
    await this.#outbox.open()
    // A phone's clock may be wrong without a network too.
    const aheadMs = (await kept.get<number>('aheadMs')) ?? 0
    noticeServerDate(new Date(Date.now() + aheadMs).toUTCString(), Date.now())
    await this.#forgetOldLists(kept)
    const me = await kept.get<Credential>('me')
    const known = await kept.get<KeptEvents>('events')
    this.#publicKey = known?.publicKey ?? null
    this.#set({ me, events: known?.events ?? [], unsent: this.#outbox.waiting.length })
    if (!me) return this.#set({ phase: 'signedOut' })
    const choice = await kept.get<{ eventId: string; gate: string }>('choice')
    const event = known?.events.find(({ id }) => id === choice?.eventId)
    if (event && choice) await this.chooseEvent(event, choice.gate)
    else this.#choose(null)
  }

  async signInByLink(loginToken: string): Promise<void> {
    try {
      await this.#signIn(await logIn(loginToken))
    } catch (error) {
      if (error instanceof ApiError && error.code === 'STAFF_MEMBER_SUSPENDED')
        return this.#set({ phase: 'signedOut', why: 'paused' })
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
        return this.#set({ phase: 'signedOut', why: 'linkInvalid' })
      throw error
    }
  }

  async signInByAccount({ account }: SignedIn, { siteId, name: siteName }: { siteId: string; name: string }) {
    await this.#signIn({ kind: 'account', siteId, siteName, name: account.name })
  }

  async #signIn(me: Credential): Promise<void> {
    await this.#kept?.wipe({ scans: false })
    await this.#kept?.set('me', me)
    void rememberSignedIn(true)
    this.#set({ ...START, phase: 'choosing', me, isOnline: true, unsent: this.#outbox?.waiting.length ?? 0 })
    this.#choose(null)
  }

  /** Forgets everything of the event and its guests, what was not sent included: whoever asks for it was told. */
  async signOut(): Promise<void> {
    this.#stop()
    await this.#kept?.wipe({ scans: true })
    await rememberSignedIn(false)
    await this.#outbox?.open()
    this.#list = new GuestList()
    this.#set({ ...START, phase: 'signedOut' })
  }

  /** The server ended it. What was not sent is kept for whoever signs in next. */
  async #endSession(why: DoorState['why']): Promise<void> {
    this.#stop()
    await this.#kept?.wipe({ scans: false })
    await rememberSignedIn(false)
    this.#list = new GuestList()
    this.#set({ ...START, phase: 'signedOut', why, unsent: this.#outbox?.waiting.length ?? 0 })
  }

  /** Events that may be checked in at, soonest first. @param q in their titles; empty for all */
  async findEvents(q = ''): Promise<DoorEvent[]> {
    const search = q === '' ? '' : `?q=${encodeURIComponent(q)}`
    const answer = await this.#ask<KeptEvents>(`/boxoffice/v1/door/events${search}`)
    this.#publicKey = answer.publicKey
    if (q !== '') return answer.events
    this.#eventsReadAt = Date.now()
    await this.#kept?.set('aheadMs', serverNow() - Date.now())
    const event = answer.events.find(({ id }) => id === this.state.event?.id) ?? this.state.event
    this.#set({ events: answer.events, event })
    await this.#keepEvents()
    return answer.events
  }

  /** Who came in and should not have, newest first, as far as nobody has looked at it; [] while no event is chosen. */
  async findConflicts(): Promise<Conflict[]> {
    const { event } = this.state
    if (!event) return []
    const { conflicts } = await this.#ask<{ conflicts: Conflict[] }>(
      `/boxoffice/v1/door/events/${event.id}/conflicts?state=OPEN`,
    )
    this.#set({ conflicts: conflicts.length })
    return conflicts
  }

  async #keepEvents(): Promise<void> {
    const { events, event } = this.state
    const all = event && !events.some(({ id }) => id === event.id) ? [...events, event] : events
    await this.#kept?.set('events', { events: all, publicKey: this.#publicKey })
  }

  async chooseEvent(event: DoorEvent, gate: string): Promise<void> {
    const kept = this.#kept
    if (!kept) return
    this.#stop()
    await kept.set('choice', { eventId: event.id, gate })
    const about = await kept.get<KeptList>(listName(event.id))
    this.#list = new GuestList()
    this.#list.apply(about ? await kept.readGuests<Entry>(event.id) : [])
    this.#cursor = about?.cursor ?? null
    this.#set({
      phase: 'atDoor',
      why: null,
      event,
      gate,
      direction: 'IN',
      listDate: about?.date ?? null,
      listed: this.#list.size,
      answer: null,
      last: null,
    })
    await this.#keepEvents()
    this.#recount()
    this.#sync()
  }

  leaveEvent(): void {
    this.#choose(null)
    void this.#kept?.remove('choice')
  }

  #choose(why: DoorState['why']): void {
    this.#stop()
    this.#set({ phase: 'choosing', why, event: null, answer: null })
    this.#sync()
  }

  /** Something was scanned: it is decided here at once, and by the server as soon as that is reached. */
  async scan(text: string): Promise<void> {
    const readAt = performance.now()
    const key = this.#publicKey
    if (!key || !this.state.event) return
    // Who of a party has come is said first: nobody is to be forgotten because the next one holds up a code.
    if (this.state.answer?.verdict === 'WHO_CAME') return
    const code = await readCode(text, key)
    const { direction } = this.state
    const decision = decide(code, this.#known(), { now: serverNow(), direction })
    const number = code.kind === 'rsvp' ? (decision.entry?.number ?? null) : numberOf(code, this.state.event.id)
    if (decision.verdict === 'WHO_CAME') this.#askWhoCame(decision, { readAt, code: text, number })
    else await this.#answer(decision, direction, { readAt, code: text, number })
  }

  /**
   * A ticket whose code was opened as an address: who it is, for a person to let in or not.
   * @returns null: it is not on the list, and what that means is the answer
   */
  async look(text: string): Promise<Entry | null> {
    const key = this.#publicKey
    if (!key || !this.state.event) return null
    const code = await readCode(text, key)
    const decision = decide(code, this.#known(), { now: serverNow(), direction: 'IN' })
    const number = numberOf(code, this.state.event.id)
    const entry = code.kind === 'rsvp' ? decision.entry : number === null ? undefined : this.#list.find(number)
    if (entry && decision.verdict !== 'WHO_CAME') return entry
    const id = crypto.randomUUID()
    this.#set({ answer: { ...decision, id, decidedHere: true, readAt: performance.now(), code: text, number } })
    return null
  }

  /** Lets in, or out, somebody who was found on the list. */
  async admit(number: string, direction: Direction = 'IN'): Promise<void> {
    const entry = this.#list.find(number)
    if (!entry) return
    const decision = direction === 'OUT' ? decideLeaving(entry) : decideEntry(entry, this.#known(), serverNow())
    await this.#answer(decision, direction, { readAt: performance.now(), code: null, number })
  }

  /** From now on guests go in here, or out. */
  go(direction: Direction): void {
    this.#set({ direction })
  }

  /** Lets in whoever has just got a ticket: they are on the server's list, and so on this one once it is asked. */
  async admitNew(numbers: readonly string[]): Promise<void> {
    try {
      await this.#refreshList()
    } catch (error) {
      await this.#notAnswered(error)
    }
    for (const number of numbers) await this.admit(number)
  }

  /**
   * Lets in a guest who is unpaid, early, back, or not on this phone's list, because somebody at the door decided so. Who
   * is inside as far as the server knows is let in without asking it: it says later whether that was right.
   */
  async letIn({ code, number, entry, party, left, verdict }: Answer): Promise<void> {
    const scanned = {
      readAt: performance.now(),
      code,
      number: entry?.number ?? number,
      anyway: true,
      unasked: verdict === 'ALREADY_IN',
    }
    if (party) this.#askWhoCame({ entry, party }, scanned)
    else await this.#pass({ verdict: 'ADMITTED', entry, left }, 'ENTER', scanned)
  }

  /** Several may come by a code: a person says who of them did. */
  #askWhoCame({ entry, party }: Pick<Decision, 'entry' | 'party'>, scanned: Scanned): void {
    const id = crypto.randomUUID()
    this.#set({ answer: { verdict: 'WHO_CAME', entry, party, id, decidedHere: true, ...scanned } })
  }

  /** Lets in those of a party who have come. */
  async letInOf({ code, anyway, readAt, party = [] }: Answer, numbers: ReadonlySet<string>): Promise<void> {
    const came = party.filter(({ number }) => numbers.has(number))
    const scans = came.map(({ number }) => this.#newScan('ENTER', { code, number, accepted: true, anyway }))
    // Kept before anybody is told to come in: a phone may die at any moment.
    for (const scan of scans) await this.#enqueue(scan)
    const [scan] = scans
    if (!scan) return
    const scanned = { readAt, code, number: null }
    this.#set({
      answer: { ...answerTo(scan, { verdict: 'ADMITTED', entry: came[0] }, scanned), came },
      last: { entries: came, code, kind: 'ENTER' },
    })
    this.#sync()
  }

  /** @param code by which they came, if it stands for others too: whom this phone let in by it is then taken back */
  async undo(entries: readonly Entry[], code: string | null = null): Promise<void> {
    for (const { number } of entries) await this.#enqueue(this.#newScan('UNDO', { code, number, accepted: true }))
    const [entry] = entries
    const { last } = this.state
    const id = crypto.randomUUID()
    this.#set({
      last: last?.entries.some(each => entries.some(({ number }) => number === each.number)) ? null : last,
      answer: { verdict: 'UNDONE', entry, id, decidedHere: true, readAt: performance.now(), code: null, number: null },
    })
    this.#sync()
  }

  dismiss(): void {
    this.#set({ answer: null })
  }

  dismissNotice(id: string): void {
    this.#set({ notices: this.state.notices.filter(notice => notice.id !== id) })
  }

  search(text: string): Entry[] {
    return this.#list.search(text, SHOWN_MAX)
  }

  find(number: string): Entry | undefined {
    return this.#list.find(number)
  }

  /** Asks as whoever is signed in. @throws ApiError */
  ask<Answer>(path: string, body?: unknown): Promise<Answer> {
    return this.#ask(path, body)
  }

  async #answer(decision: Decision, direction: Direction, scanned: Scanned): Promise<void> {
    const kind = direction === 'OUT' ? 'EXIT' : 'ENTER'
    if (decision.verdict === 'ADMITTED' || decision.verdict === 'LEFT') return this.#pass(decision, kind, scanned)
    // Nobody is kept inside: who was not known to be in has left all the same.
    const scan = this.#newScan(kind, { ...scanned, accepted: kind === 'EXIT' })
    const { event, isOnline } = this.state
    if (!event) return
    const show = () => this.#set({ answer: answerTo(scan, decision, scanned) })
    // Without a list the server alone knows; a red that turns green a moment later helps nobody.
    const waits = isOnline && decision.verdict === 'NO_LIST'
    if (waits) this.#set({ answer: null })
    else show()
    // Whom this phone turned away is told later, for the record.
    if (!isOnline) return this.#enqueue(scan)
    // The list may be a moment old; the server's is not. Whoever was refused here by mistake is let in by that.
    try {
      const [result] = await this.#send(event.id, [scan])
      if (!result) return
      if (result.entry && this.state.event?.id === event.id) await this.#takeOver([result.entry])
      if ((result.result === 'ADMITTED' || result.result === 'LEFT') && result.entry)
        this.#set({ last: { entries: [result.entry], code: scanned.code, kind } })
      if (waits) show()
      if (this.state.answer?.id === scan.id)
        this.#set({ answer: { ...this.state.answer, ...decisionOf(result, decision), decidedHere: false } })
    } catch (error) {
      if (waits) show()
      // Whether it arrived nobody knows; it is told again.
      if (error instanceof ApiError && error.status === 0) await this.#enqueue({ ...scan, offline: true })
      await this.#notAnswered(error)
    }
  }

  async #pass(decision: Decision, kind: 'ENTER' | 'EXIT', scanned: Scanned): Promise<void> {
    const scan = this.#newScan(kind, { ...scanned, accepted: true })
    // Kept before anybody is told to come in: a phone may die at any moment.
    await this.#enqueue(scan)
    const { entry } = decision
    this.#set({
      answer: answerTo(scan, decision, scanned),
      ...(entry && { last: { entries: [entry], code: scanned.code, kind } }),
    })
    this.#sync()
  }

  /** One request of this phone after the other: what it says first happened first. */
  #send(eventId: string, scans: Scan[]): Promise<ScanResult[]> {
    const send = async () => {
      const sentDate = new Date().toISOString()
      const path = `/boxoffice/v1/door/events/${eventId}/scans`
      return (await this.#ask<{ results: ScanResult[] }>(path, { sentDate, scans })).results
    }
    const sent = this.#sending.then(send, send)
    this.#sending = sent.catch(() => {})
    return sent
  }

  #newScan(
    kind: Scan['kind'],
    { code, number, accepted, anyway, unasked = false }: Omit<Scanned, 'readAt'> & { accepted: boolean },
  ): Scan {
    const { gate, isOnline } = this.state
    return {
      id: crypto.randomUUID(),
      ...(number !== null && { number }),
      // One of an RSVP is told with its code: another phone may have taken somebody else for the same guest.
      ...((number === null || (code !== null && isOfRsvp(number))) && { code: (code ?? '').slice(0, CODE_LENGTH_MAX) }),
      kind,
      date: new Date().toISOString(),
      gate,
      device: deviceName(),
      offline: !isOnline || unasked,
      accepted,
      ...(anyway && { anyway }),
    }
  }

  async #enqueue(scan: Scan): Promise<void> {
    const { event } = this.state
    if (!event || !this.#outbox) return
    const isKept = await this.#outbox.add({ eventId: event.id, scan })
    if (this.state.isOnline) this.#flushAt = 0
    if (!isKept) this.#set({ isFull: true })
    this.#recount()
  }

  /** Brings the server up to date, and this phone; again and again. */
  #sync(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#syncing ??= this.#syncOnce().finally(() => {
      this.#syncing = null
      const { phase } = this.state
      if (phase !== 'atDoor' && phase !== 'choosing') return
      const hasWaiting = this.#outbox !== null && this.#outbox.waiting.length > 0
      this.#timer = setTimeout(() => this.#sync(), phase === 'atDoor' || hasWaiting ? REFRESH_MS : EVENTS_REFRESH_MS)
    })
  }

  /** The network is said to be back, or gone. */
  noticeNetwork(isThere: boolean): void {
    if (isThere) {
      this.#flushAt = 0
      this.#sync()
    } else this.#set({ isOnline: false })
  }

  async #syncOnce(): Promise<void> {
    let failure: unknown = null
    const attempt = async (doing: () => Promise<unknown>) => {
      try {
        await doing()
      } catch (error) {
        failure = error
      }
    }
    if (Date.now() >= this.#flushAt) {
      await attempt(async () => this.#outbox?.flush())
      if (failure) this.#flushAt = Date.now() + (this.#outbox?.pauseMs ?? 0)
    }
    // What cannot be sent keeps nobody from knowing what is new, unless the server cannot be reached at all.
    if (!(failure instanceof ApiError && failure.status === 0))
      await attempt(async () => {
        if (this.state.phase === 'atDoor') await this.#refreshList()
        if (Date.now() - this.#eventsReadAt < EVENTS_REFRESH_MS) return
        await this.findEvents()
        await this.findConflicts()
      })
    if (failure) await this.#notAnswered(failure)
    this.#recount()
    // What was scanned meanwhile does not wait for the next turn.
    if (!failure && this.#outbox && this.#outbox.waiting.length > 0 && Date.now() >= this.#flushAt)
      await this.#syncOnce()
  }

  async #refreshList(): Promise<void> {
    const { event } = this.state
    if (!event) return
    for (let hasMore = true; hasMore; ) {
      const search = new URLSearchParams({ limit: String(PAGE) })
      if (this.#cursor !== null) search.set('after', this.#cursor)
      const page = await this.#ask<ListAnswer>(`/boxoffice/v1/door/events/${event.id}/list?${search}`).catch(error => {
        if (error instanceof ApiError && this.#cursor !== null && (error.status === 400 || error.status === 428))
          return null
        throw error
      })
      if (page === null) {
        // What happened since cannot be told any more, as after a backup was restored: all of it anew.
        await this.#kept?.forgetGuests(event.id)
        this.#list = new GuestList()
        this.#cursor = null
        this.#set({ listDate: null, listed: 0 })
        continue
      }
      if (this.state.event?.id !== event.id) return
      this.#cursor = page.cursor
      hasMore = page.hasMore
      const date = hasMore ? this.state.listDate : serverNow()
      await this.#takeOver(page.entries, page.removed ?? [], date)
    }
  }

  async #takeOver(entries: readonly Entry[], removed: readonly string[] = [], listDate = this.state.listDate) {
    const { event } = this.state
    if (!event) return
    const buckets = this.#list.apply(entries, removed)
    const isNews = buckets.size > 0 || listDate === null || this.state.listDate === null
    this.#set({ listDate, listed: this.#list.size })
    this.#recount()
    const about: KeptList = { cursor: this.#cursor, date: listDate, endDate: event.endDate ?? null }
    if (isNews) await this.#kept?.writeGuests(event.id, this.#list.inBuckets(buckets), about)
    else await this.#kept?.set(listName(event.id), about)
  }

  async #whenSent(sent: readonly Sent[]): Promise<void> {
    const known: Entry[] = []
    const notices: Notice[] = []
    for (const { eventId, scan, result } of sent) {
      const isHere = eventId === this.state.event?.id
      const entry = result.entry ?? (isHere ? this.#list.find(scan.number ?? '') : undefined) ?? null
      if (isHere && result.entry) {
        known.push(result.entry)
        this.#rename(scan.number, result.entry)
      }
      const { answer } = this.state
      const isShown = answer?.id === scan.id
      if (isAsSaid(scan, result) && !(isShown && result.left)) continue
      if (isShown) this.#set({ answer: { ...answer, ...decisionOf(result, answer), decidedHere: false } })
      else notices.push({ id: scan.id, entry, result, accepted: scan.accepted })
    }
    if (known.length > 0) await this.#takeOver(known)
    if (notices.length > 0) this.#set({ notices: [...notices.reverse(), ...this.state.notices].slice(0, NOTICES_MAX) })
    if (sent.some(({ result }) => result.conflict)) void this.findConflicts().catch(() => {})
  }

  /** Somebody else of a party was taken for whom this phone let in: that is who would be taken back. */
  #rename(number: string | undefined, entry: Entry): void {
    const { last } = this.state
    if (!last || entry.number === number || !last.entries.some(each => each.number === number)) return
    this.#set({ last: { ...last, entries: last.entries.map(each => (each.number === number ? entry : each)) } })
  }

  async #ask<Answer>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<Answer> {
    try {
      const answer = await askAs<Answer>(this.state.me, path, { method, body })
      if (!this.state.isOnline) {
        this.#flushAt = 0
        this.#set({ isOnline: true })
      }
      return answer
    } catch (error) {
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) this.#set({ isOnline: false })
      throw error
    }
  }

  async #notAnswered(error: unknown): Promise<void> {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'STAFF_MEMBER_SUSPENDED') return this.#endSession('paused')
    if (error.status === 401) return this.#endSession('ended')
    const isGone = error.status === 403 || error.status === 404
    const { event } = this.state
    if (isGone && event && !(await this.#mayStay(event))) {
      await this.#kept?.forgetGuests(event.id)
      this.#choose('eventGone')
    }
  }

  /** Whether the event is still among those that this phone may check in at. */
  async #mayStay({ id }: DoorEvent): Promise<boolean> {
    try {
      return (await this.findEvents()).some(each => each.id === id)
    } catch {
      return false
    }
  }

  #recount(): void {
    const waiting = this.#outbox?.waiting ?? []
    const { event, me } = this.state
    const ofEvent = waiting.filter(({ eventId }) => eventId === event?.id).map(({ scan }) => scan)
    this.#list.wait(ofEvent, { by: me?.name ?? '', aheadMs: serverNow() - Date.now() })
    this.#set({ counts: this.#list.counts(), unsent: waiting.length })
  }

  #known(): Known {
    const { event, events, listDate } = this.state
    return {
      eventId: event?.id ?? '',
      isComplete: listDate !== null,
      find: number => this.#list.find(number),
      partyOf: rsvpId => this.#list.partyOf(rsvpId),
      titleOf: eventId => events.find(({ id }) => id === eventId)?.title,
      admissionOpens: event?.admissionOpensDate ? Date.parse(event.admissionOpensDate) : null,
      reentry: event?.reentry ?? false,
    }
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Of events that are over, nothing stays here that nobody needs. */
  async #forgetOldLists(kept: Kept): Promise<void> {
    for (const name of await kept.names()) {
      const [kind, eventId] = name.split(' ')
      if (kind !== 'list' || eventId === undefined) continue
      const about = await kept.get<KeptList>(name)
      const over = Date.parse(about?.endDate ?? '') || (about?.date ?? 0)
      if (over + KEPT_DAYS * 86_400_000 < Date.now()) await kept.forgetGuests(eventId)
    }
  }

  #becomeTheDoor(takeOver: boolean): Promise<boolean> {
    return new Promise(resolve => {
      const options = takeOver ? { steal: true } : { ifAvailable: true }
      navigator.locks
        .request('boxoffice-door', options, lock => {
          resolve(lock !== null)
          // Held as long as the page lives, or until another takes over.
          return lock === null ? undefined : new Promise(() => {})
        })
        .catch(() => {
          this.#stop()
          this.#set({ ...START, phase: 'elsewhere' })
        })
    })
  }
}

type Scanned = {
  readAt: number
  code: string | null
  number: string | null
  anyway?: boolean | undefined
  /** Decided here although the server could be asked. */
  unasked?: boolean
}

const REFRESH_MS = 3000
const EVENTS_REFRESH_MS = 60_000
const PAGE = 1000
const SHOWN_MAX = 50
const NOTICES_MAX = 100
const CODE_LENGTH_MAX = 500
/** After an event's end, how long its list stays on the phone. */
const KEPT_DAYS = 3

function answerTo({ id }: Scan, decision: Decision, { readAt, code, number }: Scanned): Answer {
  return { ...decision, id, decidedHere: true, readAt, code, number }
}

/** The number that a code stands for on this event's list; null: the server is told the code itself. */
function numberOf(code: Code, eventId: string): string | null {
  if (code.kind === 'number') return code.number
  return code.kind === 'ticket' && code.genuine && code.eventId === eventId ? code.number : null
}

/** Whether a number is that of a guest of an RSVP. */
function isOfRsvp(number: string): boolean {
  return number.includes(':')
}

/** Whether the server says what this phone said; who leaves has left, known to be inside or not. */
function isAsSaid({ kind, accepted }: Scan, { result }: ScanResult): boolean {
  if (kind === 'UNDO') return result === 'UNDONE'
  if (kind === 'EXIT') return result === 'LEFT' || result === 'NOT_IN'
  return (result === 'ADMITTED') === accepted
}

function decisionOf(
  { result, entry, first, left, otherEvent, admissionOpensDate }: ScanResult,
  before: Decision,
): Decision {
  return {
    verdict: result,
    entry: entry ?? before.entry,
    first,
    left,
    eventTitle: otherEvent?.title ?? before.eventTitle,
    opens: admissionOpensDate ? Date.parse(admissionOpensDate) : before.opens,
  }
}

/** Told to the worker, which then opens tickets' codes in the app. */
async function rememberSignedIn(isSignedIn: boolean): Promise<void> {
  const cache = await caches.open('boxoffice-door-signed-in')
  if (isSignedIn) await cache.put('/check-in/signed-in', new Response(''))
  else await cache.delete('/check-in/signed-in')
}
