import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { lockSite } from '../sites/store.ts'
import { recordInvitation, recordMembership } from './changes.ts'
import { type Account, type Invitation, isOpen, MEMBERSHIPS_MAX, type Membership } from './model.ts'
import {
  endInvitation,
  findAccountByEmail,
  insertAccount,
  insertMembership,
  lockInvitation,
  lockMemberships,
} from './store.ts'

/** Somebody new: a name, and the hash of the password that they chose. */
export type NewPerson = { name: string; email: string; passwordHash: string }

/**
 * The first owner of a site, by the link that the installation printed.
 * @throws Refusal SITE_SET_UP_ALREADY, ACCOUNT_EXISTS
 */
export async function setUpFirstOwner(tx: Tx, siteId: string, person: NewPerson, now: Date): Promise<Account> {
  await lockSite(tx, siteId) // two who follow the link at once take turns
  if ((await lockMemberships(tx, siteId)).some(({ role }) => role === 'OWNER'))
    throw new Refusal('SITE_SET_UP_ALREADY', 'This site has an owner already. Sign in, or ask for an invitation.')
  const account = await makeAccount(tx, person, now)
  await join(tx, { siteId, accountId: account.accountId, role: 'OWNER', now })
  return account
}

/**
 * @param who an account that is signed in, or somebody who gets one now
 * @throws Refusal INVITATION_NOT_USABLE, ACCOUNT_EXISTS, RESOURCE_EXHAUSTED
 */
export async function acceptInvitation(
  tx: Tx,
  found: Invitation,
  who: { account: Account } | { person: Omit<NewPerson, 'email'> },
  now: Date,
): Promise<Account> {
  const { siteId } = found
  await lockSite(tx, siteId)
  const invitation = await lockInvitation(tx, siteId, found.invitationId)
  if (!invitation || !isOpen(invitation, now)) throw invitationNotUsable()
  const { email, role } = invitation
  if ('account' in who && who.account.email.toLowerCase() !== email.toLowerCase())
    throw new Refusal('INVITATION_NOT_USABLE', 'This invitation is for somebody else. Sign in as them.', { email })
  const account = 'account' in who ? who.account : await makeAccount(tx, { ...who.person, email }, now)
  const { accountId } = account
  const accepted = { ...invitation, revision: invitation.revision + 1, acceptedAt: now }
  await endInvitation(tx, accepted)
  await recordInvitation(tx, accepted, { what: 'accepted', actor: { kind: 'organizer', id: accountId }, now })
  const memberships = await lockMemberships(tx, siteId)
  if (memberships.length >= MEMBERSHIPS_MAX)
    throw new Refusal('RESOURCE_EXHAUSTED', `A site has at most ${MEMBERSHIPS_MAX} colleagues.`)
  if (!memberships.some(each => each.accountId === accountId)) await join(tx, { siteId, accountId, role, now })
  return account
}

export function invitationNotUsable(): Refusal {
  return new Refusal('INVITATION_NOT_USABLE', 'This invitation was used, taken back or is too old. Ask for a new one.')
}

/** A new site is its maker's. */
export async function join(
  tx: Tx,
  { siteId, accountId, role, now }: Pick<Membership, 'siteId' | 'accountId' | 'role'> & { now: Date },
): Promise<void> {
  const membership: Membership = { siteId, accountId, membershipId: newGuid(), role, revision: 1, createdAt: now }
  await insertMembership(tx, membership)
  await recordMembership(tx, membership, { what: 'created', actor: { kind: 'organizer', id: accountId }, now })
}

async function makeAccount(tx: Tx, { passwordHash, ...person }: NewPerson, now: Date): Promise<Account> {
  if (await findAccountByEmail(tx, person.email))
    throw new Refusal(
      'ACCOUNT_EXISTS',
      'There is an account with this address. Sign in first, then open the link again.',
    )
  const account = { accountId: newGuid(), ...person, email: person.email.toLowerCase() }
  await insertAccount(tx, account, { passwordHash, now })
  return { ...account, twoFactorEnabled: false }
}
