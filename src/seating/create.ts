import type { Static } from 'typebox'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { layOut } from './lay-out.ts'
import { placesOf, type SeatingPlan } from './model.ts'
import { eventHasPlan, insertPlan } from './store.ts'
import { type NewSeatingPlan, sectionsFromWire } from './wire.ts'

/**
 * Gives an event its seating plan.
 * @throws Refusal EVENT_NOT_FOUND, INVALID_EVENT_TYPE, SEATING_PLAN_ALREADY_EXISTS; and as `layOut` does
 */
export async function createPlan(
  tx: Tx,
  wire: Static<typeof NewSeatingPlan>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<SeatingPlan> {
  const { siteId } = identity
  const eventId = wire.eventId.toLowerCase()
  const sections = sectionsFromWire(wire.sections, 'seatingPlan.sections')
  const event = await lockEvent(tx, siteId, eventId)
  if (event.initialType !== 'TICKETING')
    throw new Refusal('INVALID_EVENT_TYPE', 'Only events of type TICKETING have a seating plan.', { eventId })
  if (await eventHasPlan(tx, siteId, eventId))
    throw new Refusal('SEATING_PLAN_ALREADY_EXISTS', 'The event has a seating plan; change that one.', { eventId })

  const plan: SeatingPlan = {
    siteId,
    seatingPlanId: newGuid(),
    eventId,
    revision: 1,
    name: wire.name,
    sections,
    createdAt: now,
    updatedAt: now,
  }
  await insertPlan(tx, plan)
  await layOut(tx, plan, placesOf(sections))
  await record(tx, [
    {
      siteId,
      entityKind: 'seating_plan',
      entityId: plan.seatingPlanId,
      sequence: 1,
      kind: 'seating_plan.created',
      data: { eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return plan
}
