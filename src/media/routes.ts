import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { baseOf } from '../sites/hosts.ts'
import { Guid, OneOf } from '../wire/shapes.ts'
import { keepPicture } from './keep.ts'
import { BYTES_MAX, type Media, PICTURE_FORMATS, pathOf } from './model.ts'
import { rememberPictures } from './remembered.ts'
import { findBytes } from './store.ts'

/** As an event's `mainImage` takes it. */
const ImageOut = Type.Object({
  id: Type.String(),
  url: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
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

    const pictures = rememberPictures(named => findBytes(sql, named))

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
        const bytes = await pictures({ siteId: siteId.toLowerCase(), mediaId: mediaId.toLowerCase(), format })
        if (!bytes) throw new Refusal('NOT_FOUND', 'There is no such picture.')
        return reply
          .header('content-type', `image/${format}`)
          .header('cache-control', 'public, max-age=31536000, immutable')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cross-origin-resource-policy', 'cross-origin')
          .send(bytes)
      },
    )

    function toWire(media: Media): Static<typeof ImageOut> {
      const id = pathOf(media)
      return { id, url: `${baseOf(media.siteId, publicUrl)}/${id}`, width: media.width, height: media.height }
    }
  }
}
