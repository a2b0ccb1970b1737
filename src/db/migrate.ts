import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { StartupProblem } from '../startup-problem.ts'
import type { Db, Sql, Tx } from './connect.ts'

export type AppliedMigration = { version: number; name: string; checksum: string }
type Migration = AppliedMigration & { text: string }

/**
 * Brings the schema to the newest version, forward only, all steps in one transaction; many processes may call it at
 * once, one does the work.
 * @returns names of the migrations applied now
 * @throws StartupProblem when the server is too old, the database newer than this code or not ours, or an applied file
 *   was edited
 */
export async function migrate(sql: Sql): Promise<string[]> {
  return (await sql.begin(tx => migrateIn(tx))) as string[] // postgres.js unwraps arrays of promises in its type
}

/** The same in a transaction of the caller's, up to and including `versionMax`. */
export async function migrateIn(tx: Tx, versionMax = Number.POSITIVE_INFINITY): Promise<string[]> {
  const migrations = await readMigrations()
  await refuseOldServer(tx)
  await waitForOthers(tx)
  const applied = await listAppliedMigrations(tx)
  if (applied.length === 0) await begin(tx)
  refuseUnknown(applied, migrations)
  const pending = migrations.filter(
    ({ version }) => version <= versionMax && !applied.some(row => row.version === version),
  )
  for (const { version, name, text, checksum } of pending) {
    await tx.unsafe(text).simple()
    await tx`insert into schema_migrations (version, name, checksum) values (${version}, ${name}, ${checksum})`
  }
  return pending.map(migration => migration.name)
}

/** What was applied to this database; nothing to one that is new. */
export async function listAppliedMigrations(db: Db): Promise<AppliedMigration[]> {
  const [table] = await db<{ found: boolean }[]>`select to_regclass('schema_migrations') is not null as found`
  if (!table?.found) return []
  return db<AppliedMigration[]>`select version, name, checksum from schema_migrations order by version`
}

/** @throws StartupProblem when the schema is not exactly the one of this code */
export async function requireCurrentSchema(db: Db): Promise<void> {
  const applied = await listAppliedMigrations(db)
  if (applied.length === 0)
    throw new StartupProblem('The database is empty. `boxoffice serve` or `boxoffice migrate` makes its tables.')
  const migrations = await readMigrations()
  refuseUnknown(applied, migrations)
  if (applied.length < migrations.length)
    throw new StartupProblem('The database is of an older version of Boxoffice. Run `boxoffice migrate` first.')
}

/** @throws StartupProblem */
export function refuseUnknown(applied: readonly AppliedMigration[], known: readonly AppliedMigration[]): void {
  for (const row of applied) {
    const migration = known.find(({ version }) => version === row.version)
    if (!migration)
      throw new StartupProblem(
        `The database has migration ${row.name}, which this version of Boxoffice does not know. Start the newer version.`,
      )
    if (migration.checksum !== row.checksum)
      throw new StartupProblem(`migrations/${migration.name} was changed after it had been applied. Restore the file.`)
  }
}

export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter(name => /^\d{4}-.+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const text = await readFile(`${DIRECTORY}${name}`, 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      return { version: Number(name.slice(0, 4)), name, text, checksum }
    }),
  )
}

const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url))

async function refuseOldServer(tx: Tx): Promise<void> {
  const [server] = await tx<{ version: number }[]>`select current_setting('server_version_num')::int as version`
  if (server && server.version < 150_000)
    throw new StartupProblem(`PostgreSQL 15 or newer is needed; this server is ${Math.floor(server.version / 10_000)}.`)
}

/** One process migrates, however long that takes; but it does not wait long for tables that others are using. */
async function waitForOthers(tx: Tx): Promise<void> {
  await tx`set local statement_timeout = 0`
  await tx`set local lock_timeout = '30min'`
  await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`
  await tx`set local lock_timeout = '30s'`
}

const ADVISORY_LOCK = 7_265_901

/** Backups and restores take every table of the schema for ours: so it must be. */
async function begin(tx: Tx): Promise<void> {
  const [stranger] = await tx<{ name: string }[]>`
    select relname as name
      from pg_class as class
     where relnamespace = quote_ident(current_schema())::regnamespace
       and relkind in ('r', 'p')
       and relname <> 'schema_migrations'
       and not exists (
             select
               from pg_depend
              where classid = 'pg_class'::regclass
                and objid = class.oid
                and deptype = 'e'
           )
     order by relname
     limit 1`
  if (stranger)
    throw new StartupProblem(
      `The database holds tables of something else (${stranger.name}). Give Boxoffice a database of its own.`,
    )
  await tx`
    create table if not exists schema_migrations (
      version    integer primary key,
      name       text not null,
      checksum   text not null,
      applied_at timestamptz not null default now()
    )`
}
