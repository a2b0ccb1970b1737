import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { deletePolicy, policyNotFound } from './store.ts'
import { toWire } from './wire.ts'

/** @throws Refusal POLICY_NOT_FOUND */
export async function removePolicy(tx: Tx, policyId: string, identity: Identity, now: Date): Promise<void> {
  const { siteId } = identity
  const policy = await deletePolicy(tx, siteId, policyId)
  if (!policy) throw policyNotFound(policyId)
  await record(tx, [
    {
      siteId,
      entityKind: 'policy',
      entityId: policy.policyId,
      sequence: policy.revision + 1,
      kind: 'policy.deleted',
      // The webhook tells the entity as it was last, and it can be read nowhere else any more.
      data: { eventId: policy.eventId, policy: toWire(policy) },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
