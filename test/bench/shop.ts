import type autocannon from 'autocannon'

/** What the bench sells, and how the requests for it look. All of it is made through the API. */
export type Shop = { url: string; siteId: string; apiKey: string }
export type OnSale = { eventId: string; slug: string; ticketDefinitionIds: string[] }

export async function anEvent(
  shop: Shop,
  { title, definitions, limit, price }: { title: string; definitions: number; limit: number; price: string },
): Promise<OnSale> {
  const start = Date.now() + 30 * 86_400_000
  const { event } = await asOrganizer<{ event: { id: string; slug: string } }>(shop, '/events/v3/events', {
    event: {
      title,
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: new Date(start).toISOString(),
        endDate: new Date(start + 3 * 3_600_000).toISOString(),
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING', tickets: { currency: 'EUR' } },
    },
  })
  const ticketDefinitionIds: string[] = []
  for (let index = 1; index <= definitions; index += 1) {
    const ticketDefinition = {
      eventId: event.id,
      name: `Category ${index}`,
      initialLimit: limit,
      feeType: 'NO_FEE',
      pricingMethod: { fixedPrice: { value: price, currency: 'EUR' } },
    }
    const made = await asOrganizer<{ ticketDefinition: { id: string } }>(shop, '/events/v3/ticket-definitions', {
      ticketDefinition,
    })
    ticketDefinitionIds.push(made.ticketDefinition.id)
  }
  return { eventId: event.id, slug: event.slug, ticketDefinitionIds }
}

/** An event for each of the days, in one request (at most 1,000); the category that holds them together. */
export async function eventsOn(shop: Shop, { title, days }: { title: string; days: readonly Date[] }): Promise<string> {
  const dates = days.map(start => ({
    startDate: start.toISOString(),
    endDate: new Date(start.getTime() + 3 * 3_600_000).toISOString(),
    timeZoneId: 'Europe/Berlin',
  }))
  type Made = { event: { dateAndTimeSettings: { recurringEvents: { categoryId: string } } } }
  const { event } = await asOrganizer<Made>(shop, '/events/v3/events', {
    event: {
      title,
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: { ...dates[0], recurringEvents: { individualEventDates: dates } },
      registration: { initialType: 'TICKETING' },
    },
  })
  return event.dateAndTimeSettings.recurringEvents.categoryId
}

async function asOrganizer<T>({ url, siteId, apiKey }: Shop, path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: apiKey, 'wix-site-id': siteId }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

export const RESERVE = '/events/v1/ticket-reservations'
/** Served by the process of the row lock. */
export const NOTHING_DECIDED = '/nothing-decided'

export function reserve(token: string, ticketDefinitionId: string, quantity = 1): autocannon.Request {
  return post(token, RESERVE, { ticketReservation: { tickets: [{ ticketDefinitionId, quantity }] } })
}

/** A list for each visitor that begins with another definition, so that all are wanted at any moment. */
export function reserveAny(tokens: readonly string[], ticketDefinitionIds: readonly string[]): autocannon.Request[][] {
  return tokens.map((token, index) => {
    const from = (index * 7) % ticketDefinitionIds.length
    const turned = [...ticketDefinitionIds.slice(from), ...ticketDefinitionIds.slice(0, from)]
    return turned.map(ticketDefinitionId => reserve(token, ticketDefinitionId))
  })
}

export function post(token: string, path: string, body: unknown): autocannon.Request {
  return { method: 'POST', path, headers: headersOf(token), body: JSON.stringify(body) }
}

export function get(token: string, path: string): autocannon.Request {
  return { method: 'GET', path, headers: { authorization: token } }
}

function headersOf(token: string): Record<string, string> {
  return { 'content-type': 'application/json', authorization: token }
}

/** Asks once, as the load will; its answer is what the echo then answers. */
export async function askOnce(
  url: string,
  { method, path, headers = {}, body }: autocannon.Request,
): Promise<{ status: number; answer: unknown }> {
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  return { status: answer.status, answer: await answer.json() }
}
