import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMember } from '../../test/support/promotions.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { ADA, must, refusalOf } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, sql } = app
const guest = await visitor()
const V1 = '/events/v1/rsvp'
const settings = { responseType: 'YES_AND_NO', waitlistEnabled: true, limit: 3 }

async function aFirst(more: object = {}) {
  const eventId = await aParty(app, { settings })
  await askForGuests(app, eventId)
  const { body } = await must(guest, 'POST', V1, { eventId, form: ADA, ...more })
  return { eventId, rsvp: body.rsvp, calendarLinks: body.calendarLinks }
}
const two = [
  { inputName: 'additionalGuests', value: '2' },
  { inputName: 'guestNames', values: ['Cleo Dahl', 'Emil Falk'] },
]
const read = async (id: string) =>
  (await must(admin, 'GET', `${V1}/${id}?fieldset=DETAILS&fieldset=FORM&fieldset=CONTACT_DETAILS`)).body.rsvp

describe('events 14: RSVP V1', () => {
  test('events 14: names and e-mail are in the form, and both versions read the same RSVP', async () => {
    const { rsvp, eventId, calendarLinks } = await aFirst({ form: { inputValues: [...ADA.inputValues, ...two] } })
    expect(rsvp).toMatchObject({
      eventId,
      status: 'YES',
      firstName: 'Ada',
      lastName: 'Berg',
      email: 'ada@example.org',
      totalGuests: 3,
      guests: [
        { index: 0, id: 1, fullName: 'Ada Berg' },
        { index: 1, id: 2, fullName: 'Cleo Dahl' },
        { index: 2, id: 3, fullName: 'Emil Falk' },
      ],
      anonymized: false,
    })
    expect(rsvp.rsvpForm.inputValues.map(({ inputName }: { inputName: string }) => inputName)).toEqual([
      'firstName',
      'lastName',
      'email',
      'additionalGuests',
      'guestNames',
    ])
    expect(calendarLinks.ics).toContain(`/rsvps/${rsvp.id}/calendar.ics?token=`)
    const second = (await must(admin, 'GET', `/events/v2/rsvps/${rsvp.id}?fields=DETAILS&fields=FORM`)).body.rsvp
    expect(second).toMatchObject({
      id: rsvp.id,
      revision: '1',
      firstName: 'Ada',
      totalGuests: 3,
      form: { inputValues: [] },
    })
    expect(await read(rsvp.id)).toEqual(rsvp)
    expect(Object.keys((await must(admin, 'GET', `${V1}/${rsvp.id}`)).body.rsvp).sort()).toEqual([
      'contactId',
      'eventId',
      'id',
      'marketingConsent',
      'status',
    ])
  })

  test('events 14: the waiting status is WAITING, and the limit is one for both versions', async () => {
    const { eventId } = await aFirst({ form: { inputValues: [...ADA.inputValues, ...two] } })
    const waiting = (await must(guest, 'POST', V1, { eventId, form: ADA })).body.rsvp
    expect(waiting.status).toBe('WAITING')
    expect((await anRsvp(guest, eventId)).status).toBe('WAITLIST')
    expect(refusalOf(await guest('POST', V1, { eventId, form: ADA, status: 'WAITING' }))).toEqual([
      400,
      'UNEXPECTED_RSVP_STATUS',
    ])
    expect(refusalOf(await guest('POST', V1, { eventId, form: ADA, options: { ignoreLimits: true } }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    const more = (await must(admin, 'POST', V1, { eventId, form: ADA, options: { ignoreLimits: true } })).body.rsvp
    expect(more.status).toBe('YES')
    const listed = await must(admin, 'GET', `${V1}?eventId=${eventId}&status=WAITING&limit=10`)
    expect(listed.body.total).toBe(2)
  })

  test('events 14: the form is judged; ignoring that, a name and an address are still needed', async () => {
    const { eventId } = await aFirst()
    const [firstName, lastName, email] = ADA.inputValues
    const wrong = [
      [],
      [firstName, lastName],
      [firstName, firstName, lastName, email],
      [...ADA.inputValues, { inputName: 'who', value: 'x' }],
    ]
    for (const inputValues of wrong)
      expect(refusalOf(await guest('POST', V1, { eventId, form: { inputValues } }))).toEqual([
        400,
        'INVALID_FORM_RESPONSE',
      ])
    const options = { ignoreFormValidation: true, silent: true }
    const unknown = { inputValues: [...ADA.inputValues, { inputName: 'who', value: 'x' }] }
    expect((await admin('POST', V1, { eventId, form: unknown, options })).status).toBe(200)
    expect(refusalOf(await admin('POST', V1, { eventId, form: { inputValues: [] }, options }))).toEqual([
      400,
      'INVALID_FORM_RESPONSE',
    ])
  })

  test('events 14, 6.7: lists by offset, in an order, with facets of RSVPs and people', async () => {
    const { eventId, rsvp } = await aFirst({ form: { inputValues: [...ADA.inputValues, two[0]] } })
    const { caller, memberId } = await aMember(app)
    await anRsvp(caller, eventId, { firstName: 'Bea', email: 'bea@example.org', status: 'NO' })
    await must(admin, 'POST', `${V1}/check-in`, { eventId, rsvpId: rsvp.id })
    const names = (body: { rsvps: { firstName: string }[] }) => body.rsvps.map(({ firstName }) => firstName).join()
    const list = async (search: string) =>
      (await must(admin, 'GET', `${V1}?eventId=${eventId}&fieldset=DETAILS&${search}`)).body
    expect(await list('limit=1&offset=1&sort=firstName:asc')).toMatchObject({
      total: 2,
      limit: 1,
      offset: 1,
      rsvps: [{ firstName: 'Bea' }],
    })
    expect(names(await list('tag=FULLY_CHECKED_IN'))).toBe('Ada')
    expect(names(await list('tag=NOT_FULLY_CHECKED_IN&tag=MEMBER'))).toBe('Bea')
    expect(names(await list(`memberId=${memberId}`))).toBe('Bea')
    expect(names(await list('searchPhrase=da%20ber'))).toBe('Ada')
    expect(names(await list('searchPhrase=%25'))).toBe('')
    expect(names(await list(`eventCreatorId=${newGuid()}`))).toBe('')
    expect(names(await list(`rsvpId=${rsvp.id}&contactId=${rsvp.contactId}`))).toBe('Ada')
    const { facets, rsvpFacets } = await list('facet=status&facet=tag&facet=shoeSize')
    expect(facets).toEqual({
      status: { counts: { YES: 1, NO: 1, WAITING: 0 } },
      tag: { counts: { FULLY_CHECKED_IN: 1, NOT_FULLY_CHECKED_IN: 1, MEMBER: 1 } },
    })
    expect(rsvpFacets.facets.status.counts.YES).toEqual({ count: 1, guests: 3, guestsCheckIn: 3 })
    const filter = { eventId: { $eq: eventId }, status: 'NO' }
    const queried = await must(admin, 'POST', `${V1}/query`, { filter, limit: 5, fieldset: ['DETAILS'] })
    expect([names(queried.body), queried.body.total]).toEqual(['Bea', 1])
    expect(refusalOf(await admin('POST', `${V1}/query`, { filter: { shoeSize: 1 } }))).toEqual([
      400,
      'FILTER_PARSER_ERROR',
    ])
    expect(refusalOf(await admin('POST', `${V1}/query`, { limit: 101 }))).toEqual([400, ['limit']])
    expect(refusalOf(await admin('GET', `${V1}?sort=shoeSize:asc`))).toEqual([400, ['sort']])
    expect(refusalOf(await admin('GET', `${V1}?limit=401`))).toEqual([400, ['limit']])
  })

  test('events 14, api 8.3: an update changes what its mask names, and needs the event', async () => {
    const { eventId, rsvp } = await aFirst()
    const url = `${V1}/${rsvp.id}`
    const form = { inputValues: [{ inputName: 'firstName', value: 'Bea' }, ...ADA.inputValues.slice(1), two[0]] }
    const { body } = await must(admin, 'PATCH', url, { eventId, fields: ['rsvpForm'], rsvpForm: form, status: 'NO' })
    expect(body.rsvp).toMatchObject({ firstName: 'Bea', totalGuests: 3, status: 'YES' })
    const declined = await must(admin, 'PATCH', url, { eventId, fields: 'status', rsvpForm: ADA, status: 'NO' })
    expect(declined.body.rsvp).toMatchObject({ firstName: 'Bea', status: 'NO' })
    expect(refusalOf(await admin('PATCH', url, { eventId: newGuid(), fields: ['status'], status: 'YES' }))).toEqual([
      404,
      'RSVP_NOT_FOUND',
    ])
    expect(refusalOf(await admin('PATCH', url, { eventId, fields: ['status'] }))).toEqual([400, ['status']])
    expect(refusalOf(await admin('PATCH', url, { eventId, fields: ['rsvpForm'] }))).toEqual([400, ['rsvpForm']])
    expect(refusalOf(await admin('PATCH', url, { eventId, fields: ['email'], status: 'YES' }))).toEqual([
      400,
      ['fields'],
    ])
    expect(refusalOf(await admin('PATCH', url, { eventId }))).toEqual([400, ['status']])
    expect(refusalOf(await admin('PATCH', url, { status: 'YES' }))).toEqual([400, ['eventId']])
    expect((await read(rsvp.id)).status).toBe('NO')
  })

  test('events 14: a bulk update is all or none', async () => {
    const { eventId, rsvp } = await aFirst()
    const other = await anRsvp(guest, eventId)
    const body = { eventId, rsvpId: [other.id, rsvp.id], fields: ['status'], status: 'NO' }
    const { rsvps } = (await must(admin, 'PATCH', V1, body)).body
    expect(rsvps.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      [other.id, 'NO'],
      [rsvp.id, 'NO'],
    ])
    const unknown = { ...body, status: 'YES', rsvpId: [rsvp.id, newGuid()] }
    expect(refusalOf(await admin('PATCH', V1, unknown))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect((await read(rsvp.id)).status).toBe('NO')
    for (const rsvpId of [[], Array.from({ length: 101 }, newGuid)])
      expect(refusalOf(await admin('PATCH', V1, { ...body, rsvpId }))).toEqual([400, ['rsvpId']])
  })

  test('events 14: delete takes 1 to 100 of one event, all or none', async () => {
    const { eventId, rsvp } = await aFirst()
    const elsewhere = (await aFirst()).rsvp
    const url = (...ids: string[]) => `${V1}?eventId=${eventId}&${ids.map(id => `rsvps=${id}`).join('&')}`
    expect(refusalOf(await admin('DELETE', url(rsvp.id, elsewhere.id)))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect(refusalOf(await admin('DELETE', `${V1}?eventId=${eventId}`))).toEqual([400, ['rsvps']])
    expect((await read(rsvp.id)).id).toBe(rsvp.id)
    expect((await must(admin, 'DELETE', url(rsvp.id.toUpperCase()))).body).toEqual({})
    expect(refusalOf(await admin('GET', `${V1}/${rsvp.id}`))).toEqual([404, 'RSVP_NOT_FOUND'])
    const [counts] = await sql`select yes_rsvps from rsvp_counts where event_id = ${eventId}`
    expect(counts).toEqual({ yesRsvps: 0 })
  })

  test('events 14: check-in and its undoing name RSVP and event', async () => {
    const { eventId, rsvp } = await aFirst({ form: { inputValues: [...ADA.inputValues, two[0]] } })
    const { body } = await must(admin, 'POST', `${V1}/check-in`, { eventId, rsvpId: rsvp.id, guestId: [1, 2] })
    expect(body.rsvp.guests.map(({ checkIn }: { checkIn?: object }) => checkIn?.constructor === Object)).toEqual([
      true,
      true,
      false,
    ])
    const wrong = { eventId: newGuid(), rsvpId: rsvp.id }
    expect(refusalOf(await admin('POST', `${V1}/check-in`, wrong))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect(refusalOf(await admin('POST', `${V1}/check-in`, { rsvpId: rsvp.id }))).toEqual([400, ['eventId']])
    const undo = `${V1}/check-in?eventId=${eventId}&rsvpId=${rsvp.id}`
    expect(refusalOf(await admin('DELETE', `${undo}&guestId=3`))).toEqual([428, 'GUEST_NOT_CHECKED_IN'])
    const undone = await must(admin, 'DELETE', `${undo}&guestId=1&guestId=2`)
    expect(undone.body.rsvp.guests.some(({ checkIn }: { checkIn?: object }) => checkIn)).toBe(false)
  })
})
