import type { Db } from '../db/connect.ts'
import { browserOf } from './browser.ts'
import { BROWSER_SECONDS, type FoundSession } from './model.ts'
import { findSessionByBrowser } from './store.ts'

/** The session by which a browser came to the checkout that made this order; null where it came otherwise. */
export async function findSessionOfOrder(
  db: Db,
  headers: { cookie?: string | undefined },
  { siteId, orderNumber }: { siteId: string; orderNumber: string },
  now: Date,
): Promise<FoundSession | null> {
  const browser = browserOf(headers)
  if (browser?.siteId !== siteId) return null
  const usedAfter = new Date(now.getTime() - BROWSER_SECONDS * 1000)
  const session = await findSessionByBrowser(db, { siteId, browserHash: browser.hash, usedAfter })
  return session?.orderNumber === orderNumber ? session : null
}
