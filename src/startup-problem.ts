/** Something the person at the keyboard can mend. The message alone is printed: what is wrong, and what to do. */
export class StartupProblem extends Error {
  override name = 'StartupProblem'
}

/** The same failure of the file system in plain words, or null when it is none that a person could mend. */
export function fileProblem(error: unknown, path: string): StartupProblem | null {
  const code = errorCode(error)
  const words = code === undefined ? undefined : plainWords[code]
  return words === undefined ? null : new StartupProblem(words(path), { cause: error })
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const notADirectory = (path: string) =>
  `${path} cannot be used as a directory, because it or a part of its path is a file. ` +
  'Move the file away, or set DATA_DIR to another directory.'

const notAllowed = (path: string) =>
  `Boxoffice may not use ${path}: permission denied. ` +
  'Give the account that runs Boxoffice its data directory (chown -R), or set DATA_DIR to one that it owns.'

const full = (path: string) => `The disk that holds ${path} is full. Free some space, then start Boxoffice again.`

const plainWords: Record<string, (path: string) => string> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: path => `${path} is on a read-only disk. Set DATA_DIR to a directory on a disk that can be written to.`,
  ENOSPC: full,
  EDQUOT: full,
  ENOTDIR: notADirectory,
  EEXIST: notADirectory,
  ENOENT: path => `${path} does not exist and cannot be made. Set DATA_DIR to a directory that can.`,
  ENAMETOOLONG: path => `The path ${path} is too long for this system. Set DATA_DIR to a shorter one.`,
  ELOOP: path => `The links in ${path} go round in a circle. Mend them, or set DATA_DIR to another directory.`,
}
