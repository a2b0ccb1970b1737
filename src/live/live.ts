import type { FastifyBaseLogger } from 'fastify'
import type { Change } from '../db/changes.ts'
import { createTurns } from '../db/turns.ts'
import type { Answer } from '../memory/answers.ts'
import type { Memory } from '../memory/memory.ts'
import type { Remembered } from '../memory/remembered.ts'
import { Refusal } from '../refusals.ts'
import type { Clock } from '../time.ts'
import { type Audience, isSilent, type Listener, newAudience, type Topic, tellAll } from './audience.ts'
import { availabilityAnswer, type Ending, endMessage, isOver, retryLine, stateMessage, versionOf } from './messages.ts'
import { inSlices } from './slices.ts'
import type { Whereabouts } from './store.ts'

/** Tells listeners how many tickets are left, as soon as that changes: ARCHITECTURE.md, "Live". */
export type Live = {
  /** @throws Refusal UNAVAILABLE when there are as many listeners as may be, or the process is about to end */
  refuseIfFull: () => void
  /** Sends what `answer` says, unless the listener knows it, and from then on each change, until it is gone. */
  listen: (topic: Topic, listener: NewListener) => void
  /** How many listen. */
  size: () => number
  /** Ends all streams; their listeners come back in a few seconds, to whoever is there then. */
  stop: () => Promise<void>
}

export type NewListener = {
  out: Listener['out'] & { once: (name: 'close', gone: () => void) => unknown }
  answer: Answer
  /** The version that it was told last, on a stream that it lost. */
  knownVersion: string | undefined
}

/** An event that somebody listens to. */
type Channel = Whereabouts & {
  audiences: Map<string | null, Audience>
  ticketDefinitionIds: readonly string[]
  lookedAt: number
  isLooking: boolean
  /** Whether something was told during a look. */
  isChanged: boolean
  next: { at: number; timer: NodeJS.Timeout } | null
}

/** In ms: between two looks at an event; between looks although nobody told of a change. */
type Pace = { apart: number; untold: number }
const PACE: Pace = { apart: 300, untold: 5000 }

/** Numbers that are told do not say when the new holds end: the next reading of the database does. */
const CONFIRMED_AFTER_MILLISECONDS = 1100
/** Of the process's one thread, at most so much is spent on writing to listeners. */
const SHARE_OF_WRITING = 1 / 8
const READINGS_MAX = 4
/** Events that are looked at again, untold, within a second. */
const UNTOLD_LOOKS_PER_SECOND = 50

export function createLive(
  memory: Memory,
  { clock, listenersMax, log }: { clock: Clock; listenersMax: number; log: FastifyBaseLogger },
  { apart, untold }: Pace = PACE,
): Live {
  const channels = new Map<string, Channel>()
  const byDefinition = new Map<string, Channel>()
  const reading = createTurns({ atOnce: READINGS_MAX, waitingMax: Number.POSITIVE_INFINITY })
  let size = 0
  let isEnding = false
  let isFailing = false
  /** What it costs to tell one listener, in ms: a running mean. */
  let tellingMilliseconds = 0.01
  const ticking = setInterval(tick, 1000)
  ticking.unref()
  memory.onTold(hear)

  function hear(change?: Change): void {
    if (change?.kind === 'stock') {
      for (const { ticketDefinitionId } of change.numbers) {
        const channel = byDefinition.get(ticketDefinitionId)
        if (channel) lookSoon(channel)
      }
      return
    }
    for (const channel of channels.values()) if (!change || channel.siteId === change.siteId) lookSoon(channel)
  }

  /** At once, or as soon as it may be looked at again: of many changes in between the last state is told. */
  function lookSoon(channel: Channel): void {
    const apartNow = Math.max(apart, (size * tellingMilliseconds) / SHARE_OF_WRITING)
    lookIn(channel, channel.lookedAt + apartNow - performance.now())
  }

  function lookIn(channel: Channel, milliseconds: number): void {
    const wait = Math.max(0, milliseconds)
    const at = performance.now() + wait
    if (channel.isLooking) channel.isChanged = true
    if (channel.isLooking || isEnding || (channel.next && channel.next.at <= at)) return
    clearTimeout(channel.next?.timer)
    // Not now: who made the change is to get its answer first.
    const timer = setTimeout(() => look(channel), wait)
    timer.unref()
    channel.next = { at, timer }
  }

  async function look(channel: Channel): Promise<void> {
    channel.next = null
    channel.isLooking = true
    channel.isChanged = false
    channel.lookedAt = performance.now()
    let wait = untold
    try {
      const known = memory.recall(channel, clock()) ?? (await reading(() => memory.read(channel, clock())))
      wait = publish(channel, known)
      isFailing = false
    } catch (error) {
      if (!isFailing) log.error({ err: error }, 'live availability was not read')
      isFailing = true
    }
    channel.isLooking = false
    if (channel.audiences.size === 0) return
    if (channel.isChanged) lookSoon(channel)
    else lookIn(channel, wait)
  }

  /** Tells what is new; in so many ms it may have changed without anybody saying so. */
  function publish(channel: Channel, known: Remembered | null): number {
    const now = clock()
    const { eventId, audiences } = channel
    let changed = false
    for (const audience of [...audiences.values()]) {
      const answer = known && availabilityAnswer(known, audience.ticketDefinitionId, now)
      if (!known || !answer) {
        endAudience(channel, audience, 'GONE')
        continue
      }
      const version = versionOf(answer)
      const isNew = version !== audience.version
      if (isNew) Object.assign(audience, { version, message: stateMessage(answer) })
      changed ||= isNew
      if (isOver(known)) endAudience(channel, audience, 'CANCELED')
      else if (isNew) tellAudience(audience, 'ALL')
    }
    if (!known || channels.get(eventId) !== channel) return untold
    findByDefinition(channel, known)
    const confirmed = changed ? CONFIRMED_AFTER_MILLISECONDS : untold
    return Math.min(
      confirmed,
      untilChange(known, now),
      Math.max(untold, (channels.size * 1000) / UNTOLD_LOOKS_PER_SECOND),
    )
  }

  function untilChange({ moments, loaded, isDoubtful }: Remembered, now: Date): number {
    if (isDoubtful) return apart
    const time = now.getTime()
    const next = moments.find(moment => moment > time) ?? Number.POSITIVE_INFINITY
    const release = loaded.releases?.next.getTime() ?? Number.POSITIVE_INFINITY
    return Math.max(apart, Math.min(next, release) - time + 1)
  }

  function findByDefinition(channel: Channel, { loaded }: Pick<Remembered, 'loaded'>): void {
    for (const id of channel.ticketDefinitionIds) byDefinition.delete(id)
    channel.ticketDefinitionIds = loaded.definitions.map(each => each.ticketDefinitionId)
    for (const id of channel.ticketDefinitionIds) byDefinition.set(id, channel)
  }

  function tellAudience(audience: Audience, among: 'ALL' | 'STALLED'): void {
    const count = audience.listeners.size
    tellAll(audience, among).then(milliseconds => {
      if (milliseconds === null || among === 'STALLED' || count < COUNT_THAT_TELLS) return
      tellingMilliseconds += (milliseconds / count - tellingMilliseconds) / 4
    })
  }

  function tick(): void {
    const at = performance.now()
    for (const { audiences } of channels.values())
      for (const audience of audiences.values()) {
        if (isSilent(audience, at)) tellAudience(audience, 'ALL')
        else if (audience.stalled.size > 0) tellAudience(audience, 'STALLED')
      }
  }

  function endAudience(channel: Channel, audience: Audience, reason: Ending): Promise<number> {
    remove(channel, audience)
    const last = Buffer.from(endMessage(reason))
    const both = Buffer.concat([audience.message, last])
    return inSlices(audience.listeners, ({ out, version }) => {
      // Nobody is told a last state of what is gone.
      finish(out, reason === 'GONE' || version === audience.version ? last : both)
    })
  }

  /** From now on nothing is told of it; its listeners are still there. */
  function remove(channel: Channel, audience: Audience): void {
    const { eventId, audiences, next, ticketDefinitionIds } = channel
    if (audiences.get(audience.ticketDefinitionId) === audience) audiences.delete(audience.ticketDefinitionId)
    if (audiences.size > 0 || channels.get(eventId) !== channel) return
    clearTimeout(next?.timer)
    channel.next = null
    channels.delete(eventId)
    for (const id of ticketDefinitionIds) byDefinition.delete(id)
  }

  function listen({ siteId, eventId, ticketDefinitionId }: Topic, { out, answer, knownVersion }: NewListener): void {
    if (out.destroyed) return // gone while it was asked for
    const version = versionOf(answer)
    let channel = channels.get(eventId)
    if (!channel) {
      const state = { audiences: new Map(), ticketDefinitionIds: [], lookedAt: performance.now() - apart }
      channel = { siteId, eventId, ...state, isLooking: false, isChanged: false, next: null }
      channels.set(eventId, channel)
    }
    let audience = channel.audiences.get(ticketDefinitionId)
    if (!audience) {
      audience = newAudience(ticketDefinitionId, { version, message: stateMessage(answer) })
      channel.audiences.set(ticketDefinitionId, audience)
    }
    // Which of the two is newer, only a look can tell; the first one also finds out by what this event is told of.
    if (version !== audience.version || audience.listeners.size === 0) lookSoon(channel)
    const message = version === audience.version ? audience.message : stateMessage(answer)
    out.write(retryLine(...RETRY_MILLISECONDS) + (version === knownVersion ? ':\n\n' : message))
    const listener: Listener = { out, version, stalledAt: null }
    audience.listeners.add(listener)
    size += 1
    const joined = { channel, audience }
    out.once('close', () => leave(joined, listener))
  }

  function leave({ channel, audience }: { channel: Channel; audience: Audience }, listener: Listener): void {
    audience.stalled.delete(listener)
    if (audience.listeners.delete(listener)) size -= 1
    if (audience.listeners.size === 0) remove(channel, audience)
  }

  return {
    refuseIfFull: () => {
      const retryAfterSeconds = isEnding ? 1 : 30
      if (isEnding || size >= listenersMax)
        throw new Refusal('UNAVAILABLE', 'Too many listen just now. Ask for the state itself.', { retryAfterSeconds })
    },
    listen,
    size: () => size,
    stop: async () => {
      if (isEnding) return
      isEnding = true
      clearInterval(ticking)
      for (const channel of [...channels.values()])
        for (const audience of [...channel.audiences.values()]) {
          remove(channel, audience)
          await inSlices(audience.listeners, ({ out }) =>
            finish(out, `${retryLine(...RETRY_AFTER_STOP_MILLISECONDS)}\n`),
          )
        }
    },
  }
}

/** Who does not read does not keep us from ending. */
function finish(out: Listener['out'], last: Buffer | string): void {
  if (out.destroyed) return
  if (out.writableLength > 0) out.destroy()
  else out.end(last)
}

const RETRY_MILLISECONDS = [2000, 5000] as const
const RETRY_AFTER_STOP_MILLISECONDS = [1000, 10_000] as const
/** Fewer listeners say nothing about what one costs. */
const COUNT_THAT_TELLS = 20
