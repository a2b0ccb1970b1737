import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Invitation, Membership } from './model.ts'

type Actor = Activity['actor']

/** One fact about who works for a site; it names roles and accounts, and no address. */
export async function recordMembership(
  tx: Tx,
  { siteId, membershipId, accountId, role, revision }: Membership,
  { what, actor, now }: { what: 'created' | 'updated' | 'deleted'; actor: Actor; now: Date },
): Promise<void> {
  await record(tx, [
    {
      siteId,
      entityKind: 'membership',
      entityId: membershipId,
      sequence: revision,
      kind: `membership.${what}`,
      data: { accountId, role },
      actor,
      occurredAt: now,
    },
  ])
}

export async function recordInvitation(
  tx: Tx,
  { siteId, invitationId, role, revision }: Invitation,
  { what, actor, now }: { what: 'created' | 'accepted' | 'revoked'; actor: Actor; now: Date },
): Promise<void> {
  await record(tx, [
    {
      siteId,
      entityKind: 'invitation',
      entityId: invitationId,
      sequence: revision,
      kind: `invitation.${what}`,
      data: { role },
      actor,
      occurredAt: now,
    },
  ])
}
