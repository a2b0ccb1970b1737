import { useSiteQuery } from '../site.tsx'

/** The zone that the site's days are told in; null until it is known. */
export function useSiteZone() {
  const { data, error, refetch } = useSiteQuery<{ site: { timeZoneId: string } }>('/boxoffice/v1/site')
  return { timeZone: data?.site.timeZoneId ?? null, error, refetch }
}
