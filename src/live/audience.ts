import type { ServerResponse } from 'node:http'
import { HEARTBEAT } from './messages.ts'
import { inSlices } from './slices.ts'
import type { Whereabouts } from './store.ts'

/** Who listens: an answer that does not end, and what it was told last. */
export type Listener = {
  out: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'destroyed' | 'writableLength'>
  version: string
  /** Since when it has not taken what was sent, in ms of a time that only goes forward; null while it reads. */
  stalledAt: number | null
}

/** What can be listened to: an event, or one of its definitions. */
export type Topic = Whereabouts & { ticketDefinitionId: string | null }

/** Those who listen to one topic, and what they are told. */
export type Audience = {
  ticketDefinitionId: string | null
  listeners: Set<Listener>
  stalled: Set<Listener>
  version: string
  /** It as a message, the same bytes for everybody. */
  message: Buffer
  isWriting: boolean
  /** When everybody was sent something. */
  writtenAt: number
}

export function newAudience(
  ticketDefinitionId: string | null,
  { version, message }: Pick<Audience, 'version' | 'message'>,
): Audience {
  return {
    ticketDefinitionId,
    listeners: new Set(),
    stalled: new Set(),
    version,
    message,
    isWriting: false,
    writtenAt: performance.now(),
  }
}

/**
 * Tells those who do not know it yet what the topic's state is, and if need be the others that the stream lives. Who does
 * not read gets no more than one message into its buffers: it is told the newest state when it reads again, or dropped.
 * @returns milliseconds of our own time that it took; null where the same is being done already
 */
export async function tellAll(audience: Audience, among: 'ALL' | 'STALLED'): Promise<number | null> {
  if (audience.isWriting) return null
  audience.isWriting = true
  let milliseconds = 0
  for (;;) {
    const { version } = audience
    const at = performance.now()
    const beats = among === 'ALL' && at - audience.writtenAt >= HEARTBEAT_MILLISECONDS
    if (among === 'ALL') audience.writtenAt = at
    milliseconds += await inSlices(among === 'ALL' ? audience.listeners : [...audience.stalled], listener =>
      tell(audience, listener, { beats, at }),
    )
    // A state that came meanwhile reached only those who were still to be told.
    if (audience.version === version) break
  }
  audience.isWriting = false
  return milliseconds
}

function tell(audience: Audience, listener: Listener, { beats, at }: { beats: boolean; at: number }): void {
  const { out, version } = listener
  if (out.destroyed) return
  if (out.writableLength > 0) {
    listener.stalledAt ??= at
    audience.stalled.add(listener)
    if (at - listener.stalledAt > STALLED_MILLISECONDS_MAX) out.destroy()
    return
  }
  if (listener.stalledAt !== null) {
    listener.stalledAt = null
    audience.stalled.delete(listener)
  }
  if (version !== audience.version) {
    listener.version = audience.version
    out.write(audience.message)
  } else if (beats) out.write(HEARTBEAT)
}

/** Whether it is time to tell everybody that their streams live. */
export function isSilent({ writtenAt }: Audience, at: number): boolean {
  return at - writtenAt >= HEARTBEAT_MILLISECONDS
}

/** Proxies close what is silent for a minute, many for half of one. */
const HEARTBEAT_MILLISECONDS = 15_000
const STALLED_MILLISECONDS_MAX = 30_000
