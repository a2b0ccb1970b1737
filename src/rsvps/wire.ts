import { type Static, Type } from 'typebox'
import type { Answer } from '../forms/answers.ts'
import { FormResponseIn } from '../forms/wire.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { present } from '../wire/plain-object.ts'
import { AnyObject, InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import {
  ADDITIONAL_GUESTS_MAX,
  type CheckIn,
  guestNameOf,
  guestsIn,
  type Reply,
  RSVP_STATUSES,
  type Rsvp,
  type RsvpOptions,
  totalGuestsOf,
} from './model.ts'
import type { RsvpChange } from './update.ts'

export const RSVP_FIELDSETS = ['DETAILS', 'FORM', 'CONTACT_DETAILS'] as const
export type RsvpFieldset = (typeof RSVP_FIELDSETS)[number]

export const Name = Text(1, 50)
export const Status = OneOf(RSVP_STATUSES)

/** What is taken over of an RSVP in requests besides name, e-mail and status; the rest is ours. */
export const RSVP_MEMBERS = {
  form: Maybe(FormResponseIn),
  additionalGuestDetails: Maybe(
    Type.Object({
      guestCount: Maybe(Type.Integer({ minimum: 0, maximum: ADDITIONAL_GUESTS_MAX })),
      guestNames: Maybe(Type.Array(Text(0, 101), { maxItems: ADDITIONAL_GUESTS_MAX })),
    }),
  ),
  disableNotifications: Maybe(Type.Boolean()),
  marketingConsent: Maybe(Type.Boolean()),
  extendedFields: Maybe(Type.Object({ namespaces: Maybe(Type.Record(Type.String(), Maybe(AnyObject))) })),
}
type RsvpMembers = Static<typeof RsvpMembersIn>
const RsvpMembersIn = Type.Object(RSVP_MEMBERS)

export const OptionsIn = Maybe(
  Type.Object({
    ignoreLimits: Maybe(Type.Boolean()),
    ignoreFormValidation: Maybe(Type.Boolean()),
    ignoreResponseStatus: Maybe(Type.Boolean()),
    ignoreAdditionalGuestNames: Maybe(Type.Boolean()),
  }),
)

const AnswersOut = Type.Object({
  inputValues: Type.Array(
    Type.Object({ inputName: Type.String(), value: Type.String(), values: Type.Array(Type.String()) }),
  ),
})

export const CheckInOut = Type.Object({
  checkedIn: Type.Boolean(),
  checkInDate: Type.Optional(Type.String()),
  checkInCanceledDate: Type.Optional(Type.String()),
  checkedInBy: Type.Optional(Type.String()),
  checkInCanceledBy: Type.Optional(Type.String()),
  checkedInByStaffMember: Type.Optional(Type.String()),
  checkInCanceledByStaffMember: Type.Optional(Type.String()),
})

/** An RSVP in answers (events 13.3). */
export const RsvpOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  eventId: Type.String(),
  createdDate: Type.Optional(InstantOut),
  updatedDate: Type.Optional(InstantOut),
  memberId: Type.Optional(Type.String()),
  contactId: Type.Optional(Type.String()),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  form: Type.Optional(AnswersOut),
  status: Type.String(),
  totalGuests: Type.Optional(Type.Integer()),
  guestList: Type.Optional(
    Type.Object({
      guests: Type.Array(
        Type.Object({
          index: Type.Integer(),
          guestId: Type.Integer(),
          fullName: Type.Optional(Type.String()),
          checkInDetails: CheckInOut,
        }),
      ),
    }),
  ),
  language: Type.String(),
  locale: Type.String(),
  fullyCheckedIn: Type.Boolean(),
  checkedInGuestCount: Type.Integer(),
  additionalGuestDetails: Type.Optional(
    Type.Object({ guestCount: Type.Integer(), guestNames: Type.Array(Type.String()) }),
  ),
  disableNotifications: Type.Boolean(),
  anonymized: Type.Boolean(),
  marketingConsent: Type.Boolean(),
  extendedFields: Type.Optional(Type.Object({ namespaces: AnyObject })),
})

/** Members of groups that were not asked for are absent (events 13.3). */
export function toWireRsvp(rsvp: Rsvp, fields: readonly RsvpFieldset[] | null | undefined): Static<typeof RsvpOut> {
  const asked = new Set(fields)
  return {
    id: rsvp.rsvpId,
    revision: String(rsvp.revision),
    eventId: rsvp.eventId,
    ...present({ memberId: rsvp.memberId, contactId: rsvp.contactId }),
    status: rsvp.status,
    language: rsvp.locale.split('-')[0] ?? rsvp.locale,
    locale: rsvp.locale,
    fullyCheckedIn: rsvp.checkedInGuests === totalGuestsOf(rsvp),
    checkedInGuestCount: rsvp.checkedInGuests,
    disableNotifications: rsvp.disableNotifications,
    anonymized: rsvp.anonymizedAt !== null,
    marketingConsent: rsvp.marketingConsent,
    ...(rsvp.extendedFields && { extendedFields: { namespaces: { ...rsvp.extendedFields } } }),
    ...(asked.has('DETAILS') && toDetails(rsvp)),
    ...(asked.has('FORM') && { form: { inputValues: rsvp.answers.map(toWireAnswer) } }),
    ...(asked.has('CONTACT_DETAILS') && rsvp.email !== '' && { email: rsvp.email }),
  }
}

/** What of an RSVP may be kept for ever: nothing that says who it was. */
export function toWireWithoutPeople(rsvp: Rsvp) {
  const { memberId, contactId, extendedFields, ...others } = toWireRsvp(rsvp, [])
  return { ...others, createdDate: rsvp.createdAt, updatedDate: rsvp.updatedAt, totalGuests: totalGuestsOf(rsvp) }
}

function toDetails(rsvp: Rsvp) {
  const guestIds = Array.from({ length: totalGuestsOf(rsvp) }, (_, index) => index + 1)
  return {
    createdDate: rsvp.createdAt,
    updatedDate: rsvp.updatedAt,
    // Absent once they are forgotten: the published schema takes no empty name.
    ...(rsvp.firstName !== '' && { firstName: rsvp.firstName }),
    ...(rsvp.lastName !== '' && { lastName: rsvp.lastName }),
    totalGuests: totalGuestsOf(rsvp),
    guestList: {
      guests: guestIds.map((guestId, index) => ({
        index,
        guestId,
        ...present({ fullName: guestNameOf(rsvp, guestId) }),
        checkInDetails: toCheckInDetails(rsvp.checkIns.find(each => each.guestId === guestId)),
      })),
    },
    additionalGuestDetails: { guestCount: rsvp.additionalGuests, guestNames: [...rsvp.guestNames] },
  }
}

/** What became of one guest at the door; nothing yet where there is no check-in. */
export function toCheckInDetails(
  checkIn: (Pick<CheckIn, 'at' | 'by'> & Partial<CheckIn>) | undefined,
): Static<typeof CheckInOut> {
  if (!checkIn) return { checkedIn: false }
  const { at, by, canceledAt = null, canceledBy = null } = checkIn
  return {
    checkedIn: at !== null,
    ...present({ checkInDate: at, checkInCanceledDate: canceledAt }),
    ...(by && (by.kind === 'staff' ? { checkedInByStaffMember: by.id } : { checkedInBy: by.id })),
    ...(canceledBy &&
      (canceledBy.kind === 'staff'
        ? { checkInCanceledByStaffMember: canceledBy.id }
        : { checkInCanceledBy: canceledBy.id })),
  }
}

/** The client promises a `value` of each answer, and its schema a list. */
export function toWireAnswer({ inputName, value, values }: Answer): Static<typeof AnswersOut>['inputValues'][number] {
  return { inputName, value: value ?? '', values: [...(values ?? [])] }
}

/** What a guest answers besides name, e-mail and status; additional guests are taken from either place (events 4.4). */
export function answersOf({ form, additionalGuestDetails }: RsvpMembers) {
  const answers: Answer[] = form?.inputValues ?? []
  if (additionalGuestDetails) {
    const { guestCount, guestNames } = additionalGuestDetails
    return { answers, additionalGuests: guestCount ?? 0, guestNames: guestNames ?? [] }
  }
  return guestsIn(answers) ?? { answers, additionalGuests: 0, guestNames: [] }
}

export type RsvpChangesIn = RsvpMembers & Partial<Pick<Reply, 'status' | 'firstName' | 'lastName' | 'email'>>

/** What an update says of an RSVP as it is stored (api 8.1): given members change, null clears. */
export function changeOf(given: RsvpChangesIn, stored: Rsvp): RsvpChange {
  const { status, firstName, lastName, email, form, additionalGuestDetails } = given
  const inForm = form && guestsIn(form.inputValues ?? [])
  const guests =
    additionalGuestDetails !== undefined
      ? mergedGuests(additionalGuestDetails ?? { guestCount: 0, guestNames: [] }, stored)
      : inForm && { additionalGuests: inForm.additionalGuests, guestNames: inForm.guestNames }
  const answers =
    form === undefined ? undefined : additionalGuestDetails === undefined && inForm ? inForm.answers : form?.inputValues
  const { extendedFields: sent } = given
  const extendedFields =
    sent === null ? null : sent?.namespaces && mergeNamespaces(stored.extendedFields, sent.namespaces as never)
  return {
    ...Object.fromEntries(
      Object.entries({ status, firstName, lastName, email, extendedFields }).filter(([, value]) => value !== undefined),
    ),
    ...(form !== undefined && { answers: answers ?? [] }),
    ...guests,
    ...(given.disableNotifications !== undefined && { disableNotifications: given.disableNotifications ?? false }),
    ...(given.marketingConsent !== undefined && { marketingConsent: given.marketingConsent ?? false }),
  }
}

/** Merged member by member; fewer guests lose the last names (api 8.2). */
function mergedGuests({ guestCount, guestNames }: NonNullable<RsvpMembers['additionalGuestDetails']>, stored: Rsvp) {
  const additionalGuests = guestCount === undefined ? stored.additionalGuests : (guestCount ?? 0)
  const names = guestNames === undefined ? stored.guestNames.slice(0, additionalGuests) : (guestNames ?? [])
  return { additionalGuests, guestNames: names }
}

export function toOptions(sent: Partial<Record<keyof RsvpOptions, boolean | null>> | null | undefined): RsvpOptions {
  return {
    ignoreLimits: sent?.ignoreLimits ?? false,
    ignoreFormValidation: sent?.ignoreFormValidation ?? false,
    ignoreResponseStatus: sent?.ignoreResponseStatus ?? false,
    ignoreAdditionalGuestNames: sent?.ignoreAdditionalGuestNames ?? false,
  }
}
