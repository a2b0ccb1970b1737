import { type Media, pathOf } from './model.ts'

type Named = Pick<Media, 'siteId' | 'mediaId' | 'format'>
type Read = (named: Named) => Promise<Buffer | null>

/** Bytes of pictures that were asked for lately. */
const REMEMBERED_BYTES_MAX = 32 * 1024 ** 2

/** Pictures that were asked for lately are served from memory: they never change, so what is known stays true. */
export function rememberPictures(read: Read): Read {
  const known = new Map<string, Buffer>()
  const reading = new Map<string, Promise<Buffer | null>>()
  let size = 0

  function remember(path: string, bytes: Buffer): void {
    known.set(path, bytes)
    size += bytes.length
    for (const [oldest, forgotten] of known) {
      if (size <= REMEMBERED_BYTES_MAX) return
      known.delete(oldest)
      size -= forgotten.length
    }
  }

  async function readOnce(named: Named, path: string): Promise<Buffer | null> {
    try {
      const bytes = await read(named)
      if (bytes) remember(path, bytes)
      return bytes
    } finally {
      reading.delete(path)
    }
  }

  return async named => {
    const path = pathOf(named)
    const found = known.get(path)
    if (found) {
      // It is the one that was asked for last now.
      known.delete(path)
      known.set(path, found)
      return found
    }
    const begun = reading.get(path) ?? readOnce(named, path)
    reading.set(path, begun)
    return begun
  }
}
