import type { Static } from 'typebox'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { limitTo } from '../promotions/limit.ts'
import { lockAllowance } from '../promotions/store.ts'
import { refuseStale } from '../wire/revision.ts'
import { couponActivity, requireScope, takingItsCode } from './create.ts'
import type { Coupon } from './model.ts'
import { couponNotFound, getCoupon, writeCoupon } from './store.ts'
import { type CouponPatch, couponAfter } from './wire.ts'

/**
 * Changes what is given. What orders were promised stays theirs.
 * @throws Refusal NOT_FOUND, ABORTED for a revision that is not the current one, ALREADY_EXISTS, EVENT_NOT_FOUND,
 *   TICKET_DEFINITION_NOT_FOUND; InvalidRequest for a limit below what is used
 */
export async function changeCoupon(
  tx: Tx,
  couponId: string,
  change: Static<typeof CouponPatch>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Coupon> {
  const { siteId } = identity
  if (!(await lockAllowance(tx, siteId, couponId))) throw couponNotFound(couponId)
  const stored = await getCoupon(tx, siteId, couponId)
  refuseStale(stored.revision, change.revision)
  const coupon: Coupon = { ...couponAfter(stored, change, now), revision: stored.revision + 1, updatedAt: now }
  if (change.scope) await requireScope(tx, siteId, coupon, now)
  await limitTo(tx, siteId, coupon, { field: 'coupon.usesMax', now })
  await takingItsCode(coupon, () => writeCoupon(tx, siteId, coupon))
  await record(tx, [couponActivity(siteId, coupon, 'updated', { identity, now })])
  return coupon
}
