import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid, Maybe, Nothing, Text } from '../wire/shapes.ts'
import { captureAuthorizedPayment, voidAuthorizedPayment } from './authorization.ts'
import { carryOutOf } from './carry-out.ts'

/** Taking money that was authorized, and letting it go (R188). */
export function authorizationRoutes({ sql }: Deps) {
  return async (app: App) => {
    for (const [verb, decide] of [
      ['capture', captureAuthorizedPayment],
      ['void', voidAuthorizedPayment],
    ] as const)
      app.post(
        `/events/v1/events/orders/:orderNumber/${verb}`,
        {
          schema: {
            params: Type.Object({ orderNumber: Text(1, 36) }),
            body: Maybe(Type.Object({ eventId: Maybe(Guid) })),
            response: { 200: Nothing },
          },
          config: { permission: 'MANAGE_ORDERS' },
        },
        async ({ params: { orderNumber }, body, identity, now }) => {
          const named = { orderNumber, eventId: body?.eventId?.toLowerCase() ?? null }
          const order = await inTransaction(sql, tx => decide(tx, named, { identity, now }))
          await carryOutOf(sql, order, now)
          return {}
        },
      )
  }
}
