import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aSale, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const pathOf = (eventId: string) => `/boxoffice/v1/events/${eventId}/payment-settings`

async function revisionOf(eventId: string): Promise<number> {
  const [row] = await sql<{ revision: number }[]>`select revision from events where event_id = ${eventId}`
  return row?.revision ?? 0
}

test('9.1: authorized payments are captured by themselves, and nobody pays in person, unless the event says so', async () => {
  const { eventId } = await aSale(app)
  const path = pathOf(eventId.toUpperCase())
  expect((await must(admin, 'GET', path)).body).toEqual({
    paymentSettings: { autoCapture: true, offlinePayment: false },
  })
  const before = await revisionOf(eventId)
  const off = { paymentSettings: { autoCapture: false, offlinePayment: true } }
  expect((await must(admin, 'PATCH', path, off)).body).toEqual(off)
  expect((await must(admin, 'PATCH', path, off)).body).toEqual(off)
  expect((await must(admin, 'GET', path)).body).toEqual(off)
  expect(await revisionOf(eventId)).toBe(before + 1) // the second time nothing was new
  // What is absent stays.
  expect((await must(admin, 'PATCH', path, { paymentSettings: {} })).body).toEqual(off)
  expect((await must(admin, 'PATCH', path, { paymentSettings: { autoCapture: true } })).body).toEqual({
    paymentSettings: { autoCapture: true, offlinePayment: true },
  })
  await must(admin, 'PATCH', path, off)
  const event = { title: 'Another title' }
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event })
  expect((await must(admin, 'GET', path)).body).toEqual(off) // the contract's update does not know it
})

test.each<[string, unknown, string[]]>([
  ['no body', undefined, ['request']],
  ['no settings', {}, ['paymentSettings']],
  ['settings that are null', { paymentSettings: null }, ['paymentSettings']],
  ['null for yes or no', { paymentSettings: { autoCapture: null } }, ['paymentSettings.autoCapture']],
  ['a text for yes or no', { paymentSettings: { autoCapture: 'true' } }, ['paymentSettings.autoCapture']],
  ['a number for yes or no', { paymentSettings: { offlinePayment: 1 } }, ['paymentSettings.offlinePayment']],
])('9.1: %s is a 400', async (_, body, fields) => {
  const { eventId } = await aSale(app)
  const before = await revisionOf(eventId)
  expect(refusalOf(await admin('PATCH', pathOf(eventId), body))).toEqual([400, fields])
  expect(await revisionOf(eventId)).toBe(before)
})

test.each(['GET', 'PATCH'] as const)('R22: %s: unknown, foreign, no id, no permission, no token', async method => {
  const { eventId } = await aSale(app)
  const body = method === 'PATCH' ? { paymentSettings: { autoCapture: false } } : undefined
  const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'] })
  expect(refusalOf(await admin(method, pathOf(newGuid()), body))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect(refusalOf(await (await otherSite()).admin(method, pathOf(eventId), body))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect(refusalOf(await admin(method, pathOf('x'), body))).toEqual([400, ['eventId']])
  for (const caller of [await visitor(), seller])
    expect(refusalOf(await caller(method, pathOf(eventId), body))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await anonymous(method, pathOf(eventId), body))).toEqual([401, 'UNAUTHENTICATED'])
})

describe('whether buyers may say anew who comes', () => {
  const path = (eventId: string) => `/boxoffice/v1/events/${eventId}/guest-settings`
  const off = { guestSettings: { changeableByBuyer: false } }

  test('R202: they may, unless the event says otherwise; a copy of it says the same', async () => {
    const { eventId } = await aSale(app)
    expect((await must(admin, 'GET', path(eventId.toUpperCase()))).body).toEqual({
      guestSettings: { changeableByBuyer: true },
    })
    const before = await revisionOf(eventId)
    expect((await must(admin, 'PATCH', path(eventId), off)).body).toEqual(off)
    expect((await must(admin, 'PATCH', path(eventId), off)).body).toEqual(off)
    expect((await must(admin, 'PATCH', path(eventId), { guestSettings: {} })).body).toEqual(off)
    expect(await revisionOf(eventId)).toBe(before + 1)
    const { body } = await must(admin, 'POST', `/events/v3/events/${eventId}/clone`, {})
    expect((await must(admin, 'GET', path(body.event.id))).body).toEqual(off)
  })

  test.each<[string, unknown, string[]]>([
    ['no body', undefined, ['request']],
    ['no settings', {}, ['guestSettings']],
    ['settings that are null', { guestSettings: null }, ['guestSettings']],
    ['null for yes or no', { guestSettings: { changeableByBuyer: null } }, ['guestSettings.changeableByBuyer']],
    ['a text for yes or no', { guestSettings: { changeableByBuyer: 'no' } }, ['guestSettings.changeableByBuyer']],
  ])('R202: %s is a 400', async (_, body, fields) => {
    const { eventId } = await aSale(app)
    expect(refusalOf(await admin('PATCH', path(eventId), body))).toEqual([400, fields])
  })

  test.each(['GET', 'PATCH'] as const)('R22: %s: unknown, foreign, no permission, no token', async method => {
    const { eventId } = await aSale(app)
    const body = method === 'PATCH' ? off : undefined
    expect(refusalOf(await admin(method, path(newGuid()), body))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await (await otherSite()).admin(method, path(eventId), body))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await (await visitor())(method, path(eventId), body))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await anonymous(method, path(eventId), body))).toEqual([401, 'UNAUTHENTICATED'])
  })
})

test('who says which state of the event was seen overwrites no other', async () => {
  const { eventId } = await aSale(app)
  const path = pathOf(eventId)
  const read = async () => (await must(admin, 'GET', `/events/v3/events/${eventId}`)).body.event.updatedDate
  const ifUpdatedDate = await read()
  setNow('2030-05-01T12:00:01.000Z')
  const put = (paymentSettings: object, seen: unknown) => admin('PATCH', path, { paymentSettings, ifUpdatedDate: seen })
  expect((await put({ offlinePayment: true }, ifUpdatedDate)).status).toBe(200)
  const stored = (await must(admin, 'GET', path)).body
  expect(await refusedWithoutTrace(sql, () => put({ autoCapture: false }, ifUpdatedDate))).toEqual([409, 'ABORTED'])
  expect(await refusedWithoutTrace(sql, () => put({ autoCapture: false }, 'now'))).toEqual([400, ['ifUpdatedDate']])
  expect((await must(admin, 'GET', path)).body).toEqual(stored)
  expect((await put({ autoCapture: false }, await read())).status).toBe(200)
  expect((await put({ offlinePayment: true }, null)).status).toBe(200)
})
