import { type Numbers, noteChange } from '../db/changes.ts'
import { arrayOf, type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'

/** The numbers of one definition (R61): `reserved` by PENDING reservations, `sold` to CONFIRMED ones. */
export type Inventory = {
  ticketDefinitionId: string
  /** null: unlimited. */
  actualLimit: number | null
  reserved: number
  sold: number
  /** Whether every ticket is for a place; the limit is then what its places have room for (R62). */
  seated: boolean
}

/** How one definition's numbers change; every movement of stock is a list of these. */
export type Movement = {
  ticketDefinitionId: string
  reserved: number
  sold: number
  /** Whether it may go beyond the limit, because somebody who may bypass limits said so (R67). */
  beyondLimit?: boolean
}

/** What a guest can still get; null when unlimited (R63). */
export function unsoldOf({
  actualLimit,
  reserved,
  sold,
}: Pick<Inventory, 'actualLimit' | 'reserved' | 'sold'>): number | null {
  return actualLimit === null ? null : Math.max(0, actualLimit - sold - reserved)
}

/** Inventories of new definitions, in one statement. */
export async function createInventories(
  tx: Tx,
  siteId: string,
  definitions: readonly { ticketDefinitionId: string; actualLimit: number | null }[],
): Promise<void> {
  await tx`
    insert into inventory (site_id, ticket_definition_id, actual_limit)
    select ${siteId}, ticket_definition_id, actual_limit
      from unnest(
             ${definitions.map(each => each.ticketDefinitionId)}::uuid[],
             ${arrayOf(definitions.map(each => each.actualLimit))}::integer[]
           ) as new (ticket_definition_id, actual_limit)`
}

/**
 * Sets a definition's limit. One below what is already held is taken: the definition is then sold out and `overbooked`
 * says by how much (R96).
 */
export async function setLimit(
  tx: Tx,
  {
    siteId,
    ticketDefinitionId,
    actualLimit,
  }: { siteId: string; ticketDefinitionId: string; actualLimit: number | null },
): Promise<void> {
  await setLimits(tx, siteId, [{ ticketDefinitionId, actualLimit, seated: false }])
}

/** The same for several definitions, and whether they sell places; the rows must be locked already. */
export async function setLimits(
  tx: Tx,
  siteId: string,
  limits: readonly Pick<Inventory, 'ticketDefinitionId' | 'actualLimit' | 'seated'>[],
): Promise<void> {
  const rows = limits.map(({ ticketDefinitionId, actualLimit, seated }) => ({
    ticket_definition_id: ticketDefinitionId,
    actual_limit: actualLimit,
    seated,
  }))
  const numbers = await tx<Numbers[]>`
    update inventory
       set actual_limit = limits.actual_limit,
           seated = limits.seated,
           overbooked = coalesce(greatest(0, inventory.reserved + inventory.sold - limits.actual_limit), 0)
      from jsonb_to_recordset(${jsonb(tx, rows)}) as limits (
             ticket_definition_id uuid, actual_limit integer, seated boolean
           )
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = limits.ticket_definition_id
    returning inventory.ticket_definition_id, inventory.version, inventory.actual_limit, inventory.reserved,
              inventory.sold`
  noteChange(tx, { kind: 'stock', siteId, numbers })
}

/** Locks the rows, always in id order: two who want the same tickets queue instead of deadlocking. */
export async function lockInventory(
  tx: Tx,
  siteId: string,
  ticketDefinitionIds: readonly string[],
): Promise<Inventory[]> {
  if (ticketDefinitionIds.length === 0) return []
  return tx<Inventory[]>`
    select ticket_definition_id, actual_limit, reserved, sold, seated
      from inventory
     where site_id = ${siteId}
       and ticket_definition_id = any(${[...ticketDefinitionIds]})
     order by ticket_definition_id
       for update`
}

/**
 * Applies all movements in one statement; the rows must be locked already. `overbooked` grows only with `beyondLimit`
 * and shrinks as soon as there is less to excuse; anything else beyond the limit breaks inventory_never_oversold.
 */
export async function moveInventory(tx: Tx, siteId: string, movements: readonly Movement[]): Promise<void> {
  const total = sumByDefinition(movements)
  if (total.length === 0) return
  const numbers = await tx<Numbers[]>`
    update inventory
       set reserved = inventory.reserved + moved.reserved,
           sold = inventory.sold + moved.sold,
           overbooked = case
             when moved.beyond_limit then greatest(
               inventory.overbooked,
               inventory.reserved + inventory.sold + moved.reserved + moved.sold - inventory.actual_limit
             )
             else least(
               inventory.overbooked,
               greatest(0, inventory.reserved + inventory.sold + moved.reserved + moved.sold - inventory.actual_limit)
             )
           end
      from jsonb_to_recordset(${jsonb(tx, total)}) as moved (
             ticket_definition_id uuid, reserved integer, sold integer, beyond_limit boolean
           )
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = moved.ticket_definition_id
    returning inventory.ticket_definition_id, inventory.version, inventory.actual_limit, inventory.reserved,
              inventory.sold`
  noteChange(tx, { kind: 'stock', siteId, numbers })
}

type SummedMovement = { ticket_definition_id: string; reserved: number; sold: number; beyond_limit: boolean }

function sumByDefinition(movements: readonly Movement[]): SummedMovement[] {
  const sums = new Map<string, SummedMovement>()
  for (const { ticketDefinitionId, reserved, sold, beyondLimit = false } of movements) {
    const sum = sums.get(ticketDefinitionId)
    sums.set(ticketDefinitionId, {
      ticket_definition_id: ticketDefinitionId,
      reserved: (sum?.reserved ?? 0) + reserved,
      sold: (sum?.sold ?? 0) + sold,
      beyond_limit: beyondLimit || (sum?.beyond_limit ?? false),
    })
  }
  return [...sums.values()]
}

/**
 * What live reads subtract from `reserved`: holds past their deadline that nobody has released yet, per definition
 * (R69, R130). A handful of rows at most, found by the partial index on PENDING deadlines.
 */
export function overdueHolds(db: Db, siteId: string, now: Date): Fragment {
  return db`
    select lines.ticket_definition_id, sum(lines.quantity)::integer as quantity
      from (${overdueReservations(db, siteId, now)}) as overdue
     cross join lateral (
       select ticket_definition_id, quantity - removed_quantity as quantity
         from ticket_reservation_lines
        where site_id = ${siteId}
          and ticket_reservation_id = overdue.ticket_reservation_id
       offset 0
     ) as lines
     group by lines.ticket_definition_id`
}

/** When the holds on an event's tickets end by themselves: the first of those that are still ahead, and the last. */
export type Releases = { next: Date; last: Date }

/** null when none are held. */
export async function releasesOf(
  db: Db,
  { siteId, eventId, now }: { siteId: string; eventId: string; now: Date },
): Promise<Releases | null> {
  const held = db`
    select expires_at
      from ticket_reservations
     where status = 'PENDING'
       and expires_at > ${now}
       and site_id = ${siteId}
       and event_id = ${eventId}`
  const [row] = await db<{ next: Date | null; last: Date | null }[]>`
    select (${held} order by expires_at limit 1) as next,
           (${held} order by expires_at desc limit 1) as last`
  return row?.next && row.last ? { next: row.next, last: row.last } : null
}

/**
 * PENDING reservations past their deadline. The first condition is one look at the end of an index and mostly says that
 * there are none; `offset 0` keeps the planner from reading all lines first, which it would by its guess of how many
 * there are (measured: 366 instead of thousands of reads per second with 30,000 holds).
 */
export function overdueReservations(db: Db, siteId: string, now: Date): Fragment {
  return db`
    select ticket_reservation_id
      from ticket_reservations
     where (select min(expires_at) from ticket_reservations where status = 'PENDING') <= ${now}
       and site_id = ${siteId}
       and status = 'PENDING'
       and expires_at <= ${now}
    offset 0`
}
