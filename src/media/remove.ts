import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { deleteMedia, listUses, lockMedia, type NamedMedia } from './store.ts'

/**
 * Removes a picture that nothing shows. Who chooses it for an event at this moment waits, and is told that it is gone.
 * @throws Refusal NOT_FOUND, MEDIA_IN_USE
 */
export async function removePicture(tx: Tx, mediaId: string, identity: Identity, now: Date): Promise<NamedMedia> {
  const { siteId } = identity
  const media = await lockMedia(tx, siteId, mediaId)
  if (!media) throw new Refusal('NOT_FOUND', 'There is no such picture.', { mediaId })
  const [use] = await listUses(tx, siteId, [mediaId])
  if (use)
    throw new Refusal('MEDIA_IN_USE', 'The picture is shown. Take it out there first.', {
      uses: use.total,
      kind: use.kind,
      eventId: use.eventId,
      name: use.name,
    })
  await deleteMedia(tx, siteId, mediaId)
  const about = { siteId, entityKind: 'media', entityId: mediaId, sequence: 2 } as const
  await record(tx, [{ ...about, kind: 'media.deleted', actor: actorOf(identity), occurredAt: now }])
  return media
}
