import { expect, test } from 'vitest'
import { emptyDatabase } from '../../test/support/empty-database.ts'
import { migrate, migrateIn } from '../db/migrate.ts'
import { newGuid } from '../ids.ts'

test('law 5: what was marked as paid before has a payment by hand afterwards, and every payment its place in its order', async () => {
  const { sql } = await emptyDatabase()
  await sql.begin(tx => migrateIn(tx, 11))
  const siteId = newGuid()
  const at = new Date('2030-05-01T12:00:00.000Z')
  await sql`
    insert into sites (site_id, name, locale, currency, time_zone, test_payments, created_at)
    values (${siteId}, 'Old', 'en', 'EUR', 'UTC', true, ${at})`
  const anOrder = (orderNumber: string, status: string, markedPaidBy: object | null) => sql`
    insert into orders (
      site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, confirmed_at, paid_at,
      marked_paid_by, contact_id, first_name, last_name, email, guest_forms, guests_assigned, invoice, currency,
      grand_total_minor, revenue_minor, tickets_quantity, silent, marketing_consent, created_at, updated_at
    )
    values (
      ${siteId}, ${orderNumber}, ${newGuid()}, ${newGuid()}, 1, ${status}, 'ONLINE', ${at}, ${at},
      ${markedPaidBy ? sql.json(markedPaidBy as never) : null}, ${newGuid()}, 'Ada', 'Berg', 'ada@example.org', '[]',
      false, '{}', 'EUR', 2000, 2000, 2, false, false, ${at}, ${at}
    )`
  await anOrder('MARKED', 'PAID', { kind: 'admin', id: 'x' })
  await anOrder('PAID', 'PAID', null)
  await anOrder('DOOR', 'OFFLINE_PENDING', null)
  const aPayment = (orderNumber: string, status: string, second: number) => sql`
    insert into payments (
      site_id, payment_id, order_number, provider, status, amount_minor, refunded_minor, currency, created_at, updated_at
    )
    values (
      ${siteId}, ${newGuid()}, ${orderNumber}, 'test', ${status}, 2000, ${status === 'REFUNDED' ? 2000 : 0}, 'EUR',
      ${new Date(at.getTime() + second * 1000)}, ${at}
    )`
  await aPayment('PAID', 'REFUNDED', 2)
  await aPayment('PAID', 'CAPTURED', 1)
  await aPayment('MARKED', 'REFUNDED', -1)
  await migrate(sql)
  const rows = await sql`
    select order_number, ordinal, provider, status, amount_minor from payments order by order_number, ordinal`
  expect(rows.map(row => Object.values(row).join(' '))).toEqual([
    'MARKED 1 test REFUNDED 2000',
    'MARKED 2 manual CAPTURED 2000',
    'PAID 1 test CAPTURED 2000',
    'PAID 2 test REFUNDED 2000',
  ])
})
