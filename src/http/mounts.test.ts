import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { ADA, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'
import { toDocumentedUrl } from './mounts.ts'

const { admin, anonymous, visitor } = await testApp()

const GUESTS = [{ form: ADA }]
let one: Awaited<ReturnType<typeof aSale>>
let other: Awaited<ReturnType<typeof aSale>>
let ticketNumber: string

beforeAll(async () => {
  one = await aSale({ admin }, { definition: FREE })
  other = await aSale({ admin }, { definition: FREE })
  ticketNumber = await aTicket(one)
  await aTicket(other)
})

async function aTicket({ eventId, definitionId }: typeof one): Promise<string> {
  const { body } = await reserveTickets(admin, definitionId)
  const { order } = (await checkOut(admin, { eventId, reservationId: body.ticketReservation.id })).body
  return order.tickets[0].ticketNumber
}

function older(eventId: string, below = ''): string {
  return `/events/v1/events/${eventId}/tickets${below}`
}

describe('paths of the older documentation, with the event in them', () => {
  test('R3: lists and gives the tickets of the event that the path names', async () => {
    const wanted = 'fieldset=TICKET_DETAILS&fieldset=GUEST_DETAILS'
    const now = await admin('GET', `/events/v1/tickets?eventId=${one.eventId}&${wanted}`)
    const before = await admin('GET', `${older(one.eventId)}?${wanted}`)
    expect(before.body.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)).toEqual([ticketNumber])
    expect(before.body).toEqual(now.body)

    const got = await admin('GET', `${older(one.eventId, `/${ticketNumber}`)}?${wanted}`)
    expect(got.body.ticket).toMatchObject({ ticketNumber, name: 'Standard', guestDetails: { firstName: 'Ada' } })
    const elsewhere = await admin('GET', `${older(other.eventId, `/${ticketNumber}`)}?${wanted}`)
    expect(refusalOf(elsewhere)).toEqual([404, 'TICKET_NOT_FOUND'])
  })

  test('R3: checks in and takes it back, as does the prefix of a self-hosted client', async () => {
    const checkedIn = await admin('POST', older(one.eventId, '/check-in'), { ticketNumber: [ticketNumber] })
    expect(checkedIn.body.tickets).toMatchObject([{ ticketNumber, checkIn: {} }])
    const path = `/_api/wix-events-web/v1/events/${one.eventId}/tickets/check-in?ticketNumber=${ticketNumber}`
    const undone = await admin('DELETE', path)
    expect(undone.body.tickets.map((ticket: { checkIn?: object }) => ticket.checkIn)).toEqual([undefined])
  })

  test('R3: changes one ticket or several of the event that the path names, and no other event’s', async () => {
    const archive = { ticketNumber: [ticketNumber], archived: true }
    const several = await admin('PATCH', older(one.eventId), archive)
    expect(several.body.tickets).toMatchObject([{ ticketNumber, archived: true }])
    const restore = { archived: false, fields: 'archived' }
    const single = await admin('PATCH', older(one.eventId, `/${ticketNumber}`), restore)
    expect(single.body.ticket).toMatchObject({ ticketNumber, archived: false })
    const elsewhere = { ...archive, eventId: one.eventId }
    expect(refusalOf(await admin('PATCH', older(other.eventId), elsewhere))).toEqual([404, 'TICKET_NOT_FOUND'])
    const path = older(other.eventId, `/${ticketNumber}`)
    expect(refusalOf(await admin('PATCH', path, { ...restore, eventId: one.eventId }))).toEqual([
      404,
      'TICKET_NOT_FOUND',
    ])
  })

  test('R3: reserves and checks out', async () => {
    const guest = await visitor()
    const ticketQuantities = [{ ticketDefinitionId: one.definitionId, quantity: 2 }]
    const held = await must(guest, 'POST', older(one.eventId, '/reservation'), { ticketQuantities })
    expect(held.body).toMatchObject({ reservationStatus: 'RESERVATION_PENDING', reservations: [{ quantity: 2 }] })
    const reservationId = held.body.id
    const { body } = await must(guest, 'POST', older(one.eventId, '/checkout'), { reservationId, guests: GUESTS })
    expect(body.order).toMatchObject({ reservationId, eventId: one.eventId, status: 'FREE', ticketsQuantity: 2 })
  })

  test('R3, api 3.3.5: of two events the one in the path counts, and nothing else of the request is lost', async () => {
    const list = await admin('GET', `${older(one.eventId)}?eventId=${other.eventId}&fieldset=TICKET_DETAILS&limit=1`)
    expect(list.body).toMatchObject({ limit: 1, tickets: [{ orderStatus: 'FREE' }] })
    const all = await admin('GET', `/events/v1/tickets?eventId=${one.eventId}`)
    expect(list.body.total).toBe(all.body.total)

    const ticketQuantities = [{ ticketDefinitionId: one.definitionId, quantity: 1 }]
    const request = { eventId: other.eventId, ticketQuantities, ignoreLimits: true }
    const held = await must(admin, 'POST', older(one.eventId, '/reservation'), request)
    expect(held.body.reservations[0].ticket.eventId).toBe(one.eventId)
    const complex = Buffer.from(JSON.stringify({ eventId: [other.eventId], limit: 1 })).toString('base64url')
    expect((await admin('GET', `${older(one.eventId)}?.r=${complex}`)).body).toMatchObject({
      limit: 1,
      total: all.body.total,
    })
  })

  test.each([
    ['an id that is none', 'GET', older('x'), undefined, [400, ['eventId[0]']]],
    ['an id that is none, to check in', 'POST', older('x', '/check-in'), { ticketNumber: ['x'] }, [400, ['eventId']]],
    ['no body', 'POST', older(newGuid(), '/check-in'), undefined, [400, ['ticketNumber']]],
    ['a list as the body', 'POST', older(newGuid(), '/check-in'), [], [400, ['request']]],
    ['an unknown event', 'POST', older(newGuid(), '/check-in'), { ticketNumber: ['x'] }, [404, 'TICKET_NOT_FOUND']],
    [
      'a method that is not served there',
      'DELETE',
      older(newGuid(), '/checkout'),
      undefined,
      [405, 'METHOD_NOT_ALLOWED'],
    ],
    ['a path that goes on', 'GET', older(newGuid(), '/x/y'), undefined, [404, 'NOT_FOUND']],
  ] as const)('R3: %s is refused as under the documented path', async (_, method, path, body, expected) => {
    expect(refusalOf(await admin(method, path, body))).toEqual(expected)
  })

  test('R3, R22: they need what the documented paths need', async () => {
    const guest = await visitor()
    const statuses = async (caller: typeof admin) =>
      Promise.all(
        [
          caller('GET', older(one.eventId)),
          caller('PATCH', older(one.eventId), { ticketNumber: [ticketNumber], archived: true }),
          caller('PATCH', older(one.eventId, `/${ticketNumber}`), { archived: true }),
          caller('POST', older(one.eventId, '/check-in'), { ticketNumber: [ticketNumber] }),
          caller('DELETE', `${older(one.eventId, '/check-in')}?ticketNumber=${ticketNumber}`),
        ].map(async answer => (await answer).status),
      )
    expect(await statuses(anonymous)).toEqual([401, 401, 401, 401, 401])
    expect(await statuses(guest)).toEqual([403, 403, 403, 403, 403])
  })
})

test.each([
  ['/events/v1/events/e1/tickets?limit=1', '/events/v1/tickets?limit=1'],
  ['/events/v1/events/e1/tickets/AB-1?fieldset=X', '/events/v1/tickets/AB-1?fieldset=X'],
  ['/events/v1/events/e1/tickets/check-in', '/events/v1/tickets/check-in'],
  ['/events/v1/events/e1/tickets/reservation', '/events/v1/checkout/reservations'],
  ['/events/v1/events/e1/tickets/checkout', '/events/v1/checkout'],
  ['/events/v1/events/e1/ticketsx', '/events/v1/events/e1/ticketsx'],
  ['/events/v1/events/e1/orders/tickets', '/events/v1/events/e1/orders/tickets'],
  ['/_api/redirects-api/v1/redirect-session', '/headless/v1/redirect-session'],
  ['/redirect-session/v1/redirect-session', '/headless/v1/redirect-session'],
  ['/_api/events/v2/ticket-definition/query', '/events/v2/ticket-definitions/query'],
])('R2, R3, api 1.3: %s is served as %s', (url, documented) => {
  expect(toDocumentedUrl(url)).toBe(documented)
})
