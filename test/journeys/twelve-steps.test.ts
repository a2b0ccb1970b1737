import { expect, test } from 'vitest'
import { verify } from '../../src/verify.ts'
import { testServer } from '../support/server.ts'
import { organizer, visitor } from './clients.ts'
import { playTwelveSteps } from './twelve-steps.ts'

const { server, place, passMinutes } = await testServer()

test('R215 to R221: the documented flow, through the official client over TLS, and every law holds after it', async () => {
  const told: string[] = []
  await playTwelveSteps(
    place,
    step => told.push(step),
    async () => passMinutes(6),
  )
  expect(told.at(-1)).toContain('12')
  expect((await verify(server.sql)).breaches).toEqual([])
})

test('a demo event is on sale from the first start on, for visitors too', async () => {
  const guest = await visitor(place)
  const { items } = await guest.wixEventsV2
    .queryEvents({ fields: ['REGISTRATION'] })
    .eq('slug', 'lanterns-over-the-harbour')
    .find()
  expect(items[0]).toMatchObject({ status: 'UPCOMING', registration: { status: 'OPEN_TICKETS' } })
  const { definitions } = await guest.orders.listAvailableTickets({
    eventId: items[0]?._id ?? '',
    limit: 10,
    sort: 'orderIndex:asc',
  })
  expect(definitions?.map(each => each.name)).toEqual(['Standing', 'Balcony', 'Supporter', 'Open rehearsal'])
})

test('api 5.3: refusals reach the client with code, status and request id', async () => {
  const host = organizer(place)
  const error = await host.ticketReservations
    .createTicketReservation({ tickets: [{ ticketDefinitionId: crypto.randomUUID(), quantity: 1 }] })
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    details: {
      applicationError: { code: 'TICKET_DEFINITION_NOT_FOUND' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  })
})

test('api 5.3.2: a violation reaches the client with its field', async () => {
  const host = organizer(place)
  const error = await host.policies
    .createPolicy({ name: 'Refunds', body: '', eventId: crypto.randomUUID() })
    .catch((thrown: unknown) => thrown)
  expect(JSON.stringify(error)).toContain('body')
})
