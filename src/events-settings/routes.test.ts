import { GetEventsSettingsResponse, UpdateEventsSettingsResponse } from '@wix/auto_sdk_events_events-settings/schemas'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow, now } = app
const PATH = '/v1/events-settings'
const ALL = 'fields=SITE_INFO&fields=EVENTS_INFO&fields=SERVICE_FEE_SETTINGS&fields=PAYMENT_SETTINGS'

const read = async (query = '', caller = admin) => (await must(caller, 'GET', `${PATH}?${query}`)).body.eventsSettings
const update = (eventsSettings: object, { id = siteId, caller = admin, ...more } = {}) =>
  caller('PATCH', `${PATH}/${id}`, { eventsSettings, ...more })
const captureLater = (enabled: boolean | null) => ({
  paymentSettings: { delayedPaymentCaptureSettings: { enabled } },
})

describe('get', () => {
  test('events 10.1, 10.3: there is one object from the beginning, and without fields it is only the basics', async () => {
    const { admin: fresh, siteId: id } = await otherSite()
    const [site] = await sql<{ createdAt: Date }[]>`select created_at from sites where site_id = ${id}`
    const created = site?.createdAt.toISOString()
    expect(await read('', fresh)).toEqual({ id, revision: '1', createdDate: created, updatedDate: created })
    expect(await sql`select from activities where entity_kind = 'events_settings'`).toHaveLength(0)
  })

  test('events 10.2, 10.10: each group when it is asked for, as the client knows it', async () => {
    const { admin: fresh } = await otherSite()
    const { body } = await must(fresh, 'GET', `${PATH}?${ALL}`)
    expect(body.eventsSettings).toMatchObject({
      siteInfo: {
        locale: 'en-US',
        language: 'en',
        premiumFeatures: ['SELL_TICKETS', 'INCLUDE_URL_IN_EMAIL', 'HIDE_FOOTER_IN_EMAIL'],
      },
      eventsInfo: { firstEventCreated: false, sellingTickets: false, sellingPaidTickets: false },
      serviceFeeSettings: { serviceFeeEnabled: false },
      paymentSettings: {
        ticketSalesEnabled: true,
        activePaymentMethods: [{ methodId: 'creditCard' }],
        couponsAccepted: false,
        giftCardsAccepted: false,
        delayedPaymentCaptureSettings: { enabled: false },
      },
    })
    expect(judgedByClient(GetEventsSettingsResponse, body)).toEqual([])
    expect(Object.keys(await read('fields=EVENTS_INFO', fresh))).toContain('eventsInfo')
    expect(Object.keys(await read('fields=EVENTS_INFO', fresh))).not.toContain('siteInfo')
  })

  test('events 10.6: selling tickets begins with a definition, selling paid ones with a price', async () => {
    const { admin: fresh } = await otherSite()
    const facts = async () => Object.values((await read('fields=EVENTS_INFO', fresh)).eventsInfo)
    const { eventId, definitionId } = await aSale({ admin: fresh }, { definition: FREE })
    expect(await facts()).toEqual([true, true, false])
    const paid = await aDefinition({ admin: fresh }, eventId)
    expect(await facts()).toEqual([true, true, true])
    for (const id of [paid.id, definitionId]) await must(fresh, 'DELETE', `/events/v3/ticket-definitions/${id}`)
    await must(fresh, 'DELETE', `/events/v3/events/${eventId}`)
    expect(await facts()).toEqual([true, false, false])
  })

  test('events 10.7: coupons are accepted when there is one', async () => {
    const { admin: fresh } = await otherSite()
    await must(fresh, 'POST', '/boxoffice/v1/coupons', {
      coupon: { code: 'SUMMER', name: 'Summer', percentOff: '10' },
    })
    expect((await read('fields=PAYMENT_SETTINGS', fresh)).paymentSettings.couponsAccepted).toBe(true)
  })
})

describe('update', () => {
  test('events 10.4, 10.5, 10.8: whether payments are authorized first, by the current revision', async () => {
    const { admin: fresh, siteId: id } = await otherSite()
    const start = now()
    setNow('2030-05-01T13:00:00.000Z')
    try {
      const fields = ['PAYMENT_SETTINGS']
      const answer = await update({ revision: '1', ...captureLater(true) }, {
        id: id.toUpperCase(),
        caller: fresh,
        fields,
      } as never)
      expect(answer.body.eventsSettings).toMatchObject({
        id,
        revision: '2',
        updatedDate: '2030-05-01T13:00:00.000Z',
        ...captureLater(true),
      })
      expect(judgedByClient(UpdateEventsSettingsResponse, answer.body.eventsSettings)).toEqual([])
      const stale = () => update({ revision: '1', ...captureLater(false) }, { id, caller: fresh })
      expect(await refusedWithoutTrace(sql, stale)).toEqual([409, 'ABORTED'])
      // What is not said, and what cannot be changed, stays as it is.
      await must(fresh, 'PATCH', `${PATH}/${id}`, {
        eventsSettings: { revision: '2', siteInfo: { locale: 'de' }, paymentSettings: { couponsAccepted: true } },
      })
      const after = await read(ALL, fresh)
      expect([after.revision, after.siteInfo.locale, after.paymentSettings.delayedPaymentCaptureSettings]).toEqual([
        '3',
        'en-US',
        { enabled: true },
      ])
    } finally {
      setNow(start)
    }
  })

  test.each([
    ['no revision', {}, 'eventsSettings.revision'],
    ['null for one', { revision: null }, 'eventsSettings.revision'],
    ['a number for one', { revision: 1 }, 'eventsSettings.revision'],
    ['a revision that is none', { revision: '-1' }, 'eventsSettings.revision'],
    [
      'a text for the switch',
      { revision: '1', ...captureLater('yes' as never) },
      'eventsSettings.paymentSettings.delayedPaymentCaptureSettings.enabled',
    ],
    ['a list of settings', { revision: '1', paymentSettings: [] }, 'eventsSettings.paymentSettings'],
  ])('events 10.5: %s', async (_, settings, field) => {
    expect(await refusedWithoutTrace(sql, () => update(settings))).toEqual([400, [field]])
  })

  test('events 10.1: settings that are not there, or another site’s', async () => {
    for (const id of [newGuid(), (await otherSite()).siteId])
      expect(await refusedWithoutTrace(sql, () => update({ revision: '1' }, { id }))).toEqual([404, 'NOT_FOUND'])
    expect(refusalOf(await update({ revision: '1' }, { id: 'x' }))).toEqual([400, ['eventsSettingsId']])
    expect(refusalOf(await admin('GET', `${PATH}?fields=SECRETS`))).toEqual([400, ['fields[0]']])
  })

  test('events 10.9: only who acts for the whole site', async () => {
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
    for (const [caller, refusal] of [
      [await visitor(), [403, 'PERMISSION_DENIED']],
      [staff, [403, 'PERMISSION_DENIED']],
      [anonymous, [401, 'UNAUTHENTICATED']],
    ] as const) {
      expect(refusalOf(await caller('GET', PATH))).toEqual(refusal)
      expect(await refusedWithoutTrace(sql, () => update({ revision: '1' }, { caller }))).toEqual(refusal)
    }
  })
})
