import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { Guid, Nothing } from '../wire/shapes.ts'
import { type Bookmark, countBookmarks, deleteBookmark, insertBookmark, listBookmarked } from './bookmark-store.ts'
import { itemNotFound } from './model.ts'
import { listVersions } from './store.ts'
import { ItemOut, toWire } from './wire.ts'

const SCHEDULE = '/events/v1/schedule'

/** Schedule bookmarks (events section 7): of the member who asks. */
export function bookmarkRoutes({ sql }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ itemId: Guid })

    app.get(
      `${SCHEDULE}/bookmarks`,
      {
        schema: {
          querystring: Type.Object({ eventId: Guid }),
          response: { 200: Type.Object({ items: Type.Array(ItemOut) }) },
        },
        config: { permission: 'READ_AGENDA_BOOKMARKS' },
      },
      async ({ query, identity }) => {
        const items = await listBookmarked(sql, { ...memberOf(identity), eventId: query.eventId.toLowerCase() })
        return { items: items.map(toWire) }
      },
    )

    app.post(
      `${SCHEDULE}/:itemId/bookmark`,
      {
        schema: { params, body: Type.Object({ eventId: Guid }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_AGENDA_BOOKMARKS' },
      },
      async ({ params, body, identity, now }) => {
        const bookmark = bookmarkOf(identity, { ...params, ...body })
        await inTransaction(sql, async tx => {
          // What a guest cannot see is not there (events 7.1, 7.5).
          const [item] = await listVersions(tx, { siteId: bookmark.siteId, asGuest: true }, bookmark)
          if (!item) throw itemNotFound(bookmark.itemId)
          await insertBookmark(tx, bookmark, now)
        })
        return {}
      },
    )

    app.delete(
      `${SCHEDULE}/:itemId/bookmark`,
      {
        schema: { params, querystring: Type.Object({ eventId: Guid }), response: { 200: Nothing } },
        config: { permission: 'MANAGE_AGENDA_BOOKMARKS' },
      },
      async ({ params, query, identity }) => {
        await inTransaction(sql, tx => deleteBookmark(tx, bookmarkOf(identity, { ...params, ...query })))
        return {}
      },
    )

    // Of our own API, for whoever plans the schedule.
    app.get(
      '/boxoffice/v1/events/:eventId/schedule-bookmarks',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          response: {
            200: Type.Object({
              bookmarks: Type.Array(Type.Object({ itemId: Type.String(), count: Type.Integer() })),
            }),
          },
        },
        config: { permission: 'READ_DRAFT_AGENDA' },
      },
      async ({ params: { eventId }, identity: { siteId } }) => {
        const event = await getEvent(sql, siteId, eventId)
        return { bookmarks: await countBookmarks(sql, { siteId, eventId: event.eventId, limit: COUNTED_MAX }) }
      },
    )
  }
}

/** Items whose bookmarks are counted at once: more than a page shows. */
const COUNTED_MAX = 1000

function bookmarkOf(identity: Identity, { eventId, itemId }: { eventId: string; itemId: string }): Bookmark {
  return { ...memberOf(identity), eventId: eventId.toLowerCase(), itemId: itemId.toLowerCase() }
}

/** inferred: a program that acts for no member has no bookmarks (events 7.6). */
function memberOf(identity: Identity): { siteId: string; memberId: string } {
  if (identity.kind === 'member') return { siteId: identity.siteId, memberId: identity.memberId }
  throw new Refusal('PERMISSION_DENIED', 'Only a member has bookmarks.')
}
