import type { Keys } from '../identities/keys.ts'
import { linkToken } from '../identities/link.ts'
import { baseOf } from '../sites/hosts.ts'

type Links = { keys: Pick<Keys, 'links'>; publicUrl: string }

/** Where a guest confirms what was asked for in their name. */
export function confirmUrl({ siteId, alertId }: { siteId: string; alertId: string }, links: Links): string {
  return `${baseOf(siteId, links.publicUrl)}/alerts/${alertId}?token=${linkToken({ purpose: 'alert', siteId, number: alertId }, links.keys)}`
}

/** Where a guest says that no mail is wanted any more; also for the button of mail programs (RFC 8058). */
export function unsubscribeUrl({ siteId, alertId }: { siteId: string; alertId: string }, links: Links): string {
  const token = linkToken({ purpose: 'alert', siteId, number: alertId }, links.keys)
  return `${baseOf(siteId, links.publicUrl)}/alerts/${alertId}/unsubscribe?token=${token}`
}
