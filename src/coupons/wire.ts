import { type Static, Type } from 'typebox'
import { isCurrency, money, parseMinor, toCommonMoney } from '../money.ts'
import { Percent, UsesMax } from '../promotions/wire.ts'
import { invalid } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { CommonMoneyIn, CommonMoneyOut, Guid, Instant, InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { type Coupon, codeOf } from './model.ts'
import type { TakenOff } from './store.ts'

const Code = Type.String({ minLength: 1, maxLength: 20, pattern: '^[\\p{L}\\p{M}\\p{N}_-]*$' })
const Name = Text(1, 50)
const changeable = {
  percentOff: Maybe(Percent),
  amountOff: Maybe(CommonMoneyIn),
  appliesPer: Maybe(OneOf(['ORDER', 'TICKET'])),
  scope: Maybe(Type.Object({ group: OneOf(['event', 'ticket']), entityId: Maybe(Guid) })),
  minimumSubTotal: Maybe(CommonMoneyIn),
  startDate: Maybe(Instant),
  endDate: Maybe(Instant),
  usesMax: Maybe(UsesMax),
  usesPerBuyerMax: Maybe(UsesMax),
  active: Maybe(Type.Boolean()),
}
export const CouponIn = Type.Object({ code: Code, name: Name, ...changeable })
/** Absent members stay, null clears. */
export const CouponPatch = Type.Object({
  revision: Type.String({ pattern: '^\\d{1,15}$' }),
  code: Type.Optional(Code),
  name: Type.Optional(Name),
  ...changeable,
})

export const CouponOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  code: Type.String(),
  name: Type.String(),
  percentOff: Type.Optional(Type.String()),
  amountOff: Type.Optional(CommonMoneyOut),
  appliesPer: Type.String(),
  scope: Type.Object({ group: Type.String(), entityId: Type.Optional(Type.String()) }),
  minimumSubTotal: Type.Optional(CommonMoneyOut),
  startDate: Type.Optional(InstantOut),
  endDate: Type.Optional(InstantOut),
  usesMax: Type.Optional(Type.Integer()),
  usesPerBuyerMax: Type.Optional(Type.Integer()),
  active: Type.Boolean(),
  uses: Type.Integer(),
  takenOff: Type.Optional(Type.Array(CommonMoneyOut)),
})

/** What a coupon's answer carries where it is asked for. */
export const COUPON_FIELDS = ['TAKEN_OFF'] as const

/** @param takenOff what was taken off; null: nobody asked */
export function toWireCoupon(coupon: Coupon, takenOff: readonly TakenOff[] | null = null): Static<typeof CouponOut> {
  const { off, currency, minimumSubTotalMinor, scope } = coupon
  const amount = (amountMinor: number) => toCommonMoney(money(amountMinor, currency ?? ''))
  return {
    id: coupon.couponId,
    revision: String(coupon.revision),
    createdDate: coupon.createdAt,
    updatedDate: coupon.updatedAt,
    code: coupon.code,
    name: coupon.name,
    ...('percent' in off ? { percentOff: off.percent } : { amountOff: amount(off.amountMinor) }),
    appliesPer: coupon.appliesPer,
    scope: { group: scope.group, ...present({ entityId: scope.entityId }) },
    ...(minimumSubTotalMinor !== null && { minimumSubTotal: amount(minimumSubTotalMinor) }),
    ...present({
      startDate: coupon.startAt,
      endDate: coupon.endAt,
      usesMax: coupon.usesMax,
      usesPerBuyerMax: coupon.usesPerBuyerMax,
    }),
    active: coupon.deactivatedAt === null,
    uses: coupon.used,
    ...(takenOff && { takenOff: takenOff.map(toCommonMoney) }),
  }
}

/**
 * `before` with what is given: absent members stay, null clears.
 * @param before what a new coupon is without being told, or the stored one
 * @throws InvalidRequest for nothing or two things taken off, amounts of two currencies, an end before the start
 */
export function couponAfter<T extends Omit<Coupon, 'off'> & { off: Coupon['off'] | null }>(
  before: T,
  sent: Partial<Static<typeof CouponIn>>,
  now: Date,
): Coupon {
  const { currency, off, minimumSubTotalMinor } = amountsAfter(before, sent)
  const startAt = after(sent.startDate, before.startAt, text => new Date(text))
  const endAt = after(sent.endDate, before.endAt, text => new Date(text))
  if (startAt && endAt && endAt <= startAt) throw invalid('coupon.endDate', 'must be after startDate', 'NOT_AFTER')
  const code = sent.code === undefined ? before.code : codeOf(sent.code)
  if (code.length > 20)
    throw invalid('coupon.code', 'must have at most 20 characters in upper case', 'MAX_LENGTH', { threshold: 20 })
  return {
    ...before,
    code,
    name: sent.name ?? before.name,
    off,
    currency,
    minimumSubTotalMinor,
    appliesPer: after(sent.appliesPer, before.appliesPer) ?? 'ORDER',
    scope: after(sent.scope, before.scope, ({ group, entityId }) => ({
      group,
      entityId: entityId?.toLowerCase() ?? null,
    })) ?? { group: 'event', entityId: null },
    startAt,
    endAt,
    usesMax: after(sent.usesMax, before.usesMax),
    usesPerBuyerMax: after(sent.usesPerBuyerMax, before.usesPerBuyerMax),
    deactivatedAt:
      sent.active === undefined ? before.deactivatedAt : sent.active === false ? (before.deactivatedAt ?? now) : null,
  }
}

function after<T>(sent: T | null | undefined, before: T): T
function after<S, T>(sent: S | null | undefined, before: T, read: (sent: S) => T): T | null
function after<S, T>(sent: S | null | undefined, before: T, read = (given: S) => given as unknown as T): T | null {
  return sent === undefined ? before : sent === null ? null : read(sent)
}

function amountsAfter(
  before: Pick<Coupon, 'currency' | 'minimumSubTotalMinor'> & { off: Coupon['off'] | null },
  { percentOff, amountOff, minimumSubTotal }: Partial<Static<typeof CouponIn>>,
): Pick<Coupon, 'off' | 'currency' | 'minimumSubTotalMinor'> {
  if (percentOff && amountOff)
    throw invalid('coupon.amountOff', 'must not be given together with percentOff', 'FIELD_NOT_ALLOWED')
  const stays = amountOff === null && before.off && 'amountMinor' in before.off ? null : before.off
  const kept = percentOff === null && stays && 'percent' in stays ? null : stays
  const off = percentOff
    ? { percent: String(Number(percentOff)) }
    : amountOff
      ? { amountMinor: minorOf(amountOff, 'coupon.amountOff') }
      : kept
  if (!off) throw invalid('coupon.percentOff', 'or amountOff must be given', 'REQUIRED_ONE_OF_FIELD')
  const minimumSubTotalMinor =
    minimumSubTotal === undefined
      ? before.minimumSubTotalMinor
      : minimumSubTotal && minorOf(minimumSubTotal, 'coupon.minimumSubTotal')
  const currencies = [
    'amountMinor' in off ? (amountOff?.currency ?? before.currency) : null,
    minimumSubTotalMinor === null ? null : (minimumSubTotal?.currency ?? before.currency),
  ].filter(currency => currency !== null)
  if (new Set(currencies).size > 1)
    throw invalid('coupon.minimumSubTotal.currency', `must be that of amountOff: ${currencies[0]}`, 'OTHER_CURRENCY', {
      currency: currencies[0],
    })
  return { off, minimumSubTotalMinor, currency: currencies[0] ?? null }
}

function minorOf({ value, currency }: { value: string; currency: string }, field: string): number {
  if (!isCurrency(currency)) throw invalid(`${field}.currency`, 'is not a currency of ISO 4217', 'CURRENCY')
  const amountMinor = parseMinor(value, currency)
  if (amountMinor === null) throw invalid(`${field}.value`, 'is too large', 'MAX')
  if (amountMinor === 0) throw invalid(`${field}.value`, 'must be more than nothing', 'MIN')
  return amountMinor
}
