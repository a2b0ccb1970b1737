import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Readable, Readable as ReadableStream, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { beginHistory } from './activity/histories.ts'
import type { Config } from './config.ts'
import type { Db, Sql, Tx } from './db/connect.ts'
import { makeDataDirectory } from './db/data-directory-lock.ts'
import {
  type AppliedMigration,
  listAppliedMigrations,
  migrateIn,
  readMigrations,
  requireCurrentSchema,
} from './db/migrate.ts'
import { deriveKeys } from './identities/keys.ts'
import { newGuid } from './ids.ts'
import { apiKeyPath, secretPath } from './installation.ts'
import { readPrivateText, syncDirectory, writePrivateText } from './private-file.ts'
import { errorCode, StartupProblem } from './startup-problem.ts'
import { type Breach, checkLaws } from './verify.ts'

/**
 * A backup is one gzip file of lines: a header; for each table a line that names it, its rows as PostgreSQL's COPY
 * writes them, and a line `\.`; at last the row counts and a checksum of all before it. `zcat` shows it.
 */
type Header = {
  format: 'boxoffice-backup'
  version: 1
  madeAt: string
  migrations: AppliedMigration[]
  /** Every law, with the rows that broke it when the backup was made. */
  laws: Record<string, number>
  /** What the data directory keeps beside the database; null where it is not kept there. */
  secret: string | null
  apiKey: string | null
}
type TableLine = { table: string; columns: string[] }
type Trailer = { rows: Record<string, number>; sequences: Record<string, string>; sha256: string }

type Part = { header: Header } | { table: TableLine } | { rows: Buffer } | { trailer: Trailer }

export type Copied = { tables: number; rows: number; breaches: Breach[] }

/**
 * Writes all data of the database, and the secret that is needed to use them, as they are at one moment; a running
 * server goes on selling meanwhile. The file appears whole or not at all, readable by its owner alone.
 * @throws StartupProblem
 */
export async function backUp(
  sql: Sql,
  config: Pick<Config, 'dataDir' | 'secret'>,
  { path, now }: { path: string; now: Date },
): Promise<Copied & { bytes: number; hasSecret: boolean }> {
  const target = resolve(path)
  const draft = `${target}.${newGuid()}.part`
  try {
    const made = (await sql.begin('isolation level repeatable read read only', async tx => {
      await takeTime(tx)
      await requireCurrentSchema(tx)
      const { laws, breaches } = await checkLaws(tx)
      const kept = await readKept(tx, config)
      const broken = Object.fromEntries(laws.map(law => [law, breaches.find(each => each.law === law)?.total ?? 0]))
      const migrations = await listAppliedMigrations(tx)
      const header = { format: 'boxoffice-backup', version: 1, madeAt: now.toISOString(), migrations } as const
      const tables = parentsFirst(await listTables(tx))
      const rows: Record<string, number> = {}
      const content = write(tx, { header: { ...header, laws: broken, ...kept }, tables, rows })
      const file = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
      await pipeline(ReadableStream.from(content), createGzip(), file).finally(() => content.return(undefined))
      return { tables: tables.length, rows: sum(rows), breaches, hasSecret: kept.secret !== null }
    })) as Copied & { hasSecret: boolean } // postgres.js unwraps arrays of promises in its type; there are none
    const { size } = await stat(draft)
    await rename(draft, target)
    await syncDirectory(dirname(target))
    return { ...made, bytes: size }
  } catch (error) {
    throw pathProblem(error, target) ?? error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Puts a backup into a database that holds none of our data, and its secret into the data directory. All or nothing:
 * checksum, row counts and every law are checked before the commit.
 * @throws StartupProblem
 */
export async function restore(
  sql: Sql,
  config: Pick<Config, 'dataDir' | 'secret'>,
  path: string,
): Promise<Copied & { madeAt: string }> {
  const source = resolve(path)
  try {
    const { header, trailer } = await readWhole(source)
    await refuseUnknownSchema(header)
    const place = await placeKept(config, header)
    const placed: string[] = []
    try {
      return (await sql.begin(async tx => {
        await takeTime(tx)
        await refuseData(tx)
        const versionMax = Math.max(...header.migrations.map(({ version }) => version))
        await migrateIn(tx, versionMax)
        await takeTime(tx)
        await refuseNewer(tx, versionMax)
        const tables = await fill(tx, source, trailer)
        await migrateIn(tx)
        await beginHistory(tx)
        const breaches = await judge(tx, header)
        await refuseOtherSecret(tx, place.secret)
        if (place.files.length > 0) await makeDataDirectory(config.dataDir)
        for (const file of place.files) {
          await writePrivateText(file.path, file.text)
          placed.push(file.path)
        }
        return { tables, rows: sum(trailer.rows), breaches, madeAt: header.madeAt }
      })) as Copied & { madeAt: string }
    } catch (error) {
      for (const file of placed) await rm(file, { force: true })
      throw error
    }
  } catch (error) {
    throw pathProblem(error, source) ?? error
  }
}

/** No statement's limit is meant for a whole database; how dates are written must not depend on the server. */
async function takeTime(tx: Tx): Promise<void> {
  await tx`set local statement_timeout = 0`
  await tx`set local idle_in_transaction_session_timeout = 0`
  await tx`set local datestyle = 'ISO, YMD'`
  await tx`set local intervalstyle = 'postgres'`
}

// ---- The tables

/** Names as PostgreSQL itself quotes them. */
type Table = { table: string; columns: string[]; parents: string[] }

/** Every table of the schema but the record of migrations; read from the catalog, so that none can be forgotten. */
async function listTables(db: Db): Promise<Table[]> {
  return db<Table[]>`
    select quote_ident(class.relname) as "table",
           array(
             select quote_ident(attname)
               from pg_attribute
              where attrelid = class.oid
                and attnum > 0
                and not attisdropped
                and attgenerated = ''
              order by attnum
           ) as columns,
           array(
             select quote_ident(parent.relname)
               from pg_constraint as key
               join pg_class as parent on parent.oid = key.confrelid
              where key.conrelid = class.oid
                and key.contype = 'f'
                and key.confrelid <> class.oid
           ) as parents
      from pg_class as class
     where class.relnamespace = quote_ident(current_schema())::regnamespace
       and class.relkind = 'r'
       and class.relname <> 'schema_migrations'
       and not exists (
             select
               from pg_depend
              where classid = 'pg_class'::regclass
                and objid = class.oid
                and deptype = 'e'
           )
     order by class.relname`
}

/** In an order that every foreign key allows. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const ordered: Table[] = []
  const waiting = new Set(tables)
  while (waiting.size > 0) {
    const waitingNames = new Set([...waiting].map(({ table }) => table))
    const free = [...waiting].filter(({ parents }) => !parents.some(parent => waitingNames.has(parent)))
    if (free.length === 0) throw new Error(`foreign keys go in a circle: ${[...waitingNames].join(', ')}`)
    for (const table of free) {
      ordered.push(table)
      waiting.delete(table)
    }
  }
  return ordered
}

async function listSequences(db: Db): Promise<Record<string, string>> {
  const rows = await db<{ name: string; value: string }[]>`
    select quote_ident(sequencename) as name,
           last_value::text as value
      from pg_sequences
     where schemaname = current_schema()
       and last_value is not null`
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

// ---- Writing

async function* write(
  tx: Tx,
  { header, tables, rows }: { header: Header; tables: readonly Table[]; rows: Record<string, number> },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const hashed = (bytes: Buffer) => {
    hash.update(bytes)
    return bytes
  }
  yield hashed(line(header))
  for (const { table, columns } of tables) {
    yield hashed(line({ table, columns }))
    rows[table] = 0
    for await (const batch of copyOut(tx, { table, columns })) {
      rows[table] += linesIn(batch)
      yield hashed(batch)
    }
    yield hashed(END_OF_TABLE)
  }
  yield line({ rows, sequences: await listSequences(tx), sha256: hash.digest('hex') })
}

/** A table's rows in pieces of whole rows. */
async function* copyOut(tx: Tx, { table, columns }: TableLine): AsyncGenerator<Buffer> {
  const rows: Readable = await tx.unsafe(`copy ${table} (${columns.join(', ')}) to stdout`).readable()
  try {
    let batch: Buffer[] = []
    let bytes = 0
    for await (const row of rows.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      batch.push(row)
      bytes += row.length
      if (bytes < BATCH_BYTES) continue
      yield Buffer.concat(batch)
      batch = []
      bytes = 0
    }
    if (bytes > 0) yield Buffer.concat(batch)
  } finally {
    // If we end early the rest must still be read: until then the connection can do nothing else.
    while (!rows.readableEnded && !rows.destroyed) if (rows.read() === null) await nextTurn()
    // Postgres.js stops reading its socket when the stream is full, and goes on only when more is asked of it; when the
    // last rows filled it nobody asks, and the answer to the next statement would never be read.
    rows._read(0)
  }
}

const BATCH_BYTES = 65_536
const NEWLINE = 0x0a
/** COPY escapes every backslash of a value, so that no row looks like this. */
const END_OF_TABLE = Buffer.from('\\.\n')
const END_AFTER_ROWS = Buffer.from('\n\\.\n')

function line(value: Header | TableLine | Trailer): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** COPY writes a line break inside of a value as `\n`, so that lines are rows. */
function linesIn(batch: Buffer): number {
  let count = 0
  for (let at = batch.indexOf(NEWLINE); at >= 0; at = batch.indexOf(NEWLINE, at + 1)) count += 1
  return count
}

function sum(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0)
}

// ---- Reading

/** Reads a backup to its end, and proves that it is one, whole and unchanged. */
async function readWhole(path: string): Promise<{ header: Header; trailer: Trailer }> {
  let header: Header | null = null
  let trailer: Trailer | null = null
  for await (const part of readParts(path)) {
    if ('header' in part) header = part.header
    if ('trailer' in part) trailer = part.trailer
  }
  if (header === null || trailer === null) throw damaged(path)
  return { header, trailer }
}

/** @throws StartupProblem also at the end, when checksum or row counts do not fit what was read */
async function* readParts(path: string): AsyncGenerator<Part> {
  const hash = createHash('sha256')
  const rows: Record<string, number> = {}
  let table: string | null = null
  let isFirst = true
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of decompressed(path)) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const taken = table === null ? firstLine(rest) : rowsOf(rest)
      if (taken === null) break
      rest = rest.subarray(taken.bytes.length)
      if (table !== null) {
        hash.update(taken.bytes)
        const data = taken.isEnd ? taken.bytes.subarray(0, -END_OF_TABLE.length) : taken.bytes
        rows[table] = (rows[table] ?? 0) + linesIn(data)
        if (data.length > 0) yield { rows: data }
        if (taken.isEnd) table = null
        continue
      }
      const part = parsePart(taken.bytes, { path, isFirst })
      isFirst = false
      if ('trailer' in part) {
        const isIntact = part.trailer.sha256 === hash.digest('hex') && rest.length === 0
        if (!isIntact || !isSame(part.trailer.rows, rows)) throw damaged(path)
        yield part
        return
      }
      hash.update(taken.bytes)
      if ('table' in part) {
        table = part.table.table
        rows[table] = 0
      }
      yield part
    }
    if (table === null && rest.length > LINE_BYTES_MAX) throw damaged(path)
  }
  throw damaged(path)
}

const LINE_BYTES_MAX = 10_000_000

type Taken = { bytes: Buffer; isEnd: boolean }

function firstLine(bytes: Buffer): Taken | null {
  const end = bytes.indexOf(NEWLINE)
  return end < 0 ? null : { bytes: bytes.subarray(0, end + 1), isEnd: false }
}

/** The whole rows that `bytes` begin with, and the end of the table if that is there too. */
function rowsOf(bytes: Buffer): Taken | null {
  if (bytes.subarray(0, END_OF_TABLE.length).equals(END_OF_TABLE))
    return { bytes: bytes.subarray(0, END_OF_TABLE.length), isEnd: true }
  const end = bytes.indexOf(END_AFTER_ROWS)
  if (end >= 0) return { bytes: bytes.subarray(0, end + END_AFTER_ROWS.length), isEnd: true }
  const last = bytes.lastIndexOf(NEWLINE)
  return last < 0 ? null : { bytes: bytes.subarray(0, last + 1), isEnd: false }
}

function parsePart(bytes: Buffer, { path, isFirst }: { path: string; isFirst: boolean }): Part {
  const value = parseJson(bytes.toString('utf8'))
  if (isFirst) {
    if (value.format !== 'boxoffice-backup') throw new StartupProblem(`${path} is no backup of Boxoffice.`)
    if (value.version !== 1)
      throw new StartupProblem(`${path} was made by a newer version of Boxoffice. Restore it with that one.`)
    return { header: value as Header } // our own file, whose checksum is proved before it is used
  }
  if ('table' in value) return { table: value as TableLine }
  if ('sha256' in value) return { trailer: value as Trailer }
  throw damaged(path)
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

async function* decompressed(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const gunzip = createGunzip({ chunkSize: BATCH_BYTES })
  file.once('error', error => gunzip.destroy(error))
  try {
    yield* file.pipe(gunzip) as AsyncIterable<Buffer>
  } catch (error) {
    const code = errorCode(error)
    if (code === 'Z_DATA_ERROR' && file.bytesRead <= file.readableHighWaterMark && gunzip.bytesWritten === 0)
      throw new StartupProblem(`${path} is no backup of Boxoffice.`, { cause: error })
    throw code?.startsWith('Z_') ? damaged(path, error) : error
  } finally {
    file.destroy()
    gunzip.destroy()
  }
}

function damaged(path: string, cause?: unknown): StartupProblem {
  return new StartupProblem(`${path} is damaged or not whole: it cannot be restored. Nothing was changed.`, { cause })
}

function isSame(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every(name => left[name] === right[name])
}

// ---- Filling

async function refuseUnknownSchema({ migrations }: Header): Promise<void> {
  const known = await readMigrations()
  const stranger = migrations.find(
    ({ version, checksum }) => known.find(each => each.version === version)?.checksum !== checksum,
  )
  if (stranger)
    throw new StartupProblem(
      `The backup was made by another version of Boxoffice (with migration ${stranger.name}). Restore it with that one.`,
    )
}

/** Tables that begin with rows, in a database without data too; those of the backup take their place. */
const FILLED_BY_MIGRATIONS: ReadonlySet<string> = new Set(['activity_followers'])

async function refuseData(tx: Tx): Promise<void> {
  if ((await listAppliedMigrations(tx)).length === 0) return
  for (const { table } of await listTables(tx)) {
    if (FILLED_BY_MIGRATIONS.has(table)) continue
    const [found] = await tx.unsafe(`select 1 from ${table} limit 1`)
    if (found)
      throw new StartupProblem(
        `The database holds data already (in ${table}). Restore into an empty one: a new DATA_DIR or DATABASE_URL.`,
      )
  }
}

async function refuseNewer(tx: Tx, versionMax: number): Promise<void> {
  const applied = await listAppliedMigrations(tx)
  if (applied.some(({ version }) => version > versionMax))
    throw new StartupProblem(
      'The database has the tables of a newer version than the backup. Restore into an empty one: ' +
        'a new DATA_DIR or DATABASE_URL.',
    )
}

/** Copies all rows in. Returns the number of tables. */
async function fill(tx: Tx, path: string, trailer: Trailer): Promise<number> {
  const known = new Map((await listTables(tx)).map(table => [table.table, table]))
  for (const table of FILLED_BY_MIGRATIONS) if (known.has(table)) await tx.unsafe(`delete from ${table}`)
  let tables = 0
  let copy: Awaited<ReturnType<typeof copyIn>> | null = null
  for await (const part of readParts(path)) {
    if ('rows' in part) await copy?.write(part.rows)
    else {
      await copy?.end()
      copy = null
    }
    if ('table' in part) {
      const { table, columns } = part.table
      const isKnown = columns.every(column => known.get(table)?.columns.includes(column))
      if (!isKnown) throw new StartupProblem(`The backup has a table ${table} that this version does not know.`)
      copy = await copyIn(tx, part.table)
      tables += 1
    }
  }
  for (const table of known.keys()) await tx.unsafe(`analyze ${table}`)
  for (const [name, value] of Object.entries(trailer.sequences))
    await tx`select setval(${name}::regclass, ${value}::bigint)`
  for (const [table, expected] of Object.entries(trailer.rows)) {
    const [row] = await tx.unsafe<{ count: number }[]>(`select count(*) from ${table}`)
    if (row?.count !== expected) throw new Error(`${table} has ${row?.count} rows instead of ${expected}`)
  }
  return tables
}

/**
 * Writes rows into a table. (Postgres.js does not tell when PostgreSQL refuses a copy at its end, and its stream never
 * finishes then; so the next statement is asked, which fails in a transaction that has failed.)
 */
async function copyIn(tx: Tx, { table, columns }: TableLine) {
  const rows: Writable = await tx.unsafe(`copy ${table} (${columns.join(', ')}) from stdin`).writable()
  const failure: { error?: unknown } = {}
  rows.on('error', error => {
    failure.error = error
  })
  const check = () => {
    if (failure.error) throw new Error(`the rows of ${table} were refused`, { cause: failure.error })
  }
  return {
    write: async (bytes: Buffer) => {
      await new Promise(resolve => rows.write(bytes, resolve))
      check()
    },
    end: async () => {
      rows.end()
      await nextTurn()
      check()
      await tx`select 1`.catch(cause => {
        throw new Error(`the rows of ${table} were refused; the log of PostgreSQL says why`, { cause })
      })
    },
  }
}

/** What was broken when the backup was made may be so again; nothing else. Laws that are new since then only warn. */
async function judge(tx: Tx, header: Header): Promise<Breach[]> {
  const { breaches } = await checkLaws(tx)
  const worse = breaches.filter(({ law, total }) => total > (header.laws[law] ?? Number.POSITIVE_INFINITY))
  if (worse.length > 0)
    throw new StartupProblem(
      `What the backup holds breaks a law that held when it was made (${worse.map(({ law }) => law).join(', ')}). ` +
        'Nothing was changed.',
    )
  return breaches
}

// ---- The secret and the API key

/** The secret belongs in the backup where only the data directory keeps it; one that was set is kept elsewhere. */
async function readKept(
  db: Db,
  { dataDir, secret }: Pick<Config, 'dataDir' | 'secret'>,
): Promise<Pick<Header, 'secret' | 'apiKey'>> {
  const kept = secret === null ? await readPrivateText(secretPath(dataDir)) : null
  await refuseOtherSecret(db, secret ?? kept)
  return { secret: kept, apiKey: await readPrivateText(apiKeyPath(dataDir)) }
}

/** @throws StartupProblem when `secret` is not the one that the database was set up with */
async function refuseOtherSecret(db: Db, secret: string | null): Promise<void> {
  const [row] = await db<{ secretFingerprint: string }[]>`select secret_fingerprint from installation`
  if (!row || (secret !== null && deriveKeys(secret).fingerprint === row.secretFingerprint)) return
  throw new StartupProblem(
    'The database was set up with another secret, without which it cannot be used. Set BOXOFFICE_SECRET to that one, ' +
      'or set DATA_DIR to the directory that has its file "secret".',
  )
}

type Place = { secret: string | null; files: { path: string; text: string }[] }

/** What to write into the data directory. Nothing of another installation is overwritten there. */
async function placeKept({ dataDir, secret }: Pick<Config, 'dataDir' | 'secret'>, header: Header): Promise<Place> {
  const files = []
  for (const [path, text] of [
    [secretPath(dataDir), secret === null ? header.secret : null],
    [apiKeyPath(dataDir), header.apiKey],
  ] as const) {
    const there = await readPrivateText(path)
    if (text === null || there === text) continue
    if (there !== null)
      throw new StartupProblem(`${path} belongs to another installation. Restore into a new DATA_DIR.`)
    files.push({ path, text })
  }
  return { secret: secret ?? header.secret ?? (await readPrivateText(secretPath(dataDir))), files }
}

function pathProblem(error: unknown, path: string): StartupProblem | null {
  if (!(error instanceof Error) || error instanceof StartupProblem) return null
  const isOfFile = ('syscall' in error && 'path' in error) || DISK_FULL.has(errorCode(error) ?? '')
  return isOfFile ? new StartupProblem(`${path} cannot be used: ${error.message}`, { cause: error }) : null
}

const DISK_FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
