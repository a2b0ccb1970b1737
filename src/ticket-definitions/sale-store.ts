import type { Tx } from '../db/connect.ts'

export type Told = { siteId: string; ticketDefinitionId: string; eventId: string; revision: number }

// Rows are locked as by any update that leaves the key alone, and those that somebody else has are left for the next run:
// nobody who sells or edits waits for this, and another process that tells the same does not tell it twice.

/** Marks definitions whose sale has started as told of it; each with the revision that this made. */
export async function startDueSales(tx: Tx, { limit, now }: { limit: number; now: Date }): Promise<Told[]> {
  return tx<Told[]>`
    with due as materialized (
      select site_id, ticket_definition_id
        from ticket_definitions
       where sale_told = 'SALE_SCHEDULED'
         and deleted_at is null
         and coalesce(sale_start_at, timestamptz '-infinity') <= ${now}
       order by coalesce(sale_start_at, timestamptz '-infinity')
       limit ${limit}
         for no key update skip locked
    )
    update ticket_definitions as definitions
       set sale_told = 'SALE_STARTED', revision = definitions.revision + 1
      from due
     where definitions.site_id = due.site_id
       and definitions.ticket_definition_id = due.ticket_definition_id
    returning definitions.site_id, definitions.ticket_definition_id, definitions.event_id, definitions.revision`
}

/** The same for those that have ended; a sale that has not been told to have started has not ended yet. */
export async function endDueSales(tx: Tx, { limit, now }: { limit: number; now: Date }): Promise<Told[]> {
  return tx<Told[]>`
    with due as materialized (
      select site_id, ticket_definition_id
        from ticket_definitions
       where sale_told = 'SALE_STARTED'
         and deleted_at is null
         and sale_end_at <= ${now}
       order by sale_end_at
       limit ${limit}
         for no key update skip locked
    )
    update ticket_definitions as definitions
       set sale_told = 'SALE_ENDED', revision = definitions.revision + 1
      from due
     where definitions.site_id = due.site_id
       and definitions.ticket_definition_id = due.ticket_definition_id
    returning definitions.site_id, definitions.ticket_definition_id, definitions.event_id, definitions.revision`
}
