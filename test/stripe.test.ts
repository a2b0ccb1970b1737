import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closeAbandoned } from '../src/orders/abandoned.ts'
import { carryOutDue } from '../src/orders/carry-out-due.ts'
import { providersWith } from '../src/payments/providers.ts'
import { expireOverdue } from '../src/ticket-reservations/expire.ts'
import { verify } from '../src/verify.ts'
import { testApp } from './support/app.ts'
import { anOrder, type Ordered, orderNow } from './support/orders.ts'
import { reserveTickets } from './support/sale.ts'
import { deliver, fakeStripe, type StripeEvent } from './support/stripe.ts'
import { isTorture, seedOf } from './support/torture.ts'

// Whatever buyers, organizers, banks and clocks do, and in whatever order, how often and how late we are told: in the end
// every law holds, our books say what Stripe's say, and no charge is kept without tickets, a refund or a case.

const stripe = await fakeStripe({ now: () => app.now() })
const app = await testApp({ stripe: stripe.settings })
const providers = providersWith(stripe.settings)
await app.sql`update sites set stripe_payments = true, test_payments = false`
const START = app.now()

type Step = { what: (typeof STEPS)[number]; which: number; amount: number }
const STEPS = [
  'open', 'pay', 'pay', 'bank', 'decide', 'deny', 'tell', 'tell', 'tell again', 'work', 'work', 'wait', 'wait long',
  'cancel', 'refund', 'refund by hand', 'refund fails', 'refunds take days', 'trouble', 'lost', 'rival', 'offline',
] as const // biome-ignore format: a list

class World {
  readonly pages: string[] = []
  readonly told: StripeEvent[] = []
  readonly ordered: Ordered

  constructor(ordered: Ordered) {
    this.ordered = ordered
  }

  async step({ what, which, amount }: Step): Promise<void> {
    const { guest, order, reservationId, definitionId, eventId } = this.ordered
    const page = this.pages[which % Math.max(1, this.pages.length)]
    const ours = `/boxoffice/v1/orders/${order.orderNumber}`
    switch (what) {
      case 'open': {
        const again = this.pages.length > 0 && which % 2 === 1
        const answer = await guest(
          'POST',
          `${ours}/payment${again ? 's' : ''}`,
          again ? undefined : { method: 'stripe' },
        )
        const payUrl = answer.body.payment?.payUrl
        if (payUrl && !this.pages.includes(payUrl)) this.pages.push(payUrl)
        return
      }
      case 'pay':
      case 'bank':
        if (page) stripe.pay(page, what === 'pay' ? 'card' : 'bank')
        return
      case 'decide':
      case 'deny':
        if (page && stripe.sessionAt(page).intent.status === 'processing') stripe.decide(page, what === 'decide')
        return
      case 'tell':
        return this.tell(stripe.events.splice(which % Math.max(1, stripe.events.length), 1))
      case 'tell again':
        return this.tell(this.told.slice(which % Math.max(1, this.told.length)).slice(0, 1))
      case 'work':
        return this.work()
      case 'wait':
      case 'wait long':
        return this.wait(what === 'wait' ? 1 + (which % 12) : 30 + which)
      case 'cancel':
        await guest('POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
        return
      case 'refund':
        await app.admin('POST', `${ours}/refunds`, { amount: { value: String(amount), currency: 'EUR' } })
        return
      case 'refund by hand':
        if (page && stripe.keptOf(page) >= amount * 100) stripe.refundByHand(page, amount * 100)
        return
      case 'refund fails': {
        const [refund] = [...stripe.refunds.values()].filter(each => each.status !== 'failed').slice(which % 3)
        if (refund && this.pages.some(each => stripe.sessionAt(each).intent.id === refund.intent))
          stripe.endRefund(refund.id, 'failed')
        return
      }
      case 'refunds take days':
        stripe.trouble.refundsStart = which % 2 === 0 ? 'pending' : 'succeeded'
        return
      case 'trouble':
        stripe.trouble.fails = 1 + (which % 4)
        return
      case 'lost':
        stripe.trouble.loses = 1 + (which % 3)
        return
      case 'rival':
        await reserveTickets(await app.visitor(), definitionId, 1 + (which % 2))
        return
      case 'offline': {
        const paymentSettings = { offlinePayment: true }
        await app.admin('PATCH', `/boxoffice/v1/events/${eventId}/payment-settings`, { paymentSettings })
        await guest('POST', `${ours}/payment`, { method: 'offline' })
      }
    }
  }

  async tell(events: readonly StripeEvent[]): Promise<void> {
    for (const event of events) {
      const { status } = await deliver(app.app, event, { settings: stripe.settings, now: app.now() })
      // In trouble it answers otherwise, and Stripe tells it again.
      if (status === 200) this.told.push(event)
      else stripe.events.push(event)
    }
  }

  async work(): Promise<void> {
    await carryOutDue(app.sql, app.now(), providers).catch(() => {}) // Stripe is in trouble: it is tried again
    await expireOverdue(app.sql, app.now())
    await closeAbandoned(app.sql, app.now(), providers).catch(() => {})
  }

  async wait(minutes: number): Promise<void> {
    app.setNow(new Date(app.now().getTime() + minutes * 60_000))
    await this.work()
  }

  /** Everything that is open comes to its end: banks decide, everything is told, twice and backwards, all work is done. */
  async settleDown(): Promise<void> {
    Object.assign(stripe.trouble, { fails: 0, loses: 0, refundsStart: 'succeeded' })
    for (const page of this.pages) if (stripe.sessionAt(page).intent.status === 'processing') stripe.decide(page, true)
    for (let round = 0; round < 6; round += 1) {
      const events = stripe.events.splice(0)
      await this.tell(events.toReversed())
      await this.tell(events)
      await this.wait(70)
      for (const refund of stripe.refunds.values())
        if (refund.status === 'pending') stripe.endRefund(refund.id, 'succeeded')
    }
    await this.tell(stripe.events.splice(0))
    await this.work()
  }

  async judge(): Promise<void> {
    expect((await verify(app.sql)).breaches).toEqual([])
    const order = await orderNow(app.admin, this.ordered)
    const [books] = await app.sql<{ kept: number; pending: number; open: number }[]>`
      select coalesce(sum(amount_minor - refunded_minor) filter (where status = 'CAPTURED'), 0)::integer as kept,
             coalesce(sum(refunding_minor), 0)::integer as pending,
             (count(*) filter (where asked is not null or due_at is not null))::integer as open
        from payments
       where order_number = ${order.orderNumber}`
    const kept = stripe.kept(order.orderNumber)
    const cases = await app.sql<{ reason: string }[]>`
      select reason from reconciliation_cases join payments using (site_id, payment_id)
       where order_number = ${order.orderNumber}`
    const story = { order: order.status, books, kept, cases: cases.map(({ reason }) => reason) }
    expect(books, JSON.stringify(story)).toEqual({ kept, pending: 0, open: 0 })
    const admitting = order.tickets.filter(({ canceled }: { canceled: boolean }) => !canceled).length
    if (kept > 0 && !(order.status === 'PAID' && admitting > 0)) expect(cases, JSON.stringify(story)).not.toEqual([])
    const charges = this.pages.filter(page => stripe.keptOf(page) > 0).length
    if (charges > 1)
      expect(
        cases.some(({ reason }) => reason === 'REFUND_FAILED'),
        JSON.stringify(story),
      ).toBe(true)
  }
}

const aStep = fc.record({
  what: fc.constantFrom(...STEPS),
  which: fc.nat(100),
  amount: fc.integer({ min: 1, max: 20 }),
})

test('laws 5, 6 and 16: notifications in every order, twice, late, between expiry, cancelation and refunds', async () => {
  let steps = 0
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: isTorture ? 60 : 25, size: 'max' }), async sequence => {
      app.setNow(START) // however long the ones before have waited, the event is to come
      stripe.events.length = 0
      Object.assign(stripe.trouble, { fails: 0, loses: 0, refundsStart: 'succeeded' })
      const world = new World(await anOrder(app, { definition: { initialLimit: 3 } }))
      await world.step({ what: 'open', which: 0, amount: 1 })
      for (const step of sequence) await world.step(step)
      await world.settleDown()
      await world.judge()
      steps += sequence.length
    }),
    {
      seed: seedOf('stripe'),
      numRuns: isTorture ? 300 : 25,
      endOnFailure: true, // what broke a law stays in the database, so that whatever is tried next fails too
      interruptAfterTimeLimit: isTorture ? 300_000 : 25_000,
    },
  )
  console.log(`stripe: ${steps} steps`)
}, 400_000)
