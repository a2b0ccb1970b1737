import { type Static, Type } from 'typebox'
import { cursorOfNow, type Followed, listActivitiesAfter, parseCursor } from '../activity/follow.ts'
import { ENTITY_KINDS } from '../activity/record.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { invalid } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, ListOf, OneOf, Text } from '../wire/shapes.ts'
import { type Concerned, listConcerned } from './store.ts'
import { createWaiting } from './waiting.ts'

const ChangeOut = Type.Object({
  kind: Type.String(),
  entityKind: Type.String(),
  entityId: Type.String(),
  sequence: Type.Integer(),
  deleted: Type.Boolean(),
  occurredDate: InstantOut,
  eventId: Type.Optional(Type.String()),
  ticketDefinitionIds: Type.Array(Type.String()),
})

/** Where to begin at the first change that there ever was. */
const BEGINNING = 'BEGINNING'

/** What changed, for another system that follows: of our own API. The contract with who reads it: docs/changes.md. */
export function changeRoutes({ sql }: Deps) {
  return async (app: App) => {
    const waiting = createWaiting(sql)
    app.addHook('preClose', async () => waiting.stop())

    app.get(
      '/boxoffice/v1/changes',
      {
        schema: {
          querystring: Type.Object({
            after: Type.Optional(Text(1, 200)),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
            entityKinds: ListOf(OneOf(ENTITY_KINDS), ENTITY_KINDS.length),
            waitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 25 })),
          }),
          response: {
            200: Type.Object({ changes: Type.Array(ChangeOut), cursor: Type.String(), hasMore: Type.Boolean() }),
          },
        },
        config: { permission: 'READ_CHANGES' },
      },
      async request => {
        const { siteId } = request.identity
        const { after, limit = 100, entityKinds = null, waitSeconds = 0 } = request.query
        if (after === undefined) return { changes: [], cursor: await cursorOfNow(sql), hasMore: false }
        if (after !== BEGINNING && parseCursor(after) === null)
          throw invalid('after', `must be a cursor that an answer gave, or ${BEGINNING}`, 'CURSOR')
        const wanted = { siteId, after: after === BEGINNING ? null : after, limit, entityKinds }
        const until = performance.now() + waitSeconds * 1000
        for (;;) {
          const news = waiting.next()
          const followed = await listActivitiesAfter(sql, wanted)
          const seconds = (until - performance.now()) / 1000
          const isEmpty = followed.activities.length === 0 && !followed.hasMore
          if (!isEmpty || seconds <= 0 || isGone(request) || !(await waiting.for(news, seconds)))
            return toWire(followed, await listConcerned(sql, siteId, followed.activities))
          wanted.after = followed.cursor
        }
      },
    )
  }
}

function toWire({ activities, cursor, hasMore }: Followed, concerned: ReadonlyMap<number, Concerned>) {
  const changes: Static<typeof ChangeOut>[] = activities.map(each => {
    const { eventId = null, ticketDefinitionIds = [] } = concerned.get(each.activityId) ?? {}
    return {
      kind: each.kind,
      entityKind: each.entityKind,
      entityId: each.entityId,
      sequence: each.sequence,
      deleted: each.kind === `${each.entityKind}.deleted`,
      occurredDate: each.occurredAt,
      ...present({ eventId }),
      ticketDefinitionIds,
    }
  })
  return { changes, cursor: cursor ?? BEGINNING, hasMore }
}
