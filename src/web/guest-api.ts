import type { App } from '../http/app.ts'
import type { Keys } from '../identities/keys.ts'
import { ACCESS_SECONDS, signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

/** An answer of the API to a guest; `etag` changes with it. */
export type GuestAnswer = { status: number; body: unknown; etag: string }

/**
 * Asks our own API as a guest would, without a network in between, so that a page begins with just what its script would
 * be told, and it comes from memory where that is served from memory.
 */
export function guestApi(app: App, keys: Keys) {
  const tokens = new Map<string, { token: string; goodUntil: number }>()

  async function tokenOf(siteId: string, now: Date): Promise<string> {
    const known = tokens.get(siteId)
    if (known && known.goodUntil > now.getTime()) return known.token
    const token = await signToken(
      keys,
      'access',
      { kind: 'visitor', siteId, visitorId: newGuid() },
      now,
      ACCESS_SECONDS,
    )
    tokens.set(siteId, { token, goodUntil: now.getTime() + (ACCESS_SECONDS * 1000) / 2 })
    return token
  }

  return async (
    siteId: string,
    { address, body, now }: { address: string; body?: object; now: Date },
  ): Promise<GuestAnswer> => {
    const answer = await app.inject({
      method: body ? 'POST' : 'GET',
      url: address,
      headers: { authorization: await tokenOf(siteId, now) },
      ...(body && { payload: body }),
    })
    return { status: answer.statusCode, body: answer.json(), etag: String(answer.headers.etag ?? answer.body) }
  }
}

export type GuestApi = ReturnType<typeof guestApi>
