import { type Static, Type } from 'typebox'
import { STAFF_PERMISSIONS } from '../identities/permissions.ts'
import { present } from '../wire/plain-object.ts'
import { AnyObject, FieldSet, Guid, InstantOut, Maybe, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { STAFF_STATUSES, type StaffMember } from './model.ts'

/** A staff member in answers (events 9.4). */
export const StaffMemberOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  name: Type.String(),
  allEvents: Type.Optional(Nothing),
  specificEvents: Type.Optional(Type.Object({ events: Type.Array(Type.String()) })),
  permissions: Type.Array(Type.String()),
  status: Type.String(),
  loginLink: Type.Optional(Type.String()),
  extendedFields: Type.Optional(Type.Object({ namespaces: AnyObject })),
})

export const Fieldsets = FieldSet(['LOGIN_LINK'], 3)

const WORDS = Object.keys(STAFF_PERMISSIONS) as (keyof typeof STAFF_PERMISSIONS)[] // the keys of that literal

const Writable = {
  allEvents: Maybe(Nothing),
  // inferred: staff without any event cannot do anything, so at least one is named.
  specificEvents: Maybe(Type.Object({ events: Type.Array(Guid, { minItems: 1, maxItems: 50 }) })),
  permissions: Maybe(Type.Array(OneOf(WORDS), { maxItems: 4 })),
  extendedFields: Maybe(Type.Object({ namespaces: Maybe(Type.Record(Type.String(), Maybe(AnyObject))) })),
}

export const NewStaffMember = Type.Object({ name: Text(1, 120), ...Writable })
export type NewStaffMember = Static<typeof NewStaffMember>

export const ChangedStaffMember = Type.Object({
  revision: Type.String({ pattern: '^\\d{1,15}$' }),
  name: Type.Optional(Text(1, 120)),
  status: Maybe(OneOf(STAFF_STATUSES)),
  ...Writable,
})
export type ChangedStaffMember = Static<typeof ChangedStaffMember>

/** @param loginLink null: not asked for */
export function toWire(staffMember: StaffMember, loginLink: string | null = null): Static<typeof StaffMemberOut> {
  const { eventIds, extendedFields } = staffMember
  return present({
    id: staffMember.staffMemberId,
    revision: String(staffMember.revision),
    createdDate: staffMember.createdAt,
    updatedDate: staffMember.updatedAt,
    name: staffMember.name,
    allEvents: eventIds === null ? {} : null,
    specificEvents: eventIds && { events: eventIds },
    permissions: staffMember.permissions,
    status: staffMember.status,
    loginLink,
    extendedFields: extendedFields && { namespaces: extendedFields },
  })
}
