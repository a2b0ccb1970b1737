import type { Db } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { benefitsOfLines, planOrdersOf } from './model.ts'
import { listBenefits } from './store.ts'

const ERRORS_MAX = 10

/** Which of the pricing plans that a reservation names take nothing off, and why (R53, R56, R57). */
export async function promotionErrorsOf(
  db: Db,
  { siteId, memberId, lines }: Pick<TicketReservation, 'siteId' | 'memberId' | 'lines'>,
  now: Date,
): Promise<{ error: { promotionType: string; code: string; message: string }[] }> {
  if (lines.every(line => line.pricingPlan === null)) return { error: [] }
  const benefits = await listBenefits(db, siteId, planOrdersOf(lines))
  const judged = benefitsOfLines(lines, benefits, { memberIds: memberId === null ? [] : [memberId], now })
  const refusals = judged.filter(each => each instanceof Refusal)
  return {
    error: refusals.slice(0, ERRORS_MAX).map(({ code, message }) => ({
      promotionType: 'PAID_PLAN_BENEFIT',
      code,
      message,
    })),
  }
}
