import type { Db, Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { resendOrder } from '../notifications/resend.ts'
import { type JobItem, type RefusedItem, writeItems } from '../queue/items.ts'
import type { Job, JobKind, Step } from '../queue/model.ts'
import { enqueue, findJob } from '../queue/store.ts'
import { InvalidRequest, Refusal } from '../refusals.ts'
import { toItemError } from '../wire/bulk.ts'
import { archiveOrders, releaseToRestore } from './archive.ts'
import { confirmOrders } from './confirm.ts'
import { findOrder } from './store.ts'

export const BULK_ACTIONS = ['ARCHIVE', 'UNARCHIVE', 'CONFIRM', 'RESEND'] as const
type BulkAction = (typeof BULK_ACTIONS)[number]

/** What one bulk may be about. */
export const BULK_ORDERS_MAX = 10_000

/** Who asked is kept, so that it is done as that person. What they may was judged when they asked. */
export type BulkPayload = { action: BulkAction; orderNumbers: readonly string[]; identity: Identity }

/** Enqueues the same action for many orders, each by itself: what one's state does not allow is left, and written down with the reason. */
export async function changeOrdersLater(
  tx: Tx,
  { action, orderNumbers }: Pick<BulkPayload, 'action' | 'orderNumbers'>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Job> {
  const { siteId } = identity
  const payload: BulkPayload = { action, orderNumbers, identity }
  const [jobId] = await enqueue(tx, [{ siteId, kind: orderJobs.name, payload, actor: actorOf(identity) }], now)
  if (jobId === undefined) throw new Error('a job was enqueued without an id')
  return jobOfCaller(tx, identity, { jobId, kind: orderJobs.name })
}

/**
 * A job of one kind that `identity` may look at: staff see what they wanted themselves, for it may name orders of events
 * that they were not given.
 * @throws Refusal JOB_NOT_FOUND
 */
export async function jobOfCaller(
  db: Db,
  identity: Identity,
  { jobId, kind }: { jobId: string; kind: string },
): Promise<Job> {
  const job = await findJob(db, identity.siteId, jobId)
  const isSeen = identity.kind !== 'staff' || job?.actor.id === identity.staffMemberId
  if (job?.kind !== kind || !isSeen) throw new Refusal('JOB_NOT_FOUND', 'There is no such job.', { jobId })
  return job
}

/** The job: so many orders at a time, in a transaction each, for orders are locked in the order of their numbers. */
export const orderJobs: JobKind = {
  name: 'order.bulk',
  attemptsMax: 10,
  work: async (job, now, sql) => changeNext(sql, job, now),
}

async function changeNext(sql: Sql, job: Job, now: Date): Promise<Step> {
  const { payload, position, jobId } = job
  const { action, orderNumbers, identity } = payload as BulkPayload // written by `changeOrdersLater` alone
  const from = (position as number | null) ?? 0 // written below alone
  const named = orderNumbers.slice(from, from + ORDERS_AT_ONCE)
  const refused: JobItem[] = []
  for (const [index, orderNumber] of named.entries()) {
    try {
      if (action === 'UNARCHIVE') await releaseToRestore(sql, identity.siteId, { orderNumbers: [orderNumber], now })
      await inTransaction(sql, tx => change(tx, action, { orderNumber, jobId }, { identity, now }))
    } catch (error) {
      refused.push({ item: from + index, subject: null, orderNumber, refusal: refusedBy(error) })
    }
  }
  const next = from + named.length
  return async tx => {
    await writeItems(tx, job, refused)
    return {
      progress: { done: named.length, refused: refused.length },
      position: next < orderNumbers.length ? next : null,
    }
  }
}

/** Why one of many was refused. @throws what is no refusal, and what may be otherwise when it is tried again */
export function refusedBy(error: unknown): RefusedItem {
  const isNo = error instanceof InvalidRequest || (error instanceof Refusal && error.code !== 'UNAVAILABLE')
  if (!isNo) throw error
  return toItemError(error)
}

const ORDERS_AT_ONCE = 25

/** Done twice, it changes nothing the second time. */
async function change(
  tx: Tx,
  action: BulkAction,
  { orderNumber, jobId }: { orderNumber: string; jobId: string },
  by: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = by.identity
  if (action === 'RESEND') {
    const fact = `order.bulk/${jobId}/${orderNumber}`
    return resendOrder(
      tx,
      { orderNumber, perHourMax: null, fact },
      { siteId, actor: actorOf(by.identity), now: by.now },
    )
  }
  const order = await findOrder(tx, siteId, orderNumber)
  if (!order) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  const named = { eventId: order.eventId, orderNumbers: [orderNumber] }
  switch (action) {
    case 'ARCHIVE':
      await archiveOrders(tx, { ...named, archived: true }, by)
      return
    case 'UNARCHIVE':
      await archiveOrders(tx, { ...named, archived: false }, by)
      return
    case 'CONFIRM':
      await confirmOrders(tx, named, by)
  }
}
