import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { lockAllowance, removeAllowance } from '../promotions/store.ts'
import { couponActivity } from './create.ts'
import { couponNotFound, deleteCoupon, getCoupon } from './store.ts'

/** Removes a coupon for good; orders keep what it took off, and its code is free again. @throws Refusal NOT_FOUND */
export async function removeCoupon(
  tx: Tx,
  couponId: string,
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = identity
  if (!(await lockAllowance(tx, siteId, couponId))) throw couponNotFound(couponId)
  const coupon = await getCoupon(tx, siteId, couponId)
  await deleteCoupon(tx, siteId, couponId)
  await removeAllowance(tx, siteId, couponId)
  await record(tx, [couponActivity(siteId, { ...coupon, revision: coupon.revision + 1 }, 'deleted', { identity, now })])
}
