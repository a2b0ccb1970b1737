import { Type } from 'typebox'
import { checkVisible } from '../events/show.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { readLinkToken } from '../identities/link.ts'
import { money, toLegacyMoney } from '../money.ts'
import { beginChosen } from '../orders/begin-chosen.ts'
import { carryOutOf } from '../orders/carry-out.ts'
import { orderPageUrl } from '../orders/wire.ts'
import { getSite } from '../sites/store.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, LegacyMoneyOut, OneOf, Text } from '../wire/shapes.ts'
import { PAYMENT_METHODS, paymentMethodsOf } from './methods.ts'
import { keptMinor } from './model.ts'
import type { Providers } from './provider.ts'
import { BegunOut, toWirePayment } from './wire.ts'

/** How a guest may pay, and how an order is paid: what a checkout page needs, of our own API. */
export function paymentMethodRoutes({ sql, keys, publicUrl }: Deps, providers: Providers) {
  const paying = { sql, providers, keys, publicUrl }
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/events/:eventId/payment-methods',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          response: { 200: Type.Object({ methods: Type.Array(Type.Object({ method: OneOf(PAYMENT_METHODS) })) }) },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ params, identity }) => {
        const event = await getEvent(sql, identity.siteId, params.eventId)
        checkVisible(identity, event)
        const methods = paymentMethodsOf(await getSite(sql, identity.siteId), event)
        return { methods: methods.map(method => ({ method })) }
      },
    )

    app.post(
      '/boxoffice/v1/orders/:orderNumber/payment',
      {
        schema: {
          params: Type.Object({ orderNumber: Text(1, 20) }),
          querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
          body: Type.Object({ method: OneOf(PAYMENT_METHODS) }),
          response: {
            200: Type.Object({
              orderNumber: Type.String(),
              orderStatus: Type.String(),
              due: LegacyMoneyOut,
              orderPageUrl: Type.String(),
              payment: Type.Optional(BegunOut),
            }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params: { orderNumber }, query: { token = '' }, body, identity, now }) => {
        const holdsLink = readLinkToken(token, { purpose: 'order', number: orderNumber }, keys) === identity.siteId
        const choice = { orderNumber, method: body.method }
        const caller = { identity, holdsLink, now }
        const { order, paymentId, payUrl } = await beginChosen(choice, caller, paying)
        const payments = await carryOutOf(sql, order, now)
        const payment = payments.find(each => each.paymentId === paymentId)
        return {
          orderNumber,
          orderStatus: order.status,
          due: toLegacyMoney(money(order.grandTotalMinor - keptMinor(payments), order.currency)),
          orderPageUrl: orderPageUrl(order, { keys, publicUrl }),
          ...(payment && { payment: { ...toWirePayment(payment), ...present({ payUrl }) } }),
        }
      },
    )
  }
}
