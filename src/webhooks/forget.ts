import type { Tx } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { listEventsAbout, setPayloads } from './delivery-store.ts'
import { listFacts } from './facts-store.ts'
import { type Fact, FORGETTING_KINDS, toldOf } from './model.ts'
import { aboutOf, webhookEventsOf } from './payloads.ts'
import { guestsBehind, loadStates, type Surroundings, type Telling } from './states.ts'

/**
 * Takes people who were forgotten out of what was told of them before, whether it has arrived or still waits: it is made
 * anew of what there is now.
 */
export async function forget(
  tx: Tx,
  siteId: string,
  facts: readonly Fact[],
  at: Surroundings & { now: Date },
): Promise<void> {
  const forgetting = facts.filter(({ kind }) => FORGETTING_KINDS.includes(kind))
  const about = [...new Set(forgetting.flatMap(fact => aboutOf(fact) ?? []))]
  for (let after: string | null = null; ; ) {
    const stored = await listEventsAbout(tx, siteId, { about, after, limit: EVENTS_MAX })
    if (stored.length === 0) return
    const named = stored.map(each => ({
      entityKind: each.activityKind as Fact['entityKind'], // it was written from one
      entityId: each.activityOf,
      sequence: each.activityNumber,
    }))
    const told = await listFacts(tx, siteId, named)
    const types = new Set<string>(stored.map(({ eventType }) => eventType))
    const tellings = told.flatMap(fact => toldOf(fact, types).map((each): Telling => ({ fact, told: each })))
    const guests = tellings.some(each => each.told.guests === 'ALL' || each.told.guests === 'ATTENDING')
      ? await guestsBehind(tx, siteId, { orderNumbers: about, rsvpIds: about.filter(isGuid) })
      : []
    const made = webhookEventsOf(tellings, await loadStates(tx, siteId, tellings, at, guests))
    const known = new Set(stored.map(({ webhookEventId }) => webhookEventId))
    await setPayloads(
      tx,
      siteId,
      made.filter(({ webhookEventId }) => known.has(webhookEventId)),
    )
    after = stored.at(-1)?.webhookEventId ?? null
  }
}

/** Of one reading. */
const EVENTS_MAX = 200
