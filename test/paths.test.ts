import { ApiKeyStrategy, createClient } from '@wix/sdk'
import { expect, test } from 'vitest'
import { publishedPaths } from '../src/http/mounts.ts'
import { newGuid } from '../src/ids.ts'
import { modules } from './journeys/clients.ts'
import { testApp } from './support/app.ts'
import { carriedInto } from './support/carried.ts'

const { app, admin, anonymous } = await testApp()

type Operation = { method: string; path: string }

/** Every route of the contract that the server has. */
function servedOperations(): Operation[] {
  const { paths = {} } = app.swagger()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods ?? {}).map(method => ({ method: method.toUpperCase(), path })),
  )
}

const contract = servedOperations().filter(({ path }) => /^\/(events|headless)\//.test(path))

test('api 1.1.1: there are routes to go through', () => {
  expect(contract.length).toBeGreaterThan(60)
})

test.each(contract)(
  'api 1.1.1, R1, R2: $method $path asks for an identity under each of its paths',
  async operation => {
    const paths = publishedPaths(operation.path.replaceAll(/\{\w+\}/g, newGuid()))
    expect(paths.length).toBeGreaterThanOrEqual(2)
    for (const path of paths) {
      const answer = await anonymous(operation.method as 'GET', path, operation.method === 'GET' ? undefined : {})
      expect([path, answer.status]).toEqual([path, 401])
    }
  },
)

test('an alias reaches no further than its own resource', async () => {
  const answers = await Promise.all([
    admin('GET', '/_api/events-policies/v1/orders'),
    admin('POST', '/_api/events-ticket-reservations/v1/ticket-reservationsx', {}),
    admin('GET', '/_api/nothing'),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
})

/** The official client, and what it asked for. */
function clientOn(host: { apiBaseUrl: string } | undefined) {
  const seen: string[] = []
  const client = createClient({
    modules,
    auth: ApiKeyStrategy({ apiKey: 'unknown', siteId: newGuid() }),
    ...(host && { host }),
    fetch: carriedInto(app, request => seen.push(request)),
  })
  return { client, seen }
}

test.each([
  ['the default host (family B)', undefined],
  ['a host of our own (family C)', { apiBaseUrl: 'tickets.example.com' }],
] as const)('api 1.3: what the client asks of %s is served', async (_, host) => {
  const { client, seen } = clientOn(host)
  const id = newGuid()
  const calls: (() => Promise<unknown>)[] = [
    () => client.wixEventsV2.getEvent(id),
    () => client.wixEventsV2.getEventBySlug('a-slug'),
    () => client.wixEventsV2.queryEvents().find(),
    () => client.wixEventsV2.updateEvent(id, { event: { title: 'x' } }),
    () => client.forms.getForm(id),
    () => client.forms.publishDraft(id),
    () => client.policies.getPolicy(id),
    () => client.policies.queryPolicies().find(),
    () => client.policies.deletePolicy(id),
    () => client.schedule.listScheduleItems({ eventId: [id] }),
    () => client.schedule.publishDraft(id),
    () => client.categories.queryCategories().find(),
    () => client.categories.assignEvents(id, [id]),
    () => client.staffMembers.getStaffMember(id),
    () => client.staffMembers.queryStaffMembers().find(),
    () => client.ticketDefinitionsV2.getTicketDefinition(id),
    () => client.ticketDefinitionsV2.queryTicketDefinitions().find(),
    () => client.ticketDefinitionsV2.countTicketDefinitions(),
    () => client.ticketDefinitionsV2.bulkDeleteTicketDefinitionsByFilter({}),
    () => client.ticketDefinitions.createTicketDefinition(id, { definition: { name: 'x' } }),
    () => client.ticketDefinitions.updateTicketDefinition(id, id, { definition: { name: 'x' }, fields: ['name'] }),
    () => client.ticketDefinitions.getTicketDefinition(id),
    () => client.ticketDefinitions.listTicketDefinitions({ eventId: [id] }),
    () => client.ticketDefinitions.queryTicketDefinitions({ limit: 1 }),
    () => client.ticketDefinitions.queryTicketDefinitionsV2().find(),
    () => client.ticketDefinitions.deleteTicketDefinition(id, { byId: { definitionId: [id] } }),
    () => client.ticketDefinitions.changeCurrency({ eventId: id, currency: 'EUR' }),
    () => client.ticketReservations.getTicketReservation(id),
    () => client.ticketReservations.cancelTicketReservation(id),
    () => client.ticketReservations.deleteTicketReservation(id),
    () => client.ticketReservations.bulkUpdateTicketReservationTags([id], { assignTags: {} }),
    () => client.ticketReservations.bulkUpdateTicketReservationTagsByFilter({}, { assignTags: {} }),
    () => client.orders.listAvailableTickets({ eventId: id }),
    () => client.orders.getInvoice(id, id),
    () => client.orders.cancelReservation(id, id),
    () => client.orders.listOrders(),
    () => client.orders.getOrder({ eventId: id, orderNumber: 'AAAA-BBBB-CC' }),
    () => client.orders.confirmOrder(id, { orderNumber: ['AAAA-BBBB-CC'] }),
    () => client.orders.getSummary({ eventId: id }),
    () => client.tickets.listTickets({ eventId: [id] }),
    () => client.tickets.updateTicket('x', { eventId: id, archived: true }),
    () => client.tickets.bulkUpdateTickets({ eventId: id, ticketNumber: ['x'], archived: true }),
    () => client.tickets.checkInTickets(id, { ticketNumber: ['x'] }),
    () => client.tickets.deleteTicketCheckIns(id, { ticketNumber: ['x'] }),
  ]
  for (const call of calls) {
    // An unknown key is refused by the route's own permission: a path that nobody serves would be a 404 instead.
    const error = await call().catch((thrown: unknown) => thrown)
    expect([seen.at(-1), error]).toMatchObject([
      expect.any(String),
      { details: { applicationError: { code: 'UNAUTHENTICATED' } } },
    ])
  }
  expect(seen).toHaveLength(calls.length)
})
