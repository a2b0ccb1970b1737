import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { forgetAddresses } from './activity/list.ts'
import { assignJobs, unassignJobs } from './categories/assign-later.ts'
import type { Config, StripeSettings } from './config.ts'
import type { Sql } from './db/connect.ts'
import type { Press } from './documents/press.ts'
import { forgetOldScans } from './door/forget.ts'
import { cancelJobs, deleteJobs } from './events/bulk.ts'
import { tellEventTimes } from './events/times.ts'
import { forgetAttempts } from './identities/attempts.ts'
import type { Keys } from './identities/keys.ts'
import { createMailer } from './mail/mailer.ts'
import { type Mailing, mailJobs } from './mail/send.ts'
import { forgetOldMails, mailsToAllJobs } from './notifications/mails.ts'
import { remindGuests } from './notifications/reminders.ts'
import { summarize } from './notifications/summary.ts'
import { tellGuests } from './notifications/tell.ts'
import { forgetUnconfirmed, tellOpenings } from './openings/tell.ts'
import { closeAbandoned, closeHalfPaid } from './orders/abandoned.ts'
import { orderJobs } from './orders/bulk.ts'
import { carryOutDue } from './orders/carry-out-due.ts'
import { nameJobs } from './orders/for-names.ts'
import { providersWith } from './payments/providers.ts'
import { forgetDoneJobs, runJobs } from './queue/run.ts'
import { deleteRsvpJobs } from './rsvps/delete.ts'
import { tellSales } from './ticket-definitions/sales.ts'
import { expireOverdue } from './ticket-reservations/expire.ts'
import { tagJobs } from './ticket-reservations/tags.ts'
import type { Clock } from './time.ts'
import { askDns } from './webhooks/addresses.ts'
import { forgetOldWebhooks } from './webhooks/forget-old.ts'
import { createWebhooks, type Webhooks } from './webhooks/work.ts'

/** `run` does what is due at `now` and says how much that was. */
export type ClockJob = { name: string; everySeconds: number; run: (sql: Sql, now: Date) => Promise<number> }

/** What it is done with. */
export type Work = { mailing: Mailing; stripe: StripeSettings | null; webhooks: Webhooks }

/**
 * The background work, a line each. Each run is idempotent and safe beside others like it, so that any number of
 * processes may work on one database.
 */
export function clockJobs({ mailing, stripe, webhooks }: Work): readonly ClockJob[] {
  const providers = providersWith(stripe)
  const mails = mailJobs(mailing)
  return [
    { name: 'expire reservations', everySeconds: 0.5, run: expireOverdue },
    {
      name: 'carry out what is asked of providers',
      everySeconds: 0.5,
      run: (sql, now) => carryOutDue(sql, now, providers),
    },
    { name: 'close half-paid orders', everySeconds: 1, run: (sql, now) => closeHalfPaid(sql, now, providers) },
    { name: 'close abandoned orders', everySeconds: 60, run: (sql, now) => closeAbandoned(sql, now, providers) },
    { name: 'tell that events start and end', everySeconds: 5, run: tellEventTimes },
    { name: 'tell that sales start and end', everySeconds: 2, run: tellSales },
    { name: 'tell who waits for tickets', everySeconds: 5, run: (sql, now) => tellOpenings(sql, now, mailing) },
    { name: 'cancel events', everySeconds: 1, run: (sql, now) => runJobs(sql, cancelJobs, now) },
    { name: 'delete events', everySeconds: 1, run: (sql, now) => runJobs(sql, deleteJobs, now) },
    { name: 'assign events', everySeconds: 1, run: (sql, now) => runJobs(sql, assignJobs, now) },
    { name: 'unassign events', everySeconds: 1, run: (sql, now) => runJobs(sql, unassignJobs, now) },
    { name: 'tag reservations', everySeconds: 1, run: (sql, now) => runJobs(sql, tagJobs, now) },
    { name: 'change orders', everySeconds: 1, run: (sql, now) => runJobs(sql, orderJobs, now) },
    { name: 'sell to names', everySeconds: 1, run: (sql, now) => runJobs(sql, nameJobs, now) },
    { name: 'delete RSVPs', everySeconds: 1, run: (sql, now) => runJobs(sql, deleteRsvpJobs, now) },
    { name: 'tell guests', everySeconds: 0.5, run: tellGuests },
    { name: 'remind guests', everySeconds: 10, run: remindGuests },
    { name: 'summarize for organizers', everySeconds: 60, run: summarize },
    { name: 'mail all guests', everySeconds: 1, run: (sql, now) => runJobs(sql, mailsToAllJobs, now) },
    { name: 'send mails', everySeconds: 0.5, run: (sql, now) => runJobs(sql, mails.single, now) },
    { name: 'send mails to all guests', everySeconds: 0.5, run: (sql, now) => runJobs(sql, mails.bulk, now) },
    { name: 'tell webhooks', everySeconds: 0.25, run: webhooks.tell },
    { name: 'deliver webhooks', everySeconds: 0.25, run: webhooks.deliver },
    { name: 'tell webhooks of guests', everySeconds: 1, run: (sql, now) => runJobs(sql, webhooks.guestJobs, now) },
    { name: 'replay webhooks', everySeconds: 1, run: (sql, now) => runJobs(sql, webhooks.replayJobs, now) },
    { name: 'forget old webhooks', everySeconds: 3600, run: forgetOldWebhooks },
    { name: 'forget done jobs', everySeconds: 3600, run: forgetDoneJobs },
    { name: 'forget attempts', everySeconds: 60, run: forgetAttempts },
    { name: 'forget addresses', everySeconds: 600, run: forgetAddresses },
    { name: 'forget unconfirmed alerts', everySeconds: 600, run: forgetUnconfirmed },
    { name: 'forget old mails', everySeconds: 3600, run: forgetOldMails },
    { name: 'forget old scans', everySeconds: 3600, run: forgetOldScans },
  ]
}

type Server = { sql: Sql; clock: Clock; log: FastifyBaseLogger; keys: Keys; publicUrl: string; press: Press }

/** Starts all of it; what it gives back stops it again. */
export function startJobs(config: Config, { keys, publicUrl, press, ...server }: Server): () => Promise<void> {
  const { smtpUrl, mailFrom, dataDir, stripe, serviceFeePercent, webhookPrivateHosts: privateHosts } = config
  const mailer = createMailer({ smtpUrl, mailFrom, outbox: join(dataDir, 'outbox') })
  const mailing = { mailer, press, keys, publicUrl }
  const reach = { privateHosts, resolve: askDns }
  const webhooks = createWebhooks({ ...server, keys, publicUrl, serviceFeePercent, reach })
  const worker = startWorker(server, clockJobs({ mailing, stripe, webhooks }))
  return async () => {
    await worker.stop()
    await webhooks.stop()
    await press.stop()
  }
}

/** Starts these jobs; a failed run is logged and tried again at its next turn. `stop` waits for those that are running. */
export function startWorker(
  { sql, clock, log }: { sql: Sql; clock: Clock; log: FastifyBaseLogger },
  jobs: readonly ClockJob[],
): { stop: () => Promise<void> } {
  const stopping = new AbortController()
  const loops = jobs.map(job => repeat(job, { sql, clock, log, signal: stopping.signal }))
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

type Surroundings = { sql: Sql; clock: Clock; log: FastifyBaseLogger; signal: AbortSignal }

async function repeat({ name, everySeconds, run }: ClockJob, { sql, clock, log, signal }: Surroundings): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const done = await run(sql, clock())
      if (done > 0) log.info({ job: name, done }, 'job done')
      failures = 0
    } catch (error) {
      failures += 1
      log.error({ err: error, job: name, failures }, 'job failed')
    }
    await delay(secondsToNext(everySeconds, failures) * 1000, undefined, { signal }).catch(() => {}) // aborted: we end
  }
}

/** What fails again and again waits longer, so that an outage does not fill the log. */
function secondsToNext(everySeconds: number, failures: number): number {
  return Math.max(everySeconds, Math.min(everySeconds * 2 ** failures, SECONDS_AFTER_FAILURES_MAX))
}

const SECONDS_AFTER_FAILURES_MAX = 10
