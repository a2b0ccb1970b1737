import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { changeSchedule } from './change.ts'
import { copyVersion, deleteVersion, hasUnpublishedChanges, type Version } from './store.ts'

/** Makes the published schedule equal the draft (events 6.2.3). @throws Refusal EVENT_NOT_FOUND */
export async function publishDraft(tx: Tx, eventId: string, identity: Identity, now: Date): Promise<void> {
  await replace(tx, { eventId, version: 'PUBLISHED' }, identity, now)
}

/** Makes the draft equal the published schedule again (events 6.2.3). @throws Refusal EVENT_NOT_FOUND */
export async function discardDraft(tx: Tx, eventId: string, identity: Identity, now: Date): Promise<void> {
  await replace(tx, { eventId, version: 'DRAFT' }, identity, now)
}

/** With no changes pending it succeeds and writes nothing (inferred: events 6.2.6). */
async function replace(
  tx: Tx,
  { eventId, version }: { eventId: string; version: Version },
  identity: Identity,
  now: Date,
): Promise<void> {
  const { siteId } = identity
  await changeSchedule(tx, eventId, identity, now, async () => {
    if (!(await hasUnpublishedChanges(tx, siteId, [eventId]))) return { result: undefined, told: null }
    await deleteVersion(tx, siteId, eventId, version)
    await copyVersion(tx, siteId, eventId, version)
    const kind = version === 'PUBLISHED' ? 'schedule.published' : 'schedule.draft_discarded'
    return { result: undefined, told: { kind } }
  })
}
