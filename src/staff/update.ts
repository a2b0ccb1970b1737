import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { refuseIf } from '../refusals.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { refuseStale } from '../wire/revision.ts'
import { eventsOf } from './create.ts'
import { refusalToSetStatus, type StaffMember } from './model.ts'
import { lockStaffMember, requireEvents, setEvents, updateStaffMember } from './store.ts'
import type { ChangedStaffMember } from './wire.ts'

/**
 * Changes what is given; null clears permissions and extended fields (api 8.1). Pausing takes effect with the next call
 * of the paused (events 9.5.5).
 * @throws Refusal STAFF_MEMBER_NOT_FOUND, ABORTED for a revision that is not the current one, EVENT_NOT_FOUND;
 *   InvalidRequest for a status that cannot be set
 */
export async function changeStaffMember(
  tx: Tx,
  staffMemberId: string,
  change: ChangedStaffMember,
  { identity, now }: { identity: Identity; now: Date },
): Promise<StaffMember> {
  const { siteId } = identity
  const current = await lockStaffMember(tx, { siteId, staffMemberId })
  refuseStale(current.revision, change.revision)
  const status = change.status ?? current.status
  refuseIf(refusalToSetStatus(current.status, status))
  const events = eventsOf(change)
  if (events) await requireEvents(tx, siteId, events)

  const changed: StaffMember = {
    ...current,
    revision: current.revision + 1,
    name: change.name ?? current.name,
    status,
    permissions: change.permissions === undefined ? current.permissions : [...new Set(change.permissions)],
    eventIds: events === undefined ? current.eventIds : events,
    extendedFields: extendedFieldsAfter(current, change),
    updatedAt: now,
  }
  await updateStaffMember(tx, changed)
  if (events !== undefined) await setEvents(tx, changed, events)
  await record(tx, [
    {
      siteId,
      entityKind: 'staff_member',
      entityId: changed.staffMemberId,
      sequence: changed.revision,
      kind: 'staff_member.updated',
      data: { status: { from: current.status, to: changed.status } },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return changed
}

function extendedFieldsAfter({ extendedFields: stored }: StaffMember, change: ChangedStaffMember) {
  if (change.extendedFields === null) return null
  const namespaces = change.extendedFields?.namespaces
  return namespaces ? mergeNamespaces(stored, namespaces) : stored
}
