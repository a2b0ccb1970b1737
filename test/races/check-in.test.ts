import { describe, expect, test } from 'vitest'
import { verify } from '../../src/verify.ts'
import { type Caller, type TestApp, testApp } from '../support/app.ts'
import { collide } from '../support/collisions.ts'
import { anOrganizer, aProcess } from '../support/processes.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, withoutLocks } from '../support/unprotected.ts'

// Two doors, and somebody at the desk who archives a ticket, at the same moment.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
await dropConstraints(site.sql)

type Bought = { eventId: string; orderNumber: string; numbers: string[] }

describe('an order of two tickets: one is scanned while the other is archived', () => {
  test.each([true, false])('R201: it is complete, whoever comes first (the scan: %s)', async scanFirst => {
    const order = await anOrder(app)
    const [one = '', other = ''] = order.numbers
    const contenders = [() => scan(first.as(organizer), order, one), () => archive(second.as(organizer), other)]
    const answers = await collide(app.sql, lockingOrder(order), scanFirst ? contenders : contenders.toReversed())
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await isComplete(app, order)).toBe(true)
  })

  test('control: without the lock both count the other’s ticket as missing, and verify sees it', async () => {
    const order = await anOrder(site)
    const [one = '', other = ''] = order.numbers
    const [here, there] = [await aWeakProcess(), await aWeakProcess()]
    const by = await anOrganizer(site)
    // Both have counted when they wait for the order's row, which they change next.
    const contenders = [() => scan(here.as(by), order, one), () => archive(there.as(by), other)]
    const answers = await collide(site.sql, lockingOrder(order), contenders)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, order.orderNumber)).toContain('15-complete-orders-are-inside')
  })
})

test.each([true, false])('R199: one ticket, scanned and archived at once (the scan first: %s)', async scanFirst => {
  const order = await anOrder(app)
  const [one = ''] = order.numbers
  const contenders = [() => scan(first.as(organizer), order, one), () => archive(second.as(organizer), one)]
  const answers = await collide(app.sql, lockingOrder(order), scanFirst ? contenders : contenders.toReversed())
  expect(answers.map(({ status }) => status)).toEqual(scanFirst ? [200, 200] : [200, 428])
})

test('R200, R201: three doors and a desk, again and again at ten orders: every count is right in the end', async () => {
  const sale = await aSale(app, { definition: FREE })
  const orders: Bought[] = []
  for (let index = 0; index < 10; index += 1) orders.push(await anOrder(app, sale))
  const busy = orders.flatMap((order, index) => {
    const [one = '', other = ''] = order.numbers
    const [here, there] = [first.as(organizer), second.as(organizer)]
    return [
      scan(here, order, one),
      scan(there, order, other),
      there('DELETE', `/events/v1/tickets/check-in?eventId=${order.eventId}&ticketNumber=${one}`),
      archive(index % 2 ? here : there, other),
      here('PATCH', '/events/v1/tickets', { ticketNumber: order.numbers, archived: index % 3 === 0 }),
    ]
  })
  const statuses = new Set((await Promise.all(busy)).map(({ status }) => status))
  expect([...statuses].filter(status => status !== 200 && status !== 428)).toEqual([])
  expect((await verify(app.sql)).breaches).toEqual([])
})

async function anOrder(of: TestApp, sale?: { eventId: string; definitionId: string }): Promise<Bought> {
  const { eventId, definitionId } = sale ?? (await aSale(of, { definition: FREE }))
  const reservationId = (await reserveTickets(of.admin, definitionId, 2)).body.ticketReservation.id
  const { order } = (await checkOut(of.admin, { eventId, reservationId })).body
  const numbers = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, orderNumber: order.orderNumber, numbers }
}

function scan(caller: Caller, { eventId }: Bought, ticketNumber: string) {
  return caller('POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber] })
}

function archive(caller: Caller, ticketNumber: string) {
  return caller('PATCH', `/events/v1/tickets/${ticketNumber}`, { archived: true })
}

function lockingOrder({ orderNumber }: Bought): Parameters<typeof collide>[1] {
  return tx => tx`select from orders where order_number = ${orderNumber} for update`
}

async function isComplete({ admin }: TestApp, { eventId, orderNumber }: Bought): Promise<boolean> {
  return (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}`)).body.order.fullyCheckedIn
}

function aWeakProcess() {
  return aProcess(site, { wrap: sql => withoutLocks(sql) })
}
