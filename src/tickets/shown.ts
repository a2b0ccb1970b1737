import type { Texts } from '../pages/texts.ts'
import type { Ticket } from './model.ts'

/** Where its guest sits or stands, for pages and paper: a term and its content, which is empty where that is anywhere. */
export function seatFact({ seatInfo }: Pick<Ticket, 'seatInfo'>, { ticket: words }: Texts): [string, string] {
  if (!seatInfo) return [words.seat, '']
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = seatInfo
  const parts = [
    sectionLabel,
    areaLabel,
    tableLabel && words.table(tableLabel),
    rowLabel && words.row(rowLabel),
    seatLabel && words.seatIn(seatLabel),
  ]
  return [seatLabel ? words.seat : words.area, parts.filter(Boolean).join(', ')]
}

/** Empty when nobody said who it is, or it was forgotten on purpose. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim()
}
