import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { changedMeanwhile } from '../parts/changed-meanwhile.ts'
import { useSite } from '../site.tsx'
import type { DeskControl } from './controls.ts'
import type { Messages } from './messages.ts'

export type DeskForm = { controls: readonly DeskControl[]; messages: Messages }
/** The form of an event, and which state of it that is. */
export type Whole = { revision: string; form: DeskForm }

export function wholePath(eventId: string): string {
  return `/boxoffice/v1/events/${eventId}/form`
}

/** What becomes of the form, made of what it is then; or that there is nothing to do any more. */
export type Change = {
  patchOf: (form: DeskForm) => object | null
  /** Whether what is changed is as it was seen: nobody else's words are replaced unread. */
  isAsSeen: (form: DeskForm) => boolean
}

/**
 * Changes the form as a whole, all of it or nothing. What somebody else changed elsewhere in it is kept; where they
 * changed the same, that is an ABORTED.
 */
export function useFormChange(path: string) {
  const { siteId } = useSite()
  const queries = useQueryClient()
  const key = [siteId, path, null]
  const latest = () => queries.fetchQuery<Whole>({ queryKey: key, queryFn: () => askFor(siteId, path), staleTime: 0 })
  const change = useMutation<Whole | null, ApiError, Change>({
    mutationFn: async ({ patchOf, isAsSeen }) => {
      let seen = queries.getQueryData<Whole>(key) ?? (await latest())
      for (let attempt = 1; ; attempt += 1) {
        if (!isAsSeen(seen.form)) throw changedMeanwhile()
        const patch = patchOf(seen.form)
        if (patch === null) return null
        try {
          return await askFor<Whole>(siteId, path, { method: 'PATCH', body: { revision: seen.revision, ...patch } })
        } catch (error) {
          if (!(error instanceof ApiError) || error.code !== 'ABORTED' || attempt === ATTEMPTS_MAX) throw error
          seen = await latest()
        }
      }
    },
    onSuccess: async whole => {
      if (whole) queries.setQueryData(key, whole)
      await queries.invalidateQueries({ queryKey: [siteId] })
    },
  })
  return { change, latest }
}

/** How often somebody else may change something else in between. */
const ATTEMPTS_MAX = 5

export type Wanted = { id?: string } & Readonly<Record<string, unknown>>

/** All controls as they are, for a change of one of them. */
export function keptOf({ controls }: DeskForm): Wanted[] {
  return controls.map(({ id }) => ({ id }))
}
