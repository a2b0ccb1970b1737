import { type Static, Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import { FormResponseIn } from '../forms/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows, allowsOver } from '../identities/permissions.ts'
import { GUID_PATTERN } from '../ids.ts'
import { InvoiceOut, toWireInvoice } from '../pricing/wire.ts'
import { invalid, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { availableToGuests, hasPaidTickets, listDefinitions } from '../ticket-definitions/available.ts'
import { DefinitionV1Out, toWireDefinitionV1 } from '../ticket-definitions/wire-v1.ts'
import { cancelReservation } from '../ticket-reservations/cancel.ts'
import type { Intake } from '../ticket-reservations/intake.ts'
import { statusAt, type TicketReservation, type Wanted } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { refuseBypass, refuseSeat } from '../ticket-reservations/wire.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { compileLegacySort } from '../wire/legacy-list.ts'
import { present } from '../wire/plain-object.ts'
import { compileFilter, EQUALITY, type QueryFields } from '../wire/query.ts'
import { AnyObject, Decimal, Guid, InstantOut, Maybe, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { checkout } from './checkout.ts'
import { invoiceOf } from './invoice.ts'
import { ORDER_FIELDSETS, OrderOut, orderPageUrl, toWireOrder } from './wire.ts'

const HeldOut = Type.Array(
  Type.Object({
    quantity: Type.Integer(),
    ticket: DefinitionV1Out,
    ticketDetails: Type.Optional(Type.Array(AnyObject)),
  }),
)
/** R192: ids of members are GUIDs or empty. */
const GuidOrEmpty = Type.String({ pattern: `^$|${GUID_PATTERN}` })
const Discount = Maybe(Type.Object({ couponCode: Maybe(Text(0, 20)) }))
const Benefit = Maybe(Type.Object({ planOrderId: Maybe(Guid), benefitId: Maybe(Guid) }))
const LegacyReservationOut = Type.Object({
  id: Type.String(),
  expires: InstantOut,
  reservations: HeldOut,
  invoice: InvoiceOut,
  reservationStatus: Type.String(),
})
const NewLegacyReservation = Type.Object({
  eventId: Guid,
  ticketQuantities: Type.Array(
    Type.Object({
      ticketDefinitionId: Guid,
      quantity: Type.Integer({ minimum: 1, maximum: 50 }),
      priceOverride: Maybe(Decimal),
      ticketDetails: Maybe(
        Type.Array(
          Type.Object({
            seatId: Maybe(Text(0, 36)),
            pricingOptionId: Maybe(Guid),
            priceOverride: Maybe(Decimal),
            capacity: Maybe(Type.Integer({ minimum: 1, maximum: 50 })),
          }),
          { maxItems: 50 },
        ),
      ),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  ignoreLimits: Maybe(Type.Boolean()),
  allowHiddenTickets: Maybe(Type.Boolean()),
})
const MetaDataOut = Type.Object({ count: Type.Integer(), offset: Type.Integer(), total: Type.Integer() })
const AvailableOut = Type.Object({ metaData: MetaDataOut, definitions: Type.Array(DefinitionV1Out) })
const AvailableState = OneOf(['INCLUDE_HIDDEN_NOT_ON_SALE'])

/** Available tickets, invoice preview, checkout, and the legacy reservations (spec/ticketing.md sections 8 and 9.4 f.). */
export function checkoutRoutes({ sql, keys, publicUrl, serviceFeePercent: feePercent }: Deps, intake: Intake) {
  return async (app: App) => {
    const links = { keys, publicUrl }

    app.get(
      '/events/v1/checkout/options',
      {
        schema: {
          response: {
            200: Type.Object({
              paymentMethodConfigured: Type.Boolean(),
              acceptCoupons: Type.Boolean(),
              premiumServices: Type.Boolean(),
              paidTickets: Type.Boolean(),
              acceptGiftCards: Type.Boolean(),
            }),
          },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ identity: { siteId }, now }) => ({
        paymentMethodConfigured: (await getSite(sql, siteId)).testPayments,
        acceptCoupons: false, // until there are coupons (R149)
        premiumServices: true,
        paidTickets: await hasPaidTickets(sql, siteId, now),
        acceptGiftCards: false,
      }),
    )

    app.get(
      '/events/v1/checkout/available-tickets',
      {
        schema: {
          querystring: Type.Object({
            eventId: Type.Optional(Guid),
            offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
            limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
            sort: Type.Optional(Text(0, 200)),
            state: Type.Optional(Type.Array(AvailableState, { maxItems: 5 })),
          }),
          response: { 200: AvailableOut },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ query, identity, now }) => {
        const includeHidden = query.state?.includes('INCLUDE_HIDDEN_NOT_ON_SALE') ?? false
        const filter = query.eventId ? { eventId: query.eventId } : {}
        return listAvailable({ ...query, filter, includeHidden, fieldset: ['POLICY'] }, identity, now)
      },
    )

    app.post(
      '/events/v1/checkout/available-tickets/query',
      {
        schema: {
          body: Type.Object({
            offset: Maybe(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
            limit: Maybe(Type.Integer({ minimum: 0, maximum: 1000 })),
            filter: Maybe(AnyObject),
            fieldset: Maybe(Type.Array(OneOf(['POLICY', 'DASHBOARD']), { maxItems: 5 })),
            sort: Maybe(Text(0, 200)),
          }),
          response: { 200: AvailableOut },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ body, identity, now }) =>
        listAvailable({ ...body, filter: body.filter ?? {}, includeHidden: false }, identity, now),
    )

    app.post(
      '/events/v1/checkout/reservations',
      {
        schema: { body: NewLegacyReservation, response: { 200: LegacyReservationOut } },
        config: { permission: 'CHECKOUT' },
      },
      async ({ body, identity, now }) => {
        const reservation = await intake.submit(await legacyWanted(sql, body, { identity, now }))
        const event = await getEvent(sql, identity.siteId, reservation.eventId)
        return {
          id: reservation.ticketReservationId,
          expires: reservation.expiresAt,
          reservations: await heldTickets(reservation, now),
          invoice: toWireInvoice(invoiceOf(reservation.lines, event, feePercent)),
          reservationStatus: `RESERVATION_${statusAt(reservation, now)}`,
        }
      },
    )

    app.delete(
      '/events/v1/checkout/reservations/:id',
      {
        schema: {
          params: Type.Object({ id: Guid }),
          querystring: Type.Object({ eventId: Guid }),
          response: { 200: Nothing },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, query, identity, now }) => {
        const id = params.id.toLowerCase()
        const eventId = query.eventId.toLowerCase()
        await inTransaction(sql, async tx => {
          const reservation = await findReservation(tx, identity.siteId, id)
          if (reservation?.eventId !== eventId) throw reservationNotFound(id) // R147; its event never changes
          await cancelReservation(tx, id, { identity, now })
        })
        return {}
      },
    )

    app.post(
      '/events/v1/checkout/invoices/:reservationId',
      {
        schema: {
          params: Type.Object({ reservationId: Guid }),
          body: Type.Object({ eventId: Guid, withDiscount: Discount, paidPlanBenefit: Benefit }),
          response: {
            200: Type.Object({
              invoice: InvoiceOut,
              discountErrors: Type.Object({ error: Type.Array(Type.Object({ code: Type.String() })) }),
              expires: InstantOut,
              reservationStatus: Type.String(),
              reservationOccupied: Type.Boolean(),
              reservations: HeldOut,
            }),
          },
        },
        config: { permission: 'READ_INVOICE' },
      },
      async ({ params, body, identity, now }) => {
        const { siteId } = identity
        const id = params.reservationId.toLowerCase()
        const reservation = await findReservation(sql, siteId, id)
        const visible =
          reservation?.eventId === body.eventId.toLowerCase() && allowsOver(identity, 'READ_ORDERS', reservation)
        if (!reservation || !visible) throw reservationNotFound(id)
        refuseOtherEvents(identity, reservation.eventId)
        const event = await getEvent(sql, siteId, reservation.eventId)
        const errors = [
          ...(body.withDiscount?.couponCode ? [{ code: 'COUPON_NOT_FOUND' }] : []), // R56: not an HTTP error
          ...(body.paidPlanBenefit?.planOrderId ? [{ code: 'PAID_PLAN_BENEFIT_NOT_FOUND' }] : []),
        ]
        return {
          invoice: toWireInvoice(invoiceOf(reservation.lines, event, feePercent)),
          discountErrors: { error: errors },
          expires: reservation.expiresAt,
          reservationStatus: `RESERVATION_${statusAt(reservation, now)}`,
          reservationOccupied: reservation.orderNumber !== null,
          reservations: await heldTickets(reservation, now),
        }
      },
    )

    app.post(
      '/events/v1/checkout',
      {
        schema: {
          body: Type.Object({
            eventId: Guid,
            reservationId: Guid,
            memberId: Maybe(GuidOrEmpty),
            discount: Discount,
            buyer: Maybe(
              Type.Object({
                firstName: Text(1, 50),
                lastName: Text(1, 50),
                email: Type.String({ format: 'email', minLength: 5, maxLength: 255 }),
              }),
            ),
            guests: Type.Array(Type.Object({ form: FormResponseIn }), { minItems: 1, maxItems: 50 }),
            paidPlanBenefit: Benefit,
            options: Maybe(
              Type.Object({
                silent: Maybe(Type.Boolean()),
                payInPerson: Maybe(Type.Boolean()),
                ignoreFormValidation: Maybe(Type.Boolean()),
                markAsPaid: Maybe(Type.Boolean()),
              }),
            ),
            marketingConsent: Maybe(Type.Boolean()),
          }),
          response: {
            200: Type.Object({
              order: OrderOut,
              expires: Type.Optional(InstantOut),
              reservations: HeldOut,
              orderPageUrl: Type.String(),
            }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ body, identity, now }) => {
        const wanted = {
          eventId: body.eventId.toLowerCase(),
          ticketReservationId: body.reservationId.toLowerCase(),
          guests: body.guests.map(({ form }) => ({ inputValues: form.inputValues ?? [] })),
          buyer: body.buyer ?? null,
          memberId: body.memberId?.toLowerCase() || null,
          couponCode: body.discount?.couponCode || null,
          paidPlanBenefit: Boolean(body.paidPlanBenefit?.planOrderId),
          silent: body.options?.silent ?? false,
          payInPerson: body.options?.payInPerson ?? false,
          markAsPaid: body.options?.markAsPaid ?? false,
          ignoreFormValidation: body.options?.ignoreFormValidation ?? false,
          marketingConsent: body.marketingConsent ?? false,
        }
        const { order, reservation } = await inTransaction(sql, tx =>
          checkout(tx, wanted, { identity, now, feePercent }),
        )
        const tickets = await listTicketsOfOrders(sql, identity.siteId, [order.orderNumber])
        return {
          order: toWireOrder(order, tickets, ORDER_FIELDSETS, links),
          ...(order.status === 'INITIATED' && { expires: reservation.expiresAt }), // R164
          reservations: await heldTickets(reservation, now),
          orderPageUrl: orderPageUrl(order, links),
        }
      },
    )

    type Listing = {
      filter: Record<string, unknown>
      offset?: number | null
      limit?: number | null
      sort?: string | null
      includeHidden: boolean
      fieldset?: ('POLICY' | 'DASHBOARD')[] | null
    }

    /** R150 to R153: without a limit only the counts; never hidden definitions. */
    async function listAvailable(listing: Listing, identity: Identity, now: Date) {
      const { siteId } = identity
      const offset = listing.offset ?? 0
      const { definitions, total } = await listDefinitions(sql, siteId, {
        where: sql`${compileFilter(sql, AVAILABLE_FIELDS, listing.filter, now)} and ${availableToGuests(sql, identity, {
          now,
          includeHidden: listing.includeHidden,
        })}`,
        orderBy: compileLegacySort(sql, AVAILABLE_SORT, listing.sort, 'created:asc'),
        limit: listing.limit ?? 0,
        offset,
        now,
      })
      const details = {
        policy: listing.fieldset?.includes('POLICY') ?? false,
        dashboard: (listing.fieldset?.includes('DASHBOARD') ?? false) && allows(identity, 'READ_TICKET_DEFINITIONS'),
      }
      return {
        metaData: { count: definitions.length, offset, total },
        definitions: definitions.map(each => toWireDefinitionV1(each, now, details)),
      }
    }

    async function heldTickets(reservation: TicketReservation, now: Date): Promise<Static<typeof HeldOut>> {
      return toHeldTickets(sql, reservation, now)
    }
  }
}

/** A reservation's lines in the old shape: quantity and definition, also where that was deleted meanwhile (R97). */
async function toHeldTickets(db: Db, { siteId, lines }: TicketReservation, now: Date): Promise<Static<typeof HeldOut>> {
  const ids = [...new Set(lines.map(line => line.ticketDefinitionId))]
  const { definitions } = await listDefinitions(db, siteId, {
    where: db`definitions.ticket_definition_id in ${db(ids)}`,
    orderBy: db`definitions.sort_index`,
    limit: ids.length,
    offset: 0,
    now,
    deletedToo: true,
  })
  return lines.flatMap(line => {
    const definition = definitions.find(each => each.ticketDefinitionId === line.ticketDefinitionId)
    if (!definition) return []
    const details = present({ pricingOptionId: line.pricingOptionId, priceOverride: line.priceOverride })
    return [
      {
        quantity: line.quantity,
        ticket: toWireDefinitionV1(definition, now, { policy: true, dashboard: false }),
        ...(Object.keys(details).length > 0 && { ticketDetails: [details] }),
      },
    ]
  })
}

/**
 * The legacy request as the one that every reservation is decided by (R143, R144): its `priceOverride` is the guest's
 * own price where the definition asks for one, and needs permission everywhere else.
 */
async function legacyWanted(
  db: Db,
  body: Static<typeof NewLegacyReservation>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Wanted> {
  const ids = [...new Set(body.ticketQuantities.map(line => line.ticketDefinitionId.toLowerCase()))]
  const { definitions } = await listDefinitions(db, identity.siteId, {
    where: db`definitions.ticket_definition_id in ${db(ids)}`,
    orderBy: db`definitions.sort_index`,
    limit: ids.length,
    offset: 0,
    now,
  })
  const byGuestPrice = new Set(
    definitions.filter(each => each.pricingKind === 'GUEST').map(each => each.ticketDefinitionId),
  )
  refuseOtherEvents(identity, body.eventId.toLowerCase())
  const wanted: Wanted = {
    identity,
    now,
    eventId: body.eventId.toLowerCase(),
    lines: body.ticketQuantities.flatMap((line, index) => {
      const ticketDefinitionId = line.ticketDefinitionId.toLowerCase()
      const own = byGuestPrice.has(ticketDefinitionId)
      return detailsOf(line, `ticketQuantities[${index}]`).map(({ path, quantity, pricingOptionId, price }) => ({
        paths: {
          ticketDefinitionId: `ticketQuantities[${index}].ticketDefinitionId`,
          guestPrice: `${path}.priceOverride`,
          priceOverride: `${path}.priceOverride`,
        },
        ticketDefinitionId,
        quantity,
        pricingOptionId,
        guestPrice: own ? price : null,
        priceOverride: own ? null : price,
        pricingPlan: null,
      }))
    }),
    limitsBypassed: body.ignoreLimits ?? false,
    hiddenAllowed: body.allowHiddenTickets ?? false,
    extendedFields: null,
  }
  refuseBypass(wanted)
  return wanted
}

type LegacyLine = Static<typeof NewLegacyReservation>['ticketQuantities'][number]

/**
 * What the tickets of one legacy line are: all alike, or as its details say, each of which stands for `capacity` tickets.
 * inferred: one entry stands for the whole line, several must add up to its quantity.
 */
function detailsOf(line: LegacyLine, path: string) {
  const details = line.ticketDetails ?? []
  details.forEach(({ seatId }, index) => {
    refuseSeat(seatId, `${path}.ticketDetails[${index}].seatId`)
  })
  const whole = details.length <= 1
  const capacities = details.map(({ capacity }) => capacity ?? (whole ? line.quantity : 1))
  if (details.length > 0 && capacities.reduce((sum, capacity) => sum + capacity) !== line.quantity)
    throw invalid(`${path}.ticketDetails`, `must describe as many tickets as the quantity says: ${line.quantity}`)
  return (whole ? [details[0] ?? {}] : details).map(({ pricingOptionId, priceOverride }, index) => ({
    path: priceOverride ? `${path}.ticketDetails[${index}]` : path,
    quantity: capacities[index] ?? line.quantity,
    pricingOptionId: pricingOptionId?.toLowerCase() ?? null,
    price: priceOverride ?? line.priceOverride ?? null,
  }))
}

function reservationNotFound(reservationId: string): Refusal {
  return new Refusal('RESERVATION_NOT_FOUND', 'There is no such reservation.', { reservationId })
}

const AVAILABLE_FIELDS: QueryFields = {
  ticketDefinitionId: { type: 'guid', sql: db => db`definitions.ticket_definition_id`, operators: EQUALITY },
  eventId: { type: 'guid', sql: db => db`definitions.event_id`, operators: EQUALITY },
  name: {
    type: 'text',
    sql: db => db`definitions.name`,
    operators: [...EQUALITY, '$lt', '$lte', '$gt', '$gte', '$contains', '$urlized'],
  },
}

const AVAILABLE_SORT: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`definitions.created_at`,
  price: db => db`definitions.price_minor`,
  orderIndex: db => db`definitions.sort_index`,
  name: db => db`definitions.name`,
}
