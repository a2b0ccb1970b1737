import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { overdueReservations } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import { type AvailablePlace, type OfferedPlace, type Place, type Places, placeKey, type SeatingPlan } from './model.ts'

type Which = { siteId: string; seatingPlanId: string }
type Summary = Omit<SeatingPlan, 'sections'>

function summaryColumns(db: Db): Fragment {
  return db`
    plans.site_id, plans.seating_plan_id, plans.event_id, plans.revision, plans.name, plans.created_at,
    plans.updated_at`
}

/** @throws Refusal SEATING_PLAN_NOT_FOUND, also for that of an event that was deleted */
export async function getPlan(db: Db, { siteId, seatingPlanId }: Which): Promise<SeatingPlan> {
  const [plan] = await db<SeatingPlan[]>`
    select ${summaryColumns(db)}, plans.sections
      from seating_plans as plans
      join events using (site_id, event_id)
     where plans.site_id = ${siteId}
       and plans.seating_plan_id = ${seatingPlanId}`
  if (!plan) throw planNotFound(seatingPlanId)
  return plan
}

export function planNotFound(seatingPlanId: string): Refusal {
  return new Refusal('SEATING_PLAN_NOT_FOUND', 'There is no such seating plan.', { seatingPlanId })
}

/** Those of one event or of all, oldest first. */
export async function listPlans(
  db: Db,
  siteId: string,
  { eventId, limit, offset }: { eventId: string | null; limit: number; offset: number },
): Promise<{ plans: Summary[]; total: number }> {
  const from = db`
         seating_plans as plans
    join events using (site_id, event_id)
   where plans.site_id = ${siteId}
     and (${eventId}::uuid is null or plans.event_id = ${eventId}::uuid)`
  const [counted, plans] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from ${from}`,
    db<Summary[]>`
      select ${summaryColumns(db)}
        from ${from}
       order by plans.created_at, plans.seating_plan_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { plans: [...plans], total: counted[0]?.total ?? 0 }
}

export async function findEventOfPlan(db: Db, { siteId, seatingPlanId }: Which): Promise<string | null> {
  const [row] = await db<{ eventId: string }[]>`
    select event_id
      from seating_plans
     where site_id = ${siteId}
       and seating_plan_id = ${seatingPlanId}`
  return row?.eventId ?? null
}

/**
 * Locks a plan by its event: who changes the plan or the definitions of one event takes turns.
 * @throws Refusal SEATING_PLAN_NOT_FOUND
 */
export async function lockPlan(tx: Tx, which: Which): Promise<SeatingPlan> {
  const { siteId, seatingPlanId } = which
  await tx`
    select events.event_id
      from seating_plans
      join events using (site_id, event_id)
     where seating_plans.site_id = ${siteId}
       and seating_plans.seating_plan_id = ${seatingPlanId}
       for update of events`
  return getPlan(tx, which) // as it is now; it may be gone
}

export async function eventHasPlan(tx: Tx, siteId: string, eventId: string): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (select from seating_plans where site_id = ${siteId} and event_id = ${eventId}) as found`
  return row?.found ?? false
}

export async function insertPlan(tx: Tx, plan: SeatingPlan): Promise<void> {
  await tx`
    insert into seating_plans (
      site_id, seating_plan_id, event_id, revision, name, sections, created_at, updated_at
    )
    values (
      ${plan.siteId}, ${plan.seatingPlanId}, ${plan.eventId}, ${plan.revision}, ${plan.name},
      ${jsonb(tx, plan.sections)}, ${plan.createdAt}, ${plan.updatedAt}
    )`
}

export async function writePlan(tx: Tx, plan: SeatingPlan): Promise<void> {
  await tx`
    update seating_plans
       set revision = ${plan.revision}, name = ${plan.name}, sections = ${jsonb(tx, plan.sections)},
           updated_at = ${plan.updatedAt}
     where site_id = ${plan.siteId}
       and seating_plan_id = ${plan.seatingPlanId}`
}

export async function deletePlan(tx: Tx, { siteId, seatingPlanId }: Which): Promise<void> {
  await tx`
    delete from seating_plans
     where site_id = ${siteId}
       and seating_plan_id = ${seatingPlanId}`
}

/** The definitions that have places of a plan, deleted ones too. */
export async function listBoundDefinitions(db: Db, { siteId, seatingPlanId }: Which): Promise<string[]> {
  const rows = await db<{ ticketDefinitionId: string }[]>`
    select distinct ticket_definition_id
      from seating_places
     where site_id = ${siteId}
       and seating_plan_id = ${seatingPlanId}
       and ticket_definition_id is not null`
  return rows.map(row => row.ticketDefinitionId)
}

/**
 * Places that somebody holds or bought and that would be gone, another definition's, of another kind, or too small; at
 * most so many. The inventory of their definitions must be locked.
 */
export async function listTakenThatChange(
  tx: Tx,
  { siteId, seatingPlanId }: Which,
  places: readonly Place[],
  limit: number,
): Promise<string[]> {
  const rows = await tx<{ placeId: string }[]>`
    select stored.place_id
      from seating_places as stored
      left join (${recordsOf(tx, places)}) as wanted using (place_id)
     where stored.site_id = ${siteId}
       and stored.seating_plan_id = ${seatingPlanId}
       and stored.taken > 0
       and (
             stored.ticket_definition_id is distinct from wanted.ticket_definition_id
          or stored.element_type <> wanted.element_type
          or stored.taken > wanted.capacity
           )
     order by stored.position
     limit ${limit}`
  return rows.map(row => row.placeId)
}

/** Makes the places of a plan those that are given; what is taken of one that stays stays taken. */
export async function replacePlaces(tx: Tx, { siteId, seatingPlanId }: Which, places: readonly Place[]): Promise<void> {
  await tx`
    delete from seating_places
     where site_id = ${siteId}
       and seating_plan_id = ${seatingPlanId}
       and place_id <> all(${places.map(({ placeId }) => placeId)}::text[])`
  await tx`
    insert into seating_places (
      site_id, seating_plan_id, place_id, ticket_definition_id, position, element_type, section_label, element_label,
      label, capacity
    )
    select ${siteId}, ${seatingPlanId}, place_id, ticket_definition_id, position, element_type, section_label,
           element_label, label, capacity
      from (${recordsOf(tx, places)}) as wanted
        on conflict (site_id, seating_plan_id, place_id) do update
       set ticket_definition_id = excluded.ticket_definition_id,
           position = excluded.position,
           element_type = excluded.element_type,
           section_label = excluded.section_label,
           element_label = excluded.element_label,
           label = excluded.label,
           capacity = excluded.capacity`
}

function recordsOf(db: Db, places: readonly Place[]): Fragment {
  const rows = places.map((place, position) => ({
    place_id: place.placeId,
    ticket_definition_id: place.ticketDefinitionId,
    position,
    element_type: place.elementType,
    section_label: place.sectionLabel,
    element_label: place.elementLabel,
    label: place.label,
    capacity: place.capacity,
  }))
  return db`
    select *
      from jsonb_to_recordset(${jsonb(db, rows)}) as wanted (
             place_id text, ticket_definition_id uuid, position integer, element_type text, section_label text,
             element_label text, label text, capacity integer
           )`
}

/** What a definition may sell: as many as its places have room for, or without any as many as it says itself (R84). */
export async function listLimits(
  db: Db,
  siteId: string,
  ticketDefinitionIds: readonly string[],
): Promise<{ ticketDefinitionId: string; actualLimit: number | null; seated: boolean }[]> {
  return db`
    select definitions.ticket_definition_id, places.capacity is not null as seated,
           coalesce(places.capacity, definitions.initial_limit)::integer as actual_limit
      from ticket_definitions as definitions
      left join (
        select ticket_definition_id, sum(capacity) as capacity
          from seating_places
         where site_id = ${siteId}
           and ticket_definition_id = any(${[...ticketDefinitionIds]})
         group by ticket_definition_id
      ) as places using (ticket_definition_id)
     where definitions.site_id = ${siteId}
       and definitions.ticket_definition_id = any(${[...ticketDefinitionIds]})`
}

/** The named places as they are now; those that are not there are absent. Who wants to take them has locked their stock. */
export async function listPlaces(
  db: Db,
  siteId: string,
  named: readonly { ticketDefinitionId: string; seatId: string }[],
): Promise<Places> {
  if (named.length === 0) return new Map()
  const rows = await db<OfferedPlace[]>`
    select seating_plan_id, place_id, ticket_definition_id, element_type, section_label, element_label, label, capacity,
           taken
      from seating_places
     where site_id = ${siteId}
       and (ticket_definition_id, place_id) in (
             select named.ticket_definition_id, named.place_id
               from unnest(
                      ${named.map(each => each.ticketDefinitionId)}::uuid[], ${named.map(each => each.seatId)}::text[]
                    ) as named (ticket_definition_id, place_id)
           )`
  return new Map(
    rows.map(place => [
      placeKey({ ticketDefinitionId: place.ticketDefinitionId, seatId: place.placeId }),
      { ...place },
    ]),
  )
}

/**
 * Takes places for what is being held of them, all in one statement. Whoever calls it has seen under the lock of their
 * stock that they are there; else it breaks seating_places_claimed_once.
 */
export async function takePlaces(
  tx: Tx,
  siteId: string,
  lines: readonly { ticketDefinitionId: string; seatId: string | null; quantity: number }[],
): Promise<void> {
  const rows = lines.flatMap(({ ticketDefinitionId, seatId, quantity }) =>
    seatId === null ? [] : [{ ticket_definition_id: ticketDefinitionId, place_id: seatId, quantity }],
  )
  if (rows.length === 0) return
  await tx`
    update seating_places as places
       set taken = places.taken + claimed.quantity
      from (
        select ticket_definition_id, place_id, sum(quantity) as quantity
          from jsonb_to_recordset(${jsonb(tx, rows)}) as lines (
                 ticket_definition_id uuid, place_id text, quantity integer
               )
         group by ticket_definition_id, place_id
      ) as claimed
     where places.site_id = ${siteId}
       and places.ticket_definition_id = claimed.ticket_definition_id
       and places.place_id = claimed.place_id`
}

/**
 * What of the definitions' places guests can still get, in the order of the plan; holds past their deadline count as
 * free (R130). At most so many.
 */
export async function listAvailablePlaces(
  db: Db,
  { siteId, ticketDefinitionIds, now }: { siteId: string; ticketDefinitionIds: readonly string[]; now: Date },
  limit: number,
): Promise<AvailablePlace[]> {
  if (ticketDefinitionIds.length === 0) return []
  return db<AvailablePlace[]>`
    select places.ticket_definition_id, places.place_id, places.label, places.section_label, places.element_label,
           places.capacity - places.taken + coalesce(overdue.quantity, 0) as available_capacity
      from seating_places as places
      left join (${overdueClaims(db, siteId, now)}) as overdue using (ticket_definition_id, place_id)
     where places.site_id = ${siteId}
       and places.ticket_definition_id = any(${[...ticketDefinitionIds]})
       and places.capacity - places.taken + coalesce(overdue.quantity, 0) > 0
     order by places.ticket_definition_id, places.position
     limit ${limit}`
}

/** What is taken of places by holds past their deadline that nobody has released yet. */
function overdueClaims(db: Db, siteId: string, now: Date): Fragment {
  return db`
    select lines.ticket_definition_id, lines.seat_id as place_id, sum(lines.quantity)::integer as quantity
      from (${overdueReservations(db, siteId, now)}) as overdue
     cross join lateral (
       select ticket_definition_id, seat_id, quantity - removed_quantity as quantity
         from ticket_reservation_lines
        where site_id = ${siteId}
          and ticket_reservation_id = overdue.ticket_reservation_id
       offset 0
     ) as lines
     where lines.seat_id is not null
     group by lines.ticket_definition_id, lines.seat_id`
}
