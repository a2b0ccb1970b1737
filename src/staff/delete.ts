import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { deleteStaffMember, staffMemberNotFound } from './store.ts'
import { toWire } from './wire.ts'

/** For ever; the login link and all access tokens end with it (events 9.5.7). @throws Refusal STAFF_MEMBER_NOT_FOUND */
export async function removeStaffMember(tx: Tx, staffMemberId: string, identity: Identity, now: Date): Promise<void> {
  const { siteId } = identity
  const staffMember = await deleteStaffMember(tx, { siteId, staffMemberId })
  if (!staffMember) throw staffMemberNotFound(staffMemberId)
  await record(tx, [
    {
      siteId,
      entityKind: 'staff_member',
      entityId: staffMember.staffMemberId,
      sequence: staffMember.revision + 1,
      kind: 'staff_member.deleted',
      // The webhook tells the entity as it was last, and it can be read nowhere else any more.
      data: { staffMember: toWire(staffMember) },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
