import { signToken } from '../../src/identities/tokens.ts'
import { newGuid } from '../../src/ids.ts'
import { type Caller, callerOf, type TestApp } from '../support/app.ts'
import { staffHeaders } from '../support/staff.ts'
import type { Credentials } from './client.ts'

/** The identities of the contract (api 4.1); whoever acts for the site by an API key is the organizer. */
export type Who = 'organizer' | 'visitor' | 'member' | 'staff'

/** What a scene is played on. */
export type Stage = Pick<TestApp, 'admin' | 'visitor' | 'anonymous' | 'siteId' | 'sql' | 'now' | 'setNow'> & {
  who: Who
  /** Calls as the one who will call the method. */
  caller: Caller
}

/** How one method comes to be called: what is prepared, and with which arguments. */
export type Scene = {
  /** Each of them calls it; the first one under every published path. */
  as: readonly Who[]
  call: Call
  /** The client loses what the request needs (api 3.4.1): the path on which it is put back. */
  mendPath?: (path: string, args: readonly unknown[]) => string
}
type Call = (stage: Stage) => readonly unknown[] | Promise<readonly unknown[]>

/** The scenes of a namespace, by the names of its methods. */
export type Scenes = Readonly<Record<string, Scene | readonly Scene[]>>

export function organizer(call: Call): Scene {
  return { as: ['organizer'], call }
}
/** Public methods: guests are the first to use them, and see the organizer's answer where that differs (api 4.3). */
export function anybody(call: Call): Scene {
  return { as: ['visitor', 'organizer'], call }
}
export function visitor(call: Call): Scene {
  return { as: ['visitor'], call }
}
export function member(call: Call): Scene {
  return { as: ['member'], call }
}
/** What an organizer does, and staff may be given. */
export function atTheDoor(call: Call): Scene {
  return { as: ['organizer', 'staff'], call }
}

/** The identities of one site, each with the credentials of a client. */
export async function identitiesOf(
  served: TestApp,
): Promise<Record<Who, { credentials: Credentials; headers: Record<string, string> }>> {
  const { siteId, apiKey, deps, now } = served
  const visitorId = newGuid()
  const guest = (claims: Parameters<typeof signToken>[2]) => signToken(deps.keys, 'access', claims, now(), 14_400)
  const withToken = (accessToken: string) => ({
    credentials: { accessToken, siteId },
    headers: { authorization: accessToken },
  })
  return {
    organizer: { credentials: { apiKey, siteId }, headers: { authorization: apiKey, 'wix-site-id': siteId } },
    visitor: withToken(await guest({ kind: 'visitor', siteId, visitorId })),
    member: withToken(await guest({ kind: 'member', siteId, visitorId: newGuid(), memberId: newGuid() })),
    staff: withToken(await staffToken(served)),
  }
}

/** Of a staff member who may do nearly all that staff can be given (four words at most), at every event. */
async function staffToken(served: TestApp): Promise<string> {
  const permissions = ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS']
  return (await staffHeaders(served, { permissions })).authorization
}

export function stageFor(served: TestApp, who: Who, headers: Record<string, string>): Stage {
  return { ...served, who, caller: callerOf(served.app)(headers) }
}
