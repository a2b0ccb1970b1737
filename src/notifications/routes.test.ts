import {
  ResolveNotificationConfigResponse,
  UpsertNotificationConfigResponse,
} from '@wix/auto_sdk_events_notifications/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { NOTIFICATION_NAMES, NOTIFICATIONS } from './model.ts'

const app = await testApp()
const { sql, siteId, admin, anonymous, visitor, otherSite, setNow } = app
const START = '2030-05-01T12:00:00.000Z'
const LATER = '2030-05-02T08:00:00.000Z'
beforeEach(() => setNow(START))

const pathOf = (eventId: string) => `/events-notifications/v2/notification-configs/${eventId}`
const resolve = async (eventId: string) =>
  (await must(admin, 'GET', `/events-notifications/v2/notification-configs/resolve/${eventId}`)).body.notificationConfig
const upsert = async (eventId: string, notificationConfig: object) =>
  (await must(admin, 'POST', pathOf(eventId), { notificationConfig })).body.notificationConfig
const factsOf = async (eventId: string) => {
  const rows = await sql`
    select sequence, kind from activities
     where entity_kind = 'notification_config' and entity_id = ${eventId} order by sequence`
  return rows.map(({ sequence, kind }) => `${sequence} ${kind}`)
}

describe('what the mails of an event say', () => {
  test('events 11.1, 11.2, 11.13: by default everything is sent, in the site’s words, and reading stores nothing', async () => {
    const eventId = await anEvent(sql, siteId, { title: 'Carmen' })
    const config = await resolve(eventId.toUpperCase())
    expect(config.id).toBe(eventId)
    for (const stored of ['revision', 'createdDate', 'updatedDate']) expect(config).not.toHaveProperty(stored)
    for (const name of NOTIFICATION_NAMES) expect([name, config[name].sendingEnabled]).toEqual([name, true])
    expect(config.orderConfirmation.template).toEqual({
      subject: 'Your tickets: Carmen',
      body: expect.stringContaining('Thank you for your order.'),
      descriptionLink: { display: false, linkText: 'About the event' },
      calendarLink: { display: true, linkText: 'Add to calendar' },
      onlineConferencingLink: { display: false, linkText: 'Join online' },
      includeTickets: true,
    })
    expect(judgedByClient(ResolveNotificationConfigResponse, { notificationConfig: config })).toEqual([])
    expect(await sql`select event_id from notification_configs`).toEqual([])
    expect(await resolve(eventId)).toEqual(config)
  })

  test('events 11.4: there are eight of them, each of a type that nobody changes', async () => {
    const eventId = await anEvent(sql, siteId)
    const types = (config: Record<string, { notificationType: string }>) =>
      Object.fromEntries(NOTIFICATION_NAMES.map(name => [name, config[name]?.notificationType]))
    expect(Object.keys(NOTIFICATIONS)).toHaveLength(8)
    expect(types(await resolve(eventId))).toEqual(NOTIFICATIONS)
    expect(types(await upsert(eventId, { invoice: { notificationType: 'EMAIL_RSVP_CONFIRMATION' } }))).toEqual(
      NOTIFICATIONS,
    )
  })

  test('events 11.5: a long title is cut off, so that the default subject can be stored as it is', async () => {
    const eventId = await anEvent(sql, siteId, { title: `${'x'.repeat(80)}${'🎭'.repeat(20)}` })
    const { subject } = (await resolve(eventId)).orderConfirmation.template
    expect(subject.length).toBeLessThanOrEqual(100)
    expect(subject).toMatch(/🎭…$/u)
    expect(subject.isWellFormed()).toBe(true)
    const { revision: _, ...whole } = await resolve(eventId)
    expect((await upsert(eventId, whole)).orderConfirmation).toEqual(whole.orderConfirmation)
  })
})

describe('upsert', () => {
  test('events 11.3, 11.14, R17: creates, then replaces with the latest revision; what is not said is the default', async () => {
    const eventId = await anEvent(sql, siteId)
    const before = await resolve(eventId)
    const template = { subject: 'In!', body: 'Come.', calendarLink: { linkText: '' }, includeTickets: null }
    const created = await upsert(eventId.toUpperCase(), {
      id: newGuid(),
      orderConfirmation: { template, sendingEnabled: false },
    })
    expect(created).toEqual({
      ...before,
      id: eventId,
      revision: '1',
      createdDate: START,
      updatedDate: START,
      orderConfirmation: {
        ...before.orderConfirmation,
        sendingEnabled: false,
        template: {
          ...before.orderConfirmation.template,
          subject: 'In!',
          body: 'Come.',
          calendarLink: { display: true, linkText: '' },
        },
      },
    })
    expect(judgedByClient(UpsertNotificationConfigResponse, { notificationConfig: created })).toEqual([])
    expect(await resolve(eventId)).toEqual(created)

    setNow(LATER)
    const replaced = await upsert(eventId, { revision: '1', rsvpConfirmation: { sendingEnabled: false } })
    expect(replaced).toEqual({
      ...before,
      revision: '2',
      createdDate: START,
      updatedDate: LATER,
      rsvpConfirmation: { ...before.rsvpConfirmation, sendingEnabled: false },
    })
    expect(await factsOf(eventId)).toEqual(['1 notification_config.created', '2 notification_config.updated'])
  })

  test('events 11.6: only a reminder has a time, a day before unless said otherwise', async () => {
    const eventId = await anEvent(sql, siteId)
    expect((await resolve(eventId)).upcomingEventReminder.reminderTime).toBe('BEFORE_1_DAY')
    const config = await upsert(eventId, {
      upcomingEventReminder: { reminderTime: 'BEFORE_30_MINUTES' },
      orderConfirmation: { reminderTime: 'BEFORE_30_MINUTES' },
    })
    expect(config.upcomingEventReminder.reminderTime).toBe('BEFORE_30_MINUTES')
    expect(config.orderConfirmation.reminderTime).toBe('INSTANT')
  })

  test('events 11.7: an invoice has a switch and no text', async () => {
    const eventId = await anEvent(sql, siteId)
    const { invoice } = await upsert(eventId, { invoice: { template: { subject: 'Pay' }, sendingEnabled: false } })
    expect(invoice).toEqual({ notificationType: 'EMAIL_INVOICE', reminderTime: 'INSTANT', sendingEnabled: false })
  })

  test.each([
    ['none, where one is stored', undefined, true],
    ['one that is past', '1', true],
    ['one to come', '3', true],
    ['one, where none is stored', '1', false],
  ])('R18, events 11.3: with a revision that is not the latest (%s) nothing changes', async (_, revision, stored) => {
    const eventId = await anEvent(sql, siteId)
    if (stored) await upsert(eventId, { revision: (await upsert(eventId, {})).revision })
    const before = await resolve(eventId)
    const notificationConfig = { revision, invoice: { sendingEnabled: false } }
    const answer = await admin('POST', pathOf(eventId), { notificationConfig })
    expect(refusalOf(answer)).toEqual([409, 'ABORTED'])
    expect(answer.body.details.applicationError.data).toEqual(stored ? { currentRevision: '2' } : {})
    expect(await resolve(eventId)).toEqual(before)
  })

  test('R18: of five first configurations at once one is stored', async () => {
    const eventId = await anEvent(sql, siteId)
    const five = Array.from({ length: 5 }, () => admin('POST', pathOf(eventId), { notificationConfig: {} }))
    expect((await Promise.all(five)).map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  })

  const of = (setting: unknown) => ({ notificationConfig: { ticketConfirmation: setting } })
  const at = 'notificationConfig.ticketConfirmation'
  test.each([
    ['no body', undefined, ['request']],
    ['no configuration', {}, ['notificationConfig']],
    ['null for it', { notificationConfig: null }, ['notificationConfig']],
    ['a numeric revision (R6)', { notificationConfig: { revision: 1 } }, ['notificationConfig.revision']],
    ['a revision that is none', { notificationConfig: { revision: 'one' } }, ['notificationConfig.revision']],
    ['a setting that is none', of('off'), [at]],
    ['a switch that is none', of({ sendingEnabled: 'yes' }), [`${at}.sendingEnabled`]],
    ['a time that is none', of({ reminderTime: 'BEFORE_2_DAYS' }), [`${at}.reminderTime`]],
    ['a type that is none', of({ notificationType: 'EMAIL_HELLO' }), [`${at}.notificationType`]],
    ['an empty subject', of({ template: { subject: '' } }), [`${at}.template.subject`]],
    ['a subject of 101', of({ template: { subject: 'x'.repeat(101) } }), [`${at}.template.subject`]],
    ['an empty body', of({ template: { body: '' } }), [`${at}.template.body`]],
    ['a body of 1001', of({ template: { body: 'x'.repeat(1001) } }), [`${at}.template.body`]],
    [
      'a link text of 61',
      of({ template: { calendarLink: { linkText: 'x'.repeat(61) } } }),
      [`${at}.template.calendarLink.linkText`],
    ],
    ['a link that is none', of({ template: { descriptionLink: [] } }), [`${at}.template.descriptionLink`]],
    ['a display that is none', of({ template: { includeTickets: 1 } }), [`${at}.template.includeTickets`]],
  ])('events 11.5: %s is refused by field', async (_, body, fields) => {
    const eventId = await anEvent(sql, siteId)
    expect(await refusedWithoutTrace(sql, () => admin('POST', pathOf(eventId), body))).toEqual([400, fields])
  })

  test('events 11.5: the longest texts are taken', async () => {
    const template = { subject: 's'.repeat(100), body: 'b'.repeat(1000), descriptionLink: { linkText: 'l'.repeat(60) } }
    const config = await upsert(await anEvent(sql, siteId), { eventCancelation: { template } })
    expect(config.eventCancelation.template).toMatchObject(template)
  })
})

const call = (caller: typeof admin, verb: 'resolve' | 'upsert', id: string) =>
  verb === 'resolve'
    ? caller('GET', `/events-notifications/v2/notification-configs/resolve/${id}`)
    : caller('POST', pathOf(id), { notificationConfig: {} })

test.each(['resolve', 'upsert'] as const)(
  'events 11.1, 11.14: %s of what is unknown, foreign, malformed or not allowed',
  async route => {
    const eventId = await anEvent(sql, siteId)
    const other = await otherSite()
    const theirs = await anEvent(sql, other.siteId)
    for (const id of [newGuid(), theirs])
      expect(refusalOf(await call(admin, route, id))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await call(admin, route, 'x'))).toEqual([400, ['notificationConfigId']])
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
    for (const caller of [await visitor(), staff])
      expect(refusalOf(await call(caller, route, eventId))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await call(anonymous, route, eventId))).toEqual([401, 'UNAUTHENTICATED'])
    const expired: typeof admin = (method, url, body) =>
      anonymous(method, url, body, { authorization: 'no.such.token' })
    expect(refusalOf(await call(expired, route, eventId))).toEqual([401, 'UNAUTHENTICATED'])
  },
)

test('events 1.13.1: a clone has the notifications of its original, as its own', async () => {
  const eventId = await anEvent(sql, siteId)
  const plain = (await must(admin, 'POST', `/events/v3/events/${eventId}/clone`, {})).body.event.id
  expect(await resolve(plain)).not.toHaveProperty('revision')

  await upsert(eventId, { revision: (await upsert(eventId, { invoice: { sendingEnabled: false } })).revision })
  const kept = await upsert(eventId, { revision: '2', orderConfirmation: { template: { subject: 'Mine' } } })
  setNow(LATER)
  const cloneId = (await must(admin, 'POST', `/events/v3/events/${eventId}/clone`, {})).body.event.id
  const copied = await resolve(cloneId)
  expect(copied).toEqual({ ...kept, id: cloneId, revision: '1', createdDate: LATER, updatedDate: LATER })
  expect(await factsOf(cloneId)).toEqual(['1 notification_config.created'])
})

test('events 1.12.1: notifications go with their event', async () => {
  const eventId = await anEvent(sql, siteId)
  await upsert(eventId, {})
  await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
  expect(await sql`select event_id from notification_configs where event_id = ${eventId}`).toEqual([])
})
