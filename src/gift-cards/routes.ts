import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { CommonMoneyIn, Guid, Maybe, pageIn } from '../wire/shapes.ts'
import { getGiftCard, switchGiftCard, topUpGiftCard } from './change.ts'
import { issueGiftCard } from './issue.ts'
import { listEntries, listGiftCards } from './store.ts'
import { EntryOut, GiftCardOut, moneyOf, NewGiftCardIn, toWireEntry, toWireGiftCard } from './wire.ts'

const OneGiftCard = Type.Object({ giftCard: GiftCardOut })
const Params = Type.Object({ giftCardId: Guid })
const Page = Type.Object({
  ...pageIn(100, 1),
})

/** Gift cards of the site, for the organizer alone. Paying with one: payments/routes.ts. */
export function giftCardRoutes({ sql, keys }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/gift-cards'
    const config = { permission: 'MANAGE_GIFT_CARDS' } as const

    app.post(
      path,
      {
        schema: {
          body: Type.Object({ giftCard: NewGiftCardIn }),
          response: { 200: Type.Object({ giftCard: GiftCardOut, code: Type.String() }) },
        },
        config,
      },
      async ({ body: { giftCard: wanted }, identity, now }) => {
        const card = {
          amount: moneyOf(wanted.amount, 'giftCard.amount'),
          code: wanted.code ?? null,
          expiresAt: wanted.expirationDate ? new Date(wanted.expirationDate) : null,
          note: wanted.note || null,
        }
        const { giftCard, code } = await inTransaction(sql, tx => issueGiftCard(tx, card, { identity, keys, now }))
        return { giftCard: toWireGiftCard(giftCard), code }
      },
    )

    app.get(
      path,
      {
        schema: {
          querystring: Page,
          response: { 200: Type.Object({ giftCards: Type.Array(GiftCardOut), total: Type.Integer() }) },
        },
        config,
      },
      async ({ query: { limit = 50, offset = 0 }, identity }) => {
        const { giftCards, total } = await listGiftCards(sql, identity.siteId, { limit, offset })
        return { giftCards: giftCards.map(toWireGiftCard), total }
      },
    )

    app.get(
      `${path}/:giftCardId`,
      { schema: { params: Params, response: { 200: OneGiftCard } }, config },
      async ({ params, identity }) => ({
        giftCard: toWireGiftCard(await getGiftCard(sql, identity.siteId, params.giftCardId)),
      }),
    )

    app.get(
      `${path}/:giftCardId/entries`,
      {
        schema: {
          params: Params,
          querystring: Page,
          response: { 200: Type.Object({ entries: Type.Array(EntryOut), total: Type.Integer() }) },
        },
        config,
      },
      async ({ params, query: { limit = 50, offset = 0 }, identity }) => {
        const card = await getGiftCard(sql, identity.siteId, params.giftCardId)
        const { entries, total } = await listEntries(sql, card, { limit, offset })
        return { entries: entries.map(entry => toWireEntry(entry, card)), total }
      },
    )

    app.post(
      `${path}/:giftCardId/top-ups`,
      {
        schema: {
          params: Params,
          body: Type.Object({ revision: Type.String({ pattern: '^\\d{1,9}$' }), amount: CommonMoneyIn }),
          response: { 200: OneGiftCard },
        },
        config,
      },
      async ({ params: { giftCardId }, body, identity, now }) => {
        const wanted = { giftCardId, revision: Number(body.revision), amount: moneyOf(body.amount, 'amount') }
        const topped = await inTransaction(sql, tx => topUpGiftCard(tx, wanted, { identity, now }))
        return { giftCard: toWireGiftCard(topped) }
      },
    )

    for (const [verb, to] of [
      ['disable', 'DISABLED'],
      ['enable', 'ENABLED'],
    ] as const)
      app.post(
        `${path}/:giftCardId/${verb}`,
        {
          schema: {
            params: Params,
            body: Maybe(Type.Object({ revision: Maybe(Type.String({ pattern: '^\\d{1,9}$' })) })),
            response: { 200: OneGiftCard },
          },
          config,
        },
        async ({ params: { giftCardId }, body, identity, now }) => {
          const seen = body?.revision ?? null
          const wanted = { giftCardId, to, revision: seen === null ? null : Number(seen) }
          const switched = await inTransaction(sql, tx => switchGiftCard(tx, wanted, { identity, now }))
          return { giftCard: toWireGiftCard(switched) }
        },
      )
  }
}
