import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'
import { invalid } from '../refusals.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { loginHashOf, loginTokenOf, type StaffMember } from './model.ts'
import { insertStaffMember, requireEvents } from './store.ts'
import type { NewStaffMember } from './wire.ts'

/**
 * A new staff member, PENDING, with a login link (events 9.5.1).
 * @throws InvalidRequest unless all events or specific ones are given; Refusal EVENT_NOT_FOUND
 */
export async function createStaffMember(
  tx: Tx,
  wanted: NewStaffMember,
  { identity, keys, now }: { identity: Identity; keys: Keys; now: Date },
): Promise<StaffMember> {
  const { siteId } = identity
  const events = eventsOf(wanted)
  if (events === undefined)
    throw invalid('staffMember.allEvents', 'give allEvents or specificEvents', 'REQUIRED_ONE_OF_FIELD')
  if (events) await requireEvents(tx, siteId, events)

  const namespaces = wanted.extendedFields?.namespaces
  const staffMember: StaffMember = {
    siteId,
    staffMemberId: newGuid(),
    revision: 1,
    name: wanted.name,
    permissions: [...new Set(wanted.permissions)],
    eventIds: events,
    status: 'PENDING',
    extendedFields: namespaces ? mergeNamespaces(null, namespaces) : null,
    createdAt: now,
    updatedAt: now,
  }
  await insertStaffMember(tx, staffMember, loginHashOf(loginTokenOf(keys, staffMember)))
  await record(tx, [
    {
      siteId,
      entityKind: 'staff_member',
      entityId: staffMember.staffMemberId,
      sequence: 1,
      kind: 'staff_member.created',
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return staffMember
}

/**
 * The events that are meant: null for all, undefined when nothing is said of them.
 * @throws InvalidRequest when both are given (events 9.5.2)
 */
export function eventsOf({ allEvents, specificEvents }: Partial<NewStaffMember>): string[] | null | undefined {
  if (allEvents && specificEvents)
    throw invalid('staffMember.specificEvents', 'must not be given together with allEvents', 'REQUIRED_ONE_OF_FIELD')
  if (specificEvents) return [...new Set(specificEvents.events.map(eventId => eventId.toLowerCase()))]
  return allEvents ? null : undefined
}
