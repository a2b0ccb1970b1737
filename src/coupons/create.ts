import type { Static } from 'typebox'
import { type Activity, record } from '../activity/record.ts'
import type { Db, Tx } from '../db/connect.ts'
import { brokenConstraint } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { insertAllowance } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'
import { listDefinitionsById } from '../ticket-definitions/available.ts'
import { definitionNotFound } from '../ticket-definitions/create.ts'
import type { Coupon } from './model.ts'
import { insertCoupon } from './store.ts'
import { type CouponIn, couponAfter } from './wire.ts'

/** @throws Refusal ALREADY_EXISTS for a code that is taken, EVENT_NOT_FOUND, TICKET_DEFINITION_NOT_FOUND */
export async function createCoupon(
  tx: Tx,
  wanted: Static<typeof CouponIn>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Coupon> {
  const { siteId } = identity
  const couponId = newGuid()
  const coupon = couponAfter(
    {
      promotionId: couponId,
      couponId,
      revision: 1,
      code: '',
      name: '',
      off: null,
      appliesPer: 'ORDER',
      scope: { group: 'event', entityId: null },
      minimumSubTotalMinor: null,
      currency: null,
      startAt: null,
      endAt: null,
      usesMax: null,
      usesPerBuyerMax: null,
      used: 0,
      deactivatedAt: null,
      createdAt: now,
      updatedAt: now,
    },
    wanted,
    now,
  )
  await requireScope(tx, siteId, coupon, now)
  await insertAllowance(tx, siteId, coupon)
  await takingItsCode(coupon, () => insertCoupon(tx, siteId, coupon))
  await record(tx, [couponActivity(siteId, coupon, 'created', { identity, now })])
  return coupon
}

/** What a coupon is for must be there. */
export async function requireScope(db: Db, siteId: string, { scope }: Coupon, now: Date): Promise<void> {
  const { group, entityId } = scope
  if (entityId === null) return
  if (group === 'event') {
    await getEvent(db, siteId, entityId)
    return
  }
  const found = await listDefinitionsById(db, siteId, { ids: [entityId], now, deletedToo: false })
  if (found.length === 0) throw definitionNotFound(entityId)
}

/** Writes a coupon. @throws Refusal ALREADY_EXISTS when another one of the site has its code */
export async function takingItsCode({ code }: Coupon, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (brokenConstraint(error) !== 'coupons_code_is_taken') throw error
    throw new Refusal('ALREADY_EXISTS', 'Another coupon has this code.', { code })
  }
}

export function couponActivity(
  siteId: string,
  { couponId, revision, code }: Coupon,
  what: 'created' | 'updated' | 'deleted',
  { identity, now }: { identity: Identity; now: Date },
): Activity {
  return {
    siteId,
    entityKind: 'coupon',
    entityId: couponId,
    sequence: revision,
    kind: `coupon.${what}`,
    data: { code },
    actor: actorOf(identity),
    occurredAt: now,
  }
}
