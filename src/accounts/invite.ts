import type { Tx } from '../db/connect.ts'
import { brokenConstraint } from '../db/transaction.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Role } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { recordInvitation } from './changes.ts'
import { INVITATION_MINUTES, INVITATIONS_MAX, type Invitation, newSecret } from './model.ts'
import { endInvitation, insertInvitation, listInvitations, lockInvitation } from './store.ts'

/**
 * Asks somebody to work for the site; an older invitation of the same address is over.
 * @returns also the secret of the link, which is nowhere else
 */
export async function invite(
  tx: Tx,
  { email, role }: { email: string; role: Role },
  { identity, now }: { identity: Identity; now: Date },
): Promise<{ invitation: Invitation; secret: string }> {
  const { siteId } = identity
  const open = await listInvitations(tx, siteId)
  const earlier = open.find(each => each.email.toLowerCase() === email.toLowerCase())
  if (earlier) await revokeInvitation(tx, earlier.invitationId, { identity, now })
  else if (open.length >= INVITATIONS_MAX)
    throw new Refusal('RESOURCE_EXHAUSTED', `A site has at most ${INVITATIONS_MAX} open invitations. Take some back.`)
  const { secret, hash } = newSecret()
  const invitation: Invitation = {
    siteId,
    invitationId: newGuid(),
    email: email.toLowerCase(),
    role,
    revision: 1,
    createdAt: now,
    expiresAt: addMinutes(now, INVITATION_MINUTES),
    acceptedAt: null,
    revokedAt: null,
  }
  try {
    await insertInvitation(tx, invitation, hash)
  } catch (error) {
    if (brokenConstraint(error) !== 'invitations_open_by_email') throw error
    throw new Refusal('ABORTED', 'Somebody is inviting the same person just now.')
  }
  await recordInvitation(tx, invitation, { what: 'created', actor: actorOf(identity), now })
  return { invitation, secret }
}

/** @throws Refusal INVITATION_NOT_USABLE */
export async function revokeInvitation(
  tx: Tx,
  invitationId: string,
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const invitation = await lockInvitation(tx, identity.siteId, invitationId)
  if (!invitation || invitation.acceptedAt || invitation.revokedAt)
    throw new Refusal('INVITATION_NOT_USABLE', 'There is no such open invitation.')
  const revoked = { ...invitation, revision: invitation.revision + 1, revokedAt: now }
  await endInvitation(tx, revoked)
  await recordInvitation(tx, revoked, { what: 'revoked', actor: actorOf(identity), now })
}
