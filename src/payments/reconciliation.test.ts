import { expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, notify, type Ordered } from '../../test/support/orders.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, anonymous, otherSite } = app
const LIST = '/boxoffice/v1/reconciliation'

/** A paid order that was canceled. */
async function aCase(): Promise<Ordered & { caseId: string }> {
  const ordered = await anOrder(app)
  await notify(ordered, 'PAID')
  await must(ordered.guest, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
  const { body } = await must(admin, 'GET', `${LIST}?orderNumber=${ordered.order.orderNumber}`)
  return { ...ordered, caseId: body.cases[0].id }
}

const resolve = (caller: Caller, caseId: string, body: unknown = {}) =>
  caller('POST', `${LIST}/${caseId}/resolve`, body)

test('law 6: money without tickets is listed until somebody resolves it, with a note and by whom', async () => {
  const { caseId, order, eventId } = await aCase()
  const list = `${LIST}?orderNumber=${order.orderNumber}`
  const open = {
    id: caseId,
    reason: 'ORDER_CANCELED',
    eventId,
    orderStatus: 'CANCELED',
    payment: expect.objectContaining({ id: order.snapshotId, status: 'CAPTURED', provider: 'test' }),
    actions: ['REFUND', 'RESOLVE'],
    openedDate: app.now().toISOString(),
  }
  expect((await must(admin, 'GET', `${list}&state=OPEN`)).body).toEqual({
    total: 1,
    offset: 0,
    limit: 50,
    cases: [open],
  })
  expect((await resolve(admin, caseId.toUpperCase(), { note: 'A donation, she says' })).body).toEqual({})
  expect((await must(admin, 'GET', `${list}&state=OPEN`)).body.cases).toEqual([])
  expect((await must(admin, 'GET', `${list}&state=RESOLVED`)).body.cases).toEqual([
    {
      ...open,
      actions: [],
      resolvedDate: app.now().toISOString(),
      resolvedBy: { kind: 'admin', id: expect.any(String) },
      note: 'A donation, she says',
    },
  ])
  expect(await refusedWithoutTrace(sql, () => resolve(admin, caseId))).toEqual([404, 'NOT_FOUND'])
})

test('R22: the list is by pages, newest first, filtered by reason, and no other site’s', async () => {
  for (let count = 0; count < 3; count += 1) {
    await aCase()
    app.setNow(new Date(app.now().getTime() + 1000))
  }
  const { body: all } = await must(admin, 'GET', LIST)
  expect(all.total).toBeGreaterThanOrEqual(3)
  const dates = all.cases.map(({ openedDate }: { openedDate: string }) => openedDate)
  expect(dates).toEqual([...dates].sort().reverse())
  const page = (await must(admin, 'GET', `${LIST}?limit=1&offset=1`)).body
  expect(page).toMatchObject({ total: all.total, offset: 1, limit: 1, cases: [{ id: all.cases[1].id }] })
  expect((await must(admin, 'GET', `${LIST}?reason=DISPUTED&reason=REFUND_FAILED`)).body.total).toBe(0)
  expect((await must(admin, 'GET', `${LIST}?reason=ORDER_CANCELED`)).body.total).toBe(all.total)
  expect((await must((await otherSite()).admin, 'GET', LIST)).body.total).toBe(0)
})

test.each<[string, string, string]>([
  ['an unknown state', 'state=CLOSED', 'state'],
  ['an unknown reason', 'reason=WHATEVER', 'reason[0]'],
  ['a limit above 100', 'limit=101', 'limit'],
  ['an offset below 0', 'offset=-1', 'offset'],
])('api 6: %s is a 400', async (_, query, field) => {
  expect(refusalOf(await admin('GET', `${LIST}?${query}`))).toEqual([400, [field]])
})

test('R22: cases are the organizer’s to resolve: no guest’s, no staff member’s, no other site’s', async () => {
  const { caseId, guest } = await aCase()
  const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
  for (const caller of [guest, seller]) {
    expect(refusalOf(await caller('GET', LIST))).toEqual([403, 'PERMISSION_DENIED'])
    expect(await refusedWithoutTrace(sql, () => resolve(caller, caseId))).toEqual([403, 'PERMISSION_DENIED'])
  }
  expect(refusalOf(await anonymous('GET', LIST))).toEqual([401, 'UNAUTHENTICATED'])
  for (const [caller, id] of [[(await otherSite()).admin, caseId] as const, [admin, newGuid()] as const])
    expect(await refusedWithoutTrace(sql, () => resolve(caller, id))).toEqual([404, 'NOT_FOUND'])
  expect(refusalOf(await resolve(admin, 'x'))).toEqual([400, ['caseId']])
  expect(await refusedWithoutTrace(sql, () => resolve(admin, caseId, { note: 'x'.repeat(501) }))).toEqual([
    400,
    ['note'],
  ])
  expect(await refusedWithoutTrace(sql, () => resolve(admin, caseId, { note: 5 }))).toEqual([400, ['note']])
})
