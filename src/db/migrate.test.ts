import { expect, test } from 'vitest'
import { emptyDatabase } from '../../test/support/empty-database.ts'
import { connect } from './connect.ts'
import { listAppliedMigrations, migrate, readMigrations, requireCurrentSchema } from './migrate.ts'

test('the files are numbered 1, 2, 3 … without a gap', async () => {
  const versions = (await readMigrations()).map(({ version }) => version)
  expect(versions).toEqual(versions.map((_, index) => index + 1))
})

test('a new database gets every migration, and a second run finds nothing to do', async () => {
  const { sql } = await emptyDatabase()
  await expect(requireCurrentSchema(sql)).rejects.toThrow('The database is empty')
  const names = (await readMigrations()).map(({ name }) => name)
  expect(await migrate(sql)).toEqual(names)
  expect((await listAppliedMigrations(sql)).map(({ name }) => name)).toEqual(names)
  expect(await migrate(sql)).toEqual([])
  await requireCurrentSchema(sql)
})

test('four processes at once: one does the work', async () => {
  const { sql, options } = await emptyDatabase()
  const processes = [0, 1, 2, 3].map(() => connect({ ...options, connectionsMax: 1 }))
  const applied = await Promise.all(processes.map(migrate))
  await Promise.all(processes.map(each => each.end()))
  expect(applied.filter(names => names.length > 0)).toEqual([(await readMigrations()).map(({ name }) => name)])
  await requireCurrentSchema(sql)
})

test('who finds another at work waits longer than any other statement may', async () => {
  const { sql, options } = await emptyDatabase()
  await migrate(sql)
  const impatient = connect({ ...options, connectionsMax: 1 })
  await impatient`set lock_timeout = '1ms'`
  const release = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const other = sql.begin(async tx => {
    await tx`select pg_advisory_xact_lock(7265901)`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const waiting = migrate(impatient)
  for (let isWaiting = false; !isWaiting; ) {
    const rows = await sql`select from pg_locks where locktype = 'advisory' and not granted`
    isWaiting = rows.length > 0
  }
  release.resolve()
  await other
  expect(await waiting).toEqual([])
  await impatient.end()
})

test('a database of a newer version is refused, and left as it is', async () => {
  const { sql } = await emptyDatabase()
  await migrate(sql)
  await sql`insert into schema_migrations (version, name, checksum) values (9999, '9999-from-the-future.sql', '')`
  await expect(migrate(sql)).rejects.toThrow('9999-from-the-future.sql, which this version of Boxoffice does not know')
  await expect(requireCurrentSchema(sql)).rejects.toThrow('9999-from-the-future.sql')
})

test('a file that was edited after it had been applied is refused', async () => {
  const { sql } = await emptyDatabase()
  await migrate(sql)
  await sql`update schema_migrations set checksum = 'another' where version = 1`
  await expect(migrate(sql)).rejects.toThrow('0001-sites-and-activities.sql was changed after it had been applied')
})

test('a database of an older version is to be migrated first', async () => {
  const { sql } = await emptyDatabase()
  await migrate(sql)
  await sql`delete from schema_migrations where version = (select max(version) from schema_migrations)`
  await expect(requireCurrentSchema(sql)).rejects.toThrow('Run `boxoffice migrate` first')
})

test('a migration that fails leaves nothing behind', async () => {
  const { sql } = await emptyDatabase()
  await sql`create type activities as (nothing integer)`
  await expect(migrate(sql)).rejects.toThrow('activities')
  expect(await sql`select relname from pg_class where relname in ('sites', 'schema_migrations')`).toEqual([])
})

test('a database of something else is refused, and left as it is', async () => {
  const { sql } = await emptyDatabase()
  await sql`create table wordpress_posts (id integer)`
  await expect(migrate(sql)).rejects.toThrow('tables of something else (wordpress_posts)')
  expect(await sql`select from pg_class where relname = 'schema_migrations'`).toHaveLength(0)
})
