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

/** Looks at the resident memory ten times a second; `max` is the most in bytes since it was last asked. */
export function watchMemory(): { max: () => number } {
  let max = 0
  const look = () => {
    max = Math.max(max, process.memoryUsage.rss())
  }
  setInterval(look, 100).unref()
  return {
    max: () => {
      look()
      const most = max
      max = 0
      return most
    },
  }
}
