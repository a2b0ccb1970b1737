import type { Db, Fragment } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { isGuid } from '../ids.ts'
import type { Page, Paged } from '../wire/pages.ts'
import { isPlainObject } from '../wire/plain-object.ts'
import type { TicketDefinition } from './model.ts'
import { columns, freeSql, saleStatusSql, source } from './store.ts'

/**
 * What a guest may see of definitions, over the aliases of the definition store (R74, R105, R153): never hidden ones,
 * drafts' only for those who may read drafts, and outside the sale window only those that show themselves then.
 */
export function availableToGuests(
  db: Db,
  identity: Identity,
  { now, includeHidden }: { now: Date; includeHidden: boolean },
): Fragment {
  return includeHidden ? availableSql(db, identity) : db`${availableSql(db, identity)} and ${shownSql(db, now)}`
}

/** `isAvailable` in SQL; who may read drafts sees theirs as well. */
export function availableSql(db: Db, identity: Identity): Fragment {
  return allows(identity, 'READ_DRAFT_EVENTS')
    ? db`not definitions.hidden`
    : db`not definitions.hidden and events.published_at is not null`
}

/** `isShown` in SQL. */
function shownSql(db: Db, now: Date): Fragment {
  return db`(
    definitions.display_not_on_sale is not false
    or (
      coalesce(definitions.sale_start_at <= ${now}, true)
      and coalesce(definitions.sale_end_at > ${now}, true)
    )
  )`
}

/** The event that a filter names and nothing else; null for any other filter. */
export function oneEventOf(filter: Record<string, unknown> | null | undefined): string | null {
  const [[name, value] = [], ...others] = Object.entries(filter ?? {})
  if (name !== 'eventId' || others.length > 0) return null
  const operand = isPlainObject(value) && Object.keys(value).length === 1 ? value.$eq : value
  return typeof operand === 'string' && isGuid(operand) ? operand.toLowerCase() : null
}

type Listing = {
  where: Fragment
  page: Page
  now: Date
}

export async function listDefinitions(
  db: Db,
  siteId: string,
  { where, page, now }: Listing,
): Promise<{ definitions: (TicketDefinition & Paged)[]; total: number }> {
  const from = source(db, siteId, now)
  const [counted, definitions] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from ${from} and ${where}`,
    db<(TicketDefinition & Paged)[]>`
      select ${columns(db)}, ${page.key}
        from ${from}
         and ${where}
         ${page.rest}`,
  ])
  return { definitions: [...definitions], total: counted[0]?.total ?? 0 }
}

/** @param deletedToo tombstones as well, for what was reserved or sold before (R97) */
export async function listDefinitionsById(
  db: Db,
  siteId: string,
  { ids, now, deletedToo }: { ids: readonly string[]; now: Date; deletedToo: boolean },
): Promise<TicketDefinition[]> {
  return db<TicketDefinition[]>`
    select ${columns(db)}
      from ${source(db, siteId, now, deletedToo)}
       and definitions.ticket_definition_id = any(${[...ids]})`
}

/** Whether the site has tickets on sale that cost something (R149). */
export async function hasPaidTickets(db: Db, siteId: string, now: Date): Promise<boolean> {
  const [row] = await db<{ found: boolean }[]>`
    select exists (
      select
        from ${source(db, siteId, now)}
         and events.published_at is not null
         and events.canceled_at is null
         and not definitions.hidden
         and not ${freeSql(db)}
         and ${saleStatusSql(db, now)} = 'SALE_STARTED'
    ) as found`
  return row?.found ?? false
}
