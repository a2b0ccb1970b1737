import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, setNow, now } = app
const RSVPS = '/events/v2/rsvps'
const fields = ['DETAILS']

async function threeGuests(rsvp: object = {}) {
  const eventId = await aParty(app, { settings: { responseType: 'YES_AND_NO', waitlistEnabled: true } })
  await askForGuests(app, eventId)
  return anRsvp(admin, eventId, { additionalGuestDetails: { guestCount: 2, guestNames: ['Cleo Dahl'] }, ...rsvp })
}

const checkIn = (id: string, body: object = {}, caller = admin) =>
  caller('POST', `${RSVPS}/${id}/check-in`, { fields, ...body })
const cancel = (id: string, body: object = {}, caller = admin) =>
  caller('POST', `${RSVPS}/${id}/cancel-check-in`, { fields, ...body })
const detailsOf = (rsvp: { guestList: { guests: { checkInDetails: object }[] } }) =>
  rsvp.guestList.guests.map(({ checkInDetails }) => checkInDetails)

describe('events 13.5.5: check-in', () => {
  test('events 13.5.5, 13.5.7, 13.5.8: guests come in one by one, with who let them in and when', async () => {
    const { id, eventId } = await threeGuests()
    const { body } = await checkIn(id, { guestIds: [2], checkInDate: '2030-05-01T13:30:00+02:00' })
    expect(body.rsvp).toMatchObject({ revision: '2', checkedInGuestCount: 1, fullyCheckedIn: false })
    expect(detailsOf(body.rsvp)).toEqual([
      { checkedIn: false },
      {
        checkedIn: true,
        checkInDate: '2030-05-01T11:30:00.000Z',
        checkedInBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      { checkedIn: false },
    ])
    const dora = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [eventId] })
    const all = await checkIn(id, {}, dora)
    expect(all.body.rsvp).toMatchObject({ checkedInGuestCount: 3, fullyCheckedIn: true })
    expect(detailsOf(all.body.rsvp)[0]).toEqual({
      checkedIn: true,
      checkInDate: now().toISOString(),
      checkedInByStaffMember: expect.any(String),
    })
    expect((await must(dora, 'GET', `${RSVPS}/${id}`)).body.rsvp.fullyCheckedIn).toBe(true)
  })

  test('events 13.5.5: an unknown guest is a 400, one who is inside a 428, and nobody else is let in', async () => {
    const { id } = await threeGuests()
    expect(refusalOf(await checkIn(id, { guestIds: [1, 4] }))).toEqual([400, 'GUEST_NOT_FOUND'])
    await checkIn(id, { guestIds: [1] })
    expect(refusalOf(await checkIn(id, { guestIds: [1, 2] }))).toEqual([428, 'GUEST_ALREADY_CHECKED_IN'])
    expect((await must(admin, 'GET', `${RSVPS}/${id}`)).body.rsvp).toMatchObject({
      revision: '2',
      checkedInGuestCount: 1,
    })
    await checkIn(id)
    expect(refusalOf(await checkIn(id))).toEqual([428, 'GUEST_ALREADY_CHECKED_IN'])
  })

  test('events 13.5.5: a moment that is still to come is INVALID_CHECK_IN_TIME', async () => {
    const { id } = await threeGuests()
    const { status, body } = await checkIn(id, { checkInDate: '2030-05-01T12:00:00.001Z' })
    expect([status, body.details.validationError.fieldViolations]).toMatchObject([
      400,
      [{ field: 'checkInDate', violatedRule: 'CUSTOM', ruleName: 'INVALID_CHECK_IN_TIME' }],
    ])
  })

  test.each(['NO', 'WAITLIST'])('events 13.5.5: %s does not admit', async status => {
    const { id } = await threeGuests({ status })
    expect(refusalOf(await checkIn(id))).toEqual([428, 'FAILED_PRECONDITION'])
  })

  test('events 13.1: who is inside cannot decline, and a guest who is taken out is not inside any more', async () => {
    const { id } = await threeGuests()
    await checkIn(id)
    const change = (revision: string, rsvp: object) =>
      admin('PATCH', `${RSVPS}/${id}`, { rsvp: { revision, ...rsvp }, fields })
    expect(refusalOf(await change('2', { status: 'NO' }))).toEqual([428, 'INVALID_RSVP_STATUS'])
    const { body } = await change('2', { additionalGuestDetails: { guestCount: 1 } })
    expect(body.rsvp).toMatchObject({ checkedInGuestCount: 2, fullyCheckedIn: true })
    await cancel(id)
    expect((await change('4', { status: 'NO' })).status).toBe(200)
  })

  test.each([
    ['no guests', { guestIds: [] }, ['guestIds']],
    ['too many', { guestIds: Array.from({ length: 12 }, (_, index) => index + 1) }, ['guestIds']],
    ['a guest before the first', { guestIds: [0] }, ['guestIds[0]']],
    ['a date that is none', { checkInDate: 'now' }, ['checkInDate']],
  ])('api 5.2.3: %s', async (_, body, expected) => {
    const { id } = await threeGuests()
    expect(refusalOf(await checkIn(id, body))).toEqual([400, expected])
  })

  test('an unknown RSVP is 404, an id that is none 400', async () => {
    expect(refusalOf(await checkIn(newGuid()))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect(refusalOf(await checkIn('x'))).toEqual([400, ['rsvpId']])
  })
})

describe('events 13.5.6: canceling a check-in', () => {
  test('events 13.5.6, 13.5.7: an empty body takes all of them back, and empties the date', async () => {
    const { id } = await threeGuests()
    await checkIn(id, { guestIds: [1, 3] })
    setNow('2030-05-01T12:05:00.000Z')
    const { body } = await cancel(id)
    expect(body.rsvp).toMatchObject({ checkedInGuestCount: 0, fullyCheckedIn: false })
    const back = {
      checkedIn: false,
      checkInCanceledDate: '2030-05-01T12:05:00.000Z',
      checkedInBy: expect.any(String),
      checkInCanceledBy: expect.any(String),
    }
    expect(detailsOf(body.rsvp)).toEqual([back, { checkedIn: false }, back])
    expect(refusalOf(await cancel(id))).toEqual([428, 'GUEST_NOT_CHECKED_IN'])
    setNow('2030-05-01T12:00:00.000Z')
  })

  test('events 13.5.6: unknown guests, guests who are not inside, and impossible moments', async () => {
    const { id } = await threeGuests()
    await checkIn(id, { guestIds: [1] })
    expect(refusalOf(await cancel(id, { guestIds: [9] }))).toEqual([400, 'GUEST_NOT_FOUND'])
    expect(refusalOf(await cancel(id, { guestIds: [1, 2] }))).toEqual([428, 'GUEST_NOT_CHECKED_IN'])
    for (const checkInCanceledDate of ['2030-05-01T12:00:00.001Z', '2030-05-01T11:59:59.999Z'])
      expect(refusalOf(await cancel(id, { checkInCanceledDate }))).toEqual([400, ['checkInCanceledDate']])
    expect((await cancel(id, { guestIds: [1] })).body.rsvp.revision).toBe('3')
  })
})
