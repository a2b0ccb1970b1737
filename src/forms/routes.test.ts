import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { createDefaultForm } from './default-form.ts'
import { copyForm, getForm } from './store.ts'

const { sql, siteId, admin, visitor, anonymous, otherSite, now } = await testApp()

type EventOf = { site?: string; locale?: string; initialType?: 'RSVP' | 'TICKETING'; publishedAt?: Date | null }

/** An event with its default form, and the path of the form. */
async function aForm({ site = siteId, locale = 'en-US', initialType = 'RSVP', publishedAt = now() }: EventOf = {}) {
  const eventId = await anEvent(sql, site, { initialType, publishedAt })
  await inTransaction(sql, tx => createDefaultForm(tx, { siteId: site, locale }, eventId))
  return { eventId, path: `/events/v1/events/${eventId}/form` }
}

async function aFormWith(...controls: object[]) {
  const { eventId, path } = await aForm()
  const ids: string[] = []
  for (const control of controls) ids.push((await admin('POST', `${path}/control`, control)).body.id)
  return { eventId, path, ids }
}

const TEXT = { text: { label: 'Diet' } }
const DROPDOWN = { dropdown: { label: 'Meal', options: ['Meat', 'Fish'] } }

describe('reading', () => {
  test('events 4.5.1, 4.2.2, 4.7.4: a new form has name and e-mail, all messages, and a draft that mirrors it', async () => {
    const { path } = await aForm()
    const { status, body } = await (await visitor())('GET', `${path}?eventId=ignored`)
    expect(status).toBe(200)
    expect(body.draftForm).toEqual(body.form)
    expect(body.form.controls).toEqual([
      {
        id: 'name',
        type: 'NAME',
        system: true,
        name: 'name',
        label: 'First name',
        orderIndex: 0,
        deleted: false,
        inputs: [
          {
            name: 'firstName',
            label: 'First name',
            type: 'TEXT',
            mandatory: true,
            maxLength: 50,
            array: false,
            options: [],
          },
          {
            name: 'lastName',
            label: 'Last name',
            type: 'TEXT',
            mandatory: true,
            maxLength: 50,
            array: false,
            options: [],
          },
        ],
      },
      {
        id: 'email',
        type: 'INPUT',
        system: true,
        name: 'email',
        label: 'Email',
        orderIndex: 1,
        deleted: false,
        inputs: [
          { name: 'email', label: 'Email', type: 'TEXT', mandatory: true, maxLength: 255, array: false, options: [] },
        ],
      },
    ])
    expect(Object.keys(body.form.messages)).toEqual(['rsvp', 'checkout', 'registrationClosed', 'ticketsUnavailable'])
    expect(body.form.messages.rsvp.waitlistMessages.confirmation.shareActionLabel).toBe('Share event')
  })

  test('events 1.14.1, api 4.7: a visitor may not read the form of a draft', async () => {
    const { path } = await aForm({ publishedAt: null })
    const answer = await (await visitor())('GET', path)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'PERMISSION_DENIED'])
    expect((await admin('GET', path)).status).toBe(200)
  })

  test("an unknown event, and another site's, are not found, by no method", async () => {
    const { siteId: site } = await otherSite()
    const foreign = await aForm({ site })
    for (const path of [foreign.path, `/events/v1/events/${newGuid()}/form`]) {
      const answers = [
        await admin('GET', path),
        await admin('POST', `${path}/control`, TEXT),
        await admin('PUT', `${path}/controls/name`, { name: {} }),
        await admin('DELETE', `${path}/controls/name`),
        await admin('PATCH', `${path}/messages`, {}),
        await admin('POST', `${path}/publish`, {}),
        await admin('DELETE', path),
      ]
      expect(answers.map(answer => [answer.status, codeOf(answer)])).toEqual(
        answers.map(() => [404, 'EVENT_NOT_FOUND']),
      )
    }
    expect((await getForm(sql, site, foreign.eventId)).revision).toBe(0)
  })

  test('a visitor changes nothing, and nobody comes without credentials', async () => {
    const { eventId, path } = await aForm()
    const asVisitor = await visitor()
    const answers = [
      await asVisitor('POST', `${path}/control`, TEXT),
      await asVisitor('PUT', `${path}/controls/name`, { name: {} }),
      await asVisitor('DELETE', `${path}/controls/name`),
      await asVisitor('PATCH', `${path}/messages`, {}),
      await asVisitor('POST', `${path}/publish`, {}),
      await asVisitor('DELETE', path),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
    expect((await anonymous('GET', path)).status).toBe(401)
    expect((await getForm(sql, siteId, eventId)).revision).toBe(0)
  })

  test('it is served under the path of a self-hosted client, too', async () => {
    const { path } = await aForm()
    expect((await admin('GET', path.replace('/events/v1', '/_api/wix-events-web/v1'))).status).toBe(200)
  })
})

describe('adding a control', () => {
  const rows: [object, object][] = [
    [
      { phone: { label: 'Mobile', mandatory: true } },
      {
        id: 'phone',
        type: 'INPUT',
        inputs: [{ name: 'phone', label: 'Mobile', type: 'TEXT', mandatory: true, maxLength: 25 }],
      },
    ],
    [
      { date: { label: 'Birthday' } },
      { id: 'date', type: 'DATE', inputs: [{ name: 'date', type: 'DATE_TIME', mandatory: false }] },
    ],
    [
      { address: { labels: { addressLine: 'Home' } } },
      {
        id: 'address',
        type: 'ADDRESS_SHORT',
        inputs: [{ label: 'Home', type: 'ADDRESS', additionalLabels: { addressLine: 'Home' } }],
      },
    ],
    [
      { address: { full: true, labels: { city: 'Town' } } },
      {
        type: 'ADDRESS_FULL',
        inputs: [
          {
            additionalLabels: {
              addressLine: 'Address',
              streetAddress: 'Street address',
              city: 'Town',
              subdivision: 'Region',
              postalCode: 'Postal code',
              country: 'Country',
            },
            labels: expect.arrayContaining([{ name: 'city', label: 'Town' }]),
          },
        ],
      },
    ],
    [
      { additionalGuests: { maxGuests: 3, namesMandatory: true, labels: { single: 'One more', multiple: 'More' } } },
      {
        type: 'GUEST_CONTROL',
        inputs: [
          { name: 'additionalGuests', type: 'NUMBER', label: 'More' },
          { name: 'guestNames', type: 'TEXT_ARRAY', array: true, mandatory: true, maxSize: 3 },
        ],
      },
    ],
    [
      { dropdown: { label: 'Meal', options: ['Meat', 'Fish'] } },
      {
        id: 'custom',
        type: 'DROPDOWN',
        inputs: [{ options: ['Meat', 'Fish'], defaultOptionSelection: { optionIndex: 0 } }],
      },
    ],
    [
      {
        dropdown: { options: ['Meat', 'Fish'], mandatory: true, defaultOptionSelection: { placeholderText: 'Choose' } },
      },
      { inputs: [{ mandatory: true, defaultOptionSelection: { placeholderText: 'Choose' } }] },
    ],
    [
      { radioButton: { label: 'Size', options: ['S', 'M'] } },
      { type: 'RADIO', inputs: [{ options: ['S', 'M'], mandatory: true }] },
    ],
    [
      { checkbox: { label: 'Terms', options: ['I agree'], mandatory: true } },
      { type: 'CHECKBOX', inputs: [{ type: 'TEXT_ARRAY', array: true, options: ['I agree'], maxSize: 1 }] },
    ],
    [{ text: { label: 'Diet' } }, { type: 'INPUT', inputs: [{ maxLength: 1000, mandatory: false }] }],
    [{ text: { multiLine: true, maxLength: 10 } }, { type: 'TEXTAREA', inputs: [{ maxLength: 10 }] }],
    [
      { text: { comment: true }, phone: null, extra: 1 },
      { id: 'comment', type: 'INPUT' },
    ],
  ]
  test.each(rows)('events 4.4, 4.5.5, 4.5.6, 4.5.15: %j', async (given, expected) => {
    const { eventId, path } = await aForm()
    const { status, body } = await admin('POST', `${path}/control`, given)
    expect(status).toBe(200)
    const control = body.form.controls[2]
    expect(control).toMatchObject({
      id: body.id,
      name: body.id,
      system: false,
      deleted: false,
      orderIndex: 2,
      ...expected,
    })
    expect((await admin('GET', path)).body.form).toEqual(body.form)
    expect(await activitiesOf(eventId)).toEqual([
      { sequence: 1, kind: 'registration_form.control_added', data: { controlId: body.id }, actorKind: 'admin' },
    ])
  })

  const refusedBodies: [string, object, string][] = [
    ['none of the kinds', {}, 'phone'],
    ['two kinds', { text: {}, phone: {} }, 'text'],
    ['the system control', { name: {} }, 'phone'],
    ['a label of 101', { phone: { label: 'x'.repeat(101) } }, 'phone.label'],
    ['a label of 201', { text: { label: 'x'.repeat(201) } }, 'text.label'],
    ['a label that is a number', { date: { label: 7 } }, 'date.label'],
    ['one option', { dropdown: { options: ['A'] } }, 'dropdown.options'],
    ['no options', { radioButton: { label: 'Size' } }, 'radioButton.options'],
    ['an empty checkbox', { checkbox: { options: [] } }, 'checkbox.options'],
    ['201 options', { checkbox: { options: Array.from({ length: 201 }, (_, at) => `${at}`) } }, 'checkbox.options'],
    ['an option of 201', { dropdown: { options: ['A', 'x'.repeat(201)] } }, 'dropdown.options[1]'],
    ['options that repeat', { radioButton: { options: ['A', 'B', 'A'] } }, 'radioButton.options'],
    [
      'a default that is no option',
      { dropdown: { options: ['A', 'B'], defaultOptionSelection: { optionIndex: 2 } } },
      'dropdown.defaultOptionSelection.optionIndex',
    ],
    ['maxLength 1001', { text: { maxLength: 1001 } }, 'text.maxLength'],
    ['eleven guests', { additionalGuests: { maxGuests: 11 } }, 'additionalGuests.maxGuests'],
    ['a text for an object', { text: 'Diet' }, 'text'],
  ]
  test.each(refusedBodies)('events 4.4, 4.5.4: %s is a 400 that names the field', async (_, given, field) => {
    const { eventId, path } = await aForm()
    const answer = await admin('POST', `${path}/control`, given)
    expect([answer.status, fieldsOf(answer)[0]]).toEqual([400, field])
    expect((await getForm(sql, siteId, eventId)).revision).toBe(0)
  })

  test('events 4.5.9: additional guests are refused for ticketed events, and nothing changes', async () => {
    const { eventId, path } = await aForm({ initialType: 'TICKETING' })
    const answer = await admin('POST', `${path}/control`, { additionalGuests: {} })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_EVENT_CONFIGURATION'])
    expect([(await getForm(sql, siteId, eventId)).revision, await activitiesOf(eventId)]).toEqual([0, []])
  })

  test('ten controls added at once are all there, each at its own place', async () => {
    const { eventId, path } = await aForm()
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin('POST', `${path}/control`, TEXT)))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(10)
    const { body } = await admin('GET', path)
    expect(body.form.controls.map((control: { orderIndex: number }) => control.orderIndex)).toEqual([
      ...Array(12).keys(),
    ])
    expect((await activitiesOf(eventId)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })
})

describe('without drafts and revisions', () => {
  test('events 4.2.1: what is added, changed and deleted is what guests see at once', async () => {
    const { path } = await aForm()
    const guest = await visitor()
    const seen = async () =>
      (await guest('GET', path)).body.form.controls.slice(2).map(({ label }: { label: string }) => label)
    const { id } = (await admin('POST', `${path}/control`, TEXT)).body
    expect(await seen()).toEqual(['Diet'])
    await admin('PUT', `${path}/controls/${id}`, { text: { label: 'Food' } })
    expect(await seen()).toEqual(['Food'])
    await admin('DELETE', `${path}/controls/${id}`)
    expect(await seen()).toEqual([])
  })

  test('events 4.2.4: the last write wins, whatever it was made of', async () => {
    const { path, ids } = await aFormWith(TEXT)
    const url = `${path}/controls/${ids[0]}`
    const [one, two] = [{ text: { label: 'One' } }, { revision: '0', text: { label: 'Two' } }]
    expect([(await admin('PUT', url, one)).status, (await admin('PUT', url, two)).status]).toEqual([200, 200])
    const { form } = (await admin('GET', path)).body
    expect([form.controls[2].label, 'revision' in form]).toEqual(['Two', false])
  })
})

describe('updating a control', () => {
  test('events 4.5.10: the definition is replaced as a whole, and the control moves', async () => {
    const { path, ids } = await aFormWith({ text: { label: 'Diet', mandatory: true, maxLength: 9 } }, DROPDOWN)
    const change = { text: { label: 'Food', multiLine: true }, orderIndex: 3 }
    const { status, body } = await admin('PUT', `${path}/controls/${ids[0]}`, change)
    expect(status).toBe(200)
    expect(orderOf(body)).toEqual(['name', 'email', ids[1], ids[0]])
    expect(body.form.controls[3]).toMatchObject({
      type: 'TEXTAREA',
      label: 'Food',
      inputs: [{ name: ids[0], label: 'Food', mandatory: false, maxLength: 1000 }],
    })
  })

  test('events 4.5.2: the labels of name and e-mail can change, nothing else of them', async () => {
    const { path } = await aForm()
    await admin('PUT', `${path}/controls/name`, { name: { labels: { firstName: 'Vorname' } }, mandatory: false })
    const { body } = await admin('PUT', `${path}/controls/email`, { email: { label: 'E-Mail', mandatory: false } })
    expect(body.form.controls[0].inputs.map((input: { label: string }) => input.label)).toEqual([
      'Vorname',
      'Last name',
    ])
    expect(body.form.controls[1].inputs[0]).toMatchObject({ name: 'email', label: 'E-Mail', mandatory: true })
    for (const [id, change] of [
      ['name', TEXT],
      ['email', { phone: {} }],
      ['email', { name: {} }],
      ['email', { email: {}, orderIndex: 2 }],
    ] as const) {
      const answer = await admin('PUT', `${path}/controls/${id}`, change)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_EVENT_CONFIGURATION'])
    }
    expect((await admin('GET', path)).body.form).toEqual(body.form)
  })

  test('events 4.5.11, 4.5.12, 4.5.3: another kind, an unknown control, a place above the system controls', async () => {
    const { eventId, path, ids } = await aFormWith(TEXT, { phone: {} })
    await admin('DELETE', `${path}/controls/phone`)
    const answers = [
      await admin('PUT', `${path}/controls/${ids[0]}`, DROPDOWN),
      await admin('PUT', `${path}/controls/${ids[0]}`, { ...TEXT, orderIndex: 0 }),
      await admin('PUT', `${path}/controls/nothing`, TEXT),
      await admin('PUT', `${path}/controls/phone`, { phone: {} }),
    ]
    expect(answers.map(answer => [answer.status, codeOf(answer)])).toEqual([
      [400, 'INVALID_EVENT_CONFIGURATION'],
      [400, 'INVALID_EVENT_CONFIGURATION'],
      [404, 'CONTROL_NOT_FOUND'],
      [404, 'CONTROL_NOT_FOUND'],
    ])
    const wrong = [
      await admin('PUT', `${path}/controls/${ids[0]}`, { orderIndex: 3 }),
      await admin('PUT', `${path}/controls/${ids[0]}`, { ...TEXT, email: {} }),
      await admin('PUT', `${path}/controls/${ids[0]}`, { ...TEXT, orderIndex: -1 }),
      await admin('PUT', `${path}/controls/name`, { name: { labels: { lastName: 'x'.repeat(101) } } }),
    ]
    expect(wrong.map(answer => [answer.status, fieldsOf(answer)[0]])).toEqual([
      [400, 'phone'],
      [400, 'email'],
      [400, 'orderIndex'],
      [400, 'name.labels.lastName'],
    ])
    expect((await getForm(sql, siteId, eventId)).revision).toBe(3)
  })

  test('api 3.4.1: without an id in the path the control is found where only one can be meant', async () => {
    const { path, ids } = await aFormWith(TEXT)
    const url = `${path}/controls/undefined`
    expect((await admin('PUT', url, { text: { label: 'Food' } })).body.form.controls[2].label).toBe('Food')
    expect((await admin('PUT', url, { email: { label: 'Mail' } })).body.form.controls[1].label).toBe('Mail')
    expect(codeOf(await admin('PUT', url, { phone: {} }))).toBe('CONTROL_NOT_FOUND')
    await admin('POST', `${path}/control`, TEXT)
    expect(codeOf(await admin('PUT', url, TEXT))).toBe('CONTROL_NOT_FOUND')
    expect(codeOf(await admin('DELETE', url))).toBe('CONTROL_NOT_FOUND')
    expect(orderOf((await admin('GET', path)).body)).toContain(ids[0])
  })
})

describe('deleting a control', () => {
  test('events 4.5.13: it is kept but not shown, and the others close up', async () => {
    const { eventId, path, ids } = await aFormWith(TEXT, DROPDOWN)
    const { status, body } = await admin('DELETE', `${path}/controls/${ids[0]}?eventId=${eventId}`)
    expect([status, orderOf(body)]).toEqual([200, ['name', 'email', ids[1]]])
    expect(body.form.controls[2].orderIndex).toBe(2)
    const { controls } = await getForm(sql, siteId, eventId)
    expect(controls.filter(({ deleted }) => deleted).map(({ id }) => id)).toEqual([ids[0]])
    expect((await activitiesOf(eventId)).at(-1)).toMatchObject({
      sequence: 3,
      kind: 'registration_form.control_deleted',
    })
  })

  test('events 4.5.12, 4.5.14: an unknown, an already deleted and a system control are refused', async () => {
    const { eventId, path, ids } = await aFormWith(TEXT)
    await admin('DELETE', `${path}/controls/${ids[0]}`)
    const answers = [
      await admin('DELETE', `${path}/controls/${ids[0]}`),
      await admin('DELETE', `${path}/controls/nothing`),
      await admin('DELETE', `${path}/controls/email`),
    ]
    expect(answers.map(answer => [answer.status, codeOf(answer)])).toEqual([
      [404, 'CONTROL_NOT_FOUND'],
      [404, 'CONTROL_NOT_FOUND'],
      [400, 'INVALID_EVENT_CONFIGURATION'],
    ])
    expect((await getForm(sql, siteId, eventId)).revision).toBe(2)
  })
})

describe('messages', () => {
  test.each([
    ['a text', 'messages.rsvp.rsvpYesOption,messages.checkout.title'],
    ['a list', ['messages.rsvp.rsvpYesOption', 'messages.checkout.title']],
    ['paths', { paths: ['messages.rsvp.rsvpYesOption', 'messages.checkout.title'] }],
  ])('events 4.7.1, 4.7.5, api 8.3: a mask as %s changes what it names, and markup stays text', async (_, fields) => {
    const { eventId, path } = await aForm()
    const before = (await admin('GET', path)).body.form.messages
    const messages = { rsvp: { rsvpYesOption: 'Yes!', rsvpNoOption: 'No!' }, checkout: { title: '<b>Buy</b>' } }
    const { status, body } = await admin('PATCH', `${path}/messages`, { fields, messages })
    expect(status).toBe(200)
    expect(body.form.messages).toEqual({
      ...before,
      rsvp: { ...before.rsvp, rsvpYesOption: 'Yes!' },
      checkout: { ...before.checkout, title: '<b>Buy</b>' },
    })
    expect((await activitiesOf(eventId)).map(({ kind }) => kind)).toEqual(['registration_form.messages_updated'])
  })

  test('api 8.4, 8.5: a parent covers what is below it; what is named but not given goes back to its default', async () => {
    const { path } = await aForm()
    const defaults = (await admin('GET', path)).body.form.messages
    await admin('PATCH', `${path}/messages`, {
      messages: { checkout: { title: 'A', submitActionLabel: 'B' }, registrationClosed: { message: 'C' } },
    })
    const fields = 'messages.checkout'
    const { body } = await admin('PATCH', `${path}/messages`, { fields, messages: { checkout: { title: 'D' } } })
    expect(body.form.messages.checkout).toEqual({ ...defaults.checkout, title: 'D' })
    expect(body.form.messages.registrationClosed.message).toBe('C')
    const all = await admin('PATCH', `${path}/messages`, { messages: { rsvp: null, checkout: { title: '' } } })
    expect(all.body.form.messages).toEqual({ ...defaults, checkout: { ...defaults.checkout, title: '' } })
  })

  test.each([
    [{ fields: 'messages.rsvp.nothing', messages: {} }, 'fields'],
    [{ fields: ['form.controls'], messages: {} }, 'fields'],
    [{ fields: 'messages.rsvp.rsvpYesOption.more' }, 'fields'],
    [{ fields: 'messages.__proto__' }, 'fields'],
    [{ fields: 7 }, 'fields'],
    [{ messages: { rsvp: { rsvpYesOption: 'x'.repeat(51) } } }, 'messages.rsvp.rsvpYesOption'],
    [
      { messages: { checkout: { confirmation: { message: 'x'.repeat(351) } } } },
      'messages.checkout.confirmation.message',
    ],
    [{ messages: { checkout: { title: 7 } } }, 'messages.checkout.title'],
    [{ messages: { rsvp: [] } }, 'messages.rsvp'],
  ])('api 8.6, events 4.7.3: %j is a 400', async (given, field) => {
    const { eventId, path } = await aForm()
    const answer = await admin('PATCH', `${path}/messages`, given)
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]])
    expect((await getForm(sql, siteId, eventId)).revision).toBe(0)
  })
})

test('events 4.2.3: publishing gives the form as it is, discarding nothing, and neither changes anything', async () => {
  const { eventId, path } = await aFormWith(TEXT)
  const { form } = (await admin('GET', path)).body
  expect(await admin('POST', `${path}/publish`, { eventId })).toMatchObject({ status: 200, body: { form } })
  expect(await admin('DELETE', `${path}?eventId=${eventId}`)).toMatchObject({ status: 200, body: {} })
  expect((await admin('GET', path)).body.form).toEqual(form)
  expect((await getForm(sql, siteId, eventId)).revision).toBe(1)
})

test('events 4.5.18, 4.6.6: answers stay as they were given, whatever becomes of the form; names are members of their own', async () => {
  const { path, eventId, ids } = await aFormWith(TEXT, DROPDOWN)
  const inputValues = [
    { inputName: ids[0], value: 'Vegan' },
    { inputName: ids[1], value: 'Fish' },
  ]
  const rsvp = { eventId, firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org', status: 'YES' }
  const answer = (form: object[]) =>
    admin('POST', '/events/v2/rsvps', { rsvp: { ...rsvp, form: { inputValues: form } }, fields: ['FORM', 'DETAILS'] })
  const given = (await answer(inputValues)).body.rsvp
  expect(given).toMatchObject({ firstName: 'Ada', lastName: 'Berg' })
  expect(given.form.inputValues).toEqual(inputValues.map(each => ({ ...each, values: [] })))

  await admin('PUT', `${path}/controls/${ids[1]}`, { dropdown: { label: 'Drink', options: ['Tea', 'Milk'] } })
  await admin('DELETE', `${path}/controls/${ids[0]}`)
  const { body } = await admin('GET', `/events/v2/rsvps/${given.id}?fields=FORM&fields=DETAILS`)
  expect(body.rsvp.form).toEqual(given.form)
  expect(codeOf(await answer(inputValues))).toBe('INVALID_FORM_RESPONSE')
})

test('events 4.5.20: a clone has the controls with their ids, and the messages', async () => {
  const original = await aFormWith(TEXT, DROPDOWN)
  const clone = await aForm()
  await inTransaction(sql, async tx => {
    await tx`delete from registration_forms where site_id = ${siteId} and event_id = ${clone.eventId}`
    await copyForm(tx, { siteId, fromEventId: original.eventId, toEventIds: [clone.eventId] })
  })
  expect((await admin('GET', clone.path)).body).toEqual((await admin('GET', original.path)).body)
  await admin('POST', `${clone.path}/control`, TEXT)
  expect((await activitiesOf(clone.eventId)).map(({ sequence }) => sequence)).toEqual([1])
})

function codeOf(answer: { body: { details?: { applicationError?: { code?: string } } } }): string | undefined {
  return answer.body.details?.applicationError?.code
}

function fieldsOf(answer: { body: { details: { validationError: { fieldViolations: { field: string }[] } } } }) {
  return answer.body.details.validationError.fieldViolations.map(({ field }) => field)
}

function orderOf(body: { form: { controls: { id: string }[] } }): string[] {
  return body.form.controls.map(({ id }) => id)
}

async function activitiesOf(eventId: string) {
  return await sql<{ sequence: number; kind: string; data: unknown; actorKind: string }[]>`
    select sequence, kind, data, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_kind = 'registration_form'
       and entity_id = ${eventId}
     order by sequence`
}

test('events 4.7.2, 1.7.4: a new form speaks the site’s language, and so does what an organizer adds or takes back', async () => {
  const german = await otherSite()
  await sql`update sites set locale = 'de-AT' where site_id = ${german.siteId}`
  const { body } = await german.admin('POST', '/events/v3/events', {
    event: {
      title: 'Ein Konzert',
      location: { name: 'Die Halle', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2030-06-01T18:00:00Z',
        endDate: '2030-06-01T22:00:00Z',
        timeZoneId: 'Europe/Vienna',
      },
      registration: { initialType: 'RSVP' },
    },
    fields: ['FORM'],
  })
  const { form, id: eventId } = body.event
  const labels = (controls: { inputs: { label: string }[] }[]) =>
    controls.flatMap(({ inputs }) => inputs.map(({ label }) => label))
  expect(labels(form.controls)).toEqual(['Vorname', 'Nachname', 'E-Mail'])
  expect(form.messages.rsvp.rsvpYesOption).toBe('Ich komme')
  expect(form.messages.ticketsUnavailable.exploreEventsActionLabel).toBe('Andere Veranstaltungen')

  const path = `/events/v1/events/${eventId}/form`
  const added = await german.admin('POST', `${path}/control`, { additionalGuests: {} })
  expect(labels(added.body.form.controls)).toEqual([
    'Vorname',
    'Nachname',
    'E-Mail',
    'Weitere Gäste',
    'Namen der Gäste',
  ])
  const mine = { messages: { checkout: { title: 'Ich' } }, fields: 'messages.checkout.title' }
  expect((await german.admin('PATCH', `${path}/messages`, mine)).body.form.messages.checkout.title).toBe('Ich')
  const again = await german.admin('PATCH', `${path}/messages`, { fields: 'messages.checkout.title' })
  expect(again.body.form.messages.checkout.title).toBe('Ihre Angaben')
})

describe('the form as a whole', () => {
  const wholeOf = (eventId: string) => `/boxoffice/v1/events/${eventId}/form`
  const idsOf = ({ form }: { form: { controls: { id: string }[] } }) => form.controls.map(({ id }) => id)
  const activitiesOf = (eventId: string) => sql`
    select kind from activities
     where site_id = ${siteId} and entity_kind = 'registration_form' and entity_id = ${eventId} order by sequence`

  test('events 4.5.4, 4.5.10, 4.5.13, 4.7.1: kept, changed, added, moved and left out at once, as one change', async () => {
    const { eventId, path, ids } = await aFormWith(TEXT, DROPDOWN, { phone: {} })
    const [diet = '', meal = ''] = ids
    const before = (await admin('GET', wholeOf(eventId))).body
    expect(before.revision).toBe('3')
    const { status, body } = await admin('PATCH', wholeOf(eventId), {
      revision: '3',
      controls: [
        { id: 'name', name: { labels: { firstName: 'Given name' } } },
        { id: 'email' },
        { dropdown: { label: 'Size', options: ['S', 'L'] } },
        { id: meal, dropdown: { label: 'Meal', options: ['Fish', 'Rice'], mandatory: true } },
        { id: diet },
        { text: { label: 'Allergies' } },
      ],
      fields: 'messages.checkout.title',
      messages: { checkout: { title: 'Who are you?' } },
    })
    expect([status, body.revision]).toEqual([200, '4'])
    const [, , size, , , allergies] = idsOf(body)
    expect(idsOf(body)).toEqual(['name', 'email', size, meal, diet, allergies])
    expect(new Set(idsOf(body)).size).toBe(6)
    expect(body.form.controls.map(({ label }: { label: string }) => label)).toEqual([
      'Given name',
      'Email',
      'Size',
      'Meal',
      'Diet',
      'Allergies',
    ])
    expect(body.form.controls[3].inputs[0]).toMatchObject({ options: ['Fish', 'Rice'], mandatory: true })
    expect(body.form.controls[4]).toEqual({ ...before.form.controls[2], orderIndex: 4 })
    expect(body.form.messages).toEqual({
      ...before.form.messages,
      checkout: { ...before.form.messages.checkout, title: 'Who are you?' },
    })
    // What guests see is that, and the other way goes on from there.
    expect((await (await visitor())('GET', path)).body.form).toEqual(body.form)
    expect((await activitiesOf(eventId)).map(({ kind }) => kind).slice(3)).toEqual(['registration_form.updated'])
    expect((await admin('DELETE', `${path}/controls/${diet}`)).status).toBe(200)
    expect((await admin('GET', wholeOf(eventId))).body.revision).toBe('5')
  })

  test('events 4.2.4: who has seen an older one changes nothing; of two at once one is refused', async () => {
    const { eventId } = await aFormWith(TEXT)
    const { form } = (await admin('GET', wholeOf(eventId))).body
    const kept = form.controls.map(({ id }: { id: string }) => ({ id }))
    const add = (label: string) =>
      admin('PATCH', wholeOf(eventId), { revision: '1', controls: [...kept, { text: { label } }] })
    const [one, other] = await Promise.all([add('Mine'), add('Theirs')])
    const [won, lost] = one.status === 200 ? [one, other] : [other, one]
    expect([won.status, lost.status]).toEqual([200, 409])
    expect(lost.body.details.applicationError).toMatchObject({ code: 'ABORTED', data: { expected: '2', actual: '1' } })
    expect((await admin('GET', wholeOf(eventId))).body.form).toEqual(won.body.form)
  })

  test('events 4.5.6, 4.5.9, 4.5.12, 4.5.14: what is wrong anywhere changes nothing, and is named', async () => {
    const { eventId, ids } = await aFormWith(TEXT)
    const [diet = ''] = ids
    const ticketed = await aForm({ initialType: 'TICKETING' })
    const [name, email] = [{ id: 'name' }, { id: 'email' }]
    const more = (count: number) => Array.from({ length: count }, () => ({ date: {} }))
    const cases: [string, object, [number, string]][] = [
      [eventId, {}, [400, 'revision']],
      [eventId, { revision: 1 }, [400, 'revision']],
      [eventId, { revision: '0', controls: [name, email] }, [409, 'ABORTED']],
      [eventId, { revision: '1', controls: [] }, [400, 'controls']],
      [eventId, { revision: '1', controls: more(301) }, [400, 'controls']],
      [eventId, { revision: '1', controls: [name, email, {}] }, [400, 'controls[2].phone']],
      [eventId, { revision: '1', controls: [name, email, { ...TEXT, ...DROPDOWN }] }, [400, 'controls[2].text']],
      [eventId, { revision: '1', controls: [name, email, { name: {} }] }, [400, 'controls[2].phone']],
      [eventId, { revision: '1', controls: [name, email, TEXT, name] }, [400, 'controls[3].id']],
      [
        eventId,
        { revision: '1', controls: [name, email, TEXT, { dropdown: { options: ['A', 'A '] } }] },
        [400, 'controls[3].dropdown.options'],
      ],
      [eventId, { revision: '1', controls: [name, email, { id: 'gone' }] }, [404, 'CONTROL_NOT_FOUND']],
      [
        eventId,
        { revision: '1', controls: [name, email, { id: diet, phone: {} }] },
        [400, 'INVALID_EVENT_CONFIGURATION'],
      ],
      [eventId, { revision: '1', controls: [name] }, [400, 'INVALID_EVENT_CONFIGURATION']],
      [eventId, { revision: '1', controls: [email, name] }, [400, 'INVALID_EVENT_CONFIGURATION']],
      [eventId, { revision: '1', controls: [name, { id: diet }, email] }, [400, 'INVALID_EVENT_CONFIGURATION']],
      [eventId, { revision: '1', controls: [name, email, ...more(198)] }, [400, 'INVALID_EVENT_CONFIGURATION']],
      [eventId, { revision: '1', fields: 'messages.none', messages: {} }, [400, 'fields']],
      [
        ticketed.eventId,
        { revision: '0', controls: [name, email, TEXT, { additionalGuests: {} }] },
        [400, 'INVALID_EVENT_CONFIGURATION'],
      ],
      [newGuid(), { revision: '1', controls: [name, email] }, [404, 'EVENT_NOT_FOUND']],
    ]
    for (const [of, body, [status, said]] of cases) {
      const before = await sql`select revision, controls, messages from registration_forms order by event_id`
      const answer = await admin('PATCH', wholeOf(of), body)
      const { applicationError, validationError } = answer.body.details
      expect([body, answer.status, applicationError?.code ?? validationError.fieldViolations[0].field]).toEqual([
        body,
        status,
        said,
      ])
      expect(await sql`select revision, controls, messages from registration_forms order by event_id`).toEqual(before)
    }
  })

  test('a visitor, a stranger and who has no credentials neither read nor change it', async () => {
    const { eventId } = await aForm()
    const guest = await visitor()
    const { admin: stranger } = await otherSite()
    for (const method of ['GET', 'PATCH'] as const) {
      const sent = method === 'PATCH' ? { revision: '0', controls: [{ id: 'name' }, { id: 'email' }] } : undefined
      expect((await guest(method, wholeOf(eventId), sent)).status).toBe(403)
      expect((await stranger(method, wholeOf(eventId), sent)).status).toBe(404)
      expect((await anonymous(method, wholeOf(eventId), sent)).status).toBe(401)
    }
  })
})
