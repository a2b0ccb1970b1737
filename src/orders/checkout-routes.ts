import { Type } from 'typebox'
import type { Intake } from '../db/intake.ts'
import { getEvent } from '../events/store.ts'
import { FormResponseIn } from '../forms/wire.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { GUID_PATTERN } from '../ids.ts'
import { InvoiceOut, toWireInvoice } from '../pricing/wire.ts'
import { getSite } from '../sites/store.ts'
import { hasPaidTickets } from '../ticket-definitions/available.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { Guid, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import type { CheckedOut, CheckoutRequest } from './checkout.ts'
import { HeldOut, heldTickets, reservationNotFound, toHeldTickets } from './held.ts'
import { invoiceOf } from './invoice.ts'
import { ORDER_FIELDSETS, OrderOut, orderPageUrl, toWireOrder } from './wire.ts'

/** R192: ids of members are GUIDs or empty. */
const GuidOrEmpty = Type.String({ pattern: `^$|${GUID_PATTERN}` })
const Discount = Maybe(Type.Object({ couponCode: Maybe(Text(0, 20)) }))
const Benefit = Maybe(Type.Object({ planOrderId: Maybe(Guid), benefitId: Maybe(Guid) }))
/** Checkout and what precedes it: options and invoice preview (spec/ticketing.md 9.4, 9.5). */
export function checkoutRoutes(
  { sql, keys, publicUrl, serviceFeePercent: feePercent }: Deps,
  intake: Intake<CheckoutRequest, CheckedOut>,
) {
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
          reservations: await toHeldTickets(sql, reservation, now),
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
      async request => {
        const { body, identity, now } = request
        const { siteId } = identity
        const wanted = {
          identity,
          now,
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
        const { order, reservation, tickets, definitions } = await intake.submit({
          siteId,
          wanted,
          contendsFor: wanted.eventId,
          isGone: () => isGone(request),
        })
        return {
          order: toWireOrder(order, tickets, ORDER_FIELDSETS, links),
          ...(order.status === 'INITIATED' && { expires: reservation.expiresAt }), // R164
          reservations: heldTickets(reservation, definitions, now),
          orderPageUrl: orderPageUrl(order, links),
        }
      },
    )
  }
}
