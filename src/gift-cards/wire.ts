import { type Static, Type } from 'typebox'
import { decimalsOf, isCurrency, type Money, parseMinor, toCommonMoney } from '../money.ts'
import { invalid } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { CommonMoneyIn, CommonMoneyOut, Instant, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import type { GiftCard } from './model.ts'
import type { ListedEntry } from './store.ts'

/** 8 to 32 letters and digits, in groups as people like. */
const Code = Type.String({ minLength: 8, maxLength: 60, pattern: '^[\\s-]*([A-Za-z0-9][\\s-]*){8,32}$' })

export const NewGiftCardIn = Type.Object({
  amount: CommonMoneyIn,
  code: Maybe(Code),
  expirationDate: Maybe(Instant),
  note: Maybe(Text(0, 500)),
})

/** A code as somebody types it in; whether it is one is seen by looking for it. */
export const CodeIn = Text(1, 60)

export const GiftCardOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  lastFour: Type.String(),
  balance: CommonMoneyOut,
  note: Type.Optional(Type.String()),
  expirationDate: Type.Optional(InstantOut),
  disabledDate: Type.Optional(InstantOut),
  createdDate: InstantOut,
  updatedDate: InstantOut,
})

export function toWireGiftCard(card: GiftCard): Static<typeof GiftCardOut> {
  return {
    id: card.giftCardId,
    revision: String(card.revision),
    lastFour: card.lastFour,
    balance: toCommonMoney({ amountMinor: card.balanceMinor, currency: card.currency }),
    ...present({ note: card.note, expirationDate: card.expiresAt, disabledDate: card.disabledAt }),
    createdDate: card.createdAt,
    updatedDate: card.updatedAt,
  }
}

export const EntryOut = Type.Object({
  kind: Type.String(),
  amount: CommonMoneyOut,
  paymentId: Type.Optional(Type.String()),
  orderNumber: Type.Optional(Type.String()),
  date: InstantOut,
})

export function toWireEntry(entry: ListedEntry, { currency }: GiftCard): Static<typeof EntryOut> {
  return {
    kind: entry.kind,
    amount: toCommonMoney({ amountMinor: entry.amountMinor, currency }),
    ...present({ paymentId: entry.paymentId, orderNumber: entry.orderNumber }),
    date: entry.occurredAt,
  }
}

/** Money that is put on a card: some, in a currency that there is, and not a fraction of its smallest unit. */
export function moneyOf({ value, currency }: { value: string; currency: string }, path: string): Money {
  if (!isCurrency(currency)) throw invalid(`${path}.currency`, 'must be a currency of ISO 4217', 'CURRENCY')
  const decimals = decimalsOf(currency)
  if (/[1-9]/.test((value.split('.')[1] ?? '').slice(decimals)))
    throw invalid(`${path}.value`, `must have at most ${decimals} decimals`, 'DECIMALS', { threshold: decimals })
  const amountMinor = parseMinor(value, currency)
  if (amountMinor === null) throw invalid(`${path}.value`, 'is too large', 'MAX')
  if (amountMinor === 0) throw invalid(`${path}.value`, 'must be more than nothing', 'MIN')
  return { amountMinor, currency }
}
