import type { Caller, TestApp } from './app.ts'
import { must } from './sale.ts'

type Grant = { permissions: readonly string[]; events?: readonly string[] }

/** A caller who is logged in as a new staff member; without `events` for all of them. */
export async function aStaffMember(
  served: Pick<TestApp, 'admin' | 'visitor' | 'anonymous'>,
  grant: Grant,
): Promise<Caller> {
  const { authorization } = await staffHeaders(served, grant)
  return (method, url, body) => served.anonymous(method, url, body, { authorization })
}

/** The credentials of a new staff member who has logged in. */
export async function staffHeaders(
  { admin, visitor }: Pick<TestApp, 'admin' | 'visitor'>,
  { permissions, events }: Grant,
): Promise<{ authorization: string }> {
  const path = '/events/v1/staff-members'
  const reach = events ? { specificEvents: { events } } : { allEvents: {} }
  const made = await must(admin, 'POST', path, { staffMember: { name: 'Dora', permissions, ...reach } })
  const { id } = made.body.staffMember
  const { loginLink } = (await must(admin, 'GET', `${path}/${id}?fieldsets=LOGIN_LINK`)).body.staffMember
  const loginToken = new URL(loginLink).searchParams.get('token')
  const { accessToken } = (await must(await visitor(), 'POST', `${path}/login`, { loginToken })).body
  return { authorization: accessToken }
}
