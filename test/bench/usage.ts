/** Bytes: what the process has in memory; what of it our values take, and V8 keeps for them; buffers and the like. */
export type Memory = { residentBytes: number; heapBytes: number; heapReservedBytes: number; outsideHeapBytes: number }

export function memoryNow(): Memory {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  return { residentBytes: rss, heapBytes: heapUsed, heapReservedBytes: heapTotal, outsideHeapBytes: external }
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
