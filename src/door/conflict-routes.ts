import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { isGuid } from '../ids.ts'
import { invalid, Refusal } from '../refusals.ts'
import { Guid, OneOf, Text } from '../wire/shapes.ts'
import { boundedByDevice } from './bounds.ts'
import { getDoorEvent } from './events.ts'
import { whoOf } from './scan.ts'
import { type ConflictPlace, findConflict, listConflicts, resolveConflicts } from './store.ts'
import { tellConflicts } from './told.ts'
import { ConflictOut } from './wire.ts'

/** Who came in and should not have: which ticket, where, when, by whom (docs/door.md). */
export function doorConflictRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/door/events/:eventId/conflicts'

    app.get(
      path,
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          querystring: Type.Object({
            state: Type.Optional(OneOf(['OPEN', 'RESOLVED'])),
            after: Type.Optional(Text(1, 200)),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          }),
          response: {
            200: Type.Object({ conflicts: Type.Array(ConflictOut), cursor: Type.Optional(Type.String()) }),
          },
        },
        config: boundedByDevice(120),
      },
      async ({ params, query: { state, after, limit = 100 }, identity }) => {
        const event = await getDoorEvent(sql, params.eventId, identity)
        const before = after === undefined ? null : parsePlace(after)
        if (after !== undefined && before === null)
          throw invalid('after', 'must be a cursor that an answer gave', 'CURSOR')
        const isOpen = state === undefined ? null : state === 'OPEN'
        const found = await listConflicts(sql, event, { isOpen, before, limit })
        const last = found.length === limit ? found.at(-1) : undefined
        return { conflicts: await tellConflicts(sql, event, found), ...(last && { cursor: spellPlace(last) }) }
      },
    )

    app.post(
      `${path}/:conflictId/resolve`,
      {
        schema: {
          params: Type.Object({ eventId: Guid, conflictId: Guid }),
          response: { 200: Type.Object({ conflict: ConflictOut }) },
        },
        config: boundedByDevice(120),
      },
      async ({ params, identity, now }) => {
        const event = await getDoorEvent(sql, params.eventId, identity)
        const key = { siteId: event.siteId, eventId: event.eventId, conflictId: params.conflictId.toLowerCase() }
        const resolved = await inTransaction(sql, async tx => {
          await resolveConflicts(tx, event, [key.conflictId], { resolution: 'SEEN', by: whoOf(identity), now })
          return findConflict(tx, key)
        })
        const [conflict] = resolved ? await tellConflicts(sql, event, [resolved]) : []
        if (!conflict) throw new Refusal('NOT_FOUND', 'The event has no such conflict.', { conflictId: key.conflictId })
        return { conflict }
      },
    )
  }
}

function spellPlace({ openedAt, conflictId }: ConflictPlace): string {
  return Buffer.from(`${openedAt.toISOString()} ${conflictId}`).toString('base64url')
}

function parsePlace(cursor: string): ConflictPlace | null {
  const [moment = '', conflictId = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  const openedAt = new Date(moment)
  const isMoment = MOMENT.test(moment) && !Number.isNaN(openedAt.getTime())
  return isMoment && isGuid(conflictId) ? { openedAt, conflictId } : null
}

/** As we spell them, of this and the last millennium. */
const MOMENT = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
