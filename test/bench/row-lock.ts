import { pino } from 'pino'
import { type Static, Type } from 'typebox'
import { readConfig } from '../../src/config.ts'
import { jsonb, type Tx } from '../../src/db/connect.ts'
import { openDatabase } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { actorOf, buyerOf, type Identity } from '../../src/identities/identity.ts'
import { newGuid } from '../../src/ids.ts'
import { readKeys } from '../../src/installation.ts'
import { Refusal } from '../../src/refusals.ts'
import { NewReservation, TicketReservationOut } from '../../src/ticket-reservations/wire.ts'
import { addMinutes } from '../../src/time.ts'
import { answerParent } from './child.ts'
import { NOTHING_DECIDED, RESERVE } from './shop.ts'

/**
 * The other baseline: the same HTTP server, identities, schemas, tables and number of connections, and behind it the
 * transaction that everybody writes first: lock the row, look, insert, count, commit, for each request.
 */
const settings = readConfig()
const database = await openDatabase(settings, { use: 'visit' })
const { sql } = database
const deps = {
  sql,
  keys: await readKeys(settings),
  clock: () => new Date(),
  publicUrl: 'http://127.0.0.1',
  serviceFeePercent: '0',
  callbackHosts: [],
  wallet: { apple: null, google: null },
  webhookPrivateHosts: [],
  liveListenersMax: 0,
  liveListenersPerAddressMax: 1,
  stripe: null,
}
const app = await createHttpApp(deps, pino({ level: settings.logLevel }))

const schema = {
  body: Type.Object({ ticketReservation: NewReservation }),
  response: { 200: Type.Object({ ticketReservation: TicketReservationOut, promotionErrors: Type.Any() }) },
}
const config = { permission: 'TICKET_RESERVATION_CREATE' } as const

app.post(RESERVE, { schema, config }, async ({ body, identity, now }) => {
  const [wanted] = body.ticketReservation.tickets
  if (!wanted) throw new Refusal('TICKET_DEFINITION_NOT_FOUND', 'There is no such ticket definition.')
  const ticketReservation = await inTransaction(sql, tx => reserveOne(tx, wanted, identity, now))
  return { ticketReservation, promotionErrors: { error: [] } }
})

/** What the HTTP stack alone costs: everything but the decision. */
app.post(NOTHING_DECIDED, { schema, config }, async ({ body, identity, now }) => {
  const ids = { id: newGuid(), eventId: newGuid(), ticketLineItemId: newGuid() }
  const sale = { name: 'Category 1', priceMinor: 1000, currency: 'EUR' }
  const { ticketDefinitionId = '', quantity = 1 } = body.ticketReservation.tickets[0] ?? {}
  const { visitorId } = buyerOf(identity)
  const ticketReservation = answerOf({ ...ids, ...sale, ticketDefinitionId, quantity, visitorId, now })
  return { ticketReservation, promotionErrors: { error: [] } }
})

type Sale = {
  actualLimit: number
  reserved: number
  sold: number
  eventId: string
  name: string
  priceMinor: number
  currency: string
  pricingKind: string
  feeType: string
}

async function reserveOne(
  tx: Tx,
  { ticketDefinitionId, quantity }: { ticketDefinitionId: string; quantity: number },
  identity: Identity,
  now: Date,
): Promise<Static<typeof TicketReservationOut>> {
  const { siteId } = identity
  const [sale] = await tx<Sale[]>`
    select inventory.actual_limit, inventory.reserved, inventory.sold, definitions.event_id, definitions.name,
           definitions.price_minor, definitions.currency, definitions.pricing_kind, definitions.fee_type
      from inventory
      join ticket_definitions as definitions using (site_id, ticket_definition_id)
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = ${ticketDefinitionId}
       for update of inventory`
  if (!sale) throw new Refusal('TICKET_DEFINITION_NOT_FOUND', 'There is no such ticket definition.')
  if (sale.reserved + sale.sold + quantity > sale.actualLimit)
    throw new Refusal('TICKET_LIMIT_EXCEEDED', 'Fewer tickets are available than you asked for.')
  const { eventId, name, priceMinor, currency, pricingKind, feeType } = sale
  const { visitorId } = buyerOf(identity)
  const actor = actorOf(identity)
  const id = newGuid()
  const ticketLineItemId = newGuid()
  const expiresAt = addMinutes(now, 20)
  await tx`
    insert into ticket_reservations (
      site_id, ticket_reservation_id, event_id, revision, status, expires_at, created_at, updated_at, visitor_id,
      limits_bypassed, hidden_allowed, settings
    )
    values (
      ${siteId}, ${id}, ${eventId}, 1, 'PENDING', ${expiresAt}, ${now}, ${now}, ${visitorId}, false, false,
      ${jsonb(tx, { ticketLimitPerOrder: 20, reservationMinutes: 20 })}
    )`
  await tx`
    insert into ticket_reservation_lines (
      site_id, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity, price_minor,
      currency, pricing_kind, fee_type, ticket_name, policy
    )
    values (
      ${siteId}, ${id}, 0, ${ticketLineItemId}, ${ticketDefinitionId}, ${quantity}, ${priceMinor}, ${currency},
      ${pricingKind}, ${feeType}, ${name}, ''
    )`
  await tx`
    insert into activities (
      site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
    )
    values (
      ${siteId}, 'ticket_reservation', ${id}, 1, 'ticket_reservation.created',
      ${jsonb(tx, { eventId, limitsBypassed: false })}, ${actor.kind}, ${actor.id}, ${now}
    )`
  await tx`
    update inventory
       set reserved = reserved + ${quantity}
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}`
  return answerOf({ ...sale, id, ticketLineItemId, ticketDefinitionId, quantity, visitorId, now })
}

type Held = Pick<Sale, 'eventId' | 'name' | 'priceMinor' | 'currency'> & {
  id: string
  ticketLineItemId: string
  ticketDefinitionId: string
  quantity: number
  visitorId: string | null
  now: Date
}

function answerOf(held: Held): Static<typeof TicketReservationOut> {
  const { id, eventId, ticketLineItemId, ticketDefinitionId, quantity, visitorId, name, priceMinor, currency, now } =
    held
  const amount = (minor: number) => {
    const value = (minor / 100).toFixed(2)
    return { value, currency, formattedValue: `€${value}` }
  }
  return {
    id,
    revision: '1',
    createdDate: now,
    updatedDate: now,
    expirationDate: addMinutes(now, 20),
    status: 'PENDING',
    ...(visitorId && { visitorId }),
    tickets: [
      {
        ticketLineItemId,
        eventId,
        ticketDefinitionId,
        quantity,
        removedQuantity: 0,
        ticketName: name,
        price: amount(priceMinor),
        subTotal: amount(priceMinor * quantity),
        ticketInfo: {},
        eventSettingsSnapshot: {},
      },
    ],
  }
}

const url = await app.listen({ host: '127.0.0.1', port: 0 })
answerParent({ url }, {}, async () => {
  await app.close()
  await database.close()
})
