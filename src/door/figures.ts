import type { Db, Fragment } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { addMinutes } from '../time.ts'
import { type Counts, countsOf } from './events.ts'

export type DoorFigures = Counts & {
  definitions: (Counts & { ticketDefinitionId: string; name: string })[]
  /**
   * By how many each gate was entered, and who of them is inside now; null: not by the door. Who was taken back is not
   * counted, who came back where they had first come in.
   */
  gates: { gate: string | null; entered: number; inside: number }[]
  /** Of the last two hours, those minutes in which somebody came. */
  minutes: { minute: Date; entered: number }[]
  openConflicts: number
}

/** Who is inside, and how they came. */
export async function doorFigures(db: Db, event: StoredEvent, now: Date): Promise<DoorFigures> {
  const { siteId, eventId, initialType } = event
  const came = initialType === 'TICKETING' ? cameByTicket(db, event) : cameByRsvp(db, event)
  const [counts, definitions, gates, minutes, conflicts] = await Promise.all([
    countsOf(db, siteId, [eventId]),
    listDefinitions(db, event),
    db<DoorFigures['gates']>`
      select scans.gate, count(*) as entered, count(*) filter (where came.out_at is null) as inside
        from (${came}) as came
        left join door_scans as scans
          on scans.site_id = ${siteId}
         and scans.scan_id = came.scan_id
       group by scans.gate
       order by entered desc, scans.gate
       limit 100`,
    db<DoorFigures['minutes']>`
      select date_trunc('minute', came.at) as minute, count(*) as entered
        from (${came}) as came
       where came.at > ${addMinutes(now, -SHOWN_MINUTES)}
       group by minute
       order by minute`,
    db<{ open: number }[]>`
      select count(*) as open
        from door_conflicts
       where site_id = ${siteId}
         and event_id = ${eventId}
         and resolved_at is null`,
  ])
  const { admits, came: cameAtAll, inside } = counts.get(eventId) ?? { admits: 0, came: 0, inside: 0 }
  return { admits, came: cameAtAll, inside, definitions, gates, minutes, openConflicts: conflicts[0]?.open ?? 0 }
}

const SHOWN_MINUTES = 120

function listDefinitions(db: Db, { siteId, eventId }: StoredEvent): Promise<DoorFigures['definitions']> {
  return db`
    select definitions.ticket_definition_id, definitions.name, count(*) as admits,
           count(tickets.checked_in_at) as came, count(tickets.checked_in_at) - count(tickets.out_at) as inside
      from tickets
      join orders using (site_id, order_number)
      join ticket_definitions as definitions using (site_id, ticket_definition_id)
     where tickets.site_id = ${siteId}
       and tickets.event_id = ${eventId}
       and tickets.canceled_at is null
       and tickets.archived_at is null
       and orders.archived_at is null
     group by definitions.sort_index, definitions.ticket_definition_id, definitions.name
     order by definitions.sort_index, definitions.ticket_definition_id`
}

function cameByTicket(db: Db, { siteId, eventId }: StoredEvent): Fragment {
  return db`
    select tickets.checked_in_at as at, tickets.check_in_scan_id as scan_id, tickets.out_at
      from tickets
      join orders using (site_id, order_number)
     where tickets.site_id = ${siteId}
       and tickets.event_id = ${eventId}
       and tickets.checked_in_at is not null
       and tickets.canceled_at is null
       and tickets.archived_at is null
       and orders.archived_at is null`
}

function cameByRsvp(db: Db, { siteId, eventId }: StoredEvent): Fragment {
  return db`
    select check_in.at, check_in."scanId" as scan_id, check_in.out ->> 'at' as out_at
      from rsvps
     cross join jsonb_to_recordset(check_ins) as check_in (at timestamptz, "scanId" uuid, out jsonb)
     where rsvps.site_id = ${siteId}
       and rsvps.event_id = ${eventId}
       and rsvps.status = 'YES'
       and check_in.at is not null`
}
