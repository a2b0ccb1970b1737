import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anOrder, notify } from '../../test/support/orders.ts'
import { aDefinition, aSale, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'

const app = await testApp()
const { admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/boxoffice/v1/held-reservations'

const held = async (query = '') => (await must(admin, 'GET', `${PATH}?${query}`)).body

test('R118, R119, R130: who holds how many, why and until when; what has ended holds nothing', async () => {
  setNow('2030-05-01T12:00:00.000Z')
  const { eventId, definitionId } = await aSale(app)
  const other = await aDefinition(app, eventId, { name: 'Student' })
  const guest = await visitor()
  await must(guest, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: {
      tickets: [
        { ticketDefinitionId: definitionId, quantity: 2 },
        { ticketDefinitionId: other.id, quantity: 1 },
      ],
    },
  })
  setNow('2030-05-01T12:05:00.000Z')
  const byHand = (await reserveTickets(admin, definitionId)).body.ticketReservation
  expect(await held(`eventId=${eventId}`)).toMatchObject({
    total: 2,
    tickets: 4,
    reservations: [
      {
        eventTitle: 'A concert',
        createdDate: '2030-05-01T12:00:00.000Z',
        untilDate: '2030-05-01T12:20:00.000Z',
        why: 'CHECKOUT',
        by: { kind: 'visitor' },
        tickets: 3,
        lines: [
          { ticketName: 'Standard', quantity: 2 },
          { ticketName: 'Student', quantity: 1 },
        ],
      },
      {
        id: byHand.id,
        why: 'MANUAL',
        by: { kind: 'admin', name: 'tests' },
        untilDate: byHand.expirationDate,
        tickets: 1,
      },
    ],
  })
  expect((await held(`eventId=${eventId}&limit=1&offset=1`)).reservations).toHaveLength(1)
  setNow('2030-05-01T12:20:00.000Z')
  expect(await held(`eventId=${eventId}`)).toMatchObject({ total: 1, tickets: 1 })
  // R134: released by hand, it is gone at once.
  await must(admin, 'POST', `/events/v1/ticket-reservations/${byHand.id}/cancel`)
  expect(await held(`eventId=${eventId}`)).toMatchObject({ total: 0, tickets: 0, reservations: [] })
})

test('9.1: an order says what it waits for; what is only set aside holds its tickets too', async () => {
  setNow('2030-05-02T12:00:00.000Z')
  const [waiting, deciding, asideOne] = [await anOrder(app), await anOrder(app), await anOrder(app)]
  await notify(deciding, 'PENDING')
  await notify(asideOne, 'AUTHORIZED')
  const card = await must(admin, 'POST', '/boxoffice/v1/gift-cards', {
    giftCard: { amount: { value: '5.00', currency: 'EUR' } },
  })
  const half = await anOrder(app)
  await must(half.guest, 'POST', `/boxoffice/v1/orders/${half.order.orderNumber}/gift-card-payments`, {
    code: card.body.code,
  })
  const sold = await anOrder(app)
  await notify(sold, 'PAID')
  const reasonOf = async ({ eventId }: { eventId: string }) => {
    const { reservations } = await held(`eventId=${eventId}`)
    return reservations.map((each: { why: string; untilDate: string; order: object }) => [each.why, each.untilDate])
  }
  expect(await reasonOf(waiting)).toEqual([['PAYMENT', '2030-05-02T12:20:00.000Z']])
  expect(await reasonOf(deciding)).toEqual([['DECISION', '2030-05-02T14:00:00.000Z']])
  expect(await reasonOf(half)).toEqual([['REST', '2030-05-02T12:20:00.000Z']])
  expect(await reasonOf(asideOne)).toEqual([['CAPTURE', '2030-05-08T12:00:00.000Z']])
  expect(await reasonOf(sold)).toEqual([])
  expect((await held(`eventId=${waiting.eventId}`)).reservations).toMatchObject([
    {
      order: {
        orderNumber: waiting.order.orderNumber,
        status: 'INITIATED',
        fullName: 'Ada Berg',
        email: 'ada@example.org',
      },
    },
  ])
  expect((await held()).total).toBe(4)
})

test('bad requests, other sites, guests, and staff at their own events alone', async () => {
  const { eventId } = await anOrder(app)
  const elsewhere = await anOrder(app)
  expect(refusalOf(await admin('GET', `${PATH}?eventId=1`))).toEqual([400, ['eventId[0]']])
  expect(refusalOf(await admin('GET', `${PATH}?limit=101`))).toEqual([400, ['limit']])
  expect(refusalOf(await admin('GET', `${PATH}?offset=-1`))).toEqual([400, ['offset']])
  expect(refusalOf(await anonymous('GET', PATH))).toEqual([401, 'UNAUTHENTICATED'])
  expect(refusalOf(await (await visitor())('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
  const { admin: stranger } = await otherSite()
  expect((await must(stranger, 'GET', `${PATH}?eventId=${eventId}`)).body.total).toBe(0)
  const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [elsewhere.eventId] })
  expect((await must(staff, 'GET', PATH)).body.total).toBe(1)
  expect(refusalOf(await staff('GET', `${PATH}?eventId=${eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
})
