import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { createApiKey, revokeApiKey, rotateApiKey } from '../identities/api-keys.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { ROLE_PERMISSIONS, ROLES, SCOPES } from '../identities/permissions.ts'
import { type ListedApiKey, listApiKeys } from '../identities/store.ts'
import { wantLetters } from '../notifications/mails.ts'
import { invalid, Refusal } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { Revision } from '../wire/revision.ts'
import { Email, Guid, Instant, InstantOut, ListOf, Maybe, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { invite, revokeInvitation } from './invite.ts'
import { changeRole, endMembership } from './memberships.ts'
import type { Invitation } from './model.ts'
import { listInvitations, listMemberships } from './store.ts'

const MembershipOut = Type.Object({
  accountId: Type.String(),
  revision: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: OneOf(ROLES),
  permissions: Type.Array(Type.String()),
  twoFactorEnabled: Type.Boolean(),
  createdDate: InstantOut,
})
const InvitationOut = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role: OneOf(ROLES),
  createdDate: InstantOut,
  expirationDate: InstantOut,
})
const ApiKeyOut = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Optional(Type.Array(Type.String())),
  createdDate: InstantOut,
  expirationDate: Type.Optional(InstantOut),
})
/** With the key's text, which is told this once. */
const NewApiKeyOut = Type.Object({ id: Type.String(), key: Type.String() })

/** Who works for a site, who is asked to, and the keys of its programs. */
export function accountRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    const reading = { permission: 'READ_MEMBERSHIPS' } as const
    const managing = { permission: 'MANAGE_MEMBERSHIPS' } as const
    const keys = { permission: 'MANAGE_API_KEYS' } as const
    const OfAccount = Type.Object({ accountId: Guid })

    app.get(
      '/boxoffice/v1/memberships',
      { schema: { response: { 200: Type.Object({ memberships: Type.Array(MembershipOut) }) } }, config: reading },
      async ({ identity }) => ({
        memberships: (await listMemberships(sql, identity.siteId)).map(({ createdAt, revision, ...each }) => ({
          ...each,
          revision: String(revision),
          permissions: [...ROLE_PERMISSIONS[each.role]],
          createdDate: createdAt,
        })),
      }),
    )

    app.patch(
      '/boxoffice/v1/memberships/:accountId',
      {
        schema: {
          params: OfAccount,
          body: Type.Object({ membership: Type.Object({ role: OneOf(ROLES), revision: Maybe(Revision) }) }),
          response: { 200: Type.Object({ membership: Type.Object({ accountId: Type.String(), role: OneOf(ROLES) }) }) },
        },
        config: managing,
      },
      async ({ params, body, identity, now }) => {
        const { role: asked, revision = null } = body.membership
        const wanted = { accountId: params.accountId.toLowerCase(), role: asked, revision }
        const { accountId, role } = await inTransaction(sql, tx => changeRole(tx, wanted, { identity, now }))
        return { membership: { accountId, role } }
      },
    )

    app.delete(
      '/boxoffice/v1/memberships/:accountId',
      { schema: { params: OfAccount, response: { 200: Nothing } }, config: managing },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => endMembership(tx, params.accountId.toLowerCase(), { identity, now }))
        return {}
      },
    )

    app.post(
      '/boxoffice/v1/invitations',
      {
        schema: {
          body: Type.Object({ invitation: Type.Object({ email: Email, role: OneOf(ROLES) }) }),
          // The link too, for whoever rather sends it themselves.
          response: { 200: Type.Object({ invitation: InvitationOut, url: Type.String() }) },
        },
        config: managing,
      },
      async ({ body, identity, now }) => {
        const { invitation, url } = await inTransaction(sql, async tx => {
          const made = await invite(tx, body.invitation, { identity, now })
          const url = `${publicUrl}/dashboard/join?token=${made.secret}`
          const to = { address: made.invitation.email }
          await wantLetters(tx, [{ kind: 'invitation', to, values: {}, url }], {
            siteId: identity.siteId,
            actor: actorOf(identity),
            now,
          })
          return { ...made, url }
        })
        return { invitation: toWireInvitation(invitation), url }
      },
    )

    app.get(
      '/boxoffice/v1/invitations',
      { schema: { response: { 200: Type.Object({ invitations: Type.Array(InvitationOut) }) } }, config: reading },
      async ({ identity }) => ({ invitations: (await listInvitations(sql, identity.siteId)).map(toWireInvitation) }),
    )

    app.delete(
      '/boxoffice/v1/invitations/:invitationId',
      { schema: { params: Type.Object({ invitationId: Guid }), response: { 200: Nothing } }, config: managing },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => revokeInvitation(tx, params.invitationId.toLowerCase(), { identity, now }))
        return {}
      },
    )

    app.post(
      '/boxoffice/v1/api-keys',
      {
        schema: {
          body: Type.Object({
            apiKey: Type.Object({
              name: Text(1, 100),
              scopes: Maybe(ListOf(OneOf(SCOPES), SCOPES.length)),
              expirationDate: Maybe(Instant),
            }),
          }),
          response: { 200: Type.Object({ apiKey: NewApiKeyOut }) },
        },
        config: keys,
      },
      async ({ body, identity, now }) => {
        const { name, scopes, expirationDate } = body.apiKey
        const expiresAt = expirationDate ? new Date(expirationDate) : null
        if (expiresAt && expiresAt <= now) throw invalid('apiKey.expirationDate', 'must be in the future', 'PAST')
        if (scopes?.length === 0)
          throw invalid('apiKey.scopes', 'must name at least one; leave it out for everything', 'NONE_CHOSEN')
        refuseMoreThanOwn(identity, scopes ?? null)
        const made = await inTransaction(sql, tx =>
          createApiKey(tx, { name, scopes: scopes ?? null, expiresAt }, { identity, now }),
        )
        return { apiKey: { id: made.apiKeyId, key: made.apiKey } }
      },
    )

    app.get(
      '/boxoffice/v1/api-keys',
      { schema: { response: { 200: Type.Object({ apiKeys: Type.Array(ApiKeyOut) }) } }, config: keys },
      async ({ identity, now }) => ({ apiKeys: (await listApiKeys(sql, identity.siteId, now)).map(toWireApiKey) }),
    )

    app.post(
      '/boxoffice/v1/api-keys/:apiKeyId/rotate',
      {
        schema: {
          params: Type.Object({ apiKeyId: Guid }),
          body: Type.Object({ graceMinutes: Maybe(Type.Integer({ minimum: 0, maximum: 10_080 })) }),
          response: { 200: Type.Object({ apiKey: NewApiKeyOut }) },
        },
        config: keys,
      },
      async ({ params, body, identity, now }) => {
        const wanted = { apiKeyId: params.apiKeyId.toLowerCase(), graceMinutes: body.graceMinutes ?? DAY_MINUTES }
        const made = await inTransaction(sql, tx => rotateApiKey(tx, wanted, { identity, now }))
        return { apiKey: { id: made.apiKeyId, key: made.apiKey } }
      },
    )

    app.delete(
      '/boxoffice/v1/api-keys/:apiKeyId',
      { schema: { params: Type.Object({ apiKeyId: Guid }), response: { 200: Nothing } }, config: keys },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => revokeApiKey(tx, params.apiKeyId.toLowerCase(), { identity, now }))
        return {}
      },
    )
  }
}

const DAY_MINUTES = 1440

/** A key that was limited makes none that may more. */
function refuseMoreThanOwn(identity: Identity, scopes: readonly string[] | null): void {
  if (identity.kind !== 'admin' || !identity.permissions) return
  const own: readonly string[] = identity.permissions
  if (scopes === null || scopes.some(each => !own.includes(each)))
    throw new Refusal('PERMISSION_DENIED', 'A key cannot make one that may do more than itself.')
}

function toWireInvitation({ invitationId, email, role, createdAt, expiresAt }: Invitation) {
  return { id: invitationId, email, role, createdDate: createdAt, expirationDate: expiresAt }
}

function toWireApiKey({ apiKeyId, name, scopes, createdAt, expiresAt }: ListedApiKey) {
  return { id: apiKeyId, name, createdDate: createdAt, ...present({ scopes, expirationDate: expiresAt }) }
}
