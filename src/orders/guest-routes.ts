import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Answers, inputValuesOf, problemOf } from '../../web/shared/form.ts'
import { inTransaction } from '../db/transaction.ts'
import { getForm } from '../forms/store.ts'
import type { App, Deps } from '../http/app.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { sendPage } from '../pages/page.ts'
import { Refusal } from '../refusals.ts'
import type { Ticket } from '../tickets/model.ts'
import { Revision } from '../wire/revision.ts'
import { Text } from '../wire/shapes.ts'
import { changeableGuests, changeGuest } from './change-guest.ts'
import { answersIn, type GuestFormShown, guestFieldsOf, guestPage, shownControls } from './guest-page.ts'
import { buyerOfOrder, type LinkRequest, orderByLink } from './linked.ts'
import type { ShownOrder } from './shown.ts'
import { checkoutFormOf, orderPageUrl } from './wire.ts'

/** What a browser sends of a field: a text, or the texts of all that have its name. */
const Sent = Type.Union([Text(0, 5000), Type.Array(Text(0, 5000), { maxItems: 100 })])

/** Whoever holds an order's link says who comes (R174, R202): a form of that page, which works without scripts. */
export function orderGuestRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const links = { keys, publicUrl }
    const schema = {
      hide: true, // pages for people, no part of the API
      params: Type.Object({ orderNumber: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)), ticket: Type.Optional(Text(0, 36)) }),
    }
    const config = { public: true, rateLimit: { max: 120, timeWindow: '1 minute' } } as const

    app.get('/orders/:orderNumber/guest', { schema, config }, async (request, reply) => {
      const asked = await askedBy(request)
      if (!asked) return sendNotFound(reply, 'link')
      const { shown, ticket, stored } = asked
      if (!stored) return backTo(reply, shown, 'guestRefused')
      const form = await getForm(sql, shown.order.siteId, shown.order.eventId)
      return send(reply, 200, shown, { form, ticket, ...stored, refused: null })
    })

    app.post(
      '/orders/:orderNumber/guest',
      {
        schema: {
          ...schema,
          body: Type.Intersect([Type.Object({ revision: Revision }), Type.Record(Type.String(), Sent)]),
        },
        config,
      },
      async (request, reply) => {
        const asked = await askedBy(request)
        if (!asked) return sendNotFound(reply, 'link')
        const { shown, ticket, stored } = asked
        if (!stored) return backTo(reply, shown, 'guestRefused')
        const { siteId, orderNumber, eventId } = shown.order
        const form = await getForm(sql, siteId, eventId)
        const answers = answersSent(request.body)
        const { revision } = request.body
        const wrong = guestFieldsOf(form, ticket).some(field => problemOf(field, answers) !== null)
        if (wrong)
          return send(reply, 422, shown, { form, ticket, answers, revision: Number(revision), refused: 'PROBLEMS' })
        const inputValues = inputValuesOf(shownControls(form), answers).map(answer => ({ ...answer }))
        const change = { orderNumber, ticketNumber: ticket?.ticketNumber ?? null, revision, inputValues }
        const { now } = request
        try {
          const caller = { identity: buyerOfOrder(shown.order), holdsLink: true, now }
          await inTransaction(sql, tx => changeGuest(tx, change, caller))
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          switch (error.code) {
            case 'ABORTED': {
              // Whoever saves once more has read what it is now.
              const now = await askedBy(request)
              if (!now?.stored) return backTo(reply, shown, 'guestRefused')
              const { revision } = now.stored
              return send(reply, 409, now.shown, { form, ticket: now.ticket, answers, revision, refused: 'STALE' })
            }
            case 'INVALID_FORM_RESPONSE':
              return send(reply, 422, shown, { form, ticket, answers, revision: Number(revision), refused: 'PROBLEMS' })
            case 'ORDER_ACTION_NOT_AVAILABLE':
              return backTo(reply, shown, 'guestRefused')
            default:
              throw error
          }
        }
        return backTo(reply, shown, 'guestChanged')
      },
    )

    type Asked = {
      shown: ShownOrder
      /** null: whoever bought. */
      ticket: Ticket | null
      /** What can be changed of it; null: nothing by its buyer. */
      stored: Pick<GuestFormShown, 'answers' | 'revision'> | null
    }

    async function askedBy(request: LinkRequest & { query: { ticket?: string }; now: Date }): Promise<Asked | null> {
      const shown = await orderByLink(sql, keys, 'order', request)
      if (!shown) return null
      const { order, tickets } = shown
      const changeable = changeableGuests(shown, request.now)
      const { ticket: number } = request.query
      if (number === undefined) {
        const stored = { answers: answersIn(checkoutFormOf(order).inputValues), revision: order.revision }
        return { shown, ticket: null, stored: changeable.order ? stored : null }
      }
      const ticket = tickets.find(each => each.ticketNumber === number)
      if (!ticket) return null
      const stored = { answers: answersIn(ticket.form?.inputValues ?? []), revision: ticket.revision }
      return { shown, ticket, stored: changeable.tickets.includes(ticket) ? stored : null }
    }

    function send(reply: FastifyReply, status: number, shown: ShownOrder, asked: GuestFormShown): FastifyReply {
      return sendPage(reply, status, guestPage(shown, asked, links))
    }

    function backTo(reply: FastifyReply, { order }: ShownOrder, result: 'guestChanged' | 'guestRefused'): FastifyReply {
      return reply.redirect(`${orderPageUrl(order, links)}&result=${result}`, 303)
    }
  }
}

function answersSent({ revision: _, ...sent }: Record<string, string | string[]>): Answers {
  return Object.fromEntries(
    Object.entries(sent).flatMap(([name, texts]) => {
      const input = /^answer\.(.*)$/.exec(name)?.[1]
      return input === undefined ? [] : [[input, [texts].flat()]]
    }),
  )
}
