import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { plainWords } from '../wire/plain-words.ts'
import { Guid, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import { EventOut } from './schemas.ts'
import { showEvents } from './show.ts'
import { listEventsById } from './store.ts'
import { listUpcoming, listUpcomingCategories } from './upcoming.ts'

/** Shows on one page of the list. */
const PAGE_SIZE = 24
const PAGES_MAX = 1000

const UpcomingOut = Type.Object({
  shows: Type.Array(
    Type.Object({
      event: EventOut,
      /** Of a recurring event: how many later dates it has. */
      moreDates: Type.Integer(),
      /** When the next of its tickets go on sale. */
      nextSaleDate: Type.Optional(InstantOut),
    }),
  ),
  categories: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  total: Type.Integer(),
  page: Type.Integer(),
  pageSize: Type.Integer(),
})

/** What is on, as the list of events shows it: of our own API, for the contract's queries know neither words nor series. */
export function upcomingRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/upcoming-events',
      {
        schema: {
          querystring: Type.Object({
            q: Maybe(Text(0, 100)),
            category: Maybe(Guid),
            page: Maybe(Type.Integer({ minimum: 1, maximum: PAGES_MAX })),
          }),
          response: { 200: UpcomingOut },
        },
        config: { permission: 'READ_EVENTS' },
      },
      async ({ query, identity, now }) => {
        const { siteId } = identity
        const page = query.page ?? 1
        const [{ shows, total }, categories] = await Promise.all([
          listUpcoming(
            sql,
            siteId,
            {
              words: plainWords(query.q ?? ''),
              categoryId: query.category?.toLowerCase() ?? null,
              limit: PAGE_SIZE,
              offset: (page - 1) * PAGE_SIZE,
            },
            now,
          ),
          listUpcomingCategories(sql, siteId, now),
        ])
        const stored = await listEventsById(
          sql,
          siteId,
          shows.map(({ eventId }) => eventId),
        )
        const fields = ['DETAILS', 'REGISTRATION'] as const
        const events = await showEvents(sql, stored, { identity, now, publicUrl, fields })
        const byId = new Map(events.map(event => [event.id, event]))
        return {
          shows: shows.flatMap(({ eventId, moreDates, nextSaleAt }) => {
            const event = byId.get(eventId) // deleted this moment, it is none
            return event ? [{ event, moreDates, ...(nextSaleAt && { nextSaleDate: nextSaleAt }) }] : []
          }),
          categories,
          total,
          page,
          pageSize: PAGE_SIZE,
        }
      },
    )
  }
}
