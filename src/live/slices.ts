/**
 * Does `each` of `all`, a few hundred at a time, and lets whatever else waits have its turn in between.
 * @returns milliseconds that it took, without the turns of others
 */
export async function inSlices<T>(all: Iterable<T>, each: (one: T) => void): Promise<number> {
  let milliseconds = 0
  let done = 0
  let since = performance.now()
  for (const one of all) {
    each(one)
    done += 1
    if (done % SLICE !== 0) continue
    milliseconds += performance.now() - since
    await new Promise(resolve => setImmediate(resolve))
    since = performance.now()
  }
  return milliseconds + performance.now() - since
}

const SLICE = 200
