import { ApiError } from './api.ts'

/**
 * Who this browser is to the site: a visitor, born with the first token. It is kept by the browser, so that a reload or a
 * second tab is the same visitor; where it may not keep anything, it is one as long as the page lives.
 */
type Tokens = { access_token: string; refresh_token: string; endsAt: number }

let siteId = ''
/** Where the API is: empty on pages of ours, an origin on pages of others. */
let origin = ''
let known: Tokens | null = null
let asking: Promise<Tokens> | null = null

/** Whose visitor this browser is, and where to ask; said once, before anything is asked. */
export function visit(site: string, at = ''): void {
  siteId = site
  origin = at
}

/** Where a path of the API is. */
export function addressOf(path: string): string {
  return origin + path
}

/** Takes on the visitor that another way brought along: a redirect session (api 14). */
export function becomeVisitor(accessToken: string, expiresInSeconds: number): void {
  known = { access_token: accessToken, refresh_token: '', endsAt: Date.now() + expiresInSeconds * 1000 }
}

/** A token that is good for a minute at least. */
export async function refreshedToken({ anew = false }: { anew?: boolean } = {}): Promise<string> {
  known ??= remembered()
  if (known && !anew && known.endsAt > Date.now() + 60_000) return known.access_token
  asking ??= newTokens(known?.refresh_token ?? '').finally(() => {
    asking = null
  })
  known = await asking
  return known.access_token
}

async function newTokens(refreshToken: string): Promise<Tokens> {
  const tokens =
    (refreshToken && (await grant({ grantType: 'refresh_token', refreshToken }))) ||
    (await grant({ grantType: 'anonymous' }))
  if (!tokens) throw new ApiError({ status: 0 })
  const kept = { ...tokens, endsAt: Date.now() + tokens.expires_in * 1000 }
  try {
    localStorage.setItem(KEY + siteId, JSON.stringify(kept))
  } catch {
    // Private windows may refuse; then it is forgotten with the page.
  }
  return kept
}

async function grant(body: Record<string, string>): Promise<(Tokens & { expires_in: number }) | null> {
  const response = await fetch(addressOf('/oauth2/token'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: siteId, ...body }),
  })
  return response.ok ? await response.json() : null
}

function remembered(): Tokens | null {
  try {
    const tokens = JSON.parse(localStorage.getItem(KEY + siteId) ?? '{}')
    return typeof tokens.access_token === 'string' ? tokens : null
  } catch {
    return null
  }
}

/** Of one site: several may share an origin. */
const KEY = 'boxoffice.visitor.'
