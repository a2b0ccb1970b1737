import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { baseOf } from '../sites/hosts.ts'
import { Guid, Maybe, Nothing, PagingMetadataOut, Query, Text } from '../wire/shapes.ts'
import { createStaffMember } from './create.ts'
import { removeStaffMember } from './delete.ts'
import { accessStaffMember, loginNotValid, loginStaffMember } from './login.ts'
import { loginHashOf, loginTokenOf, type StaffMember } from './model.ts'
import { findSiteOfLogin, getStaffMember, queryStaffMembers } from './store.ts'
import { changeStaffMember } from './update.ts'
import { ChangedStaffMember, Fieldsets, NewStaffMember, StaffMemberOut, toWire } from './wire.ts'

const OneStaffMember = Type.Object({ staffMember: StaffMemberOut })
const Params = Type.Object({ staffMemberId: Guid })
const Token = Text(1, 500)

/** Staff members and how they log in (events section 9). */
export function staffRoutes({ sql, keys, publicUrl }: Deps) {
  const linkOf = (staffMember: StaffMember) =>
    `${baseOf(staffMember.siteId, publicUrl)}/staff/login?token=${loginTokenOf(keys, staffMember)}`
  const linkIfAsked = (staffMember: StaffMember, fieldsets: readonly string[] | null | undefined) =>
    fieldsets?.includes('LOGIN_LINK') ? linkOf(staffMember) : null

  return async (app: App) => {
    const path = '/events/v1/staff-members'

    app.post(
      path,
      {
        schema: { body: Type.Object({ staffMember: NewStaffMember }), response: { 200: OneStaffMember } },
        config: { permission: 'STAFF_MEMBER_CREATE' },
      },
      async ({ body, identity, now }) => {
        const made = await inTransaction(sql, tx => createStaffMember(tx, body.staffMember, { identity, keys, now }))
        return { staffMember: toWire(made) }
      },
    )

    app.get(
      `${path}/:staffMemberId`,
      {
        schema: {
          params: Params,
          querystring: Type.Object({ fieldsets: Fieldsets }),
          response: { 200: OneStaffMember },
        },
        config: { permission: 'STAFF_MEMBER_READ' },
      },
      async ({ params: { staffMemberId }, query, identity: { siteId } }) => {
        const staffMember = await getStaffMember(sql, { siteId, staffMemberId })
        return { staffMember: toWire(staffMember, linkIfAsked(staffMember, query.fieldsets)) }
      },
    )

    app.patch(
      `${path}/:staffMemberId`,
      {
        schema: {
          params: Params,
          body: Type.Object({ staffMember: ChangedStaffMember }),
          response: { 200: OneStaffMember },
        },
        config: { permission: 'STAFF_MEMBER_UPDATE' },
      },
      async ({ params, body, identity, now }) => {
        const changed = await inTransaction(sql, tx =>
          changeStaffMember(tx, params.staffMemberId, body.staffMember, { identity, now }),
        )
        return { staffMember: toWire(changed) }
      },
    )

    app.delete(
      `${path}/:staffMemberId`,
      { schema: { params: Params, response: { 200: Nothing } }, config: { permission: 'STAFF_MEMBER_DELETE' } },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removeStaffMember(tx, params.staffMemberId, identity, now))
        return {}
      },
    )

    app.post(
      `${path}/query`,
      {
        schema: {
          body: Type.Object({ query: Maybe(Query), fieldsets: Fieldsets }),
          response: {
            200: Type.Object({ staffMembers: Type.Array(StaffMemberOut), pagingMetadata: PagingMetadataOut }),
          },
        },
        config: { permission: 'STAFF_MEMBER_READ' },
      },
      async ({ body, identity, now }) => {
        const { rows, metadata } = await queryStaffMembers(sql, identity.siteId, body.query, now)
        return {
          staffMembers: rows.map(one => toWire(one, linkIfAsked(one, body.fieldsets))),
          pagingMetadata: metadata,
        }
      },
    )

    const limited = {
      permission: 'STAFF_MEMBER_ACTIVATE',
      attempt: 'staffLogin',
    } as const
    const LoginAnswer = Type.Object({
      staffMember: StaffMemberOut,
      accessToken: Type.String(),
      deviceId: Type.String(),
    })
    const login = async (loginToken: string, siteId: string, now: Date) => {
      const done = await inTransaction(sql, tx => loginStaffMember(tx, { siteId, loginToken }, { keys, now }))
      return { ...done, staffMember: toWire(done.staffMember) }
    }

    // Deprecated; the same by an older name (events 9.3).
    app.post(
      `${path}/join`,
      { schema: { body: Type.Object({ joinToken: Token }), response: { 200: LoginAnswer } }, config: limited },
      ({ body, identity, now }) => login(body.joinToken, identity.siteId, now),
    )
    app.post(
      `${path}/login`,
      { schema: { body: Type.Object({ loginToken: Token }), response: { 200: LoginAnswer } }, config: limited },
      ({ body, identity, now }) => login(body.loginToken, identity.siteId, now),
    )
    // A link does not say whose it is, and a login is asked of a site.
    app.post(
      '/boxoffice/v1/staff-members/find-site',
      {
        schema: {
          body: Type.Object({ loginToken: Token }),
          response: { 200: Type.Object({ siteId: Type.String() }) },
        },
        config: { public: true, attempt: limited.attempt },
      },
      async ({ body: { loginToken } }) => {
        const siteId = await findSiteOfLogin(sql, loginHashOf(loginToken))
        if (siteId === null) throw loginNotValid()
        return { siteId }
      },
    )
    app.post(
      `${path}/access`,
      {
        schema: { body: Type.Object({ accessToken: Token }), response: { 200: OneStaffMember } },
        config: { permission: 'STAFF_MEMBER_ACTIVATE' },
      },
      async ({ body: { accessToken }, identity: { siteId }, now }) => ({
        staffMember: toWire(await accessStaffMember(sql, { siteId, accessToken }, { keys, now })),
      }),
    )
  }
}
