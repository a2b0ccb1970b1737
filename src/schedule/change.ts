import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { nextSequence } from './store.ts'

/** What a change of an event's schedule tells the history; null when nothing was changed after all. */
export type Told = { kind: `schedule.${string}`; data?: Record<string, unknown> } | null

/**
 * Runs one change of an event's schedule: under the event's lock, with one activity in the schedule's history, which
 * belongs to the event because a schedule is no thing of its own.
 * @throws Refusal EVENT_NOT_FOUND
 */
export async function changeSchedule<T>(
  tx: Tx,
  eventId: string,
  identity: Identity,
  now: Date,
  change: () => Promise<{ result: T; told: Told }>,
): Promise<T> {
  const { siteId } = identity
  await lockEvent(tx, siteId, eventId)
  const { result, told } = await change()
  if (told)
    await record(tx, [
      {
        siteId,
        entityKind: 'schedule',
        entityId: eventId,
        sequence: await nextSequence(tx, siteId, eventId),
        ...told,
        actor: actorOf(identity),
        occurredAt: now,
      },
    ])
  return result
}
