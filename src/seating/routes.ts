import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { expireOfEvent } from '../ticket-reservations/expire.ts'
import { Guid, Nothing, PageOut, pageIn } from '../wire/shapes.ts'
import { createPlan } from './create.ts'
import { removePlan } from './delete.ts'
import { findEventOfPlan, getPlan, listPlans } from './store.ts'
import { changePlan } from './update.ts'
import {
  NewSeatingPlan,
  SeatingPlanOut,
  SeatingPlanPatch,
  SeatingPlanSummaryOut,
  toWirePlan,
  toWireSummary,
} from './wire.ts'

const OnePlan = Type.Object({ seatingPlan: SeatingPlanOut })
const Params = Type.Object({ seatingPlanId: Guid })

/** In bytes: 50,000 seats with their labels, definitions and places on a drawing. */
const BODY_BYTES_MAX = 8 * 1_048_576

/** Seating plans: of our own API, for the contract's own has none (R78). */
export function seatingRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/seating-plans'

    app.post(
      path,
      {
        schema: { body: Type.Object({ seatingPlan: NewSeatingPlan }), response: { 200: OnePlan } },
        bodyLimit: BODY_BYTES_MAX,
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ body, identity, now }) => {
        await expireOfEvent(sql, { siteId: identity.siteId, eventId: body.seatingPlan.eventId.toLowerCase(), now })
        const plan = await inTransaction(sql, tx => createPlan(tx, body.seatingPlan, { identity, now }))
        return { seatingPlan: toWirePlan(plan) }
      },
    )

    app.get(
      path,
      {
        schema: {
          querystring: Type.Object({
            eventId: Type.Optional(Guid),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              seatingPlans: Type.Array(SeatingPlanSummaryOut),
            }),
          },
        },
        config: { permission: 'READ_TICKET_DEFINITIONS' },
      },
      async ({ query, identity }) => {
        const { limit = 100, offset = 0 } = query
        const which = { eventId: query.eventId?.toLowerCase() ?? null, limit, offset }
        const { plans, total } = await listPlans(sql, identity.siteId, which)
        return { total, offset, limit, seatingPlans: plans.map(toWireSummary) }
      },
    )

    app.get(
      `${path}/:seatingPlanId`,
      { schema: { params: Params, response: { 200: OnePlan } }, config: { permission: 'READ_TICKET_DEFINITIONS' } },
      async ({ params, identity: { siteId } }) => {
        const seatingPlanId = params.seatingPlanId.toLowerCase()
        return { seatingPlan: toWirePlan(await getPlan(sql, { siteId, seatingPlanId })) }
      },
    )

    app.patch(
      `${path}/:seatingPlanId`,
      {
        schema: { params: Params, body: Type.Object({ seatingPlan: SeatingPlanPatch }), response: { 200: OnePlan } },
        bodyLimit: BODY_BYTES_MAX,
        config: { permission: 'MANAGE_TICKET_DEFINITIONS' },
      },
      async ({ params, body, identity, now }) => {
        const change = { seatingPlanId: params.seatingPlanId.toLowerCase(), patch: body.seatingPlan }
        await endOverdue({ siteId: identity.siteId, seatingPlanId: change.seatingPlanId }, now)
        const plan = await inTransaction(sql, tx => changePlan(tx, change, { identity, now }))
        return { seatingPlan: toWirePlan(plan) }
      },
    )

    app.delete(
      `${path}/:seatingPlanId`,
      { schema: { params: Params, response: { 200: Nothing } }, config: { permission: 'MANAGE_TICKET_DEFINITIONS' } },
      async ({ params, identity, now }) => {
        const seatingPlanId = params.seatingPlanId.toLowerCase()
        await endOverdue({ siteId: identity.siteId, seatingPlanId }, now)
        await inTransaction(sql, tx => removePlan(tx, seatingPlanId, { identity, now }))
        return {}
      },
    )

    /** What is only overdue must not keep anybody from changing a plan. */
    async function endOverdue(which: { siteId: string; seatingPlanId: string }, now: Date): Promise<void> {
      const eventId = await findEventOfPlan(sql, which)
      if (eventId !== null) await expireOfEvent(sql, { siteId: which.siteId, eventId, now })
    }
  }
}
