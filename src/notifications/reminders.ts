import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { wantMailsToAll } from './mails.ts'
import { REMINDER_LEAD_MINUTES } from './model.ts'

/**
 * The job: reminds the guests of events that start soon, each as its configuration says, once for each start that it has
 * (events 11.6). What should have gone while nobody worked goes late, as long as the event has not started.
 * @returns how many events that were
 */
export async function remindGuests(sql: Sql, now: Date): Promise<number> {
  let reminded = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const count = await inTransaction(sql, tx => remindNext(tx, now))
    reminded += count
    if (count < EVENTS_MAX) break
  }
  return reminded
}

/** Events of one transaction. */
const EVENTS_MAX = 100
const ROUNDS_MAX = 50

async function remindNext(tx: Tx, now: Date): Promise<number> {
  const due = await takeDueReminders(tx, now)
  for (const { siteId, eventId, startAt } of due) {
    const fact = `reminder/${eventId}/${startAt.toISOString()}`
    const wanted = { eventId, notificationType: 'EMAIL_UPCOMING_EVENT_REMINDER', fact } as const
    await wantMailsToAll(tx, wanted, { siteId, actor: CLOCK, now })
  }
  return due.length
}

/**
 * The events whose reminder's moment has come, taken: nobody gets them a second time. inferred: one whose moment was
 * past when the event was published is left out, for whoever comes has only just heard of it.
 */
async function takeDueReminders(tx: Tx, now: Date): Promise<{ siteId: string; eventId: string; startAt: Date }[]> {
  const times = Object.entries(REMINDER_LEAD_MINUTES)
  return tx`
    insert into event_reminders (site_id, event_id, start_at, told_at)
    select events.site_id, events.event_id, events.start_at, ${now}
      from events
      left join notification_configs as configs using (site_id, event_id)
      join unnest(${times.map(([time]) => time)}::text[], ${times.map(([, minutes]) => minutes)}::integer[])
             as times (reminder_time, minutes)
        on times.reminder_time
             = coalesce(configs.notifications #>> '{upcomingEventReminder,reminderTime}', 'BEFORE_1_DAY')
     where events.published_at is not null
       and events.canceled_at is null
       and not events.date_tbd
       and events.started_for is distinct from events.start_at
       and events.start_at > ${now}
       and events.start_at - make_interval(mins => times.minutes) <= ${now}
       and events.start_at - make_interval(mins => times.minutes) >= events.published_at
       and (configs.notifications #>> '{upcomingEventReminder,sendingEnabled}') is distinct from 'false'
       and not exists (
             select
               from event_reminders as told
              where told.site_id = events.site_id
                and told.event_id = events.event_id
                and told.start_at = events.start_at
           )
     order by events.start_at
     limit ${EVENTS_MAX}
        on conflict do nothing
    returning site_id, event_id, start_at`
}
