import { hash as digest } from 'node:crypto'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { BYTES_MAX, type Media, PIXELS_MAX, type PictureProblem, SIDE_MAX, SITE_BYTES_MAX } from './model.ts'
import { pictureOf } from './picture.ts'
import { countBytes, findMediaByHash, insertMedia } from './store.ts'

/**
 * Keeps what was uploaded if it is a picture, without what a camera wrote beside it; the same one is kept once.
 * @throws Refusal IMAGE_NOT_USABLE, MEDIA_LIMIT_REACHED
 */
export async function keepPicture(tx: Tx, uploaded: Buffer, identity: Identity, now: Date): Promise<Media> {
  const picture = pictureOf(uploaded)
  if (typeof picture === 'string')
    throw new Refusal('IMAGE_NOT_USABLE', EXPECTED[picture], {
      reason: picture,
      ...(picture === 'PIXELS' && { sideMax: SIDE_MAX, pixelsMax: PIXELS_MAX }),
    })
  const { siteId } = identity
  const hash = digest('sha256', picture.bytes, 'buffer')
  const known = await findMediaByHash(tx, siteId, hash)
  if (known) return known
  if ((await countBytes(tx, siteId)) + picture.bytes.length > SITE_BYTES_MAX)
    throw new Refusal('MEDIA_LIMIT_REACHED', 'The site has no more room for pictures.', { bytesMax: SITE_BYTES_MAX })
  const kept = await insertMedia(tx, { ...picture, siteId, mediaId: newGuid(), hash }, now)
  if (!kept) {
    // Somebody uploads the same one at this moment, and has committed by now.
    const theirs = await findMediaByHash(tx, siteId, hash)
    if (!theirs) throw new Error('a picture that is there once is not there')
    return theirs
  }
  const about = { siteId, entityKind: 'media', entityId: kept.mediaId, sequence: 1 } as const
  await record(tx, [{ ...about, kind: 'media.created', actor: actorOf(identity), occurredAt: now }])
  return kept
}

const EXPECTED: Readonly<Record<PictureProblem, string>> = {
  FORMAT: `This is no JPEG, PNG, WebP or AVIF picture of at most ${BYTES_MAX / 1024 ** 2} MB.`,
  BROKEN: 'The picture is damaged: it ends too early or contradicts itself.',
  PIXELS: `The picture has too many pixels: ${SIDE_MAX} on a side and ${PIXELS_MAX / 1e6} million in all are the most.`,
}
