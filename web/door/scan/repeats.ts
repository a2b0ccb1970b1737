/**
 * Lets each code through once while it stays in front of the camera, which sees it many times a second; and once more when
 * it has been away for a while. After any answer there is a moment in which nothing is read, so that it can be seen.
 */
export function withoutRepeats(): (text: string, nowMs: number) => boolean {
  let last = { text: '', seenMs: Number.NEGATIVE_INFINITY }
  let answeredMs = Number.NEGATIVE_INFINITY
  return (text, nowMs) => {
    const isRepeat = text === last.text && nowMs - last.seenMs < AWAY_MS
    if (isRepeat) {
      last.seenMs = nowMs
      return false
    }
    if (nowMs - answeredMs < SETTLE_MS) return false
    last = { text, seenMs: nowMs }
    answeredMs = nowMs
    return true
  }
}

const AWAY_MS = 2500
const SETTLE_MS = 800
