import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { hashCode } from '../gift-cards/code.ts'
import type { Guesses } from '../gift-cards/guesses.ts'
import { CodeIn } from '../gift-cards/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { RESENT_PER_HOUR_MAX, resendOrder } from '../notifications/resend.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { sendPage } from '../pages/page.ts'
import { PAYMENT_METHODS } from '../payments/methods.ts'
import type { Providers } from '../payments/provider.ts'
import { Refusal, type RefusalCode } from '../refusals.ts'
import { textsIn } from '../texts/texts.ts'
import { OneOf, Text } from '../wire/shapes.ts'
import { beginChosen } from './begin-chosen.ts'
import { cancelByGuest, isCancelable } from './cancel-by-guest.ts'
import { carryOutOf } from './carry-out.ts'
import { buyerOfOrder, orderByLink } from './linked.ts'
import type { Order } from './model.ts'
import { type ActionResult, cancelQuestion } from './order-actions.ts'
import type { Caller } from './pay-again.ts'
import { payByGiftCard } from './pay-by-gift-card.ts'
import { orderPageUrl, orderReturnUrl } from './wire.ts'

/**
 * What the forms of an order's page do, for whoever holds its link: pay, pay by gift card, cancel. Each leads back to the
 * page, which says how it is then; sent twice, it changes nothing the second time.
 */
export function orderActionRoutes({ sql, keys, publicUrl }: Deps, providers: Providers, guesses: Guesses) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const links = { keys, publicUrl }
    const paying = { sql, providers, ...links }
    const schema = {
      hide: true, // pages for people, no part of the API
      params: Type.Object({ orderNumber: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
    }
    const config = { public: true, rateLimit: { max: 120, timeWindow: '1 minute' } } as const

    app.post(
      '/orders/:orderNumber/payment',
      { schema: { ...schema, body: Type.Object({ method: OneOf(PAYMENT_METHODS) }) }, config },
      async (request, reply) => {
        const { params, body, now } = request
        const shown = await orderByLink(sql, keys, 'order', request)
        if (!shown) return sendNotFound(reply, 'link')
        const choice = { orderNumber: params.orderNumber, method: body.method }
        const chosen = await tried(shown.order, now, caller => beginChosen(choice, caller, paying))
        if (chosen instanceof Refusal) return backTo(reply, shown.order, PAYMENT_REFUSALS[chosen.code] ?? null)
        await carryOutOf(sql, chosen.order, now)
        return reply.redirect(chosen.payUrl ?? orderReturnUrl(chosen.order, links), 303)
      },
    )

    app.post(
      '/orders/:orderNumber/gift-card',
      { schema: { ...schema, body: Type.Object({ code: CodeIn }) }, config },
      async (request, reply) => {
        const { params, body, now, ip } = request
        const shown = await orderByLink(sql, keys, 'order', request)
        if (!shown) return sendNotFound(reply, 'link')
        const { orderNumber } = params
        const codeHash = hashCode(shown.order.siteId, body.code, keys)
        let isRight = () => {}
        try {
          isRight = guesses.take(ip, now)
        } catch (error) {
          if (error instanceof Refusal) return backTo(reply, shown.order, 'tooManyTries')
          throw error
        }
        const paid = await tried(shown.order, now, caller =>
          inTransaction(sql, tx => payByGiftCard(tx, { orderNumber, codeHash }, caller)),
        )
        if (!(paid instanceof Refusal && paid.code === 'GIFT_CARD_NOT_FOUND')) isRight()
        if (paid instanceof Refusal) return backTo(reply, shown.order, cardResult(paid))
        await carryOutOf(sql, paid.order, now)
        return reply.redirect(orderReturnUrl(paid.order, links), 303)
      },
    )

    app.post('/orders/:orderNumber/resend', { schema, config }, async (request, reply) => {
      const shown = await orderByLink(sql, keys, 'order', request)
      if (!shown) return sendNotFound(reply, 'link')
      const { siteId, orderNumber } = shown.order
      const sent = await tried(shown.order, request.now, ({ now }) =>
        inTransaction(sql, tx =>
          resendOrder(
            tx,
            { orderNumber, perHourMax: RESENT_PER_HOUR_MAX },
            { siteId, actor: { kind: 'link', id: '' }, now },
          ),
        ),
      )
      // Anything else that refuses it is seen on the page: there are no tickets.
      if (sent instanceof Refusal)
        return backTo(reply, shown.order, sent.code === 'RESOURCE_EXHAUSTED' ? 'mailedOften' : null)
      return backTo(reply, shown.order, 'mailed')
    })

    app.get('/orders/:orderNumber/cancel', { schema, config }, async (request, reply) => {
      const shown = await orderByLink(sql, keys, 'order', request)
      if (!shown) return sendNotFound(reply, 'link')
      if (!isCancelable(shown, request.now)) return backTo(reply, shown.order, 'cancelRefused')
      const texts = textsIn(shown.site.locale)
      const title = texts.page('order.cancel.title', { number: shown.order.orderNumber })
      const body = cancelQuestion(shown, texts, { ...links, now: request.now })
      return sendPage(reply, 200, { texts, title, siteName: shown.site.name, body, hasForms: true })
    })

    app.post('/orders/:orderNumber/cancel', { schema, config }, async (request, reply) => {
      const shown = await orderByLink(sql, keys, 'order', request)
      if (!shown) return sendNotFound(reply, 'link')
      const canceled = await tried(shown.order, request.now, caller =>
        inTransaction(sql, tx => cancelByGuest(tx, shown.order.orderNumber, caller)),
      )
      // Sent twice, it finds done what it asks for.
      if (canceled instanceof Refusal)
        return backTo(reply, shown.order, shown.order.status === 'CANCELED' ? null : 'cancelRefused')
      await carryOutOf(sql, canceled, request.now)
      return backTo(reply, canceled, null)
    })

    /** Does it as the order's buyer; a refusal is an answer. */
    async function tried<Done>(
      order: Order,
      now: Date,
      run: (caller: Caller) => Promise<Done>,
    ): Promise<Done | Refusal> {
      try {
        return await run({ identity: buyerOfOrder(order), holdsLink: true, now })
      } catch (error) {
        if (error instanceof Refusal && error.code !== 'UNAVAILABLE') return error
        throw error
      }
    }

    function backTo(reply: FastifyReply, order: Order, result: ActionResult | null): FastifyReply {
      const url = new URL(orderPageUrl(order, links))
      if (result !== null) url.searchParams.set('result', result)
      return reply.redirect(url.href, 303)
    }
  }
}

/** What else refuses a payment is seen on the page itself: the order no longer waits. */
const PAYMENT_REFUSALS: Partial<Record<RefusalCode, ActionResult>> = { PAYMENT_METHOD_NOT_AVAILABLE: 'paymentChanged' }

function cardResult({ code, data }: Refusal): ActionResult | null {
  if (code === 'GIFT_CARD_NOT_FOUND') return 'cardNotFound'
  if (code === 'GIFT_CARD_NOT_USABLE') return CARD_RESULTS[String(data.reason)] ?? null
  return code === 'ORDER_ACTION_NOT_AVAILABLE' ? 'cardsTooMany' : null
}

const CARD_RESULTS: Readonly<Record<string, ActionResult>> = {
  EMPTY: 'cardEmpty',
  EXPIRED: 'cardExpired',
  DISABLED: 'cardDisabled',
  CURRENCY: 'cardCurrency',
}
