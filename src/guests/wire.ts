import { type Static, Type } from 'typebox'
import type { Answer } from '../forms/answers.ts'
import { checkoutFormOf } from '../orders/wire.ts'
import { guestNameOf } from '../rsvps/model.ts'
import { CheckInOut, toCheckInDetails, toWireAnswer } from '../rsvps/wire.ts'
import { AnswersOut, toWireAnswers } from '../tickets/wire.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, PagingMetadataOut } from '../wire/shapes.ts'
import { firstAnswerTo, type Guest } from './model.ts'

export const GUEST_FIELDSETS = ['GUEST_DETAILS', 'GUEST_TOTAL'] as const
/** How the older form names them, in `query.fieldsets` (events 12.3.1). */
export const OLDER_FIELDSETS = { guestDetails: 'GUEST_DETAILS', guestTotal: 'GUEST_TOTAL' } as const
export type GuestFieldset = (typeof GUEST_FIELDSETS)[number]

/** A guest in answers (events 12.3). */
const GuestOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  rsvpId: Type.Optional(Type.String()),
  orderNumber: Type.Optional(Type.String()),
  ticketNumber: Type.Optional(Type.String()),
  tickets: Type.Optional(
    Type.Array(Type.Object({ number: Type.String(), definitionId: Type.String(), name: Type.String() })),
  ),
  contactId: Type.Optional(Type.String()),
  memberId: Type.Optional(Type.String()),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  guestDetails: Type.Optional(
    Type.Object({
      email: Type.Optional(Type.String()),
      firstName: Type.Optional(Type.String()),
      lastName: Type.Optional(Type.String()),
      formResponse: AnswersOut,
      checkedIn: Type.Boolean(),
      checkInDetails: Type.Array(Type.Object({ ...CheckInOut.properties, fullName: Type.Optional(Type.String()) })),
      phone: Type.Optional(Type.String()),
      address: Type.Optional(Type.String()),
    }),
  ),
  attendanceStatus: Type.String(),
  attendanceStatusUpdatedDate: InstantOut,
  guestType: Type.String(),
  totalGuests: Type.Optional(Type.Integer()),
  revision: Type.String(),
  additionalDetails: Type.Object({
    createdDate: InstantOut,
    updatedDate: InstantOut,
    rsvpStatus: Type.Optional(Type.String()),
    orderStatus: Type.Optional(Type.String()),
  }),
})

export const GuestPage = Type.Object({ guests: Type.Array(GuestOut), pagingMetadata: PagingMetadataOut })

/** Groups that were not asked for are absent (api 6.8.2). */
export function toWireGuest(guest: Guest, fields: ReadonlySet<GuestFieldset>): Static<typeof GuestOut> {
  return {
    id: guest.guestId,
    eventId: guest.eventId,
    ...(guest.guestType === 'RSVP' && { rsvpId: guest.rsvpId }),
    ...(guest.guestType === 'TICKET_HOLDER' && { ticketNumber: guest.ticketNumber }),
    ...present({ orderNumber: guest.orderNumber, contactId: guest.contactId, memberId: guest.memberId }),
    createdDate: guest.createdAt,
    updatedDate: guest.updatedAt,
    attendanceStatus: guest.attendanceStatus,
    attendanceStatusUpdatedDate: guest.attendanceStatusAt,
    guestType: guest.guestType,
    revision: String(guest.revision),
    additionalDetails: {
      createdDate: guest.sourceCreatedAt,
      updatedDate: guest.sourceUpdatedAt,
      ...(guest.guestType === 'RSVP' && { rsvpStatus: guest.rsvpStatus }),
      ...present({ orderStatus: guest.orderStatus }),
    },
    ...(fields.has('GUEST_TOTAL') && { totalGuests: guest.totalGuests }),
    ...(fields.has('GUEST_DETAILS') && toDetails(guest)),
  }
}

function toDetails(guest: Guest) {
  const answers = answersOf(guest)
  const tickets =
    guest.guestType === 'RSVP'
      ? []
      : guest.tickets.map(({ number, definitionId, name }) => ({ number, definitionId, name }))
  return {
    ...(tickets.length > 0 && { tickets }),
    guestDetails: {
      // Absent once they are forgotten: the published schema takes no empty address.
      ...(guest.email !== '' && { email: guest.email }),
      ...(guest.firstName !== '' && { firstName: guest.firstName }),
      ...(guest.lastName !== '' && { lastName: guest.lastName }),
      formResponse:
        guest.guestType === 'RSVP'
          ? { inputValues: answers.map(toWireAnswer) }
          : toWireAnswers({ inputValues: [...answers] }),
      checkedIn: guest.checkedIn,
      checkInDetails: checkInDetailsOf(guest),
      ...present({
        phone: firstAnswerTo('phone', answers)?.slice(0, EXTRACT_MAX),
        address: firstAnswerTo('address', answers)?.slice(0, EXTRACT_MAX),
      }),
    },
  }
}

const EXTRACT_MAX = 200

/** Whose answers stand for an entry (events 12.3.7). */
function answersOf(guest: Guest): readonly Answer[] {
  switch (guest.guestType) {
    case 'RSVP':
      return guest.answers
    case 'BUYER':
      return checkoutFormOf(guest).inputValues
    case 'TICKET_HOLDER':
      return (guest.form ?? guest.guestForms[0])?.inputValues ?? []
  }
}

/** What became at the door of each who is behind an entry (events 12.3.8). */
function checkInDetailsOf(guest: Guest) {
  if (guest.guestType !== 'RSVP')
    return guest.tickets.map(({ checkedInAt: at, checkedInBy: by }) => toCheckInDetails({ at, by }))
  return Array.from({ length: guest.totalGuests }, (_, index) => index + 1).map(guestId => ({
    ...toCheckInDetails(guest.checkIns.find(each => each.guestId === guestId)),
    ...present({ fullName: guestNameOf(guest, guestId) }),
  }))
}
