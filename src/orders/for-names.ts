import type { Sql, Tx } from '../db/connect.ts'
import { brokenConstraint, inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { lockItem, writeItems } from '../queue/items.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue, findJob } from '../queue/store.ts'
import { Refusal } from '../refusals.ts'
import { EXPIRY_ROUNDS_MAX } from '../ticket-reservations/expire.ts'
import { statusAt, type WantedLine } from '../ticket-reservations/model.ts'
import { reserve } from '../ticket-reservations/reserve.ts'
import { findReservation, transition } from '../ticket-reservations/store.ts'
import { refuseBypass } from '../ticket-reservations/wire.ts'
import { jobOfCaller, refusedBy } from './bulk.ts'
import { checkOut } from './checkout.ts'
import { countItems } from './for-names-store.ts'

/** How many may get an order of one request. */
export const NAMES_MAX = 50

export type Named = { firstName: string; lastName: string; email: string }
/** `PAID`: the money has come elsewhere; `IN_PERSON`: it is taken later. */
export const NAMES_PAYMENTS = ['PAID', 'IN_PERSON'] as const

/** What each of them gets. */
type Wanted = {
  eventId: string
  lines: WantedLine[]
  couponCode: string | null
  silent: boolean
  payment: (typeof NAMES_PAYMENTS)[number]
}
/** Who asked is kept, so that it is sold as by that person. */
export type NamesPayload = Wanted & { identity: Identity; total: number }

type Caller = { identity: Identity; now: Date }

/** What is known of somebody who has no order yet; with the tickets that are held for them meanwhile. */
type Subject = Named & { ticketReservationId?: string }

/**
 * Enqueues an order of the same tickets for each of `names`, by the way of every other one: held, then checked out. What
 * is not there for one is not sold, and that one is refused.
 * @param jobId chosen by the caller, so that a request that is sent again makes nothing twice; null: a new one
 * @returns the job; of one that was sent before, that one, whatever it says
 * @throws Refusal EVENT_NOT_FOUND, PERMISSION_DENIED; ALREADY_EXISTS when other work has the id
 */
export async function sellToNamesLater(
  sql: Sql,
  { jobId, names, ...wanted }: Wanted & { jobId: string | null; names: readonly Named[] },
  { identity, now }: Caller,
): Promise<Job> {
  const { siteId } = identity
  const event = await getEvent(sql, siteId, wanted.eventId)
  refuseOtherEvents(identity, event.eventId)
  refuseBypass(wishOf(wanted, { identity, now }))
  const payload: NamesPayload = { ...wanted, identity, total: names.length }
  try {
    return await inTransaction(sql, async tx => {
      const job = { siteId, kind: nameJobs.name, payload, actor: actorOf(identity), ...(jobId !== null && { jobId }) }
      const [id] = await enqueue(tx, [job], now)
      if (id === undefined) throw new Error('a job was enqueued without an id')
      const items = names.map((subject, item) => ({ item, subject, orderNumber: null, refusal: null }))
      await writeItems(tx, { siteId, jobId: id }, items)
      return jobOfCaller(tx, identity, { jobId: id, kind: nameJobs.name })
    })
  } catch (error) {
    if (jobId === null || brokenConstraint(error) !== 'jobs_pkey') throw error
    if ((await findJob(sql, siteId, jobId))?.kind !== nameJobs.name)
      throw new Refusal('ALREADY_EXISTS', 'Other work has this id.', { id: jobId })
    return jobOfCaller(sql, identity, { jobId, kind: nameJobs.name })
  }
}

/** The job: a few names at a time, each in transactions of its own, for holding and checking out lock in other orders. */
export const nameJobs: JobKind = {
  name: 'order.for_names',
  attemptsMax: 10,
  work: async (job, now, sql) => {
    const piece = await sellToNext(sql, job, now)
    return async () => piece
  },
}

async function sellToNext(sql: Sql, job: Job, now: Date): Promise<Piece> {
  const payload = job.payload as NamesPayload // written by `sellToNamesLater` alone
  const from = (job.position as number | null) ?? 0 // written below alone
  const next = Math.min(from + NAMES_AT_ONCE, payload.total)
  for (let item = from; item < next; item += 1) await sellTo(sql, { job, payload, item }, now)
  // Counted anew, for a piece that was begun before may have done some of it.
  const { done, refused } = await countItems(sql, job, { from, to: next })
  return { progress: { done, refused }, position: next < payload.total ? next : null }
}

const NAMES_AT_ONCE = 10

type One = { job: Job; payload: NamesPayload; item: number }

/** Done twice, it sells nothing the second time: what is held and what was sold is written down with it. */
async function sellTo(sql: Sql, one: One, now: Date): Promise<void> {
  const held = await hold(sql, one, now)
  if (held !== null) await inTransaction(sql, tx => checkOutHeld(tx, one, held, now))
}

/** The tickets held for somebody; null: nothing is to be done any more. */
async function hold(sql: Sql, { job, payload, item }: One, now: Date): Promise<string | null> {
  const { siteId } = job
  for (let round = 1; ; round += 1) {
    const outcome = await inTransaction(sql, async tx => {
      const { subject, orderNumber, refusal } = await lockItem(tx, job, item)
      if (orderNumber !== null || refusal !== null) return null
      const named = subject as Subject // written by `sellToNamesLater` and below
      const before = named.ticketReservationId
      const kept = before === undefined ? null : await findReservation(tx, siteId, before)
      if (kept && statusAt(kept, now) === 'PENDING') return kept.ticketReservationId
      const { decided, mayBeMore } = await reserve(tx, siteId, [wishOf(payload, { identity: payload.identity, now })])
      const [reservation] = decided
      if (!reservation) throw new Error('a request was left without an outcome')
      if (!(reservation instanceof Error)) {
        const { ticketReservationId } = reservation
        await writeItems(tx, job, [{ item, subject: { ...named, ticketReservationId }, orderNumber, refusal }])
        return ticketReservationId
      }
      // What was overdue is given back by now, and there may be more of it.
      if (mayBeMore && round < EXPIRY_ROUNDS_MAX) return 'AGAIN' as const
      await writeItems(tx, job, [{ item, subject, orderNumber, refusal: refusedBy(reservation) }])
      return null
    })
    if (outcome !== 'AGAIN') return outcome
  }
}

/** Makes the order; who cannot get one gives the tickets back. */
async function checkOutHeld(
  tx: Tx,
  { job, payload, item }: One,
  ticketReservationId: string,
  now: Date,
): Promise<void> {
  const { siteId } = job
  const { identity, eventId, couponCode, silent, payment } = payload
  const { subject, orderNumber, refusal } = await lockItem(tx, job, item)
  if (orderNumber !== null || refusal !== null) return
  const { firstName, lastName, email } = subject as Subject // written by `sellToNamesLater` and `hold`
  const inputValues = Object.entries({ firstName, lastName, email }).map(([inputName, value]) => ({ inputName, value }))
  const [outcome] = await checkOut(
    tx,
    siteId,
    [
      {
        identity,
        now,
        eventId,
        ticketReservationId,
        guests: [{ inputValues }],
        buyer: null,
        memberId: null,
        couponCode,
        paidPlanBenefit: null,
        silent,
        payInPerson: payment === 'IN_PERSON',
        markAsPaid: payment === 'PAID',
        // What else is asked, nobody here has been asked.
        ignoreFormValidation: true,
        marketingConsent: false,
        language: null,
      },
    ],
    NO_FEE,
  )
  if (!outcome) throw new Error('a checkout was left without an outcome')
  if (outcome instanceof Error) {
    const why = refusedBy(outcome)
    await transition(tx, {
      siteId,
      named: [{ ticketReservationId, actor: actorOf(identity) }],
      from: ['PENDING'],
      to: 'CANCELED_MANUALLY',
      now,
    })
    await writeItems(tx, job, [{ item, subject: { firstName, lastName, email }, orderNumber, refusal: why }])
    return
  }
  await writeItems(tx, job, [{ item, subject: null, orderNumber: outcome.order.orderNumber, refusal }])
}

/** What is not paid online has none (R47). */
const NO_FEE = '0'

function wishOf({ lines, eventId }: Pick<Wanted, 'lines' | 'eventId'>, { identity, now }: Caller) {
  return {
    identity,
    now,
    lines,
    eventId,
    // The limit of tickets holds here, too: nobody is sold one that there is not.
    limitsBypassed: false,
    hiddenAllowed: allows(identity, 'BYPASS_SALE_RULES'),
    extendedFields: null,
    tags: [],
    privateTags: [],
  }
}
