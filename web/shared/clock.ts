/*
 * What time it is at the server, whose clock decides: learnt from the Date of each answer, because a visitor's own clock
 * may be minutes wrong. Good to about a second.
 */
let aheadMs = 0

/** @param askedAt when the request left, by this browser's clock */
export function noticeServerDate(date: string | null, askedAt: number): void {
  const said = Date.parse(date ?? '')
  if (Number.isNaN(said)) return
  // The header has whole seconds, and was written about halfway through the request.
  const ahead = said + 500 - (askedAt + Date.now()) / 2
  // What differs by less than that is noise, and a countdown should not tremble.
  if (Math.abs(ahead - aheadMs) > 1000) aheadMs = ahead
}

/** Milliseconds since 1970, by the server's clock. */
export function serverNow(): number {
  return Date.now() + aheadMs
}
