import { aSale, must } from '../../support/sale.ts'
import { anybody, organizer, type Scenes, type Stage } from '../stage.ts'

export const policies: Scenes = {
  createPolicy: organizer(async stage => [await aPolicyText(stage)]),
  updatePolicy: organizer(async stage => {
    const { id, ...policy } = await aPolicy(stage)
    return [id, { revision: policy.revision, eventId: policy.eventId, name: 'Returns', body: 'Until the doors open.' }]
  }),
  deletePolicy: organizer(async stage => [(await aPolicy(stage)).id]),
  getPolicy: anybody(async stage => [(await aPolicy(stage)).id]),
  queryPolicies: anybody(async stage => {
    const { eventId } = await aPolicy(stage)
    return [
      {
        filter: { eventId: { $eq: eventId } },
        sort: [{ fieldName: 'name', order: 'DESC' }],
        cursorPaging: { limit: 10 },
      },
    ]
  }),
  reorderEventPolicies: organizer(async stage => {
    const first = await aPolicy(stage)
    const second = await aPolicy(stage, first.eventId)
    return [first.id, first.eventId, { beforePolicyId: second.id }]
  }),
}

async function aPolicyText(stage: Stage, eventId?: string) {
  return { eventId: eventId ?? (await aSale(stage)).eventId, name: 'Refunds', body: 'Until a week before.' }
}

async function aPolicy(stage: Stage, eventId?: string) {
  const policy = await aPolicyText(stage, eventId)
  return (await must(stage.admin, 'POST', '/events/v2/policies', { policy })).body.policy
}
