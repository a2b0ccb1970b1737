import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { baseOf } from '../sites/hosts.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, Nothing, OneOf, PageOut, pageIn } from '../wire/shapes.ts'
import { keepPicture } from './keep.ts'
import { BYTES_MAX, type Media, PICTURE_FORMATS, pathOf, SITE_BYTES_MAX } from './model.ts'
import { rememberPictures } from './remembered.ts'
import { removePicture } from './remove.ts'
import {
  countBytes,
  countMedia,
  findBytes,
  isKept,
  type ListedMedia,
  listMedia,
  listUses,
  type MediaUse,
} from './store.ts'

/** As an event's `mainImage` takes it. */
const ImageOut = Type.Object({
  id: Type.String(),
  url: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
})

const ListedOut = Type.Object({
  mediaId: Type.String(),
  image: ImageOut,
  /** In bytes. */
  size: Type.Integer(),
  createdDate: InstantOut,
  createdBy: Type.Optional(Type.Object({ kind: Type.String(), name: Type.Optional(Type.String()) })),
  /** Some of the places where it is shown, and how many there are. */
  uses: Type.Array(Type.Object({ kind: Type.String(), eventId: Type.String(), name: Type.String() })),
  usesTotal: Type.Integer(),
})
/** `bytes` that all of the site's pictures have, and may have. */
const MediaListOut = Type.Object({
  ...PageOut,
  bytes: Type.Integer(),
  bytesMax: Type.Integer(),
  media: Type.Array(ListedOut),
})

/** Pictures that organizers upload: of our own API, for the contract only names them. */
export function mediaRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    app.addContentTypeParser(/^image\//, { parseAs: 'buffer', bodyLimit: BYTES_MAX }, (_, body, done) =>
      done(null, body),
    )

    app.post(
      '/boxoffice/v1/media',
      {
        bodyLimit: BYTES_MAX,
        schema: {
          consumes: PICTURE_FORMATS.map(format => `image/${format}`),
          response: { 200: Type.Object({ image: ImageOut }) },
        },
        config: { permission: 'MANAGE_EVENTS' },
      },
      async ({ body, identity, now }) => {
        if (!Buffer.isBuffer(body))
          throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'A picture is sent as itself, with its own content type.')
        return { image: toWire(await inTransaction(sql, tx => keepPicture(tx, body, identity, now))) }
      },
    )

    app.get(
      '/boxoffice/v1/media',
      {
        schema: { querystring: Type.Object(pageIn(100, 1)), response: { 200: MediaListOut } },
        config: { permission: 'MANAGE_EVENTS' },
      },
      async ({ query: { limit = 50, offset = 0 }, identity: { siteId } }) => {
        const [found, total, bytes] = await Promise.all([
          listMedia(sql, siteId, { limit, offset }),
          countMedia(sql, siteId),
          countBytes(sql, siteId),
        ])
        const uses = await listUses(
          sql,
          siteId,
          found.map(({ mediaId }) => mediaId),
        )
        const usesOf = Map.groupBy(uses, ({ mediaId }) => mediaId)
        const media = found.map(each => toListed(each, usesOf.get(each.mediaId) ?? []))
        return { total, offset, limit, bytes, bytesMax: SITE_BYTES_MAX, media }
      },
    )

    const pictures = rememberPictures({ read: named => findBytes(sql, named), isKept: named => isKept(sql, named) })

    app.delete(
      '/boxoffice/v1/media/:mediaId',
      {
        schema: { params: Type.Object({ mediaId: Guid }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_EVENTS' },
      },
      async ({ params, identity, now }) => {
        const removed = await inTransaction(sql, tx => removePicture(tx, params.mediaId.toLowerCase(), identity, now))
        pictures.forget(removed)
        return {}
      },
    )

    app.get(
      '/media/:siteId/:mediaId.:format',
      {
        schema: {
          hide: true, // a file, no part of the API
          params: Type.Object({ siteId: Guid, mediaId: Guid, format: OneOf(PICTURE_FORMATS) }),
        },
        config: { public: true },
      },
      async ({ params: { siteId, mediaId, format } }, reply) => {
        const bytes = await pictures.find({ siteId: siteId.toLowerCase(), mediaId: mediaId.toLowerCase(), format })
        if (!bytes) throw new Refusal('NOT_FOUND', 'There is no such picture.')
        return reply
          .header('content-type', `image/${format}`)
          .header('cache-control', 'public, max-age=31536000, immutable')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cross-origin-resource-policy', 'cross-origin')
          .send(bytes)
      },
    )

    function toListed(media: ListedMedia, uses: readonly MediaUse[]): Static<typeof ListedOut> {
      const { mediaId, size, createdAt, actorKind, actorName } = media
      return {
        mediaId,
        image: toWire(media),
        size,
        createdDate: createdAt,
        ...(actorKind && { createdBy: { kind: actorKind, ...present({ name: actorName }) } }),
        uses: uses.map(({ kind, eventId, name }) => ({ kind, eventId, name })),
        usesTotal: uses[0]?.total ?? 0,
      }
    }

    function toWire(media: Media): Static<typeof ImageOut> {
      const id = pathOf(media)
      return { id, url: `${baseOf(media.siteId, publicUrl)}/${id}`, width: media.width, height: media.height }
    }
  }
}
