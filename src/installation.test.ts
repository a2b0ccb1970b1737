import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { emptyDatabase } from '../test/support/empty-database.ts'
import { type Config, readConfig } from './config.ts'
import { connect, type Sql } from './db/connect.ts'
import { migrate } from './db/migrate.ts'
import { deriveKeys } from './identities/keys.ts'
import { findApiKey } from './identities/store.ts'
import { newGuid } from './ids.ts'
import { readKeys, setUp } from './installation.ts'
import { StartupProblem } from './startup-problem.ts'

const now = new Date('2030-05-01T12:00:00.000Z')

const directories: string[] = []
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true })
})

async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'boxoffice-installation-'))
  directories.push(directory)
  return directory
}

async function aPlace(settings: Record<string, string> = {}) {
  const { sql, options } = await emptyDatabase()
  await migrate(sql)
  const config = readConfig({ DATA_DIR: join(await aDirectory(), 'data'), ...settings })
  return { sql, options, config }
}

async function start(sql: Sql, config: Config) {
  return setUp(sql, config, await readKeys(config), now)
}

test('the first start makes a secret, a site, a key to it and a demo event on sale; the files are private', async () => {
  const { sql, config } = await aPlace()
  const { siteId, apiKey, isNew } = await start(sql, config)
  expect(isNew).toBe(true)
  expect(apiKey).toMatch(/^bx_[\w-]{43}$/)
  expect(await findApiKey(sql, apiKey ?? '')).toMatchObject({ siteId })
  expect(await sql`select title from events where published_at is not null`).toHaveLength(1)
  expect((await sql`select from ticket_definitions`).length).toBeGreaterThan(1)
  expect(JSON.parse(await readFile(join(config.dataDir, 'api-key.json'), 'utf8'))).toEqual({ siteId, apiKey })
  for (const name of ['secret', 'api-key.json'])
    expect((await stat(join(config.dataDir, name))).mode & 0o777).toBe(0o600)
})

test('a second start changes nothing: same site, same key, no second demo event', async () => {
  const { sql, config } = await aPlace()
  const first = await start(sql, config)
  const files = await filesOf(config)
  const second = await start(sql, config)
  expect(second).toEqual({
    siteId: first.siteId,
    apiKey: null,
    isNew: false,
    testPayments: true,
    setUpToken: expect.any(String),
  })
  expect(await filesOf(config)).toEqual(files)
  expect(await sql`select from events`).toHaveLength(1)
  expect(await sql`select from api_keys`).toHaveLength(1)
})

test('BOXOFFICE_DEMO=0 starts empty, on a site that takes no test payments', async () => {
  const { sql, config } = await aPlace({ BOXOFFICE_DEMO: '0' })
  await start(sql, config)
  expect(await sql`select from events`).toHaveLength(0)
  expect(await sql`select test_payments from sites`).toEqual([{ testPayments: false }])
})

test('a start with BOXOFFICE_DEMO=0 ends test payments on a site that had them, and no later start brings them back', async () => {
  const { sql, config } = await aPlace({})
  expect(await start(sql, config)).toMatchObject({ testPayments: true })
  expect(await start(sql, { ...config, demo: false })).toMatchObject({ testPayments: false })
  expect(await start(sql, config)).toMatchObject({ testPayments: false })
})

test('a site id, a key and a secret that are set are used, and nothing is kept in the data directory', async () => {
  const siteId = newGuid()
  const apiKey = 'a-key-of-the-tests-long-enough'
  const secret = 'a secret of the tests, long enough'.replaceAll(' ', '-')
  const { sql, config } = await aPlace({
    BOXOFFICE_SITE_ID: siteId,
    BOXOFFICE_API_KEY: apiKey,
    BOXOFFICE_SECRET: secret,
  })
  expect(await start(sql, config)).toEqual({
    siteId,
    apiKey,
    isNew: true,
    testPayments: true,
    setUpToken: expect.any(String),
  })
  expect(await start(sql, config)).toEqual({
    siteId,
    apiKey,
    isNew: false,
    testPayments: true,
    setUpToken: expect.any(String),
  })
  expect(await findApiKey(sql, apiKey)).toMatchObject({ siteId })
  await expect(stat(config.dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a key that is set later is added; the first one goes on working', async () => {
  const { sql, config } = await aPlace()
  const { apiKey, siteId } = await start(sql, config)
  await start(sql, { ...config, apiKey: 'another-key-of-the-tests' })
  expect(await findApiKey(sql, apiKey ?? '')).toMatchObject({ siteId })
  expect(await findApiKey(sql, 'another-key-of-the-tests')).toMatchObject({ siteId })
})

test("another site's key is refused", async () => {
  const { sql, config } = await aPlace({ BOXOFFICE_API_KEY: 'a-key-of-the-tests-long-enough' })
  await start(sql, config)
  await expect(start(sql, { ...config, siteId: newGuid() })).rejects.toThrow(
    'BOXOFFICE_API_KEY belongs to another site',
  )
  expect(await sql`select from sites`).toHaveLength(1)
})

test('a database that was set up with another secret is refused', async () => {
  const { sql, config } = await aPlace()
  await start(sql, config)
  const other = { ...config, secret: 'x'.repeat(40) }
  await expect(start(sql, other)).rejects.toThrow('set up with another secret')
  await expect(start(sql, other)).rejects.toBeInstanceOf(StartupProblem)
  expect((await start(sql, config)).isNew).toBe(false)
})

test('five processes at once, each with a connection of its own: one sets up, all have the same', async () => {
  const { sql, options, config } = await aPlace()
  const processes = [0, 1, 2, 3, 4].map(() => connect({ ...options, connectionsMax: 1 }))
  const installations = await Promise.all(processes.map(each => start(each, config)))
  await Promise.all(processes.map(each => each.end()))
  expect(installations.filter(({ isNew }) => isNew)).toHaveLength(1)
  const made = installations.find(({ apiKey }) => apiKey !== null)
  expect(new Set(installations.map(({ siteId }) => siteId))).toEqual(new Set([made?.siteId]))
  expect(installations.filter(({ apiKey }) => apiKey !== null)).toHaveLength(1)
  expect(JSON.parse((await filesOf(config)).apiKey)).toEqual({ siteId: made?.siteId, apiKey: made?.apiKey })
  expect(await sql`select from events`).toHaveLength(1)
})

test('processes that make the secret at once all use the same one', async () => {
  const dataDir = await aDirectory()
  const keys = await Promise.all(Array.from({ length: 20 }, () => readKeys({ secret: null, dataDir })))
  const kept = deriveKeys((await readFile(join(dataDir, 'secret'), 'utf8')).trim())
  expect(new Set(keys.map(({ fingerprint }) => fingerprint))).toEqual(new Set([kept.fingerprint]))
})

test('an empty secret file, left by a full disk, is made anew', async () => {
  const dataDir = await aDirectory()
  await writeFile(join(dataDir, 'secret'), '')
  const first = await readKeys({ secret: null, dataDir })
  expect((await readKeys({ secret: null, dataDir })).fingerprint).toBe(first.fingerprint)
})

test('when the key cannot be written down, the database is left as it was', async () => {
  const { sql, config } = await aPlace({ BOXOFFICE_SECRET: 's'.repeat(40) })
  await writeFile(config.dataDir, 'a file where the directory should be')
  await expect(start(sql, config)).rejects.toBeInstanceOf(StartupProblem)
  expect(await sql`select from installation`).toHaveLength(0)
  await rm(config.dataDir)
  expect((await start(sql, config)).isNew).toBe(true)
})

test.runIf(process.getuid?.() !== 0)('a secret that may not be read is told in plain words', async () => {
  const dataDir = await aDirectory()
  await readKeys({ secret: null, dataDir })
  await chmod(join(dataDir, 'secret'), 0)
  await expect(readKeys({ secret: null, dataDir })).rejects.toThrow('permission denied')
})

async function filesOf({ dataDir }: Config) {
  return {
    secret: await readFile(join(dataDir, 'secret'), 'utf8'),
    apiKey: await readFile(join(dataDir, 'api-key.json'), 'utf8'),
  }
}
