/** Bytes: what the process has in memory, and what of it our values take. */
export type Memory = { residentBytes: number; heapBytes: number }

export function memoryNow(): Memory {
  const { rss, heapUsed, external } = process.memoryUsage()
  return { residentBytes: rss, heapBytes: heapUsed + external }
}

/** The same after the garbage is gone; the process was started with `--expose-gc`. */
export function collectGarbage(): Memory {
  if (!globalThis.gc) throw new Error('start with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return memoryNow()
}

/** Looks at the resident memory ten times a second, for as long as the process lives. */
export function watchMemory(): { max: () => number } {
  let max = process.memoryUsage.rss()
  setInterval(() => {
    max = Math.max(max, process.memoryUsage.rss())
  }, 100).unref()
  return { max: () => max }
}
