import { useMemo } from 'react'
import { useEvent } from '../events/event.tsx'
import { useSiteQuery } from '../site.tsx'
import { type Plan, spotsOf } from './plan.ts'

/** The seating plan of the open event; null: it has none, or it is not known yet whether (`isKnown`). */
export function usePlan() {
  const { id } = useEvent()
  const list = useSiteQuery<{ seatingPlans: { id: string }[] }>(`/boxoffice/v1/seating-plans?eventId=${id}&limit=1`)
  const planId = list.data?.seatingPlans[0]?.id
  const one = useSiteQuery<{ seatingPlan: Plan }>(`/boxoffice/v1/seating-plans/${planId}`, undefined, {
    enabled: planId !== undefined,
  })
  const plan = planId === undefined ? null : (one.data?.seatingPlan ?? null)
  return {
    plan: plan?.id === planId ? plan : null,
    isKnown: list.data !== undefined && (planId === undefined || one.data !== undefined),
    error: list.error ?? one.error,
    again: () => Promise.all([list.refetch(), ...(planId === undefined ? [] : [one.refetch()])]),
  }
}

/** For how many guests the plan has room with tickets of a definition; null: the definition is sold without seats. */
export function useSeatsOf(): (definitionId: string) => number | null {
  const { plan } = usePlan()
  const room = useMemo(() => {
    const room = new Map<string | null, number>()
    for (const { ticketDefinitionId, capacity } of spotsOf(plan?.sections ?? []))
      room.set(ticketDefinitionId, (room.get(ticketDefinitionId) ?? 0) + capacity)
    return room
  }, [plan])
  return definitionId => room.get(definitionId) ?? null
}
