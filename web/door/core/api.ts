import { ApiError } from '../../shared/api.ts'
import { noticeServerDate } from '../../shared/clock.ts'

/** As whom this phone asks: a staff member, by the token of a login, or an account that is signed in here, for a site. */
export type Credential =
  | { kind: 'staff'; siteId: string; name: string; accessToken: string }
  | { kind: 'account'; siteId: string; name: string; siteName: string }

/** @throws ApiError; status 0 when nobody answers within `seconds` */
export async function askAs<Answer>(
  credential: Credential | null,
  path: string,
  { method = 'GET', body, seconds = SECONDS }: { method?: string; body?: unknown; seconds?: number } = {},
): Promise<Answer> {
  const askedAt = Date.now()
  const headers = {
    ...(credential?.kind === 'staff' && { authorization: credential.accessToken }),
    ...(credential?.kind === 'account' && { 'wix-site-id': credential.siteId }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  let response: Response
  let answer: unknown
  try {
    const signal = AbortSignal.timeout(seconds * 1000)
    response = await fetch(path, { method, headers, signal, ...(body !== undefined && { body: JSON.stringify(body) }) })
    // Whatever is no JSON was not said by our server: a portal of the network, a proxy before it.
    answer = await response.json()
  } catch {
    throw new ApiError({ status: 0 })
  }
  noticeServerDate(response.headers.get('date'), askedAt)
  if (!response.ok)
    throw new ApiError({ status: response.status, body: answer, retryAfter: response.headers.get('retry-after') })
  return answer as Answer // as the API says it
}

/** Whoever waits at a door does not wait longer. */
const SECONDS = 8
