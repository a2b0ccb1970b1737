import { GetOrderResponse, UpdateOrderResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { ADA, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

const form = (firstName: string, lastName: string, email: string) => ({
  inputValues: [
    { inputName: 'firstName', value: firstName },
    { inputName: 'lastName', value: lastName },
    { inputName: 'email', value: email },
  ],
})
const ZOE = form('Zoë', 'Åkesson', 'Zoe@Example.org')

/** Two free tickets of a new visitor. */
async function anOrder({ event = {}, checkout = {} }: { event?: object; checkout?: Record<string, unknown> } = {}) {
  const { eventId, definitionId } = await aSale(app, { event: { ...event }, definition: FREE })
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const { order } = (await checkOut(guest, { eventId, reservationId }, checkout)).body
  const numbers: string[] = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, guest, reservationId, order, orderNumber: order.orderNumber as string, numbers }
}

/** An order of an event where every ticket has a guest of its own. */
function anOrderOfGuests() {
  return anOrder({
    event: { tickets: { guestsAssignedSeparately: true } },
    checkout: {
      guests: [{ form: form('Bo', 'Ek', 'bo@example.org') }, { form: form('Cy', 'Alm', 'cy@example.org') }],
      buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
    },
  })
}

type Named = { eventId: string; orderNumber: string }

function update(caller: Caller, { eventId, orderNumber }: Named, body: unknown) {
  return caller('PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, body)
}

async function factsAbout(id: string) {
  const rows = await sql`
    select sequence, kind, data - 'eventId' - 'status' as data
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, data }) => `${sequence} ${kind} ${JSON.stringify(data)}`)
}

describe('Update Order', () => {
  test('R174: the buyer’s answers are replaced; names, e-mail, contact and tickets follow', async () => {
    const ordered = await anOrder()
    setNow('2030-05-01T12:05:00.000Z')
    const answer = await update(admin, { ...ordered, eventId: ordered.eventId.toUpperCase() }, { checkoutForm: ZOE })
    expect(answer.status).toBe(200)
    expect(judgedByClient(UpdateOrderResponse, answer.body)).toEqual([])
    const guest = { firstName: 'Zoë', lastName: 'Åkesson', email: 'Zoe@Example.org' }
    expect(answer.body.order).toMatchObject({
      ...guest,
      fullName: 'Zoë Åkesson',
      checkoutForm: ZOE,
      created: '2030-05-01T12:00:00.000Z',
      updated: '2030-05-01T12:05:00.000Z',
      tickets: [0, 1].map(() => ({ guestFullName: 'Zoë Åkesson', orderFullName: 'Zoë Åkesson', guestDetails: guest })),
    })
    expect(answer.body.order.contactId).not.toBe(ordered.order.contactId)
    const [contact] = await sql`
      select email, first_name from contacts where contact_id = ${answer.body.order.contactId}`
    expect(contact).toEqual({ email: 'zoe@example.org', firstName: 'Zoë' })
    expect((await factsAbout(ordered.orderNumber)).at(-1)).toBe('3 order.updated {"checkoutForm":true}')
    for (const number of ordered.numbers)
      expect((await factsAbout(number)).at(-1)).toBe('2 ticket.updated {"guestChanged":true}')
    const { body } = await must(
      ordered.guest,
      'GET',
      `/events/v1/events/${ordered.eventId}/orders/${ordered.orderNumber}`,
    )
    expect(body.order.contactId).toBe(answer.body.order.contactId)
  })

  test('R174: answers and archive in one request are one change', async () => {
    const ordered = await anOrder()
    const { body } = await update(admin, ordered, {
      archived: true,
      checkoutForm: ZOE,
      fields: ['checkoutForm', 'archived'],
    })
    expect(body.order).toMatchObject({ archived: true, firstName: 'Zoë' })
    expect((await factsAbout(ordered.orderNumber)).at(-1)).toBe('3 order.updated {"archived":true,"checkoutForm":true}')
  })

  test('R19: the same answers again, or nothing at all, change nothing', async () => {
    const ordered = await anOrder()
    const before = await ledgerOf(sql)
    for (const body of [{}, { checkoutForm: ADA }, { archived: false }, { checkoutForm: ADA, archived: false }]) {
      const answer = await update(admin, ordered, body)
      expect([answer.status, answer.body.order.firstName]).toEqual([200, 'Ada'])
    }
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test.each<[string, unknown, object]>([
    ['no mask: what is in the body', undefined, { firstName: 'Zoë', archived: true }],
    ['an empty mask: the same', '', { firstName: 'Zoë', archived: true }],
    ['one path', 'archived', { firstName: 'Ada', archived: true }],
    ['the other', 'checkoutForm', { firstName: 'Zoë', archived: false }],
    ['a path below it', { paths: ['checkoutForm.inputValues'] }, { firstName: 'Zoë', archived: false }],
    ['both, as a list', ['archived', 'checkoutForm'], { firstName: 'Zoë', archived: true }],
    ['both, as the client sends them', 'archived,checkoutForm', { firstName: 'Zoë', archived: true }],
  ])('R8, R174, api 8.4: %s', async (_, fields, expected) => {
    const ordered = await anOrder()
    const { body } = await update(admin, ordered, { fields, archived: true, checkoutForm: ZOE })
    expect(body.order).toMatchObject(expected)
  })

  test('api 8.5: what the mask names and the body lacks is cleared: restored, or no answers, which are refused', async () => {
    const ordered = await anOrder()
    await update(admin, ordered, { archived: true })
    expect((await update(admin, ordered, { fields: 'archived' })).body.order.archived).toBe(false)
    const cleared = () => update(admin, ordered, { fields: 'checkoutForm' })
    expect(await refusedWithoutTrace(sql, cleared)).toEqual([400, 'INVALID_FORM_RESPONSE'])
  })

  test('R158, R159, R174: the event’s form judges the answers', async () => {
    const ordered = await anOrder()
    await must(admin, 'POST', `/events/v1/events/${ordered.eventId}/form/control`, {
      date: { label: 'Born on', mandatory: true },
    })
    const judged = async (inputValues: unknown) => {
      const answer = () => update(admin, ordered, { checkoutForm: { inputValues } })
      expect(await refusedWithoutTrace(sql, answer)).toEqual([400, 'INVALID_FORM_RESPONSE'])
      return (await answer()).body.details.applicationError.data.problems
    }
    const of = (problem: string) => [{ guest: 0, problem }]
    expect(await judged(ZOE.inputValues)).toEqual(of('"date" must be answered.'))
    const born = { inputName: 'date', value: '2001-02-03' }
    expect(await judged([...ZOE.inputValues.slice(1), born])).toEqual(of('"firstName" must be answered.'))
    expect(await judged([...form('A', 'B', 'nobody').inputValues, born])).toEqual(
      of('"email" is not a valid e-mail address.'),
    )
    expect(await judged([...ZOE.inputValues, born, { inputName: 'shoe', value: '44' }])).toEqual(
      of('The form has no input "shoe".'),
    )
    const checkoutForm = { inputValues: [...ZOE.inputValues, born] }
    expect((await update(admin, ordered, { checkoutForm })).body.order.checkoutForm).toEqual(checkoutForm)
  })

  test('R174, R205: where every ticket has a guest of its own, the form is the buyer’s, and the tickets stay theirs', async () => {
    const ordered = await anOrderOfGuests()
    const path = `/events/v1/events/${ordered.eventId}/orders/${ordered.orderNumber}?fieldset=FORM`
    const shown = await must(admin, 'GET', path)
    expect(judgedByClient(GetOrderResponse, shown.body.order)).toEqual([])
    expect(shown.body.order.checkoutForm).toEqual(form('Ada', 'Berg', 'ada@example.org'))
    const { body } = await update(admin, ordered, { checkoutForm: ZOE })
    expect(body.order).toMatchObject({
      firstName: 'Zoë',
      checkoutForm: ZOE,
      tickets: [
        {
          guestFullName: 'Bo Ek',
          orderFullName: 'Zoë Åkesson',
          guestDetails: { guestAssigned: true, firstName: 'Bo' },
        },
        { guestFullName: 'Cy Alm', guestDetails: { form: form('Cy', 'Alm', 'cy@example.org') } },
      ],
    })
    for (const number of ordered.numbers) expect(await factsAbout(number)).toHaveLength(1)
  })

  test('events 1.12: of an event that is gone the answers cannot be judged', async () => {
    const ordered = await anOrder()
    await must(admin, 'DELETE', `/events/v3/events/${ordered.eventId}`)
    const answer = () => update(admin, ordered, { checkoutForm: ZOE })
    expect(await refusedWithoutTrace(sql, answer)).toEqual([404, 'EVENT_NOT_FOUND'])
  })

  test('two organizers at once: each change is whole, and both are on record', async () => {
    const ordered = await anOrder()
    const bo = form('Bo', 'Ek', 'bo@example.org')
    await Promise.all([
      must(admin, 'PATCH', `/events/v1/events/${ordered.eventId}/orders/${ordered.orderNumber}`, { checkoutForm: ZOE }),
      must(admin, 'PATCH', `/events/v1/events/${ordered.eventId}/orders/${ordered.orderNumber}`, { checkoutForm: bo }),
    ])
    const [row] = await sql`
      select first_name || ' ' || email as buyer, revision from orders where order_number = ${ordered.orderNumber}`
    expect(row?.revision).toBe(4)
    expect(['Zoë Zoe@Example.org', 'Bo bo@example.org']).toContain(row?.buyer)
    const tickets = await sql`
      select distinct first_name || ' ' || email as guest from tickets where order_number = ${ordered.orderNumber}`
    expect(tickets.map(({ guest }) => guest)).toEqual([row?.buyer])
  })

  test.each<[string, unknown, string | string[]]>([
    ['nothing', undefined, 'request'],
    ['null', null, 'request'],
    ['a list', [], 'request'],
    ['null for archived', { archived: null }, 'archived'],
    ['a number for archived', { archived: 1 }, 'archived'],
    ['null for the form', { checkoutForm: null }, 'checkoutForm'],
    ['a text for the form', { checkoutForm: 'Ada' }, 'checkoutForm'],
    ['a text for the answers', { checkoutForm: { inputValues: 'Ada' } }, 'checkoutForm.inputValues'],
    [
      'an answer without a name',
      { checkoutForm: { inputValues: [{ value: 'x' }] } },
      'checkoutForm.inputValues[0].inputName',
    ],
    [
      'an answer of 5001',
      { checkoutForm: { inputValues: [{ inputName: 'firstName', value: 'x'.repeat(5001) }] } },
      'checkoutForm.inputValues[0].value',
    ],
    [
      '201 answers',
      { checkoutForm: { inputValues: Array(201).fill({ inputName: 'firstName' }) } },
      'checkoutForm.inputValues',
    ],
    ['a mask of what cannot be changed', { fields: 'archived,status' }, 'fields'],
    ['a mask of what is only a part of a path', { fields: 'checkoutForm.inputValues[0]' }, 'fields'],
    ['a mask that is a number', { fields: 7 }, 'fields'],
    ['201 paths', { fields: Array(201).fill('archived') }, 'fields'],
  ])('R174: %s is a 400', async (_, body, field) => {
    const named = { eventId: newGuid(), orderNumber: 'AAAA-AAAA-AA' }
    expect(await refusedWithoutTrace(sql, () => update(admin, named, body))).toEqual([400, [field].flat()])
  })

  test.each([
    ['x', 'A', 'eventId'],
    [newGuid(), 'x'.repeat(37), 'orderNumber'],
  ])('api 13.1: the path %s, %.5s', async (eventId, orderNumber, field) => {
    expect(refusalOf(await update(admin, { eventId, orderNumber }, {}))).toEqual([400, [field]])
  })
})
