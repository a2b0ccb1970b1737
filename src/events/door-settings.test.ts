import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aSale, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const pathOf = (eventId: string) => `/boxoffice/v1/events/${eventId}/door-settings`

test('guests are let in two hours before the start, by no gate of a name, and not again after they left, unless the event says otherwise; so does its clone', async () => {
  const { eventId } = await aSale(app)
  const path = pathOf(eventId.toUpperCase())
  const opens = { admissionMinutes: 120, admissionOpensDate: '2030-06-01T16:00:00.000Z' }
  expect((await must(admin, 'GET', path)).body).toEqual({ doorSettings: { ...opens, reentry: false, gates: [] } })
  const change = (doorSettings: object) => must(admin, 'PATCH', path, { doorSettings })
  expect((await change({ gates: [' North ', 'South'] })).body).toEqual({
    doorSettings: { ...opens, reentry: false, gates: ['North', 'South'] },
  })
  const all = { reentry: true, gates: ['North', 'South'] }
  expect((await change({ admissionMinutes: null, reentry: true })).body).toEqual({ doorSettings: all })
  const revisionOf = async () => (await must(admin, 'GET', `/events/v3/events/${eventId}`)).body.event.revision
  const before = await revisionOf()
  for (const same of [{}, { admissionMinutes: null }, { reentry: true }, { gates: ['North', 'South'] }])
    await change(same)
  expect(await revisionOf()).toBe(before)
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { title: 'Another title' } })
  const clone = (await must(admin, 'POST', `/events/v3/events/${eventId}/clone`, {})).body.event.id
  for (const each of [eventId, clone])
    expect((await must(admin, 'GET', pathOf(each))).body).toEqual({ doorSettings: all })
  expect((await change({ admissionMinutes: 0, reentry: false, gates: [] })).body).toEqual({
    doorSettings: { admissionMinutes: 0, admissionOpensDate: '2030-06-01T18:00:00.000Z', reentry: false, gates: [] },
  })
})

const many = Array.from({ length: 51 }, (_, index) => `Gate ${index}`)
test.each<[string, unknown, string[]]>([
  ['no body', undefined, ['request']],
  ['no settings', {}, ['doorSettings']],
  ['settings that are null', { doorSettings: null }, ['doorSettings']],
  ['minutes after the start', { doorSettings: { admissionMinutes: -1 } }, ['doorSettings.admissionMinutes']],
  ['more than a week', { doorSettings: { admissionMinutes: 10_081 } }, ['doorSettings.admissionMinutes']],
  ['half a minute', { doorSettings: { admissionMinutes: 0.5 } }, ['doorSettings.admissionMinutes']],
  ['a text for minutes', { doorSettings: { admissionMinutes: '60' } }, ['doorSettings.admissionMinutes']],
  ['null for whether they may come again', { doorSettings: { reentry: null } }, ['doorSettings.reentry']],
  ['a text for that', { doorSettings: { reentry: 'true' } }, ['doorSettings.reentry']],
  ['null for gates', { doorSettings: { gates: null } }, ['doorSettings.gates']],
  ['51 gates', { doorSettings: { gates: many } }, ['doorSettings.gates']],
  ['a gate that is a number', { doorSettings: { gates: [7] } }, ['doorSettings.gates[0]']],
  ['a gate without a name', { doorSettings: { gates: ['A', '  '] } }, ['doorSettings.gates[1]']],
  ['a gate of two lines', { doorSettings: { gates: ['A\nB'] } }, ['doorSettings.gates[0]']],
  ['a gate of 51', { doorSettings: { gates: ['x'.repeat(51)] } }, ['doorSettings.gates[0]']],
  ['one gate twice', { doorSettings: { gates: ['A', 'B', ' A'] } }, ['doorSettings.gates[2]']],
])('%s is a 400', async (_, body, fields) => {
  const { eventId } = await aSale(app)
  expect(await refusedWithoutTrace(sql, () => admin('PATCH', pathOf(eventId), body))).toEqual([400, fields])
})

test.each(['GET', 'PATCH'] as const)('R22: %s: unknown, foreign, no id, no permission, no token', async method => {
  const { eventId } = await aSale(app)
  const body = method === 'PATCH' ? { doorSettings: { gates: ['A'] } } : undefined
  const scanner = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] })
  expect(refusalOf(await admin(method, pathOf(newGuid()), body))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect(refusalOf(await (await otherSite()).admin(method, pathOf(eventId), body))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect(refusalOf(await admin(method, pathOf('x'), body))).toEqual([400, ['eventId']])
  for (const caller of [await visitor(), scanner])
    expect(refusalOf(await caller(method, pathOf(eventId), body))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await anonymous(method, pathOf(eventId), body))).toEqual([401, 'UNAUTHENTICATED'])
})

test('who says which state of the event was seen overwrites no other', async () => {
  const { eventId } = await aSale(app)
  const path = pathOf(eventId)
  const read = async () => (await must(admin, 'GET', `/events/v3/events/${eventId}`)).body.event.updatedDate
  const ifUpdatedDate = await read()
  setNow('2030-05-01T12:00:01.000Z')
  const put = (doorSettings: object, seen: unknown) => admin('PATCH', path, { doorSettings, ifUpdatedDate: seen })
  expect((await put({ gates: ['North'] }, ifUpdatedDate)).status).toBe(200)
  const stored = (await must(admin, 'GET', path)).body
  expect(await refusedWithoutTrace(sql, () => put({ admissionMinutes: 5 }, ifUpdatedDate))).toEqual([409, 'ABORTED'])
  expect(await refusedWithoutTrace(sql, () => put({ admissionMinutes: 5 }, 'now'))).toEqual([400, ['ifUpdatedDate']])
  expect((await must(admin, 'GET', path)).body).toEqual(stored)
  expect((await put({ admissionMinutes: 5 }, await read())).status).toBe(200)
  expect((await put({ gates: ['North'] }, null)).status).toBe(200)
})
