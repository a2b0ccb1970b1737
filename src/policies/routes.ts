import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { Guid, Maybe, Nothing, PagingMetadataOut, Query, Text } from '../wire/shapes.ts'
import { createPolicy } from './create.ts'
import { removePolicy } from './delete.ts'
import { reorderPolicies } from './reorder.ts'
import { getPolicy, queryPolicies, type Sight } from './store.ts'
import { changePolicy } from './update.ts'
import { PolicyOut, toWire } from './wire.ts'

const Name = Text(1, 40)
const Body = Text(1, 50_000)
const OnePolicy = Type.Object({ policy: PolicyOut })
const PolicyParams = Type.Object({ policyId: Guid })

/** Policies V2 (spec/events.md section 5). */
export function policyRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.post(
      '/events/v2/policies',
      {
        schema: {
          body: Type.Object({ policy: Type.Object({ name: Name, body: Body, eventId: Guid }) }),
          response: { 200: OnePolicy },
        },
        config: { permission: 'MANAGE_POLICIES' },
      },
      async ({ body, identity, now }) => {
        const policy = await inTransaction(sql, tx => createPolicy(tx, body.policy, identity, now))
        return { policy: toWire(policy) }
      },
    )

    app.patch(
      '/events/v2/policies/:policyId',
      {
        schema: {
          params: PolicyParams,
          body: Type.Object({
            // Nothing else can be changed: a policy stays with its event (events 5.4.5, inferred: ignored).
            policy: Type.Object({
              revision: Type.String({ pattern: '^\\d{1,15}$' }),
              name: Type.Optional(Name),
              body: Type.Optional(Body),
            }),
          }),
          response: { 200: OnePolicy },
        },
        config: { permission: 'MANAGE_POLICIES' },
      },
      async ({ params, body, identity, now }) => {
        const { revision, name, body: text } = body.policy
        const { policyId } = params
        const change = { policyId, revision: Number(revision), name: name ?? null, body: text ?? null }
        return { policy: toWire(await inTransaction(sql, tx => changePolicy(tx, change, identity, now))) }
      },
    )

    app.delete(
      '/events/v2/policies/:policyId',
      {
        schema: { params: PolicyParams, response: { 200: Nothing } },
        config: { permission: 'MANAGE_POLICIES' },
      },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removePolicy(tx, params.policyId, identity, now))
        return {}
      },
    )

    app.get(
      '/events/v2/policies/:policyId',
      {
        schema: { params: PolicyParams, response: { 200: OnePolicy } },
        config: { permission: 'READ_POLICIES' },
      },
      async ({ params, identity }) => ({ policy: toWire(await getPolicy(sql, sightOf(identity), params.policyId)) }),
    )

    app.post(
      '/events/v2/policies/query',
      {
        schema: {
          body: Type.Object({ query: Maybe(Query) }),
          response: { 200: Type.Object({ policies: Type.Array(PolicyOut), metadata: PagingMetadataOut }) },
        },
        config: { permission: 'READ_POLICIES' },
      },
      async ({ body, identity, now }) => {
        const { rows, metadata } = await queryPolicies(sql, sightOf(identity), body.query, now)
        return { policies: rows.map(toWire), metadata }
      },
    )

    app.post(
      '/events/v2/policies/reorder',
      {
        schema: {
          body: Type.Object({
            policyId: Guid,
            eventId: Guid,
            beforePolicyId: Maybe(Guid),
            afterPolicyId: Maybe(Guid),
          }),
          response: { 200: Type.Object({ policies: Type.Array(PolicyOut) }) },
        },
        config: { permission: 'MANAGE_POLICIES' },
      },
      async ({ body, identity, now }) => {
        const instruction = {
          eventId: body.eventId.toLowerCase(),
          policyId: body.policyId.toLowerCase(),
          beforePolicyId: body.beforePolicyId?.toLowerCase() ?? null,
          afterPolicyId: body.afterPolicyId?.toLowerCase() ?? null,
        }
        const policies = await inTransaction(sql, tx => reorderPolicies(tx, instruction, identity, now))
        return { policies: policies.map(toWire) }
      },
    )
  }
}

/** Guests may read policies of published events only. */
function sightOf(identity: Identity): Sight {
  return { siteId: identity.siteId, seesDrafts: allows(identity, 'READ_DRAFT_EVENTS') }
}
