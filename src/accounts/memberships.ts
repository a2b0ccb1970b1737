import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Role } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { refuseStale } from '../wire/revision.ts'
import { recordMembership } from './changes.ts'
import type { Membership } from './model.ts'
import { deleteMembership, lockMemberships, setRole } from './store.ts'

type Caller = { identity: Identity; now: Date }

/**
 * @param revision of the membership that was looked at; null: whatever it is now
 * @throws Refusal MEMBERSHIP_NOT_FOUND, LAST_OWNER, ABORTED
 */
export async function changeRole(
  tx: Tx,
  { accountId, role, revision }: { accountId: string; role: Role; revision: string | null },
  { identity, now }: Caller,
): Promise<Membership> {
  const membership = await findLeaving(tx, { accountId, staysOwner: role === 'OWNER' }, identity)
  if (membership.role === role) return membership
  if (revision !== null) refuseStale(membership.revision, revision)
  const changed = { ...membership, role, revision: membership.revision + 1 }
  await setRole(tx, changed)
  await recordMembership(tx, changed, { what: 'updated', actor: actorOf(identity), now })
  return changed
}

/** @throws Refusal MEMBERSHIP_NOT_FOUND, LAST_OWNER */
export async function endMembership(tx: Tx, accountId: string, { identity, now }: Caller): Promise<void> {
  const membership = await findLeaving(tx, { accountId, staysOwner: false }, identity)
  await deleteMembership(tx, membership)
  const ended = { ...membership, revision: membership.revision + 1 }
  await recordMembership(tx, ended, { what: 'deleted', actor: actorOf(identity), now })
}

/** A site without an owner could never have one again. */
async function findLeaving(
  tx: Tx,
  { accountId, staysOwner }: { accountId: string; staysOwner: boolean },
  { siteId }: Identity,
): Promise<Membership> {
  const all = await lockMemberships(tx, siteId)
  const membership = all.find(each => each.accountId === accountId)
  if (!membership) throw new Refusal('MEMBERSHIP_NOT_FOUND', 'This account does not work for the site.', { accountId })
  const owners = all.filter(({ role }) => role === 'OWNER')
  if (!staysOwner && owners.length === 1 && owners[0] === membership)
    throw new Refusal('LAST_OWNER', 'A site keeps at least one owner. Make somebody else one first.')
  return membership
}
