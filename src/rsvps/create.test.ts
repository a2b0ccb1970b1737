import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { follow } from '../../test/support/orders.ts'
import { aMember } from '../../test/support/promotions.ts'
import { anRsvp, answer, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { aSale, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { qrCode, qrPicture } from '../documents/qr.ts'
import { newGuid } from '../ids.ts'
import { rsvpCodeUrl } from './links.ts'

const app = await testApp()
const { admin, visitor, anonymous, deps, otherSite, siteId, sql, setNow } = app
const guest = await visitor()
const RSVPS = '/events/v2/rsvps'
const NOW = '2030-05-01T12:00:00.000Z'

const countOf = async (eventId: string) =>
  (await must(admin, 'POST', `${RSVPS}/count`, { filter: { eventId } })).body.count
const three = { additionalGuestDetails: { guestCount: 2, guestNames: ['Cleo Dahl', 'Emil Falk'] } }

describe('events 13.4: whether an answer is taken', () => {
  test('events 13.3, 13.4.14, 13.4.15: an RSVP is stored with its guests, a contact, and links to calendars', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId)
    const { body } = await answer(guest, eventId, { ...three, marketingConsent: true, disableNotifications: true })
    const { rsvp, calendarLinks } = body
    expect(rsvp).toMatchObject({
      revision: '1',
      eventId,
      status: 'YES',
      firstName: 'Ada',
      lastName: 'Berg',
      email: 'ada@example.org',
      form: { inputValues: [] },
      totalGuests: 3,
      additionalGuestDetails: { guestCount: 2, guestNames: ['Cleo Dahl', 'Emil Falk'] },
      fullyCheckedIn: false,
      checkedInGuestCount: 0,
      language: 'en',
      locale: 'en-US',
      anonymized: false,
      marketingConsent: true,
      disableNotifications: true,
    })
    expect(rsvp.guestList.guests).toEqual([
      { index: 0, guestId: 1, fullName: 'Ada Berg', checkInDetails: { checkedIn: false } },
      { index: 1, guestId: 2, fullName: 'Cleo Dahl', checkInDetails: { checkedIn: false } },
      { index: 2, guestId: 3, fullName: 'Emil Falk', checkInDetails: { checkedIn: false } },
    ])
    expect(calendarLinks).toEqual({
      google: expect.stringContaining('https://'),
      ics: expect.stringContaining(`/rsvps/${rsvp.id}/calendar.ics?token=`),
    })
    const [contact] = await sql`select email, first_name from contacts where contact_id = ${rsvp.contactId}`
    expect(contact).toEqual({ email: 'ada@example.org', firstName: 'Ada' })
    // Matched by the address, in any case of letters, with the newest name.
    const again = await anRsvp(guest, eventId, { firstName: 'Adele', email: 'ADA@example.org' })
    expect(again.contactId).toBe(rsvp.contactId)
    const shown = (await must(admin, 'GET', `${RSVPS}/${rsvp.id}`)).body
    expect(Object.keys(shown.rsvp)).not.toEqual(expect.arrayContaining(['email']))
    expect(shown).not.toHaveProperty('calendarLinks')
    for (const member of ['email', 'form', 'firstName', 'guestList', 'createdDate', 'totalGuests'])
      expect(shown.rsvp).not.toHaveProperty(member)
  })

  test('events 13.4.1: an unknown event, a draft and another site’s are a 400', async () => {
    const draft = await aParty(app, { draft: true })
    const foreign = await aParty(await otherSite())
    for (const eventId of [newGuid(), draft, foreign])
      for (const caller of [guest, admin])
        expect(refusalOf(await answer(caller, eventId))).toEqual([400, 'EVENT_NOT_FOUND'])
  })

  test('events 13.4.2: an event that sells tickets takes no RSVPs', async () => {
    const { eventId } = await aSale(app)
    expect(refusalOf(await answer(guest, eventId))).toEqual([428, 'INVALID_EVENT_TYPE'])
  })

  test.each([
    ['paused', { registration: { registrationPaused: true } }, 'RSVPS_CLOSED'],
    ['disabled', { registration: { registrationDisabled: true } }, 'RSVPS_CLOSED'],
    ['elsewhere', { registration: { external: { url: 'https://example.org' } } }, 'RSVPS_CLOSED'],
    ['over', { event: { dateAndTimeSettings: past() } }, 'RSVPS_CLOSED'],
    ['after its period', { settings: { endDate: NOW } }, 'RSVPS_CLOSED'],
    ['before its period', { settings: { startDate: '2030-05-01T12:00:00.001Z' } }, 'RSVPS_NOT_STARTED'],
  ])('events 13.4.3, 13.4.13: registration that is %s', async (_, party, code) => {
    setNow(NOW)
    const eventId = await aParty(app, party)
    expect(refusalOf(await answer(guest, eventId))).toEqual([428, code])
    expect(refusalOf(await answer(admin, eventId))).toEqual([428, code])
    expect(await countOf(eventId)).toBe(0)
    // One option skips this check, and only for who may manage RSVPs.
    const options = { ignoreResponseStatus: true }
    expect(refusalOf(await answer(guest, eventId, {}, { options }))).toEqual([403, 'PERMISSION_DENIED'])
    expect((await answer(admin, eventId, {}, { options })).status).toBe(200)
  })

  test('events 13.4.3: from its first instant to its last a period is open; a canceled event is closed', async () => {
    const eventId = await aParty(app, { settings: { startDate: NOW, endDate: '2030-05-02T00:00:00Z' } })
    for (const now of [NOW, '2030-05-01T23:59:59.999Z']) {
      setNow(now)
      expect((await answer(await visitor(), eventId)).status).toBe(200)
    }
    setNow(NOW)
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    expect(refusalOf(await answer(guest, eventId))).toEqual([428, 'RSVPS_CLOSED'])
    expect(await countOf(eventId)).toBe(2) // events 1.12: what was answered stays
  })

  test('events 3.1.5: an event for members takes no visitor’s answer', async () => {
    const eventId = await aParty(app, { registration: { allowedGuestTypes: 'MEMBER' } })
    expect(refusalOf(await answer(guest, eventId))).toEqual([403, 'PERMISSION_DENIED'])
    expect((await answer((await aMember(app)).caller, eventId)).status).toBe(200)
  })

  test.each([
    ['NO, where only YES is asked for', {}, 'NO', [400, 'UNEXPECTED_RSVP_STATUS']],
    ['NO, where both are', { responseType: 'YES_AND_NO' }, 'NO', 'NO'],
    ['WAITLIST', { waitlistEnabled: true }, 'WAITLIST', [400, 'UNEXPECTED_RSVP_STATUS']],
    ['YES', {}, 'YES', 'YES'],
  ])('events 13.4.4, 3.2: a guest answers %s', async (_, settings, status, expected) => {
    const eventId = await aParty(app, { settings })
    const made = await answer(guest, eventId, { status })
    expect(made.status === 200 ? made.body.rsvp.status : refusalOf(made)).toEqual(expected)
    if (made.status !== 200) {
      const options = { ignoreResponseStatus: true }
      expect((await anRsvp(admin, eventId, { status }, { options })).status).toBe(status)
    }
  })

  test('events 13.4.10: the organizer may put somebody on a waitlist, if there is one', async () => {
    const without = await aParty(app)
    expect(refusalOf(await answer(admin, without, { status: 'WAITLIST' }))).toEqual([428, 'WAITING_LIST_UNAVAILABLE'])
    const withOne = await aParty(app, { settings: { waitlistEnabled: true } })
    expect((await anRsvp(admin, withOne, { status: 'WAITLIST' })).status).toBe('WAITLIST')
  })

  test('events 13.4.5, 4.6: answers must satisfy the form', async () => {
    const eventId = await aParty(app)
    const text = { label: 'Diet', mandatory: true, maxLength: 5 }
    await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, { text })
    const inputValues = (value: string, inputName = 'custom') => ({ form: { inputValues: [{ inputName, value }] } })
    const wrong = [
      {},
      inputValues(' '),
      inputValues('too long'),
      inputValues('Ada', 'firstName'),
      inputValues('x', 'who'),
    ]
    for (const rsvp of wrong)
      expect(refusalOf(await answer(guest, eventId, rsvp))).toEqual([400, 'INVALID_FORM_RESPONSE'])
    expect(await countOf(eventId)).toBe(0)
    const good = await anRsvp(guest, eventId, inputValues('vegan'))
    expect(good.form.inputValues).toEqual([{ inputName: 'custom', value: 'vegan', values: [] }])
    const options = { ignoreFormValidation: true }
    expect((await answer(admin, eventId, {}, { options })).status).toBe(200)
    expect(refusalOf(await answer(admin, eventId, { firstName: '  ' }, { options }))).toEqual([
      400,
      'INVALID_FORM_RESPONSE',
    ])
  })

  test('events 13.4.6: more additional guests than the form allows', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId, { maxGuests: 1 })
    const made = await answer(guest, eventId, three)
    expect(refusalOf(made)).toEqual([428, 'GUEST_LIMIT_EXCEEDED'])
    expect(made.body.details.applicationError.data).toEqual({ maxRsvpSize: 2 })
  })

  test('events 13.4.7: names of additional guests, where they must have some', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId, { namesMandatory: true })
    for (const guestNames of [[], ['Cleo Dahl'], ['Cleo Dahl', ' ']]) {
      const rsvp = { additionalGuestDetails: { guestCount: 2, guestNames } }
      expect(refusalOf(await answer(guest, eventId, rsvp))).toEqual([400, 'ADDITIONAL_GUESTS_MUST_HAVE_NAMES'])
      const options = { ignoreAdditionalGuestNames: true }
      expect((await answer(admin, eventId, rsvp, { options })).status).toBe(200)
    }
    const tooMany = { additionalGuestDetails: { guestCount: 1, guestNames: ['Cleo Dahl', 'Emil Falk'] } }
    expect(refusalOf(await answer(guest, eventId, tooMany))).toEqual([400, 'INVALID_FORM_RESPONSE'])
    expect((await answer(guest, eventId, three)).status).toBe(200)
  })

  test('events 13.4.8, 4.4: additional guests need a form that asks for them, and may be answers of it', async () => {
    const eventId = await aParty(app)
    expect(refusalOf(await answer(guest, eventId, three))).toEqual([400, 'INVALID_FORM_RESPONSE'])
    await askForGuests(app, eventId)
    const inputValues = [
      { inputName: 'additionalGuests', value: '2' },
      { inputName: 'guestNames', values: ['Cleo Dahl'] },
    ]
    const made = await anRsvp(guest, eventId, { form: { inputValues } })
    expect([made.totalGuests, made.additionalGuestDetails.guestNames, made.form.inputValues]).toEqual([
      3,
      ['Cleo Dahl'],
      [],
    ])
    expect(refusalOf(await answer(guest, eventId, { form: { inputValues }, ...three }))).toEqual([
      400,
      'INVALID_FORM_RESPONSE',
    ])
    const many = { form: { inputValues: [{ inputName: 'additionalGuests', value: 'many' }] } }
    expect(refusalOf(await answer(guest, eventId, many))).toEqual([400, 'INVALID_FORM_RESPONSE'])
  })

  test('events 13.4.9, 13.4.10, 13.4.13: additional guests count, and who does not fit as a whole is refused', async () => {
    const eventId = await aParty(app, { settings: { limit: 4 } })
    await askForGuests(app, eventId)
    await anRsvp(guest, eventId, three)
    const tooMany = await answer(guest, eventId, { additionalGuestDetails: { guestCount: 1 } })
    expect(refusalOf(tooMany)).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    expect(tooMany.body.details.applicationError.data).toEqual({ available: 1 })
    expect((await answer(guest, eventId)).status).toBe(200)
    expect(refusalOf(await answer(guest, eventId))).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    expect(refusalOf(await answer(admin, eventId))).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    expect((await anRsvp(admin, eventId, {}, { options: { ignoreLimits: true } })).status).toBe('YES')
    const [counts] = await sql`select yes_guests, overbooked from rsvp_counts where event_id = ${eventId}`
    expect(counts).toEqual({ yesGuests: 5, overbooked: 1 })
  })

  test('events 13.4.10, 3.2: when it is full, a waitlist takes who wants to come; NO needs no place', async () => {
    const settings = { limit: 1, waitlistEnabled: true, responseType: 'YES_AND_NO' }
    const eventId = await aParty(app, { settings })
    const statuses = []
    for (const status of ['NO', 'YES', 'YES', 'NO']) statuses.push((await anRsvp(guest, eventId, { status })).status)
    expect(statuses).toEqual(['NO', 'YES', 'WAITLIST', 'NO'])
  })

  test('events 13.4.11, 13.4.16: a member answers an event once, and keeps its e-mail address for itself', async () => {
    const eventId = await aParty(app, { settings: { responseType: 'YES_AND_NO' } })
    const ada = await aMember(app)
    expect((await anRsvp(ada.caller, eventId, { status: 'NO' })).memberId).toBe(ada.memberId)
    const again = await answer(ada.caller, eventId, { email: 'other@example.org' })
    expect(refusalOf(again)).toEqual([428, 'MEMBER_ALREADY_REGISTERED'])
    for (const caller of [guest, (await aMember(app)).caller, admin]) {
      const taken = await answer(caller, eventId, { email: 'Ada@Example.org' })
      expect(refusalOf(taken)).toEqual([428, 'MEMBER_EMAIL_ALREADY_REGISTERED'])
    }
    expect(await countOf(eventId)).toBe(1)
    expect((await answer(ada.caller, await aParty(app))).status).toBe(200)
  })

  test('events 13.4.12: who is no member may answer twice', async () => {
    const eventId = await aParty(app)
    await anRsvp(guest, eventId)
    expect(await anRsvp(guest, eventId)).not.toHaveProperty('memberId')
    expect(await countOf(eventId)).toBe(2)
  })

  test('events 13.4.16: only who may manage RSVPs says whose they are', async () => {
    const eventId = await aParty(app)
    const { memberId, caller } = await aMember(app)
    expect(refusalOf(await answer(guest, eventId, { memberId }))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await answer(caller, eventId, { memberId: newGuid() }))).toEqual([403, 'PERMISSION_DENIED'])
    const named = await anRsvp(admin, eventId, { memberId: memberId.toUpperCase() })
    expect(named.memberId).toBe(memberId)
    expect(refusalOf(await answer(caller, eventId, { email: 'b@example.org' }))).toEqual([
      428,
      'MEMBER_ALREADY_REGISTERED',
    ])
  })

  test('api 3.2.4, 9.4, R30: what is ours, and a guest’s extended fields, are ignored', async () => {
    const eventId = await aParty(app)
    const theirs = { id: newGuid(), revision: '7', contactId: newGuid(), anonymized: true, guestList: { guests: [] } }
    const extendedFields = { namespaces: { _user_fields: { shirt: 'M' } } }
    const made = await anRsvp(guest, eventId, { ...theirs, extendedFields })
    expect(made).toMatchObject({ revision: '1', anonymized: false, totalGuests: 1 })
    expect(made.id).not.toBe(theirs.id)
    expect(made).not.toHaveProperty('extendedFields')
    expect((await anRsvp(admin, eventId, { extendedFields })).extendedFields).toEqual(extendedFields)
  })

  test('a staff member answers for the events that it was given', async () => {
    const [mine, other] = [await aParty(app), await aParty(app)]
    const dora = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [mine] })
    expect((await answer(dora, mine)).status).toBe(200)
    expect(refusalOf(await answer(dora, other))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await answer(dora, mine, {}, { options: { ignoreLimits: true } }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
  })

  const eventId = newGuid()
  const whole = { eventId, firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org', status: 'YES' }
  const names = (count: number) => Array.from({ length: count }, () => 'x')
  test.each([
    ['nothing', {}, ['rsvp']],
    ['an empty RSVP', { rsvp: {} }, ['rsvp.eventId', 'rsvp.firstName', 'rsvp.lastName', 'rsvp.email', 'rsvp.status']],
    ['nulls', { rsvp: { ...whole, firstName: null, lastName: null } }, ['rsvp.firstName', 'rsvp.lastName']],
    ['empty names', { rsvp: { ...whole, firstName: '', lastName: '' } }, ['rsvp.firstName', 'rsvp.lastName']],
    ['long names', { rsvp: { ...whole, firstName: 'x'.repeat(51) } }, ['rsvp.firstName']],
    ['no address', { rsvp: { ...whole, email: 'ada' } }, ['rsvp.email', 'rsvp.email']],
    ['a long address', { rsvp: { ...whole, email: `a@${'x'.repeat(250)}.org` } }, ['rsvp.email']],
    ['an unknown status', { rsvp: { ...whole, status: 'WAITING' } }, ['rsvp.status']],
    ['no GUID', { rsvp: { ...whole, eventId: 'x', memberId: 'y' } }, ['rsvp.eventId', 'rsvp.memberId']],
    [
      'eleven guests',
      { rsvp: { ...whole, additionalGuestDetails: { guestCount: 11 } } },
      ['rsvp.additionalGuestDetails.guestCount'],
    ],
    [
      'eleven names',
      { rsvp: { ...whole, additionalGuestDetails: { guestNames: names(11) } } },
      ['rsvp.additionalGuestDetails.guestNames'],
    ],
    ['a fieldset that is none', { rsvp: whole, fields: ['ALL'] }, ['fields[0]']],
    ['an option that is none', { rsvp: whole, options: { ignoreLimits: 1 } }, ['options.ignoreLimits']],
  ])('api 5.2.3: %s', async (_, body, fields) => {
    expect(refusalOf(await guest('POST', RSVPS, body))).toEqual([400, fields])
  })

  test('api 2.1.7: without a token, and with an old one, nothing is taken', async () => {
    const party = await aParty(app)
    expect(refusalOf(await answer(anonymous, party))).toEqual([401, 'UNAUTHENTICATED'])
    const early = await visitor()
    setNow('2030-05-01T16:00:01.000Z')
    expect(refusalOf(await answer(early, party))).toEqual([401, 'UNAUTHENTICATED'])
    setNow(NOW)
    expect(await countOf(party)).toBe(0)
  })
})

function past() {
  return { startDate: '2030-04-01T18:00:00Z', endDate: '2030-04-01T22:00:00Z', timeZoneId: 'Europe/Berlin' }
}

describe('the code of an RSVP', () => {
  const codeIn = (markup: string) => /<path fill="#000" d="([^"]+)"/.exec(markup)?.[1]

  test('events 13.4.14, R194: its page shows it to who comes, with everybody’s name, and prints; a stranger sees initials', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId)
    const { body } = await answer(guest, eventId, { ...three, firstName: 'Ada <b>' })
    const { rsvp, rsvpPageUrl, rsvpCodeImageUrl } = body
    const code = rsvpCodeUrl({ siteId, rsvpId: rsvp.id, eventId }, deps)
    const page = await follow(app, rsvpPageUrl)
    expect(page.status).toBe(200)
    expect(page.headers).toMatchObject({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' })
    expect(codeIn(page.markup)).toBe(qrCode(code).path)
    for (const said of ['You are registered', 'all 3 of you', 'Ada <b> Berg', 'Cleo Dahl', 'Emil Falk', 'The hall'])
      expect(page.text).toContain(said)
    expect((await follow(app, `${rsvpPageUrl}&lang=de`)).text).toContain('Sie sind angemeldet')
    const picture = await follow(app, rsvpCodeImageUrl)
    expect([picture.headers['content-type'], Buffer.from(picture.bytes)]).toEqual(['image/png', await qrPicture(code)])
    const calendar = await follow(app, body.calendarLinks.ics)
    expect(calendar.markup.replaceAll('\r\n ', '')).toContain(`URL:${rsvpPageUrl}\r\nSTATUS:CONFIRMED`)
    expect(body.calendarLinks.google).not.toContain('token')

    const looked = async () => (await follow(app, code)).text
    expect(await looked()).toContain('A genuine registration 3 guests may still come in by it.')
    expect(await looked()).toContain('A. B.')
    expect(await looked()).not.toContain('Cleo')
    await must(admin, 'POST', `${RSVPS}/${rsvp.id}/check-in`, { guestIds: [1, 2] })
    expect(await looked()).toContain('1 guest may still come in by it.')
    expect((await follow(app, rsvpPageUrl)).text).toContain('Cleo Dahl Checked in on')
    await must(admin, 'POST', `${RSVPS}/${rsvp.id}/check-in`, { guestIds: [3] })
    expect(await looked()).toContain('All of its guests have come in.')
  })

  test('events 13.4.10: who waits or declined has none, until that changes; nor has who was to come to a canceled event', async () => {
    const eventId = await aParty(app, { settings: { limit: 1, waitlistEnabled: true, responseType: 'YES_AND_NO' } })
    const first = await anRsvp(guest, eventId)
    const waiting = (await answer(guest, eventId, { email: 'bo@example.org' })).body
    const declined = (await answer(guest, eventId, { email: 'cy@example.org', status: 'NO' })).body
    for (const [{ rsvp, rsvpPageUrl, ...rest }, said] of [
      [waiting, 'You are on the waiting list'],
      [declined, 'You are not coming'],
    ] as const) {
      expect(rest).not.toHaveProperty('rsvpCodeImageUrl')
      const page = await follow(app, rsvpPageUrl)
      expect([page.status, codeIn(page.markup)]).toEqual([200, undefined])
      expect(page.text).toContain(said)
      expect((await follow(app, rsvpPageUrl.replace('?', '/code.png?'))).status).toBe(404)
      expect((await follow(app, rsvpCodeUrl({ siteId, rsvpId: rsvp.id, eventId }, deps))).text).toContain(
        'This code does not admit anybody.',
      )
    }
    await must(admin, 'DELETE', `${RSVPS}/${first.id}`)
    await must(admin, 'PATCH', `${RSVPS}/${waiting.rsvp.id}`, { rsvp: { revision: '1', status: 'YES' } })
    expect(codeIn((await follow(app, waiting.rsvpPageUrl)).markup)).toBeDefined()
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    const canceled = await follow(app, waiting.rsvpPageUrl)
    expect([codeIn(canceled.markup), canceled.text]).toEqual([undefined, expect.stringContaining('was canceled')])
  })

  test('R207: its links cannot be guessed, and open nothing of another', async () => {
    const eventId = await aParty(app)
    const [one, other] = [(await answer(guest, eventId)).body, (await answer(guest, eventId)).body]
    const wrong = [
      one.rsvpPageUrl.replace(one.rsvp.id, other.rsvp.id),
      one.rsvpPageUrl.slice(0, -1),
      one.rsvpPageUrl.replace(/\?.*/, ''),
      one.rsvpPageUrl.replace(one.rsvp.id, newGuid()),
      one.rsvpPageUrl.replace(one.rsvp.id, 'x'),
      one.rsvpCodeImageUrl.replace(one.rsvp.id, other.rsvp.id),
      one.calendarLinks.ics.replace(one.rsvp.id, other.rsvp.id),
    ]
    for (const link of wrong) expect((await follow(app, link)).status).toBe(404)
    await must(admin, 'DELETE', `${RSVPS}/${one.rsvp.id}`)
    expect((await follow(app, one.rsvpPageUrl)).status).toBe(404)
    expect((await follow(app, rsvpCodeUrl({ siteId, rsvpId: one.rsvp.id, eventId }, deps))).status).toBe(404)
  })
})
