import { useEffect } from 'react'
import { useRefresh, useSiteQuery } from '../site.tsx'

/** Work that goes on in the background, however it is shown. */
export type Job = { id: string; state: 'WAITING' | 'DONE' | 'FAILED'; total: number; done: number; refused: number }

/**
 * Looks at a job each second until it has ended, also behind other tabs; when it is done, all that is shown of the site is
 * asked for again.
 */
export function useJob<Answer extends { job: Job }>(path: string) {
  const refresh = useRefresh()
  const { data, error } = useSiteQuery<Answer>(path, undefined, {
    refetchInterval: ({ state }) => (state.data && state.data.job.state !== 'WAITING' ? false : 1000),
    refetchIntervalInBackground: true,
  })
  const isDone = data?.job.state === 'DONE'
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is done
  useEffect(() => {
    if (isDone) refresh()
  }, [isDone])
  return { data, error, isDone }
}
