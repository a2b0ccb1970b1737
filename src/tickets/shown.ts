import type { Db } from '../db/connect.ts'
import type { Texts } from '../pages/texts.ts'
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
export function seatFact({ seatInfo }: Pick<Ticket, 'seatInfo'>, { ticket: words }: Texts): [string, string] {
  if (!seatInfo) return [words.seat, '']
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = seatInfo
  // A label of several words says itself what it is: "Row 3", "Left box".
  const said = (label: string | undefined, named: (label: string) => string) =>
    label === undefined || label.includes(' ') ? label : named(label)
  const parts = [
    sectionLabel,
    areaLabel,
    said(tableLabel, words.table),
    said(rowLabel, words.row),
    said(seatLabel, words.seatIn),
  ]
  return [seatLabel ? words.seat : words.area, parts.filter(Boolean).join(', ')]
}

/** Empty when nobody said who it is, or it was forgotten on purpose. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim()
}
