import type { Answer, Caller, TestApp } from './app.ts'

/** An event on sale, through the API alone; each part may be overridden. */
export async function aSale(
  { admin }: Pick<TestApp, 'admin'>,
  { event = {}, definition = {} }: { event?: Record<string, unknown>; definition?: Record<string, unknown> } = {},
): Promise<{ eventId: string; definitionId: string }> {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    event: {
      title: 'A concert',
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2030-06-01T18:00:00Z',
        endDate: '2030-06-01T22:00:00Z',
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING', ...event },
    },
  })
  const eventId = body.event.id
  return { eventId, definitionId: (await aDefinition({ admin }, eventId, definition)).id }
}

/** One more definition of an event: 10.00 EUR and unlimited unless said otherwise. */
export async function aDefinition({ admin }: Pick<TestApp, 'admin'>, eventId: string, overrides = {}) {
  const { body } = await must(admin, 'POST', '/events/v3/ticket-definitions', {
    ticketDefinition: {
      eventId,
      name: 'Standard',
      feeType: 'FEE_INCLUDED',
      pricingMethod: { fixedPrice: { value: '10.00', currency: 'EUR' } },
      ...overrides,
    },
    fields: ['SALES_DETAILS'],
  })
  return body.ticketDefinition
}

export const FREE = { pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } } }

/** A reservation of `quantity` tickets of each named definition. */
export async function reserveTickets(caller: Caller, definitionIds: string | string[], quantity = 1): Promise<Answer> {
  return caller('POST', '/events/v1/ticket-reservations', {
    ticketReservation: {
      tickets: [definitionIds].flat().map(ticketDefinitionId => ({ ticketDefinitionId, quantity })),
    },
  })
}

export const ADA = {
  inputValues: [
    { inputName: 'firstName', value: 'Ada' },
    { inputName: 'lastName', value: 'Berg' },
    { inputName: 'email', value: 'ada@example.org' },
  ],
}

/** Checks a reservation out as Ada. */
export async function checkOut(
  caller: Caller,
  { eventId, reservationId }: { eventId: string; reservationId: string },
  more: Record<string, unknown> = {},
): Promise<Answer> {
  return caller('POST', '/events/v1/checkout', { eventId, reservationId, guests: [{ form: ADA }], ...more })
}

/** Puts an order away (R186). */
export async function archiveOrder(
  { admin }: Pick<TestApp, 'admin'>,
  { eventId, orderNumber }: { eventId: string; orderNumber: string },
): Promise<void> {
  await must(admin, 'PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, { archived: true })
}

/** The answer, which must be a 200: a scenario that fails to set itself up says so at once. */
export async function must(caller: Caller, ...request: Parameters<Caller>): Promise<Answer> {
  const answer = await caller(...request)
  if (answer.status !== 200) throw new Error(`${request[0]} ${request[1]}: ${JSON.stringify(answer.body)}`)
  return answer
}

/** The code of a refusal, or the violated fields of an invalid request. */
export function refusalOf({ status, body }: Answer): [number, string | string[]] {
  const { applicationError, validationError } = body.details ?? {}
  if (applicationError) return [status, applicationError.code]
  return [status, (validationError?.fieldViolations ?? []).map((violation: { field: string }) => violation.field)]
}
