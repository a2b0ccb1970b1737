import type { Static } from 'typebox'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { refuseStale } from '../wire/revision.ts'
import { layOut } from './lay-out.ts'
import { placesOf, type SeatingPlan } from './model.ts'
import { lockPlan, writePlan } from './store.ts'
import { type SeatingPlanPatch, sectionsFromWire } from './wire.ts'

/**
 * Changes what the patch names; `sections` is replaced as one.
 * @throws Refusal SEATING_PLAN_NOT_FOUND; ABORTED for a stale revision (R18); and as `layOut` does
 */
export async function changePlan(
  tx: Tx,
  { seatingPlanId, patch }: { seatingPlanId: string; patch: Static<typeof SeatingPlanPatch> },
  { identity, now }: { identity: Identity; now: Date },
): Promise<SeatingPlan> {
  const { siteId } = identity
  const sections = patch.sections && sectionsFromWire(patch.sections, 'seatingPlan.sections')
  const stored = await lockPlan(tx, { siteId, seatingPlanId })
  refuseStale(stored.revision, patch.revision)
  const plan: SeatingPlan = {
    ...stored,
    name: patch.name ?? stored.name,
    sections: sections ?? stored.sections,
    revision: stored.revision + 1,
    updatedAt: now,
  }
  if (sections) await layOut(tx, plan, placesOf(sections))
  await writePlan(tx, plan)
  await record(tx, [
    {
      siteId,
      entityKind: 'seating_plan',
      entityId: seatingPlanId,
      sequence: plan.revision,
      kind: 'seating_plan.updated',
      data: { eventId: plan.eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return plan
}
