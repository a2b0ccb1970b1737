import type { CalendarEntry } from '../events/calendar.ts'
import { calendarEntryOf } from '../events/wire.ts'
import type { Keys } from '../identities/keys.ts'
import { textsIn } from '../texts/texts.ts'
import { admissionOf, isGenuine } from '../tickets/model.ts'
import type { ShownOrder } from './shown.ts'
import { orderPageUrl } from './wire.ts'

/**
 * What a calendar says of an order: the event, what was bought, and the way to its codes. null before it is confirmed,
 * and of an event without a date. Once none of its tickets admits, the entry is canceled.
 */
export function orderCalendarEntryOf(
  { order, tickets, event, site }: Pick<ShownOrder, 'order' | 'tickets' | 'event' | 'site'>,
  { keys, publicUrl }: { keys: Keys; publicUrl: string },
): CalendarEntry | null {
  const entry = event && order.confirmedAt && calendarEntryOf(event, { site, publicUrl })
  if (!entry) return null
  const pageUrl = orderPageUrl(order, { keys, publicUrl })
  const usable = tickets.filter(ticket => isGenuine(admissionOf(ticket)))
  const bought = [...Map.groupBy(usable, ({ name }) => name)].map(([name, { length }]) => `${length} × ${name}`)
  return {
    ...entry,
    uid: `${order.orderNumber}@boxoffice`,
    sequence: entry.sequence + order.revision - 1,
    changedAt: new Date(Math.max(entry.changedAt.getTime(), order.updatedAt.getTime())),
    description: [
      [textsIn(site.locale).page('order.title', { number: order.orderNumber }), ...bought].join('\n'),
      entry.description,
      pageUrl, // calendars that hide URL show it here
    ]
      .filter(Boolean)
      .join('\n\n'),
    pageUrl,
    canceled: entry.canceled || usable.length === 0,
  }
}
