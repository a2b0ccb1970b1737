import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asking,
  authorized,
  excessOf,
  givenBack,
  keptMinor,
  letGo,
  type Payment,
  refundEnded,
  refunding,
  settledAs,
} from './model.ts'

const now = new Date('2030-05-01T12:00:00.000Z')

function aPayment(more: Partial<Payment> = {}): Payment {
  return {
    siteId: 's',
    paymentId: 'p',
    orderNumber: 'o',
    ordinal: 1,
    provider: 'test',
    giftCardId: null,
    status: 'BEGUN',
    amountMinor: 2000,
    refundedMinor: 0,
    refundingMinor: 0,
    providerRef: null,
    currency: 'EUR',
    capturesLater: false,
    authorizedAt: null,
    capturedAt: null,
    asked: null,
    attempts: 0,
    dueAt: null,
    createdAt: now,
    updatedAt: now,
    ...more,
  }
}

const byCard = (ordinal: number, amountMinor: number, more: Partial<Payment> = {}) =>
  aPayment({ ordinal, amountMinor, provider: 'giftCard', giftCardId: 'c', status: 'CAPTURED', ...more })

describe('R58: what goes back for a payment to make the total', () => {
  test.each<[string, number, Payment[], number[] | null, number?]>([
    ['no card: the whole pays the whole', 2000, [], []],
    ['no card: less than the whole pays nothing', 1999, [], null],
    ['no card: what is more than the whole', 2001, [], [], 1],
    ['a card after, and more than the whole', 2300, [byCard(2, 800)], [2], 300],
    ['a card before: the rest', 1200, [byCard(2, 800)], []],
    ['a card after: the whole, and it gets its part back', 2000, [byCard(2, 800)], [2]],
    ['two cards: the payment between them', 1200, [byCard(2, 800), byCard(4, 400)], [4]],
    ['two cards: the payment before them', 2000, [byCard(2, 800), byCard(4, 400)], [2, 4]],
    ['two cards in no order of time', 1200, [byCard(4, 400), byCard(2, 800)], [4]],
    ['a card that got its part back', 1200, [byCard(2, 800, { status: 'REFUNDED', refundedMinor: 800 })], null],
    ['a card that is about to', 2000, [byCard(2, 800, { refundingMinor: 800 })], []],
    ['more than the rest, less than the whole', 1500, [byCard(2, 800)], null],
    ['too little with all cards', 1100, [byCard(2, 800)], null],
  ])('%s', (_, amountMinor, cards, back, ofPaymentMinor = 0) => {
    const excess = excessOf(aPayment({ amountMinor, status: 'CAPTURED' }), cards, 2000)
    expect(excess && [excess.cards.map(({ ordinal }) => ordinal), excess.ofPaymentMinor]).toEqual(
      back && [back, ofPaymentMinor],
    )
  })

  test('any payment that was begun for what was due makes the total exactly, whatever cards came later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (parts, at) => {
          const cards = parts.map((part, index) => byCard(index + 2, part))
          const total = 3000
          const before = Math.min(at, parts.length)
          const payment = aPayment({ amountMinor: total - keptMinor(cards.slice(0, before)) })
          const back = excessOf(payment, cards, total)
          expect(back).toEqual({ cards: cards.slice(before), ofPaymentMinor: 0 })
          expect(payment.amountMinor + keptMinor(cards) - keptMinor(back?.cards ?? [])).toBe(total)
        },
      ),
    )
  })
})

test('R58: what is only authorized is taken whole or not at all', () => {
  const set = authorized(aPayment({ amountMinor: 2001 }), now)
  expect(excessOf(set, [], 2000)).toBe(null)
  expect(excessOf(set, [], 2001)).toEqual({ cards: [], ofPaymentMinor: 0 })
})

test('law 6: what goes back: captured money is refunded, authorized money let go, an open payment given up, once', () => {
  const captured = settledAs(aPayment(), 'CAPTURED', now)
  const set = authorized(aPayment(), now)
  expect(givenBack(aPayment(), now)).toMatchObject({ status: 'VOIDED', asked: null })
  expect(givenBack(aPayment({ providerRef: 'x' }), now)).toMatchObject({ status: 'BEGUN', asked: 'VOID', dueAt: now })
  expect(givenBack(captured, now)).toMatchObject({
    status: 'CAPTURED',
    refundingMinor: 2000,
    newRefunds: [{ amountMinor: 2000, reason: 'EXCESS', status: 'PENDING' }],
  })
  expect(givenBack(set, now)).toMatchObject({ asked: 'VOID', dueAt: now })
  expect(givenBack(asking(set, 'CAPTURE', now), now)).toMatchObject({ asked: 'VOID' })
  const back = refunding(captured, {}, now)
  for (const gone of [
    back,
    asking(set, 'VOID', now),
    refundEnded(back, { amountMinor: 2000 }, true, now),
    letGo(aPayment(), now),
  ])
    expect(givenBack(gone, now)).toBe(null)
})

test('law 5: kept is what was captured and stays', () => {
  const captured = settledAs(aPayment(), 'CAPTURED', now)
  expect(keptMinor([captured, authorized(aPayment(), now), aPayment(), byCard(2, 5)])).toBe(2005)
  expect(keptMinor([refunding(captured, {}, now)])).toBe(0)
})

test('law 16: refunds of any sizes, done or failed in any order, leave what is left of a payment', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.boolean()), { maxLength: 6 }), wanted => {
      let payment = settledAs(aPayment(), 'CAPTURED', now)
      let given = 0
      for (const [amountMinor, isDone] of wanted) {
        if (amountMinor > keptMinor([payment])) continue
        payment = refundEnded(refunding(payment, { amountMinor }, now), { amountMinor }, isDone, now)
        if (isDone) given += amountMinor
      }
      expect([payment.refundedMinor, payment.refundingMinor]).toEqual([given, 0])
      expect(payment.status).toBe(given === 2000 ? 'REFUNDED' : 'CAPTURED')
    }),
  )
})
