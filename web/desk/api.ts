import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../shared/api.ts'

/** Asks the API as the person who is signed in, for the site at the desk. @throws ApiError */
export async function askFor<Answer>(
  siteId: string | null,
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  const timeout = AbortSignal.timeout(SECONDS_MAX * 1000)
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(siteId && { 'wix-site-id': siteId }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const answer = await response.json().catch(() => undefined)
    if (!response.ok)
      throw new ApiError({ status: response.status, body: answer, retryAfter: response.headers.get('retry-after') })
    return answer as Answer
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error
    throw new ApiError({ status: 0 })
  }
}

const SECONDS_MAX = 30

export type Role = 'OWNER' | 'MANAGER' | 'FINANCE' | 'DOOR'
export type SiteOfAccount = { siteId: string; name: string; role: Role; permissions: string[] }
export type SignedIn = {
  account: { id: string; name: string; email: string; twoFactorEnabled: boolean }
  sites: SiteOfAccount[]
}

/** Who is signed in; null: nobody is. */
export function useSignedIn() {
  return useQuery<SignedIn | null, ApiError>({
    queryKey: ['account'],
    queryFn: async ({ signal }) => {
      try {
        return await askFor<SignedIn>(null, '/boxoffice/v1/account', { signal })
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
  })
}

/** Whoever signed in or out is asked about anew, and nothing of before is shown any more. */
export function useForgetAll(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    queries.clear()
    await queries.invalidateQueries()
  }
}
