import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from './model.ts'

type Told = Pick<StoredEvent, 'siteId' | 'eventId' | 'revision'>

// Rows are locked as by any update that leaves the key alone: who sells an event shares its row and is not waited for,
// and neither is another process that tells the same.

/** Marks published events whose start has come as told of it; each with the revision that this made. */
export async function startDueEvents(tx: Tx, { limit, now }: { limit: number; now: Date }): Promise<Told[]> {
  return tx<Told[]>`
    with due as materialized (
      select site_id, event_id
        from events
       where published_at is not null
         and canceled_at is null
         and not date_tbd
         and started_for is distinct from start_at
         and start_at <= ${now}
       order by start_at
       limit ${limit}
         for no key update skip locked
    )
    update events
       set started_for = events.start_at, revision = events.revision + 1
      from due
     where events.site_id = due.site_id
       and events.event_id = due.event_id
    returning events.site_id, events.event_id, events.revision`
}

/** The same for those whose end has come; an event that has not been told to have started has not ended yet. */
export async function endDueEvents(tx: Tx, { limit, now }: { limit: number; now: Date }): Promise<Told[]> {
  return tx<Told[]>`
    with due as materialized (
      select site_id, event_id
        from events
       where published_at is not null
         and canceled_at is null
         and not date_tbd
         and ended_for is distinct from end_at
         and started_for = start_at
         and end_at <= ${now}
       order by end_at
       limit ${limit}
         for no key update skip locked
    )
    update events
       set ended_for = events.end_at, revision = events.revision + 1
      from due
     where events.site_id = due.site_id
       and events.event_id = due.event_id
    returning events.site_id, events.event_id, events.revision`
}

export type Reminded = { minutesBefore: number }

/**
 * Marks published events that start within (`after`, `until`] as reminded of so long before; not those that were
 * published when that moment was past.
 */
export async function remindDueEvents(
  tx: Tx,
  { minutesBefore, after, until, limit, now }: Reminded & { after: Date; until: Date; limit: number; now: Date },
): Promise<Told[]> {
  return tx<Told[]>`
    with due as materialized (
      select site_id, event_id, start_at - make_interval(mins => ${minutesBefore}) as remind_at
        from events
       where published_at is not null
         and canceled_at is null
         and not date_tbd
         and started_for is distinct from start_at
         and start_at > ${after}
         and start_at <= ${until}
         and start_at > ${now}
         and published_at <= start_at - make_interval(mins => ${minutesBefore})
         and coalesce(reminded_for < start_at - make_interval(mins => ${minutesBefore}), true)
       order by start_at
       limit ${limit}
         for no key update skip locked
    )
    update events
       set reminded_for = due.remind_at, revision = events.revision + 1
      from due
     where events.site_id = due.site_id
       and events.event_id = due.event_id
    returning events.site_id, events.event_id, events.revision`
}
