import { newGuid } from '../../src/ids.ts'
import type { Answer, Caller, TestApp } from './app.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from './sale.ts'

type Served = Pick<TestApp, 'admin' | 'visitor'>
export type Bought = {
  eventId: string
  definitionId: string
  orderNumber: string
  reservationId: string
  numbers: string[]
  /** What is scanned of each ticket. */
  codes: string[]
}

/** An order of free tickets to an event at 18:00 on 1 June 2030, which lets guests in from 16:00 on. */
export async function bought(
  served: Served,
  {
    sale,
    quantity = 1,
    definition = FREE,
    checkout = {},
  }: {
    sale?: { eventId: string; definitionId: string }
    quantity?: number
    definition?: object
    checkout?: object
  } = {},
): Promise<Bought> {
  const { admin } = served
  const { eventId, definitionId } = sale ?? (await aSale(served, { definition: { ...definition } }))
  const reservationId: string = (await reserveTickets(admin, definitionId, quantity)).body.ticketReservation.id
  const answer = await checkOut(admin, { eventId, reservationId }, { ...checkout })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  const { orderNumber } = answer.body.order
  const listed = await must(
    admin,
    'GET',
    `/events/v1/tickets?orderNumber=${orderNumber}&fieldset=TICKET_DETAILS&sort=ticketNumber:asc`,
  )
  const tickets: { ticketNumber: string; checkInUrl: string }[] = listed.body.tickets
  return {
    eventId,
    definitionId,
    orderNumber,
    reservationId,
    numbers: tickets.map(each => each.ticketNumber),
    codes: tickets.map(each => each.checkInUrl),
  }
}

/** One device at one gate. What it scans is told with `date`, by a clock that is right unless `sentDate` says otherwise. */
export function aDevice(
  caller: Caller,
  eventId: string,
  { gate = 'North', device = newGuid(), date = '2030-06-01T17:00:00.000Z' } = {},
) {
  const path = `/boxoffice/v1/door/events/${eventId}`
  const scanOf = (scan: object) => ({ id: newGuid(), kind: 'ENTER', date, gate, device, ...scan })
  const send = (scans: readonly object[], more: object = {}): Promise<Answer> =>
    caller('POST', `${path}/scans`, { scans: scans.map(scanOf), ...more })
  const sendOne = async (scan: object, more: object = {}) => {
    const { status, body } = await send([scan], more)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.results[0]
  }
  return {
    path,
    scanOf,
    send,
    sendOne,
    enter: (number: string, more: object = {}) => sendOne({ number, ...more }),
    /** Let in without a network, told afterwards. */
    letIn: (number: string, at: string, more: object = {}) =>
      sendOne({ number, date: at, offline: true, accepted: true, ...more }),
    exit: (number: string, more: object = {}) => sendOne({ number, kind: 'EXIT', ...more }),
    undo: (number: string, more: object = {}) => sendOne({ number, kind: 'UNDO', ...more }),
    conflicts: async (query = '') => (await must(caller, 'GET', `${path}/conflicts${query}`)).body.conflicts,
    figures: async () => (await must(caller, 'GET', `${path}/figures`)).body.figures,
    list: async (query = '') => (await must(caller, 'GET', `${path}/list${query}`)).body,
  }
}
