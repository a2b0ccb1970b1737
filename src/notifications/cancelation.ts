import type { Db } from '../db/connect.ts'
import { getEvent } from '../events/store.ts'
import type { MailState } from './mail-model.ts'
import { countMailsOfFact } from './mail-store.ts'
import { countCancelationMails } from './store.ts'
import { switchesOf } from './tell.ts'

/** How many mails a cancelation makes, whether they go out by themselves, and how many of them are through. */
export async function cancelationOf(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
): Promise<{ sendingEnabled: boolean; recipients: number; mails: Record<Lowercase<MailState>, number> }> {
  await getEvent(db, siteId, eventId)
  const [isSent, recipients, counted] = await Promise.all([
    switchesOf(db, { siteId, eventId }),
    countCancelationMails(db, { siteId, eventId }),
    countMailsOfFact(db, siteId, `event.canceled/${eventId}/`),
  ])
  const count = (state: MailState) => counted.find(each => each.state === state)?.count ?? 0
  return {
    sendingEnabled: isSent('EMAIL_EVENT_CANCELATION'),
    recipients,
    mails: { waiting: count('WAITING'), sent: count('SENT'), dropped: count('DROPPED'), failed: count('FAILED') },
  }
}
