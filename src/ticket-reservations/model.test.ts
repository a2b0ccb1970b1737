import { describe, expect, test } from 'vitest'
import type { Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { InvalidRequest, Refusal } from '../refusals.ts'
import { decide, type Sale, statusAt, type Wanted, type WantedLine } from './model.ts'

const NOW = new Date('2030-05-01T12:00:00Z')
const EVENT = newGuid()
const VISITOR: Identity = { kind: 'visitor', siteId: newGuid(), visitorId: newGuid() }
const ADMIN: Identity = { kind: 'admin', siteId: VISITOR.siteId, apiKeyId: newGuid() }

function aSale(more: Partial<Sale> = {}): Sale {
  return {
    ticketDefinitionId: newGuid(),
    actualLimit: 10,
    reserved: 0,
    sold: 0,
    seated: false,
    definitionRevision: 1,
    eventRevision: 1,
    eventId: EVENT,
    name: 'Standard',
    policyText: null,
    hidden: false,
    pricingKind: 'FIXED',
    priceMinor: 1000,
    currency: 'EUR',
    pricingOptions: [],
    feeType: 'NO_FEE',
    saleStartAt: null,
    saleEndAt: null,
    onlinePayments: true,
    publishedAt: NOW,
    canceledAt: null,
    startAt: new Date('2030-06-01T18:00:00Z'),
    endAt: new Date('2030-06-01T22:00:00Z'),
    externalUrl: null,
    registrationDisabled: false,
    registrationPaused: false,
    initialType: 'TICKETING',
    allowedGuestTypes: 'VISITOR_OR_MEMBER',
    ticketLimitPerOrder: 20,
    reservationMinutes: 20,
    offlinePayment: false,
    ...more,
  }
}

function aLine({ ticketDefinitionId }: Pick<Sale, 'ticketDefinitionId'>, more: Partial<WantedLine> = {}): WantedLine {
  return {
    paths: {
      ticketDefinitionId: 'definition',
      quantity: 'quantity',
      guestPrice: 'guestPrice',
      priceOverride: 'priceOverride',
      seatId: 'seatId',
    },
    ticketDefinitionId,
    quantity: 1,
    pricingOptionId: null,
    guestPrice: null,
    priceOverride: null,
    pricingPlan: null,
    seatId: null,
    ...more,
  }
}

function decideOn(sales: readonly Sale[], lines: WantedLine[], more: Partial<Wanted> = {}) {
  const bySale = new Map(sales.map(sale => [sale.ticketDefinitionId, sale]))
  const rest = { identity: VISITOR, now: NOW, eventId: null, limitsBypassed: false, hiddenAllowed: false }
  const decision = decide({ ...rest, extendedFields: null, tags: [], privateTags: [], lines, ...more }, bySale)
  if (decision instanceof Refusal) return decision.code
  if (decision instanceof InvalidRequest) return decision.violations.map(({ field }) => field)
  return decision.lines.map(({ priceMinor }) => priceMinor)
}

test.each([
  ['PENDING', '2030-05-01T12:00:00.001Z', 'PENDING'],
  ['PENDING', '2030-05-01T12:00:00.000Z', 'EXPIRED'],
  ['CONFIRMED', '2030-05-01T11:00:00.000Z', 'CONFIRMED'],
  ['CANCELED', '2030-05-01T11:00:00.000Z', 'CANCELED'],
  ['CANCELED_MANUALLY', '2030-05-01T11:00:00.000Z', 'CANCELED_MANUALLY'],
] as const)('R130, R131: %s until %s reads as %s at noon', (status, expiresAt, shown) => {
  expect(statusAt({ status, expiresAt: new Date(expiresAt) }, NOW)).toBe(shown)
})

describe('the price of a line', () => {
  const option = { optionId: newGuid(), name: 'Adult', amountMinor: 4000 }
  const OPTIONS = { pricingKind: 'OPTIONS', priceMinor: null, pricingOptions: [option] } as const
  test.each<[string, Partial<Sale>, Partial<WantedLine>, ReturnType<typeof decideOn>]>([
    ['R31: fixed', {}, {}, [1000]],
    ['R31: of the option', { ...OPTIONS, pricingOptions: [option] }, { pricingOptionId: option.optionId }, [4000]],
    ['R34: no option', { ...OPTIONS, pricingOptions: [option] }, {}, 'UNSUPPORTED_PRICING_OPTION'],
    ['R34: an option too many', {}, { pricingOptionId: newGuid() }, 'UNSUPPORTED_PRICING_OPTION'],
    ['R33: the minimum', { pricingKind: 'GUEST' }, {}, [1000]],
    ['R32: the guest’s', { pricingKind: 'GUEST' }, { guestPrice: '10.005' }, [1001]],
    ['R32: below the minimum', { pricingKind: 'GUEST' }, { guestPrice: '9.99' }, ['guestPrice']],
    ['R35: in yen', { pricingKind: 'GUEST', currency: 'JPY' }, { guestPrice: '1000.5' }, [1001]],
    ['R33: where none is asked for', {}, { guestPrice: '20' }, ['guestPrice']],
    ['3.1: an override of any', { pricingKind: 'GUEST' }, { priceOverride: '0', guestPrice: '30' }, [0]],
    ['3.1: an override too large', {}, { priceOverride: '9999999999999' }, ['priceOverride']],
  ])('%s', (_, sale, line, expected) => {
    const sold = aSale(sale)
    expect(decideOn([sold], [aLine(sold, line)])).toEqual(expected)
  })
})

test('R66: what all lines of a definition want together counts, and what earlier ones of the batch took', () => {
  const sale = aSale({ actualLimit: 5, reserved: 1, sold: 1 })
  expect(decideOn([sale], [aLine(sale, { quantity: 2 }), aLine(sale)])).toEqual([1000, 1000])
  expect(decideOn([sale], [aLine(sale, { quantity: 2 }), aLine(sale, { quantity: 2 })])).toBe('TICKET_LIMIT_EXCEEDED')
  sale.reserved += 3
  expect(decideOn([sale], [aLine(sale)])).toBe('TICKET_LIMIT_EXCEEDED')
  expect(decideOn([sale], [aLine(sale)], { limitsBypassed: true })).toEqual([1000])
})

test('R64, R66: unlimited tickets are limited per order', () => {
  const sale = aSale({ actualLimit: null, ticketLimitPerOrder: 4 })
  expect(decideOn([sale], [aLine(sale, { quantity: 4 })])).toEqual([1000])
  expect(decideOn([sale], [aLine(sale, { quantity: 5 })])).toBe('TICKET_LIMIT_EXCEEDED')
})

test('style 6: the first rule that says no decides: closed, hidden, not on sale, price, payment, limit', () => {
  const reasons: [Partial<Sale>, Partial<WantedLine>, ReturnType<typeof decideOn>][] = [
    [{ registrationPaused: true }, {}, 'REGISTRATION_CLOSED'],
    [{ hidden: true }, {}, 'TICKET_DEFINITION_HIDDEN'],
    [{ saleEndAt: NOW }, {}, 'TICKET_NOT_ON_SALE'],
    [{}, { guestPrice: '1' }, ['guestPrice']],
    [{ onlinePayments: false }, {}, 'NO_PAYMENT_METHOD_CONFIGURED'],
    [{ actualLimit: 0 }, {}, 'TICKET_LIMIT_EXCEEDED'],
  ]
  reasons.forEach(([, , expected], first) => {
    const [sales, lines] = [reasons.slice(first).map(([sale]) => sale), reasons.slice(first).map(([, line]) => line)]
    const sale = aSale(Object.assign({}, ...sales))
    expect(decideOn([sale], [aLine(sale, Object.assign({}, ...lines))])).toEqual(expected)
  })
})

test('R146: the legacy call names the event, and the definition must be of it', () => {
  const sale = aSale()
  expect(decideOn([sale], [aLine(sale)], { eventId: newGuid() })).toBe('TICKET_DEFINITION_NOT_FOUND')
  expect(decideOn([sale], [aLine(sale)], { eventId: EVENT })).toEqual([1000])
})

test('R127: who acts for the site takes the money itself', () => {
  const sale = aSale({ onlinePayments: false })
  expect(decideOn([sale], [aLine(sale)])).toBe('NO_PAYMENT_METHOD_CONFIGURED')
  expect(decideOn([sale], [aLine(sale)], { identity: ADMIN })).toEqual([1000])
})
