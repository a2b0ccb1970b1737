import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { orders } from '@wix/events'
import { AppStrategy, createClient } from '@wix/sdk'
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { listenTo } from '../support/streams.ts'
import { aTarget } from '../support/webhooks.ts'
import { organizer, type Visitor, visitor } from './clients.ts'

/*
 * A counter on the organizer's own site, as the documentation has it: a program that knows how many tickets are left, and
 * corrects that when it is told of an order. It speaks through the published client alone; beside it somebody listens to
 * our stream, and both must come to the same numbers.
 */
const { server, place } = await testServer({ WEBHOOK_PRIVATE_HOSTS: 'localhost' })
const target = await aTarget()
// The server runs in this process, and so trusts what this process does.
setDefaultCACertificates([...getCACertificates('default'), target.ca])
const host = organizer(place)

test('R213: a counter reads a definition, is told of an order, reads again, and shows fewer by what was sold', async () => {
  const guest = await visitor(place)
  const { event } = await guest.wixEventsV2.getEventBySlug('lanterns-over-the-harbour')
  const eventId = event?._id ?? ''
  const { definitions = [] } = await guest.orders.listAvailableTickets({ eventId, limit: 10 })
  const free = definitions.find(each => each.free)?._id ?? ''

  const counter = await aCounter()
  await counter.read(free)
  const before = counter.shown.get(free) ?? 0
  expect(before).toBeGreaterThan(10)
  const stream = await listenTo(`${server.httpUrl}/boxoffice/v1/ticket-definitions/${free}/availability/stream`)
  expect((await stream.next()).data.availability.unsold).toBe(before)

  await buy(guest, { eventId, definitionId: free, quantity: 3 })
  await expect.poll(() => counter.shown.get(free), { interval: 20 }).toBe(before - 3)
  await buy(guest, { eventId, definitionId: free, quantity: 2 })
  await expect.poll(() => counter.shown.get(free), { interval: 20 }).toBe(before - 5)
  expect(counter.orders).toHaveLength(2)
  await expect
    .poll(() => stream.messages.at(-1)?.data.availability, { interval: 20 })
    .toMatchObject({ sold: 5, held: 0, unsold: before - 5 })
})

/** The program: what it shows of each definition, and the orders that it was told of. */
async function aCounter() {
  const { publicKey } = await ofOurs('GET', 'webhooks/public-key')
  const { webhook } = await ofOurs('POST', 'webhooks', {
    webhook: { url: target.urlOf('/counter'), eventTypes: ['wix.events.ticketing.events.OrderConfirmed'] },
  })
  expect(webhook.url).toBe(target.urlOf('/counter'))
  const app = createClient({ modules: { orders }, auth: AppStrategy({ appId: 'a counter', publicKey }) })
  const shown = new Map<string, number | null | undefined>()
  const told: (string | undefined)[] = []

  const read = async (definitionId: string) => {
    const { salesDetails } = await host.ticketDefinitionsV2.getTicketDefinition(definitionId, {
      fields: ['SALES_DETAILS'],
    })
    shown.set(definitionId, salesDetails?.unsoldCount)
  }
  app.orders.onOrderConfirmed(async ({ data }) => {
    told.push(data.orderNumber)
    for (const definitionId of new Set(data.tickets?.map(ticket => ticket.ticketDefinitionId)))
      if (definitionId) await read(definitionId)
  })
  target.behave('/counter', ({ body }, response) => {
    response.end()
    app.webhooks.process(body)
  })
  return { shown, orders: told, read }
}

async function buy(
  guest: Visitor,
  { eventId, definitionId, quantity }: { eventId: string; definitionId: string; quantity: number },
): Promise<void> {
  const held = await guest.ticketReservations.createTicketReservation({
    tickets: [{ ticketDefinitionId: definitionId, quantity }],
  })
  const { order } = await guest.orders.checkout(eventId, {
    reservationId: held._id ?? '',
    guests: [
      {
        form: {
          inputValues: [
            { inputName: 'firstName', value: 'Ada' },
            { inputName: 'lastName', value: 'Berg' },
            { inputName: 'email', value: 'ada@example.org' },
          ],
        },
      },
    ],
  })
  expect(order?.tickets).toHaveLength(quantity)
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came back
async function ofOurs(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await fetch(`https://${place.apiBaseUrl}/boxoffice/v1/${path}`, {
    method,
    headers: {
      authorization: place.apiKey,
      'wix-site-id': place.siteId,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}
