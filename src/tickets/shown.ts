import type { Db } from '../db/connect.ts'
import type { Texts } from '../texts/texts.ts'
import type { Ticket } from './model.ts'
import { listOptionNames } from './store.ts'

/** Tickets of one order, named as their buyer chose them: a student's says so, for the door to see. */
export async function withOptionNames(db: Db, tickets: readonly Ticket[]): Promise<Ticket[]> {
  const [first] = tickets
  if (!first) return []
  const options = await listOptionNames(db, first.siteId, first.orderNumber)
  return tickets.map(ticket => {
    const option = options.get(ticket.lineIndex)
    return option === undefined ? ticket : { ...ticket, name: `${ticket.name} – ${option}` }
  })
}

/** Where its guest sits or stands, for pages and paper: a term and its content, which is empty where that is anywhere. */
export function seatFact({ seatInfo }: Pick<Ticket, 'seatInfo'>, { page: say }: Texts): [string, string] {
  if (!seatInfo) return [say('ticket.seat'), '']
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = seatInfo
  // A label of several words says itself what it is: "Row 3", "Left box".
  const said = (label: string | undefined, key: 'ticket.table' | 'ticket.row' | 'ticket.seatIn') =>
    label === undefined || label.includes(' ') ? label : say(key, { label })
  const parts = [
    sectionLabel,
    areaLabel,
    said(tableLabel, 'ticket.table'),
    said(rowLabel, 'ticket.row'),
    said(seatLabel, 'ticket.seatIn'),
  ]
  return [seatLabel ? say('ticket.seat') : say('ticket.area'), parts.filter(Boolean).join(', ')]
}

/** Empty when nobody said who it is, or it was forgotten on purpose. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim()
}
