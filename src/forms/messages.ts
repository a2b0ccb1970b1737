import { Type } from 'typebox'
import { invalid } from '../refusals.ts'
import type { Texts } from '../texts/texts.ts'
import { covers } from '../wire/masks.ts'
import { isPlainObject } from '../wire/plain-object.ts'

// inferred: the limits of confirmation texts in related settings hold for all of a form's texts (events 4.7.3).
const TITLE = 150
const MESSAGE = 350
const ACTION = 50

const POSITIVE = {
  title: TITLE,
  confirmation: { title: TITLE, message: MESSAGE, addToCalendarActionLabel: ACTION, shareActionLabel: ACTION },
} as const

/** The texts around a form (events 4.7), plain text all of them, with their longest length in characters. */
const LIMITS = {
  rsvp: {
    rsvpYesOption: ACTION,
    rsvpNoOption: ACTION,
    submitActionLabel: ACTION,
    positiveMessages: POSITIVE,
    waitlistMessages: POSITIVE,
    negativeMessages: { title: TITLE, confirmation: { title: TITLE, shareActionLabel: ACTION } },
  },
  checkout: {
    title: TITLE,
    submitActionLabel: ACTION,
    confirmation: {
      title: TITLE,
      message: MESSAGE,
      downloadTicketsLabel: ACTION,
      addToCalendarLabel: ACTION,
      shareEventLabel: ACTION,
    },
  },
  registrationClosed: { message: MESSAGE, exploreEventsActionLabel: ACTION },
  ticketsUnavailable: { message: MESSAGE, exploreEventsActionLabel: ACTION },
} as const

/** A number is a text's longest length; an object holds more texts. */
type Limits = { readonly [name: string]: number | Limits }
type TextsOf<L> = { readonly [Name in keyof L]: L[Name] extends number ? string : TextsOf<L[Name]> }

export type Messages = TextsOf<typeof LIMITS>

export const MessagesOut = Type.Unsafe<Messages>(outSchema(LIMITS))
/** Any part of the messages, each member absent or null when it is not meant. */
export const MessagesIn = Type.Unsafe<unknown>(inSchema(LIMITS))

/** What a new event's form says, in our own words (events 4.7.2). */
export function defaultMessages({ form: say }: Texts): Messages {
  const textsOf = (limits: Limits, path: string): object =>
    Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => {
        const here = `${path}.${name}`
        // The paths of LIMITS are keys of form.json, as a test proves.
        return [name, typeof limit === 'object' ? textsOf(limit, here) : say(here as Parameters<typeof say>[0])]
      }),
    )
  return textsOf(LIMITS, 'messages') as Messages // the very shape of LIMITS
}

/**
 * `stored` with what the mask names taken from `given`, and all of it under an empty mask (events 4.7.1). inferred: a
 * named text that is not given goes back to one of `defaults`, so that all groups are always there (4.7.4, api 8.5).
 * @throws InvalidRequest for a mask path that is no message (api 8.6)
 */
export function mergeMessages(
  stored: Messages,
  given: unknown,
  { mask, defaults }: { mask: readonly string[]; defaults: Messages },
): Messages {
  const unknown = mask.find(path => !isMaskable(path))
  if (unknown !== undefined) throw invalid('fields', `has no "${unknown}" to update`, 'FIELD_NOT_ALLOWED')
  // The walk below gives back the very shape of LIMITS.
  return merged({ limits: LIMITS, stored, given, defaults }, mask, 'messages') as Messages
}

function isMaskable(path: string): boolean {
  const [root, ...names] = path.split('.')
  let limits: number | Limits | undefined = LIMITS
  for (const name of names)
    limits = typeof limits === 'object' && Object.hasOwn(limits, name) ? limits[name] : undefined
  return root === 'messages' && limits !== undefined
}

type Sides = { limits: Limits; stored: unknown; given: unknown; defaults: unknown }

function merged({ limits, stored, given, defaults }: Sides, mask: readonly string[], path: string): unknown {
  const entries = Object.entries(limits).map(([name, limit]) => {
    const below = { stored: memberOf(stored, name), given: memberOf(given, name), defaults: memberOf(defaults, name) }
    const here = `${path}.${name}`
    if (typeof limit === 'object') return [name, merged({ limits: limit, ...below }, mask, here)]
    return [name, covers(mask, here) ? (below.given ?? below.defaults) : below.stored]
  })
  return Object.fromEntries(entries)
}

function memberOf(record: unknown, name: string): unknown {
  return isPlainObject(record) ? record[name] : undefined
}

function outSchema(limits: Limits): object {
  const properties = Object.entries(limits).map(([name, limit]) => [
    name,
    typeof limit === 'number' ? { type: 'string' } : outSchema(limit),
  ])
  return { type: 'object', properties: Object.fromEntries(properties) }
}

function inSchema(limits: Limits): object {
  const properties = Object.entries(limits).map(([name, limit]) => [
    name,
    typeof limit === 'number' ? { type: 'string', maxLength: limit, nullable: true } : inSchema(limit),
  ])
  return { type: 'object', nullable: true, properties: Object.fromEntries(properties) }
}
