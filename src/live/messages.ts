import { isDraft } from '../events/model.ts'
import type { Answer } from '../memory/answers.ts'
import { answerOf, type Remembered } from '../memory/remembered.ts'
import { availabilityOf, definitionAvailabilityOf, isOffered } from '../ticket-definitions/availability.ts'

/**
 * What guests are told of an event, or of one of its definitions; null when they are offered nothing. The answer to a
 * request and the state that a stream sends are the same bytes.
 */
export function availabilityAnswer(known: Remembered, ticketDefinitionId: string | null, now: Date): Answer | null {
  const { loaded } = known
  const { event, definitions } = loaded
  if (isDraft(event)) return null
  if (ticketDefinitionId === null)
    return answerOf(known, { name: 'availability', now, reply: PLAIN }, () => ({
      availability: availabilityOf(loaded, now),
    }))
  const definition = definitions.find(each => each.ticketDefinitionId === ticketDefinitionId)
  if (!definition || !isOffered(definition, event, now)) return null
  return answerOf(known, { name: `availability ${ticketDefinitionId}`, now, reply: PLAIN }, () => ({
    availability: definitionAvailabilityOf(loaded, definition, now),
  }))
}

/** Whether nothing of it is sold any more, ever. */
export function isOver({ loaded }: Pick<Remembered, 'loaded'>): boolean {
  return loaded.event.canceledAt !== null
}

/** Streams are written without any reply of a route. */
const PLAIN = { serialize: (answer: object) => JSON.stringify(answer) }

/** The same for the same state, in whichever process: what a stream calls its `id`. */
export function versionOf({ headers }: Answer): string {
  return headers.etag.slice(1, -1)
}

/** A state as an event of a stream: JSON has no line breaks. */
export function stateMessage(answer: Answer): Buffer {
  return Buffer.concat([Buffer.from(`id: ${versionOf(answer)}\ndata: `), answer.body, Buffer.from('\n\n')])
}

/** Why there will be no more: the event was canceled, or what was listened to is not offered any more. */
export type Ending = 'CANCELED' | 'GONE'

export function endMessage(reason: Ending): string {
  return `event: end\ndata: ${JSON.stringify({ reason })}\n\n`
}

/** When to come back after the connection is lost: not all at once. */
export function retryLine(millisecondsMin: number, millisecondsMax: number): string {
  return `retry: ${Math.round(millisecondsMin + Math.random() * (millisecondsMax - millisecondsMin))}\n`
}

/** A comment, which tells proxies and the listener's own timers that the stream lives. */
export const HEARTBEAT = Buffer.from(':\n\n')
