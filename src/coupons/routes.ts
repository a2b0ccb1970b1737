import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { FieldSet, Guid, Maybe, Nothing, PagingMetadataOut, Query } from '../wire/shapes.ts'
import { createCoupon } from './create.ts'
import { removeCoupon } from './delete.ts'
import { getCoupon, queryCoupons, takenOffBy } from './store.ts'
import { changeCoupon } from './update.ts'
import { COUPON_FIELDS, CouponIn, CouponOut, CouponPatch, toWireCoupon } from './wire.ts'

/** Coupons are managed here; buyers name one by its code in invoice and checkout. Our own: the contract has no method. */
export function couponRoutes({ sql }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ couponId: Guid })
    const OneCoupon = Type.Object({ coupon: CouponOut })
    const Fields = FieldSet(COUPON_FIELDS)
    const config = { permission: 'MANAGE_PROMOTIONS' } as const

    app.post(
      '/boxoffice/v1/coupons',
      { schema: { body: Type.Object({ coupon: CouponIn }), response: { 200: OneCoupon } }, config },
      async ({ body, identity, now }) => ({
        coupon: toWireCoupon(await inTransaction(sql, tx => createCoupon(tx, body.coupon, { identity, now }))),
      }),
    )

    app.get(
      '/boxoffice/v1/coupons/:couponId',
      { schema: { params, querystring: Type.Object({ fields: Fields }), response: { 200: OneCoupon } }, config },
      async ({ params, query: { fields }, identity: { siteId } }) => {
        const coupon = await getCoupon(sql, siteId, params.couponId)
        const takenOff = fields?.includes('TAKEN_OFF') ? await takenOffBy(sql, siteId, [coupon.couponId]) : null
        return { coupon: toWireCoupon(coupon, takenOff && (takenOff.get(coupon.couponId) ?? [])) }
      },
    )

    app.post(
      '/boxoffice/v1/coupons/query',
      {
        schema: {
          body: Type.Object({ query: Maybe(Query), fields: Fields }),
          response: { 200: Type.Object({ coupons: Type.Array(CouponOut), metadata: PagingMetadataOut }) },
        },
        config,
      },
      async ({ body, identity, now }) => {
        const { siteId } = identity
        const { rows, metadata } = await queryCoupons(sql, siteId, body.query, now)
        const ids = rows.map(({ couponId }) => couponId)
        const takenOff = body.fields?.includes('TAKEN_OFF') ? await takenOffBy(sql, siteId, ids) : null
        const shown = rows.map(each => toWireCoupon(each, takenOff && (takenOff.get(each.couponId) ?? [])))
        return { coupons: shown, metadata }
      },
    )

    app.patch(
      '/boxoffice/v1/coupons/:couponId',
      { schema: { params, body: Type.Object({ coupon: CouponPatch }), response: { 200: OneCoupon } }, config },
      async ({ params, body, identity, now }) => {
        const couponId = params.couponId.toLowerCase()
        const coupon = await inTransaction(sql, tx => changeCoupon(tx, couponId, body.coupon, { identity, now }))
        return { coupon: toWireCoupon(coupon) }
      },
    )

    app.delete(
      '/boxoffice/v1/coupons/:couponId',
      { schema: { params, response: { 200: Nothing } }, config },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removeCoupon(tx, params.couponId.toLowerCase(), { identity, now }))
        return {}
      },
    )
  }
}
