import { describe, expect, test } from 'vitest'
import type { Payment } from '../payments/model.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import type { Order, OrderStatus } from './model.ts'
import { type OrderAction, possibleActions } from './possible.ts'

const NOW = new Date('2030-05-01T12:00:00.000Z')
const order = (status: OrderStatus, more: Partial<Order> = {}) =>
  ({ status, confirmedAt: NOW, archivedAt: null, anonymizedAt: null, email: 'ada@example.org', ...more }) as Order
const held = (status: TicketReservation['status'], expiresAt = new Date(NOW.getTime() + 1)) =>
  ({ status, expiresAt }) as TicketReservation
const payment = (more: Partial<Payment> = {}) =>
  ({ status: 'CAPTURED', amountMinor: 1000, refundedMinor: 0, refundingMinor: 0, asked: null, ...more }) as Payment

const actions = (of: Order, reservation: TicketReservation | null, payments: Payment[] = [], eventIsThere = true) =>
  possibleActions(of, { reservation, payments, eventIsThere, now: NOW })

describe('R183 to R188, R191: what can be done to an order', () => {
  test.each<[OrderStatus, TicketReservation['status'], OrderAction[]]>([
    ['INITIATED', 'PENDING', ['CONFIRM', 'CANCEL', 'EDIT_GUESTS']],
    ['PENDING', 'PENDING', ['CONFIRM', 'CANCEL', 'EDIT_GUESTS']],
    ['PARTIALLY_PAID', 'PENDING', ['CANCEL', 'EDIT_GUESTS']],
    ['AUTHORIZED', 'CONFIRMED', ['CAPTURE', 'VOID', 'CANCEL', 'EDIT_GUESTS']],
    ['FREE', 'CONFIRMED', ['CANCEL', 'ARCHIVE', 'EDIT_GUESTS', 'RESEND', 'ANONYMIZE']],
    ['OFFLINE_PENDING', 'CONFIRMED', ['CONFIRM', 'CANCEL', 'ARCHIVE', 'EDIT_GUESTS', 'RESEND', 'ANONYMIZE']],
    ['PAID', 'CONFIRMED', ['CANCEL', 'ARCHIVE', 'EDIT_GUESTS', 'RESEND', 'ANONYMIZE']],
    ['CANCELED', 'CANCELED_MANUALLY', ['ARCHIVE', 'EDIT_GUESTS', 'ANONYMIZE']],
    ['DECLINED', 'CANCELED', ['ARCHIVE', 'EDIT_GUESTS', 'ANONYMIZE']],
    ['VOIDED', 'CANCELED', ['ARCHIVE', 'EDIT_GUESTS', 'ANONYMIZE']],
  ])('%s', (status, reservation, expected) => {
    const confirmedAt = ['FREE', 'OFFLINE_PENDING', 'PAID'].includes(status) ? NOW : null
    expect(actions(order(status, { confirmedAt }), held(reservation))).toEqual(expected)
  })

  test('R170: a hold that is over allows nothing that needs it', () => {
    const waiting = order('INITIATED', { confirmedAt: null })
    expect(actions(waiting, held('PENDING', NOW))).toEqual(['EDIT_GUESTS'])
    expect(actions(waiting, null)).toEqual(['EDIT_GUESTS'])
  })

  test('R48: money goes back while some of it is here, and not on its way back', () => {
    expect(actions(order('PAID'), held('CONFIRMED'), [payment()])).toContain('REFUND')
    expect(actions(order('CANCELED'), null, [payment()])).toContain('REFUND')
    expect(actions(order('PAID'), held('CONFIRMED'), [payment({ refundingMinor: 1000 })])).not.toContain('REFUND')
    expect(actions(order('OFFLINE_PENDING'), held('CONFIRMED'), [payment()])).not.toContain('REFUND')
  })

  test('R188: what was asked for is not asked for again', () => {
    const asked = payment({ status: 'AUTHORIZED', asked: 'CAPTURE' })
    expect(actions(order('AUTHORIZED', { confirmedAt: null }), held('CONFIRMED'), [asked])).toEqual([
      'CANCEL',
      'EDIT_GUESTS',
    ])
  })

  test('R186, R191: what was put away is restored; what is nobody’s has no guests; without an event there is no form', () => {
    expect(actions(order('PAID', { archivedAt: NOW }), held('CONFIRMED'))).toEqual([
      'CANCEL',
      'UNARCHIVE',
      'EDIT_GUESTS',
      'ANONYMIZE',
    ])
    expect(actions(order('FREE', { anonymizedAt: NOW, email: '' }), held('CONFIRMED'))).toEqual(['CANCEL', 'ARCHIVE'])
    expect(actions(order('FREE'), held('CONFIRMED'), [], false)).not.toContain('EDIT_GUESTS')
  })
})
