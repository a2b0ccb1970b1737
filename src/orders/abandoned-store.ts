import type { Db, Fragment } from '../db/connect.ts'

export type Abandoned = { siteId: string; orderNumber: string; createdAt: Date }

/**
 * Orders that wait for money whose hold ended long enough ago, across sites (section 9.1: two hours).
 * @param createdBefore only orders made before; their holds are at most two and a half hours
 * @param after goes on behind this one
 */
export async function listAbandoned(
  db: Db,
  { createdBefore, after, limit }: { createdBefore: Date; after: Abandoned | null; limit: number },
): Promise<Abandoned[]> {
  return db<Abandoned[]>`
    select orders.site_id, orders.order_number, orders.created_at
      from orders
      left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where orders.status in ('INITIATED', 'PENDING')
       and orders.created_at <= ${createdBefore}
       and reservations.status is distinct from 'PENDING'
       and ${isAfter(db, after)}
     order by orders.created_at, orders.site_id, orders.order_number
     limit ${limit}`
}

/** Orders of which a part was paid and whose hold has ended, across sites; `after` as above. */
export async function listHalfPaid(
  db: Db,
  { after, limit }: { after: Abandoned | null; limit: number },
): Promise<Abandoned[]> {
  return db<Abandoned[]>`
    select orders.site_id, orders.order_number, orders.created_at
      from orders
      left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where orders.status = 'PARTIALLY_PAID'
       and reservations.status is distinct from 'PENDING'
       and ${isAfter(db, after)}
     order by orders.created_at, orders.site_id, orders.order_number
     limit ${limit}`
}

function isAfter(db: Db, after: Abandoned | null): Fragment {
  if (!after) return db`true`
  return db`
    (orders.created_at, orders.site_id, orders.order_number)
      > (${after.createdAt}::timestamptz, ${after.siteId}::uuid, ${after.orderNumber}::text)`
}
