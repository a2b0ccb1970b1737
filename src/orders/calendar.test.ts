import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anOrder, follow, type Ordered } from '../../test/support/orders.ts'
import { archiveOrder, FREE, must } from '../../test/support/sale.ts'

const app = await testApp()
const { admin, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

function fileOf({ orderPageUrl }: Pick<Ordered, 'orderPageUrl'>) {
  return follow(app, orderPageUrl.replace('?', '/calendar.ics?'))
}

/** Property and value of each line of the entry. */
async function entryOf(sold: Pick<Ordered, 'orderPageUrl'>): Promise<Record<string, string>> {
  const { status, markup } = await fileOf(sold)
  expect(status).toBe(200)
  const lines = markup.replaceAll('\r\n ', '').split('\r\n')
  const entry = lines.slice(lines.indexOf('BEGIN:VEVENT') + 1, lines.indexOf('END:VEVENT'))
  return Object.fromEntries(entry.map(line => line.split(/:(.*)/s)))
}

test('R167, events 1.10.4: an order’s calendar file has the event, what was bought and the way to its codes', async () => {
  const sold = await anOrder(app, { definition: { ...FREE, name: 'Balcony' } })
  const { headers } = await fileOf(sold)
  expect(headers).toMatchObject({
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': `attachment; filename="order-${sold.order.orderNumber}.ics"`,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
  })
  expect(headers).not.toHaveProperty('access-control-allow-origin')
  expect(await entryOf(sold)).toEqual({
    UID: `${sold.order.orderNumber}@boxoffice`,
    SEQUENCE: expect.stringMatching(/^\d+$/),
    DTSTAMP: '20300501T120000Z',
    'LAST-MODIFIED': '20300501T120000Z',
    'DTSTART;TZID=Europe/Berlin': '20300601T200000',
    'DTEND;TZID=Europe/Berlin': '20300602T000000',
    SUMMARY: 'A concert',
    DESCRIPTION: `Order ${sold.order.orderNumber}\\n2 × Balcony\\n\\n${sold.orderPageUrl}`,
    LOCATION: 'The hall',
    URL: sold.orderPageUrl,
    STATUS: 'CONFIRMED',
  })
  expect((await follow(app, sold.orderPageUrl)).markup).toContain(`/orders/${sold.order.orderNumber}/calendar.ics?`)
})

test('events 1.10.4: what is moved or canceled replaces the entry that a calendar has', async () => {
  const sold = await anOrder(app, { definition: FREE })
  const first = await entryOf(sold)
  setNow('2030-05-02T12:00:00.000Z')
  const dateAndTimeSettings = {
    startDate: '2030-06-08T18:00:00Z',
    endDate: '2030-06-08T22:00:00Z',
    timeZoneId: 'Europe/Berlin',
  }
  await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, { event: { dateAndTimeSettings } })
  const moved = await entryOf(sold)
  expect([moved.UID, moved['DTSTART;TZID=Europe/Berlin']]).toEqual([first.UID, '20300608T200000'])
  expect(moved['LAST-MODIFIED']).toBe('20300502T120000Z')
  await must(admin, 'POST', `/events/v3/events/${sold.eventId}/cancel`)
  const canceled = await entryOf(sold)
  expect([canceled.UID, canceled.STATUS]).toEqual([first.UID, 'CANCELLED'])
  const sequences = [first, moved, canceled].map(({ SEQUENCE }) => Number(SEQUENCE))
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
})

test('R208: the entry of an order whose tickets do not admit any more is canceled', async () => {
  const [given, away] = [await anOrder(app, { definition: FREE }), await anOrder(app, { definition: FREE })]
  const before = await Promise.all([given, away].map(entryOf))
  await must(admin, 'POST', `/events/v1/ticket-reservations/${given.reservationId}/cancel`)
  await archiveOrder(app, { eventId: away.eventId, orderNumber: away.order.orderNumber })
  const after = await Promise.all([given, away].map(entryOf))
  expect(after.map(({ STATUS }) => STATUS)).toEqual(['CANCELLED', 'CANCELLED'])
  for (const [index, { SEQUENCE }] of after.entries())
    expect(Number(SEQUENCE)).toBeGreaterThan(Number(before[index]?.SEQUENCE))
})

test('R193, R207: there is none before the order is confirmed, without a date, and behind a wrong secret', async () => {
  const waiting = await anOrder(app)
  const open = await anOrder(app, { definition: FREE })
  const dateAndTimeSettings = { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' }
  await must(admin, 'PATCH', `/events/v3/events/${open.eventId}`, { event: { dateAndTimeSettings } })
  for (const sold of [waiting, open]) {
    const { status, text } = await fileOf(sold)
    expect([status, text]).toEqual([404, expect.stringContaining('There is nothing to put into a calendar.')])
  }
  const wrong = await fileOf({ orderPageUrl: `${open.orderPageUrl}x` })
  expect([wrong.status, wrong.text]).toEqual([404, expect.stringContaining('it is not one of ours')])
})
