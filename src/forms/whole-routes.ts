import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { getSite } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { maskPaths } from '../wire/masks.ts'
import { Revision, refuseStale } from '../wire/revision.ts'
import { FieldMask, Guid, Maybe, Text } from '../wire/shapes.ts'
import { changeForm } from './change.ts'
import { ADDABLE, CHANGEABLE, ChangedControl, type Definition, oneOf, type Relabeling } from './definitions.ts'
import { newSuffix } from './edit.ts'
import { defaultMessages, MessagesIn, mergeMessages } from './messages.ts'
import type { StoredForm } from './model.ts'
import { getForm } from './store.ts'
import { type WantedControl, withControls } from './whole.ts'
import { FormOut, toWireForm } from './wire.ts'

const { orderIndex, ...Kinds } = ChangedControl.properties
const WantedControlIn = Type.Object({ id: Maybe(Text(1, 100)), ...Kinds })
const WholeOut = Type.Object({ revision: Type.String(), form: FormOut })

/**
 * An event's form as a whole: all controls in their order, and messages, changed at once or not at all, and only as
 * somebody has seen it. Our own: the contract changes one control at a time, and the last writer wins.
 */
export function wholeFormRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/events/:eventId/form'
    const params = Type.Object({ eventId: Guid })
    const config = { permission: 'MANAGE_EVENTS' } as const
    const response = { 200: WholeOut }

    app.get(path, { schema: { params, response }, config }, async ({ params, identity }) =>
      toWire(await getForm(sql, identity.siteId, params.eventId.toLowerCase())),
    )

    app.patch(
      path,
      {
        schema: {
          params,
          body: Type.Object({
            revision: Revision,
            controls: Type.Optional(Type.Array(WantedControlIn, { minItems: 1, maxItems: CONTROLS_MAX })),
            fields: Maybe(FieldMask),
            messages: Maybe(MessagesIn),
          }),
          response,
        },
        config,
      },
      async ({ params, body: { revision, controls, fields, messages }, identity, now }) => {
        const wanted = controls?.map(wantedFromWire)
        const mask = maskPaths(fields, 'fields')
        const texts = textsIn((await getSite(sql, identity.siteId)).locale)
        const eventId = params.eventId.toLowerCase()
        const form = await inTransaction(sql, tx =>
          changeForm(tx, { identity, eventId, now, kind: 'updated' }, (before, { initialType }) => {
            refuseStale(before.revision, revision)
            return {
              ...(wanted && { controls: withControls(before, wanted, { initialType, newSuffix, texts }) }),
              ...((messages || mask.length > 0) && {
                messages: mergeMessages(before.messages, messages, { mask, defaults: defaultMessages(texts) }),
              }),
            }
          }),
        )
        return toWire(form)
      },
    )
  }
}

/** More than a form can have: its bound is of inputs, and is told in words. */
const CONTROLS_MAX = 300

function wantedFromWire({ id, ...body }: Static<typeof WantedControlIn>, index: number): WantedControl {
  const path = `controls[${index}].`
  if (id === undefined || id === null) {
    const kind = oneOf(body, ADDABLE, path)
    return { id: null, change: { kind, given: body[kind] } as Definition } // the schema judged that very member
  }
  const isKept = CHANGEABLE.every(kind => body[kind] === undefined || body[kind] === null)
  if (isKept) return { id, change: null }
  const kind = oneOf(body, CHANGEABLE, path)
  return { id, change: { kind, given: body[kind] } as Definition | Relabeling } // the same
}

function toWire(form: StoredForm): Static<typeof WholeOut> {
  return { revision: String(form.revision), form: toWireForm(form) }
}
