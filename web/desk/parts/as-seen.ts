import { ApiError } from '../../shared/api.ts'
import { isSame } from './changed-meanwhile.ts'

/** What was looked at: which state of it that was, in the API's words, and what of it is about to be changed. */
export type Seen<Shown> = { mark: string; shown: Shown }

/**
 * Changes something as it was seen; once more where somebody else has changed something else of it meanwhile.
 * @param put sends the change of what had this mark, and looked like this
 * @param again asks the API what is there now
 * @param isAsSeen whether what is about to be changed is still as it was; else all that is shown is compared
 * @throws ApiError ABORTED where somebody has changed the same
 */
export async function sendAsSeen<Shown, Answer>(
  { mark, shown }: Seen<Shown>,
  {
    put,
    again,
    isAsSeen = now => isSame(now, shown),
  }: {
    put: (mark: string, shown: Shown) => Promise<Answer>
    again: () => Promise<Seen<Shown>>
    isAsSeen?: (now: Shown) => boolean
  },
): Promise<Answer> {
  for (let attempt = 1, at = { mark, shown }; ; attempt += 1) {
    try {
      return await put(at.mark, at.shown)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'ABORTED' || attempt === ATTEMPTS_MAX) throw error
      at = await again()
      if (!isAsSeen(at.shown)) throw error
    }
  }
}

/** How often somebody else may change something else in between. */
const ATTEMPTS_MAX = 5
