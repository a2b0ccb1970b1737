import { signToken } from '../../src/identities/tokens.ts'
import { newGuid } from '../../src/ids.ts'
import type { Caller, TestApp } from './app.ts'
import { must } from './sale.ts'

/** A coupon of a code of its own, 10 % off everything unless said otherwise. */
export async function aCoupon({ admin }: Pick<TestApp, 'admin'>, overrides: Record<string, unknown> = {}) {
  const code = `C${newGuid().slice(0, 8)}`.toUpperCase()
  const off = 'amountOff' in overrides ? {} : { percentOff: '10' }
  const { body } = await must(admin, 'POST', '/boxoffice/v1/coupons', {
    coupon: { code, name: 'Summer sale', ...off, ...overrides },
  })
  return body.coupon
}

/** A benefit of a plan order of its own: half the price of every ticket of the member, unless said otherwise. */
export async function aBenefit({ admin }: Pick<TestApp, 'admin'>, memberId: string, overrides: object = {}) {
  const { body } = await must(admin, 'POST', '/boxoffice/v1/pricing-plan-benefits', {
    benefit: { planOrderId: newGuid(), planId: newGuid(), memberId, name: 'Gold', rate: '50', ...overrides },
  })
  return body.benefit
}

/** A member who is logged in, with a token of the test's now. */
export async function aMember({
  siteId,
  deps,
  anonymous,
  now,
}: TestApp): Promise<{ caller: Caller; memberId: string }> {
  const memberId = newGuid()
  const claims = { kind: 'member', siteId, visitorId: newGuid(), memberId } as const
  const authorization = await signToken(deps.keys, 'access', claims, now(), 14_400)
  return { caller: (method, url, body) => anonymous(method, url, body, { authorization }), memberId }
}
