import { useAvailability } from '../../shared/use-availability.ts'
import { useBoot } from '../app.tsx'
import { keyOf, type Live, questions } from '../boot.ts'

/** How many tickets are left: as the server rendered it, and from then on as it changes, but in a preview. */
export function useLive(eventId: string): Live | null {
  const { answers, preview } = useBoot()
  const atFirst = answers[keyOf(questions.availability(eventId))] as { availability: Live } | undefined
  const told = useAvailability(preview ? null : eventId) as Live | null | undefined // the same, its status by its values
  return told ?? atFirst?.availability ?? null
}
