import { expect, test } from 'vitest'
import { testDatabase } from '../test/support/database.ts'
import { newGuid } from './ids.ts'
import { createLog, describeFault } from './log.ts'

const { sql } = await testDatabase(2)

test('what PostgreSQL quotes of a row is not logged; what helps to find the fault is', async () => {
  const siteId = newGuid()
  const insert = sql`
    insert into contacts (site_id, contact_id, email, first_name, last_name, created_at, updated_at)
    values (${siteId}, ${newGuid()}, 'Ada@Example.org', 'Ada', 'Berg', now(), now())`
  const error = await insert.catch((thrown: unknown) => thrown)
  expect(error).toHaveProperty('detail', expect.stringContaining('Ada@Example.org'))
  const logged = logOf(new Error('a purchase failed', { cause: error }))
  expect(logged).toContain('contacts_email_is_lower')
  expect(logged).toContain('23514')
  expect(logged).not.toContain('Ada@')
})

test('a value that PostgreSQL could not read is not logged', async () => {
  const error = await sql.unsafe(`select 'ada@example.org'::uuid`).catch((thrown: unknown) => thrown)
  expect(String(error)).toContain('ada@example.org')
  const logged = logOf(new AggregateError([error], 'several'))
  expect(logged).toContain('invalid input syntax for type uuid')
  expect(logged).not.toContain('ada@example.org')
})

test('whatever is thrown can be described', () => {
  expect(describeFault('a text')).toEqual({ type: 'string', message: 'a text' })
  expect(describeFault(undefined)).toEqual({ type: 'undefined', message: 'undefined' })
})

function logOf(error: unknown): string {
  let text = ''
  createLog('error', {
    write: line => {
      text += line
    },
  }).error({ err: error }, 'fault')
  return text
}
