import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { afterAll } from 'vitest'
import type { StripeSettings } from '../../src/config.ts'
import type { App } from '../../src/http/app.ts'

// Stripe, as far as we use it: it keeps its own books, honours idempotency keys, and can be told to be in trouble. The
// real library talks to it over HTTP.

type Intent = {
  id: string
  status: 'requires_payment_method' | 'requires_capture' | 'processing' | 'succeeded' | 'canceled'
  amount: number
  currency: string
  metadata: Record<string, string>
  captureMethod: 'automatic' | 'manual'
}
type Session = {
  id: string
  status: 'open' | 'complete' | 'expired'
  intent: Intent
  params: Record<string, unknown>
  expiresAt: number
}
type RefundAtStripe = {
  id: string
  intent: string
  amount: number
  status: 'succeeded' | 'pending' | 'failed'
  metadata: Record<string, string>
}
export type StripeEvent = { id: string; type: string; created: number; data: { object: Record<string, unknown> } }

export type FakeStripe = Awaited<ReturnType<typeof fakeStripe>>

/** Starts it for a test file. Call it at the top. */
export async function fakeStripe({ now }: { now: () => Date }) {
  const sessions = new Map<string, Session>()
  const intents = new Map<string, Intent>()
  const refunds = new Map<string, RefundAtStripe>()
  const answered = new Map<string, { says: string; status: number; answer: string }>()
  const events: StripeEvent[] = []
  const requests: string[] = []
  /** `fails`: so many are answered with 500; `loses`: are done, and their connection breaks; `refundsStart` as what. */
  const trouble = { fails: 0, loses: 0, refundsStart: 'succeeded' as RefundAtStripe['status'] }

  const server = createServer((request, response) => {
    handle(request, response).catch(error => response.destroy(error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const settings: StripeSettings = {
    secretKey: 'sk_test_0123456789abcdef',
    webhookSecret: 'whsec_0123456789abcdef',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stripe')
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push(`${request.method} ${url.pathname.replace(/(cs|pi|re)_test_\w+/, '$1')}`)
    const send = (status: number, answer: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
    if (request.headers.authorization !== `Bearer ${settings.secretKey}`)
      return void send(401, errorOf('invalid_request_error', 'No such key'))
    if (trouble.fails > 0) {
      trouble.fails -= 1
      return void send(500, errorOf('api_error', 'Something went wrong'))
    }
    const key = String(request.headers['idempotency-key'] ?? '')
    const says = createHash('sha256').update(`${request.method} ${url.pathname} ${body}`).digest('hex')
    const before = key && answered.get(key)
    if (before && before.says !== says) return void send(400, errorOf('idempotency_error', 'Other parameters before'))
    const outcome = before || decide(`${request.method} ${url.pathname}`, formOf(body), url.searchParams)
    const done = { says, status: outcome.status, answer: outcome.answer }
    if (key && done.status < 500) answered.set(key, done)
    if (trouble.loses > 0 && request.method === 'POST') {
      trouble.loses -= 1
      return void response.destroy()
    }
    send(done.status, done.answer)
  }

  function decide(what: string, params: Form, query: URLSearchParams): { status: number; answer: string } {
    const ok = (value: object) => ({ status: 200, answer: JSON.stringify(value) })
    const no = (message: string, code?: string) => ({
      status: 400,
      answer: errorOf('invalid_request_error', message, code),
    })
    if (what === 'POST /v1/checkout/sessions') return newSession(params)
    const [, kind = '', id = '', verb = ''] =
      /^\w+ \/v1\/(?:checkout\/)?(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(what) ?? []
    if (kind === 'sessions') {
      const session = sessions.get(id)
      if (!session) return { status: 404, answer: errorOf('invalid_request_error', 'No such session') }
      expireOverdue()
      if (verb !== 'expire') return ok(sessionOut(session, query.has('expand[0]')))
      if (session.status !== 'open') return no('Only Checkout Sessions with a status of open can be expired.')
      session.status = 'expired'
      tell('checkout.session.expired', sessionOut(session, false))
      return ok(sessionOut(session, false))
    }
    if (kind === 'payment_intents') {
      const intent = intents.get(id)
      if (!intent) return { status: 404, answer: errorOf('invalid_request_error', 'No such payment_intent') }
      if (verb === 'capture' || verb === 'cancel') {
        if (intent.status !== 'requires_capture') return no(`It is ${intent.status}`, 'payment_intent_unexpected_state')
        intent.status = verb === 'capture' ? 'succeeded' : 'canceled'
        tell(`payment_intent.${intent.status}`, intentOut(intent))
        if (verb === 'cancel') tell('charge.refunded', chargeOut(intent)) // as Stripe tells it, though there was no money
      }
      return ok(intentOut(intent))
    }
    if (kind === 'refunds') {
      if (what === 'POST /v1/refunds') return newRefund(params)
      if (id) {
        const refund = refunds.get(id)
        return refund ? ok(refundOut(refund)) : no('No such refund')
      }
      const data = [...refunds.values()].filter(each => each.intent === query.get('payment_intent')).map(refundOut)
      return ok({ object: 'list', has_more: false, data: data.toReversed() }) // the newest first
    }
    return { status: 404, answer: errorOf('invalid_request_error', `Unrecognized request URL (${what})`) }

    function newSession(wanted: Form): { status: number; answer: string } {
      const [line] = Object.values((wanted.line_items ?? {}) as Record<string, Form>)
      const price = (line?.price_data ?? {}) as Form
      const amount = Number(price.unit_amount)
      const seconds = now().getTime() / 1000
      const expiresAt = Number(wanted.expires_at)
      if (expiresAt < seconds + 30 * 60 || expiresAt > seconds + 24 * 3600) return no('expires_at is out of range')
      if (!Number.isInteger(amount)) return no('Invalid integer: unit_amount')
      if (amount < 50) return no('The amount is too small', 'amount_too_small')
      const intentData = (wanted.payment_intent_data ?? {}) as Form
      const intent: Intent = {
        id: `pi_test_${randomBytes(8).toString('hex')}`,
        status: 'requires_payment_method',
        amount,
        currency: String(price.currency),
        metadata: (intentData.metadata ?? {}) as Record<string, string>,
        captureMethod: intentData.capture_method === 'manual' ? 'manual' : 'automatic',
      }
      const id = `cs_test_${randomBytes(8).toString('hex')}`
      const session: Session = { id, status: 'open', intent, params: wanted, expiresAt }
      sessions.set(id, session)
      intents.set(intent.id, intent)
      return ok(sessionOut(session, false))
    }

    function newRefund(wanted: Form): { status: number; answer: string } {
      const intent = intents.get(String(wanted.payment_intent))
      if (intent?.status !== 'succeeded') return no('This PaymentIntent does not have a successful charge to refund.')
      const amount = Number(wanted.amount)
      const given = givenBack(intent.id)
      if (given === intent.amount) return no('It has already been refunded.', 'charge_already_refunded')
      if (given + amount > intent.amount) return no('Refund amount is greater than unrefunded amount on charge')
      return ok(refundOut(makeRefund(intent, amount, (wanted.metadata ?? {}) as Record<string, string>)))
    }
  }

  function makeRefund(intent: Intent, amount: number, metadata: Record<string, string>): RefundAtStripe {
    const status = trouble.refundsStart
    const id = `re_test_${randomBytes(8).toString('hex')}`
    const refund: RefundAtStripe = { id, intent: intent.id, amount, status, metadata }
    refunds.set(refund.id, refund)
    tell('refund.created', refundOut(refund))
    tell('charge.refunded', chargeOut(intent))
    return refund
  }

  function expireOverdue(): void {
    for (const session of sessions.values())
      if (session.status === 'open' && session.expiresAt <= now().getTime() / 1000) {
        session.status = 'expired'
        tell('checkout.session.expired', sessionOut(session, false))
      }
  }

  const givenBack = (intent: string) =>
    [...refunds.values()]
      .filter(each => each.intent === intent && each.status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)

  function tell(type: string, object: Record<string, unknown>): void {
    const created = Math.floor(now().getTime() / 1000)
    events.push({ id: `evt_test_${randomBytes(8).toString('hex')}`, type, created, data: { object } })
  }

  function sessionOut({ id, status, intent, params, expiresAt }: Session, expanded: boolean) {
    return {
      id,
      object: 'checkout.session',
      status,
      // As Stripe has it: what is only authorized, or not decided yet, is unpaid; and there is no intent before there is a try.
      payment_status: intent.status === 'succeeded' ? 'paid' : 'unpaid',
      payment_intent: status === 'complete' ? (expanded ? intentOut(intent) : intent.id) : null,
      url: status === 'open' ? `https://checkout.stripe.example/c/pay/${id}` : null,
      metadata: params.metadata ?? {},
      expires_at: expiresAt,
    }
  }

  const intentOut = ({ id, status, amount, currency, metadata, captureMethod }: Intent) => ({
    id,
    object: 'payment_intent',
    status,
    amount,
    currency,
    metadata,
    capture_method: captureMethod,
  })
  const refundOut = ({ id, intent, amount, status, metadata }: RefundAtStripe) => ({
    id,
    object: 'refund',
    payment_intent: intent,
    amount,
    status,
    metadata,
  })
  const chargeOut = (intent: Intent) => ({
    id: `ch_${intent.id}`,
    object: 'charge',
    payment_intent: intent.id,
    metadata: intent.metadata,
    amount: intent.amount,
    amount_refunded: givenBack(intent.id),
  })

  const sessionAt = (payUrl: string) => {
    const session = sessions.get(payUrl.split('/').at(-1) ?? '')
    if (!session) throw new Error(`${payUrl} leads to no session`)
    return session
  }
  const refundAt = (id: string) => {
    const refund = refunds.get(id)
    if (!refund) throw new Error(`there is no refund ${id}`)
    return refund
  }

  return {
    settings,
    events,
    requests,
    trouble,
    sessionAt,
    refunds,
    /** A day has passed: a request that is repeated is a new one. */
    forgetKeys: () => answered.clear(),
    /** What was charged and not given back, over all payments of an order. */
    kept: (orderNumber: string) =>
      [...intents.values()]
        .filter(({ metadata, status }) => metadata.order === orderNumber && status === 'succeeded')
        .reduce((sum, { id, amount }) => sum + amount - givenBack(id), 0),
    /** What was charged by one page and not given back. */
    keptOf: (payUrl: string) => {
      const { intent } = sessionAt(payUrl)
      return intent.status === 'succeeded' ? intent.amount - givenBack(intent.id) : 0
    },
    /** The buyer does what there is to do on the page. False where the page is gone. */
    pay: (payUrl: string, how: 'card' | 'declined' | 'bank' = 'card'): boolean => {
      expireOverdue()
      const session = sessionAt(payUrl)
      const { intent } = session
      if (session.status !== 'open') return false
      if (how === 'declined') {
        tell('payment_intent.payment_failed', intentOut(intent))
        return true
      }
      intent.status =
        how === 'bank' ? 'processing' : intent.captureMethod === 'manual' ? 'requires_capture' : 'succeeded'
      session.status = 'complete'
      if (intent.status === 'requires_capture') tell('payment_intent.amount_capturable_updated', intentOut(intent))
      if (intent.status === 'succeeded') tell('payment_intent.succeeded', intentOut(intent))
      tell('checkout.session.completed', sessionOut(session, false))
      return true
    },
    /** A bank decides about what was paid through it. */
    decide: (payUrl: string, isPaid: boolean): void => {
      const session = sessionAt(payUrl)
      session.intent.status = isPaid ? 'succeeded' : 'requires_payment_method'
      tell(`checkout.session.async_payment_${isPaid ? 'succeeded' : 'failed'}`, sessionOut(session, false))
    },
    /** Somebody gives money back in Stripe's own pages. */
    refundByHand: (payUrl: string, amount: number): RefundAtStripe => makeRefund(sessionAt(payUrl).intent, amount, {}),
    /** What was pending is decided, or what was done comes back. */
    endRefund: (id: string, status: 'succeeded' | 'failed'): void => {
      const refund = refundAt(id)
      refund.status = status
      tell(status === 'failed' ? 'refund.failed' : 'refund.updated', refundOut(refund))
    },
    dispute: (payUrl: string): void => {
      const { intent } = sessionAt(payUrl)
      tell('charge.dispute.created', {
        id: `du_${intent.id}`,
        object: 'dispute',
        payment_intent: intent.id,
        metadata: {},
      })
    },
  }
}

/** Sends what Stripe says, signed by the library as Stripe signs. */
export async function deliver(
  app: App,
  event: object,
  { settings, now, signedAt = now }: { settings: StripeSettings; now: Date; signedAt?: Date },
): Promise<{ status: number; body: unknown }> {
  const payload = JSON.stringify({ object: 'event', api_version: '2026-10-28.endive', livemode: false, ...event })
  const signature = new Stripe(settings.secretKey).webhooks.generateTestHeaderString({
    payload,
    secret: settings.webhookSecret,
    timestamp: Math.floor(signedAt.getTime() / 1000),
  })
  const answer = await app.inject({
    method: 'POST',
    url: '/boxoffice/v1/stripe/notifications',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    payload,
  })
  return { status: answer.statusCode, body: answer.json() }
}

type Form = { [name: string]: string | Form }

/** `a[b][0]=c` as objects. */
function formOf(body: string): Form {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split(/[[\]]+/).filter(part => part !== '')
    let at = form
    for (const part of path.slice(0, -1)) {
      const inner = at[part]
      const next: Form = typeof inner === 'object' ? inner : {}
      at[part] = next
      at = next
    }
    at[path.at(-1) ?? ''] = value
  }
  return form
}

function errorOf(type: string, message: string, code?: string): string {
  return JSON.stringify({ error: { type, message, ...(code && { code }) } })
}
