import { redirects } from '@wix/redirects'
import { createClient, OAuthStrategy } from '@wix/sdk'
import { describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { carriedInto } from '../../test/support/carried.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { type Change, onChange } from '../db/changes.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'
import { hashOf } from './model.ts'

const app = await testApp({ callbackHosts: ['shop.example.org'] })
const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = app

const PATH = '/headless/v1/redirect-session'
const CURRENT = '/boxoffice/v1/redirect-sessions/current'
const MINUTE = 60_000
const THANKS = 'https://shop.example.org/thanks'
const BACK = 'https://shop.example.org/back'

/** A guest with two free tickets held, of an event with a slug. */
async function aHold(more: { definition?: object } = {}) {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, ...more.definition } })
  const { body } = await must(admin, 'GET', `/events/v3/events/${eventId}`)
  const guest = await visitor()
  const reservation = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation
  return { eventId, definitionId, slug: body.event.slug as string, guest, reservationId: reservation.id as string }
}
type Hold = Awaited<ReturnType<typeof aHold>>

const ask = (caller: Caller, { reservationId, slug }: Pick<Hold, 'reservationId' | 'slug'>, more: object = {}) =>
  caller('POST', PATH, { eventsCheckout: { reservationId, eventSlug: slug }, ...more })
const callbacks = { thankYouPageUrl: THANKS, postFlowUrl: BACK }

/** The path of a new address for a hold. */
async function anAddress(hold: Hold, more: object = { callbacks }): Promise<string> {
  const { body } = await must(hold.guest, 'POST', PATH, {
    eventsCheckout: { reservationId: hold.reservationId, eventSlug: hold.slug },
    ...more,
  })
  return new URL(body.redirectSession.fullUrl).pathname
}

const follow = (path: string, cookie?: string) =>
  anonymous('GET', path, undefined, cookie === undefined ? {} : { cookie })
const cookieOf = (answer: Answer) => String(answer.headers['set-cookie']).split(';')[0] ?? ''

async function state() {
  const [row] = await sql`
    select (select jsonb_agg(s order by redirect_session_id) from redirect_sessions as s) as sessions,
           (select count(*) from activities) as activities`
  return JSON.stringify(row)
}

async function expectRefusal(request: () => Promise<Answer>, refusal: [number, string | string[]]) {
  const before = await state()
  expect(refusalOf(await request())).toEqual(refusal)
  expect(await state()).toBe(before)
}

describe('an address for one use', () => {
  test('api 14.1, R167: leads to the form page of the event with the reservation, once', async () => {
    const hold = await aHold()
    const answer = await ask(hold.guest, hold, {
      callbacks,
      preferences: { additionalQueryParameters: { lang: 'de', reservationId: 'x' }, useGenericWixPages: true },
    })
    expect(answer.status).toBe(200)
    const { id, fullUrl } = answer.body.redirectSession
    expect(answer.body).toEqual({ redirectSession: { id: expect.any(String), fullUrl: expect.any(String) } })
    expect(fullUrl).toMatch(/^http:\/\/127\.0\.0\.1:8080\/redirects\/[\w.-]+$/)
    expect(fullUrl.length).toBeLessThan(2048)

    const { pathname } = new URL(fullUrl)
    const gone = await follow(pathname)
    expect([gone.status, gone.headers['cache-control'], gone.headers['referrer-policy']]).toEqual([
      302,
      'private, no-store',
      'no-referrer',
    ])
    expect(gone.headers.location).toBe(
      `http://127.0.0.1:8080/event-details/${hold.slug}/ticket-form?lang=de&reservationId=${hold.reservationId}`,
    )
    const again = await follow(pathname)
    expect([again.status, again.headers['content-type']]).toEqual([410, 'text/html; charset=utf-8'])
    expect(again.body).toContain('was used already')
    expect(again.body).toContain(`href="${BACK}"`)
    expect(again.headers).not.toHaveProperty('set-cookie')

    const told = await sql`
      select kind, sequence, data from activities where entity_id = ${id} order by sequence`
    expect(told.map(row => [row.kind, row.sequence, row.data])).toEqual([
      ['redirect_session.created', 1, { ticketReservationId: hold.reservationId }],
      ['redirect_session.used', 2, { ticketReservationId: hold.reservationId }],
    ])
  })

  test('api 14.1: the browser that used it may come again, another one may not', async () => {
    const path = await anAddress(await aHold())
    const first = await follow(path)
    const cookie = cookieOf(first)
    expect(first.headers['set-cookie']).toMatch(
      /^boxoffice_redirect=\S+; Path=\/; Max-Age=14400; HttpOnly; SameSite=Lax$/,
    )
    const again = await follow(path, `other=1; ${cookie}`)
    expect([again.status, again.headers.location]).toEqual([302, first.headers.location])
    const other = await follow(await anAddress(await aHold()))
    expect((await follow(path, cookieOf(other))).status).toBe(410)
    setNow(new Date(now().getTime() + 14_400_000))
    expect((await follow(path, cookie)).status).toBe(410)
  })

  test('api 14.1: of ten browsers that come at once, one goes on; five times', async () => {
    for (let round = 0; round < 5; round += 1) {
      const path = await anAddress(await aHold())
      const answers = await Promise.all(Array.from({ length: 10 }, () => follow(path)))
      expect(answers.filter(({ status }) => status === 302)).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 410)).toHaveLength(9)
    }
  })

  test('control: who looks without the lock sees it unused while somebody else uses it', async () => {
    const path = await anAddress(await aHold())
    const linkHash = hashOf(path.replace('/redirects/', ''))
    const look = () => sql`select used_at from redirect_sessions where site_id = ${siteId} and link_hash = ${linkHash}`
    const looks = await sql.begin(async tx => {
      await tx`select site_id from redirect_sessions where site_id = ${siteId} and link_hash = ${linkHash} for update`
      return Promise.all([look(), look()])
    })
    expect(looks.map(([row]) => row?.usedAt)).toEqual([null, null])
  })

  test('api 14.1: looking at it without going there does not use it up', async () => {
    const path = await anAddress(await aHold())
    const looked = await app.app.inject({ method: 'HEAD', url: path })
    expect(looked.statusCode).toBeGreaterThanOrEqual(400)
    expect((await follow(path)).status).toBe(302)
  })

  test('api 14.1: it ends with the hold: at its deadline, when it is given back, bought or deleted', async () => {
    const late = await aHold()
    const [overdue, canceled, deleted, bought] = [
      await anAddress(late),
      ...(await Promise.all([aHold(), aHold(), aHold()])),
    ]
    const addresses = {
      canceled: await anAddress(canceled),
      deleted: await anAddress(deleted),
      bought: await anAddress(bought),
    }
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${deleted.reservationId}`)
    await checkOut(bought.guest, bought)
    for (const path of Object.values(addresses)) {
      const answer = await follow(path)
      expect([answer.status, answer.headers['set-cookie']]).toEqual([410, undefined])
      expect(answer.body).toContain('no longer held')
    }
    setNow(new Date(now().getTime() + 20 * MINUTE))
    expect((await follow(overdue)).status).toBe(410)
  })

  test('api 14.1: without an address to go back to, who comes too late is led to the event', async () => {
    const hold = await aHold()
    const path = await anAddress(hold, {})
    await follow(path)
    expect((await follow(path)).body).toContain(`href="http://127.0.0.1:8080/event-details/${hold.slug}"`)
    await must(admin, 'DELETE', `/events/v3/events/${hold.eventId}`)
    const gone = await follow(path)
    expect([gone.status, gone.body.includes('href')]).toEqual([410, false])
  })

  test.each(['x', newGuid(), `${newGuid()}.${'x'.repeat(43)}`, '%00', `${siteId}.${'A'.repeat(43)}`])(
    'there is nothing at /redirects/%s',
    async secret => {
      const answer = await follow(`/redirects/${secret}`)
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    },
  )

  test('a reservation keeps its ten latest addresses, and what ended a day ago is forgotten', async () => {
    const hold = await aHold()
    const paths: string[] = []
    for (let count = 0; count < 12; count += 1) {
      paths.push(await anAddress(hold))
      setNow(new Date(now().getTime() + 1000))
    }
    const statuses = await Promise.all(paths.map(async path => (await follow(path)).status))
    expect(statuses).toEqual([404, 404, ...Array<number>(10).fill(302)])
    setNow(new Date(now().getTime() + 25 * 60 * MINUTE))
    const later = await aHold()
    await anAddress(later)
    const kept = await sql`select ticket_reservation_id from redirect_sessions where site_id = ${siteId}`
    expect(kept.map(row => row.ticketReservationId)).toEqual([later.reservationId])
  })

  test('what is remembered for guests stays remembered', async () => {
    const hold = await aHold()
    const changes: Change[] = []
    const stop = onChange(sql, change => changes.push(change))
    await follow(await anAddress(hold))
    stop()
    expect(changes).toEqual([])
  })

  test('nothing that opens it is stored', async () => {
    const path = await anAddress(await aHold())
    const cookie = cookieOf(await follow(path))
    const [secret, browserSecret] = [path.split('.').at(-1) ?? '', cookie.split('.').at(-1) ?? '']
    const stored = await state()
    expect([stored.includes(secret), stored.includes(browserSecret)]).toEqual([false, false])
  })
})

describe('what the form page finds', () => {
  test('api 14.2, R167: who was sent acts as the guest who holds the tickets, buys, and goes back with the order', async () => {
    const hold = await aHold()
    const cookie = cookieOf(await follow(await anAddress(hold)))
    const found = await anonymous('GET', CURRENT, undefined, { cookie })
    expect(found.headers['cache-control']).toBe('no-store')
    expect(found.body).toEqual({
      redirectSession: {
        id: expect.any(String),
        eventId: hold.eventId,
        reservationId: hold.reservationId,
        status: 'PENDING',
        expirationDate: new Date(now().getTime() + 20 * MINUTE).toISOString(),
        thankYouPageUrl: THANKS,
        postFlowUrl: BACK,
        returnUrl: BACK,
      },
      accessToken: expect.any(String),
      expiresIn: 14_400,
    })
    const authorization = found.body.accessToken
    const asGuest: Caller = (method, url, body) => anonymous(method, url, body, { authorization })
    const { order } = (await checkOut(asGuest, hold)).body
    expect(order).toMatchObject({ status: 'FREE', reservationId: hold.reservationId })
    expect(
      (await must(hold.guest, 'GET', `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}`)).status,
    ).toBe(200)
    const after = await anonymous('GET', CURRENT, undefined, { cookie })
    expect(after.body.redirectSession).toMatchObject({
      status: 'CONFIRMED',
      orderNumber: order.orderNumber,
      returnUrl: `${THANKS}?orderNumber=${order.orderNumber}&eventId=${hold.eventId}`,
    })
  })

  test('R130, api 14.2: past the deadline it reads EXPIRED at once, and leads to where an abandoned purchase ends', async () => {
    const cookie = cookieOf(await follow(await anAddress(await aHold())))
    setNow(new Date(now().getTime() + 20 * MINUTE))
    const { body } = await anonymous('GET', CURRENT, undefined, { cookie })
    expect(body.redirectSession).toMatchObject({ status: 'EXPIRED', returnUrl: BACK })
  })

  test('without a cookie of ours, with an old one, or after the reservation was deleted there is nothing to find', async () => {
    const hold = await aHold()
    const cookie = cookieOf(await follow(await anAddress(hold)))
    const refused = async (headers: Record<string, string>) =>
      refusalOf(await anonymous('GET', CURRENT, undefined, headers))
    const strangers = [{}, { cookie: 'x' }, { cookie: 'boxoffice_redirect=x' }, { cookie: `${cookie}x` }]
    for (const headers of strangers) expect(await refused(headers)).toEqual([401, 'UNAUTHENTICATED'])
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${hold.reservationId}`)
    expect(await refused({ cookie })).toEqual([401, 'UNAUTHENTICATED'])
    const other = cookieOf(await follow(await anAddress(await aHold())))
    setNow(new Date(now().getTime() + 14_400_000))
    expect(await refused({ cookie: other })).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('who gets one', () => {
  test('api 4.3, 14.1: the guest who holds the tickets, and who manages the site; nobody else', async () => {
    const hold = await aHold()
    expect((await ask(admin, hold)).status).toBe(200)
    const stranger = await visitor()
    await expectRefusal(() => ask(stranger, hold), [404, 'RESERVATION_NOT_FOUND'])
    await expectRefusal(() => ask(anonymous, hold), [401, 'UNAUTHENTICATED'])
    const other = await otherSite()
    await expectRefusal(() => ask(other.admin, hold), [404, 'EVENT_NOT_FOUND'])
    const theirs = await aSale({ admin: other.admin })
    const { event } = (await must(other.admin, 'GET', `/events/v3/events/${theirs.eventId}`)).body
    await expectRefusal(() => ask(other.admin, { ...hold, slug: event.slug }), [404, 'RESERVATION_NOT_FOUND'])
    setNow(new Date(now().getTime() + 14_400_000))
    await expectRefusal(() => ask(hold.guest, hold), [401, 'UNAUTHENTICATED'])
  })

  test('a staff member who sells does not get the guest’s way', async () => {
    const hold = await aHold()
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'] })
    await expectRefusal(() => ask(seller, hold), [404, 'RESERVATION_NOT_FOUND'])
  })

  test('api 14.1: of a reservation that is given back, overdue, bought, or nobody’s there is none', async () => {
    const [canceled, bought, overdue] = [await aHold(), await aHold(), await aHold()]
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    await checkOut(bought.guest, bought)
    await expectRefusal(() => ask(canceled.guest, canceled), [404, 'RESERVATION_NOT_FOUND'])
    await expectRefusal(() => ask(bought.guest, bought), [428, 'RESERVATION_OCCUPIED'])
    const own = (await reserveTickets(admin, overdue.definitionId)).body.ticketReservation.id
    await expectRefusal(() => ask(admin, { ...overdue, reservationId: own }), [428, 'FAILED_PRECONDITION'])
    setNow(new Date(now().getTime() + 20 * MINUTE))
    await expectRefusal(() => ask(overdue.guest, overdue), [404, 'RESERVATION_NOT_FOUND'])
  })
})

describe('bad requests', () => {
  const flow = { eventsCheckout: { reservationId: newGuid(), eventSlug: 'x' } }
  test.each([
    [undefined, [400, ['request']]],
    [{}, [400, ['eventsCheckout']]],
    [{ eventsCheckout: null }, [400, ['eventsCheckout']]],
    [{ eventsCheckout: 'x' }, [400, ['eventsCheckout']]],
    [{ eventsCheckout: {} }, [400, ['eventsCheckout.reservationId', 'eventsCheckout.eventSlug']]],
    [{ eventsCheckout: { reservationId: 'x', eventSlug: 'x' } }, [400, ['eventsCheckout.reservationId']]],
    [{ eventsCheckout: { reservationId: newGuid(), eventSlug: '' } }, [400, ['eventsCheckout.eventSlug']]],
    [{ eventsCheckout: { reservationId: newGuid(), eventSlug: 'x'.repeat(151) } }, [400, ['eventsCheckout.eventSlug']]],
    [flow, [404, 'EVENT_NOT_FOUND']],
    [{ ...flow, auth: { authRequest: {} } }, [400, ['auth']]],
    [{ login: {}, logout: { clientId: newGuid() } }, [400, ['login', 'logout']]],
    [{ bookingsCheckout: {} }, [400, ['bookingsCheckout']]],
    [{ ecomCheckout: { checkoutId: newGuid() } }, [400, ['ecomCheckout']]],
    [{ storesProduct: { productSlug: 'x' } }, [400, ['storesProduct']]],
    [{ ...flow, callbacks: { thankYouPageUrl: 'x' } }, [400, ['callbacks.thankYouPageUrl']]],
    [{ ...flow, callbacks: { thankYouPageUrl: 'javascript:alert(1)' } }, [400, ['callbacks.thankYouPageUrl']]],
    [{ ...flow, callbacks: { postFlowUrl: `${BACK}${'x'.repeat(2048)}` } }, [400, ['callbacks.postFlowUrl']]],
    [{ ...flow, callbacks: { postFlowUrl: 7 } }, [400, ['callbacks.postFlowUrl']]],
    [
      { ...flow, callbacks: { thankYouPageUrl: 'https://evil.example/', postFlowUrl: 'https://evil.example/' } },
      [400, ['callbacks.thankYouPageUrl', 'callbacks.postFlowUrl']],
    ],
    // Where a list of hosts is set, this machine is none of them.
    [{ ...flow, callbacks: { postFlowUrl: 'http://localhost:3000/' } }, [400, ['callbacks.postFlowUrl']]],
    [
      { ...flow, preferences: { additionalQueryParameters: { a: 1 } } },
      [400, ['preferences.additionalQueryParameters.a']],
    ],
  ] as [unknown, [number, string | string[]]][])('api 14.1: %j is answered %j', async (body, refusal) => {
    const guest = await visitor()
    await expectRefusal(() => guest('POST', PATH, body), refusal)
  })

  test('api 14.1: our own host is always allowed, and without a setting this machine', async () => {
    const hold = await aHold()
    const own = { callbacks: { postFlowUrl: 'http://127.0.0.1:3000/' } }
    expect((await ask(hold.guest, hold, own)).status).toBe(200)
  })

  test('api 14.1: another event’s slug is no way to the reservation', async () => {
    const [hold, other] = [await aHold(), await aHold()]
    await expectRefusal(() => ask(hold.guest, { ...hold, slug: other.slug }), [404, 'RESERVATION_NOT_FOUND'])
    await expectRefusal(() => ask(hold.guest, { ...hold, reservationId: newGuid() }), [404, 'RESERVATION_NOT_FOUND'])
  })
})

test('api 1.1.1, 14.1: each of its paths answers alike', async () => {
  const hold = await aHold()
  const paths = publishedPaths(PATH)
  expect(paths).toEqual([PATH, '/_api/redirects-api/v1/redirect-session', '/redirect-session/v1/redirect-session'])
  for (const path of paths) {
    const eventsCheckout = { reservationId: hold.reservationId, eventSlug: hold.slug }
    const { body } = await must(hold.guest, 'POST', path, { eventsCheckout })
    expect((await follow(new URL(body.redirectSession.fullUrl).pathname)).status).toBe(302)
  }
})

test.each([
  ['the default host', undefined, '/_api/redirects-api/v1/redirect-session'],
  ['a host of our own', { apiBaseUrl: 'tickets.example.com' }, PATH],
] as const)('api 14.1: the unmodified client gets an address from %s', async (_, host, path) => {
  const seen: string[] = []
  const { body } = await anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
  const client = createClient({
    modules: { redirects },
    auth: OAuthStrategy({
      clientId: siteId,
      tokens: {
        accessToken: { value: body.access_token, expiresAt: Math.floor(Date.now() / 1000) + 3600 },
        refreshToken: { value: body.refresh_token, role: 'visitor' as never }, // the client exports no such constant
      },
    }),
    ...(host && { host }),
    useCDN: false,
    fetch: carriedInto(app.app, { seen: ({ method, url }) => seen.push(`${method} ${url}`) }),
  })
  const { definitionId, slug } = await aHold()
  const asGuest: Caller = (method, url, sent) => anonymous(method, url, sent, { authorization: body.access_token })
  const reservation = (await reserveTickets(asGuest, definitionId)).body.ticketReservation
  const { redirectSession } = await client.redirects.createRedirectSession({
    eventsCheckout: { reservationId: reservation.id, eventSlug: slug },
    callbacks,
  })
  expect(seen).toEqual([`POST ${path}`])
  expect(redirectSession?._id).toMatch(/^[0-9a-f-]{36}$/)
  expect((await follow(new URL(redirectSession?.fullUrl ?? '').pathname)).status).toBe(302)
  const refused = await client.redirects
    .createRedirectSession({
      eventsCheckout: { reservationId: reservation.id, eventSlug: slug },
      callbacks: { postFlowUrl: 'https://evil.example' },
    })
    .catch((error: unknown) => error)
  expect(refused).toMatchObject({
    details: { validationError: { fieldViolations: [{ field: 'options.callbacks.postFlowUrl' }] } },
  })
})
