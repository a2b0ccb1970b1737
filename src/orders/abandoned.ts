import { CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { isOpen } from '../payments/model.ts'
import type { Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { addMinutes } from '../time.ts'
import { type Abandoned, listAbandoned, listHalfPaid } from './abandoned-store.ts'
import { giveBackAll, giveUp, orderActivity } from './end.ts'
import { settleWhatCame } from './look-up.ts'
import { DECISION_MINUTES } from './settle.ts'
import { lockSold } from './sold.ts'
import { changeOrder } from './store.ts'

/**
 * The job: orders that wait for money whose hold has ended are given up two hours after they were made, INITIATED ones
 * as CANCELED (R170), PENDING ones as DECLINED (section 9.1).
 * @returns how many were given up
 * @throws AggregateError what failed, after all the others were given up
 */
export async function closeAbandoned(sql: Sql, now: Date, providers: Providers = PROVIDERS): Promise<number> {
  const createdBefore = addMinutes(now, -DECISION_MINUTES)
  return closeAll(sql, after => listAbandoned(sql, { createdBefore, after, limit: BATCH }), now, providers)
}

/**
 * The job: an order of which a gift card has paid a part is CANCELED as soon as its hold has ended, for the buyer wants
 * to use the card again (inferred: R58).
 * @returns how many were given up
 * @throws AggregateError what failed, after all the others were given up
 */
export async function closeHalfPaid(sql: Sql, now: Date, providers: Providers = PROVIDERS): Promise<number> {
  return closeAll(sql, after => listHalfPaid(sql, { after, limit: BATCH }), now, providers)
}

async function closeAll(
  sql: Sql,
  list: (after: Abandoned | null) => Promise<Abandoned[]>,
  now: Date,
  providers: Providers,
): Promise<number> {
  const failures: unknown[] = []
  let closed = 0
  let after: Abandoned | null = null
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const abandoned: Abandoned[] = await list(after)
    for (const each of abandoned)
      try {
        await settleOpen(sql, each, now, providers)
        if (await inTransaction(sql, tx => closeOrder(tx, each, now))) closed += 1
      } catch (error) {
        failures.push(error) // one order's trouble is not the others'
      }
    after = abandoned.at(-1) ?? null
    if (abandoned.length < BATCH) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders could not be given up`)
  return closed
}

/** A notification may have been lost: before an order is given up, providers are asked what they know. */
async function settleOpen(
  sql: Sql,
  { siteId, orderNumber }: Abandoned,
  now: Date,
  providers: Providers,
): Promise<void> {
  const open = (await listPaymentsOf(sql, siteId, [orderNumber])).filter(isOpen)
  for (const payment of open) await settleWhatCame(sql, payment, now, providers)
}

const BATCH = 500
const ROUNDS_MAX = 1000

async function closeOrder(tx: Tx, { siteId, orderNumber }: Abandoned, now: Date): Promise<boolean> {
  const sold = await lockSold(tx, siteId, orderNumber)
  if (sold.reservation?.status === 'PENDING') return false
  switch (sold.order.status) {
    case 'PENDING':
      await giveUp(tx, sold, { actor: CLOCK, now })
      return true
    case 'INITIATED':
    case 'PARTIALLY_PAID': {
      const canceled = await changeOrder(tx, sold.order, { status: 'CANCELED', canceledAt: now }, now)
      await record(tx, [orderActivity(canceled, 'canceled', { actor: CLOCK, now })])
      await giveBackAll(tx, sold, now)
      return true
    }
    default:
      return false // decided meanwhile
  }
}
