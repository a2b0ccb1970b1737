import { pino } from 'pino'
import { expect, inject, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { inDatabase } from '../../test/support/global-setup.ts'
import { createApp } from '../app.ts'
import { connect } from '../db/connect.ts'
import { publishedPaths } from './mounts.ts'

const { app, anonymous, deps } = await testApp()

type Operation = { description?: string; security?: unknown[]; 'x-permission'?: string; responses: object }
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

async function theDocument(): Promise<Document> {
  return (await anonymous('GET', '/openapi.json')).body
}

test('/openapi.json lists every route, each with the permission that it needs', async () => {
  const { openapi, paths } = await theDocument()
  expect(openapi).toMatch(/^3\./)
  const listed = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':')}`),
  )
  // Pages for people, and what watches the server.
  const hidden = [
    '/event-details/',
    '/event-previews/',
    '/dashboard',
    '/orders/',
    '/rsvps/',
    '/alerts/',
    '/test-payments/',
    '/tickets/',
    '/check-in',
    '/staff/login',
    '/redirects/',
    '/media/',
    '/embed.js',
    '/openapi.json',
    '/healthz',
    '/readyz',
    '/metrics',
    '/docs',
    '/*', // files of pages
    '*',
  ]
  const served = routesOf(app.printRoutes({ commonPrefix: false, includeHooks: false }))
  const described = served.filter(
    route => !route.endsWith(' /') && !hidden.some(path => route.split(' ')[1]?.startsWith(path)),
  )
  expect(listed.sort()).toEqual(described.sort())
  expect(listed.length).toBeGreaterThan(80)
  for (const operation of Object.values(paths).flatMap(Object.values) as Operation[]) {
    if (operation['x-permission']) expect(operation.description).toContain(`\`${operation['x-permission']}\``)
    else expect(operation).toMatchObject({ security: [], description: expect.stringContaining('Public') })
  }
})

/** `GET /path/:` of each line of fastify's tree, which shows two names of one parameter together. */
function routesOf(tree: string): string[] {
  const path: string[] = []
  return tree.split('\n').flatMap(row => {
    const found = /^([│ ]*)[├└]── (\S*?)(?: \(([A-Z, ]+)\))?$/.exec(row)
    if (!found) return []
    const [, indent = '', segment = '', methods = ''] = found
    path.splice(indent.length / 4, path.length, segment)
    return methods
      .split(', ')
      .filter(method => !['', 'HEAD', 'OPTIONS'].includes(method))
      .map(method => `${method} ${path.join('').replaceAll(/:[\w|:]+/g, ':')}`)
  })
}

test('/openapi.json refers to nothing that is not in it', async () => {
  const document = await theDocument()
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  for (const path of new Set(references)) {
    const target = path.split('/').reduce<unknown>((node, name) => Object(node)[decodeURIComponent(name)], document)
    expect(target, path).toBeDefined()
  }
})

test('every documented path is one that mounts.ts leads to', async () => {
  for (const path of Object.keys((await theDocument()).paths)) expect(publishedPaths(path)[0]).toBe(path)
})

test('/docs shows a page that loads its own parts', async () => {
  const page = await anonymous('GET', '/docs/')
  expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
  const parts = [...String(page.body).matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path = '']) => path)
  expect(parts.length).toBeGreaterThan(2)
  for (const path of parts) {
    const url = new URL(path, 'http://localhost/docs/').pathname
    expect((await anonymous('GET', url)).status, url).toBe(200)
  }
})

test('/healthz and /readyz answer anybody', async () => {
  expect((await anonymous('GET', '/healthz')).body).toEqual({ status: 'ok' })
  expect((await anonymous('GET', '/readyz')).body).toEqual({ status: 'ok' })
})

test('without its database the server lives, but is not ready', async () => {
  const server = inject('database')
  const sql = connect({ ...server, ...inDatabase(server, 'boxoffice_that_is_gone'), connectionsMax: 1 })
  const cutOff = await createApp({ ...deps, sql }, pino({ level: 'silent' }))
  const [health, ready] = [await cutOff.inject('/healthz'), await cutOff.inject('/readyz')]
  expect(health.statusCode).toBe(200)
  expect([ready.statusCode, ready.json().details.applicationError.code]).toEqual([503, 'UNAVAILABLE'])
  await cutOff.close()
  await sql.end()
})

test('/metrics counts requests by documented route, whichever path they came by', async () => {
  const [, alias = ''] = publishedPaths('/events/v1/ticket-reservations')
  await anonymous('POST', alias, {})
  const { status, body, headers } = await anonymous('GET', '/metrics')
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')])
  expect(body).toMatch(
    /boxoffice_http_request_duration_seconds_count\{.*route="\/events\/v1\/ticket-reservations",status="401"\} \d/,
  )
})

test.each([
  ['another machine', { remoteAddress: '192.0.2.1' }],
  ['a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.1' } }],
])('/metrics is not for %s', async (_, from) => {
  const answer = await app.inject({ url: '/metrics', ...from })
  expect([answer.statusCode, answer.json().details.applicationError.code]).toEqual([403, 'PERMISSION_DENIED'])
})
