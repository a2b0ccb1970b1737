/** Terms attached to an event, which guests accept when they register (events 5). */
export type Policy = {
  policyId: string
  eventId: string
  revision: number
  name: string
  /** HTML as given; whoever displays it sanitizes it (events 5.4.13). */
  body: string
  createdAt: Date
  updatedAt: Date
}

/** events 5.4.2 */
export const POLICIES_PER_EVENT_MAX = 3

export type ReorderInstruction = {
  policyId: string
  beforePolicyId?: string | null
  afterPolicyId?: string | null
}

/** The ids of `order` after the move; null when the instruction names no other policy of it (events 5.4.11). */
export function reordered(order: readonly string[], instruction: ReorderInstruction): string[] | null {
  const { policyId, beforePolicyId, afterPolicyId } = instruction
  // inferred: afterPolicyId wins when both are sent (events 5.4.10).
  const reference = afterPolicyId ?? beforePolicyId
  const others = order.filter(id => id !== policyId)
  if (!reference || others.length === order.length || !others.includes(reference)) return null
  return others.toSpliced(others.indexOf(reference) + (afterPolicyId ? 1 : 0), 0, policyId)
}
