import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aSale, checkOut, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite } = app
verifyAfterEach(sql)

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })

async function aPayment() {
  const { eventId, definitionId } = await aSale(app)
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
  const { orderNumber, snapshotId } = (await checkOut(guest, { eventId, reservationId })).body.order
  return {
    eventId,
    guest,
    reservationId,
    orderNumber,
    id: snapshotId,
    path: `/boxoffice/v1/test-payments/${snapshotId}`,
  }
}

const notify = (caller: Caller, path: string, more: object = {}) =>
  caller('POST', `${path}/notifications`, { notificationId: 'n-1', result: 'PAID', ...more })

describe('test payments', () => {
  test('a payment is shown to its buyer and to the organizer', async () => {
    const { guest, path, id, orderNumber } = await aPayment()
    const payment = {
      id,
      orderNumber,
      provider: 'test',
      status: 'BEGUN',
      amount: EUR('10.00'),
      refunded: EUR('0.00'),
      delayedCapture: false,
      createdDate: app.now().toISOString(),
      updatedDate: app.now().toISOString(),
    }
    expect((await guest('GET', path)).body).toEqual({ payment })
    expect((await admin('GET', path.replace(id, id.toUpperCase()))).body).toEqual({ payment })
    expect((await notify(guest, path)).body).toEqual({
      payment: { ...payment, status: 'CAPTURED' },
      orderStatus: 'PAID',
    })
  })

  test('somebody else’s, another site’s and an unknown one are 404', async () => {
    const { path } = await aPayment()
    const gone = [404, 'PAYMENT_NOT_FOUND']
    for (const caller of [await visitor(), (await otherSite()).admin]) {
      expect(refusalOf(await caller('GET', path))).toEqual(gone)
      expect(await refusedWithoutTrace(sql, () => notify(caller, path))).toEqual(gone)
    }
    const unknown = `/boxoffice/v1/test-payments/${newGuid()}`
    expect(refusalOf(await admin('GET', unknown))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => notify(admin, unknown))).toEqual(gone)
  })

  test('on a site that takes no test payments nobody can pay with them', async () => {
    const { guest, path } = await aPayment()
    await sql`update sites set test_payments = false where site_id = ${siteId}`
    try {
      for (const caller of [guest, admin])
        expect(await refusedWithoutTrace(sql, () => notify(caller, path))).toEqual([404, 'PAYMENT_NOT_FOUND'])
    } finally {
      await sql`update sites set test_payments = true where site_id = ${siteId}`
    }
  })

  test('R22: without a token; staff of other events', async () => {
    const { path } = await aPayment()
    expect(await refusedWithoutTrace(sql, () => notify(anonymous, path))).toEqual([401, 'UNAUTHENTICATED'])
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await aSale(app)).eventId] })
    expect(await refusedWithoutTrace(sql, () => notify(seller, path))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test.each<[string, object, string]>([
    ['no notification id', { notificationId: undefined }, 'notificationId'],
    ['an empty one', { notificationId: '' }, 'notificationId'],
    ['one of 101', { notificationId: 'x'.repeat(101) }, 'notificationId'],
    ['one that is a number', { notificationId: 1 }, 'notificationId'],
    ['no result', { result: undefined }, 'result'],
    ['an unknown result', { result: 'REFUNDED' }, 'result'],
  ])('%s is a 400', async (_, more, field) => {
    const { guest, path } = await aPayment()
    expect(await refusedWithoutTrace(sql, () => notify(guest, path, more))).toEqual([400, [field]])
  })

  test('a payment that is no GUID is a 400', async () => {
    expect(refusalOf(await admin('GET', '/boxoffice/v1/test-payments/x'))).toEqual([400, ['paymentId']])
    expect(refusalOf(await notify(admin, '/boxoffice/v1/test-payments/x'))).toEqual([400, ['paymentId']])
  })
})
