import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { overdueHolds } from '../inventory/store.ts'
import { decimalsOf } from '../money.ts'
import { COMPARISON, EQUALITY, type QueryFields } from '../wire/query.ts'
import {
  type DefinitionContent,
  type NewDefinition,
  type SaleStatus,
  saleStatusOf,
  type TicketDefinition,
} from './model.ts'

/** What a caller may filter and sort by (R103), over the aliases of `from`. */
export const definitionFields: QueryFields = {
  id: field('guid', db => db`definitions.ticket_definition_id`),
  eventId: field('guid', db => db`definitions.event_id`),
  revision: field('integer', db => db`definitions.revision`),
  createdDate: { ...field('instant', db => db`definitions.created_at`), required: true },
  updatedDate: { ...field('instant', db => db`definitions.updated_at`), required: true },
  name: field('text', db => db`definitions.name`),
  description: field('text', db => db`definitions.description`),
  initialLimit: field('integer', db => db`definitions.initial_limit`),
  sortIndex: field('integer', db => db`definitions.sort_index`),
  'pricingMethod.fixedPrice.value': field(
    'decimal',
    db => db`
      case
        when definitions.pricing_kind <> 'FIXED' then null
        when definitions.currency in ${db(currenciesWith(0))} then definitions.price_minor
        when definitions.currency in ${db(currenciesWith(3))} then definitions.price_minor / 1000.0
        else definitions.price_minor / 100.0
      end`,
  ),
  'pricingMethod.fixedPrice.currency': field(
    'text',
    db => db`case when definitions.pricing_kind = 'FIXED' then definitions.currency end`,
  ),
  feeType: { ...field('text', db => db`definitions.fee_type`), operators: EQUALITY },
  hidden: { ...field('boolean', db => db`definitions.hidden`), operators: EQUALITY },
  'pricingMethod.free': { ...field('boolean', freeSql), operators: EQUALITY },
  'pricingMethod.pricingType': {
    ...field('text', db => db`case definitions.pricing_kind when 'GUEST' then 'DONATION' else 'STANDARD' end`),
    operators: EQUALITY,
  },
  saleStatus: { ...field('text', saleStatusSql), operators: EQUALITY },
}

/** What the older lists may be filtered by (R115, R151). */
export const legacyDefinitionFields: QueryFields = {
  ticketDefinitionId: { type: 'guid', sql: db => db`definitions.ticket_definition_id`, operators: EQUALITY },
  eventId: { type: 'guid', sql: db => db`definitions.event_id`, operators: EQUALITY },
  name: {
    type: 'text',
    sql: db => db`definitions.name`,
    operators: [...EQUALITY, '$lt', '$lte', '$gt', '$gte', '$contains', '$urlized'],
  },
}

function field(type: QueryFields[string]['type'], sql: QueryFields[string]['sql']): QueryFields[string] {
  return { type, sql, operators: COMPARISON, sortable: true }
}

function currenciesWith(decimals: number): string[] {
  return Intl.supportedValuesOf('currency').filter(currency => decimalsOf(currency) === decimals)
}

/** `isFree` in SQL. */
export function freeSql(db: Db): Fragment {
  return db`
    case definitions.pricing_kind
      when 'FIXED' then definitions.price_minor = 0
      when 'OPTIONS' then not jsonb_path_exists(definitions.pricing_options, '$[*] ? (@.amountMinor > 0)')
      else false
    end`
}

/** `saleStatusOf` in SQL. */
export function saleStatusSql(db: Db, now: Date): Fragment {
  return db`
    case
      when definitions.sale_start_at > ${now} then 'SALE_SCHEDULED'
      when definitions.sale_end_at <= ${now} then 'SALE_ENDED'
      else 'SALE_STARTED'
    end`
}

export function columns(db: Db): Fragment {
  return db`
    definitions.site_id, definitions.ticket_definition_id, definitions.event_id, definitions.revision,
    definitions.name, definitions.description, definitions.policy_text, definitions.hidden,
    definitions.initial_limit, definitions.pricing_kind, definitions.price_minor, definitions.currency,
    definitions.pricing_options, definitions.fee_type, definitions.sale_start_at, definitions.sale_end_at,
    definitions.display_not_on_sale, definitions.sort_index, definitions.extended_fields, definitions.created_at,
    definitions.updated_at, events.ticket_limit_per_order, inventory.actual_limit, inventory.sold,
    inventory.seated, inventory.reserved - coalesce(overdue.quantity, 0) as reserved`
}

/** Definitions of live events with their numbers as of `now`; tombstones only where they are asked for. */
export function source(db: Db, siteId: string, now: Date, deletedToo = false): Fragment {
  return db`
         ticket_definitions as definitions
    join events using (site_id, event_id)
    join inventory using (site_id, ticket_definition_id)
    left join (${overdueHolds(db, siteId, now)}) as overdue using (ticket_definition_id)
   where definitions.site_id = ${siteId}
     and (definitions.deleted_at is null or ${deletedToo})`
}

export async function findDefinition(
  db: Db,
  { siteId, ticketDefinitionId, now }: { siteId: string; ticketDefinitionId: string; now: Date },
): Promise<TicketDefinition | null> {
  const [row] = await db<TicketDefinition[]>`
    select ${columns(db)}
      from ${source(db, siteId, now)}
       and definitions.ticket_definition_id = ${ticketDefinitionId}`
  return row ?? null
}

/** A definition with what it takes to tell old numbers from new ones. */
export type CountedDefinition = TicketDefinition & {
  version: number
  /** Of holds past their deadline that nobody has released yet; `reserved` is without them. */
  overdueQuantity: number
}

/** The live definitions of an event, oldest first. */
export async function listOfEvent(
  db: Db,
  { siteId, eventId, now }: { siteId: string; eventId: string; now: Date },
): Promise<CountedDefinition[]> {
  return db<CountedDefinition[]>`
    select ${columns(db)}, inventory.version, coalesce(overdue.quantity, 0) as overdue_quantity
      from ${source(db, siteId, now)}
       and definitions.event_id = ${eventId}
     order by definitions.created_at, definitions.ticket_definition_id`
}

/** How many definitions there are of each kind that can be counted by. */
export async function countByState(
  db: Db,
  siteId: string,
  { where, now }: { where: Fragment; now: Date },
): Promise<{ saleStatus: SaleStatus; hidden: boolean; free: boolean; count: number }[]> {
  return db<{ saleStatus: SaleStatus; hidden: boolean; free: boolean; count: number }[]>`
    select ${saleStatusSql(db, now)} as sale_status, definitions.hidden, ${freeSql(db)} as free, count(*) as count
      from ${source(db, siteId, now)}
       and ${where}
     group by 1, 2, 3`
}

/** What an event's prices are in: as its definitions, or its own currency without any; null for an unknown event. */
export async function findCurrency(db: Db, siteId: string, eventId: string): Promise<string | null> {
  const [row] = await db<{ currency: string }[]>`
    select coalesce(min(definitions.currency), events.currency) as currency
      from events
      left join ticket_definitions as definitions
        on definitions.site_id = events.site_id
       and definitions.event_id = events.event_id
       and definitions.deleted_at is null
     where events.site_id = ${siteId}
       and events.event_id = ${eventId}
     group by events.currency`
  return row?.currency ?? null
}

/** Locks an event's live definitions, in display order. */
export async function lockDefinitionsOfEvent(
  tx: Tx,
  siteId: string,
  eventId: string,
): Promise<
  Pick<
    TicketDefinition,
    'ticketDefinitionId' | 'sortIndex' | 'currency' | 'pricingKind' | 'priceMinor' | 'pricingOptions' | 'revision'
  >[]
> {
  return tx`
    select ticket_definition_id, sort_index, currency, pricing_kind, price_minor, pricing_options, revision
      from ticket_definitions
     where site_id = ${siteId}
       and event_id = ${eventId}
       and deleted_at is null
     order by sort_index, ticket_definition_id
       for update`
}

/**
 * Locks the event of a definition: who adds, changes or moves definitions of one event takes turns, so that what is read
 * in the next statement stays true.
 */
export async function lockEventOf(tx: Tx, siteId: string, ticketDefinitionId: string): Promise<void> {
  await tx`
    select events.event_id
      from ticket_definitions as definitions
      join events using (site_id, event_id)
     where definitions.site_id = ${siteId}
       and definitions.ticket_definition_id = ${ticketDefinitionId}
       and definitions.deleted_at is null
       for update of events`
}

export async function lockRevision(tx: Tx, siteId: string, ticketDefinitionId: string): Promise<number | null> {
  const [row] = await tx<{ revision: number }[]>`
    select revision
      from ticket_definitions
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}
       and deleted_at is null
       for update`
  return row?.revision ?? null
}

type Named = Pick<TicketDefinition, 'siteId' | 'ticketDefinitionId'>

/** Without a `sortIndex` a new definition goes last (5.1). */
export async function insertDefinition(tx: Tx, definition: Named & NewDefinition, now: Date): Promise<void> {
  await tx`
    insert into ticket_definitions (
      site_id, ticket_definition_id, event_id, revision, name, description, policy_text, hidden, initial_limit,
      pricing_kind, price_minor, currency, pricing_options, fee_type, sale_start_at, sale_end_at, sale_told,
      display_not_on_sale, sort_index, extended_fields, created_at, updated_at
    )
    values (
      ${definition.siteId}, ${definition.ticketDefinitionId}, ${definition.eventId}, 1, ${definition.name},
      ${definition.description}, ${definition.policyText}, ${definition.hidden}, ${definition.initialLimit},
      ${definition.pricingKind}, ${definition.priceMinor}, ${definition.currency},
      ${jsonb(tx, definition.pricingOptions)}, ${definition.feeType}, ${definition.saleStartAt},
      ${definition.saleEndAt}, ${saleStatusOf(definition, now)}, ${definition.displayNotOnSale},
      coalesce(
        ${definition.sortIndex}::integer,
        (
          select max(sort_index) + 1
            from ticket_definitions
           where site_id = ${definition.siteId}
             and event_id = ${definition.eventId}
             and deleted_at is null
        ),
        0
      ),
      ${jsonb(tx, definition.extendedFields)}, ${now}, ${now}
    )`
}

/**
 * Copies live definitions to another event, with sale periods that much later, as they are limited by themselves.
 * @returns the new ones with their limits
 */
export async function copyDefinitions(
  tx: Tx,
  {
    siteId,
    copies,
    eventId,
    millisecondsLater,
    now,
  }: {
    siteId: string
    copies: readonly { from: string; to: string }[]
    eventId: string
    millisecondsLater: number
    now: Date
  },
): Promise<{ ticketDefinitionId: string; actualLimit: number | null }[]> {
  const later = tx`${millisecondsLater}::double precision * interval '1 millisecond'`
  return tx`
    insert into ticket_definitions (
      site_id, ticket_definition_id, event_id, revision, name, description, policy_text, hidden, initial_limit,
      pricing_kind, price_minor, currency, pricing_options, fee_type, sale_start_at, sale_end_at, sale_told,
      display_not_on_sale, sort_index, extended_fields, created_at, updated_at
    )
    select site_id, copies.new_id, ${eventId}, 1, name, description, policy_text, hidden, initial_limit, pricing_kind,
           price_minor, currency, pricing_options, fee_type, date_trunc('minute', sale_start_at + ${later}),
           date_trunc('minute', sale_end_at + ${later}),
           case when date_trunc('minute', sale_start_at + ${later}) > ${now} then 'SALE_SCHEDULED'
                when date_trunc('minute', sale_end_at + ${later}) <= ${now} then 'SALE_ENDED'
                else 'SALE_STARTED'
           end, display_not_on_sale, sort_index, extended_fields, ${now}, ${now}
      from ticket_definitions
      join unnest(
             ${copies.map(({ from }) => from)}::uuid[], ${copies.map(({ to }) => to)}::uuid[]
           ) as copies (old_id, new_id)
        on copies.old_id = ticket_definition_id
     where site_id = ${siteId}
    returning ticket_definition_id, initial_limit as actual_limit`
}

/** Replaces what callers may change; raises the revision. */
export async function updateDefinition(tx: Tx, definition: Named & DefinitionContent, now: Date): Promise<void> {
  await tx`
    update ticket_definitions
       set revision = revision + 1,
           name = ${definition.name},
           description = ${definition.description},
           policy_text = ${definition.policyText},
           hidden = ${definition.hidden},
           initial_limit = ${definition.initialLimit},
           pricing_kind = ${definition.pricingKind},
           price_minor = ${definition.priceMinor},
           currency = ${definition.currency},
           pricing_options = ${jsonb(tx, definition.pricingOptions)},
           fee_type = ${definition.feeType},
           sale_start_at = ${definition.saleStartAt},
           sale_end_at = ${definition.saleEndAt},
           sale_told = ${saleToldAfter(tx, saleStatusOf(definition, now), now)},
           display_not_on_sale = ${definition.displayNotOnSale},
           sort_index = ${definition.sortIndex},
           extended_fields = ${jsonb(tx, definition.extendedFields)},
           updated_at = ${now}
     where site_id = ${definition.siteId}
       and ticket_definition_id = ${definition.ticketDefinitionId}`
}

/**
 * A sale that an edit brings back has yet to start, again; one that it ends before it started never did. One that it lets
 * start or end is told by the clock (R111).
 */
function saleToldAfter(db: Db, status: SaleStatus, now: Date): Fragment {
  switch (status) {
    case 'SALE_SCHEDULED':
      return db`'SALE_SCHEDULED'`
    case 'SALE_STARTED':
      return db`case sale_told when 'SALE_ENDED' then 'SALE_SCHEDULED' else sale_told end`
    case 'SALE_ENDED':
      return db`case when sale_told = 'SALE_SCHEDULED' and sale_start_at > ${now} then 'SALE_ENDED' else sale_told end`
  }
}

/** Turns live definitions into tombstones; gives back those that were live, with their last revision. */
export async function deleteDefinitions(
  tx: Tx,
  { siteId, ids, now }: { siteId: string; ids: readonly string[]; now: Date },
): Promise<{ ticketDefinitionId: string; revision: number }[]> {
  if (ids.length === 0) return []
  return tx`
    update ticket_definitions
       set deleted_at = ${now}, updated_at = ${now}, revision = revision + 1
     where site_id = ${siteId}
       and ticket_definition_id = any(${[...ids]})
       and deleted_at is null
    returning ticket_definition_id, revision`
}

/** Gives definitions their places; each gets a new revision. */
export async function setSortIndexes(
  tx: Tx,
  { siteId, now }: { siteId: string; now: Date },
  order: readonly { ticketDefinitionId: string; sortIndex: number }[],
): Promise<void> {
  const rows = order.map(each => ({ ticket_definition_id: each.ticketDefinitionId, sort_index: each.sortIndex }))
  await tx`
    update ticket_definitions
       set sort_index = moved.sort_index,
           revision = revision + 1,
           updated_at = ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as moved (ticket_definition_id uuid, sort_index integer)
     where ticket_definitions.site_id = ${siteId}
       and ticket_definitions.ticket_definition_id = moved.ticket_definition_id`
}

export async function setCurrencies(
  tx: Tx,
  siteId: string,
  changed: readonly Pick<TicketDefinition, 'ticketDefinitionId' | 'currency' | 'priceMinor' | 'pricingOptions'>[],
  now: Date,
): Promise<void> {
  const rows = changed.map(each => ({
    ticket_definition_id: each.ticketDefinitionId,
    currency: each.currency,
    price_minor: each.priceMinor,
    pricing_options: each.pricingOptions,
  }))
  await tx`
    update ticket_definitions
       set currency = changed.currency,
           price_minor = changed.price_minor,
           pricing_options = changed.pricing_options,
           revision = revision + 1,
           updated_at = ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             ticket_definition_id uuid, currency text, price_minor bigint, pricing_options jsonb
           )
     where ticket_definitions.site_id = ${siteId}
       and ticket_definitions.ticket_definition_id = changed.ticket_definition_id`
}

export async function hasOrders(tx: Tx, siteId: string, eventId: string): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (select from orders where site_id = ${siteId} and event_id = ${eventId}) as found`
  return row?.found ?? false
}

/** In which currency each of these events sells; those without live definitions are absent (R93). */
export async function currenciesOf(db: Db, siteId: string, eventIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db<{ eventId: string; currency: string }[]>`
    select distinct event_id, currency
      from ticket_definitions
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
       and deleted_at is null`
  return new Map(rows.map(({ eventId, currency }) => [eventId, currency]))
}

/** The ids of live definitions that match: 10,000 at most, a statement's fill. */
export async function findDefinitionIds(db: Db, siteId: string, where: Fragment, now: Date): Promise<string[]> {
  const rows = await db<{ ticketDefinitionId: string }[]>`
    select definitions.ticket_definition_id
      from ${source(db, siteId, now)}
       and ${where}
     order by definitions.ticket_definition_id
     limit 10000`
  return rows.map(row => row.ticketDefinitionId)
}
