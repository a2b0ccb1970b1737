import { jsonb, type Tx } from '../db/connect.ts'

/** What a seller took for a reservation, before there is an order. */
export type PosPayment = {
  siteId: string
  posPaymentId: string
  ticketReservationId: string
  method: PosMethod
  amountMinor: number
  currency: string
  takenBy: { kind: string; id: string }
  takenAt: Date
}

export const POS_METHODS = ['cash', 'card'] as const
export type PosMethod = (typeof POS_METHODS)[number]

/**
 * Writes what was taken for a reservation, which must be locked; whoever takes something again says what was taken in
 * all, under the id of the first time.
 */
export async function savePosPayment(tx: Tx, payment: PosPayment): Promise<PosPayment> {
  const [saved] = await tx<PosPayment[]>`
    insert into pos_payments (
      site_id, pos_payment_id, ticket_reservation_id, method, amount_minor, currency, taken_by, taken_at
    )
    values (
      ${payment.siteId}, ${payment.posPaymentId}, ${payment.ticketReservationId}, ${payment.method},
      ${payment.amountMinor}, ${payment.currency}, ${jsonb(tx, { kind: payment.takenBy.kind, id: payment.takenBy.id })}, ${payment.takenAt}
    )
        on conflict (site_id, ticket_reservation_id) do update
       set method = excluded.method, amount_minor = excluded.amount_minor, currency = excluded.currency,
           taken_by = excluded.taken_by, taken_at = excluded.taken_at
    returning site_id, pos_payment_id, ticket_reservation_id, method, amount_minor, currency, taken_by, taken_at`
  if (!saved) throw new Error('a payment at the door was not written')
  return saved
}

/** Takes out what was taken for a locked reservation, for its order to have it; null when that is not its id. */
export async function claimPosPayment(
  tx: Tx,
  { siteId, posPaymentId, ticketReservationId }: Pick<PosPayment, 'siteId' | 'posPaymentId' | 'ticketReservationId'>,
): Promise<PosPayment | null> {
  const [claimed] = await tx<PosPayment[]>`
    delete from pos_payments
     where site_id = ${siteId}
       and pos_payment_id = ${posPaymentId}
       and ticket_reservation_id = ${ticketReservationId}
    returning site_id, pos_payment_id, ticket_reservation_id, method, amount_minor, currency, taken_by, taken_at`
  return claimed ?? null
}
