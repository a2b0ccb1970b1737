import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, release, totalmem, type } from 'node:os'
import { promisify } from 'node:util'

export type Machine = {
  cpu: string
  cores: number
  memoryGigabytes: number
  system: string
  versions: Record<string, string>
  commit: string
  date: string
}

const PACKAGES = ['fastify', 'postgres', 'autocannon']

export async function describeMachine(postgres: string): Promise<Machine> {
  const [first] = cpus()
  const packages = await Promise.all(
    PACKAGES.map(async name => [name, await versionOf(`node_modules/${name}/`)] as const),
  )
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    versions: {
      boxoffice: await versionOf(''),
      node: [process.versions.node, ...process.execArgv].join(' '),
      PostgreSQL: postgres,
      ...Object.fromEntries(packages),
    },
    commit: await commit(),
    date: new Date().toISOString(),
  }
}

async function versionOf(directory: string): Promise<string> {
  const text = await readFile(new URL(`../../${directory}package.json`, import.meta.url), 'utf8')
  return JSON.parse(text).version
}

/** What was measured; marked where the code differed from what is committed. */
async function commit(): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: new URL('../../', import.meta.url) })).stdout.trim()
  try {
    const changed = await git('status', '--porcelain', '--', 'src', 'migrations', 'test/bench', 'package-lock.json')
    return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' with uncommitted changes'}`
  } catch {
    return 'unknown: not a git repository'
  }
}

/** How many files, connections among them, a process of ours may have open. */
export function openFilesMax(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files: { soft: number | string } } }
  const soft = Number(userLimits?.open_files.soft) // Windows knows no such limit, others say "unlimited"
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft
}

/** Cores kept busy by everything on this machine since `before`. */
export function busyCores(before: MachineTime): number {
  const now = machineTime()
  const share = (now.busy - before.busy) / Math.max(1, now.all - before.all)
  return share * cpus().length
}

export type MachineTime = { busy: number; all: number }

export function machineTime(): MachineTime {
  const times = cpus().map(cpu => cpu.times)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) }
}
