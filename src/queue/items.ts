import { type Db, jsonb, type Tx } from '../db/connect.ts'
import type { Job } from './model.ts'

/** One of what a job does one by one (docs/glossary.md). */
export type JobItem = {
  /** Its place among what the job is about, from 0. */
  item: number
  /** Whom or what it is about and how far it is, in the words of the job's kind; null as soon as an order says it. */
  subject: unknown
  orderNumber: string | null
  refusal: RefusedItem | null
}

/** Why one of many was left as it was: a refusal, as it would have been answered. */
export type RefusedItem = { code: string; description: string; data: Readonly<Record<string, unknown>> }

type OfJob = Pick<Job, 'siteId' | 'jobId'>

/** Writes what is known of some items of a job, in place of what was. */
export async function writeItems(tx: Tx, { siteId, jobId }: OfJob, items: readonly JobItem[]): Promise<void> {
  if (items.length === 0) return
  const rows = items.map(({ item, subject, orderNumber, refusal }) => ({
    item,
    subject,
    order_number: orderNumber,
    refusal,
  }))
  await tx`
    insert into job_items (site_id, job_id, item, subject, order_number, refusal)
    select ${siteId}, ${jobId}, item, nullif(subject, 'null'), order_number, nullif(refusal, 'null')
      from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
             item integer, subject jsonb, order_number text, refusal jsonb
           )
        on conflict (site_id, job_id, item)
        do update
       set subject = excluded.subject, order_number = excluded.order_number, refusal = excluded.refusal`
}

/** One item, locked until the transaction ends: whoever lost the job to another worker sees what that one did. */
export async function lockItem(tx: Tx, { siteId, jobId }: OfJob, item: number): Promise<JobItem> {
  const [row] = await tx<JobItem[]>`
    select item, subject, order_number, refusal
      from job_items
     where site_id = ${siteId}
       and job_id = ${jobId}
       and item = ${item}
       for update`
  if (!row) throw new Error(`job ${jobId} has no item ${item}`)
  return row
}

/** Those of a job that were refused, in the order in which they were named. */
export async function listRefused(
  db: Db,
  { siteId, jobId }: OfJob,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: JobItem[]; total: number }> {
  const [counted, items] = await Promise.all([
    db<{ total: number }[]>`
      select count(*) as total
        from job_items
       where site_id = ${siteId}
         and job_id = ${jobId}
         and refusal is not null`,
    db<JobItem[]>`
      select item, subject, order_number, refusal
        from job_items
       where site_id = ${siteId}
         and job_id = ${jobId}
         and refusal is not null
       order by item
       limit ${limit}
      offset ${offset}`,
  ])
  return { items: [...items], total: counted[0]?.total ?? 0 }
}
