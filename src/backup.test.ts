import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { testApp } from '../test/support/app.ts'
import { emptyDatabase } from '../test/support/empty-database.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../test/support/sale.ts'
import { aSeatedSale, reserveSeats } from '../test/support/seats.ts'
import { listActivitiesAfter } from './activity/follow.ts'
import { keepHistory } from './activity/histories.ts'
import { CLOCK, record } from './activity/record.ts'
import { backUp, restore } from './backup.ts'
import { readConfig } from './config.ts'
import type { Sql } from './db/connect.ts'
import { migrate } from './db/migrate.ts'
import { inTransaction } from './db/transaction.ts'
import { apiKeyPath, readKeys, secretPath, setUp } from './installation.ts'
import { StartupProblem } from './startup-problem.ts'
import { verify } from './verify.ts'

const root = await mkdtemp(join(tmpdir(), 'boxoffice-backup-'))
afterAll(() => rm(root, { recursive: true, force: true }))

const shop = await testApp()
const { sql, admin } = shop
const config = readConfig({ DATA_DIR: join(root, 'data'), BOXOFFICE_DEMO: '0', BOXOFFICE_API_KEY: 'k'.repeat(24) })
await setUp(sql, config, await readKeys(config), shop.now())
await writeFile(apiKeyPath(config.dataDir), '{"apiKey":"a key"}\n')
await sell()

/** A history with everything that is awkward in a text: line breaks, tabs, backslashes, nothing, other scripts. */
async function sell() {
  for (const name of ['Zürich\n\\.\n', 'tab\tand \\N', '"quoted" \\', '日本語 🎟️']) {
    const { eventId, definitionId } = await aSale({ admin }, { definition: { ...FREE, name: name.slice(0, 30) } })
    const visitor = await shop.visitor()
    const { body } = await must(visitor, ...reservation(definitionId))
    expect((await checkOut(visitor, { eventId, reservationId: body.ticketReservation.id })).status).toBe(200)
    await reserveTickets(await shop.visitor(), definitionId, 2)
  }
  const { definitionId } = await aSeatedSale({ admin }, { definition: FREE })
  expect((await reserveSeats(await shop.visitor(), definitionId, ['0-1-1', '0-1-5'])).status).toBe(200)
  await sql`update events set short_description = ${'\\.\n\\.\n\t\\N\r\n'}`
}

function reservation(ticketDefinitionId: string) {
  const body = { ticketReservation: { tickets: [{ ticketDefinitionId, quantity: 3 }] } }
  return ['POST', '/events/v1/ticket-reservations', body] as const
}

let count = 0
const aPath = () => join(root, `backup-${++count}.gz`)
const aPlace = () => ({ dataDir: join(root, `restored-${++count}`), secret: null })

async function aBackup(): Promise<string> {
  const path = aPath()
  await backUp(sql, config, { path, now: shop.now() })
  return path
}

/** Every row of every table, whatever tables there are; but a restored database has a history of its own. */
async function contentOf(db: Sql) {
  const tables = await db<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
  const content: Record<string, unknown[]> = {}
  for (const { name } of tables.filter(
    table => table.name !== 'schema_migrations' && table.name !== 'activity_histories',
  )) {
    const rows = await db<{ row: string }[]>`select row::text as row from ${db(name)} as row order by 1`
    content[name] = rows.map(({ row }) => row)
  }
  return content
}

test('what was backed up is there again, to the last character; and selling goes on', async () => {
  const path = await aBackup()
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  const { rows, tables, madeAt } = await restore(other, place, path)
  const content = await contentOf(other)
  expect(content).toEqual(await contentOf(sql))
  const histories = await sql`select from activity_histories`
  expect(Object.keys(content)).toHaveLength(tables - 1)
  expect(Object.values(content).flat()).toHaveLength(rows - histories.length)
  expect(content.orders).toHaveLength(4)
  expect(madeAt).toBe(shop.now().toISOString())
  expect((await verify(other)).breaches).toEqual([])
  expect(await migrate(other)).toEqual([])

  const last = await other`select max(activity_id) as id from activities`
  const [next] = await other`
    insert into activities (
           site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
         )
    values (${shop.siteId}, 'event', 'x', 1, 'event.created', '{}', 'admin', 'x', now())
    returning activity_id`
  expect(next?.activityId).toBeGreaterThan(last[0]?.id)
})

test('who follows the activities goes on after a restore, wherever that is; who knows what was undone is told so', async () => {
  const { siteId } = shop
  // As if this had been restored before, from a server that had made far more transactions.
  await sql`update activity_histories set xact_offset = 5000000000 where ended_xact is null`
  await sql`alter table activities alter column xact set default (pg_current_xact_id()::text::bigint + 5000000000)`
  const start = await listActivitiesAfter(sql, { siteId, after: null, limit: 1 })
  await aSale({ admin })
  const path = await aBackup()
  await aSale({ admin })
  const all = await followToEnd(sql, null)
  const kept = all.seen.slice(0, -2) // an event and its definition

  const { sql: other } = await emptyDatabase()
  await restore(other, aPlace(), path)
  await inTransaction(other, keepHistory)
  expect((await followToEnd(other, null)).seen).toEqual(kept)
  expect((await followToEnd(other, start.cursor)).seen).toEqual(kept.slice(1))
  const before = await followToEnd(other, null)
  await inTransaction(other, tx =>
    record(tx, [
      {
        siteId,
        entityKind: 'policy',
        entityId: 'x',
        sequence: 1,
        kind: 'policy.created',
        actor: CLOCK,
        occurredAt: shop.now(),
      },
    ]),
  )
  expect((await followToEnd(other, before.cursor)).seen).toEqual(['policy.created 1 x'])
  await expect(followToEnd(other, all.cursor)).rejects.toMatchObject({ code: 'HISTORY_ENDED' })
  const histories = await other`select ended_xact is null as is_present from activity_histories order by began_at`
  expect(histories.map(({ isPresent }) => isPresent)).toEqual([false, true])
})

async function followToEnd(db: Sql, after: string | null) {
  const { activities, cursor } = await listActivitiesAfter(db, { siteId: shop.siteId, after, limit: 1000 })
  return { seen: activities.map(({ kind, sequence, entityId }) => `${kind} ${sequence} ${entityId}`), cursor }
}

test('secret and API key come along, and only their owner may read them or the backup', async () => {
  const path = await aBackup()
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  await restore(other, place, path)
  for (const of of [secretPath, apiKeyPath])
    expect(await readFile(of(place.dataDir), 'utf8')).toBe(await readFile(of(config.dataDir), 'utf8'))
  for (const file of [path, secretPath(place.dataDir), apiKeyPath(place.dataDir)])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  const again = { ...config, dataDir: place.dataDir }
  expect((await setUp(other, again, await readKeys(again), shop.now())).isNew).toBe(false)
})

test('a secret that was set is not in the file, and is needed to restore it', async () => {
  const secret = (await readFile(secretPath(config.dataDir), 'utf8')).trim()
  const path = aPath()
  const { hasSecret } = await backUp(sql, { ...config, secret }, { path, now: shop.now() })
  expect(hasSecret).toBe(false)
  expect(gunzipSync(await readFile(path)).includes(secret)).toBe(false)
  const { sql: other } = await emptyDatabase()
  await expect(restore(other, aPlace(), path)).rejects.toThrow('Set BOXOFFICE_SECRET to that one')
  await expect(restore(other, { ...aPlace(), secret: 'x'.repeat(40) }, path)).rejects.toThrow('another secret')
  expect(Object.keys(await contentOf(other))).toEqual([])
  await restore(other, { ...aPlace(), secret }, path)
})

test('with another secret than that of the database nothing is backed up', async () => {
  const path = aPath()
  const wrong = { ...config, secret: 'x'.repeat(40) }
  await expect(backUp(sql, wrong, { path, now: shop.now() })).rejects.toThrow('another secret')
  expect((await readdir(root)).filter(name => join(root, name).startsWith(path))).toEqual([])
})

test('a backup replaces an older one of the same name, and leaves nothing beside it', async () => {
  const path = aPath()
  await writeFile(path, 'old', { mode: 0o644 })
  const { bytes } = await backUp(sql, config, { path, now: shop.now() })
  expect(await stat(path)).toMatchObject({ size: bytes })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readdir(root)).filter(name => name.includes('.part'))).toEqual([])
})

test('a place that cannot be written to is told in plain words, also when there is much to read', async () => {
  await mkdir(join(root, 'directory'))
  await sql`
    insert into activities (
           site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
         )
    select ${shop.siteId}, 'many', number::text, 1, 'many.created', '{}', 'clock', '', now()
      from generate_series(1, 100000) as number`
  await sql`analyze activities`
  for (const path of [join(root, 'nowhere', 'b.gz'), join(root, 'directory')])
    await expect(backUp(sql, config, { path, now: shop.now() })).rejects.toBeInstanceOf(StartupProblem)
  await sql`delete from activities where entity_kind = 'many'`
})

test('people who buy meanwhile are in the backup wholly or not at all, and do not wait for it', async () => {
  const { eventId, definitionId } = await aSale({ admin }, { definition: FREE })
  let isDone = false
  const buying = (async () => {
    let bought = 0
    for (; !isDone; bought += 1) {
      const visitor = await shop.visitor()
      const { body } = await must(visitor, ...reservation(definitionId))
      await checkOut(visitor, { eventId, reservationId: body.ticketReservation.id })
    }
    return bought
  })()
  const paths = [await aBackup(), await aBackup(), await aBackup()]
  isDone = true
  expect(await buying).toBeGreaterThan(0)
  for (const path of paths) {
    const { sql: other } = await emptyDatabase()
    expect((await restore(other, aPlace(), path)).breaches).toEqual([])
  }
})

test('a database that holds data is left alone', async () => {
  const path = await aBackup()
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  await restore(other, place, path)
  const before = await contentOf(other)
  await expect(restore(other, place, path)).rejects.toThrow('The database holds data already')
  expect(await contentOf(other)).toEqual(before)
})

test('an empty database whose tables are there already is filled too', async () => {
  const { sql: other } = await emptyDatabase()
  await migrate(other)
  await restore(other, aPlace(), await aBackup())
  expect(await contentOf(other)).toEqual(await contentOf(sql))
})

test('a data directory of another installation is left alone', async () => {
  const path = await aBackup()
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  await readKeys(place)
  const secret = await readFile(secretPath(place.dataDir), 'utf8')
  await expect(restore(other, place, path)).rejects.toThrow('belongs to another installation')
  expect(await readFile(secretPath(place.dataDir), 'utf8')).toBe(secret)
  expect(Object.keys(await contentOf(other))).toEqual([])
})

test.each([
  ['whose parents are missing', /^(\{"table":"sites".*\n)[\s\S]*?(?=\\\.\n)/m, '$1', 'the rows of'],
  ['that cannot be read', /\tfree\t|\tt\t|\tf\t/i, '\tperhaps\t', 'the rows of'],
  ['that break a law', /^(\S+\t\S+\t\\N\t2\t)3(\t0\t\d+\tf)$/m, '$12$2', '02-sold-is-confirmed'],
])('rows %s are refused, though the checksum fits; nothing is changed', async (_, pattern, replacement, words) => {
  const path = await aBackup()
  const text = gunzipSync(await readFile(path)).toString()
  const changed = resealed(text.replace(pattern, replacement))
  expect(changed).not.toBe(text)
  await writeFile(path, gzipSync(changed))
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  await expect(restore(other, place, path)).rejects.toThrow(words)
  expect(Object.keys(await contentOf(other))).toEqual([])
  await expect(stat(place.dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
})

/** With row counts and checksum that fit again. */
function resealed(text: string): string {
  const rows = text.trimEnd().split('\n')
  const trailer = JSON.parse(rows.pop() ?? '')
  const content = `${rows.join('\n')}\n`
  trailer.rows = Object.fromEntries(
    [...content.matchAll(/^\{"table":"([^"]+)".*\n([\s\S]*?)^\\\.\n/gm)].map(([, table = '', data = '']) => [
      table,
      data.split('\n').length - 1,
    ]),
  )
  trailer.sha256 = createHash('sha256').update(content).digest('hex')
  return `${content}${JSON.stringify(trailer)}\n`
}

test('a law that was broken already keeps nobody from restoring what there is', async () => {
  await sql`update inventory set sold = sold + 1 where sold = 3`
  const path = aPath()
  const { breaches } = await backUp(sql, config, { path, now: shop.now() })
  await sql`update inventory set sold = sold - 1 where sold = 4`
  expect(breaches.map(({ law }) => law)).toEqual(['02-sold-is-confirmed'])
  const { sql: other } = await emptyDatabase()
  expect((await restore(other, aPlace(), path)).breaches).toEqual(breaches)
})

const lines = (text: string) => text.split('\n')

test.each([
  ['cut off', (file: Buffer) => file.subarray(0, file.length - 100)],
  ['cut off to nothing', () => Buffer.alloc(0)],
  ['with a flipped bit', (file: Buffer) => file.map((byte, at) => (at === file.length >> 1 ? byte ^ 1 : byte))],
  ['with a changed row', edited(text => text.replace('ada@example.org', 'eve@example.org'))],
  [
    'without a row',
    edited(text =>
      lines(text)
        .filter((row, at) => !(at > 2 && row.includes('\tevent\t')))
        .join('\n'),
    ),
  ],
  ['without its end', edited(text => lines(text).slice(0, -2).join('\n'))],
  ['with something after its end', edited(text => `${text}more`)],
  ['of another program', () => gzipSync('{"format":"another"}\n')],
  ['that is no archive', () => randomBytes(5_000)],
  ['of a newer format', edited(text => text.replace('"version":1,', '"version":2,'))],
  [
    'of a newer schema',
    edited(text => text.replace('0001-sites', '0001-other').replace('"checksum":"', '"checksum":"0')),
  ],
])('a file %s is refused, and nothing is changed', async (_, change) => {
  const path = await aBackup()
  const text = await readFile(path)
  const changed = change(text)
  expect(text.equals(changed)).toBe(false)
  await writeFile(path, changed)
  const { sql: other } = await emptyDatabase()
  const place = aPlace()
  await expect(restore(other, place, path)).rejects.toBeInstanceOf(StartupProblem)
  expect(Object.keys(await contentOf(other))).toEqual([])
  await expect(stat(place.dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
})

/** A file whose text was changed, in an archive that is whole. */
function edited(change: (text: string) => string) {
  return (file: Buffer) => gzipSync(change(gunzipSync(file).toString()))
}

test('a file that is not there is told in plain words', async () => {
  const { sql: other } = await emptyDatabase()
  await expect(restore(other, aPlace(), join(root, 'nowhere.gz'))).rejects.toThrow('nowhere.gz cannot be used')
})
