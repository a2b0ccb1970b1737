import type { Tx } from '../db/connect.ts'
import { invalid } from '../refusals.ts'
import { type Allowance, giveBackEnded, lockAllowance, setLimits } from './store.ts'

/**
 * Sets how often a promotion may be used, which must be locked.
 * @throws InvalidRequest on `field` when orders use it more often already: to end it, switch it off
 */
export async function limitTo(
  tx: Tx,
  siteId: string,
  limits: Omit<Allowance, 'used'>,
  { field, now }: { field: string; now: Date },
): Promise<void> {
  const { promotionId, usesMax } = limits
  await giveBackEnded(tx, siteId, { whole: [promotionId], buyers: [] }, now)
  const { used = 0 } = (await lockAllowance(tx, siteId, promotionId)) ?? {}
  if (usesMax !== null && usesMax < used)
    throw invalid(field, `must be at least ${used}: so much of it is used`, 'MIN', { threshold: used })
  await setLimits(tx, siteId, limits)
}
