import { CLOCK } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Guest } from '../guests/model.ts'
import { enqueue } from '../queue/store.ts'
import { insertWebhookEvents, wantDeliveries } from './delivery-store.ts'
import { type Fact, toldOf } from './model.ts'
import { type WebhookEvent, webhookEventsOf } from './payloads.ts'
import { loadStates, type Surroundings, type Telling } from './states.ts'
import { lockSubscriptionsTo } from './store.ts'

export type WantedTelling = {
  siteId: string
  facts: readonly Fact[]
  wanted: ReadonlySet<string>
  /** null: all that want it. One that is named gets again what it got. */
  subscriptionId: string | null
}

/**
 * Makes events of these facts and wants their deliveries.
 * @param guestsOfEvents of all that is told of them, what is told to these guests of an event alone; null: all the rest,
 *   for the guests of an event may be many, and are told in pieces by a job (tell-guests.ts)
 * @returns how many deliveries are wanted
 */
export async function tellFacts(
  tx: Tx,
  { siteId, facts, wanted, subscriptionId }: WantedTelling,
  at: Surroundings & { now: Date },
  guestsOfEvents: readonly Guest[] | null = null,
): Promise<number> {
  const all = facts.flatMap(fact => toldOf(fact, wanted).map((told): Telling => ({ fact, told })))
  const isToMany = ({ told }: Telling) => told.guests === 'ALL' || told.guests === 'ATTENDING'
  const tellings = guestsOfEvents ? all.filter(isToMany) : all.filter(telling => !isToMany(telling))
  if (!guestsOfEvents) await tellGuestsLater(tx, siteId, { tellings: all.filter(isToMany), subscriptionId }, at.now)
  if (tellings.length === 0) return 0
  const states = await loadStates(tx, siteId, tellings, at, guestsOfEvents ?? [])
  const events = webhookEventsOf(tellings, states)
  await insertWebhookEvents(tx, siteId, events, at.now)
  return wantEvents(tx, siteId, { events, subscriptionId }, at.now)
}

async function wantEvents(
  tx: Tx,
  siteId: string,
  { events, subscriptionId }: { events: readonly WebhookEvent[]; subscriptionId: string | null },
  now: Date,
): Promise<number> {
  const types = [...new Set(events.map(({ eventType }) => eventType))]
  if (types.length === 0) return 0
  const subscriptions = (await lockSubscriptionsTo(tx, siteId, types)).filter(
    each => subscriptionId === null || each.subscriptionId === subscriptionId,
  )
  const wanted = subscriptions.flatMap(({ subscriptionId: id, eventTypes }) =>
    events.filter(({ eventType }) => eventTypes.includes(eventType)).map(event => ({ ...event, subscriptionId: id })),
  )
  return wantDeliveries(tx, siteId, { wanted, again: subscriptionId !== null, now })
}

/** The kind of the jobs that tell something to each guest of an event. */
export const TELL_GUESTS_JOB = 'webhook.tell_guests'

/** What is told, and to whom; null: to all that want it. */
export type GuestsToTell = Pick<Fact, 'entityId' | 'sequence'> & { eventType: string; subscriptionId: string | null }

async function tellGuestsLater(
  tx: Tx,
  siteId: string,
  { tellings, subscriptionId }: { tellings: readonly Telling[]; subscriptionId: string | null },
  now: Date,
): Promise<void> {
  if (tellings.length === 0) return
  const jobs = tellings.map(({ fact: { entityId, sequence }, told: { eventType } }) => {
    const payload: GuestsToTell = { entityId, sequence, eventType, subscriptionId }
    return { siteId, kind: TELL_GUESTS_JOB, payload, actor: CLOCK }
  })
  await enqueue(tx, jobs, now)
}
