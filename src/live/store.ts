import type { Db } from '../db/connect.ts'

/** Where a thing is that an address names by its id alone. */
export type Whereabouts = { siteId: string; eventId: string }

export async function whereEventIs(db: Db, eventId: string): Promise<Whereabouts | null> {
  const [row] = await db<Whereabouts[]>`
    select site_id, event_id
      from events
     where event_id = ${eventId}
     limit 1`
  return row ?? null
}

export async function whereDefinitionIs(db: Db, ticketDefinitionId: string): Promise<Whereabouts | null> {
  const [row] = await db<Whereabouts[]>`
    select site_id, event_id
      from ticket_definitions
     where ticket_definition_id = ${ticketDefinitionId}
       and deleted_at is null
     limit 1`
  return row ?? null
}
