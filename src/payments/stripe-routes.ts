import { Type } from 'typebox'
import type { StripeSettings } from '../config.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { openDispute } from '../orders/dispute.ts'
import { applyRefundsOf } from '../orders/refunds-elsewhere.ts'
import type { Settled } from '../orders/settle.ts'
import type { Told } from '../orders/settle-all.ts'
import { Refusal } from '../refusals.ts'
import { findSite } from '../sites/store.ts'
import { Nothing } from '../wire/shapes.ts'
import { findPayment } from './store.ts'
import { aboutOf, namedBy } from './stripe-notifications.ts'

/**
 * What Stripe tells us. It is asked for by nobody, so its signature is its credential; what is not answered with 200 is
 * told again, for days, and the same more than once, in any order.
 */
export function stripeRoutes({ sql, stripe: settings }: Deps, intake: Intake<Told, Settled>) {
  return async (app: App) => {
    if (settings === null) return
    const { default: Stripe } = await import('stripe')
    const { listRefundsAtStripe, stripeClient } = await import('./stripe.ts')
    const stripe = stripeClient(settings)
    // What is signed is the bytes as they came.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

    app.post(
      '/boxoffice/v1/stripe/notifications',
      {
        schema: { response: { 200: Nothing }, body: Type.Unsafe<Buffer>({}) },
        config: { public: true, rateLimit: { max: 6000, timeWindow: '1 minute' } },
      },
      async ({ body, headers, now }) => {
        const event = signed(body, String(headers['stripe-signature'] ?? ''), now, settings)
        const about = aboutOf(event)
        if (!about) return {}
        // What people do at Stripe by hand carries our names only where the money does.
        const byHand = async (id: string) => namedBy((await stripe.paymentIntents.retrieve(id)).metadata)
        const named = namedBy(about.object.metadata) ?? (about.intent && (await byHand(about.intent)))
        // One account may serve several installations, and be used otherwise.
        if (!named || !(await findSite(sql, named.siteId))) return {}
        const payment = await findPayment(sql, named.siteId, named.paymentId)
        if (payment?.provider !== 'stripe')
          throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment yet.', { paymentId: named.paymentId })
        const { siteId, paymentId, orderNumber } = payment
        switch (about.kind) {
          case 'payment': {
            const result = about.resultFor(payment)
            const notification = { siteId, paymentId, provider: 'stripe', notificationId: event.id, result }
            await intake.submit({ siteId, wanted: { notification, now }, contendsFor: orderNumber })
            break
          }
          case 'refunds': {
            if (about.intent === null) break
            // What was only authorized, and let go, is told like a refund, and was never money.
            const { status } = await stripe.paymentIntents.retrieve(about.intent)
            if (status !== 'succeeded') break
            // What is told of a refund may come before what is told of the payment, or instead of it.
            if (payment.status !== 'CAPTURED' && payment.status !== 'REFUNDED') {
              const notificationId = `${event.id}/paid`
              const notification = { siteId, paymentId, provider: 'stripe', notificationId, result: 'PAID' } as const
              await intake.submit({ siteId, wanted: { notification, now }, contendsFor: orderNumber })
            }
            const refunds = await listRefundsAtStripe(stripe, about.intent, payment)
            await inTransaction(sql, tx => applyRefundsOf(tx, payment, { refunds, notificationId: event.id }, now))
            break
          }
          case 'dispute':
            await inTransaction(sql, tx => openDispute(tx, payment, { ...about, notificationId: event.id }, now))
            break
        }
        return {}
      },
    )

    /** @throws Refusal UNAUTHENTICATED when it is not signed with our secret, or was signed too long ago */
    function signed(body: Buffer, signature: string, now: Date, { webhookSecret }: StripeSettings) {
      try {
        return stripe.webhooks.constructEvent(body, signature, webhookSecret, undefined, undefined, now.getTime())
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error
        throw new Refusal('UNAUTHENTICATED', 'This is not signed by Stripe, or was too long ago.')
      }
    }
  }
}
