import { useEffect, useState } from 'react'
import { serverNow } from '../../shared/clock.ts'
import { useBoot } from '../app.tsx'

/** In ms, between two readings. */
const EVERY = 10_000

/** Milliseconds since 1970 by the server's clock, renewed now and then; at first as the server rendered it. */
export function useServerNow(): number {
  const boot = useBoot()
  const [now, setNow] = useState(() => Date.parse(boot.now))
  useEffect(() => {
    const tick = () => setNow(serverNow())
    // The first answer of the API brings the server's time along.
    const soon = setTimeout(tick, 1000)
    const timer = setInterval(tick, EVERY)
    return () => {
      clearTimeout(soon)
      clearInterval(timer)
    }
  }, [])
  return now
}
