import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import type { StoredEvent } from './model.ts'
import { lockEvent } from './store.ts'
import { change } from './transitions.ts'

/**
 * Whether what is authorized for this event is captured by itself before it ends (spec/ticketing.md 9.1). What it says
 * already stays untouched.
 * @throws Refusal EVENT_NOT_FOUND
 */
export async function setAutoCapture(
  tx: Tx,
  { eventId, autoCapture }: Pick<StoredEvent, 'eventId' | 'autoCapture'>,
  identity: Identity,
  now: Date,
): Promise<StoredEvent> {
  const event = await lockEvent(tx, identity.siteId, eventId)
  return event.autoCapture === autoCapture
    ? event
    : change(tx, { ...event, autoCapture }, 'event.updated', identity, now)
}
