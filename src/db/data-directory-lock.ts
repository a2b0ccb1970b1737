import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, StartupProblem } from '../startup-problem.ts'

export type DataDirectoryLock = { release(): Promise<void> }

/**
 * Makes this process the only Boxoffice server of `dataDir`. The lock of a process that is gone is taken over.
 * @throws StartupProblem naming the process that holds it
 */
export async function lockDataDirectory(dataDir: string): Promise<DataDirectoryLock> {
  const path = lockPath(dataDir)
  const mine = `${process.pid}\n${startOfProcess(process.pid) ?? ''}\n`
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, mine, { mode: 0o600, flag: 'wx' })
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      // A link appears with its content, or not at all: nobody ever reads half a lock.
      if (await linked(draft, path)) return { release: () => release(path, mine) }
      const theirs = await readLock(path)
      if (theirs === null) continue
      const holder = liveHolder(theirs)
      if (holder !== null) throw alreadyRunning(holder)
      await takeAway(path, theirs)
    }
    throw new StartupProblem(`Other starts of Boxoffice keep taking ${path}. Start it once.`)
  } finally {
    await rm(draft, { force: true })
  }
}

/** The process that runs Boxoffice in `dataDir`, or null. */
export async function findLockHolder(dataDir: string): Promise<number | null> {
  const lock = await readLock(lockPath(dataDir))
  return lock === null ? null : liveHolder(lock)
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'boxoffice.pid')
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function readLock(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function liveHolder(lock: string): number | null {
  const [pidText = '', start = ''] = lock.split('\n')
  const pid = Number.parseInt(pidText, 10)
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return null
  // After a reboot, and in containers always, the same number soon belongs to somebody else.
  const startNow = startOfProcess(pid)
  return start === '' || startNow === null || start === startNow ? pid : null
}

function alreadyRunning(pid: number): StartupProblem {
  return new StartupProblem(
    `Boxoffice is already running in this directory (process ${pid}). Stop it, or set DATA_DIR to another directory.`,
  )
}

/** Removes a dead lock, unless another start replaced it since it was read: then that one is put back. */
async function takeAway(path: string, dead: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== dead) await linked(aside, path)
  await rm(aside, { force: true })
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readLock(path)) === mine) await rm(path, { force: true })
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
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name in parentheses may hold spaces; field 22 of the whole is the start in ticks since boot.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
    }
    if (process.platform === 'win32') return null
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim() || null
  } catch {
    return null
  }
}
