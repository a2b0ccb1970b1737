import type { Db } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { type LinkPurpose, readLinkToken } from '../identities/link.ts'
import { type Asking, chosenLanguage, inLanguage } from '../texts/language.ts'
import type { Order } from './model.ts'
import { findShownOrder, type ShownOrder } from './shown.ts'

/** A request by a link of an order. */
export type LinkRequest = Asking & { params: { orderNumber: string }; query: { token?: string } }

/**
 * The order that a link of this purpose opens, in the language that its visitor chose, else in its own; a wrong secret
 * and an unknown order are the same.
 */
export async function orderByLink(
  db: Db,
  keys: Pick<Keys, 'links'>,
  purpose: LinkPurpose,
  request: LinkRequest,
): Promise<ShownOrder | null> {
  const { orderNumber } = request.params
  const siteId = readLinkToken(request.query.token ?? '', { purpose, number: orderNumber }, keys)
  const shown = siteId === null ? null : await findShownOrder(db, siteId, orderNumber)
  return shown && { ...shown, site: inLanguage(shown.site, chosenLanguage(request)) }
}

/** Whoever holds the link of an order acts as its buyer, and is written down as that. */
export function buyerOfOrder({ siteId, visitorId, memberId }: Order): Identity {
  if (memberId !== null) return { kind: 'member', siteId, visitorId: visitorId ?? '', memberId }
  return { kind: 'visitor', siteId, visitorId: visitorId ?? '' }
}
