import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { allows } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { pageOf } from '../wire/pages.ts'
import { FieldSet, Maybe, Query } from '../wire/shapes.ts'
import { compileGuestQuery, countGuests, listGuests } from './store.ts'
import { GUEST_FIELDSETS, type GuestFieldset, GuestPage, OLDER_FIELDSETS, toWireGuest } from './wire.ts'

const OLDER_NAMES = Object.keys(OLDER_FIELDSETS) as (keyof typeof OLDER_FIELDSETS)[] // it has no others

/** Guests (spec/events.md section 12): one query. They are changed through RSVPs, orders and tickets alone (12.3.6). */
export function guestRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.post(
      '/events/v2/guests/query',
      {
        schema: {
          body: Maybe(
            Type.Object({
              query: Maybe(
                Type.Object({ ...Query.properties, fieldsets: FieldSet([...GUEST_FIELDSETS, ...OLDER_NAMES]) }),
              ),
              fields: FieldSet(GUEST_FIELDSETS),
            }),
          ),
          response: { 200: GuestPage },
        },
        config: { permission: 'READ_GUESTS' },
      },
      async ({ body, identity, now }) => {
        const fields = new Set([...(body?.fields ?? []), ...(body?.query?.fieldsets ?? []).map(fieldsetOf)])
        if (fields.has('GUEST_DETAILS') && !allows(identity, 'READ_GUESTS_DETAILS'))
          throw new Refusal('PERMISSION_DENIED', 'Details need the permission READ_GUESTS_DETAILS.', {
            permission: 'READ_GUESTS_DETAILS',
          })
        const compiled = compileGuestQuery(sql, body?.query, now)
        // Staff see guests of the events that were given to them.
        const eventIds = identity.kind === 'staff' ? identity.eventIds : null
        const selection = { siteId: identity.siteId, eventIds, where: compiled.where }
        const [total, guests] = await Promise.all([
          countGuests(sql, selection),
          compiled.limit > 0 ? listGuests(sql, selection, compiled.page) : [],
        ])
        const { rows, metadata } = pageOf(compiled, guests, total)
        return { guests: rows.map(guest => toWireGuest(guest, fields)), pagingMetadata: metadata }
      },
    )
  }
}

function fieldsetOf(name: GuestFieldset | keyof typeof OLDER_FIELDSETS): GuestFieldset {
  switch (name) {
    case 'guestDetails':
    case 'guestTotal':
      return OLDER_FIELDSETS[name]
    default:
      return name
  }
}
