import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, fileProblem } from './startup-problem.ts'

/** The text of a small file without the space around it; null when there is none, or nothing in it. */
export async function readPrivateText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw fileProblem(error, path) ?? error
  }
}

/** Writes a file that its owner alone may read: wholly and durably, or not at all. Another text there is replaced. */
export async function writePrivateText(path: string, text: string): Promise<void> {
  await withDraft(path, text, draft => rename(draft, path))
}

/** The same where there must be one text for all: of several processes that write at once, the first one's stays. */
export async function keepPrivateText(path: string, make: () => string): Promise<string> {
  const kept = await readPrivateText(path)
  if (kept !== null) return kept
  const made = make()
  const isFirst = await withDraft(path, made, draft =>
    link(draft, path).then(
      () => true,
      error => (errorCode(error) === 'EEXIST' ? false : Promise.reject(error)),
    ),
  )
  if (isFirst) return made
  const first = await readPrivateText(path)
  if (first !== null) return first
  await writePrivateText(path, made) // an empty file, left by a full disk
  return made
}

async function withDraft<T>(path: string, text: string, place: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true })
    const placed = await place(draft)
    await syncDirectory(dirname(path))
    return placed
  } catch (error) {
    throw fileProblem(error, path) ?? error
  } finally {
    await rm(draft, { force: true })
  }
}

/** A new name survives a power failure only once its directory is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
