import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, orderNow } from '../../test/support/orders.ts'
import { aCoupon } from '../../test/support/promotions.ts'
import { aSale, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { forgetDoneJobs, runJobs } from '../queue/run.ts'
import { orderJobs } from './bulk.ts'
import { nameJobs } from './for-names.ts'

const app = await testApp()
const { admin, sql, siteId, anonymous, otherSite, now, setNow } = app
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
  // Who was left, and why; also long afterwards.
  expect((await must(admin, 'GET', `${PATH}/${job.id}/refusals`)).body).toEqual({
    total: 1,
    offset: 0,
    limit: 50,
    refusals: [
      {
        orderNumber: waiting.order.orderNumber,
        error: {
          code: 'ORDER_ACTION_NOT_AVAILABLE',
          description: expect.any(String),
          data: expect.objectContaining({ orderNumber: waiting.order.orderNumber }),
        },
      },
    ],
  })
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
  const { refusals } = (await must(admin, 'GET', `${PATH}/${job.id}/refusals`)).body
  expect(refusals).toMatchObject([
    { orderNumber: waiting.order.orderNumber, error: { code: 'FAILED_PRECONDITION', data: { status: 'INITIATED' } } },
  ])
  expect((await must(admin, 'GET', `${PATH}/${job.id}/refusals?offset=1`)).body).toMatchObject({
    total: 1,
    refusals: [],
  })
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
  const theirs = (await must(staff, 'POST', PATH, { ...mine, action: 'ARCHIVE' })).body.job
  expect((await must(staff, 'GET', `${PATH}/${theirs.id}`)).body.job.id).toBe(theirs.id)
  await work()

  const { id } = await start(named)
  await work()
  for (const path of [`${PATH}/${id}`, `${PATH}/${id}/refusals`]) {
    expect(refusalOf(await stranger('GET', path))).toEqual([404, 'JOB_NOT_FOUND'])
    // It may name orders of events that were not given to whoever works at one of them.
    expect(refusalOf(await staff('GET', path))).toEqual([404, 'JOB_NOT_FOUND'])
    expect(refusalOf(await guest('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
  }
  expect(refusalOf(await admin('GET', `${PATH}/${id}/refusals?limit=101`))).toEqual([400, ['limit']])
  expect(refusalOf(await admin('GET', `${PATH}/${newGuid()}`))).toEqual([404, 'JOB_NOT_FOUND'])
  expect(refusalOf(await admin('GET', `${PATH}/no-id`))).toEqual([400, ['jobId']])
})

describe('orders for names', () => {
  const CHECKOUTS = '/boxoffice/v1/bulk/checkouts'
  const ada = { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' }
  const ben = { firstName: 'Ben', lastName: 'Caro', email: 'ben@example.org' }
  const cleo = { firstName: 'Cleo', lastName: 'Dahl', email: 'cleo@example.org' }
  const sell = () => runJobs(sql, nameJobs, now())
  const outcome = async (id: string) => (await must(admin, 'GET', `${CHECKOUTS}/${id}`)).body
  const wish = (
    { eventId, definitionId }: { eventId: string; definitionId: string },
    names: object[] = [ada, ben],
  ) => ({
    id: newGuid(),
    eventId,
    tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }],
    names,
    payment: 'PAID',
  })
  const ordersOf = async (eventId: string) =>
    (await must(admin, 'GET', `/boxoffice/v1/orders?eventId=${eventId}&sort=created:asc`)).body

  test('R28, R160: each gets an order of hidden tickets, paid elsewhere; who finds none left is named, and nothing is held', async () => {
    const sale = await aSale(app, { definition: { hidden: true, initialLimit: 2, limitPerCheckout: 2 } })
    const body = wish(sale, [ada, ben, cleo])
    const started = (await must(admin, 'POST', CHECKOUTS, body)).body
    expect(started).toMatchObject({ job: { id: body.id, eventId: sale.eventId, state: 'WAITING', total: 3, done: 0 } })
    expect(started.names).toEqual([ada, ben, cleo])
    // Sent again, whatever it says: nothing is made twice.
    expect((await must(admin, 'POST', CHECKOUTS, { ...body, names: [cleo] })).body).toEqual(started)
    await sell()
    await sell()
    const { job, names } = await outcome(body.id)
    expect(job).toMatchObject({ state: 'DONE', total: 3, done: 3, refused: 1 })
    expect(names).toEqual([
      { ...ada, orderNumber: expect.any(String) },
      { ...ben, orderNumber: expect.any(String) },
      { ...cleo, error: expect.objectContaining({ code: 'TICKET_LIMIT_EXCEEDED' }) },
    ])
    const { total, orders } = await ordersOf(sale.eventId)
    expect(total).toBe(2)
    const first = orders.find((each: { order: { firstName: string } }) => each.order.firstName === 'Ada')
    expect(first.order).toMatchObject({ status: 'PAID', email: 'ada@example.org', orderNumber: names[0].orderNumber })
    expect((await must(admin, 'GET', `${CHECKOUTS}?eventId=${sale.eventId}`)).body.jobs).toEqual([job])
    const { jobs } = (await must(admin, 'GET', '/boxoffice/v1/jobs?kind=order.for_names')).body
    expect(jobs[0]).toMatchObject({ id: body.id, eventId: sale.eventId, progress: { done: 3, refused: 1 } })
  })

  test('R59, R160: paid later, with a coupon; who may not use it any more gets nothing, and gives the tickets back', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 2 } })
    const coupon = await aCoupon(app, { percentOff: '50', usesMax: 1 })
    const body = { ...wish(sale), couponCode: coupon.code, payment: 'IN_PERSON', silent: true }
    await must(admin, 'POST', CHECKOUTS, body)
    await sell()
    const { names } = await outcome(body.id)
    expect(names).toMatchObject([{ orderNumber: expect.any(String) }, { ...ben, error: { code: expect.any(String) } }])
    expect((await ordersOf(sale.eventId)).orders).toMatchObject([{ order: { status: 'OFFLINE_PENDING' } }])
    const [stock] = await sql`
      select reserved, sold from inventory where ticket_definition_id = ${sale.definitionId}`
    expect(stock).toEqual({ reserved: 0, sold: 1 })
  })

  test('a worker that dies on the way sells nobody twice, and goes on with what was held', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 2 } })
    const body = wish(sale)
    await must(admin, 'POST', CHECKOUTS, body)
    const [row] = await sql`select payload, position from jobs where job_id = ${body.id}`
    const job = { ...row, siteId, jobId: body.id } as never
    // Done, and not written down how far.
    await nameJobs.work(job, now(), sql)
    await sql`
      update job_items set order_number = null, subject = ${sql.json({ ...ben, ticketReservationId: newGuid() })}
       where job_id = ${body.id} and item = 1`
    await sell()
    expect((await outcome(body.id)).names).toMatchObject([
      { orderNumber: expect.any(String) },
      { ...ben, error: { code: 'TICKET_LIMIT_EXCEEDED' } },
    ])
    // What is held for somebody already is sold, not held again.
    const next = wish(await aSale(app, { definition: { ...FREE, initialLimit: 1 } }), [cleo])
    await must(admin, 'POST', CHECKOUTS, next)
    const held = await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: next.tickets },
    })
    await sql`
      update job_items
         set subject = ${sql.json({ ...cleo, ticketReservationId: held.body.ticketReservation.id })}
       where job_id = ${next.id}`
    await Promise.all([sell(), sell()])
    expect((await outcome(next.id)).names).toMatchObject([{ ...cleo, orderNumber: expect.any(String) }])
    expect((await ordersOf(next.eventId)).total).toBe(1)
  })

  test('R191: whose order forgets them is not named here either; all of it is forgotten after thirty days', async () => {
    const body = wish(await aSale(app, { definition: FREE }), [ada])
    await must(admin, 'POST', CHECKOUTS, body)
    await sell()
    const [{ orderNumber }] = (await outcome(body.id)).names
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    expect((await outcome(body.id)).names).toEqual([{ firstName: '', lastName: '', email: '', orderNumber }])
    const [kept] = await sql`select payload::text, (select count(*) from job_items where job_id = jobs.job_id) as items
                               from jobs where job_id = ${body.id}`
    expect(kept).toMatchObject({ items: 1 })
    expect(kept?.payload).not.toContain('Ada')
    const before = now()
    setNow(new Date(before.getTime() + 31 * 86_400_000).toISOString())
    await forgetDoneJobs(sql, now())
    setNow(before.toISOString())
    expect(await sql`select item from job_items where job_id = ${body.id}`).toHaveLength(0)
    expect(refusalOf(await admin('GET', `${CHECKOUTS}/${body.id}`))).toEqual([404, 'JOB_NOT_FOUND'])
  })

  test('bad requests and those who may not: nothing is wanted', async () => {
    const sale = await aSale(app, { definition: FREE })
    const elsewhere = await aSale(app, { definition: FREE })
    const good = wish(sale)
    const { id: other } = await start({ action: 'RESEND', orderNumbers: [(await anOrder(app)).order.orderNumber] })
    const cases: [unknown, unknown][] = [
      [{}, [400, ['eventId', 'names', 'payment', 'tickets']]],
      [{ ...good, id: 'x' }, [400, ['id']]],
      [{ ...good, id: other }, [409, 'ALREADY_EXISTS']],
      [{ ...good, eventId: newGuid() }, [404, 'EVENT_NOT_FOUND']],
      [{ ...good, tickets: [] }, [400, ['tickets']]],
      [{ ...good, tickets: [{ ...good.tickets[0], quantity: 51 }] }, [400, ['tickets[0].quantity']]],
      [{ ...good, names: [] }, [400, ['names']]],
      [{ ...good, names: Array.from({ length: 51 }, () => ada) }, [400, ['names']]],
      [{ ...good, names: [{ ...ada, email: 'ada.example' }] }, [400, ['names[0].email']]],
      [{ ...good, names: [{ ...ada, lastName: '' }] }, [400, ['names[0].lastName']]],
      [{ ...good, names: [{ ...ada, firstName: 'A'.repeat(51) }] }, [400, ['names[0].firstName']]],
      [{ ...good, couponCode: 'C'.repeat(21) }, [400, ['couponCode']]],
      [{ ...good, payment: 'CARD' }, [400, ['payment']]],
      [{ ...good, silent: 'yes' }, [400, ['silent']]],
    ]
    for (const [body, expected] of cases) {
      const [status, said] = await refusedWithoutTrace(sql, () => admin('POST', CHECKOUTS, body))
      expect([body, [status, Array.isArray(said) ? said.toSorted() : said]]).toEqual([body, expected])
    }
    const { admin: stranger } = await otherSite()
    const guest = await app.visitor()
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [elsewhere.eventId] })
    expect(refusalOf(await stranger('POST', CHECKOUTS, good))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await anonymous('POST', CHECKOUTS, good))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await guest('POST', CHECKOUTS, good))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await staff('POST', CHECKOUTS, good))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await staff('GET', `${CHECKOUTS}?eventId=${sale.eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
    // Who may not change prices cannot do it for many either.
    const cheaper = [{ ticketDefinitionId: elsewhere.definitionId, quantity: 1, ticketInfo: { priceOverride: '0' } }]
    const theirs = wish(elsewhere)
    expect(refusalOf(await staff('POST', CHECKOUTS, { ...theirs, tickets: cheaper }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    await must(staff, 'POST', CHECKOUTS, theirs)
    // Tickets of another event than the one that is named are nobody's.
    const mixed = { ...wish(sale), tickets: wish(elsewhere).tickets }
    await must(admin, 'POST', CHECKOUTS, mixed)
    await sell()
    expect((await outcome(mixed.id)).job).toMatchObject({ done: 2, refused: 2 })
    expect((await outcome(theirs.id)).job).toMatchObject({ done: 2, refused: 0 })
    expect(refusalOf(await staff('GET', `${CHECKOUTS}/${mixed.id}`))).toEqual([404, 'JOB_NOT_FOUND'])
    expect((await must(staff, 'GET', `${CHECKOUTS}?eventId=${elsewhere.eventId}`)).body.jobs).toHaveLength(1)
    expect(refusalOf(await stranger('GET', `${CHECKOUTS}/${theirs.id}`))).toEqual([404, 'JOB_NOT_FOUND'])
    expect((await must(stranger, 'GET', `${CHECKOUTS}?eventId=${elsewhere.eventId}`)).body.jobs).toEqual([])
    expect(refusalOf(await admin('GET', `${CHECKOUTS}/no-id`))).toEqual([400, ['jobId']])
    expect(refusalOf(await admin('GET', CHECKOUTS))).toEqual([400, ['eventId']])
  })
})
