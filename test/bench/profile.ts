import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'

/** Where the time of the server's one thread went: shares of the time in which it had something to do. */
export type ProfileSummary = {
  /** Of the whole time, how much the thread was busy. */
  busyShare: number
  categories: { name: string; share: number }[]
  functions: { name: string; where: string; share: number }[]
}

/** Samples this process every 0.5 ms until the returned function is called. */
export async function startProfile(): Promise<() => Promise<ProfileSummary>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return summarize(profile)
  }
}

export function summarize({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileSummary {
  const writers = new Set(
    nodes.filter(({ callFrame }) => /node_modules\/postgres\//.test(callFrame.url)).map(({ id }) => id),
  )
  // Parents come before their children.
  for (const { id, children = [] } of nodes) if (writers.has(id)) for (const child of children) writers.add(child)
  const selfTime = new Map<number, number>()
  samples.forEach((id, index) => {
    selfTime.set(id, (selfTime.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  })
  const functions = new Map<string, { name: string; where: string; time: number }>()
  const categories = new Map<string, number>()
  let all = 0
  let idle = 0
  for (const { id, callFrame } of nodes) {
    const time = selfTime.get(id) ?? 0
    if (callFrame.functionName === 'post' && callFrame.url.startsWith('node:inspector')) continue // this very profiler
    all += time
    if (callFrame.functionName === '(idle)') {
      idle += time
      continue
    }
    const where = shortened(callFrame)
    const name = callFrame.functionName || '(anonymous)'
    const known = functions.get(`${name} ${where}`) ?? { name, where, time: 0 }
    known.time += time
    functions.set(`${name} ${where}`, known)
    const category = categoryOf(callFrame, writers.has(id))
    categories.set(category, (categories.get(category) ?? 0) + time)
  }
  const busy = Math.max(1, all - idle)
  return {
    busyShare: busy / Math.max(1, all),
    categories: [...categories].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share),
    functions: [...functions.values()]
      .map(({ name, where, time }) => ({ name, where, share: time / busy }))
      .sort((a, b) => b.share - a.share)
      .slice(0, FUNCTIONS_SHOWN),
  }
}

const FUNCTIONS_SHOWN = 15
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function shortened({ url, lineNumber }: { url: string; lineNumber: number }): string {
  if (url === '') return ''
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  return `${path.replace(/^.*node_modules\//, '').replace(ROOT, '')}:${lineNumber + 1}`
}

function categoryOf({ functionName, url }: { functionName: string; url: string }, ofPostgres: boolean): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'native code'
  if (/^(writev?|write\w*String|writeBuffer|shutdown|readStart)$/.test(functionName) && url === '')
    return ofPostgres ? 'writing to the database' : 'writing to clients'
  const packageName = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (packageName === 'postgres' || (ofPostgres && url.startsWith('node:'))) return 'PostgreSQL client'
  if (packageName === 'jose') return 'tokens'
  if (packageName && /json|ajv|typebox/.test(packageName)) return 'schemas and JSON'
  if (packageName) return 'Fastify and its plugins'
  if (url.includes('/src/')) return 'Boxoffice'
  if (url.includes('/test/bench/')) return 'the bench itself'
  if (/^node:(internal\/)?(crypto|webcrypto)/.test(url)) return 'tokens'
  if (url.startsWith('node:')) return "node's own JavaScript"
  // Compiled by Fastify from our schemas, or built into V8.
  return /^(anonymous|validate|serialize)\d*$/i.test(functionName) ? 'schemas and JSON' : 'built into V8'
}
