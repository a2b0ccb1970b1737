import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'

const { anonymous } = await testApp()

const get = (path: string, headers: Record<string, string> = {}) => anonymous('GET', path, undefined, headers)

describe('the door’s app', () => {
  test.each(['/check-in', '/staff/login?token=secret'])(
    '%s is one page that runs our scripts and no others',
    async path => {
      const { status, body, headers } = await get(path, { 'accept-language': 'de' })
      expect(status).toBe(200)
      expect(body).toContain('<title>Boxoffice Einlass</title>')
      expect(body).not.toContain('secret')
      expect(body).not.toMatch(/<script(?![^>]*(src=|type="application\/json"))/)
      expect(headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'")
      expect(headers['cache-control']).toBe('private, no-cache')
    },
  )

  test('can be installed: its manifest names icons that are there, in a scope that has its start', async () => {
    const { body: manifest, headers } = await get('/check-in/manifest.webmanifest')
    expect(headers['content-type']).toMatch('application/manifest+json')
    expect(manifest).toMatchObject({
      name: 'Boxoffice door',
      display: 'standalone',
      start_url: '/check-in',
      scope: '/check-in',
    })
    expect(manifest.icons.map(({ sizes, purpose = 'any' }: Record<string, string>) => `${sizes} ${purpose}`)).toEqual([
      'any any',
      '192x192 any',
      '512x512 any',
      '512x512 maskable',
    ])
    for (const { src, type } of manifest.icons) {
      const icon = await get(src)
      expect([icon.status, icon.headers['content-type']]).toEqual([200, type])
    }
  })

  test('is kept by a worker that knows every file of its build: words of all languages, and the program that reads codes', async () => {
    const { status, body, headers } = await get('/check-in/worker.js')
    expect([status, headers['service-worker-allowed'], headers['cache-control']]).toEqual([
      200,
      '/check-in',
      'no-cache',
    ])
    const files = [...String(body).matchAll(/\/assets\/[^\s"'`]+/g)].map(([file]) => file)
    expect(files.some(file => file.endsWith('.wasm'))).toBe(true)
    expect(files.filter(file => /\/door-[^/]+\.js$/.test(file)).length).toBeGreaterThan(2)
    for (const file of files) expect([file, (await get(file)).status]).toEqual([file, 200])
    expect(body).not.toContain('%')
  })

  test('R194: leaves the page of a ticket’s code to who has no app', async () => {
    expect((await get('/check-in/nothing')).status).toBe(404)
  })
})
