import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { POLICIES_PER_EVENT_MAX, type Policy } from './model.ts'
import { countPolicies, insertPolicy } from './store.ts'

type NewPolicy = { eventId: string; name: string; body: string }

/** @throws Refusal EVENT_NOT_FOUND, POLICIES_LIMIT_REACHED */
export async function createPolicy(tx: Tx, wanted: NewPolicy, identity: Identity, now: Date): Promise<Policy> {
  const { siteId } = identity
  const eventId = wanted.eventId.toLowerCase()
  await lockEvent(tx, siteId, eventId)
  if ((await countPolicies(tx, siteId, eventId)) >= POLICIES_PER_EVENT_MAX) {
    const description = `An event has at most ${POLICIES_PER_EVENT_MAX} policies.`
    throw new Refusal('POLICIES_LIMIT_REACHED', description, { eventId, limit: POLICIES_PER_EVENT_MAX })
  }

  const { name, body } = wanted
  const policy: Policy = { policyId: newGuid(), eventId, revision: 1, name, body, createdAt: now, updatedAt: now }
  await insertPolicy(tx, siteId, policy)
  await record(tx, [
    {
      siteId,
      entityKind: 'policy',
      entityId: policy.policyId,
      sequence: 1,
      kind: 'policy.created',
      data: { eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return policy
}
