import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { sendAsSeen } from '../parts/as-seen.ts'
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
      const { revision, form } = queries.getQueryData<Whole>(key) ?? (await latest())
      if (!isAsSeen(form)) throw changedMeanwhile()
      return sendAsSeen<DeskForm, Whole | null>(
        { mark: revision, shown: form },
        {
          put: async (revision, form) => {
            const patch = patchOf(form)
            return patch && askFor<Whole>(siteId, path, { method: 'PATCH', body: { revision, ...patch } })
          },
          again: async () => {
            const now = await latest()
            return { mark: now.revision, shown: now.form }
          },
          isAsSeen,
        },
      )
    },
    onSuccess: async whole => {
      if (whole) queries.setQueryData(key, whole)
      await queries.invalidateQueries({ queryKey: [siteId] })
    },
  })
  return { change, latest }
}

export type Wanted = { id?: string } & Readonly<Record<string, unknown>>

/** All controls as they are, for a change of one of them. */
export function keptOf({ controls }: DeskForm): Wanted[] {
  return controls.map(({ id }) => ({ id }))
}
