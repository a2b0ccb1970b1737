import { Type } from 'typebox'
import { CLOCK } from '../activity/record.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { readLinkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'
import { payAgain } from '../orders/pay-again.ts'
import type { Settled } from '../orders/settle.ts'
import type { Told } from '../orders/settle-all.ts'
import { lockSold } from '../orders/sold.ts'
import { orderReturnUrl } from '../orders/wire.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { keepToCaller, sendPage } from '../pages/page.ts'
import { getSite } from '../sites/store.ts'
import { type Asking, inLanguage, languageOf } from '../texts/language.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { extendHold } from '../ticket-reservations/store.ts'
import { OneOf, Text } from '../wire/shapes.ts'
import type { Notification, Payment } from './model.ts'
import { testProvider } from './providers.ts'
import { findTestPayment } from './store.ts'
import { TEST_ACTIONS, type TestAction, testPaymentPage } from './test-page.ts'

/** The page on which a demo site's buyers pay: it plays everything that can happen to money. */
export function testPaymentPageRoutes({ sql, keys, publicUrl }: Deps, intake: Intake<Told, Settled>) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const path = '/test-payments/:paymentId'
    const named = {
      hide: true, // a page for people, no part of the API
      params: Type.Object({ paymentId: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)), lang: Type.Optional(Text(0, 35)) }),
    }
    const config = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const

    app.get(path, { schema: named, config }, async (request, reply) => {
      const payment = await paymentBy(request)
      if (!payment) return sendNotFound(reply, 'link')
      const own = await getSite(sql, payment.siteId)
      const site = inLanguage(own, languageOf(request, own))
      const returnUrl = orderReturnUrl(payment, { keys, publicUrl })
      return sendPage(reply, 200, testPaymentPage(payment, { site, returnUrl, action: request.url }))
    })

    app.post(
      path,
      { schema: { ...named, body: Type.Object({ action: OneOf(TEST_ACTIONS) }) }, config },
      async (request, reply) => {
        const payment = await paymentBy(request)
        if (!payment) return sendNotFound(reply, 'link')
        await play(request.body.action, payment, request.now)
        keepToCaller(reply)
        return reply.redirect(orderReturnUrl(payment, { keys, publicUrl }), 303)
      },
    )

    /** A wrong secret and an unknown payment are the same. */
    async function paymentBy({ params, query }: Asking & { params: { paymentId: string }; query: { token?: string } }) {
      const purpose = { purpose: 'payment', number: params.paymentId } as const
      const siteId = readLinkToken(query.token ?? '', purpose, keys)
      return siteId === null ? null : findTestPayment(sql, siteId, params.paymentId)
    }

    async function play(action: TestAction, payment: Payment & { visitorId: string | null }, now: Date): Promise<void> {
      const { siteId, orderNumber, visitorId } = payment
      switch (action) {
        case 'PAY':
          return tell(payment, 'PAID', now)
        case 'DECLINE':
          return tell(payment, 'DECLINED', now)
        case 'HANG':
          return tell(payment, 'PENDING', now)
        case 'PAY_TWICE': {
          // The link is the buyer's word; who it is matters to nobody here.
          const identity: Identity = { kind: 'visitor', siteId, visitorId: visitorId ?? newGuid() }
          const caller = { identity, holdsLink: true, now }
          const second = await inTransaction(sql, tx => payAgain(tx, orderNumber, caller))
          await tell(payment, 'PAID', now)
          return tell({ ...payment, paymentId: second }, 'PAID', now)
        }
        case 'PAY_LATE':
          await inTransaction(sql, async tx => {
            const { reservation } = await lockSold(tx, siteId, orderNumber)
            if (reservation) await extendHold(tx, reservation, { expiresAt: now, actor: CLOCK, now })
          })
          await expireOverdue(sql, now)
          return tell(payment, 'PAID', now)
      }
    }

    /** The bank says it, once for each button. */
    async function tell(payment: Payment, result: Notification['result'], now: Date): Promise<void> {
      const { siteId, orderNumber } = payment
      const notification = testProvider.parse({ payment, notificationId: `page ${result} ${newGuid()}`, result })
      await intake.submit({ siteId, wanted: { notification, now }, contendsFor: orderNumber })
    }
  }
}
