import { categories } from './scenes/categories.ts'
import { eventsSettings } from './scenes/events-settings.ts'
import { forms } from './scenes/forms.ts'
import { guests } from './scenes/guests.ts'
import { notifications } from './scenes/notifications.ts'
import { orders } from './scenes/orders.ts'
import { policies } from './scenes/policies.ts'
import { redirects } from './scenes/redirects.ts'
import { rsvp } from './scenes/rsvp.ts'
import { rsvpV2 } from './scenes/rsvp-v2.ts'
import { schedule } from './scenes/schedule.ts'
import { scheduleBookmarks } from './scenes/schedule-bookmarks.ts'
import { staffMembers } from './scenes/staff-members.ts'
import { ticketDefinitions } from './scenes/ticket-definitions.ts'
import { ticketDefinitionsV2 } from './scenes/ticket-definitions-v2.ts'
import { ticketReservations } from './scenes/ticket-reservations.ts'
import { tickets } from './scenes/tickets.ts'
import { wixEventsV2 } from './scenes/wix-events-v2.ts'
import type { Scene, Scenes } from './stage.ts'

const BY_NAMESPACE: Readonly<Record<string, Scenes>> = {
  categories,
  eventsSettings,
  forms,
  guests,
  notifications,
  orders,
  policies,
  rsvp,
  rsvpV2,
  redirects,
  schedule,
  scheduleBookmarks,
  staffMembers,
  ticketDefinitions,
  ticketDefinitionsV2,
  ticketReservations,
  tickets,
  wixEventsV2,
}

/** Every scene, by `namespace.method`. */
export const SCENES: ReadonlyMap<string, readonly Scene[]> = new Map(
  Object.entries(BY_NAMESPACE).flatMap(([namespace, scenes]) =>
    Object.entries(scenes).map(([name, each]): [string, readonly Scene[]] => [
      `${namespace}.${name}`,
      'call' in each ? [each] : each,
    ]),
  ),
)
