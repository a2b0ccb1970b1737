import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { Refusal } from '../refusals.ts'
import { dropDelivery, wantDeliveries } from './delivery-store.ts'
import type { EventType } from './event-types.ts'
import { type FactPosition, findLatestFact, listFactsWithin } from './facts-store.ts'
import { type DeliveryInFull, getDelivery } from './log-store.ts'
import { kindsTelling } from './model.ts'
import type { Surroundings } from './states.ts'
import { lockSubscription, tryToLockSubscription } from './store.ts'
import { tellFacts } from './tell-facts.ts'

type By = { identity: Identity; now: Date }

/**
 * Sends one delivery once more, under its old id: at once, and if need be on the whole schedule again. One that waits
 * stays as it is.
 * @throws Refusal WEBHOOK_DELIVERY_NOT_FOUND
 */
export async function replayDelivery(tx: Tx, deliveryId: string, { identity, now }: By): Promise<DeliveryInFull> {
  const { siteId } = identity
  const { subscriptionId } = await getDelivery(tx, siteId, deliveryId)
  await lockSubscription(tx, siteId, subscriptionId)
  const delivery = await getDelivery(tx, siteId, deliveryId)
  await wantDeliveries(tx, siteId, { wanted: [delivery], again: true, now })
  return getDelivery(tx, siteId, deliveryId)
}

/** Gives up a delivery that waits, so that what waits for it goes on. @throws Refusal FAILED_PRECONDITION for any other */
export async function giveUpDelivery(tx: Tx, deliveryId: string, { identity, now }: By): Promise<DeliveryInFull> {
  const { siteId } = identity
  const { subscriptionId } = await getDelivery(tx, siteId, deliveryId)
  await lockSubscription(tx, siteId, subscriptionId)
  if (!(await dropDelivery(tx, { siteId, subscriptionId, deliveryId, now })))
    throw new Refusal('FAILED_PRECONDITION', 'Only a delivery that waits can be given up.')
  return getDelivery(tx, siteId, deliveryId)
}

export type Range = { from: Date; until: Date; eventTypes: readonly EventType[] | null }

/**
 * Tells a subscription once more, in the background, what happened within a range of time: also what is not kept any
 * more, and what happened before there was this subscription.
 */
export async function replayRange(
  tx: Tx,
  subscriptionId: string,
  { from, until, eventTypes }: Range,
  { identity, now }: By,
): Promise<string> {
  const { siteId } = identity
  const subscription = await lockSubscription(tx, siteId, subscriptionId)
  const payload: Replay = {
    subscriptionId,
    from: from.toISOString(),
    until: until.toISOString(),
    eventTypes: eventTypes ?? subscription.eventTypes,
  }
  const [jobId] = await enqueue(tx, [{ siteId, kind: REPLAY_JOB, payload, actor: actorOf(identity) }], now)
  if (jobId === undefined) throw new Error('a job was enqueued without an id')
  return jobId
}

type Replay = { subscriptionId: string; from: string; until: string; eventTypes: readonly EventType[] }

const REPLAY_JOB = 'webhook.replay'

/** The jobs that tell a range once more, so many facts at a time. */
export function replayJobs(surroundings: Surroundings): JobKind {
  return {
    name: REPLAY_JOB,
    attemptsMax: 10,
    work: async (job, now) => tx => replayNext(tx, job, { ...surroundings, now }),
  }
}

async function replayNext(tx: Tx, job: Job, at: Surroundings & { now: Date }): Promise<Piece> {
  const { siteId } = job
  const { subscriptionId, from, until, eventTypes } = job.payload as Replay // written by `replayRange` alone
  if (!(await tryToLockSubscription(tx, siteId, subscriptionId))) return { progress: {}, position: null }
  const wanted = new Set<string>(eventTypes)
  const facts = await listFactsWithin(tx, siteId, {
    kinds: kindsTelling(wanted),
    from: new Date(from),
    until: new Date(until),
    after: job.position as FactPosition | null, // written below alone
    limit: FACTS_MAX,
  })
  const deliveries = await tellFacts(tx, { siteId, facts, wanted, subscriptionId }, at)
  const last = facts.length < FACTS_MAX ? undefined : facts.at(-1)
  const position: FactPosition | null = last ? { xact: last.xact, activityId: last.activityId } : null
  return { progress: { facts: facts.length, deliveries }, position }
}

const FACTS_MAX = 200

/**
 * Tells a subscription the latest fact of a type once more, to see whether it arrives.
 * @throws Refusal FAILED_PRECONDITION where nothing of the kind has happened lately
 */
export async function tellLatest(
  tx: Tx,
  subscriptionId: string,
  eventType: EventType | null,
  { identity, now, ...surroundings }: By & Surroundings,
): Promise<number> {
  const { siteId } = identity
  const { eventTypes } = await lockSubscription(tx, siteId, subscriptionId)
  if (eventType !== null && !eventTypes.includes(eventType))
    throw new Refusal('FAILED_PRECONDITION', 'The webhook is not told this type.', { eventType })
  const wanted = new Set<string>(eventType === null ? eventTypes : [eventType])
  const fact = await findLatestFact(tx, siteId, kindsTelling(wanted))
  const told = fact
    ? await tellFacts(tx, { siteId, facts: [fact], wanted, subscriptionId }, { ...surroundings, now })
    : 0
  if (told === 0)
    throw new Refusal('FAILED_PRECONDITION', 'Nothing of these types has happened lately that could be told.')
  return told
}
