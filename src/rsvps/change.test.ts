import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMember } from '../../test/support/promotions.ts'
import { ALL_FIELDS, anRsvp, answer, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { runJobs } from '../queue/run.ts'
import { deleteRsvpJobs } from './delete.ts'

const app = await testApp()
const { admin, visitor, otherSite, sql, setNow, now } = app
const guest = await visitor()
const RSVPS = '/events/v2/rsvps'

const update = (rsvp: { id: string; revision: string }, change: object, more: object = {}) =>
  admin('PATCH', `${RSVPS}/${rsvp.id}`, { rsvp: { revision: rsvp.revision, ...change }, fields: ALL_FIELDS, ...more })
const read = async (id: string) =>
  (await must(admin, 'GET', `${RSVPS}/${id}?fields=DETAILS&fields=FORM&fields=CONTACT_DETAILS`)).body.rsvp
const countsOf = async (eventId: string) => {
  const [row] = await sql`
    select yes_guests, waitlist_guests, no_guests from rsvp_counts where event_id = ${eventId}`
  return Object.values(row ?? {})
}
const factsOf = async (rsvpId: string) => {
  const rows = await sql`select kind, data from activities where entity_id = ${rsvpId} order by sequence`
  return rows.map(({ kind, data }) => [kind, data.placesFreed ?? 0])
}
const ofBoth = { responseType: 'YES_AND_NO', waitlistEnabled: true }

describe('events 13.5.1: update', () => {
  test('events 13.5.1, api 8.1: what is given changes, the rest stays, what never changes is ignored', async () => {
    const rsvp = await anRsvp(guest, await aParty(app))
    const theirs = { eventId: newGuid(), memberId: newGuid(), createdDate: '1999-01-01T00:00:00Z', anonymized: true }
    const extendedFields = { namespaces: { _user_fields: { shirt: 'M' } } }
    const change = { firstName: 'Bea', email: 'bea@example.org', marketingConsent: true, extendedFields }
    const { body } = await update(rsvp, { ...change, ...theirs })
    expect(body.rsvp).toEqual({
      ...rsvp,
      ...change,
      revision: '2',
      contactId: body.rsvp.contactId,
      guestList: { guests: [{ index: 0, guestId: 1, fullName: 'Bea Berg', checkInDetails: { checkedIn: false } }] },
    })
    expect(body.rsvp.contactId).not.toBe(rsvp.contactId)
    const cleared = await update(body.rsvp, { marketingConsent: null, extendedFields: null })
    expect(cleared.body.rsvp.marketingConsent).toBe(false)
    expect(cleared.body.rsvp).not.toHaveProperty('extendedFields')
    expect(await factsOf(rsvp.id)).toEqual([
      ['rsvp.created', 0],
      ['rsvp.updated', 0],
      ['rsvp.updated', 0],
    ])
  })

  test('events 13.5.1, api 7.3: a stale revision is 409, a missing one 400, and nothing changes', async () => {
    const rsvp = await anRsvp(guest, await aParty(app))
    expect(refusalOf(await update({ id: rsvp.id, revision: '2' }, { firstName: 'Bea' }))).toEqual([409, 'ABORTED'])
    const without = await admin('PATCH', `${RSVPS}/${rsvp.id}`, { rsvp: { firstName: 'Bea' } })
    expect(refusalOf(without)).toEqual([400, ['rsvp.revision']])
    expect(await read(rsvp.id)).toEqual(rsvp)
  })

  test.each([
    ['YES', 'NO', 'NO'],
    ['NO', 'YES', 'YES'],
    ['WAITLIST', 'YES', 'YES'],
    ['WAITLIST', 'NO', 'NO'],
    ['NO', 'WAITLIST', 'WAITLIST'],
    ['YES', 'WAITLIST', [428, 'INVALID_RSVP_STATUS']],
  ])('events 13.1: from %s to %s', async (from, to, expected) => {
    const eventId = await aParty(app, { settings: ofBoth })
    const rsvp = await anRsvp(admin, eventId, { status: from })
    const { status, body } = await update(rsvp, { status: to })
    expect(status === 200 ? body.rsvp.status : refusalOf({ status, body, headers: {} })).toEqual(expected)
    const counts = { YES: [1, 0, 0], WAITLIST: [0, 1, 0], NO: [0, 0, 1] }
    expect(await countsOf(eventId)).toEqual(counts[(status === 200 ? to : from) as keyof typeof counts])
    if (status !== 200)
      expect((await update(rsvp, { status: to }, { options: { ignoreResponseStatus: true } })).status).toBe(200)
  })

  test('events 13.5.2, 13.4.9: places are freed and taken exactly; nobody is promoted by itself', async () => {
    const eventId = await aParty(app, { settings: { ...ofBoth, limit: 3 } })
    await askForGuests(app, eventId)
    const three = await anRsvp(guest, eventId, { additionalGuestDetails: { guestCount: 2 } })
    const waiting = await anRsvp(guest, eventId, { email: 'bea@example.org' })
    expect([waiting.status, await countsOf(eventId)]).toEqual(['WAITLIST', [3, 1, 0]])
    expect(refusalOf(await update(waiting, { status: 'YES' }))).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    const more = { additionalGuestDetails: { guestCount: 3 } }
    expect(refusalOf(await update(three, more))).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    const fewer = await update(three, { additionalGuestDetails: { guestCount: 1 } })
    expect([fewer.status, await countsOf(eventId), (await read(waiting.id)).status]).toEqual([
      200,
      [2, 1, 0],
      'WAITLIST',
    ])
    expect((await update(waiting, { status: 'YES' })).status).toBe(200)
    // Back from NO, it has to queue again.
    const gone = await update(fewer.body.rsvp, { status: 'NO' })
    await anRsvp(guest, eventId, { email: 'cleo@example.org' })
    const back = await update(gone.body.rsvp, { status: 'YES' })
    expect([back.body.rsvp.status, await countsOf(eventId)]).toEqual(['WAITLIST', [2, 2, 0]])
    const forced = await update(back.body.rsvp, { status: 'YES' }, { options: { ignoreLimits: true } })
    expect([forced.body.rsvp.status, await countsOf(eventId)]).toEqual(['YES', [4, 0, 0]])
    expect(await factsOf(three.id)).toEqual([
      ['rsvp.created', 0],
      ['rsvp.updated', 1],
      ['rsvp.updated', 2],
      ['rsvp.updated', 0],
      ['rsvp.updated', 0],
    ])
  })

  test('events 13.5.1: only what changes is judged anew', async () => {
    const eventId = await aParty(app)
    const rsvp = await anRsvp(guest, eventId)
    const text = { label: 'Diet', mandatory: true, maxLength: 5 }
    await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, { text })
    await must(admin, 'PATCH', `/events/v3/events/${eventId}`, {
      event: { registration: { registrationPaused: true } },
    })
    const renamed = await update(rsvp, { firstName: 'Bea' })
    expect(renamed.status).toBe(200)
    const wrong = { form: { inputValues: [{ inputName: 'custom', value: 'too long' }] } }
    expect(refusalOf(await update(renamed.body.rsvp, wrong))).toEqual([400, 'INVALID_FORM_RESPONSE'])
    const anyway = await update(renamed.body.rsvp, wrong, { options: { ignoreFormValidation: true } })
    expect(anyway.status).toBe(200)
    expect(refusalOf(await update(anyway.body.rsvp, { status: 'NO' }))).toEqual([428, 'RSVPS_CLOSED'])
    await must(admin, 'PATCH', `/events/v3/events/${eventId}`, {
      event: { registration: { registrationPaused: false } },
    })
    expect(refusalOf(await update(anyway.body.rsvp, { status: 'NO' }))).toEqual([400, 'UNEXPECTED_RSVP_STATUS'])
    const guests = { additionalGuestDetails: { guestCount: 1 } }
    expect(refusalOf(await update(anyway.body.rsvp, guests))).toEqual([400, 'INVALID_FORM_RESPONSE'])
  })

  test('events 13.4.11: an address that is a registered member’s cannot be taken by an update', async () => {
    const eventId = await aParty(app)
    await anRsvp((await aMember(app)).caller, eventId, { email: 'member@example.org' })
    const rsvp = await anRsvp(guest, eventId)
    const taken = await update(rsvp, { email: 'MEMBER@example.org' })
    expect(refusalOf(taken)).toEqual([428, 'MEMBER_EMAIL_ALREADY_REGISTERED'])
  })

  test.each([
    ['no body', undefined, ['request']],
    ['a name that is cleared', { rsvp: { revision: '1', firstName: null } }, ['rsvp.firstName']],
    ['a status that is none', { rsvp: { revision: '1', status: 'MAYBE' } }, ['rsvp.status']],
    [
      'too many guests',
      { rsvp: { revision: '1', additionalGuestDetails: { guestCount: 11 } } },
      ['rsvp.additionalGuestDetails.guestCount'],
    ],
    ['a revision that is a number', { rsvp: { revision: 1 } }, ['rsvp.revision']],
  ])('api 5.2.3: an update with %s', async (_, body, fields) => {
    const rsvp = await anRsvp(guest, await aParty(app))
    expect(refusalOf(await admin('PATCH', `${RSVPS}/${rsvp.id}`, body))).toEqual([400, fields])
    expect(await read(rsvp.id)).toEqual(rsvp)
  })
})

test('events 13.5.11: nobody but who may manage RSVPs changes, deletes or reads them', async () => {
  const eventId = await aParty(app)
  const rsvp = await anRsvp(guest, eventId)
  const other = await aParty(app)
  const foreign = await otherSite()
  const dora = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [other] })
  const { caller: member } = await aMember(app)
  const one = `${RSVPS}/${rsvp.id}`
  const calls = [
    ['PATCH', one, { rsvp: { revision: '1', firstName: 'Bea' } }],
    ['PATCH', '/events/v2/bulk/rsvps/update', { rsvps: [{ rsvp: { id: rsvp.id, revision: '1', firstName: 'Bea' } }] }],
    ['DELETE', one, undefined],
    ['POST', '/events/v2/bulk/rsvps/delete-by-filter', { filter: { eventId } }],
    ['GET', one, undefined],
    ['POST', `${one}/check-in`, {}],
    ['POST', `${one}/cancel-check-in`, {}],
    ['GET', `${RSVPS}/summaries?eventId=${eventId}`, undefined],
    ['POST', `${RSVPS}/query`, {}],
    ['POST', `${RSVPS}/search`, {}],
    ['POST', `${RSVPS}/count`, {}],
    ['GET', '/events/v1/rsvp', undefined],
    ['POST', '/events/v1/rsvp/query', {}],
    ['GET', `/events/v1/rsvp/${rsvp.id}`, undefined],
    ['PATCH', `/events/v1/rsvp/${rsvp.id}`, { eventId, fields: ['status'], status: 'YES' }],
    ['PATCH', '/events/v1/rsvp', { eventId, rsvpId: [rsvp.id], status: 'YES' }],
    ['DELETE', `/events/v1/rsvp?eventId=${eventId}&rsvps=${rsvp.id}`, undefined],
    ['POST', '/events/v1/rsvp/check-in', { eventId, rsvpId: rsvp.id }],
    ['DELETE', `/events/v1/rsvp/check-in?eventId=${eventId}&rsvpId=${rsvp.id}`, undefined],
  ] as const
  for (const [method, url, body] of calls) {
    for (const caller of [guest, member])
      expect([url, ...refusalOf(await caller(method, url, body))]).toEqual([url, 403, 'PERMISSION_DENIED'])
    expect([url, (await app.anonymous(method, url, body)).status]).toEqual([url, 401])
    const byDora = await dora(method, url, body)
    if (/query|search|count/.test(url) || url === '/events/v1/rsvp')
      expect([url, byDora.body.rsvps?.length ?? byDora.body.count ?? 403]).toEqual([url, method === 'PATCH' ? 403 : 0])
    else expect([url, ...refusalOf(byDora)]).toEqual([url, 403, 'PERMISSION_DENIED'])
    const elsewhere = await foreign.admin(method, url, body)
    expect([url, JSON.stringify(elsewhere.body).includes(rsvp.email)]).toEqual([url, false])
  }
  await runJobs(sql, deleteRsvpJobs, now())
  expect(await read(rsvp.id)).toEqual(rsvp)
  expect(refusalOf(await foreign.admin('GET', one))).toEqual([404, 'RSVP_NOT_FOUND'])
})

describe('events 13.5.3: bulk update', () => {
  const bulk = (rsvps: object[], more: object = {}) =>
    admin('PATCH', '/events/v2/bulk/rsvps/update', { rsvps, ...more })

  test('events 13.5.3, api 8.7: each item by itself and by its mask; entities only when they are wanted', async () => {
    const eventId = await aParty(app, { settings: { ...ofBoth, limit: 2 } })
    await askForGuests(app, eventId)
    const one = await anRsvp(guest, eventId, { additionalGuestDetails: { guestCount: 1, guestNames: ['Cleo'] } })
    const two = await anRsvp(guest, eventId, { email: 'bea@example.org', marketingConsent: true })
    const items = [
      // What the mask names and the body lacks is cleared; what it does not name is not looked at.
      { rsvp: { id: one.id, revision: '1', firstName: 'Not' }, fieldMask: ['additionalGuestDetails'] },
      { rsvp: { id: newGuid(), revision: '1', firstName: 'Nobody' }, fieldMask: { paths: ['firstName'] } },
      // The place that the first gave back.
      { rsvp: { id: two.id, revision: '1', status: 'YES' }, fieldMask: 'status,marketingConsent' },
      { rsvp: { id: one.id, revision: '1', lastName: 'Dahl' } },
    ]
    const { body } = await must(admin, 'PATCH', '/events/v2/bulk/rsvps/update', { rsvps: items, fields: ALL_FIELDS })
    expect(body.bulkActionMetadata).toEqual({ totalSuccesses: 2, totalFailures: 2, undetailedFailures: 0 })
    const results = body.results.map(({ itemMetadata, rsvp }: never) => {
      const { originalIndex, success, error } = itemMetadata as {
        originalIndex: number
        success: boolean
        error?: { code: string }
      }
      return [originalIndex, success, error?.code, rsvp]
    })
    expect(results).toEqual([
      [0, true, undefined, undefined],
      [1, false, 'RSVP_NOT_FOUND', undefined],
      [2, true, undefined, undefined],
      [3, false, 'ABORTED', undefined],
    ])
    expect(await read(one.id)).toMatchObject({ firstName: 'Ada', totalGuests: 1, lastName: 'Berg' })
    expect(await read(two.id)).toMatchObject({ status: 'YES', marketingConsent: false })
    const again = await bulk([{ rsvp: { id: one.id, revision: '2', lastName: 'Dahl' } }], {
      returnEntity: true,
      fields: ['DETAILS'],
    })
    expect(again.body.results[0].rsvp).toMatchObject({ id: one.id, revision: '3', lastName: 'Dahl' })
  })

  const id = newGuid()
  test.each([
    ['no items', [], ['rsvps']],
    ['too many', Array.from({ length: 101 }, () => ({ rsvp: { id, revision: '1' } })), ['rsvps']],
    ['no revision', [{ rsvp: { id } }], ['rsvps[0].rsvp.revision']],
    ['no id', [{ rsvp: { revision: '1' } }], ['rsvps[0].rsvp.id']],
    ['a mask of what never changes', [{ rsvp: { id, revision: '1' }, fieldMask: ['eventId'] }], ['rsvps[0].fieldMask']],
    [
      'a name that the mask would clear',
      [{ rsvp: { id, revision: '1' }, fieldMask: ['firstName'] }],
      ['rsvps[0].rsvp.firstName'],
    ],
  ])('api 5.2.3: %s', async (_, rsvps, fields) => {
    expect(refusalOf(await bulk(rsvps))).toEqual([400, fields])
  })
})

describe('delete', () => {
  test('events 13.5.2: a deleted RSVP gives its places back; deleting it again is 404', async () => {
    const eventId = await aParty(app, { settings: { limit: 1 } })
    const rsvp = await anRsvp(guest, eventId)
    expect((await must(admin, 'DELETE', `${RSVPS}/${rsvp.id}?rsvpId=${rsvp.id}`)).body).toEqual({})
    expect(await countsOf(eventId)).toEqual([0, 0, 0])
    expect((await answer(guest, eventId)).status).toBe(200)
    expect(refusalOf(await admin('DELETE', `${RSVPS}/${rsvp.id}`))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect(await factsOf(rsvp.id)).toEqual([
      ['rsvp.created', 0],
      ['rsvp.deleted', 1],
    ])
  })

  test('events 13.5.4, api 10.6: by a filter and words, in the background, what was there when it was asked', async () => {
    const eventId = await aParty(app, { settings: { limit: 300 } })
    for (const firstName of ['Ada', 'Bea', 'Bert']) await anRsvp(guest, eventId, { firstName })
    const body = { filter: { eventId: { $eq: eventId } }, search: { expression: 'be', fields: ['firstName'] } }
    const { jobId } = (await must(admin, 'POST', '/events/v2/bulk/rsvps/delete-by-filter', body)).body
    setNow(new Date(now().getTime() + 1))
    await anRsvp(guest, eventId, { firstName: 'Bela' })
    await runJobs(sql, deleteRsvpJobs, now())
    expect((await must(admin, 'GET', `/boxoffice/v1/jobs/${jobId}`)).body.job).toMatchObject({
      state: 'DONE',
      progress: { matched: 2, deleted: 2 },
    })
    expect(await countsOf(eventId)).toEqual([2, 0, 0])
  })

  test('events 13.5.4, api 10.7: what would find everything is refused', async () => {
    for (const body of [{}, { filter: null }, { filter: {} }, { filter: {}, search: { expression: '  ' } }])
      expect(refusalOf(await admin('POST', '/events/v2/bulk/rsvps/delete-by-filter', body))).toEqual([
        400,
        'EMPTY_FILTER',
      ])
    const unknown = { filter: { shoeSize: 44 } }
    expect(refusalOf(await admin('POST', '/events/v2/bulk/rsvps/delete-by-filter', unknown))).toEqual([
      400,
      'FILTER_PARSER_ERROR',
    ])
  })

  test('events 1.12.1, 12.3.11: a deleted event takes its RSVPs with it', async () => {
    const eventId = await aParty(app)
    const rsvp = await anRsvp(guest, eventId)
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect(refusalOf(await admin('GET', `${RSVPS}/${rsvp.id}`))).toEqual([404, 'RSVP_NOT_FOUND'])
    expect(await countsOf(eventId)).toEqual([])
  })
})

test('R191: who is forgotten as a contact is forgotten in its RSVPs, and still counted', async () => {
  const eventId = await aParty(app, { settings: ofBoth })
  const { caller, memberId } = await aMember(app)
  const { id, contactId } = await anRsvp(caller, eventId, { email: 'forget@example.org' })
  await must(admin, 'POST', `/boxoffice/v1/contacts/${contactId}/anonymize`)
  const forgotten = await read(id)
  expect(forgotten).toMatchObject({ anonymized: true, status: 'YES', totalGuests: 1, form: { inputValues: [] } })
  expect(JSON.stringify(forgotten)).not.toMatch(new RegExp(`Ada|Berg|forget|${contactId}|${memberId}`))
  expect(await countsOf(eventId)).toEqual([1, 0, 0])
  expect(refusalOf(await update(forgotten, { firstName: 'Ada' }))).toEqual([428, 'FAILED_PRECONDITION'])
  expect((await update(forgotten, { status: 'NO' })).body.rsvp.status).toBe('NO')
  expect(refusalOf(await admin('POST', `/boxoffice/v1/contacts/${contactId}/anonymize`))).toEqual([
    404,
    'CONTACT_NOT_FOUND',
  ])
})
