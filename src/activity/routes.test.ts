import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { inTransaction } from '../db/transaction.ts'
import { makeDemo } from '../demo.ts'
import { newGuid } from '../ids.ts'
import { forgetAddresses } from './list.ts'
import { CLOCK, record } from './record.ts'

const app = await testApp()
const { sql, siteId, apiKey, admin, visitor, anonymous, otherSite, setNow, now } = app
const PATH = '/boxoffice/v1/activities'

type Shown = {
  kind: string
  sequence: number
  entityId: string
  occurredDate: string
  actor: { kind: string; id?: string; name?: string; address?: string }
}
async function list(query = ''): Promise<Shown[]> {
  return (await must(admin, 'GET', `${PATH}?limit=1000&${query}`)).body.activities
}
const said = (shown: readonly Shown[]) => shown.map(({ kind, sequence }) => `${kind} ${sequence}`)

test('who did what, when and from where, the newest first', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
  const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'] })
  setNow('2030-05-01T12:10:00.000Z')
  const canceled = await seller('POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
  expect(canceled.status).toBe(200)

  const shown = await list(`entityKind=ticket_reservation&entityId=${reservationId.toUpperCase()}`)
  expect(shown).toEqual([
    {
      occurredDate: '2030-05-01T12:10:00.000Z',
      kind: 'ticket_reservation.canceled_manually',
      entityKind: 'ticket_reservation',
      entityId: reservationId,
      sequence: 2,
      eventId,
      data: { was: 'PENDING' },
      actor: { kind: 'staff', id: expect.any(String), name: 'Dora', address: '127.0.0.1' },
    },
    {
      occurredDate: '2030-05-01T12:00:00.000Z',
      kind: 'ticket_reservation.created',
      entityKind: 'ticket_reservation',
      entityId: reservationId,
      sequence: 1,
      eventId,
      data: { eventId, limitsBypassed: false, hiddenAllowed: false },
      actor: { kind: 'visitor', id: expect.any(String) },
    },
  ])
  const [created] = await list(`entityKind=ticket_definition&entityId=${definitionId}`)
  expect(created?.actor).toEqual({ kind: 'admin', id: expect.any(String), name: 'tests', address: '127.0.0.1' })
})

test('whoever has an account is shown by name', async () => {
  const id = newGuid()
  await sql`
    insert into accounts (id, name, email, email_verified, created_at, updated_at)
    values (${id}, 'Grace', 'grace@example.org', true, ${now()}, ${now()})`
  const { definitionId } = await aSale(app)
  const fact = { siteId, entityKind: 'coupon', entityId: definitionId, sequence: 1, kind: 'coupon.created' } as const
  await record(sql, [{ ...fact, actor: { kind: 'organizer', id, address: '10.0.0.1' }, occurredAt: now() }])
  const [shown] = await list(`actorKind=organizer&actorId=${id}`)
  expect(shown?.actor).toEqual({ kind: 'organizer', id, name: 'Grace', address: '10.0.0.1' })
})

test('what made the demo is no key and no person, and is listed all the same', async () => {
  const { siteId: demoSite, admin: there } = await otherSite()
  await inTransaction(sql, tx => makeDemo(tx, demoSite, now()))
  const { body } = await must(there, 'GET', `${PATH}?kind=event.created`)
  expect(body.activities[0].actor).toEqual({ kind: 'admin', id: 'demo' })
})

test('of guests no address is kept; of the organizer’s people for 90 days', async () => {
  setNow('2030-05-01T13:00:00.000Z')
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
  await checkOut(guest, { eventId, reservationId })
  await reserveTickets(admin, definitionId)
  const kept = await sql`select distinct actor_kind from activities where actor_address is not null order by 1`
  expect(kept.map(({ actorKind }) => actorKind)).toEqual(['admin', 'organizer', 'staff'])

  await forgetAddresses(sql, new Date('2030-07-30T13:00:00.000Z'))
  expect((await list(`eventId=${eventId}&actorKind=admin`)).every(({ actor }) => actor.address)).toBe(true)
  await forgetAddresses(sql, new Date('2030-07-30T13:00:00.001Z'))
  const [left] = await sql`select count(*) from activities where actor_address is not null`
  expect(left?.count).toBe(0)
  expect((await list('actorKind=admin'))[0]?.actor.name).toBe('tests')
})

test('filtered by event: whatever belongs to it, and nothing of another', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  await aSale(app, { definition: FREE })
  const reservationId = (await reserveTickets(admin, definitionId)).body.ticketReservation.id
  await checkOut(admin, { eventId, reservationId })
  await must(admin, 'POST', '/events/v2/policies', { policy: { eventId, name: 'Rules', body: 'Be kind.' } })
  expect(new Set(said(await list(`eventId=${eventId.toUpperCase()}`)))).toEqual(
    new Set([
      'policy.created 1',
      'order.confirmed 2',
      'ticket.issued 1',
      'ticket_reservation.confirmed 2',
      'order.initiated 1',
      'ticket_reservation.created 1',
      'ticket_definition.created 1',
      'event.created 1',
    ]),
  )
  expect(said(await list(`eventId=${eventId}&kind=ticket_`))).toEqual([
    'ticket_reservation.confirmed 2',
    'ticket_reservation.created 1',
    'ticket_definition.created 1',
  ])
  expect(said(await list(`eventId=${eventId}&kind=order.confirmed`))).toEqual(['order.confirmed 2'])
  expect(said(await list(`eventId=${eventId}&entityKind=ticket`))).toEqual(['ticket.issued 1'])
})

test('filtered by who, and by when: the beginning is in it, the end is not', async () => {
  setNow('2030-05-02T12:00:00.000Z')
  const sale = await aSale(app, { definition: FREE })
  setNow('2030-05-03T12:00:00.000Z')
  const { definitionId } = await aSale(app, { definition: FREE })
  const guest = await visitor()
  await reserveTickets(guest, definitionId)
  setNow('2030-05-04T12:00:00.000Z')
  await must(admin, 'DELETE', `/events/v3/ticket-definitions/${sale.definitionId}`)

  const days = (from: string, to: string) => `from=2030-05-${from}T12:00:00Z&to=2030-05-${to}T12:00:00Z`
  expect(said(await list(days('02', '03')))).toEqual(['ticket_definition.created 1', 'event.created 1'])
  const second = ['ticket_reservation.created 1', 'ticket_definition.created 1', 'event.created 1']
  expect(said(await list(days('03', '04')))).toEqual(second)
  expect(said(await list(`${days('03', '04')}&actorKind=visitor`))).toEqual(second.slice(0, 1))
  expect(said(await list('from=2030-05-04T13:00:00%2B01:00'))).toEqual(['ticket_definition.deleted 2'])
  expect(await list(days('05', '06'))).toEqual([])
  expect(await list('to=2020-01-01T00:00:00Z')).toEqual([])

  const [{ actor } = { actor: { id: '' } }] = await list('actorKind=admin')
  const mine = await list(`actorKind=admin&actorId=${actor.id}&from=2030-05-02T12:00:00Z`)
  expect(said(mine)).toEqual(['ticket_definition.deleted 2', ...second.slice(1), ...second.slice(1)])
  expect(await list(`actorKind=admin&actorId=${newGuid()}`)).toEqual([])
})

test('page by page everything comes once, also where much is passed over', async () => {
  const { eventId } = await aSale(app)
  await record(
    sql,
    Array.from({ length: 5500 }, () => ({
      siteId,
      entityKind: 'policy' as const,
      entityId: newGuid(),
      sequence: 1,
      kind: 'policy.created' as const,
      actor: CLOCK,
      occurredAt: now(),
    })),
  )
  const through = async (query: string) => {
    const seen: string[] = []
    let pages = 0
    for (let cursor = ''; ; pages += 1) {
      const { body } = await must(admin, 'GET', `${PATH}?${query}${cursor && `&cursor=${cursor}`}`)
      seen.push(...said(body.activities))
      if (!body.cursor) return { seen, pages: pages + 1 }
      cursor = body.cursor
    }
  }
  expect(await through(`eventId=${eventId}&limit=1`)).toMatchObject({
    seen: ['ticket_definition.created 1', 'event.created 1'],
    pages: 4, // one of them finds nothing
  })
  const [all] = await sql`select count(*) from activities where site_id = ${siteId}`
  expect((await through('limit=1000')).seen).toHaveLength(all?.count)
})

describe('export', () => {
  const lines = (of: string, authorization: string) =>
    app.app.inject({ url: `${PATH}/export?format=NDJSON`, headers: { authorization, 'wix-site-id': of } })
  const rowsOf = (text: string) =>
    text
      .replace(/^\uFEFF/, '')
      .trimEnd()
      .split('\r\n')

  test('as CSV, with everything that is shown', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const { status, headers, body } = await admin('GET', `${PATH}/export?eventId=${eventId}`)
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(headers['content-disposition']).toBe('attachment; filename="activities.csv"')
    const [head, taken, first, ...more] = rowsOf(body)
    expect(head).toBe(
      'occurred,actor kind,actor id,actor name,address,kind,entity kind,entity id,sequence,event id,data',
    )
    const [{ actor } = { actor: { id: '' } }] = await list(`eventId=${eventId}`)
    const told = `admin,${actor.id},tests,127.0.0.1,ticket_definition.created,ticket_definition,${definitionId},1,${eventId}`
    expect(first).toContain(`${now().toISOString()},${told},`)
    expect(more).toHaveLength(1)
    // That it was taken is in it already.
    expect(taken).toContain(`tests,127.0.0.1,export.created,export,`)
    const [kept] = await list('entityKind=export')
    expect(kept).toMatchObject({ eventId, data: { list: 'activities', eventId }, actor: { name: 'tests' } })
  })

  test('what a spreadsheet would take for a formula is defused', async () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)']) {
      await sql`update api_keys set name = ${name} where site_id = ${siteId}`
      const { eventId } = await aSale(app)
      const { body } = await admin('GET', `${PATH}/export?format=CSV&eventId=${eventId}`)
      expect(rowsOf(body)[2]).toContain(`,'${name},`)
    }
    await sql`update api_keys set name = 'tests' where site_id = ${siteId}`
  })

  test('as a line of JSON each, for any number of them', async () => {
    const { headers, body } = await lines(siteId, apiKey)
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const each = body.trimEnd().split('\n')
    const [all] = await sql`select count(*) from activities where site_id = ${siteId}`
    expect(each).toHaveLength(all?.count)
    expect(JSON.parse(each[0] ?? '')).toEqual((await list())[0])
  })

  test('of one’s own site alone', async () => {
    const other = await otherSite()
    const { body } = await lines(other.siteId, other.apiKey)
    expect(
      body
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).kind),
    ).toEqual(['export.created'])
  })
})

test.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['cursor=x', 'cursor'],
  [`cursor=${Buffer.from('[1,"2"]').toString('base64url')}`, 'cursor'],
  [`cursor=${Buffer.from('null').toString('base64url')}`, 'cursor'],
  ['entityKind=concert', 'entityKind'],
  ['entityId=x', 'entityKind'],
  ['actorId=x', 'actorKind'],
  ['actorKind=Admin', 'actorKind'],
  ['eventId=x', 'eventId'],
  ['kind=Order', 'kind'],
  ['from=yesterday', 'from'],
  ['to=2030-13-01T00:00:00Z', 'to'],
])('%s is refused with its name', async (query, field) => {
  expect(refusalOf(await admin('GET', `${PATH}?${query}`))).toEqual([400, [field]])
})

test('an export in an unknown form is refused', async () => {
  const before = await list('entityKind=export')
  expect(refusalOf(await admin('GET', `${PATH}/export?format=XLS`))).toEqual([400, ['format']])
  expect(await list('entityKind=export')).toEqual(before)
})

test('an entity, an event or an actor that is not there has no activities, and neither has another site’s', async () => {
  const other = await otherSite()
  const { eventId, definitionId } = await aSale(app)
  for (const query of [`eventId=${eventId}`, `entityKind=ticket_definition&entityId=${definitionId}`, 'kind=event'])
    expect((await must(other.admin, 'GET', `${PATH}?${query}`)).body).toEqual({ activities: [] })
  expect(await list(`eventId=${newGuid()}`)).toEqual([])
  expect(await list('entityKind=order&entityId=nothing')).toEqual([])
})

test.each(['', '/export'])('only the organizer reads what happened%s', async path => {
  const staff = await aStaffMember(app, {
    permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'],
  })
  for (const caller of [staff, await visitor()])
    expect(refusalOf(await caller('GET', PATH + path))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await anonymous('GET', PATH + path))).toEqual([401, 'UNAUTHENTICATED'])
})
