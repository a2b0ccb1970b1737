import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDefinition, aSale, must, refusalOf } from '../../test/support/sale.ts'
import { aPlan, availablePlaces, PLANS, reserveSeats, seatsOf } from '../../test/support/seats.ts'

const app = await testApp()
const { admin, visitor } = app

test('R79, R84: a plan of 50,000 seats is taken, shown, sold and bound anew', async () => {
  const { eventId, definitionId } = await aSale(app)
  const other = (await aDefinition(app, eventId)).id
  const elements = Array.from({ length: 100 }, (_, index) => seatsOf(index, 500, { x: 0.123456, y: index }))
  const sections = (ticketDefinitionId: string) => [{ id: 0, label: 'Stadium', ticketDefinitionId, elements }]
  const plan = await aPlan(app, { eventId, sections: sections(definitionId) })
  expect(plan).toMatchObject({ placesCount: 50_000, capacity: 50_000 })
  const held = await reserveSeats(await visitor(), definitionId, '0-99-500')
  expect(held.status).toBe(200)
  const available = await availablePlaces(await visitor(), eventId)
  expect(Object.keys(available)).toHaveLength(49_999)
  expect(Object.keys(available).at(-1)).toBe('0-99-499')

  await must(admin, 'POST', `/events/v1/ticket-reservations/${held.body.ticketReservation.id}/cancel`)
  await must(admin, 'PATCH', `${PLANS}/${plan.id}`, { seatingPlan: { revision: '1', sections: sections(other) } })
  expect((await reserveSeats(await visitor(), other, '0-99-500')).status).toBe(200)

  const [more] = sections(other)
  const tooMany = { ...more, elements: [...elements, seatsOf(100, 1)] }
  const refused = await admin('PATCH', `${PLANS}/${plan.id}`, { seatingPlan: { revision: '2', sections: [tooMany] } })
  expect(refusalOf(refused)).toEqual([400, ['seatingPlan.sections']])

  // Two such plans can be shown at once, three cannot.
  for (const count of [2, 3]) {
    const another = await aSale(app)
    await aPlan(app, { eventId: another.eventId, sections: sections(another.definitionId) })
    const asked = await admin('POST', '/events/v3/ticket-definitions/query', { query: {}, fields: ['SEATING_DETAILS'] })
    if (count === 2) expect(asked.status).toBe(200)
    else expect(refusalOf(asked)).toEqual([400, ['fields']])
  }
}, 120_000)
