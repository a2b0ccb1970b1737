import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { BROWSER_SECONDS, type FoundSession, hashOf, isOpen, newSecret } from './model.ts'
import { lockSessionByLink, markUsed } from './store.ts'

export type Followed = {
  session: FoundSession
  /** Whether the browser may go on to the checkout page. */
  goesOn: boolean
  /** What the browser proves later on that it was this one; null when it was told already. */
  browserSecret: string | null
}

/**
 * Uses an address for the one time that it can be used. The browser that did so may come again (a reload, the way back),
 * for what it leads to is its own already.
 * @returns null when there is no such address
 */
export async function followRedirect(
  tx: Tx,
  { siteId, linkHash, browserHash }: { siteId: string; linkHash: Buffer; browserHash: Buffer | null },
  now: Date,
): Promise<Followed | null> {
  const session = await lockSessionByLink(tx, siteId, linkHash)
  if (!session) return null
  if (!isOpen(session, now)) {
    const { usedAt } = session
    const same = browserHash !== null && session.browserHash?.equals(browserHash)
    const recent = usedAt !== null && now.getTime() < usedAt.getTime() + BROWSER_SECONDS * 1000
    return { session, goesOn: same === true && recent, browserSecret: null }
  }
  const browserSecret = newSecret(siteId)
  await markUsed(tx, session, { browserHash: hashOf(browserSecret), now })
  await record(tx, [
    {
      siteId,
      entityKind: 'redirect_session',
      entityId: session.redirectSessionId,
      sequence: session.revision + 1,
      kind: 'redirect_session.used',
      data: { ticketReservationId: session.ticketReservationId },
      actor: { kind: 'visitor', id: session.visitorId ?? '' },
      occurredAt: now,
    },
  ])
  return { session, goesOn: true, browserSecret }
}
