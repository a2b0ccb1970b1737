import { momentOf } from '../parts/moments.ts'

/** What is looked for, as it stands in the address. */
export type Wanted = {
  q: string
  /** Words of ORDER_STATUSES, joined by commas. */
  status: string
  ticket: string
  channel: string
  /** Days, the last one included. */
  from: string
  to: string
  /** '': what was not put away. */
  shelf: string
}

/** The days of a filter are days where the reader is. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The same as the API takes it. */
export function filterOf({ q, status, ticket, channel, from, to, shelf }: Wanted, eventId: string | undefined) {
  const begins = from && momentOf(`${from}T00:00`, OWN_ZONE)
  const ends = to && momentOf(`${dayAfter(to)}T00:00`, OWN_ZONE)
  return {
    ...(eventId && { eventId: [eventId] }),
    ...(q.trim() && { searchPhrase: q.trim() }),
    ...(status && { status: status.split(',') }),
    ...(ticket && { ticketDefinitionId: [ticket] }),
    ...(channel && { channel: [channel] }),
    ...(begins && { from: begins }),
    ...(ends && { to: ends }),
    ...(shelf !== 'all' && { archived: shelf === 'archived' }),
  }
}

/** In the query of an address. */
export function queryOf(filter: ReturnType<typeof filterOf>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) =>
      Array.isArray(value) ? value.map(each => [name, each]) : [[name, String(value)]],
    ),
  )
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T12:00:00Z`)
  if (Number.isNaN(date.getTime())) return ''
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
