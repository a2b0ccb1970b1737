import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { visibleEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { plainWords } from '../wire/plain-words.ts'
import { CommonMoneyOut, Guid, Instant, InstantOut, Maybe, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { countFoundEvents, listFoundEvents } from './found.ts'
import { EVENT_STATUSES } from './model.ts'
import { EventOut } from './schemas.ts'
import { showEvents } from './show.ts'
import { gatherToday } from './today.ts'

/** What the organizer's desk shows of all events: of our own API, for the contract's queries know no words and no days. */
export function deskEventRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/events',
      {
        schema: {
          querystring: Type.Object({
            q: Maybe(Text(0, 100)),
            status: Maybe(OneOf(EVENT_STATUSES)),
            category: Maybe(Guid),
            from: Maybe(Instant),
            to: Maybe(Instant),
            ...pageIn(500),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              /** Of those found in any status. */
              counts: Type.Record(Type.String(), Type.Integer()),
              events: Type.Array(EventOut),
            }),
          },
        },
        config: { permission: 'READ_EVENT_DASHBOARD' },
      },
      async ({ query, identity, now }) => {
        const { limit = 50, offset = 0, q, status, category, from, to } = query
        const search = {
          siteId: identity.siteId,
          eventIds: visibleEvents(identity, []),
          withDrafts: allows(identity, 'READ_DRAFT_EVENTS'),
          words: plainWords(q ?? ''),
          status: status ?? null,
          categoryId: category?.toLowerCase() ?? null,
          from: from ? new Date(from) : null,
          to: to ? new Date(to) : null,
        }
        const [counted, found] = await Promise.all([
          countFoundEvents(sql, search, now),
          limit > 0 ? listFoundEvents(sql, search, { limit, offset }, now) : [],
        ])
        const counts = Object.fromEntries(counted.map(each => [each.status, each.count]))
        const total = counted.reduce((sum, each) => sum + (!status || each.status === status ? each.count : 0), 0)
        return {
          total,
          offset,
          limit,
          counts,
          events: await showEvents(sql, found, { identity, now, publicUrl, fields: FIELDSETS }),
        }
      },
    )

    app.get(
      '/boxoffice/v1/today',
      {
        schema: {
          querystring: Type.Object({ eventId: Maybe(Guid) }),
          response: {
            200: Type.Object({
              /** When the day began, where the site is. */
              from: InstantOut,
              orders: Type.Integer(),
              tickets: Type.Integer(),
              revenue: Type.Array(CommonMoneyOut),
              events: Type.Array(
                Type.Object({
                  eventId: Type.String(),
                  title: Type.String(),
                  orders: Type.Integer(),
                  tickets: Type.Integer(),
                  revenue: CommonMoneyOut,
                }),
              ),
            }),
          },
        },
        config: { permission: 'READ_EVENT_DASHBOARD' },
      },
      ({ query, identity, now }) => {
        const eventIds = visibleEvents(identity, query.eventId ? [query.eventId.toLowerCase()] : [])
        return gatherToday(sql, { siteId: identity.siteId, eventIds }, now)
      },
    )
  }
}

const FIELDSETS = ['DETAILS', 'REGISTRATION', 'URLS', 'DASHBOARD'] as const
