import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { lockSiteSettings, setSiteSettings } from '../sites/store.ts'
import { refuseStale } from '../wire/revision.ts'

/**
 * Changes whether online payments are authorized first, all there is to change (events 10.4); payments that were begun
 * stay what they are.
 * @param wanted.delayedCapture null: as it is
 * @throws Refusal ABORTED for an old revision (events 10.5)
 */
export async function updateSettings(
  tx: Tx,
  wanted: { revision: string; delayedCapture: boolean | null },
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = identity
  const stored = await lockSiteSettings(tx, siteId)
  const revision = stored.changes + 1
  refuseStale(revision, wanted.revision)
  const delayedCapture = wanted.delayedCapture ?? stored.delayedCapture
  await setSiteSettings(tx, { siteId, delayedCapture, now })
  await record(tx, [
    {
      siteId,
      entityKind: 'events_settings',
      entityId: siteId,
      sequence: revision,
      kind: 'events_settings.updated',
      data: { delayedCapture },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
