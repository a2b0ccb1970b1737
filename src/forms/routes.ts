import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { statusOf } from '../events/model.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { maskPaths } from '../wire/masks.ts'
import { FieldMask, Guid, Maybe, Nothing, Text } from '../wire/shapes.ts'
import { changeForm } from './change.ts'
import {
  ADDABLE,
  CHANGEABLE,
  ChangedControl,
  type Definition,
  NewControl,
  oneOf,
  type Relabeling,
} from './definitions.ts'
import { newSuffix, withControl, withControlUpdated, withoutControl } from './edit.ts'
import { defaultMessages, MessagesIn, mergeMessages } from './messages.ts'
import { getForm } from './store.ts'
import { FormOut, toWireForm } from './wire.ts'

const OfEvent = Type.Object({ eventId: Guid })
const OfControl = Type.Object({ eventId: Guid, id: Text(1, 100) })
const FormAnswer = Type.Object({ form: FormOut })

/** The registration form of an event (events section 4); it is published with every change. */
export function formRoutes({ sql }: Deps) {
  return async (app: App) => {
    const manage = { permission: 'MANAGE_EVENTS' } as const
    const path = '/events/v1/events/:eventId/form'

    app.get(
      path,
      {
        schema: { params: OfEvent, response: { 200: Type.Object({ form: FormOut, draftForm: FormOut }) } },
        config: { permission: 'READ_EVENTS' },
      },
      async ({ params, identity, now }) => {
        const event = await getEvent(sql, identity.siteId, params.eventId)
        if (statusOf(event, now) === 'DRAFT' && !allows(identity, 'READ_DRAFT_EVENTS'))
          throw new Refusal('PERMISSION_DENIED', 'This event is not published.', { permission: 'READ_DRAFT_EVENTS' })
        const form = toWireForm(await getForm(sql, identity.siteId, params.eventId))
        return { form, draftForm: form }
      },
    )

    app.post(
      `${path}/control`,
      {
        schema: {
          params: OfEvent,
          body: NewControl,
          response: { 200: Type.Object({ id: Type.String(), form: FormOut }) },
        },
        config: manage,
      },
      async ({ params, body, identity, now }) => {
        const kind = oneOf(body, ADDABLE)
        const definition = { kind, given: body[kind] } as Definition // the schema judged that very member
        const texts = await textsOf(identity)
        let id = ''
        const form = await inTransaction(sql, tx =>
          changeForm(tx, { identity, eventId: params.eventId, now, kind: 'control_added' }, (before, event) => {
            const added = withControl(before, definition, {
              initialType: event.initialType,
              suffix: newSuffix(),
              texts,
            })
            id = added.id
            return { controls: added.controls, controlId: added.id }
          }),
        )
        return { id, form: toWireForm(form) }
      },
    )

    app.put(
      `${path}/controls/:id`,
      { schema: { params: OfControl, body: ChangedControl, response: { 200: FormAnswer } }, config: manage },
      async ({ params, body, identity, now }) => {
        const kind = oneOf(body, CHANGEABLE)
        const change = { kind, given: body[kind] } as Definition | Relabeling // the schema judged that very member
        const texts = await textsOf(identity)
        const form = await inTransaction(sql, tx =>
          changeForm(tx, { identity, eventId: params.eventId, now, kind: 'control_updated' }, before => {
            const { id, controls } = withControlUpdated(before, params.id, change, {
              orderIndex: body.orderIndex ?? null,
              texts,
            })
            return { controls, controlId: id }
          }),
        )
        return { form: toWireForm(form) }
      },
    )

    app.delete(
      `${path}/controls/:id`,
      { schema: { params: OfControl, response: { 200: FormAnswer } }, config: manage },
      async ({ params, identity, now }) => {
        const form = await inTransaction(sql, tx =>
          changeForm(tx, { identity, eventId: params.eventId, now, kind: 'control_deleted' }, before => ({
            controls: withoutControl(before, params.id),
            controlId: params.id,
          })),
        )
        return { form: toWireForm(form) }
      },
    )

    app.patch(
      `${path}/messages`,
      {
        schema: {
          params: OfEvent,
          body: Type.Object({ fields: Maybe(FieldMask), messages: Maybe(MessagesIn) }),
          response: { 200: FormAnswer },
        },
        config: manage,
      },
      async ({ params, body, identity, now }) => {
        const mask = maskPaths(body.fields, 'fields')
        const defaults = defaultMessages(await textsOf(identity))
        const form = await inTransaction(sql, tx =>
          changeForm(tx, { identity, eventId: params.eventId, now, kind: 'messages_updated' }, before => ({
            messages: mergeMessages(before.messages, body.messages, { mask, defaults }),
          })),
        )
        return { form: toWireForm(form) }
      },
    )

    // There is no draft any more: these two are kept for callers that still ask (events 4.2.3).
    app.post(
      `${path}/publish`,
      { schema: { params: OfEvent, response: { 200: FormAnswer } }, config: manage },
      async ({ params, identity }) => ({ form: toWireForm(await getForm(sql, identity.siteId, params.eventId)) }),
    )
    app.delete(
      path,
      { schema: { params: OfEvent, response: { 200: Nothing } }, config: manage },
      async ({ params, identity }) => {
        await getForm(sql, identity.siteId, params.eventId)
        return {}
      },
    )

    /** What our own labels and messages are written in. */
    async function textsOf({ siteId }: Identity): Promise<Texts> {
      return textsIn((await getSite(sql, siteId)).locale)
    }
  }
}
