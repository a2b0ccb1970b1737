import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid, Maybe, Nothing, PagingMetadataOut, Query } from '../wire/shapes.ts'
import { createBenefit } from './create.ts'
import { removeBenefit } from './delete.ts'
import { getBenefit, queryBenefits } from './store.ts'
import { changeBenefit } from './update.ts'
import { BenefitIn, BenefitOut, BenefitPatch, toWireBenefit } from './wire.ts'

const BENEFITS = '/boxoffice/v1/pricing-plan-benefits'
const BENEFIT = `${BENEFITS}/:planOrderId/:benefitId`

/**
 * What members have bought with pricing plans elsewhere, as far as it concerns tickets: whoever sells the plans tells us
 * here. Our own: the contract only names benefits.
 */
export function pricingPlanBenefitRoutes({ sql }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ planOrderId: Guid, benefitId: Guid })
    const OneBenefit = Type.Object({ benefit: BenefitOut })
    const config = { permission: 'MANAGE_PROMOTIONS' } as const

    app.post(
      BENEFITS,
      { schema: { body: Type.Object({ benefit: BenefitIn }), response: { 200: OneBenefit } }, config },
      async ({ body, identity, now }) => ({
        benefit: toWireBenefit(await inTransaction(sql, tx => createBenefit(tx, body.benefit, { identity, now }))),
      }),
    )

    app.get(BENEFIT, { schema: { params, response: { 200: OneBenefit } }, config }, async ({ params, identity }) => ({
      benefit: toWireBenefit(await getBenefit(sql, identity.siteId, named(params))),
    }))

    app.post(
      `${BENEFITS}/query`,
      {
        schema: {
          body: Type.Object({ query: Maybe(Query) }),
          response: { 200: Type.Object({ benefits: Type.Array(BenefitOut), metadata: PagingMetadataOut }) },
        },
        config,
      },
      async ({ body, identity, now }) => {
        const { rows, metadata } = await queryBenefits(sql, identity.siteId, body.query, now)
        return { benefits: rows.map(toWireBenefit), metadata }
      },
    )

    app.patch(
      BENEFIT,
      { schema: { params, body: Type.Object({ benefit: BenefitPatch }), response: { 200: OneBenefit } }, config },
      async ({ params, body, identity, now }) => {
        const caller = { identity, now }
        const benefit = await inTransaction(sql, tx => changeBenefit(tx, named(params), body.benefit, caller))
        return { benefit: toWireBenefit(benefit) }
      },
    )

    app.delete(BENEFIT, { schema: { params, response: { 200: Nothing } }, config }, async request => {
      const { params, identity, now } = request
      await inTransaction(sql, tx => removeBenefit(tx, named(params), { identity, now }))
      return {}
    })

    function named({ planOrderId, benefitId }: Static<typeof params>) {
      return { planOrderId: planOrderId.toLowerCase(), benefitId: benefitId.toLowerCase() }
    }
  }
}
