import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDefinition, aSale, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { tellSales } from './sales.ts'
import { lockDefinitionsOfEvent } from './store.ts'

const app = await testApp()
const { sql, siteId, admin, now, setNow } = app

const START = '2030-05-10T10:00:00.000Z'
const END = '2030-05-20T10:00:00.000Z'
const PERIOD = { startDate: START, endDate: END, displayNotOnSale: true }

let eventId = ''
beforeEach(async () => {
  setNow('2030-05-01T12:00:00.000Z')
  await sql`update ticket_definitions set deleted_at = ${now()} where deleted_at is null`
  eventId = (await aSale(app)).eventId
})
const onSale = async (salePeriod: object | null = PERIOD): Promise<string> =>
  (await aDefinition(app, eventId, { ...FREE, ...(salePeriod && { salePeriod }) })).id

async function edit(id: string, salePeriod: object): Promise<void> {
  const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${id}`)
  const { revision } = body.ticketDefinition
  await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, { ticketDefinition: { revision, salePeriod } })
}

/** What the clock said of a definition so far. */
async function toldOf(id: string): Promise<string[]> {
  const rows = await sql<{ kind: string }[]>`
    select kind
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
       and actor_kind = 'clock'
     order by sequence`
  return rows.map(({ kind }) => kind.replace('ticket_definition.sale_', ''))
}
async function at(moment: string): Promise<number> {
  setNow(moment)
  return tellSales(sql, now())
}

test('R70, R111: a sale that starts and ends is told to have done so once, at that minute', async () => {
  const id = await onSale()
  expect(await at('2030-05-10T09:59:59.999Z')).toBe(0)
  expect(await at(START)).toBe(1)
  expect(await at('2030-05-10T10:00:02.000Z')).toBe(0)
  expect(await at('2030-05-20T09:59:59.999Z')).toBe(0)
  expect(await at(END)).toBe(1)
  expect(await at('2030-05-21T10:00:00.000Z')).toBe(0)
  expect(await toldOf(id)).toEqual(['started', 'ended'])
  const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${id}`)
  expect(body.ticketDefinition.revision).toBe('3')
})

test('R111: what came while nobody worked is told afterwards, in its order, once', async () => {
  const id = await onSale()
  expect(await at('2030-05-30T10:00:00.000Z')).toBe(2)
  expect(await at('2030-05-30T10:00:02.000Z')).toBe(0)
  expect(await toldOf(id)).toEqual(['started', 'ended'])
})

test('R111: a sale that is open from the first has not started, and one without an end does not end', async () => {
  const [open, past] = [await onSale({ endDate: END, displayNotOnSale: true }), await onSale(null)]
  const over = await onSale({
    startDate: '2030-04-01T10:00:00Z',
    endDate: '2030-04-02T10:00:00Z',
    displayNotOnSale: true,
  })
  await at('2030-06-01T10:00:00.000Z')
  expect([await toldOf(open), await toldOf(past), await toldOf(over)]).toEqual([['ended'], [], []])
})

describe('an edit', () => {
  test('R111: that moves the start or the end across now is a crossing', async () => {
    const id = await onSale()
    await edit(id, { ...PERIOD, startDate: '2030-05-01T11:00:00.000Z' })
    expect(await at('2030-05-01T12:00:01.000Z')).toBe(1)
    await edit(id, { ...PERIOD, startDate: '2030-05-01T11:00:00.000Z', endDate: '2030-05-01T11:30:00.000Z' })
    expect(await at('2030-05-01T12:00:02.000Z')).toBe(1)
    expect(await toldOf(id)).toEqual(['started', 'ended'])
  })

  test('R111: that moves an open sale into the future lets it start again', async () => {
    const id = await onSale()
    await at(START)
    await edit(id, { ...PERIOD, startDate: '2030-05-15T10:00:00.000Z' })
    expect(await at('2030-05-10T10:01:00.000Z')).toBe(0)
    expect(await at('2030-05-15T10:00:00.000Z')).toBe(1)
    expect(await toldOf(id)).toEqual(['started', 'started'])
  })

  test('R111: that opens a sale again which had ended lets it start again', async () => {
    const id = await onSale()
    await at('2030-05-20T11:00:00.000Z')
    await edit(id, { ...PERIOD, endDate: '2030-05-25T10:00:00.000Z' })
    expect(await at('2030-05-20T11:00:02.000Z')).toBe(1)
    expect(await at('2030-05-25T10:00:00.000Z')).toBe(1)
    expect(await toldOf(id)).toEqual(['started', 'ended', 'started', 'ended'])
  })

  test('R111: that ends a sale before it started tells nothing; of anything else neither', async () => {
    const id = await onSale()
    await edit(id, { ...PERIOD, startDate: '2030-04-01T10:00:00.000Z', endDate: '2030-04-02T10:00:00.000Z' })
    expect(await at('2030-05-01T12:01:00.000Z')).toBe(0)
    const other = await onSale()
    await at(START)
    const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${other}`)
    const { revision } = body.ticketDefinition
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${other}`, { ticketDefinition: { revision, name: 'X' } })
    expect(await at('2030-05-10T10:01:00.000Z')).toBe(0)
    expect([await toldOf(id), await toldOf(other)]).toEqual([[], ['started']])
  })
})

test('R97, R111: a deleted definition is told of no more', async () => {
  const id = await onSale()
  await must(admin, 'DELETE', `/events/v3/ticket-definitions/${id}`)
  expect(await at(START)).toBe(0)
})

test('events 1.13, R111: of a clone the clock tells by its own sale period', async () => {
  const id = await onSale({ startDate: START, displayNotOnSale: true })
  await at(START)
  const { body } = await must(admin, 'POST', `/events/v3/events/${eventId}/clone`, {})
  const [clone] = await sql<{ id: string; at: Date }[]>`
    select ticket_definition_id as id, sale_start_at as at
      from ticket_definitions
     where event_id = ${body.event.id}
       and sale_start_at is not null`
  expect(await at(new Date((clone?.at.getTime() ?? 0) - 1).toISOString())).toBe(0)
  expect(await at(clone?.at.toISOString() ?? '')).toBe(1)
  expect([await toldOf(clone?.id ?? ''), await toldOf(id)]).toEqual([['started'], ['started']])
})

test('who buys or edits does not wait for the clock, and the clock leaves what they have for the next time', async () => {
  const [one, other] = [await onSale(), await onSale()]
  setNow(START)
  await inTransaction(sql, async tx => {
    await tx`select from ticket_definitions where ticket_definition_id = ${one} for update`
    expect(await tellSales(sql, now())).toBe(1)
  })
  expect(await tellSales(sql, now())).toBe(1)
  expect([await toldOf(one), await toldOf(other)]).toEqual([['started'], ['started']])
  expect((await reserveTickets(admin, one)).status).toBe(200)
  await inTransaction(sql, tx => lockDefinitionsOfEvent(tx, siteId, eventId))
})

test('several workers tell it once', async () => {
  const ids: string[] = []
  for (let index = 0; index < 20; index += 1) ids.push(await onSale())
  setNow(END)
  const told = await Promise.all(Array.from({ length: 3 }, () => tellSales(sql, now())))
  await tellSales(sql, now())
  expect(told.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(40)
  for (const id of ids) expect(await toldOf(id)).toEqual(['started', 'ended'])
})
