import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode, fileProblem, StartupProblem } from '../startup-problem.ts'

/**
 * Makes `dataDir` if it is not there, and proves that it can be written to. Returns its path without links.
 * @throws StartupProblem
 */
export async function makeDataDirectory(dataDir: string): Promise<string> {
  const path = resolve(dataDir)
  try {
    await makeDirectory(path, isRoot() ? 0o711 : 0o700)
    const real = await realpath(path)
    await letDatabasePass(real)
    const probe = join(real, `.writable-${randomBytes(6).toString('hex')}`)
    await writeFile(probe, '', { mode: 0o600 })
    await rm(probe)
    return real
  } catch (error) {
    throw fileProblem(error, path) ?? error
  }
}

/**
 * As root another account runs the database inside: it must be able to pass through, but not to look around. Only a
 * directory given to us empty is ours to open; behind others, or below closed ones, the database finds another home.
 */
async function letDatabasePass(directory: string): Promise<void> {
  if (!isRoot()) return
  const { uid, mode } = await stat(directory)
  const isClosed = (mode & 0o001) === 0
  if (isClosed && uid === 0 && (await readdir(directory)).length === 0) await chmod(directory, (mode & 0o777) | 0o011)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Makes a directory and those above it. (Node's own recursive mkdir never returns where the system says ENOENT.) */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
    // A strict umask would have closed it to those whom the mode lets through.
    await chmod(path, mode)
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (errorCode(error) !== 'ENOENT' || (await isThere(dirname(path)))) throw error
    await makeDirectory(dirname(path), mode)
    await makeDirectory(path, mode)
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

export type DataDirectoryLock = { release(): void }

/**
 * Makes this process the only Boxoffice server of `dataDir`. The lock of a process that is gone is taken over.
 * @throws StartupProblem naming the process that holds it
 */
export async function lockDataDirectory(dataDir: string): Promise<DataDirectoryLock> {
  const path = lockPath(dataDir)
  const gate = `${path}.gate`
  const mine = `${process.pid}\n${startOfProcess(process.pid) ?? ''}\n`
  for (let deadline = Date.now() + 2 * gateMs; Date.now() < deadline; await delay(10)) {
    // Of those who see a dead lock at once, only one may look and replace it at a time.
    if (!passes(gate)) continue
    try {
      const holder = liveHolder(path)
      if (holder !== null) throw alreadyRunning(holder)
      replaceLock(path, mine)
      return { release: () => release(path, mine) }
    } finally {
      rmSync(gate, { force: true })
    }
  }
  throw new StartupProblem(`Other starts of Boxoffice keep ${gate}. If there are none, remove that file.`)
}

/** The process that runs Boxoffice in `dataDir`, or null. */
export function findLockHolder(dataDir: string): number | null {
  return liveHolder(lockPath(dataDir))
}

/** Nobody takes longer behind the gate than some file operations: who does was killed there. */
const gateMs = 5_000

function lockPath(dataDir: string): string {
  return join(dataDir, 'boxoffice.pid')
}

function passes(gate: string): boolean {
  try {
    closeSync(openSync(gate, 'wx', 0o600))
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const made = statSync(gate, { throwIfNoEntry: false })
  if (made !== undefined && Math.abs(Date.now() - made.mtimeMs) > gateMs) rmSync(gate, { force: true })
  return false
}

/** By renaming: nobody ever reads half a lock. */
function replaceLock(path: string, text: string): void {
  const draft = `${path}.draft`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, path)
}

function liveHolder(path: string): number | null {
  const [pidText = '', start = ''] = (readLock(path) ?? '').split('\n')
  const pid = Number.parseInt(pidText, 10)
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return null
  // After a reboot, and in containers always, the same number soon belongs to somebody else.
  const startNow = startOfProcess(pid)
  return start === '' || startNow === null || start === startNow ? pid : null
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function alreadyRunning(pid: number): StartupProblem {
  return new StartupProblem(
    `Boxoffice is already running in this directory (process ${pid}). Stop it, or set DATA_DIR to another directory.`,
  )
}

function release(path: string, mine: string): void {
  if (readLock(path) === mine) rmSync(path, { force: true })
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** Tells two processes with the same number apart; null where the system does not say. */
function startOfProcess(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name in parentheses may hold spaces; field 22 of the whole is the start in ticks since boot.
      const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19]
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
    }
    if (process.platform === 'win32') return null
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim() || null
  } catch {
    return null
  }
}
