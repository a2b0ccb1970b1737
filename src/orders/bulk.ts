import type { Db, Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { resendOrder } from '../notifications/resend.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue, findJob } from '../queue/store.ts'
import { Refusal } from '../refusals.ts'
import { archiveOrders, releaseToRestore } from './archive.ts'
import { confirmOrders } from './confirm.ts'
import { findOrder } from './store.ts'

export const BULK_ACTIONS = ['ARCHIVE', 'UNARCHIVE', 'CONFIRM', 'RESEND'] as const
type BulkAction = (typeof BULK_ACTIONS)[number]

/** What one bulk may be about. */
export const BULK_ORDERS_MAX = 10_000

/** Who asked is kept, so that it is done as that person. What they may was judged when they asked. */
export type BulkPayload = { action: BulkAction; orderNumbers: readonly string[]; identity: Identity }

/** Enqueues the same action for many orders, each by itself: what one's state does not allow is counted and left out. */
export async function changeOrdersLater(
  tx: Tx,
  { action, orderNumbers }: Pick<BulkPayload, 'action' | 'orderNumbers'>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Job> {
  const { siteId } = identity
  const payload: BulkPayload = { action, orderNumbers, identity }
  const [jobId] = await enqueue(tx, [{ siteId, kind: orderJobs.name, payload, actor: actorOf(identity) }], now)
  if (jobId === undefined) throw new Error('a job was enqueued without an id')
  return bulkJobOf(tx, siteId, jobId)
}

/** @throws Refusal JOB_NOT_FOUND */
export async function bulkJobOf(db: Db, siteId: string, jobId: string): Promise<Job> {
  const job = await findJob(db, siteId, jobId)
  if (job?.kind !== orderJobs.name) throw new Refusal('JOB_NOT_FOUND', 'There is no such job.', { jobId })
  return job
}

/** The job: so many orders at a time, in a transaction each, for orders are locked in the order of their numbers. */
export const orderJobs: JobKind = {
  name: 'order.bulk',
  attemptsMax: 10,
  work: async (job, now, sql) => {
    const piece = await changeNext(sql, job, now)
    return async () => piece
  },
}

async function changeNext(sql: Sql, { payload, position, jobId }: Job, now: Date): Promise<Piece> {
  const { action, orderNumbers, identity } = payload as BulkPayload // written by `changeOrdersLater` alone
  const from = (position as number | null) ?? 0 // written below alone
  const named = orderNumbers.slice(from, from + ORDERS_AT_ONCE)
  let refused = 0
  for (const orderNumber of named) {
    try {
      if (action === 'UNARCHIVE') await releaseToRestore(sql, identity.siteId, { orderNumbers: [orderNumber], now })
      await inTransaction(sql, tx => change(tx, action, { orderNumber, jobId }, { identity, now }))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'UNAVAILABLE') throw error
      refused += 1
    }
  }
  const next = from + named.length
  return { progress: { done: named.length, refused }, position: next < orderNumbers.length ? next : null }
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
