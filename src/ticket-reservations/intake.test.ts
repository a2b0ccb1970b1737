import { pino } from 'pino'
import { expect, test } from 'vitest'
import { callerOf, testApp } from '../../test/support/app.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { createIntake } from '../db/intake.ts'
import { createHttpApp } from '../http/app.ts'
import { newGuid } from '../ids.ts'
import type { Wanted } from './model.ts'
import { reserve, reserver } from './reserve.ts'
import { ticketReservationRoutes } from './routes.ts'

const app = await testApp()
const { sql, siteId, admin, deps } = app

test('design 5: where too many wait already, one is told so at once, and when to come back', async () => {
  const { definitionId } = await aSale(app)
  const full = await createHttpApp(deps, pino({ level: 'silent' }))
  await full.register(ticketReservationRoutes(deps, createIntake(reserver(sql), { queueMax: 0 })))
  const { body } = await app.anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
  const refused = await reserveTickets(callerOf(full)({ authorization: body.access_token }), definitionId)
  await full.close()
  expect(refusalOf(refused)).toEqual([503, 'UNAVAILABLE'])
  expect(refused.headers['retry-after']).toBe('1')
  expect(await reservedOf(definitionId)).toBe(0)
})

test('a batch mixes good requests with unknown, foreign, hidden and excessive ones: each gets its own answer', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
  const hidden = (await aDefinition(app, eventId, { ...FREE, hidden: true })).id
  const elsewhere = await aSale(app, { definition: FREE })
  const foreign = await aSale({ admin: (await app.otherSite()).admin }, { definition: FREE })
  const batch = [
    wanted([definitionId, 2]),
    wanted([newGuid(), 1]),
    wanted([foreign.definitionId, 1]),
    wanted([hidden, 1]),
    wanted([definitionId, 21]),
    wanted([definitionId, 1], [elsewhere.definitionId, 1]),
    wanted([elsewhere.definitionId, 1]),
    wanted([definitionId, 9]),
    wanted([definitionId, 8]),
    wanted([definitionId, 1]),
  ]
  const outcomes = await reserver(sql)(siteId, batch)
  expect(
    outcomes.map(outcome => (outcome instanceof Error && 'code' in outcome ? outcome.code : outcome.constructor.name)),
  ).toEqual([
    'Object',
    'TICKET_DEFINITION_NOT_FOUND',
    'TICKET_DEFINITION_NOT_FOUND',
    'TICKET_DEFINITION_HIDDEN',
    'TICKET_LIMIT_EXCEEDED',
    'InvalidRequest',
    'Object',
    'TICKET_LIMIT_EXCEEDED',
    'Object',
    'TICKET_LIMIT_EXCEEDED',
  ])
  expect(await reservedOf(definitionId)).toBe(10)
  expect(await reservedOf(elsewhere.definitionId)).toBe(1)
})

test('R68: what is remembered of an offer is proven each time: a change of any kind counts from the next request on', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
  const decide = reserver(sql)
  const [before] = await decide(siteId, [wanted([definitionId, 1])])
  expect(before).toMatchObject({ lines: [{ ticketName: 'Standard' }] })

  const change = async (more: object) => {
    const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}`)
    const ticketDefinition = { revision: body.ticketDefinition.revision, ...more }
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${definitionId}`, { ticketDefinition })
  }
  await change({ name: 'Renamed' })
  expect((await decide(siteId, [wanted([definitionId, 1])]))[0]).toMatchObject({ lines: [{ ticketName: 'Renamed' }] })
  await change({ hidden: true })
  expect((await decide(siteId, [wanted([definitionId, 1])]))[0]).toMatchObject({ code: 'TICKET_DEFINITION_HIDDEN' })
  await change({ hidden: false })
  expect((await decide(siteId, [wanted([definitionId, 1])]))[0]).toMatchObject({ status: 'PENDING' })
  await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)
  expect((await decide(siteId, [wanted([definitionId, 1])]))[0]).toMatchObject({ code: 'REGISTRATION_CLOSED' })
  expect(await reservedOf(definitionId)).toBe(3)
})

test('both ways to decide a batch hold the same and refuse the same', async () => {
  const { eventId, definitionId: a } = await aSale(app, { definition: { ...FREE, initialLimit: 30 } })
  const b = (await aDefinition(app, eventId, { initialLimit: 30 })).id
  const batch = [
    wanted([a, 1], [b, 2]),
    wanted([b, 1], [a, 1], [b, 1]),
    wanted([newGuid(), 1]),
    wanted([a, 3]),
    { ...wanted([a, 1]), eventId: newGuid() },
    { ...wanted([a, 1]), extendedFields: { note: 'by the window' } },
  ]
  const summary = (outcomes: readonly unknown[]) => JSON.parse(JSON.stringify(outcomes).replace(ANY_GUID, 'id'))
  const byOffers = await reserver(sql)(siteId, batch.toSpliced(2, 1))
  const { decided: underLocks } = await sql.begin(tx => reserve(tx, siteId, batch.toSpliced(2, 1)))
  expect(summary(byOffers)).toEqual(summary(underLocks))
  expect([await reservedOf(a), await reservedOf(b)]).toEqual([12, 8])
})

test('R130: a hold past its deadline keeps its tickets until somebody needs them', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 3 } })
  const early = await reserveTickets(admin, definitionId, 2)
  app.setNow(new Date(app.now().getTime() + 21 * 60_000))
  await must(await app.visitor(), 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }] },
  })
  const reservationId = early.body.ticketReservation.id
  expect(await statusOf(reservationId)).toBe('PENDING') // the third ticket was there
  expect(refusalOf(await checkOut(admin, { eventId, reservationId }))).toEqual([404, 'RESERVATION_NOT_FOUND'])
  expect((await reserveTickets(await app.visitor(), definitionId, 2)).status).toBe(200)
  expect(await statusOf(reservationId)).toBe('EXPIRED')
  expect(await reservedOf(definitionId)).toBe(3)
})

const ANY_GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

function wanted(...lines: [id: string, quantity: number][]): Wanted {
  return {
    identity: { kind: 'visitor', siteId, visitorId: newGuid() },
    now: app.now(),
    eventId: null,
    lines: lines.map(([ticketDefinitionId, quantity], index) => ({
      paths: { ticketDefinitionId: `tickets[${index}]`, quantity: '', guestPrice: '', priceOverride: '', seatId: '' },
      ticketDefinitionId,
      quantity,
      pricingOptionId: null,
      guestPrice: null,
      priceOverride: null,
      pricingPlan: null,
      seatId: null,
    })),
    limitsBypassed: false,
    hiddenAllowed: false,
    extendedFields: null,
    tags: [],
    privateTags: [],
  }
}

async function reservedOf(definitionId: string): Promise<number | undefined> {
  const [row] = await sql<{ reserved: number }[]>`
    select reserved from inventory where ticket_definition_id = ${definitionId}`
  return row?.reserved
}

async function statusOf(reservationId: string): Promise<string | undefined> {
  const [row] = await sql<{ status: string }[]>`
    select status from ticket_reservations where ticket_reservation_id = ${reservationId}`
  return row?.status
}
