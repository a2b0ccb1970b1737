import { useCallback } from 'react'
import { useSearchParams } from 'wouter'

/** A choice that stands in the address, so that a reload, a bookmark and a colleague see the same; '' for none. */
export function useParam(name: string): [string, (value: string, others?: Record<string, string>) => void] {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (value: string, others: Record<string, string> = {}) =>
      setParams(
        before => {
          const after = new URLSearchParams(before)
          for (const [key, each] of Object.entries({ ...others, [name]: value }))
            if (each === '') after.delete(key)
            else after.set(key, each)
          return after
        },
        { replace: true },
      ),
    [name, setParams],
  )
  return [params.get(name) ?? '', set]
}

/** Which page of a list is shown, from 1, kept in the address; what is no page there is the first. */
export function usePage(name = 'page'): [number, (page: number) => void] {
  const [said, say] = useParam(name)
  return [Math.max(1, Math.trunc(Number(said)) || 1), page => say(page === 1 ? '' : String(page))]
}
