import { type UseQueryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { ApiError } from '../shared/api.ts'
import { askFor, type SiteOfAccount } from './api.ts'

/** The site at the desk, and what the person may do there. */
export const SiteContext = createContext<SiteOfAccount | null>(null)

export function useSite(): SiteOfAccount {
  const site = useContext(SiteContext)
  if (!site) throw new Error('no site is at the desk')
  return site
}

/** Whether the person may; what they may not is not shown to them, and the API refuses it anyway. */
export function useMay(permission: string): boolean {
  return useSite().permissions.includes(permission)
}

/** What the API answers for this site. POST where there is a body: queries of the contract have one. */
export function useSiteQuery<Answer>(
  path: string,
  body?: unknown,
  options: Omit<UseQueryOptions<Answer, ApiError>, 'queryKey' | 'queryFn'> = {},
) {
  const { siteId } = useSite()
  return useQuery<Answer, ApiError>({
    queryKey: [siteId, path, body ?? null],
    queryFn: ({ signal }) =>
      askFor<Answer>(siteId, path, { signal, ...(body !== undefined && { method: 'POST', body }) }),
    ...options,
  })
}

/** Asks once more for all that is shown of this site. */
export function useRefresh(): () => Promise<void> {
  const { siteId } = useSite()
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: [siteId] })
}

/**
 * Changes something of this site; afterwards all that is shown of it is asked for again.
 * @param path with what is changed in it
 */
export function useSiteChange<Sent, Answer = unknown>(method: string, path: string | ((sent: Sent) => string)) {
  const { siteId } = useSite()
  const queries = useQueryClient()
  return useMutation<Answer, ApiError, Sent>({
    mutationFn: sent =>
      askFor<Answer>(siteId, typeof path === 'string' ? path : path(sent), {
        method,
        ...(method !== 'DELETE' && { body: sent }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [siteId] }),
  })
}
