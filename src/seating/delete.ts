import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { layOut } from './lay-out.ts'
import { deletePlan, lockPlan } from './store.ts'

/**
 * Takes an event's plan away; its definitions sell by their own limits again.
 * @throws Refusal SEATING_PLAN_NOT_FOUND; PLACES_TAKEN while anybody holds or has bought a place
 */
export async function removePlan(
  tx: Tx,
  seatingPlanId: string,
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = identity
  const plan = await lockPlan(tx, { siteId, seatingPlanId })
  await layOut(tx, plan, [])
  await deletePlan(tx, plan)
  await record(tx, [
    {
      siteId,
      entityKind: 'seating_plan',
      entityId: seatingPlanId,
      sequence: plan.revision + 1,
      kind: 'seating_plan.deleted',
      data: { eventId: plan.eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
