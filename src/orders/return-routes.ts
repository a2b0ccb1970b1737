import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { keepToCaller } from '../pages/page.ts'
import { returnUrlOf } from '../redirects/model.ts'
import { findSessionOfOrder } from '../redirects/of-browser.ts'
import { Text } from '../wire/shapes.ts'
import { orderByLink } from './linked.ts'
import { orderPageUrl } from './wire.ts'

/** Where a buyer comes back to from paying: on to where that buyer came from (api 14.2), else to the order's page. */
export function orderReturnRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    answerErrorsAsPages(app)

    app.get(
      '/orders/:orderNumber/return',
      {
        schema: {
          hide: true,
          params: Type.Object({ orderNumber: Text(1, 36) }),
          querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
        },
        config: { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } },
      },
      async (request, reply) => {
        const shown = await orderByLink(sql, keys, 'order', request)
        if (!shown) return sendNotFound(reply, 'link')
        const { order } = shown
        const session = await findSessionOfOrder(sql, request.headers, order, request.now)
        const isThrough = session?.status === 'CONFIRMED'
        const thanks = isThrough && session.thankYouPageUrl !== null ? returnUrlOf(session) : null
        keepToCaller(reply)
        return reply.redirect(thanks ?? orderPageUrl(order, { keys, publicUrl }), 303)
      },
    )
  }
}
