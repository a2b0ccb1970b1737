import { expect, test } from 'vitest'
import { CLOCK } from '../../src/activity/record.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { transition } from '../../src/ticket-reservations/store.ts'
import { type Answer, type Caller, type TestApp, testApp } from '../support/app.ts'
import { collide, lockingInventory, lockingReservation } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess, type Process } from '../support/processes.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { anArea, aSeatedSale, availablePlaces, PLANS, reserveSeats, seatsOf } from '../support/seats.ts'
import { isTorture } from '../support/torture.ts'
import { dropConstraints, lawsBrokenBy, withoutLocks } from '../support/unprotected.ts'

// Everybody wants the same seats. Every race is run by two processes; each has a control in which it is lost.

const BUYERS = isTorture ? 2_000 : 300

const app = await testApp()
const processes = [await aProcess(app), await aProcess(app)]
const organizer = (processes[0] as Process).as(await anOrganizer(app))
const unprotected = await testApp({ lawless: true })
await dropConstraints(unprotected.sql)
await unprotected.sql`alter table seating_places drop constraint seating_places_claimed_once`

test(`R82: ${BUYERS} buyers race for ten seats in two processes: each seat is somebody's, and nobody else's`, async () => {
  const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 10)] })
  const buyers = await buyersOf(BUYERS)
  const answers = await collide(
    app.sql,
    lockingInventory(definitionId),
    buyers.map((buyer, index) => () => reserveSeats(buyer, definitionId, `0-1-${1 + (index % 10)}`)),
    processes.length,
  )
  expect(seatsIn(answers).sort()).toEqual(tenSeats().sort())
  expectRefusals(answers, 'SEAT_NOT_AVAILABLE')
  expect(await availablePlaces(app.admin, eventId)).toEqual({})
})

test('control: without the locks two get one seat, and verify sees it', async () => {
  const { definitionId } = await aSeatedSale(unprotected, { elements: [seatsOf(1, 1)] })
  const weak = await Promise.all([1, 2].map(() => aProcess(unprotected, { wrap: sql => withoutLocks(sql) })))
  const buyers = await Promise.all(weak.map(async each => each.as(await aBuyer(unprotected))))
  const race = buyers.map(buyer => () => reserveSeats(buyer, definitionId, '0-1-1'))
  const answers = await collide(unprotected.sql, lockingInventory(definitionId), race)
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await lawsBrokenBy(unprotected.sql, definitionId)).toContain('23-places-are-claimed-once')
})

test('R68, R82: three seats each in any order, and room for many: whole or not at all, and nobody waits for ever', async () => {
  const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 10), anArea(2, 40)] })
  const buyers = await buyersOf(BUYERS / 3)
  const answers = await Promise.all(
    buyers.map((buyer, index) => {
      const seats = [0, 3, 7].map(step => `0-1-${1 + ((index * (1 + step) + step) % 10)}`)
      const wanted: (string | [string, number])[] = [...new Set(seats), ['0-2-GA', 1 + (index % 3)]]
      return reserveSeats(buyer, definitionId, index % 2 ? wanted : wanted.toReversed())
    }),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 428]))
  const seats = seatsIn(answers).filter(seat => seat !== '0-2-GA')
  expect(new Set(seats).size).toBe(seats.length)
  const standing = linesIn(answers)
    .filter(({ ticketInfo }) => ticketInfo.seatId === '0-2-GA')
    .reduce((sum, { quantity }) => sum + quantity, 0)
  const left = await availablePlaces(app.admin, eventId)
  expect(left['0-2-GA'] ?? 0).toBe(40 - standing)
  expect(Object.keys(left).filter(seat => seat !== '0-2-GA')).toHaveLength(10 - seats.length)
})

test('R82, R130: ten overdue seats are had by ten of those who want them, while both processes end the holds', async () => {
  const { definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 10)] })
  for (const seat of tenSeats()) await must(await buyerOf(0), 'POST', ...reserving(definitionId, seat))
  app.setNow(new Date(app.now().getTime() + 21 * 60_000))
  const buyers = await buyersOf(BUYERS / 3)
  const [, ...answers] = await Promise.all([
    expireOverdue(app.sql, app.now()),
    ...buyers.map((buyer, index) => reserveSeats(buyer, definitionId, `0-1-${1 + (index % 10)}`)),
    ...processes.map(({ sql }) => expireOverdue(sql, app.now())),
  ])
  const asked = answers.filter(answer => typeof answer === 'object')
  expect(seatsIn(asked).sort()).toEqual(tenSeats().sort())
  expectRefusals(asked, 'SEAT_NOT_AVAILABLE')
})

test('control: who skips a hold that another is just ending tells buyers that somebody sits there', async () => {
  const { definitionId } = await aSeatedSale(unprotected, { elements: [seatsOf(1, 1)] })
  const held = await reserveSeats(await unprotected.visitor(), definitionId, '0-1-1')
  unprotected.setNow(new Date(unprotected.now().getTime() + 21 * 60_000))
  const skipping = await aProcess(unprotected, {
    wrap: sql =>
      withoutLocks(sql, {
        replace: [[/(?<=order by ticket_reservation_id\s+)(?=\), ended as)/, 'for update skip locked']],
      }),
  })
  const buyer = skipping.as(await aBuyer(unprotected))
  const refused = await unprotected.sql.begin(async tx => {
    const named = [{ ticketReservationId: held.body.ticketReservation.id, actor: CLOCK }]
    const change = { siteId: unprotected.siteId, from: ['PENDING'], to: 'EXPIRED' } as const
    await transition(tx, { ...change, named, now: unprotected.now() })
    return reserveSeats(buyer, definitionId, '0-1-1')
  })
  expect(refusalOf(refused)).toEqual([428, 'SEAT_NOT_AVAILABLE'])
})

test('R82: a seat that is bought as its hold ends is either sold or free, never both', async () => {
  const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 1)], definition: FREE })
  for (const buysFirst of [true, false]) {
    const [owner, stranger] = [await buyerOf(0), await buyerOf(1)]
    const held = await must(owner, 'POST', ...reserving(definitionId, '0-1-1'))
    const id: string = held.body.ticketReservation.id
    const buy = () => checkOut(owner, { eventId, reservationId: id })
    const give = () => owner('POST', `/events/v1/ticket-reservations/${id}/cancel`)
    const race = buysFirst ? [buy, give] : [give, buy]
    const answers = await collide(app.sql, lockingReservation(id), race)
    const canceled = answers[buysFirst ? 1 : 0]
    expect(canceled?.status).toBe(200)
    expect(answers[buysFirst ? 0 : 1]?.status).toBe(buysFirst ? 200 : 404)
    const next = await reserveSeats(stranger, definitionId, '0-1-1')
    expect(next.status).toBe(200)
    await must(stranger, 'POST', `/events/v1/ticket-reservations/${next.body.ticketReservation.id}/cancel`)
  }
})

test('R82: a seat goes from the plan or to a buyer, whoever comes first', async () => {
  for (const buyerFirst of [true, false]) {
    const { definitionId, planId } = await aSeatedSale(app, { elements: [seatsOf(1, 2)] })
    const buyer = await buyerOf(1)
    const buy = () => reserveSeats(buyer, definitionId, '0-1-2')
    const remove = () => changePlan(organizer, planId, definitionId, [seatsOf(1, 1)])
    const race = buyerFirst ? [buy, remove] : [remove, buy]
    const [first, last] = (await collide(app.sql, lockingInventory(definitionId), race)) as [Answer, Answer]
    expect(first.status).toBe(200)
    expect(refusalOf(last)).toEqual([428, buyerFirst ? 'PLACES_TAKEN' : 'SEAT_NOT_AVAILABLE'])
  }
})

test('R80: tickets get seats or are held without, whoever comes first', async () => {
  for (const buyerFirst of [true, false]) {
    const sale = await aSale(app)
    const buyer = await buyerOf(1)
    const race = [() => reserveTickets(buyer, sale.definitionId), () => givePlan(organizer, sale)]
    const hold = lockingInventory(sale.definitionId)
    const [first, last] = (await collide(app.sql, hold, buyerFirst ? race : race.toReversed())) as [Answer, Answer]
    expect(first.status).toBe(200)
    expect(refusalOf(last)).toEqual([428, buyerFirst ? 'TICKETS_WITHOUT_SEATS' : 'SEAT_NOT_AVAILABLE'])
  }
})

test('control: without the locks, a ticket is held for no seat of what has just got seats, and verify sees it', async () => {
  const sale = await aSale(unprotected)
  const weak = await aProcess(unprotected, { wrap: sql => withoutLocks(sql) })
  const buyer = weak.as(await aBuyer(unprotected))
  const race = [() => givePlan(unprotected.admin, sale), () => reserveTickets(buyer, sale.definitionId)]
  const answers = await collide(unprotected.sql, lockingInventory(sale.definitionId), race)
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await lawsBrokenBy(unprotected.sql, sale.definitionId)).toEqual(['16-seated-tickets-have-places'])
})

function tenSeats(): string[] {
  return Array.from({ length: 10 }, (_, index) => `0-1-${index + 1}`)
}

async function buyerOf(index: number, of: TestApp = app): Promise<Caller> {
  const process = processes[index % processes.length] as Process
  return process.as(await aBuyer(of))
}

function buyersOf(count: number): Promise<Caller[]> {
  return Promise.all(Array.from({ length: Math.floor(count) }, (_, index) => buyerOf(index)))
}

function reserving(definitionId: string, seatId: string): [string, unknown] {
  const tickets = [{ ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { seatId } }]
  return ['/events/v1/ticket-reservations', { ticketReservation: { tickets } }]
}

type Line = { quantity: number; ticketInfo: { seatId: string } }

function linesIn(answers: readonly Answer[]): Line[] {
  return answers.flatMap(({ body }) => body.ticketReservation?.tickets ?? [])
}

function seatsIn(answers: readonly Answer[]): string[] {
  return linesIn(answers).map(({ ticketInfo }) => ticketInfo.seatId)
}

function expectRefusals(answers: readonly Answer[], code: string): void {
  const refused = answers.filter(({ status }) => status !== 200).map(refusalOf)
  expect(new Set(refused.map(refusal => refusal.join(' ')))).toEqual(new Set([`428 ${code}`]))
}

function sectionsOf(definitionId: string, elements: unknown[]) {
  return [{ id: 0, label: 'Stalls', ticketDefinitionId: definitionId, elements }]
}

function changePlan(caller: Caller, planId: string, definitionId: string, elements: unknown[]): Promise<Answer> {
  const seatingPlan = { revision: '1', sections: sectionsOf(definitionId, elements) }
  return caller('PATCH', `${PLANS}/${planId}`, { seatingPlan })
}

function givePlan(caller: Caller, { eventId, definitionId }: { eventId: string; definitionId: string }) {
  const sections = sectionsOf(definitionId, [seatsOf(1, 2)])
  return caller('POST', PLANS, { seatingPlan: { eventId, name: 'The hall', sections } })
}
