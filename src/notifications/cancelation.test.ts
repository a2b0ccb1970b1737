import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { anOrder } from '../../test/support/orders.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'
import { tellGuests } from './tell.ts'

const app = await testApp()
const { sql, admin, now } = app
const server = await aMailServer()
const post = postThrough(app, server)

const cancelationOf = async (eventId: string) =>
  (await must(admin, 'GET', `/boxoffice/v1/events/${eventId}/cancelation`)).body.cancelation

const guestForm = (firstName: string, email: string) => ({
  form: {
    inputValues: [
      { inputName: 'firstName', value: firstName },
      { inputName: 'lastName', value: 'Guest' },
      { inputName: 'email', value: email },
    ],
  },
})

test('events 1.2.4, 11.13: who cancels knows before how many are told, and sees how many mails are through', async () => {
  const { eventId } = await anOrder(app, {
    definition: FREE,
    event: { initialType: 'TICKETING', tickets: { guestsAssignedSeparately: true } },
    quantity: 3,
    checkout: {
      buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
      // One is the buyer, two share an address.
      guests: [
        guestForm('Ada', 'ADA@example.org'),
        guestForm('Bo', 'bo@example.org'),
        guestForm('Cy', 'Bo@example.org'),
      ],
    },
  })
  const none = { waiting: 0, sent: 0, dropped: 0, failed: 0 }
  expect(await cancelationOf(eventId)).toEqual({ sendingEnabled: true, recipients: 2, mails: none })
  await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)
  await tellGuests(sql, now())
  await post()
  server.taken()
  await tellGuests(sql, now())
  await post()
  const { mails, recipients } = await cancelationOf(eventId)
  expect([mails, recipients]).toEqual([{ ...none, sent: 2 }, 2])
})

test('of answers those count that are a yes or wait, and want mails; a switch that is off says so', async () => {
  const eventId = await aParty(app, { settings: { responseType: 'YES_AND_NO' } })
  await anRsvp(await app.visitor(), eventId)
  await anRsvp(await app.visitor(), eventId, { status: 'NO', email: 'no@example.org' })
  await must(admin, 'POST', `/events-notifications/v2/notification-configs/${eventId}`, {
    notificationConfig: { eventCancelation: { sendingEnabled: false } },
  })
  expect(await cancelationOf(eventId)).toMatchObject({ recipients: 1, sendingEnabled: false })
})

test('an event that is not there, another site’s, and who may not cancel', async () => {
  const path = (eventId: string) => `/boxoffice/v1/events/${eventId}/cancelation`
  const eventId = await aParty(app)
  const other = await app.otherSite()
  expect((await admin('GET', path(newGuid()))).status).toBe(404)
  expect((await other.admin('GET', path(eventId))).status).toBe(404)
  expect((await admin('GET', path('1'))).status).toBe(400)
  expect((await (await app.visitor())('GET', path(eventId))).status).toBe(403)
  expect((await app.anonymous('GET', path(eventId))).status).toBe(401)
})
