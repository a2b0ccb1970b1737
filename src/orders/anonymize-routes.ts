import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { Guid, Text } from '../wire/shapes.ts'
import { anonymizeOrder, anonymizeOrdersOf } from './anonymize.ts'
import { ORDER_FIELDSETS, OrderOut, toWireOrder } from './wire.ts'

/** Forgetting who bought (R191): one order's buyer and guests, or a contact with all of its orders. */
export function anonymizeRoutes({ sql, keys, publicUrl, wallet }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/orders/:orderNumber/anonymize',
      {
        schema: {
          params: Type.Object({ orderNumber: Text(1, 36) }),
          response: { 200: Type.Object({ order: OrderOut }) },
        },
        config: { permission: 'ANONYMIZE_ORDERS' },
      },
      async ({ params: { orderNumber }, identity, now }) => {
        const { order, tickets } = await inTransaction(sql, async tx => ({
          order: await anonymizeOrder(tx, orderNumber, { identity, now }),
          tickets: await listTicketsOfOrders(tx, identity.siteId, [orderNumber]),
        }))
        return { order: toWireOrder(order, tickets, ORDER_FIELDSETS, { keys, publicUrl, wallet }) }
      },
    )

    app.post(
      '/boxoffice/v1/contacts/:contactId/anonymize',
      {
        schema: {
          params: Type.Object({ contactId: Guid }),
          response: { 200: Type.Object({ anonymizedOrders: Type.Integer() }) },
        },
        config: { permission: 'ANONYMIZE_ORDERS' },
      },
      async ({ params, identity, now }) => {
        const wanted = { contactId: params.contactId.toLowerCase(), limit: ORDERS_AT_ONCE }
        let anonymizedOrders = 0
        for (let round = 1; round <= ROUNDS_MAX; round += 1) {
          const { count, mayBeMore } = await inTransaction(sql, tx => anonymizeOrdersOf(tx, wanted, { identity, now }))
          anonymizedOrders += count
          if (!mayBeMore) break
        }
        return { anonymizedOrders }
      },
    )
  }
}

const ORDERS_AT_ONCE = 100
/** 100,000 orders; whoever has more is asked for once more. */
const ROUNDS_MAX = 1000
