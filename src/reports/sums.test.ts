import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { aBenefit, aCoupon, aMember } from '../../test/support/promotions.ts'
import { ADA, aDefinition, archiveOrder, must } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'
import { parseMinor } from '../money.ts'
import { addMinutes } from '../time.ts'

/*
 * Every sum of every report, against the orders, payments and refunds one by one: bought in all ways, by two events in
 * two currencies, with tax and fees of all sorts, and then paid, given back, canceled, put away.
 */
const app = await testApp({ serviceFeePercent: '2.5' })
const { admin, visitor, sql, siteId, setNow } = app

type Sale = { eventId: string; definitionIds: string[]; optionIds: (string | null)[]; currency: string }

async function aShow(currency: string, tax: string, feeType: string): Promise<Sale> {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    event: {
      title: `=A show in ${currency}`,
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2031-06-01T18:00:00Z',
        endDate: '2031-06-01T22:00:00Z',
        timeZoneId: 'America/New_York',
      },
      registration: {
        initialType: 'TICKETING',
        tickets: { currency, taxSettings: { type: tax, name: 'VAT', rate: '19' } },
      },
    },
  })
  const eventId = body.event.id
  const priced = { feeType, pricingMethod: { fixedPrice: { value: '13', currency } } }
  const first = await aDefinition(app, eventId, { name: 'Standard', ...priced })
  const optionDetails = ['Adult', 'Child'].map((name, index) => ({ name, price: { value: `${7 - index}`, currency } }))
  const second = await aDefinition(app, eventId, {
    name: 'Family',
    feeType,
    pricingMethod: { pricingOptions: { optionDetails } },
  })
  const options = second.pricingMethod.pricingOptions.optionDetails
  return {
    eventId,
    definitionIds: [first.id, second.id, second.id],
    optionIds: [null, options[0].optionId, options[1].optionId],
    currency,
  }
}

const shows = [
  await aShow('EUR', 'ADDED_AT_CHECKOUT', 'FEE_ADDED_AT_CHECKOUT'),
  await aShow('JPY', 'INCLUDED_IN_PRICE', 'FEE_INCLUDED'),
]
const coupon = await aCoupon(app, { percentOff: '30' })

const steps = fc.record({
  minutes: fc.integer({ min: 0, max: 5 * 1440 }),
  show: fc.nat(1),
  line: fc.nat(2),
  quantity: fc.integer({ min: 1, max: 4 }),
  by: fc.constantFrom('bank', 'card', 'giftCard', 'partlyCard', 'inPerson', 'door', 'declined', 'waiting', 'member'),
  coupon: fc.boolean(),
  next: fc.constantFrom('nothing', 'nothing', 'refund', 'refundAll', 'refundTicket', 'cancel', 'archive', 'checkIn'),
  later: fc.integer({ min: 1, max: 3 * 1440 }),
})
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never

async function buy({ show, line, quantity, by, coupon: withCoupon }: Step) {
  const sale = shows[show] as Sale
  const { eventId } = sale
  const member = by === 'member' ? await aMember(app) : null
  const guest: Caller = member?.caller ?? (await visitor())
  const optionId = sale.optionIds[line]
  const ticket = {
    ticketDefinitionId: sale.definitionIds[line],
    quantity,
    ...(optionId && { ticketInfo: { pricingOptionId: optionId } }),
  }
  const seller = by === 'door' || by === 'inPerson' ? admin : guest
  const held = await must(seller, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [ticket] },
  })
  const reservationId = held.body.ticketReservation.id
  if (by === 'door') {
    const method = quantity % 2 ? 'cash' : 'card'
    const taken = await must(admin, 'POST', '/boxoffice/v1/pos-payments', { reservationId, method })
    const paymentDetailsId = taken.body.posPayment.id
    const sold = await must(admin, 'POST', '/events/v1/pos-checkout', { eventId, reservationId, paymentDetailsId })
    return { eventId, reservationId, order: sold.body.order }
  }
  const benefit = member ? await aBenefit(app, member.memberId, { rate: '25' }) : null
  const { body } = await must(seller, 'POST', '/events/v1/checkout', {
    eventId,
    reservationId,
    guests: [{ form: ADA }],
    ...(withCoupon && { discount: { couponCode: coupon.code } }),
    ...(by === 'inPerson' && { options: { payInPerson: true } }),
    ...(benefit && { paidPlanBenefit: { planOrderId: benefit.planOrderId, benefitId: benefit.benefitId } }),
  })
  const { order } = body
  const tell = (paymentId: string, result: string) =>
    must(guest, 'POST', `/boxoffice/v1/test-payments/${paymentId}/notifications`, { notificationId: newGuid(), result })
  if (by === 'giftCard' || by === 'partlyCard') {
    const value = by === 'giftCard' ? '500' : '3'
    const giftCard = { amount: { value, currency: sale.currency } }
    const { code } = (await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })).body
    const path = `/boxoffice/v1/orders/${order.orderNumber}/gift-card-payments`
    const { nextPayment } = (await must(guest, 'POST', path, { code })).body
    if (nextPayment) await tell(nextPayment.id, 'PAID')
  } else if (by === 'declined') await tell(order.snapshotId, 'DECLINED')
  else if (by !== 'waiting' && by !== 'inPerson') await tell(order.snapshotId, 'PAID')
  return { eventId, reservationId, order }
}

async function goOn({ next }: Step, { eventId, reservationId, order }: Awaited<ReturnType<typeof buy>>) {
  const { orderNumber } = order
  const [now] = await sql`select status, currency from orders where order_number = ${orderNumber}`
  const paid = now?.status === 'PAID'
  const refund = (body: object) => must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/refunds`, body)
  const [ticket] = await sql`select ticket_number from tickets where order_number = ${orderNumber} limit 1`
  const amount = { value: '1', currency: now?.currency }
  if (next === 'refund' && paid) await refund({ amount })
  if (next === 'refundAll' && paid) await refund({})
  if (next === 'refundTicket' && paid) await refund({ amount, ticketNumbers: [ticket?.ticketNumber] })
  if (next === 'cancel' && ticket) await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
  if (next === 'archive' && ticket) await archiveOrder(app, { eventId, orderNumber })
  if (next === 'checkIn' && ticket)
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticket.ticketNumber] })
}

test('R37, R48, R77, R190, laws 7, 16, 19: every sum is that of the orders, payments and refunds one by one', async () => {
  const random = fc.sample(steps, { numRuns: 50, seed: Number(process.env.SEED ?? 20_300_501) })
  let now = new Date('2030-10-20T07:00:00.000Z') // through the night in which the clocks of Berlin go back
  for (const step of random) {
    now = addMinutes(now, step.minutes)
    setNow(now)
    const bought = await buy(step)
    now = addMinutes(now, step.later % 25) // some within the same hour
    setNow(now)
    await goOn(step, bought)
  }
  const end = addMinutes(now, 1)
  const half = new Date((new Date('2030-10-20T07:00:00.000Z').getTime() + now.getTime()) / 2)
  const begin = new Date('2030-10-01T00:00:00.000Z')
  const scopes = [
    { from: begin, to: end, eventIds: [] },
    { from: begin, to: half, eventIds: [] },
    { from: half, to: end, eventIds: [shows[0]?.eventId ?? ''] },
    { from: half, to: end, eventIds: [shows[1]?.eventId ?? ''] },
  ]
  for (const scope of scopes) expect(await reported(scope)).toEqual(await counted(scope))
  // Whole, they are what Get Summary says.
  const { sales } = (await must(admin, 'GET', '/events/v1/orders/summary')).body
  const { revenue } = (await report('revenue', { from: begin, to: end, eventIds: [] })) as { revenue: Json[] }
  expect(sales).toHaveLength(2)
  expect(sales).toEqual(
    sales.map((sale: Json, index: number) => {
      const { currency, orders, tickets, total, refunded, fees, feesRefunded } = revenue[index] ?? {}
      const net = [total, `-${refunded}`, `-${fees}`, feesRefunded]
      expect(sumOf(net, currency)).toBe(minor(sale.revenue.value, currency))
      return {
        ...sale,
        totalOrders: orders,
        totalTickets: tickets,
        total: { ...sale.total, value: total, amount: total },
      }
    }),
  )
}, 120_000)

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came back
type Json = any
type Scoped = { from: Date; to: Date; eventIds: string[] }

const minor = (value: string, currency: string) =>
  value.startsWith('-') ? -(parseMinor(value.slice(1), currency) ?? 0) : (parseMinor(value, currency) ?? Number.NaN)
const sumOf = (values: string[], currency: string) =>
  values.reduce((sum, value) => sum + minor(value.replace('--', ''), currency), 0)

async function report(name: string, { from, to, eventIds }: Scoped, more = ''): Promise<Json> {
  const events = eventIds.map(id => `&eventId=${id}`).join('')
  return (
    await must(
      admin,
      'GET',
      `/boxoffice/v1/reports/${name}?from=${from.toISOString()}&to=${to.toISOString()}${events}${more}`,
    )
  ).body
}

/** What the reports say, as minor units by currency. */
async function reported(scope: Scoped) {
  const [sales, byMonth, definitions, channels, revenue, events, money] = await Promise.all([
    report('sales', scope),
    report('sales', scope, '&unit=MONTH'),
    report('definitions', scope),
    report('channels', scope),
    report('revenue', scope),
    report('events', scope),
    report('money', scope),
  ])
  expect(byMonth.sales.map(({ points, ...sums }: Json) => sums)).toEqual(
    sales.sales.map(({ points, ...sums }: Json) => sums),
  )
  const starts = new Set(sales.startDates)
  expect(sales.sales.flatMap((sale: Json) => sale.points).every((point: Json) => starts.has(point.startDate))).toBe(
    true,
  )
  const all: Record<string, Json> = {}
  const add = (currency: string, name: string, value: number) => {
    all[currency] ??= {}
    all[currency][name] = (all[currency][name] ?? 0) + value
  }
  for (const { currency, points, ...sums } of sales.sales) {
    for (const member of ['orders', 'tickets', 'ticketsCanceled']) {
      add(currency, `sales ${member}`, sums[member])
      expect(points.reduce((sum: number, point: Json) => sum + point[member], 0)).toBe(sums[member])
    }
    for (const member of ['total', 'revenue', 'refunded']) {
      add(currency, `sales ${member}`, minor(sums[member], currency))
      expect(
        sumOf(
          points.map((point: Json) => point[member]),
          currency,
        ),
      ).toBe(minor(sums[member], currency))
    }
  }
  for (const { currency, ...row } of definitions.definitions) {
    add(currency, 'definition tickets', row.tickets)
    add(currency, 'definition canceled', row.ticketsCanceled)
    add(currency, 'definition inside', row.checkedIn)
    for (const member of ['subTotal', 'discounts', 'tax', 'fees', 'total'])
      add(currency, `definition ${member}`, minor(row[member], currency))
  }
  for (const { currency, ...row } of channels.channels) {
    add(currency, 'channel orders', row.orders)
    for (const member of ['total', 'revenue', 'refunded'])
      add(currency, `${row.channel} ${row.method} ${member}`, minor(row[member], currency))
  }
  for (const { currency, orders, tickets, taxes, ...sums } of revenue.revenue) {
    for (const [member, value] of Object.entries(sums))
      add(currency, `revenue ${member}`, minor(String(value), currency))
    const { subTotal, coupons, benefits, taxAdded, feesAdded, total } = sums
    expect(sumOf([subTotal, `-${coupons}`, `-${benefits}`, taxAdded, feesAdded], currency)).toBe(minor(total, currency))
    expect(
      sumOf(
        taxes.map(({ amount }: Json) => amount),
        currency,
      ),
    ).toBe(minor(sums.tax, currency))
  }
  for (const { currency, ...row } of events.events) {
    add(currency, 'event orders', row.orders)
    for (const member of ['total', 'revenue', 'refunded'])
      add(currency, `event ${row.eventId} ${member}`, minor(row[member], currency))
  }
  for (const { currency, methods, points, ...sums } of money.money) {
    for (const { method, ...moved } of methods) {
      add(currency, `${method} captured`, minor(moved.captured, currency))
      add(currency, `${method} refunded`, minor(moved.refunded, currency))
      add(currency, `${method} moves`, moved.payments + moved.refunds)
    }
    for (const member of ['captured', 'refunded'] as const) {
      for (const parts of [methods, points])
        expect(
          sumOf(
            parts.map((part: Json) => part[member]),
            currency,
          ),
        ).toBe(minor(sums[member], currency))
    }
  }
  return withoutZeros(all)
}

/** The same, by adding up every order, ticket, payment and refund. */
async function counted({ from, to, eventIds }: Scoped) {
  const all: Record<string, Json> = {}
  const add = (currency: string, name: string, value: number) => {
    all[currency] ??= {}
    all[currency][name] = (all[currency][name] ?? 0) + value
  }
  const isIn = (moment: Date | null) => moment !== null && moment >= from && moment < to
  const orders = (
    await sql<Json[]>`
      select order_number, event_id, status, channel, method, currency, confirmed_at, archived_at, invoice,
             grand_total_minor, revenue_minor, refunded_minor, tickets_quantity
        from orders where site_id = ${siteId}`
  ).filter(order => eventIds.length === 0 || eventIds.includes(order.eventId))
  const numbers = orders.map(order => order.orderNumber)
  const tickets = await sql<Json[]>`
    select order_number, canceled_at, checked_in_at from tickets where order_number = any(${numbers})`
  const payments = await sql<Json[]>`
    select payment_id, order_number, provider, status, amount_minor, refunded_minor, refunding_minor, captured_at, currency
      from payments where order_number = any(${numbers})`
  const refunds = await sql<Json[]>`
    select payment_id, order_number, status, reason, amount_minor, created_at, updated_at
      from refunds where order_number = any(${numbers})`
  const sum = (list: readonly Json[] | undefined, of: (each: Json) => number) =>
    (list ?? []).reduce((total: number, each: Json) => total + of(each), 0)
  for (const order of orders) {
    const { currency, invoice } = order
    const own = tickets.filter(ticket => ticket.orderNumber === order.orderNumber)
    const given = refunds.filter(refund => refund.orderNumber === order.orderNumber)
    if (order.archivedAt === null) {
      add(currency, 'sales ticketsCanceled', own.filter(ticket => isIn(ticket.canceledAt)).length)
      const counts = given.filter(
        ({ reason, status, createdAt }) => reason !== 'EXCESS' && status !== 'FAILED' && isIn(createdAt),
      )
      add(
        currency,
        'sales refunded',
        sum(counts, refund => refund.amountMinor),
      )
    }
    const stands = ['PAID', 'FREE', 'OFFLINE_PENDING'].includes(order.status) && order.archivedAt === null
    if (!stands || !isIn(order.confirmedAt)) continue
    const { grandTotalMinor: total, revenueMinor: net, refundedMinor: back, ticketsQuantity } = order
    for (const [name, value] of Object.entries({ orders: 1, tickets: ticketsQuantity, total, revenue: net }))
      add(currency, `sales ${name}`, value)
    add(currency, 'definition tickets', ticketsQuantity)
    add(currency, 'definition canceled', own.filter(ticket => ticket.canceledAt !== null).length)
    add(currency, 'definition inside', own.filter(ticket => ticket.checkedInAt && !ticket.canceledAt).length)
    const taken = (kind: string) =>
      sum(
        invoice.discounts?.filter((each: Json) => each.kind === kind),
        each => each.amountMinor,
      )
    const tax = invoice.tax?.amountMinor ?? 0
    const fees = sum(invoice.fees, fee => fee.amountMinor)
    const parts = { subTotal: invoice.subTotalMinor, discounts: taken('COUPON') + taken('PAID_PLAN'), tax, fees, total }
    for (const [name, value] of Object.entries(parts)) add(currency, `definition ${name}`, value)
    add(currency, 'channel orders', 1)
    add(currency, 'event orders', 1)
    for (const [name, value] of Object.entries({ total, revenue: net, refunded: back })) {
      add(currency, `${order.channel} ${order.method || undefined} ${name}`, value)
      add(currency, `event ${order.eventId} ${name}`, value)
    }
    const mine = payments.filter(
      ({ orderNumber, status }) => orderNumber === order.orderNumber && status === 'CAPTURED',
    )
    const cards = sum(
      mine.filter(({ provider }) => provider === 'giftCard'),
      each => each.amountMinor - each.refundedMinor - each.refundingMinor,
    )
    const share = (part: number) => (back === 0 ? 0 : Math.floor((2 * back * part + total) / (2 * total)))
    const [feesBack, taxBack] = [back === 0 ? 0 : back - share(net), share(tax)]
    const whole = {
      subTotal: parts.subTotal,
      coupons: taken('COUPON'),
      benefits: taken('PAID_PLAN'),
      taxAdded: invoice.tax?.type === 'ADDED_AT_CHECKOUT' ? tax : 0,
      feesAdded: sum(invoice.fees, fee => (fee.type === 'FEE_ADDED_AT_CHECKOUT' ? fee.amountMinor : 0)),
      total,
      giftCards: cards,
      open: order.status === 'OFFLINE_PENDING' ? total - cards : 0,
      refunded: back,
      fees,
      feesRefunded: feesBack,
      tax,
      taxRefunded: taxBack,
      left: total - back - (fees - feesBack) - (tax - taxBack),
    }
    for (const [name, value] of Object.entries(whole)) add(currency, `revenue ${name}`, value)
  }
  for (const payment of payments) {
    const order = orders.find(({ orderNumber }) => orderNumber === payment.orderNumber)
    const byHand = order.channel === 'OFFLINE_POS' ? (order.method === 'cash' ? 'cash' : 'card') : 'manual'
    const method = payment.provider === 'manual' ? byHand : payment.provider
    if (isIn(payment.capturedAt)) {
      add(payment.currency, `${method} captured`, payment.amountMinor)
      add(payment.currency, `${method} moves`, 1)
    }
    for (const refund of refunds.filter(
      ({ paymentId, status }) => paymentId === payment.paymentId && status === 'DONE',
    )) {
      if (!isIn(refund.updatedAt)) continue
      add(payment.currency, `${method} refunded`, refund.amountMinor)
      add(payment.currency, `${method} moves`, 1)
    }
  }
  return withoutZeros(all)
}

function withoutZeros(all: Record<string, Record<string, number>>) {
  const kept = Object.entries(all).map(([currency, sums]) => [
    currency,
    Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0)),
  ])
  return Object.fromEntries(kept.filter(([, sums]) => Object.keys(sums as object).length > 0))
}
