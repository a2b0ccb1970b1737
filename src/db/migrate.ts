import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { StartupProblem } from '../startup-problem.ts'
import type { Sql } from './connect.ts'

type Migration = { version: number; name: string; text: string; checksum: string }

/**
 * Brings the schema to the newest version, forward only, all steps in one transaction; many processes may call it at
 * once, one does the work.
 * @returns names of the migrations applied now
 * @throws StartupProblem when the server is too old, the database newer than this code, or an applied file was edited
 */
export async function migrate(sql: Sql): Promise<string[]> {
  const migrations = await readMigrations()
  const [server] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`
  if (server && server.version < 150_000)
    throw new StartupProblem(`PostgreSQL 15 or newer is needed; this server is ${Math.floor(server.version / 10_000)}.`)

  return (await sql.begin(async tx => {
    await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`
    await tx`
      create table if not exists schema_migrations (
        version    integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now()
      )`
    const applied = await tx<{ version: number; name: string; checksum: string }[]>`
      select version, name, checksum from schema_migrations order by version`
    for (const row of applied) {
      const known = migrations.find(migration => migration.version === row.version)
      if (!known)
        throw new StartupProblem(
          `The database has migration ${row.name}, which this version of Boxoffice does not know. Start the newer version.`,
        )
      if (known.checksum !== row.checksum)
        throw new StartupProblem(`migrations/${known.name} was changed after it had been applied. Restore the file.`)
    }
    const pending = migrations.filter(migration => !applied.some(row => row.version === migration.version))
    for (const { version, name, text, checksum } of pending) {
      await tx.unsafe(text).simple()
      await tx`insert into schema_migrations (version, name, checksum) values (${version}, ${name}, ${checksum})`
    }
    return pending.map(migration => migration.name)
  })) as string[]
}

const ADVISORY_LOCK = 7_265_901
const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url))

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter(name => /^\d{4}-.+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const text = await readFile(`${DIRECTORY}${name}`, 'utf8')
      return {
        version: Number(name.slice(0, 4)),
        name,
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    }),
  )
}
