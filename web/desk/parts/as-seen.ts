import { ApiError } from '../../shared/api.ts'
import { isSame } from './changed-meanwhile.ts'

/** What was looked at: which state of it that was, in the API's words, and what of it is about to be changed. */
export type Seen<Shown> = { mark: string; shown: Shown }

/**
 * Changes something as it was seen; once more where somebody else has changed something else of it meanwhile.
 * @param put sends the change of what had this mark
 * @param again asks the API what is there now
 * @throws ApiError ABORTED where somebody has changed the same
 */
export async function sendAsSeen<Shown, Answer>(
  { mark, shown }: Seen<Shown>,
  { put, again }: { put: (mark: string) => Promise<Answer>; again: () => Promise<Seen<Shown>> },
): Promise<Answer> {
  for (let attempt = 1, at = mark; ; attempt += 1) {
    try {
      return await put(at)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'ABORTED' || attempt === ATTEMPTS_MAX) throw error
      const now = await again()
      if (!isSame(now.shown, shown)) throw error
      at = now.mark
    }
  }
}

const ATTEMPTS_MAX = 5
