import { expect, test } from 'vitest'
import { publishedPaths } from '../src/http/mounts.ts'
import { newGuid } from '../src/ids.ts'
import { testApp } from './support/app.ts'

const { app, admin, anonymous } = await testApp()

type Operation = { method: string; path: string }

/** Every route of the contract that the server has. */
function servedOperations(): Operation[] {
  const { paths = {} } = app.swagger()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods ?? {}).map(method => ({ method: method.toUpperCase(), path })),
  )
}

const contract = servedOperations().filter(({ path }) => /^\/(events|headless)\//.test(path))

test('api 1.1.1: there are routes to go through', () => {
  expect(contract.length).toBeGreaterThan(60)
})

test.each(contract)(
  'api 1.1.1, R1, R2: $method $path asks for an identity under each of its paths',
  async operation => {
    const paths = publishedPaths(operation.path.replaceAll(/\{\w+\}/g, newGuid()))
    expect(paths.length).toBeGreaterThanOrEqual(2)
    for (const path of paths) {
      const answer = await anonymous(operation.method as 'GET', path, operation.method === 'GET' ? undefined : {})
      expect([path, answer.status]).toEqual([path, 401])
    }
  },
)

test('an alias reaches no further than its own resource', async () => {
  const answers = await Promise.all([
    admin('GET', '/_api/events-policies/v1/orders'),
    admin('POST', '/_api/events-ticket-reservations/v1/ticket-reservationsx', {}),
    admin('GET', '/_api/nothing'),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
})
