import { networkOf } from '../identities/attempts.ts'
import { Refusal } from '../refusals.ts'

/** How many streams each network has open here: nobody may take them all. */
export function boundPerAddress(max: number) {
  const open = new Map<string, number>()
  return {
    /**
     * Counts one more.
     * @returns what counts it no more, once
     * @throws Refusal RESOURCE_EXHAUSTED
     */
    take: (address: string): (() => void) => {
      const network = networkOf(address)
      const count = open.get(network) ?? 0
      if (count >= max)
        throw new Refusal('RESOURCE_EXHAUSTED', 'Too many listen from this address. Ask for the state itself.', {
          retryAfterSeconds: RETRY_SECONDS,
        })
      open.set(network, count + 1)
      return () => {
        const left = (open.get(network) ?? 1) - 1
        if (left > 0) open.set(network, left)
        else open.delete(network)
      }
    },
  }
}

const RETRY_SECONDS = 30
