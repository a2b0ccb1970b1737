import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aSale, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { brokenConstraint } from '../db/transaction.ts'
import { CLOCK, record } from './record.ts'

const app = await testApp()
const { sql, siteId, admin, now } = app

async function sequencesOf(entityId: string): Promise<number[]> {
  const rows = await sql`
    select sequence from activities where site_id = ${siteId} and entity_id = ${entityId} order by activity_id`
  return rows.map(({ sequence }) => sequence)
}

test('R211: what happened to one entity is numbered in its order, and the next revision is the next number', async () => {
  const { definitionId } = await aSale(app, { definition: FREE })
  for (const revision of ['1', '2'])
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${definitionId}`, {
      ticketDefinition: { revision, name: `Name ${revision}` },
    })
  expect(await sequencesOf(definitionId)).toEqual([1, 2, 3])
  const { id } = (await reserveTickets(admin, definitionId)).body.ticketReservation
  await must(admin, 'POST', `/events/v1/ticket-reservations/${id}/cancel`)
  expect(await sequencesOf(id)).toEqual([1, 2])
})

test('R211: two facts of one number cannot be, whoever writes them', async () => {
  const { definitionId } = await aSale(app, { definition: FREE })
  const fact = {
    siteId,
    entityKind: 'ticket_definition',
    entityId: definitionId,
    sequence: 1,
    kind: 'ticket_definition.created',
    actor: CLOCK,
    occurredAt: now(),
  } as const
  const twice = await record(sql, [fact]).catch((error: unknown) => error)
  expect(brokenConstraint(twice)).toBe('activities_of_entity')
})
