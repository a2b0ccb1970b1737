import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { collide } from '../../test/support/collisions.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, now } = app
const PATH = '/boxoffice/v1/changes'

type Change = { kind: string; sequence: number; entityId: string; deleted: boolean; ticketDefinitionIds: string[] }
let start = ''
beforeEach(async () => {
  start = (await must(admin, 'GET', PATH)).body.cursor
})

async function changesAfter(cursor: string, more = ''): Promise<Change[]> {
  return (await must(admin, 'GET', `${PATH}?after=${cursor}&limit=1000${more}`)).body.changes
}
const said = (changes: readonly Change[]) => changes.map(({ kind, sequence }) => `${kind} ${sequence}`)

test('R211: what is created, updated, sold and deleted is told in order, with its event and its definitions', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  await must(admin, 'PATCH', `/events/v3/ticket-definitions/${definitionId}`, {
    ticketDefinition: { revision: '1', name: 'Stalls' },
  })
  const reservationId = (await reserveTickets(admin, definitionId)).body.ticketReservation.id
  const { order } = (await checkOut(admin, { eventId, reservationId })).body
  const other = await aSale(app, { definition: FREE })
  await must(admin, 'DELETE', `/events/v3/ticket-definitions/${other.definitionId}`)

  const { changes, hasMore } = (await must(admin, 'GET', `${PATH}?after=${start}`)).body
  expect(hasMore).toBe(false)
  const { ticketNumber } = order.tickets[0]
  const told: [string, string, number, string[]][] = [
    ['event.created', eventId, 1, []],
    ['ticket_definition.created', definitionId, 1, [definitionId]],
    ['ticket_definition.updated', definitionId, 2, [definitionId]],
    ['ticket_reservation.created', reservationId, 1, [definitionId]],
    ['order.initiated', order.orderNumber, 1, [definitionId]],
    ['ticket_reservation.confirmed', reservationId, 2, [definitionId]],
    ['ticket.issued', ticketNumber, 1, [definitionId]],
    ['order.confirmed', order.orderNumber, 2, [definitionId]],
  ]
  const wire = told.map(([kind, entityId, sequence, ticketDefinitionIds]) => ({
    kind,
    entityKind: kind.split('.')[0],
    entityId,
    sequence,
    deleted: false,
    occurredDate: now().toISOString(),
    eventId,
    ticketDefinitionIds,
  }))
  expect(changes.slice(0, 4)).toEqual(wire.slice(0, 4))
  expect(new Set(changes.slice(4, 8))).toEqual(new Set(wire.slice(4))) // of one transaction
  expect(changes.slice(8)).toMatchObject([
    { kind: 'event.created', entityId: other.eventId },
    { kind: 'ticket_definition.created', entityId: other.definitionId, deleted: false },
    { kind: 'ticket_definition.deleted', entityId: other.definitionId, deleted: true, eventId: other.eventId },
  ])
})

test('a page goes on behind the one before it, and one without news keeps its cursor', async () => {
  await aSale(app)
  await aSale(app)
  const seen: Change[] = []
  let after = start
  for (let hasMore = true; hasMore; ) {
    const { body } = await must(admin, 'GET', `${PATH}?after=${after}&limit=1`)
    seen.push(...body.changes)
    after = body.cursor
    hasMore = body.hasMore
  }
  expect(said(seen)).toEqual(said(await changesAfter(start)))
  expect(seen).toHaveLength(4)
  expect((await must(admin, 'GET', `${PATH}?after=${after}`)).body).toEqual({
    changes: [],
    cursor: after,
    hasMore: false,
  })
})

test('only what is asked for is told, and the cursor passes the rest', async () => {
  const { definitionId } = await aSale(app, { definition: FREE })
  await reserveTickets(admin, definitionId)
  const kinds = '&entityKinds=ticket_definition&entityKinds=event'
  expect(said(await changesAfter(start, kinds))).toEqual(['event.created 1', 'ticket_definition.created 1'])
  const { body } = await must(admin, 'GET', `${PATH}?after=${start}&entityKinds=policy`)
  expect(body).toMatchObject({ changes: [], hasMore: false })
  expect(await changesAfter(body.cursor)).toEqual([])
})

test('from the beginning everything is told, one’s own alone', async () => {
  const other = await otherSite()
  expect((await must(other.admin, 'GET', `${PATH}?after=BEGINNING`)).body).toEqual({
    changes: [],
    cursor: 'BEGINNING',
    hasMore: false,
  })
  await aSale(other)
  await aSale(app)
  expect(said((await must(other.admin, 'GET', `${PATH}?after=BEGINNING`)).body.changes)).toEqual([
    'event.created 1',
    'ticket_definition.created 1',
  ])
  expect((await changesAfter('BEGINNING')).length).toBeGreaterThan(2)
})

describe('waiting', () => {
  test('who waits is answered when something happens', async () => {
    const { eventId } = await aSale(app)
    const { cursor } = (await must(admin, 'GET', PATH)).body
    const waiting = admin('GET', `${PATH}?after=${cursor}&waitSeconds=25`)
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    expect(said((await waiting).body.changes)).toContain('event.canceled 2')
  })

  test('what was written before and commits while somebody waits is not missed', async () => {
    const { eventId } = await aSale(app)
    const { cursor } = (await must(admin, 'GET', PATH)).body
    const waiting = admin('GET', `${PATH}?after=${cursor}&waitSeconds=25`)
    await collide(sql, tx => tx`select from events where event_id = ${eventId} for update`, [
      () => admin('POST', `/events/v3/events/${eventId}/cancel`, {}),
    ])
    expect(said((await waiting).body.changes)).toContain('event.canceled 2')
  })

  test('who asks for what does not come is told so in time', async () => {
    const { body } = await must(admin, 'GET', `${PATH}?after=${start}&entityKinds=policy&waitSeconds=1`)
    expect(body).toMatchObject({ changes: [], hasMore: false })
  })
})

test.each([
  ['after=nonsense', 'after'],
  [`after=${Buffer.from('["x",1,1]').toString('base64url')}`, 'after'],
  [`after=${Buffer.from(JSON.stringify([newGuid(), -1, 1])).toString('base64url')}`, 'after'],
  [`after=${Buffer.from(JSON.stringify([newGuid(), 1])).toString('base64url')}`, 'after'],
  [`after=${'x'.repeat(201)}`, 'after'],
  ['after=BEGINNING&limit=0', 'limit'],
  ['after=BEGINNING&limit=1001', 'limit'],
  ['after=BEGINNING&limit=many', 'limit'],
  ['after=BEGINNING&entityKinds=ticket', null],
  ['after=BEGINNING&entityKinds=concert', 'entityKinds[0]'],
  ['after=BEGINNING&waitSeconds=26', 'waitSeconds'],
  ['after=BEGINNING&waitSeconds=-1', 'waitSeconds'],
])('%s is refused with its name', async (query, field) => {
  const answer = await admin('GET', `${PATH}?${query}`)
  if (field === null) expect(answer.status).toBe(200)
  else expect(refusalOf(answer)).toEqual([400, [field]])
})

test('a cursor of a history that this database never had is refused', async () => {
  const foreign = Buffer.from(JSON.stringify([newGuid(), 1, 1])).toString('base64url')
  expect(refusalOf(await admin('GET', `${PATH}?after=${foreign}`))).toEqual([428, 'HISTORY_ENDED'])
})

test('only the organizer follows changes', async () => {
  const staff = await aStaffMember(app, {
    permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'],
  })
  for (const caller of [staff, await visitor()])
    expect(refusalOf(await caller('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await anonymous('GET', PATH))).toEqual([401, 'UNAUTHENTICATED'])
})
