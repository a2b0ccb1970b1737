import type { Caller, TestApp } from './app.ts'
import { must } from './sale.ts'

/** A caller who is logged in as a new staff member; without `events` for all of them. */
export async function aStaffMember(
  { admin, visitor, anonymous }: Pick<TestApp, 'admin' | 'visitor' | 'anonymous'>,
  { permissions, events }: { permissions: readonly string[]; events?: readonly string[] },
): Promise<Caller> {
  const path = '/events/v1/staff-members'
  const reach = events ? { specificEvents: { events } } : { allEvents: {} }
  const made = await must(admin, 'POST', path, { staffMember: { name: 'Dora', permissions, ...reach } })
  const { id } = made.body.staffMember
  const { loginLink } = (await must(admin, 'GET', `${path}/${id}?fieldsets=LOGIN_LINK`)).body.staffMember
  const loginToken = new URL(loginLink).searchParams.get('token')
  const { accessToken } = (await must(await visitor(), 'POST', `${path}/login`, { loginToken })).body
  return (method, url, body) => anonymous(method, url, body, { authorization: accessToken })
}
