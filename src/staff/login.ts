import { record } from '../activity/record.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Keys } from '../identities/keys.ts'
import { readToken, signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { loginHashOf, type StaffMember } from './model.ts'
import { findStaffMember, lockByLogin, updateStaffMember } from './store.ts'

export type Login = { staffMember: StaffMember; accessToken: string; deviceId: string }

/**
 * Exchanges the token of a login link for an access token of a new device (events 9.5.8, 9.5.9). The first login ends
 * PENDING; later ones change nothing.
 * @throws Refusal UNAUTHENTICATED (inferred: events 9.5.10), STAFF_MEMBER_SUSPENDED
 */
export async function loginStaffMember(
  tx: Tx,
  { siteId, loginToken }: { siteId: string; loginToken: string },
  { keys, now }: { keys: Keys; now: Date },
): Promise<Login> {
  const found = await lockByLogin(tx, siteId, loginHashOf(loginToken))
  if (!found) throw loginNotValid()
  if (found.status === 'ACCESS_PAUSED') throw suspended()

  const staffMember = found.status === 'PENDING' ? await admit(tx, found, now) : found
  const deviceId = newGuid()
  const claims = { kind: 'staff', siteId, staffMemberId: staffMember.staffMemberId, deviceId } as const
  return { staffMember, accessToken: await signToken(keys, 'access', claims, now, null), deviceId }
}

/**
 * Whose access token this is, as long as it works.
 * @throws Refusal UNAUTHENTICATED (inferred: events 9.5.10), STAFF_MEMBER_SUSPENDED
 */
export async function accessStaffMember(
  db: Db,
  { siteId, accessToken }: { siteId: string; accessToken: string },
  { keys, now }: { keys: Keys; now: Date },
): Promise<StaffMember> {
  const claims = (await readToken(keys, 'access', accessToken, now))?.claims
  const staffMember = claims?.kind === 'staff' && claims.siteId === siteId ? await findStaffMember(db, claims) : null
  if (!staffMember) throw new Refusal('UNAUTHENTICATED', 'This access token is not valid any more.')
  if (staffMember.status !== 'HAS_ACCESS') throw suspended()
  return staffMember
}

async function admit(tx: Tx, pending: StaffMember, now: Date): Promise<StaffMember> {
  const { siteId, staffMemberId } = pending
  const admitted = { ...pending, status: 'HAS_ACCESS', revision: pending.revision + 1, updatedAt: now } as const
  await updateStaffMember(tx, admitted)
  await record(tx, [
    {
      siteId,
      entityKind: 'staff_member',
      entityId: staffMemberId,
      sequence: admitted.revision,
      kind: 'staff_member.updated',
      data: { status: { from: 'PENDING', to: 'HAS_ACCESS' } },
      actor: { kind: 'staff', id: staffMemberId },
      occurredAt: now,
    },
  ])
  return admitted
}

export function loginNotValid(): Refusal {
  return new Refusal('UNAUTHENTICATED', 'This login link is not valid any more.')
}

function suspended(): Refusal {
  return new Refusal('STAFF_MEMBER_SUSPENDED', 'Your access is paused.')
}
