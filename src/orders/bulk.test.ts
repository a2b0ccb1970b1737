import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, orderNow } from '../../test/support/orders.ts'
import { FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { runJobs } from '../queue/run.ts'
import { orderJobs } from './bulk.ts'

const app = await testApp()
const { admin, sql, anonymous, otherSite, now } = app
const PATH = '/boxoffice/v1/bulk/orders'

const jobOf = async (id: string) => (await must(admin, 'GET', `${PATH}/${id}`)).body.job
const work = () => runJobs(sql, orderJobs, now())
const start = async (body: object) => (await must(admin, 'POST', PATH, body)).body.job

test('R186, R187: many orders of several events are put away and brought back; what still waits for its money is left', async () => {
  const free = await anOrder(app, { definition: { ...FREE, initialLimit: 2 } })
  const other = await anOrder(app, { definition: FREE })
  const waiting = await anOrder(app)
  const orderNumbers = [free, other, waiting].map(({ order }) => order.orderNumber)
  const job = await start({ action: 'ARCHIVE', orderNumbers })
  expect(job).toMatchObject({ action: 'ARCHIVE', state: 'WAITING', total: 3, done: 0, refused: 0 })
  await work()
  expect(await jobOf(job.id)).toMatchObject({ state: 'DONE', total: 3, done: 3, refused: 1 })
  expect((await orderNow(admin, free)).archived).toBe(true)
  expect((await orderNow(admin, waiting)).archived).toBe(false)
  const again = await start({ action: 'UNARCHIVE', filter: { eventId: [free.eventId, other.eventId] } })
  await work()
  expect(await jobOf(again.id)).toMatchObject({ state: 'DONE', total: 2, done: 2, refused: 0 })
  expect((await orderNow(admin, free)).archived).toBe(false)
  const timeline = await must(admin, 'GET', `/boxoffice/v1/orders/${free.order.orderNumber}/timeline?limit=1`)
  expect(timeline.body.happenings).toMatchObject([
    { data: { archived: false }, actor: { kind: 'admin', name: 'tests' } },
  ])
})

test('R183, R185: many are confirmed, by whoever asked; done piece by piece, it can be watched and left', async () => {
  const { eventId, definitionId, guest } = await anOrder(app, { definition: { limitPerCheckout: 1 } })
  for (let each = 0; each < 29; each += 1) {
    const held = await must(guest, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }] },
    })
    const buyer = { firstName: 'A', lastName: 'B', email: 'a@example.org' }
    const reservationId = held.body.ticketReservation.id
    await must(guest, 'POST', '/events/v1/checkout', {
      eventId,
      reservationId,
      buyer,
      guests: [{ form: { inputValues: Object.entries(buyer).map(([inputName, value]) => ({ inputName, value })) } }],
    })
  }
  const job = await start({ action: 'CONFIRM', filter: { eventId: [eventId], status: ['INITIATED'] } })
  expect(job.total).toBe(30)
  // A piece of it alone.
  const [claimed] = await sql`select * from jobs where job_id = ${job.id}`
  const step = await orderJobs.work({ ...claimed, siteId: app.siteId, jobId: job.id } as never, now(), sql)
  expect(await sql.begin(tx => step(tx as never))).toEqual({ progress: { done: 25, refused: 0 }, position: 25 })
  await work()
  expect(await jobOf(job.id)).toMatchObject({ state: 'DONE', done: 30, refused: 0 })
  const { body } = await must(admin, 'GET', `/boxoffice/v1/orders?eventId=${eventId}&status=PAID`)
  expect(body.total).toBe(30)
})

test('R168: tickets are mailed once more, once each however often a piece is done', async () => {
  const free = await anOrder(app, { definition: FREE })
  const waiting = await anOrder(app)
  const mails = async () =>
    (await must(admin, 'GET', `/boxoffice/v1/mails?orderNumber=${free.order.orderNumber}`)).body.total
  const job = await start({ action: 'RESEND', orderNumbers: [free.order.orderNumber, waiting.order.orderNumber] })
  const [claimed] = await sql`select * from jobs where job_id = ${job.id}`
  await orderJobs.work({ ...claimed, siteId: app.siteId, jobId: job.id } as never, now(), sql)
  await work()
  expect(await jobOf(job.id)).toMatchObject({ state: 'DONE', done: 2, refused: 1 })
  expect(await mails()).toBe(1)
  await start({ action: 'RESEND', orderNumbers: [free.order.orderNumber] })
  await work()
  expect(await mails()).toBe(2)
})

test('bad requests and those who may not: nothing is wanted', async () => {
  const { order, guest, eventId } = await anOrder(app, { definition: FREE })
  const elsewhere = await anOrder(app, { definition: FREE })
  const named = { action: 'ARCHIVE', orderNumbers: [order.orderNumber] }
  const cases: [unknown, [number, string | string[]]][] = [
    [undefined, [400, ['action']]],
    [{}, [400, ['action']]],
    [{ ...named, action: null }, [400, ['action', 'action']]],
    [{ ...named, action: 'DELETE' }, [400, ['action']]],
    [{ action: 'ARCHIVE' }, [400, ['orderNumbers']]],
    [{ ...named, filter: {} }, [400, ['orderNumbers']]],
    [{ ...named, orderNumbers: [] }, [400, ['orderNumbers']]],
    [{ ...named, orderNumbers: [1] }, [400, ['orderNumbers[0]']]],
    [{ ...named, orderNumbers: Array.from({ length: 1001 }, (_, at) => String(at)) }, [400, ['orderNumbers']]],
    [{ ...named, orderNumbers: ['NONE'] }, [404, 'ORDER_NOT_FOUND']],
    [{ action: 'ARCHIVE', filter: { status: ['SOLD'] } }, [400, ['filter.status[0]']]],
  ]
  for (const [body, expected] of cases) {
    const refused = await refusedWithoutTrace(sql, () => admin('POST', PATH, body))
    if (body === undefined) expect(refused[0]).toBe(400)
    else expect([body, refused]).toEqual([body, expected])
  }
  const { admin: stranger } = await otherSite()
  expect(refusalOf(await stranger('POST', PATH, named))).toEqual([404, 'ORDER_NOT_FOUND'])
  expect(refusalOf(await anonymous('POST', PATH, named))).toEqual([401, 'UNAUTHENTICATED'])
  expect(refusalOf(await guest('POST', PATH, named))).toEqual([403, 'PERMISSION_DENIED'])
  const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [elsewhere.eventId] })
  expect(refusalOf(await staff('POST', PATH, named))).toEqual([404, 'ORDER_NOT_FOUND'])
  expect(refusalOf(await staff('POST', PATH, { action: 'ARCHIVE', filter: { eventId: [eventId] } }))).toEqual([
    403,
    'PERMISSION_DENIED',
  ])
  const mine = { action: 'RESEND', orderNumbers: [elsewhere.order.orderNumber] }
  expect(refusalOf(await staff('POST', PATH, mine))).toEqual([403, 'PERMISSION_DENIED'])
  expect((await staff('POST', PATH, { ...mine, action: 'ARCHIVE' })).status).toBe(200)
  await work()

  const { id } = await start(named)
  await work()
  expect(refusalOf(await stranger('GET', `${PATH}/${id}`))).toEqual([404, 'JOB_NOT_FOUND'])
  expect(refusalOf(await guest('GET', `${PATH}/${id}`))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await admin('GET', `${PATH}/${newGuid()}`))).toEqual([404, 'JOB_NOT_FOUND'])
  expect(refusalOf(await admin('GET', `${PATH}/no-id`))).toEqual([400, ['jobId']])
})
