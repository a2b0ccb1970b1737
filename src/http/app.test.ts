import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'

const { app, admin, anonymous, siteId } = await testApp()

describe('tokens', () => {
  test('a visitor gets a token for a site, refreshes it, and stays the same visitor', async () => {
    const first = await anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ expires_in: 14400, token_type: 'Bearer' })
    const again = await anonymous('POST', '/oauth2/token', {
      grant_type: 'refresh_token',
      refresh_token: first.body.refresh_token,
    })
    const infos = await Promise.all(
      [first, again].map(({ body }) => anonymous('POST', '/oauth2/token-info', { token: body.access_token })),
    )
    expect(infos[0]?.body).toMatchObject({ active: true, subjectType: 'VISITOR', siteId })
    expect(infos[0]?.body.subjectId).toBe(infos[1]?.body.subjectId)
  })

  test('token errors speak OAuth', async () => {
    const unknown = await anonymous('POST', '/oauth2/token', { clientId: 'nobody', grantType: 'anonymous' })
    expect([unknown.status, unknown.body.error]).toEqual([401, 'invalid_client'])
    const grant = await anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'password' })
    expect([grant.status, grant.body.error]).toEqual([400, 'unsupported_grant_type'])
  })
})

describe('the envelope', () => {
  test.each([
    ['an unknown route', 'GET', '/events/v9/nothing', undefined, 404, 'NOT_FOUND'],
    ['a wrong method', 'DELETE', '/oauth2/token', undefined, 405, 'METHOD_NOT_ALLOWED'],
  ] as const)('%s is refused in the published form', async (_, method, url, body, status, code) => {
    const answer = await admin(method, url, body)
    expect([answer.status, answer.body.details.applicationError.code]).toEqual([status, code])
    expect(answer.headers['x-wix-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('malformed JSON, a wrong content type and an oversized body are each a clear 4xx', async () => {
    const send = (type: string, payload: string) =>
      app.inject({ method: 'POST', url: '/oauth2/token', payload, headers: { 'content-type': type } })
    const answers = [
      await send('application/json', '{"grantType":'),
      await send('text/csv', 'a;b'),
      await send('application/json', JSON.stringify({ grantType: 'x'.repeat(2_000_000) })),
    ]
    expect(answers.map(answer => answer.statusCode)).toEqual([400, 415, 413])
    for (const answer of answers) expect(answer.json().details.applicationError.code).toMatch(/^[A-Z_]+$/)
  })
})

test('every answer, a refusal too, tells browsers what they must not do with it', async () => {
  const answers = [
    await anonymous('GET', '/healthz'),
    await anonymous('GET', '/nothing/here'),
    await anonymous('POST', '/events/v3/events/query', {}),
    await admin('POST', '/events/v3/events/query', {}),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 200])
  for (const { headers } of answers)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'"),
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'x-wix-request-id, etag, date, retry-after',
      'x-wix-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
})

test('a page of any origin may ask: a preflight needs no credential', async () => {
  const answer = await app.inject({
    method: 'OPTIONS',
    url: '/events/v1/ticket-reservations',
    headers: {
      origin: 'https://example.org',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  })
  expect(answer.statusCode).toBe(204)
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization',
    'access-control-allow-methods': expect.stringContaining('POST'),
    'access-control-max-age': '86400',
  })
})

test('Date is the moment by which an answer was made, also of a refusal', async () => {
  const answers = [await anonymous('GET', '/healthz'), await anonymous('GET', '/nothing/here')]
  expect(answers.map(({ headers }) => headers.date)).toEqual(Array(2).fill('Wed, 01 May 2030 12:00:00 GMT'))
})
