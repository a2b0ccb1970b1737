import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { must } from '../../test/support/sale.ts'

const app = await testApp()
const { admin, visitor } = app
const guest = await visitor()
const statusOf = async (eventId: string, caller = guest) =>
  (await must(caller, 'GET', `/events/v3/events/${eventId}?fields=REGISTRATION`)).body.event.registration.status

test.each([
  [true, 'OPEN_RSVP_WAITLIST_ONLY'],
  [false, 'CLOSED_AUTOMATICALLY'],
])('events 3.1, 3.2: a full event (waitlist: %s) says so to guests, from memory too', async (waitlistEnabled, full) => {
  const eventId = await aParty(app, { settings: { limit: 2, waitlistEnabled } })
  const seen = async () => [await statusOf(eventId), await statusOf(eventId, admin)]
  const first = await anRsvp(guest, eventId)
  expect(await seen()).toEqual(['OPEN_RSVP', 'OPEN_RSVP'])
  await anRsvp(guest, eventId)
  expect(await seen()).toEqual([full, full])
  await must(admin, 'DELETE', `/events/v2/rsvps/${first.id}`)
  expect(await seen()).toEqual(['OPEN_RSVP', 'OPEN_RSVP'])
  await anRsvp(guest, eventId)
  // events 13.5.2: a higher limit makes room; a lower one sends nobody away.
  const limit = (value: number) =>
    must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { registration: { rsvp: { limit: value } } } })
  await limit(3)
  expect(await seen()).toEqual(['OPEN_RSVP', 'OPEN_RSVP'])
  await limit(1)
  expect(await seen()).toEqual([full, full])
})

test('events 1.15: the dashboard counts RSVPs by their answer', async () => {
  const eventId = await aParty(app, { settings: { limit: 1, waitlistEnabled: true, responseType: 'YES_AND_NO' } })
  for (const status of ['YES', 'YES', 'NO', 'NO']) await anRsvp(guest, eventId, { status })
  const { body } = await must(admin, 'GET', `/events/v3/events/${eventId}?fields=DASHBOARD`)
  expect(body.event.summaries.rsvps).toEqual({ totalCount: 4, yesCount: 1, noCount: 2, waitlistCount: 1 })
})
