import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import type { StoredEvent } from './model.ts'
import { lockEvent } from './store.ts'
import { change, refuseUnseen } from './transitions.ts'

/** How an event's guests are let in; what is absent in a change stays. */
export type DoorSettings = Pick<StoredEvent, 'admissionMinutes' | 'reentry' | 'gates'>

/**
 * When guests are let in, whether again after they left, and what the gates are called. What it says already stays untouched.
 * @param seen `updatedDate` of the event that was looked at; null: whatever it is now
 * @throws Refusal EVENT_NOT_FOUND, ABORTED
 */
export async function setDoorSettings(
  tx: Tx,
  { eventId, seen, ...wanted }: { eventId: string; seen: Date | null } & Partial<DoorSettings>,
  identity: Identity,
  now: Date,
): Promise<StoredEvent> {
  const event = await lockEvent(tx, identity.siteId, eventId)
  refuseUnseen(event, seen)
  const { admissionMinutes = event.admissionMinutes, reentry = event.reentry, gates = event.gates } = wanted
  const isSame =
    event.admissionMinutes === admissionMinutes &&
    event.reentry === reentry &&
    event.gates.join('\n') === gates.join('\n')
  return isSame ? event : change(tx, { ...event, admissionMinutes, reentry, gates }, 'event.updated', identity, now)
}
