import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { staleRevision } from '../wire/revision.ts'
import type { Policy } from './model.ts'
import { getPolicy, type PolicyChange, updatePolicy } from './store.ts'

/** @throws Refusal POLICY_NOT_FOUND; ABORTED when `change.revision` is not the current one (R18) */
export async function changePolicy(tx: Tx, change: PolicyChange, identity: Identity, now: Date): Promise<Policy> {
  const { siteId } = identity
  const policy = await updatePolicy(tx, siteId, change, now)
  if (!policy) {
    const { revision } = await getPolicy(tx, { siteId, seesDrafts: true }, change.policyId)
    throw staleRevision(revision, change.revision)
  }
  await record(tx, [
    {
      siteId,
      entityKind: 'policy',
      entityId: policy.policyId,
      sequence: policy.revision,
      kind: 'policy.updated',
      data: { eventId: policy.eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return policy
}
