import type { Db, Fragment } from '../db/connect.ts'
import type { OrderStatus } from '../orders/model.ts'
import { ADDITIONAL_GUESTS_MAX, guestNameOf, type Rsvp, totalGuestsOf } from '../rsvps/model.ts'
import type { SeatInfo } from '../seating/model.ts'
import { admissionOf, type Ticket } from '../tickets/model.ts'
import { fullName } from '../tickets/shown.ts'
import type { Coming, EntryKind, EntryState, Who } from './model.ts'
import { listGatesOfScans } from './store.ts'

/** One who may come: a ticket, or a guest of an RSVP, as a door shows it. */
export type Entry = {
  number: string
  kind: EntryKind
  /** null: of an RSVP. */
  orderNumber: string | null
  guestName: string
  /** Who bought, or answered for all who come along. */
  buyerName: string
  definitionName: string | null
  seatId: string | null
  seatInfo: SeatInfo | null
  state: EntryState
  /** What its whole order still has to pay; null where that is nothing. */
  due: { amountMinor: number; currency: string } | null
  coming: (Coming & { gate: string | null }) | null
  /** Since when whoever came in is out for the moment; null: is not. */
  left: (Coming & { gate: string | null }) | null
}

type TicketRow = Pick<
  Ticket,
  | 'ticketNumber'
  | 'orderNumber'
  | 'name'
  | 'firstName'
  | 'lastName'
  | 'orderFirstName'
  | 'orderLastName'
  | 'seatId'
  | 'seatInfo'
  | 'canceledAt'
  | 'archivedAt'
  | 'checkedInAt'
  | 'checkedInBy'
  | 'checkInScanId'
  | 'outAt'
  | 'outScanId'
  | 'orderArchived'
  | 'orderConfirmed'
  | 'orderStatus'
> & { pricingOptionName: string | null; dueMinor: number; orderCurrency: string } & {
  gate: string | null
  outGate: string | null
  outBy: Who | null
}

type OfEvent = { siteId: string; eventId: string }

/** The next tickets of an event, in the order of their numbers. */
export async function listNextTickets(
  db: Db,
  of: OfEvent,
  { after, limit }: { after: string; limit: number },
): Promise<Entry[]> {
  const rows = await db<TicketRow[]>`
    ${selectTickets(db, of)}
       and tickets.ticket_number > ${after}
     order by tickets.ticket_number
     limit ${limit}`
  return rows.map(ofTicket)
}

/** Those of these tickets that the event has, and all of these orders'. */
export async function listTicketEntries(
  db: Db,
  of: OfEvent,
  { numbers, orderNumbers = [] }: { numbers: readonly string[]; orderNumbers?: readonly string[] },
): Promise<Entry[]> {
  if (numbers.length === 0 && orderNumbers.length === 0) return []
  const rows = await db<TicketRow[]>`
    ${selectTickets(db, of)}
       and tickets.ticket_number in (
             select unnest(${[...numbers]}::text[])
              union
             select ticket_number
               from tickets
              where site_id = ${of.siteId}
                and order_number = any(${[...orderNumbers]})
           )
     order by tickets.ticket_number`
  return rows.map(ofTicket)
}

function selectTickets(db: Db, { siteId, eventId }: OfEvent): Fragment {
  return db`
    select tickets.ticket_number, tickets.order_number, tickets.name, tickets.first_name, tickets.last_name,
           tickets.seat_id, tickets.seat_info, tickets.canceled_at, tickets.archived_at, tickets.checked_in_at,
           tickets.checked_in_by, tickets.check_in_scan_id, tickets.out_at, tickets.out_scan_id,
           orders.first_name as order_first_name, orders.last_name as order_last_name, orders.archived_at is not null as order_archived,
           orders.confirmed_at is not null as order_confirmed, orders.status as order_status,
           orders.currency as order_currency, lines.pricing_option_name, scans.gate,
           outs.gate as out_gate, outs.scanned_by as out_by,
           case
             when orders.status in ('PAID', 'FREE') then 0
             else orders.grand_total_minor - (
                    select coalesce(sum(amount_minor - refunded_minor - refunding_minor), 0)
                      from payments
                     where payments.site_id = orders.site_id
                       and payments.order_number = orders.order_number
                       and payments.status = 'CAPTURED'
                  )
           end::bigint as due_minor
      from tickets
      join orders using (site_id, order_number)
      left join ticket_reservation_lines as lines
        on lines.site_id = orders.site_id
       and lines.ticket_reservation_id = orders.ticket_reservation_id
       and lines.line_index = tickets.line_index
      left join door_scans as scans
        on scans.site_id = tickets.site_id
       and scans.scan_id = tickets.check_in_scan_id
      left join door_scans as outs
        on outs.site_id = tickets.site_id
       and outs.scan_id = tickets.out_scan_id
     where tickets.site_id = ${siteId}
       and tickets.event_id = ${eventId}`
}

function ofTicket(row: TicketRow): Entry {
  const { checkedInAt: at, checkedInBy: by, checkInScanId: scanId, gate, pricingOptionName, dueMinor } = row
  const { outAt, outScanId, outBy, outGate } = row
  return {
    number: row.ticketNumber,
    kind: 'TICKET',
    orderNumber: row.orderNumber,
    guestName: fullName(row),
    buyerName: fullName({ firstName: row.orderFirstName, lastName: row.orderLastName }),
    definitionName: pricingOptionName === null ? row.name : `${row.name} – ${pricingOptionName}`,
    seatId: row.seatId,
    seatInfo: row.seatInfo,
    state: stateOfTicket(row),
    due: dueMinor > 0 ? { amountMinor: dueMinor, currency: row.orderCurrency } : null,
    coming: at && by && { at, by, scanId, gate },
    left: outAt && outBy && { at: outAt, by: outBy, scanId: outScanId, gate: outGate },
  }
}

const PAID: ReadonlySet<OrderStatus> = new Set(['PAID', 'FREE'])

export function stateOfTicket(ticket: Parameters<typeof admissionOf>[0] & Pick<Ticket, 'orderStatus'>): EntryState {
  switch (admissionOf(ticket)) {
    case 'CANCELED':
      return 'CANCELED'
    case 'ARCHIVED':
      return 'ARCHIVED'
    case 'NOT_CONFIRMED':
      return 'UNPAID'
    case 'VALID':
    case 'CHECKED_IN':
      return PAID.has(ticket.orderStatus) ? 'ADMITS' : 'UNPAID'
  }
}

type RsvpRow = Pick<
  Rsvp,
  'rsvpId' | 'status' | 'firstName' | 'lastName' | 'additionalGuests' | 'guestNames' | 'checkIns' | 'createdAt'
>

/** The RSVPs of an event that follow, in the order in which they were made, and where the next ones begin. */
export async function listNextRsvps(
  db: Db,
  { siteId, eventId }: OfEvent,
  { after, limit }: { after: RsvpPlace | null; limit: number },
): Promise<{ entries: Entry[]; last: RsvpPlace | null; isFull: boolean }> {
  const rows = await db<RsvpRow[]>`
    select rsvp_id, status, first_name, last_name, additional_guests, guest_names, check_ins, created_at
      from rsvps
     where site_id = ${siteId}
       and event_id = ${eventId}
       and ${after ? db`(created_at, rsvp_id) > (${after.createdAt}, ${after.rsvpId}::uuid)` : db`true`}
     order by created_at, rsvp_id
     limit ${limit}`
  const last = rows.at(-1)
  return {
    entries: await withGates(db, siteId, rows.flatMap(ofRsvp)),
    last: last ? { createdAt: last.createdAt, rsvpId: last.rsvpId } : after,
    isFull: rows.length === limit,
  }
}
export type RsvpPlace = { createdAt: Date; rsvpId: string }

/** Those of these RSVPs that the event has: their guests. */
export async function listRsvpEntries(
  db: Db,
  { siteId, eventId }: OfEvent,
  rsvpIds: readonly string[],
): Promise<Entry[]> {
  if (rsvpIds.length === 0) return []
  const rows = await db<RsvpRow[]>`
    select rsvp_id, status, first_name, last_name, additional_guests, guest_names, check_ins, created_at
      from rsvps
     where site_id = ${siteId}
       and event_id = ${eventId}
       and rsvp_id = any(${[...rsvpIds]})
     order by created_at, rsvp_id`
  return withGates(db, siteId, rows.flatMap(ofRsvp))
}

function ofRsvp(rsvp: RsvpRow): Entry[] {
  return Array.from({ length: totalGuestsOf(rsvp) }, (_, index): Entry => {
    const guestId = index + 1
    return {
      number: guestNumber(rsvp.rsvpId, guestId),
      kind: 'RSVP',
      orderNumber: null,
      guestName: guestNameOf(rsvp, guestId) ?? '',
      buyerName: fullName(rsvp),
      definitionName: null,
      seatId: null,
      seatInfo: null,
      state: stateOfRsvp(rsvp),
      due: null,
      coming: comingOf(rsvp, guestId),
      left: leftOf(rsvp, guestId),
    }
  })
}

export function stateOfRsvp({ status }: Pick<Rsvp, 'status'>): EntryState {
  switch (status) {
    case 'YES':
      return 'ADMITS'
    case 'WAITLIST':
      return 'WAITING'
    case 'NO':
      return 'DECLINED'
  }
}

/** When a guest of an RSVP came in; null: is not. The gate is not known yet. */
export function comingOf({ checkIns }: Pick<Rsvp, 'checkIns'>, guestId: number): Entry['coming'] {
  const found = checkIns.find(each => each.guestId === guestId)
  if (!found?.at || !found.by) return null
  return { at: new Date(found.at), by: found.by, scanId: found.scanId ?? null, gate: null }
}

/** Since when a guest of an RSVP who came in is out; null: is not. The gate is not known yet. */
export function leftOf({ checkIns }: Pick<Rsvp, 'checkIns'>, guestId: number): Entry['left'] {
  const out = checkIns.find(each => each.guestId === guestId)?.out
  return out ? { at: new Date(out.at), by: out.by, scanId: out.scanId, gate: null } : null
}

async function withGates(db: Db, siteId: string, entries: readonly Entry[]): Promise<Entry[]> {
  const scanIds = entries.flatMap(({ coming, left }) => [coming?.scanId ?? [], left?.scanId ?? []].flat())
  const scans = await listGatesOfScans(db, siteId, scanIds)
  const withGate = (each: Entry['coming']) => each && { ...each, gate: scans.get(each.scanId ?? '')?.gate ?? null }
  return entries.map(entry => ({ ...entry, coming: withGate(entry.coming), left: withGate(entry.left) }))
}

/** How the door names a guest of an RSVP, who has no ticket: 1 is who answered. */
export function guestNumber(rsvpId: string, guestId: number): string {
  return `${rsvpId}:${guestId}`
}

/** Of all guests that an RSVP may have had. */
export function everyNumberOf(rsvpId: string): string[] {
  return Array.from({ length: ADDITIONAL_GUESTS_MAX + 1 }, (_, index) => guestNumber(rsvpId, index + 1))
}

/** Which guest of which RSVP that is; null: none. */
export function parseGuestNumber(number: string): { rsvpId: string; guestId: number } | null {
  const [, rsvpId, guestId] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d?)$/.exec(number) ?? []
  return rsvpId && guestId ? { rsvpId, guestId: Number(guestId) } : null
}
