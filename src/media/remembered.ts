import { pathOf } from './model.ts'
import type { NamedMedia as Named } from './store.ts'

type Read = (named: Named) => Promise<Buffer | null>

/** Bytes of pictures that were asked for lately. */
const REMEMBERED_BYTES_MAX = 32 * 1024 ** 2
/** In ms: for so long a picture may be served that another process has removed. */
const AGE_MAX = 10_000

/**
 * Pictures that were asked for lately are served from memory: they never change. Whether they are still there is asked
 * anew every ten seconds.
 * @param clock in ms, of a time that only goes forward
 */
export function rememberPictures(
  { read, isKept }: { read: Read; isKept: (named: Named) => Promise<boolean> },
  clock: () => number = () => performance.now(),
) {
  const known = new Map<string, { bytes: Buffer; checkedAt: number }>()
  const reading = new Map<string, Promise<Buffer | null>>()
  let size = 0

  function forget(path: string): void {
    size -= known.get(path)?.bytes.length ?? 0
    known.delete(path)
  }

  function remember(path: string, bytes: Buffer): void {
    known.set(path, { bytes, checkedAt: clock() })
    size += bytes.length
    for (const oldest of known.keys()) {
      if (size <= REMEMBERED_BYTES_MAX) return
      forget(oldest)
    }
  }

  async function look(named: Named, path: string): Promise<Buffer | null> {
    try {
      const before = known.get(path)?.bytes
      const bytes = before && (await isKept(named)) ? before : before ? null : await read(named)
      forget(path)
      if (bytes) remember(path, bytes)
      return bytes
    } finally {
      reading.delete(path)
    }
  }

  return {
    find: async (named: Named): Promise<Buffer | null> => {
      const path = pathOf(named)
      const found = known.get(path)
      if (found && clock() - found.checkedAt <= AGE_MAX) {
        // It is the one that was asked for last now.
        known.delete(path)
        known.set(path, found)
        return found.bytes
      }
      const begun = reading.get(path) ?? look(named, path)
      reading.set(path, begun)
      return begun
    },
    /** What was removed here is served no longer. */
    forget: (named: Named) => forget(pathOf(named)),
  }
}
