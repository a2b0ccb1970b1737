import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { ledgerOf } from '../../test/support/ledger.ts'
import { type Purchase, purchases } from '../../test/support/purchases.ts'
import { must } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import type { Notification, Payment } from '../payments/model.ts'
import type { Provider, ProviderState, Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'
import { captureAuthorizedPayment, voidAuthorizedPayment } from './authorization.ts'
import { carryOutOf } from './carry-out.ts'
import { carryOutDue } from './carry-out-due.ts'
import { settle } from './settle.ts'

// Providers that need a network: they can hang, fail, lose an answer, and do something by themselves.

const app = await testApp()
const { sql, siteId, admin, setNow } = app
const { anOrder, stateOf, tell } = purchases(app)
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const identity = { kind: 'admin', siteId, apiKeyId: '00000000-0000-4000-8000-000000000001' } as const

/** A bank elsewhere: its books are its own, and it can be told to fail. */
function aBank({ fails = 0, loses = 0 }: { fails?: number; loses?: number } = {}) {
  const books = new Map<string, ProviderState>()
  const asked: string[] = []
  const does = (what: string, become: (is: ProviderState) => ProviderState) => async (payment: Payment) => {
    asked.push(what)
    if (fails-- > 0) throw new Error('no answer')
    const is = become(
      books.get(payment.paymentId) ?? (payment.status === 'BEGUN' ? 'OPEN' : (payment.status as ProviderState)),
    )
    books.set(payment.paymentId, is)
    if (loses-- > 0) throw new Error('done, and the answer was lost')
    return is
  }
  const bank: Omit<Provider, 'parse'> = {
    isLocal: false,
    begin: async () => ({ url: 'https://bank.example/pay', ref: null }),
    lookUp: does('lookUp', is => is),
    capture: does('capture', is => (is === 'AUTHORIZED' ? 'CAPTURED' : is)),
    void: does('void', is => (is === 'AUTHORIZED' || is === 'OPEN' ? 'VOIDED' : is)),
    refund: async payment => {
      const is = await does('refund', is => (is === 'CAPTURED' ? 'REFUNDED' : is))(payment)
      return { state: is === 'REFUNDED' ? 'DONE' : 'FAILED', ref: null }
    },
  }
  const providers: Providers = { ...PROVIDERS, test: bank }
  return { books, asked, providers, run: () => carryOutDue(sql, app.now(), providers) }
}

/** An order whose payment was authorized, and the capture or the void of it that was asked for and nobody carried out. */
async function anAskedOrder(what: 'capture' | 'void'): Promise<Purchase> {
  const order = await anOrder()
  await tell(order, 'AUTHORIZED')
  const verb = what === 'capture' ? captureAuthorizedPayment : voidAuthorizedPayment
  const named = { orderNumber: order.orderNumber, eventId: null }
  await inTransaction(sql, tx => verb(tx, named, { identity, now: app.now() }))
  return order
}

const PAID = { order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] }
const VOIDED = { order: ['VOIDED', false, 0], reservation: 'CANCELED', stock: [2, 0, 0] }
const later = (seconds: number) => setNow(new Date(app.now().getTime() + seconds * 1000))

describe('R188: what was asked is done after the commit, by whoever comes, until it is done', () => {
  test('a process that dies after it decided: the job of another captures', async () => {
    const order = await anAskedOrder('capture')
    expect(await stateOf(order)).toMatchObject({
      order: ['AUTHORIZED', false, 0],
      payments: ['test AUTHORIZED 20 CAPTURE'],
    })
    const bank = aBank()
    expect(await bank.run()).toBe(1)
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20'] })
    expect(await bank.run()).toBe(0)
    expect(bank.asked).toEqual(['capture'])
  })

  test('a capture that is asked for again meanwhile adds nothing, and a void is refused', async () => {
    const order = await anAskedOrder('capture')
    const before = await ledgerOf(sql)
    const named = { orderNumber: order.orderNumber, eventId: null }
    const by = { identity, now: app.now() }
    await inTransaction(sql, tx => captureAuthorizedPayment(tx, named, by))
    await expect(inTransaction(sql, tx => voidAuthorizedPayment(tx, named, by))).rejects.toMatchObject({
      code: 'ORDER_STATUS_NOT_AUTHORIZED',
    })
    expect(await ledgerOf(sql)).toEqual(before)
    await aBank().run()
    expect(await stateOf(order)).toMatchObject(PAID)
  })

  test.each([
    ['does not answer', { fails: 3 }],
    ['does it and loses the answer', { loses: 3 }],
  ])('a bank that %s is asked again, later and later, and it is done once', async (_, trouble) => {
    const order = await anAskedOrder('capture')
    const bank = aBank(trouble)
    for (const wait of [10, 20, 40]) {
      await expect(bank.run()).rejects.toThrow('1 payments are left as they were')
      expect((await stateOf(order)).order).toEqual(['AUTHORIZED', false, 0])
      later(wait - 1)
      expect(await bank.run()).toBe(0) // not yet
      later(1)
    }
    expect(await bank.run()).toBe(1)
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20'] })
    expect(bank.asked).toHaveLength(4)
  })

  test('law 6: after eight attempts a person is told, and it is tried on; when it is done, the case is closed', async () => {
    const order = await anAskedOrder('void')
    const bank = aBank({ fails: 9 })
    const reasons = async () => {
      const { cases } = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body
      return cases.map(({ payment, reason }: { payment: { id: string }; reason: string }) => [payment.id, reason])
    }
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await expect(bank.run()).rejects.toThrow()
      expect(await reasons()).toEqual(attempt < 8 ? [] : [[order.paymentId, 'PROVIDER_FAILS']])
      later(3600)
    }
    expect(await bank.run()).toBe(1)
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test VOIDED 20'] })
    expect(await reasons()).toEqual([])
  })

  test('one payment’s trouble is not the others’', async () => {
    const [stuck, sound] = [await anAskedOrder('capture'), await anAskedOrder('capture')]
    const bank = aBank()
    const capture = bank.providers.test.capture
    const picky: Providers = {
      ...bank.providers,
      test: {
        ...bank.providers.test,
        capture: payment =>
          payment.paymentId === stuck.paymentId ? Promise.reject(new Error('no')) : capture(payment),
      },
    }
    await expect(carryOutDue(sql, app.now(), picky)).rejects.toThrow('1 payments are left as they were')
    expect(await stateOf(sound)).toMatchObject(PAID)
    later(10)
    await bank.run()
    expect(await stateOf(stuck)).toMatchObject(PAID)
  })

  test('nothing is asked of a bank elsewhere while somebody waits for an answer', async () => {
    const order = await anAskedOrder('capture')
    const bank = aBank()
    await carryOutOf(sql, { siteId, orderNumber: order.orderNumber }, app.now(), bank.providers)
    expect(bank.asked).toEqual([])
    await bank.run()
  })
})

describe('9.1: what the bank says is the truth', () => {
  test.each<ProviderState>(['VOIDED', 'DECLINED'])('a capture that finds it %s: the order is VOIDED', async found => {
    const order = await anAskedOrder('capture')
    const bank = aBank()
    bank.books.set(order.paymentId, found)
    await bank.run()
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test VOIDED 20'] })
  })

  test('law 6: a void that finds it captured: the money is refunded', async () => {
    const order = await anAskedOrder('void')
    const bank = aBank()
    bank.books.set(order.paymentId, 'CAPTURED')
    await bank.run()
    await bank.run()
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test REFUNDED 20'] })
    expect(bank.asked).toEqual(['void', 'refund'])
  })

  test('law 6: canceled while the capture was on its way: the money that came goes back', async () => {
    const order = await anAskedOrder('capture')
    const bank = aBank()
    const capture = bank.providers.test.capture
    const slow: Providers = {
      ...bank.providers,
      test: {
        ...bank.providers.test,
        capture: async payment => {
          await must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
          return capture(payment)
        },
      },
    }
    await carryOutDue(sql, app.now(), slow)
    expect((await stateOf(order)).payments).toEqual(['test CAPTURED 20 REFUND'])
    await bank.run()
    expect(await stateOf(order)).toMatchObject({
      order: ['CANCELED', false, 0],
      stock: [2, 0, 0],
      payments: ['test REFUNDED 20'],
    })
  })

  test('the bank’s own message and our question cross: the tickets are issued once', async () => {
    const order = await anAskedOrder('capture')
    const bank = aBank()
    const said = {
      siteId,
      provider: 'test',
      paymentId: order.paymentId,
      notificationId: 'its own',
      result: 'PAID',
    } as const
    await Promise.all([bank.run(), inTransaction(sql, tx => settle(tx, said, app.now()))])
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20'] })
  })
})

describe('a second authorization of an order that is AUTHORIZED already is let go', () => {
  /** What the bank said of the second one, and nothing was carried out yet. */
  async function theSecond(...results: Notification['result'][]) {
    const order = await anOrder()
    const again = await must(order.guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/payments`)
    await tell(order, 'AUTHORIZED')
    for (const result of results) {
      const said = { siteId, provider: 'test', paymentId: again.body.payment.id, notificationId: newGuid(), result }
      await inTransaction(sql, tx => settle(tx, said, app.now()))
    }
    return order
  }
  const KEPT = { order: ['AUTHORIZED', false, 0], reservation: 'CONFIRMED', stock: [0, 0, 2] }

  test.each<[Notification['result'], string]>([
    ['PAID', 'test CAPTURED 20 REFUND'],
    ['DECLINED', 'test VOIDED 20'],
  ])('law 5: whatever its bank says then (%s), the order stays with the first', async (result, payment) => {
    expect(await stateOf(await theSecond('AUTHORIZED'))).toEqual({
      ...KEPT,
      payments: ['test AUTHORIZED 20', 'test AUTHORIZED 20 VOID'],
    })
    const order = await theSecond('AUTHORIZED', result)
    expect(await stateOf(order)).toEqual({ ...KEPT, payments: ['test AUTHORIZED 20', payment] })
  })
})

describe('R170, 9.1: before an order is given up, the bank is asked what it knows', () => {
  async function anAbandonedOrder() {
    const order = await anOrder()
    setNow('2030-05-01T14:00:00.000Z')
    await expireOverdue(sql, app.now())
    return order
  }

  test.each<[ProviderState, string[]]>([
    ['CAPTURED', ['PAID', 'test CAPTURED 20']],
    ['AUTHORIZED', ['AUTHORIZED', 'test AUTHORIZED 20']],
    ['DECLINED', ['DECLINED', 'test DECLINED 20']],
    ['OPEN', ['CANCELED', 'test VOIDED 20']],
  ])('it knows of a payment that is %s: nobody’s notification was needed', async (found, [status, payment]) => {
    const order = await anAbandonedOrder()
    const bank = aBank()
    bank.books.set(order.paymentId, found)
    await closeAbandoned(sql, app.now(), bank.providers)
    const {
      order: [is],
      payments,
    } = await stateOf(order)
    expect([is, payments]).toEqual([status, [payment]])
  })

  test('it does not answer: the order is not given up before it does', async () => {
    const order = await anAbandonedOrder()
    await expect(closeAbandoned(sql, app.now(), aBank({ fails: 1 }).providers)).rejects.toThrow('1 orders could not')
    expect((await stateOf(order)).order[0]).toBe('INITIATED')
    expect(await closeAbandoned(sql, app.now(), aBank().providers)).toBe(1)
  })
})

test('law 6, law 16: what no provider can give back is left to a person, by a case, until that person has done it', async () => {
  const order = await anOrder()
  const url = `/events/v1/events/${order.eventId}/orders/confirm`
  await must(admin, 'POST', url, { orderNumber: [order.orderNumber] })
  expect((await stateOf(order)).payments).toEqual(['test VOIDED 20', 'manual CAPTURED 20'])
  const refunds = `/boxoffice/v1/orders/${order.orderNumber}/refunds`
  await must(admin, 'POST', refunds, { amount: { value: '5.00', currency: 'EUR' } })
  await carryOutDue(sql, app.now())
  expect((await stateOf(order)).payments).toEqual(['test VOIDED 20', 'manual CAPTURED 20 REFUND'])
  const { cases } = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body
  expect(cases).toMatchObject([
    { reason: 'REFUND_BY_HAND', payment: { provider: 'manual', orderNumber: order.orderNumber } },
  ])
  const { body } = await must(admin, 'GET', refunds)
  expect(body.refunds).toMatchObject([{ id: cases[0].refundId, status: 'PENDING', amount: { value: '5.00' } }])
  await must(admin, 'POST', `/boxoffice/v1/reconciliation/${cases[0].id}/resolve`, { note: 'Paid back in cash.' })
  expect((await must(admin, 'GET', refunds)).body).toMatchObject({
    orderStatus: 'PAID',
    refunded: { value: '5.00' },
    refundable: { value: '15.00' },
    refunds: [{ status: 'DONE' }],
  })
  expect((await stateOf(order)).payments).toEqual(['test VOIDED 20', 'manual CAPTURED 20'])
})
