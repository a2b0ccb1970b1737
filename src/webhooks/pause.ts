import { CLOCK, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { wantOrganizerMail } from '../notifications/mails.ts'
import { addMinutes } from '../time.ts'
import { subscriptionActivity } from './change.ts'
import { FAILING_DAYS_MAX, type Subscription } from './model.ts'
import { updateSubscription } from './store.ts'

/**
 * Pauses a locked subscription to which nothing has arrived for days. What is told meanwhile waits for it, as does what
 * waits already; its organizer is told.
 */
export async function pauseFailing(tx: Tx, subscription: Subscription, now: Date): Promise<void> {
  const { failingSince, pausedAt, revision } = subscription
  if (pausedAt || failingSince === null || failingSince > addMinutes(now, -FAILING_DAYS_MAX * 1440)) return
  const paused = {
    ...subscription,
    pausedAt: now,
    pausedBy: 'FAILURES' as const,
    revision: revision + 1,
    updatedAt: now,
  }
  await updateSubscription(tx, paused)
  await record(tx, [subscriptionActivity(paused, 'paused', { actor: CLOCK, now, data: { by: 'FAILURES' } })])
  const { siteId, subscriptionId, url } = paused
  const fact = `webhook_subscription/${subscriptionId}/${paused.revision}`
  const mail = { siteId, actor: CLOCK, kind: 'webhookPaused', values: { url: originOf(url) }, fact } as const
  await wantOrganizerMail(tx, mail, now)
}

/** A target's path may hold a secret of whoever runs it. */
function originOf(url: string): string {
  return new URL(url).origin
}
