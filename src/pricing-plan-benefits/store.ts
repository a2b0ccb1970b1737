import type { Db, Fragment, Tx } from '../db/connect.ts'
import { allowanceColumns, usedByOrders } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { COMPARISON, compileQuery, EQUALITY, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { PricingPlanBenefit } from './model.ts'

function columns(db: Db, used?: Fragment): Fragment {
  return db`
    benefits.plan_order_id, benefits.benefit_id, benefits.revision, benefits.plan_id, benefits.member_id, benefits.name,
    trim_scale(benefits.rate)::text as rate, benefits.start_at, benefits.end_at, benefits.created_at,
    benefits.updated_at, ${allowanceColumns(db, used)}`
}

function source(db: Db, siteId: string): Fragment {
  return db`
    pricing_plan_benefits as benefits
      join promotions using (site_id, promotion_id)
     where benefits.site_id = ${siteId}`
}

/** Locks, in the order of their ids, how often the benefits of these plan orders are used. */
export async function lockBenefits(
  tx: Tx,
  siteId: string,
  planOrderIds: readonly string[],
): Promise<PricingPlanBenefit[]> {
  return tx<PricingPlanBenefit[]>`
    select ${columns(tx)}
      from ${source(tx, siteId)}
       and benefits.plan_order_id = any(${[...planOrderIds]})
     order by promotions.promotion_id
       for update of promotions`
}

/** The same without a lock, to look at. */
export async function listBenefits(
  db: Db,
  siteId: string,
  planOrderIds: readonly string[],
): Promise<PricingPlanBenefit[]> {
  return db<PricingPlanBenefit[]>`
    select ${columns(db, usedByOrders(db))}
      from ${source(db, siteId)}
       and benefits.plan_order_id = any(${[...planOrderIds]})`
}

/** What names a benefit. */
export type BenefitName = Pick<PricingPlanBenefit, 'planOrderId' | 'benefitId'>

/** @throws Refusal NOT_FOUND */
export async function getBenefit(
  db: Db,
  siteId: string,
  { planOrderId, benefitId }: BenefitName,
): Promise<PricingPlanBenefit> {
  const [row] = await db<PricingPlanBenefit[]>`
    select ${columns(db, usedByOrders(db))}
      from ${source(db, siteId)}
       and benefits.plan_order_id = ${planOrderId}
       and benefits.benefit_id = ${benefitId}`
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such benefit.', { planOrderId, benefitId })
  return row
}

const QUERY: QueryRules = {
  fields: {
    planOrderId: { sql: db => db`benefits.plan_order_id`, type: 'guid', operators: EQUALITY },
    benefitId: { sql: db => db`benefits.benefit_id`, type: 'guid', operators: EQUALITY },
    planId: { sql: db => db`benefits.plan_id`, type: 'guid', operators: EQUALITY },
    memberId: { sql: db => db`benefits.member_id`, type: 'guid', operators: EQUALITY },
    name: { sql: db => db`benefits.name`, type: 'text', operators: COMPARISON, sortable: true },
    endDate: { sql: db => db`benefits.end_at`, type: 'instant', operators: COMPARISON, sortable: true },
    createdDate: {
      sql: db => db`benefits.created_at`,
      type: 'instant',
      required: true,
      operators: COMPARISON,
      sortable: true,
    },
  },
  defaultSort: [{ fieldName: 'createdDate', order: 'DESC' }],
  tieBreaker: db => db`benefits.promotion_id`,
  limitDefault: 50,
  limitMax: 100,
}

export async function queryBenefits(
  db: Db,
  siteId: string,
  wire: WireQuery | null | undefined,
  now: Date,
): Promise<PageRead<PricingPlanBenefit>> {
  const query = compileQuery(db, QUERY, wire, now)
  const [benefits, counted] = await Promise.all([
    db<(PricingPlanBenefit & Paged)[]>`
      select ${columns(db, usedByOrders(db))}, ${query.page.key}
        from ${source(db, siteId)}
         and ${query.where}
         ${query.page.rest}`,
    db<{ total: number }[]>`select count(*) as total from ${source(db, siteId)} and ${query.where}`,
  ])
  return pageOf(query, benefits, counted[0]?.total ?? 0)
}

/** False when the plan order has a benefit of this id already. */
export async function insertBenefit(tx: Tx, siteId: string, benefit: PricingPlanBenefit): Promise<boolean> {
  const inserted = await tx`
    insert into pricing_plan_benefits (
      site_id, plan_order_id, benefit_id, promotion_id, revision, plan_id, member_id, name, rate, start_at, end_at,
      created_at, updated_at
    )
    values (
      ${siteId}, ${benefit.planOrderId}, ${benefit.benefitId}, ${benefit.promotionId}, ${benefit.revision},
      ${benefit.planId}, ${benefit.memberId}, ${benefit.name}, ${benefit.rate}, ${benefit.startAt}, ${benefit.endAt},
      ${benefit.createdAt}, ${benefit.updatedAt}
    )
    on conflict (site_id, plan_order_id, benefit_id) do nothing`
  return inserted.count === 1
}

/** Writes a changed benefit, whose allowance is locked. */
export async function writeBenefit(tx: Tx, siteId: string, benefit: PricingPlanBenefit): Promise<void> {
  await tx`
    update pricing_plan_benefits
       set revision = ${benefit.revision},
           name = ${benefit.name},
           rate = ${benefit.rate},
           start_at = ${benefit.startAt},
           end_at = ${benefit.endAt},
           updated_at = ${benefit.updatedAt}
     where site_id = ${siteId}
       and plan_order_id = ${benefit.planOrderId}
       and benefit_id = ${benefit.benefitId}`
}

export async function deleteBenefit(tx: Tx, siteId: string, { planOrderId, benefitId }: BenefitName): Promise<void> {
  await tx`
    delete from pricing_plan_benefits
     where site_id = ${siteId}
       and plan_order_id = ${planOrderId}
       and benefit_id = ${benefitId}`
}
