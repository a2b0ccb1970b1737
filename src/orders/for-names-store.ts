import type { Db } from '../db/connect.ts'
import type { RefusedItem } from '../queue/items.ts'

type OfJob = { siteId: string; jobId: string }

/** How many of the items from one to another (exclusive) have ended, and how many of these were refused. */
export async function countItems(
  db: Db,
  { siteId, jobId }: OfJob,
  { from, to }: { from: number; to: number },
): Promise<{ done: number; refused: number }> {
  const [counted] = await db<{ done: number; refused: number }[]>`
    select count(*) filter (where order_number is not null or refusal is not null) as done,
           count(*) filter (where refusal is not null) as refused
      from job_items
     where site_id = ${siteId}
       and job_id = ${jobId}
       and item >= ${from}
       and item < ${to}`
  return counted ?? { done: 0, refused: 0 }
}

/** Somebody who was to get an order, and what became of it; with the names that the order has now. */
export type NamedOutcome = {
  firstName: string
  lastName: string
  email: string
  orderNumber: string | null
  refusal: RefusedItem | null
}

export async function listOutcomes(db: Db, { siteId, jobId }: OfJob): Promise<NamedOutcome[]> {
  return db<NamedOutcome[]>`
    select coalesce(job_items.subject->>'firstName', orders.first_name, '') as first_name,
           coalesce(job_items.subject->>'lastName', orders.last_name, '') as last_name,
           coalesce(job_items.subject->>'email', orders.email, '') as email,
           job_items.order_number,
           job_items.refusal
      from job_items
      left join orders
        on orders.site_id = job_items.site_id
       and orders.order_number = job_items.order_number
     where job_items.site_id = ${siteId}
       and job_items.job_id = ${jobId}
     order by job_items.item`
}
