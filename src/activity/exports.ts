import type { Db } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { type Actor, record } from './record.ts'

/**
 * Writes down that somebody takes a list or a report as a file: which, and how it was asked for; never what is in it.
 * @param list    what it is of: `orders`, `check-ins`, `activities`
 * @param members those of `query` that its route has judged; whatever else was sent is not kept
 */
export async function recordExport(
  db: Db,
  { siteId, list, query, members }: { siteId: string; list: string; query: object; members: readonly string[] },
  { actor, now }: { actor: Actor; now: Date },
): Promise<void> {
  const { eventId, ...asked } = Object.fromEntries(Object.entries(query).filter(([name]) => members.includes(name)))
  const eventIds = [eventId ?? []].flat()
  await record(db, [
    {
      siteId,
      entityKind: 'export',
      entityId: newGuid(),
      sequence: 1,
      kind: 'export.created',
      // What is of one event belongs to it.
      data: {
        list,
        ...asked,
        ...(eventIds.length === 1 ? { eventId: eventIds[0].toLowerCase() } : eventIds.length > 1 && { eventIds }),
      },
      actor,
      occurredAt: now,
    },
  ])
}
