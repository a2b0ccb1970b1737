import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder } from '../../test/support/orders.ts'
import { FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { aReceiver, aTarget, aWebhook, decoded, webhooksOf } from '../../test/support/webhooks.ts'
import { newGuid } from '../ids.ts'
import { addMinutes } from '../time.ts'
import { forgetOldWebhooks } from './forget-old.ts'

const app = await testApp({ webhookPrivateHosts: ['localhost'] })
const { sql, siteId, admin, visitor, anonymous, otherSite, now, setNow } = app
const target = await aTarget()
const post = webhooksOf(app, target)

const PATH = '/boxoffice/v1/webhooks'
const LOG = '/boxoffice/v1/webhook-deliveries'
const URL_ = 'https://shop.example.org/hooks'
const CREATED = 'wix.events.staffmembers.v1.staff_member_created'
const START = new Date('2030-05-01T12:00:00.000Z')
beforeEach(async () => {
  setNow(START)
  for (const { id } of (await must(admin, 'GET', PATH)).body.webhooks) await must(admin, 'DELETE', `${PATH}/${id}`)
  target.taken()
})

const create = (webhook: object, caller: Caller = admin) => caller('POST', PATH, { webhook })
const hire = async (name = 'Dora', caller: Caller = admin) =>
  (await must(caller, 'POST', '/events/v1/staff-members', { staffMember: { name, allEvents: {} } })).body.staffMember
const deliveries = async (query = '') => (await must(admin, 'GET', `${LOG}?${query}`)).body

describe('webhooks', () => {
  test('one is created, read, changed, paused and deleted, and each of it is written down', async () => {
    const { status, body } = await create({ url: URL_, eventTypes: [CREATED, CREATED], description: 'Our shop' })
    expect(status).toBe(200)
    expect(body.webhook).toEqual({
      id: expect.any(String),
      revision: '1',
      createdDate: START.toISOString(),
      updatedDate: START.toISOString(),
      url: URL_,
      description: 'Our shop',
      eventTypes: [CREATED],
      paused: false,
    })
    const path = `${PATH}/${body.webhook.id.toUpperCase()}`
    expect((await must(admin, 'GET', path)).body).toEqual(body)
    expect((await must(admin, 'GET', PATH)).body).toEqual({ webhooks: [body.webhook] })

    setNow(addMinutes(START, 1))
    const change = { url: `${URL_}/2`, description: null, eventTypes: ['wix.events.v2.policy_created'] }
    const changed = (await must(admin, 'PATCH', path, { webhook: change })).body.webhook
    expect(changed).toMatchObject({ ...change, description: '', revision: '2', updatedDate: now().toISOString() })
    const stale = { webhook: { description: 'Mine', revision: '1' } }
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', path, stale))).toEqual([409, 'ABORTED'])
    const paused = (await must(admin, 'PATCH', path, { webhook: { paused: true } })).body.webhook
    expect(paused).toMatchObject({ paused: true, pausedBy: 'ORGANIZER', pausedDate: now().toISOString() })
    expect((await must(admin, 'PATCH', path, { webhook: { paused: false } })).body.webhook.pausedDate).toBeUndefined()
    await must(admin, 'DELETE', path)
    expect(refusalOf(await admin('GET', path))).toEqual([404, 'WEBHOOK_NOT_FOUND'])
    const facts = await sql`select kind from activities where entity_id = ${body.webhook.id} order by sequence`
    expect(facts.map(({ kind }) => kind.split('.')[1])).toEqual(['created', 'updated', 'paused', 'resumed', 'deleted'])
  })

  test.each([
    ['nothing', {}, ['webhook.url', 'webhook.eventTypes']],
    ['null', { url: null, eventTypes: null }, ['webhook.url', 'webhook.eventTypes']],
    ['wrong types', { url: 7, eventTypes: 'all' }, ['webhook.url', 'webhook.eventTypes']],
    ['an empty address', { url: '', eventTypes: [CREATED] }, ['webhook.url']],
    ['an address that is none', { url: 'shop', eventTypes: [CREATED] }, ['webhook.url']],
    ['an address without TLS', { url: 'http://shop.example.org/', eventTypes: [CREATED] }, ['webhook.url']],
    ['an address of this machine', { url: 'https://127.0.0.1/', eventTypes: [CREATED] }, ['webhook.url']],
    ['the secrets of a cloud', { url: 'https://169.254.169.254/', eventTypes: [CREATED] }, ['webhook.url']],
    ['a password', { url: 'https://me:secret@shop.example.org/', eventTypes: [CREATED] }, ['webhook.url']],
    [
      'an address that is too long',
      { url: `https://shop.example.org/${'x'.repeat(2048)}`, eventTypes: [CREATED] },
      ['webhook.url'],
    ],
    ['no type', { url: URL_, eventTypes: [] }, ['webhook.eventTypes']],
    [
      'a type that there is not',
      { url: URL_, eventTypes: [CREATED, 'wix.events.v1.category_created'] },
      ['webhook.eventTypes[1]'],
    ],
    ['something that every object has', { url: URL_, eventTypes: ['constructor'] }, ['webhook.eventTypes[0]']],
    ['too many types', { url: URL_, eventTypes: Array(101).fill(CREATED) }, ['webhook.eventTypes']],
    ['a type that is no text', { url: URL_, eventTypes: [7] }, ['webhook.eventTypes[0]']],
    ['a long description', { url: URL_, eventTypes: [CREATED], description: 'x'.repeat(201) }, ['webhook.description']],
  ])('%s is refused, and nothing changes', async (_, webhook, fields) => {
    expect(await refusedWithoutTrace(sql, () => create(webhook))).toEqual([400, fields])
  })

  test.each([
    [{ url: 'https://localhost.localhost/' }, ['webhook.url']],
    [{ eventTypes: ['nothing'] }, ['webhook.eventTypes[0]']],
    [{ eventTypes: [] }, ['webhook.eventTypes']],
    [{ url: null }, ['webhook.url']],
    [{ paused: null }, ['webhook.paused']],
    [{ paused: 'yes' }, ['webhook.paused']],
  ])('a change to %j is refused, and nothing changes', async (webhook, fields) => {
    const id = await aWebhook(app, URL_, [CREATED])
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', `${PATH}/${id}`, { webhook }))).toEqual([400, fields])
  })

  test('a site has a hundred at most, also when several are made at once', async () => {
    for (let index = 0; index < 98; index += 1) await aWebhook(app, `${URL_}/${index}`, [CREATED])
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => create({ url: `${URL_}/x${index}`, eventTypes: [CREATED] })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 428, 428, 428, 428])
    expect(refusalOf(await create({ url: URL_, eventTypes: [CREATED] }))).toEqual([428, 'WEBHOOKS_LIMIT_REACHED'])
    expect((await must(admin, 'GET', PATH)).body.webhooks).toHaveLength(100)
  })

  test('what there is to be told is listed, with the permission that it needs', async () => {
    const { eventTypes } = (await must(admin, 'GET', `${PATH}/event-types`)).body
    expect(eventTypes).toContainEqual({ eventType: CREATED, slug: 'created', permission: 'STAFF_MEMBER_READ' })
  })
})

describe('who may', () => {
  const routes: [Parameters<Caller>[0], string, object?][] = [
    ['GET', PATH],
    ['POST', PATH, { webhook: { url: URL_, eventTypes: [CREATED] } }],
    ['GET', `${PATH}/event-types`],
    ['GET', `${PATH}/public-key`],
    ['POST', `${PATH}/keys`, {}],
    ['GET', `${PATH}/ID`],
    ['PATCH', `${PATH}/ID`, { webhook: { paused: true } }],
    ['DELETE', `${PATH}/ID`],
    ['POST', `${PATH}/ID/test`, {}],
    ['POST', `${PATH}/ID/replay`, { fromDate: '2030-01-01T00:00:00.000Z' }],
    ['GET', LOG],
    ['GET', `${LOG}/ID`],
    ['POST', `${LOG}/ID/replay`],
    ['POST', `${LOG}/ID/give-up`],
  ]

  test.each(routes)('%s %s is the organizer’s alone', async (method, path, body) => {
    const guest = await visitor()
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS'] })
    const url = path.replace('ID', newGuid())
    const expired = (...request: Parameters<Caller>) =>
      anonymous(request[0], request[1], request[2], { authorization: 'eyJhbGciOiJIUzI1NiJ9.e30.x' })
    for (const caller of [guest, staff])
      expect(await refusedWithoutTrace(sql, () => caller(method, url, body))).toEqual([403, 'PERMISSION_DENIED'])
    for (const caller of [anonymous, expired]) expect((await caller(method, url, body)).status).toBe(401)
  })

  test.each(routes.filter(([, path]) => path.includes('ID')))(
    '%s %s of another site, or of none, is not there',
    async (method, path, body) => {
      const other = await otherSite()
      const id = await aWebhook(app, target.urlOf('/mine'), [CREATED])
      await hire()
      await post.run()
      const [{ id: deliveryId }] = (await deliveries()).deliveries
      const missing = path.startsWith(LOG) ? 'WEBHOOK_DELIVERY_NOT_FOUND' : 'WEBHOOK_NOT_FOUND'
      const mine = path.replace('ID', path.startsWith(LOG) ? deliveryId : id)
      expect(await refusedWithoutTrace(sql, () => other.admin(method, mine, body))).toEqual([404, missing])
      const unknown = path.replace('ID', newGuid())
      expect(await refusedWithoutTrace(sql, () => admin(method, unknown, body))).toEqual([404, missing])
      const [status] = refusalOf(await admin(method, path.replace('ID', 'no-guid'), body))
      expect(status).toBe(400)
    },
  )
})

test('api 11.3.6: who may not read something is not told it, by whatever way', async () => {
  const { body } = await must(admin, 'POST', '/boxoffice/v1/api-keys', {
    apiKey: { name: 'Hooks', scopes: ['MANAGE_WEBHOOKS', 'READ_ORDERS'] },
  })
  const scoped: Caller = (method, url, sent) =>
    anonymous(method, url, sent, { authorization: body.apiKey.key, 'wix-site-id': siteId })
  const id = await aWebhook(app, target.urlOf('/scoped'), [CREATED])
  await hire()
  await post.run()
  const [{ id: deliveryId }] = (await deliveries()).deliveries
  const denied: Parameters<Caller>[] = [
    ['POST', PATH, { webhook: { url: URL_, eventTypes: [CREATED] } }],
    ['PATCH', `${PATH}/${id}`, { webhook: { eventTypes: [CREATED, 'wix.events.guests.v1.guest_created'] } }],
    ['PATCH', `${PATH}/${id}`, { webhook: { url: `${URL_}/elsewhere` } }],
    ['GET', `${LOG}/${deliveryId}`],
  ]
  for (const request of denied)
    expect(await refusedWithoutTrace(sql, () => scoped(...request))).toEqual([403, 'PERMISSION_DENIED'])
  const orders = { webhook: { url: URL_, eventTypes: ['wix.events.ticketing.events.OrderConfirmed'] } }
  expect((await scoped('POST', PATH, orders)).status).toBe(200)
})

describe('what was sent', () => {
  test('a delivery says what was sent, what was answered, when, and how long that took', async () => {
    const id = await aWebhook(app, target.urlOf('/log'), [CREATED])
    target.behave('/log', (_, response) => response.writeHead(418, { 'x-pot': 'short' }).end('stout'))
    const { id: staffMemberId } = await hire('Dora')
    await post.run()
    const { total, deliveries: listed } = await deliveries(`webhookId=${id}`)
    expect([total, listed.length]).toEqual([1, 1])
    const { delivery } = (await must(admin, 'GET', `${LOG}/${listed[0].id}`)).body
    expect(delivery).toEqual({
      ...listed[0],
      request: {
        eventType: CREATED,
        instanceId: siteId,
        identity: { identityType: 'APP', appId: expect.any(String) },
        data: expect.objectContaining({ id: delivery.eventId, entityId: staffMemberId, slug: 'created' }),
      },
    })
    expect(delivery).toMatchObject({
      webhookId: id,
      eventType: CREATED,
      entityId: staffMemberId,
      state: 'WAITING',
      attemptCount: 1,
      nextAttemptDate: addMinutes(START, 1).toISOString(),
      attempts: [{ date: START.toISOString(), status: 418, failure: 'answered 418', body: 'stout' }],
    })
    expect(delivery.attempts[0].headers['x-pot']).toBe('short')
    expect(delivery.attempts[0].milliseconds).toBeGreaterThanOrEqual(0)
  })

  test('deliveries are found by webhook, state, type, entity and time, page by page, the latest first', async () => {
    const types = [CREATED, 'wix.events.staffmembers.v1.staff_member_deleted']
    const [one, two] = [await aWebhook(app, target.urlOf('/a'), types), await aWebhook(app, target.urlOf('/b'), types)]
    target.behave('/b', (_, response) => response.writeHead(500).end())
    const first = await hire('First')
    await post.run()
    setNow(addMinutes(START, 10))
    const second = await hire('Second')
    await must(admin, 'DELETE', `/events/v1/staff-members/${second.id}`)
    await post.run()
    const count = async (query: string) => (await deliveries(query)).total
    expect(await count('')).toBe(6)
    expect(await count(`webhookId=${one}`)).toBe(3)
    expect(await count(`webhookId=${two}&state=DELIVERED`)).toBe(0)
    expect(await count('state=WAITING')).toBe(3)
    expect(await count(`eventType=${CREATED}`)).toBe(4)
    expect(await count(`entityId=${first.id}`)).toBe(2)
    expect(await count(`fromDate=${addMinutes(START, 1).toISOString()}`)).toBe(4)
    expect(await count(`untilDate=${addMinutes(START, 1).toISOString()}`)).toBe(2)
    const pages = await Promise.all([0, 2, 4].map(offset => deliveries(`limit=2&offset=${offset}`)))
    const listed = pages.flatMap(page => page.deliveries)
    expect(new Set(listed.map(({ id }) => id)).size).toBe(6)
    expect(listed[0].createdDate >= listed[5].createdDate).toBe(true)
  })

  test.each([
    ['limit=101', ['limit']],
    ['limit=-1', ['limit']],
    ['offset=1000001', ['offset']],
    ['state=LOST', ['state']],
    ['webhookId=me', ['webhookId']],
    ['eventType=nothing', ['eventType']],
    ['fromDate=yesterday', ['fromDate']],
    ['untilDate=2030', ['untilDate']],
  ])('a list of %s is refused', async (query, fields) => {
    expect(refusalOf(await admin('GET', `${LOG}?${query}`))).toEqual([400, fields])
  })

  test('what was told is forgotten after thirty days, and what belongs to a deleted webhook at once', async () => {
    const [kept, gone] = [
      await aWebhook(app, target.urlOf('/k'), [CREATED]),
      await aWebhook(app, target.urlOf('/g'), [CREATED]),
    ]
    await hire()
    await post.run()
    await must(admin, 'DELETE', `${PATH}/${gone}`)
    await forgetOldWebhooks(sql, addMinutes(START, 30 * 1440))
    expect(await sql`select distinct subscription_id from webhook_deliveries`).toEqual([{ subscriptionId: kept }])
    await forgetOldWebhooks(sql, addMinutes(START, 31 * 1440)) // what earlier tests were told too
    expect((await deliveries()).total).toBe(0)
    expect(await sql`select from webhook_events`).toHaveLength(0)
    expect(await sql`select subscription_id from webhook_subscriptions`).toEqual([{ subscriptionId: kept }])
  })
})

describe('once more', () => {
  test('one delivery is sent again under its id; one that waits stays as it is', async () => {
    await aWebhook(app, target.urlOf('/again'), [CREATED])
    await hire()
    await post.run()
    const [{ id, eventId }] = (await deliveries()).deliveries
    setNow(addMinutes(START, 5))
    const again = (await must(admin, 'POST', `${LOG}/${id}/replay`)).body.delivery
    expect(again).toMatchObject({ id, state: 'WAITING', attemptCount: 0, nextAttemptDate: now().toISOString() })
    await must(admin, 'POST', `${LOG}/${id}/replay`)
    await post.run()
    expect(target.taken('/again').map(({ body }) => decoded(body).data.id)).toEqual([eventId, eventId])
    expect((await must(admin, 'GET', `${LOG}/${id}`)).body.delivery).toMatchObject({
      state: 'DELIVERED',
      attemptCount: 1,
    })
  })

  test('a range is told again by a job: what is kept, what is forgotten, and what was before the webhook', async () => {
    const before = await hire('Before')
    setNow(addMinutes(START, 1))
    const id = await aWebhook(app, target.urlOf('/range'), [CREATED])
    const during = await hire('During')
    await post.run()
    setNow(addMinutes(START, 2))
    await hire('After')
    await post.run()
    const first = target.taken('/range').map(({ body }) => decoded(body).data)
    await sql`delete from webhook_deliveries where true`
    await sql`delete from webhook_events where true`
    const { jobId } = (
      await must(admin, 'POST', `${PATH}/${id}/replay`, {
        fromDate: START.toISOString(),
        untilDate: addMinutes(START, 2).toISOString(),
      })
    ).body
    await post.run()
    const told = target.taken('/range').map(({ body }) => decoded(body).data)
    const ofTest = told.filter(({ entityId }) => [before.id, during.id].includes(entityId))
    expect(ofTest.map(({ entityId }) => entityId).sort()).toEqual([before.id, during.id].sort())
    expect(told.some(({ createdEvent }) => createdEvent.entity.name === 'After')).toBe(false)
    expect(told.find(({ entityId }) => entityId === during.id).id).toBe(
      first.find(({ entityId }) => entityId === during.id).id,
    )
    const { job } = (await must(admin, 'GET', `/boxoffice/v1/jobs/${jobId}`)).body
    expect(job).toMatchObject({ state: 'DONE', progress: { facts: told.length, deliveries: told.length } })
  })

  test('a range of what guests of an event were told is told again too', async () => {
    const { eventId } = await anOrder(app, { definition: FREE, quantity: 1 })
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    await post.tell()
    const id = await aWebhook(app, target.urlOf('/guests'), ['wix.events.guests.v1.guest_guest_event_canceled'])
    await post.run()
    expect(target.taken('/guests')).toEqual([])
    setNow(addMinutes(START, 1))
    await must(admin, 'POST', `${PATH}/${id}/replay`, { fromDate: START.toISOString() })
    await post.run()
    expect(target.taken('/guests')).toHaveLength(2)
  })

  test.each([
    [{}, ['fromDate']],
    [{ fromDate: 'yesterday' }, ['fromDate']],
    [{ fromDate: '2030-05-01T13:00:00.000Z' }, ['untilDate']],
    [{ fromDate: '2030-05-01T10:00:00.000Z', untilDate: '2030-05-01T10:00:00.000Z' }, ['untilDate']],
    [{ fromDate: '2030-05-01T10:00:00.000Z', eventTypes: ['nothing'] }, ['eventTypes[0]']],
    [{ fromDate: '2030-05-01T10:00:00.000Z', eventTypes: [] }, ['eventTypes']],
  ])('a replay of %j is refused, and nothing changes', async (range, fields) => {
    const id = await aWebhook(app, URL_, [CREATED])
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${PATH}/${id}/replay`, range))).toEqual([400, fields])
  })

  test('the latest fact is told again to see whether it arrives', async () => {
    await hire('Latest')
    const id = await aWebhook(app, target.urlOf('/test'), [CREATED])
    expect((await must(admin, 'POST', `${PATH}/${id}/test`, {})).body).toEqual({ deliveries: 1 })
    await post.run()
    const [arrived] = target.taken('/test').map(({ body }) => decoded(body).data)
    expect(arrived.createdEvent.entity.name).toBe('Latest')
    const never = await aWebhook(app, target.urlOf('/never'), ['wix.events.v1.events_settings_updated'])
    for (const [path, body] of [
      [`${PATH}/${never}/test`, {}],
      [`${PATH}/${id}/test`, { eventType: 'wix.events.v2.policy_created' }],
    ] as const)
      expect(await refusedWithoutTrace(sql, () => admin('POST', path, body))).toEqual([428, 'FAILED_PRECONDITION'])
    const unknown = () => admin('POST', `${PATH}/${id}/test`, { eventType: 'nothing' })
    expect(await refusedWithoutTrace(sql, unknown)).toEqual([400, ['eventType']])
  })
})

describe('keys', () => {
  test('a new key signs from its moment on; until then, and a week longer, the old one is listed too', async () => {
    await aWebhook(app, target.urlOf('/keys'), [CREATED])
    const old = await aReceiver(app)
    const before = (await must(admin, 'GET', `${PATH}/public-key`)).body
    expect(before).toMatchObject({ publicKey: before.keys[0].publicKey, keys: [{ signs: true }] })
    const rotated = (await must(admin, 'POST', `${PATH}/keys`, {})).body
    expect(rotated.publicKey).toBe(before.publicKey)
    expect(rotated.keys).toMatchObject([
      { id: before.keys[0].id, signs: true },
      { signs: false, signsFromDate: addMinutes(START, 1440).toISOString() },
    ])
    expect(refusalOf(await admin('POST', `${PATH}/keys`))).toEqual([428, 'FAILED_PRECONDITION'])
    await hire()
    await post.run()
    const [early] = target.taken('/keys')
    expect((await old.process(early?.body ?? '')).eventType).toBe(CREATED)

    setNow(addMinutes(START, 1440))
    await hire()
    await post.run()
    const [late] = target.taken('/keys')
    await expect(old.process(late?.body ?? '')).rejects.toThrow()
    expect((await (await aReceiver(app)).process(late?.body ?? '')).eventType).toBe(CREATED)
    expect(JSON.parse(Buffer.from(late?.body.split('.')[0] ?? '', 'base64url').toString()).kid).toBe(rotated.keys[1].id)

    await forgetOldWebhooks(sql, addMinutes(START, 1440 + 7 * 1440 - 1))
    expect((await must(admin, 'GET', `${PATH}/public-key`)).body.keys).toHaveLength(2)
    await forgetOldWebhooks(sql, addMinutes(START, 1440 + 7 * 1440))
    expect((await must(admin, 'GET', `${PATH}/public-key`)).body.keys).toMatchObject([{ id: rotated.keys[1].id }])
  })

  test('the private half is nowhere to be read', async () => {
    await must(admin, 'GET', `${PATH}/public-key`)
    const [row] = await sql<{ privateKey: Buffer }[]>`select private_key from webhook_keys`
    expect(row?.privateKey.toString('latin1')).not.toContain('PRIVATE')
    expect(row?.privateKey.subarray(0, 2).toString('hex')).not.toBe('3082') // as PKCS#8 begins
  })

  test.each([
    [{ signsFromDate: '2030-05-01T11:59:59.999Z' }, ['signsFromDate']],
    [{ signsFromDate: '2031-05-01T00:00:00.000Z' }, ['signsFromDate']],
    [{ signsFromDate: 'soon' }, ['signsFromDate']],
  ])('a key for %j is refused', async (body, fields) => {
    await must(admin, 'GET', `${PATH}/public-key`)
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${PATH}/keys`, body))).toEqual([400, fields])
  })

  test('several who ask at once find one first key, and sites have their own', async () => {
    const other = await otherSite()
    const answers = await Promise.all(Array.from({ length: 4 }, () => must(other.admin, 'GET', `${PATH}/public-key`)))
    expect(new Set(answers.map(({ body }) => body.publicKey)).size).toBe(1)
    expect(answers[0]?.body.publicKey).not.toBe((await must(admin, 'GET', `${PATH}/public-key`)).body.publicKey)
  })
})
