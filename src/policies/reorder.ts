import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { type Policy, type ReorderInstruction, reordered } from './model.ts'
import { getPolicy, listPolicies, lockOrder, placePolicies } from './store.ts'

/**
 * Moves a policy before or after another of its event; all of them in the new order.
 * @throws Refusal EVENT_NOT_FOUND, POLICY_NOT_FOUND, INVALID_REORDER_INSTRUCTION
 */
export async function reorderPolicies(
  tx: Tx,
  { eventId, ...instruction }: ReorderInstruction & { eventId: string },
  identity: Identity,
  now: Date,
): Promise<Policy[]> {
  const { siteId } = identity
  await lockEvent(tx, siteId, eventId)
  await getPolicy(tx, { siteId, seesDrafts: true }, instruction.policyId)
  const policyIds = reordered(await lockOrder(tx, siteId, eventId), instruction)
  if (!policyIds) {
    const description = 'Name another policy of the same event as beforePolicyId or afterPolicyId.'
    throw new Refusal('INVALID_REORDER_INSTRUCTION', description)
  }

  const moved = await placePolicies(tx, { siteId, eventId, policyIds }, now)
  await record(
    tx,
    moved.map(policy => ({
      siteId,
      entityKind: 'policy',
      entityId: policy.policyId,
      sequence: policy.revision,
      kind: 'policy.reordered',
      data: { eventId },
      actor: actorOf(identity),
      occurredAt: now,
    })),
  )
  return listPolicies(tx, siteId, eventId)
}
