import type { Db, Fragment, Tx } from '../db/connect.ts'
import type { Role } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import type { Account, Invitation, Membership } from './model.ts'

export async function findAccount(db: Db, accountId: string): Promise<Account | null> {
  const [row] = await db<Account[]>`
    select id as account_id, name, email, coalesce(two_factor_enabled, false) as two_factor_enabled
      from accounts
     where id = ${accountId}`
  return row ?? null
}

export async function findAccountByEmail(db: Db, email: string): Promise<Account | null> {
  const [row] = await db<Account[]>`
    select id as account_id, name, email, coalesce(two_factor_enabled, false) as two_factor_enabled
      from accounts
     where lower(email) = ${email.toLowerCase()}`
  return row ?? null
}

/** An account with a password, as better-auth keeps them; its address is proven by the link that led here. */
export async function insertAccount(
  tx: Tx,
  { accountId, name, email }: Pick<Account, 'accountId' | 'name' | 'email'>,
  { passwordHash, now }: { passwordHash: string; now: Date },
): Promise<void> {
  await tx`
    insert into accounts (id, name, email, email_verified, created_at, updated_at)
    values (${accountId}, ${name}, ${email.toLowerCase()}, true, ${now}, ${now})`
  await tx`
    insert into account_credentials (id, user_id, account_id, provider_id, password, created_at, updated_at)
    values (${newGuid()}, ${accountId}, ${accountId}, 'credential', ${passwordHash}, ${now}, ${now})`
}

export type NamedMembership = Membership & { name: string; email: string; twoFactorEnabled: boolean }

/** Who works for the site, owners first. */
export async function listMemberships(db: Db, siteId: string): Promise<NamedMembership[]> {
  return await db<NamedMembership[]>`
    select memberships.site_id, memberships.account_id, memberships.membership_id, memberships.role, memberships.revision, memberships.created_at,
           accounts.name, accounts.email, coalesce(accounts.two_factor_enabled, false) as two_factor_enabled
      from memberships
      join accounts on accounts.id = memberships.account_id
     where memberships.site_id = ${siteId}
     order by array_position(array['OWNER', 'MANAGER', 'FINANCE', 'DOOR'], memberships.role), lower(accounts.name)
     limit 500`
}

export type SiteOfAccount = { siteId: string; name: string; role: Role }

export async function listSitesOf(db: Db, accountId: string): Promise<SiteOfAccount[]> {
  return await db<SiteOfAccount[]>`
    select memberships.site_id, sites.name, memberships.role
      from memberships
      join sites on sites.site_id = memberships.site_id
     where memberships.account_id = ${accountId}
     order by sites.created_at, sites.site_id
     limit 200`
}

/** All memberships of the site, locked, so that the last owner cannot leave by two doors at once. */
export async function lockMemberships(tx: Tx, siteId: string): Promise<Membership[]> {
  return await tx<Membership[]>`
    select site_id, account_id, membership_id, role, revision, created_at
      from memberships
     where site_id = ${siteId}
     order by account_id
       for update`
}

export async function insertMembership(tx: Tx, membership: Membership): Promise<void> {
  const { siteId, accountId, membershipId, role, revision, createdAt } = membership
  await tx`
    insert into memberships (site_id, account_id, membership_id, role, revision, created_at)
    values (${siteId}, ${accountId}, ${membershipId}, ${role}, ${revision}, ${createdAt})`
}

export async function setRole(tx: Tx, { siteId, accountId, role, revision }: Membership): Promise<void> {
  await tx`
    update memberships
       set role = ${role}, revision = ${revision}
     where site_id = ${siteId}
       and account_id = ${accountId}`
}

export async function deleteMembership(tx: Tx, { siteId, accountId }: Membership): Promise<void> {
  await tx`
    delete from memberships
     where site_id = ${siteId}
       and account_id = ${accountId}`
}

function invitationColumns(db: Db): Fragment {
  return db`site_id, invitation_id, email, role, revision, created_at, expires_at, accepted_at, revoked_at`
}

export async function insertInvitation(tx: Tx, invitation: Invitation, secretHash: Buffer): Promise<void> {
  const { siteId, invitationId, email, role, revision, createdAt, expiresAt } = invitation
  await tx`
    insert into invitations (site_id, invitation_id, email, role, revision, secret_hash, created_at, expires_at)
    values (${siteId}, ${invitationId}, ${email}, ${role}, ${revision}, ${secretHash}, ${createdAt}, ${expiresAt})`
}

/** Those that nobody accepted or took back, newest first. */
export async function listInvitations(db: Db, siteId: string): Promise<Invitation[]> {
  return await db<Invitation[]>`
    select ${invitationColumns(db)}
      from invitations
     where site_id = ${siteId}
       and accepted_at is null
       and revoked_at is null
     order by created_at desc
     limit 100`
}

export async function findInvitationBySecret(db: Db, secretHash: Buffer): Promise<Invitation | null> {
  const [row] = await db<Invitation[]>`
    select ${invitationColumns(db)}
      from invitations
     where secret_hash = ${secretHash}`
  return row ?? null
}

export async function lockInvitation(tx: Tx, siteId: string, invitationId: string): Promise<Invitation | null> {
  const [row] = await tx<Invitation[]>`
    select ${invitationColumns(tx)}
      from invitations
     where site_id = ${siteId}
       and invitation_id = ${invitationId}
       for update`
  return row ?? null
}

export async function endInvitation(
  tx: Tx,
  { siteId, invitationId, revision, acceptedAt, revokedAt }: Invitation,
): Promise<void> {
  await tx`
    update invitations
       set revision = ${revision}, accepted_at = ${acceptedAt}, revoked_at = ${revokedAt}
     where site_id = ${siteId}
       and invitation_id = ${invitationId}`
}

/** Whether the site belongs to somebody yet. */
export async function hasOwner(db: Db, siteId: string): Promise<boolean> {
  const rows = await db`
    select account_id
      from memberships
     where site_id = ${siteId}
       and role = 'OWNER'
     limit 1`
  return rows.length > 0
}
