import { ApiError } from '../../shared/api.ts'
import { askAs, type Credential } from './api.ts'

/** Logs this phone in by the token of a staff member's link (events 9.5.8). @throws ApiError */
export async function logIn(loginToken: string): Promise<Credential> {
  const { siteId } = await askAs<{ siteId: string }>(null, '/boxoffice/v1/staff-members/find-site', {
    method: 'POST',
    body: { loginToken },
  })
  const { access_token: accessToken } = await askAs<{ access_token: string }>(null, '/oauth2/token', {
    method: 'POST',
    body: { clientId: siteId, grantType: 'anonymous' },
  })
  const nobody: Credential = { kind: 'staff', siteId, name: '', accessToken }
  const login = await askAs<{ staffMember: { name: string }; accessToken: string }>(
    nobody,
    '/events/v1/staff-members/login',
    { method: 'POST', body: { loginToken } },
  )
  return { kind: 'staff', siteId, name: login.staffMember.name, accessToken: login.accessToken }
}

export type SignedIn = {
  account: { name: string }
  sites: { siteId: string; name: string; permissions: string[] }[]
}

/** The account that is signed in at the desk of this browser; null: none is. @throws ApiError */
export async function findAccount(): Promise<SignedIn | null> {
  try {
    const { account, sites } = await askAs<SignedIn>(null, '/boxoffice/v1/account')
    return { account, sites: sites.filter(({ permissions }) => permissions.includes('CHECK-IN')) }
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}
