import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asking, authorized, cardsInExcess, givenBack, keptMinor, type Payment, settledAs } from './model.ts'

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
    currency: 'EUR',
    capturesLater: false,
    authorizedAt: null,
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

describe('R58: what cards get back for a payment to make the total', () => {
  test.each<[string, number, Payment[], number[] | null]>([
    ['no card: the whole pays the whole', 2000, [], []],
    ['no card: less than the whole pays nothing', 1999, [], null],
    ['no card: more than the whole pays nothing', 2001, [], null],
    ['a card before: the rest', 1200, [byCard(2, 800)], []],
    ['a card after: the whole, and it gets its part back', 2000, [byCard(2, 800)], [2]],
    ['two cards: the payment between them', 1200, [byCard(2, 800), byCard(4, 400)], [4]],
    ['two cards: the payment before them', 2000, [byCard(2, 800), byCard(4, 400)], [2, 4]],
    ['two cards in no order of time', 1200, [byCard(4, 400), byCard(2, 800)], [4]],
    ['a card that got its part back', 1200, [byCard(2, 800, { status: 'REFUNDED', refundedMinor: 800 })], null],
    ['a card that is about to', 2000, [byCard(2, 800, { asked: 'REFUND', dueAt: now })], []],
    ['a sum that no choice makes', 1500, [byCard(2, 800)], null],
  ])('%s', (_, amountMinor, cards, back) => {
    expect(cardsInExcess(aPayment({ amountMinor }), cards, 2000)?.map(({ ordinal }) => ordinal) ?? null).toEqual(back)
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
          const back = cardsInExcess(payment, cards, total)
          expect(back).toEqual(cards.slice(before))
          expect(payment.amountMinor + keptMinor(cards) - keptMinor(back ?? [])).toBe(total)
        },
      ),
    )
  })
})

test('law 6: what goes back: captured money is refunded, authorized money let go, once', () => {
  const captured = settledAs(aPayment(), 'CAPTURED', now)
  const set = authorized(aPayment(), now)
  expect(givenBack(aPayment(), now)).toBe(null)
  expect(givenBack(captured, now)).toMatchObject({ asked: 'REFUND', dueAt: now })
  expect(givenBack(set, now)).toMatchObject({ asked: 'VOID', dueAt: now })
  expect(givenBack(asking(set, 'CAPTURE', now), now)).toMatchObject({ asked: 'VOID' })
  for (const gone of [asking(captured, 'REFUND', now), asking(set, 'VOID', now), settledAs(captured, 'REFUNDED', now)])
    expect(givenBack(gone, now)).toBe(null)
})

test('law 5: kept is what was captured and stays', () => {
  const captured = settledAs(aPayment(), 'CAPTURED', now)
  expect(keptMinor([captured, authorized(aPayment(), now), aPayment(), byCard(2, 5)])).toBe(2005)
  expect(keptMinor([asking(captured, 'REFUND', now), settledAs(captured, 'REFUNDED', now)])).toBe(0)
})
