import { type Static, Type } from 'typebox'
import { type Answer, answerOf } from '../forms/answers.ts'
import type { RsvpStatus } from '../inventory/rsvp-counts.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, Maybe } from '../wire/shapes.ts'
import { guestNameOf, guestsIn, type Reply, type Rsvp, type RsvpOptions, totalGuestsOf } from './model.ts'
import { type RsvpFieldset, toWireAnswer } from './wire.ts'

export const V1_STATUSES = ['YES', 'NO', 'WAITING'] as const
export type V1Status = (typeof V1_STATUSES)[number]

/** inferred: V1 has no word for the response status, and names of guests are part of its form. */
export const V1OptionsIn = Maybe(
  Type.Object({
    silent: Maybe(Type.Boolean()),
    ignoreLimits: Maybe(Type.Boolean()),
    ignoreFormValidation: Maybe(Type.Boolean()),
  }),
)

/** An RSVP of V1 in answers (events 14). */
export const V1RsvpOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  contactId: Type.Optional(Type.String()),
  memberId: Type.Optional(Type.String()),
  status: Type.String(),
  created: Type.Optional(InstantOut),
  modified: Type.Optional(InstantOut),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  rsvpForm: Type.Optional(
    Type.Object({
      inputValues: Type.Array(
        Type.Object({ inputName: Type.String(), value: Type.String(), values: Type.Array(Type.String()) }),
      ),
    }),
  ),
  totalGuests: Type.Optional(Type.Integer()),
  guests: Type.Optional(
    Type.Array(
      Type.Object({
        index: Type.Integer(),
        id: Type.Integer(),
        fullName: Type.String(),
        checkIn: Type.Optional(Type.Object({ created: Type.String() })),
      }),
    ),
  ),
  anonymized: Type.Optional(Type.Boolean()),
  marketingConsent: Type.Boolean(),
})

export function toWireV1Rsvp(rsvp: Rsvp, fieldsets: readonly RsvpFieldset[]): Static<typeof V1RsvpOut> {
  return {
    id: rsvp.rsvpId,
    eventId: rsvp.eventId,
    ...present({ contactId: rsvp.contactId, memberId: rsvp.memberId }),
    status: toV1Status(rsvp.status),
    marketingConsent: rsvp.marketingConsent,
    ...(fieldsets.includes('DETAILS') && toDetails(rsvp)),
    ...(fieldsets.includes('FORM') && { rsvpForm: { inputValues: formOf(rsvp).map(toWireAnswer) } }),
    ...(fieldsets.includes('CONTACT_DETAILS') && rsvp.email !== '' && { email: rsvp.email }),
  }
}

function toDetails(rsvp: Rsvp) {
  const guestIds = Array.from({ length: totalGuestsOf(rsvp) }, (_, index) => index + 1)
  return {
    created: rsvp.createdAt,
    modified: rsvp.updatedAt,
    firstName: rsvp.firstName,
    lastName: rsvp.lastName,
    totalGuests: totalGuestsOf(rsvp),
    guests: guestIds.map((id, index) => {
      const at = rsvp.checkIns.find(({ guestId }) => guestId === id)?.at
      return { index, id, fullName: guestNameOf(rsvp, id) ?? '', ...(at && { checkIn: { created: at } }) }
    }),
    anonymized: rsvp.anonymizedAt !== null,
  }
}

export function toV1Status(status: RsvpStatus): V1Status {
  return status === 'WAITLIST' ? 'WAITING' : status
}

export function fromV1Status(status: V1Status): RsvpStatus {
  return status === 'WAITING' ? 'WAITLIST' : status
}

/** Name, e-mail and additional guests are answers among the others. */
function formOf({ firstName, lastName, email, answers, additionalGuests, guestNames, anonymizedAt }: Rsvp): Answer[] {
  if (anonymizedAt) return []
  return [
    { inputName: 'firstName', value: firstName },
    { inputName: 'lastName', value: lastName },
    { inputName: 'email', value: email },
    ...answers,
    ...(additionalGuests > 0 ? [{ inputName: 'additionalGuests', value: String(additionalGuests) }] : []),
    ...(guestNames.length > 0 ? [{ inputName: 'guestNames', values: guestNames }] : []),
  ]
}

/** What such a form says; names that are missing are empty, and one that is answered twice stays to be found wrong. */
export function replyIn(inputValues: readonly Answer[]): Omit<Reply, 'status'> {
  const { answers, additionalGuests, guestNames } = guestsIn(inputValues) ?? {
    answers: inputValues,
    additionalGuests: 0,
    guestNames: [],
  }
  const firsts = NAMES.map(name => answers.findIndex(({ inputName }) => inputName === name))
  const [firstName, lastName, email] = NAMES.map(name => answerOf(answers, name) ?? '')
  return {
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    email: email ?? '',
    answers: answers.filter((_, index) => !firsts.includes(index)),
    additionalGuests,
    guestNames,
  }
}

const NAMES = ['firstName', 'lastName', 'email'] as const

export function toV1Options(
  sent: Partial<Record<'silent' | 'ignoreLimits' | 'ignoreFormValidation', boolean | null>> | null | undefined,
): RsvpOptions & { silent: boolean } {
  const ignoreFormValidation = sent?.ignoreFormValidation ?? false
  return {
    silent: sent?.silent ?? false,
    ignoreLimits: sent?.ignoreLimits ?? false,
    ignoreFormValidation,
    ignoreAdditionalGuestNames: ignoreFormValidation,
    ignoreResponseStatus: false,
  }
}
