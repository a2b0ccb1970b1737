import { type Static, Type } from 'typebox'
import { hasActiveCoupon } from '../coupons/store.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import { FormResponseIn } from '../forms/wire.ts'
import { hasUsableGiftCard } from '../gift-cards/store.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { buyerOf, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { GUID_PATTERN } from '../ids.ts'
import { onlineMethodsOf } from '../payments/methods.ts'
import { InvoiceOut, toWireInvoice } from '../pricing/wire.ts'
import { getSite } from '../sites/store.ts'
import { wantedLanguage } from '../texts/language.ts'
import { hasPaidTickets } from '../ticket-definitions/available.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import { carryOutOf } from './carry-out.ts'
import type { CheckedOut, CheckoutRequest } from './checkout.ts'
import { HeldOut, heldTickets, reservationNotFound, toHeldTickets } from './held.ts'
import type { GuestForm } from './model.ts'
import { type Asking, findPromotions, pricedWith } from './promotions.ts'
import { type CheckoutUpdate, updateCheckout } from './update-checkout.ts'
import { ORDER_FIELDSETS, OrderOut, orderPageUrl, toWireOrder } from './wire.ts'

/** R192: ids of members are GUIDs or empty. */
const GuidOrEmpty = Type.String({ pattern: `^$|${GUID_PATTERN}` })
const BuyerIn = Maybe(
  Type.Object({
    firstName: Text(1, 50),
    lastName: Text(1, 50),
    email: Type.String({ format: 'email', minLength: 5, maxLength: 255 }),
  }),
)
const GuestIn = Type.Object({ form: FormResponseIn })
const DiscountIn = Maybe(Type.Object({ couponCode: Maybe(Text(0, 20)) }))
const BenefitIn = Maybe(Type.Object({ planOrderId: Maybe(Guid), benefitId: Maybe(Guid) }))
/** Checkout and what precedes it: options and invoice preview (spec/ticketing.md 9.4, 9.5). */
export function checkoutRoutes(
  { sql, keys, publicUrl, wallet, serviceFeePercent: feePercent }: Deps,
  intake: Intake<CheckoutRequest, CheckedOut>,
) {
  return async (app: App) => {
    const links = { keys, publicUrl, wallet }

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
        paymentMethodConfigured: onlineMethodsOf(await getSite(sql, siteId)).length > 0,
        acceptCoupons: await hasActiveCoupon(sql, siteId, now),
        premiumServices: true,
        paidTickets: await hasPaidTickets(sql, siteId, now),
        acceptGiftCards: await hasUsableGiftCard(sql, siteId, now),
      }),
    )

    app.post(
      '/events/v1/checkout/invoices/:reservationId',
      {
        schema: {
          params: Type.Object({ reservationId: Guid }),
          body: Type.Object({ eventId: Guid, withDiscount: DiscountIn, paidPlanBenefit: BenefitIn }),
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
        const own = buyerOf(identity)
        const asking: Asking = {
          couponCode: couponFromWire(body.withDiscount),
          benefit: benefitFromWire(body.paidPlanBenefit),
          lines: reservation.lines,
          email: null, // whose it will be nobody knows yet
          visitorId: own.visitorId ?? reservation.visitorId,
          memberIds: [own.memberId, reservation.memberId].flatMap(each => each ?? []),
          orderNumber: reservation.orderNumber,
        }
        const promotions = await findPromotions(sql, siteId, asking)
        const { invoice, refusals } = pricedWith(asking, promotions, { event, feePercent, now })
        return {
          invoice: toWireInvoice(invoice),
          discountErrors: { error: refusals.map(({ code }) => ({ code })) }, // R56: not an HTTP error
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
            discount: DiscountIn,
            buyer: BuyerIn,
            guests: Type.Array(GuestIn, { minItems: 1, maxItems: 50 }),
            paidPlanBenefit: BenefitIn,
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
          guests: body.guests.map(guestFromWire),
          buyer: body.buyer ?? null,
          memberId: body.memberId?.toLowerCase() || null,
          couponCode: couponFromWire(body.discount),
          paidPlanBenefit: benefitFromWire(body.paidPlanBenefit),
          silent: body.options?.silent ?? false,
          payInPerson: body.options?.payInPerson ?? false,
          markAsPaid: body.options?.markAsPaid ?? false,
          ignoreFormValidation: body.options?.ignoreFormValidation ?? false,
          marketingConsent: body.marketingConsent ?? false,
          language: wantedLanguage(request),
        }
        const { order, reservation, tickets, definitions } = await intake.submit({
          siteId,
          wanted,
          contendsFor: wanted.couponCode ?? wanted.eventId,
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

    app.patch(
      '/events/v1/checkout/:orderNumber',
      {
        schema: {
          params: Type.Object({ orderNumber: Text(1, 36) }),
          body: Type.Object({
            eventId: Guid,
            buyer: BuyerIn,
            guests: Maybe(Type.Array(GuestIn, { minItems: 1, maxItems: 20 })),
            memberId: Maybe(GuidOrEmpty),
            discount: DiscountIn,
            paidPlanBenefit: BenefitIn,
          }),
          response: { 200: Type.Object({ order: OrderOut, orderPageUrl: Type.String() }) },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params: { orderNumber }, body, identity, now }) => {
        const benefit = benefitFromWire(body.paidPlanBenefit)
        const update: CheckoutUpdate = {
          eventId: body.eventId.toLowerCase(),
          orderNumber,
          ...present({ buyer: body.buyer, guests: body.guests?.map(guestFromWire) }),
          // inferred: null is nobody's, like "" (R162).
          ...(body.memberId !== undefined && { memberId: body.memberId?.toLowerCase() || null }),
          ...(body.discount && { couponCode: couponFromWire(body.discount) }),
          ...(benefit && { paidPlanBenefit: benefit }),
        }
        const { order, tickets } = await inTransaction(sql, async tx => {
          const changed = await updateCheckout(tx, update, { identity, now, feePercent })
          return { order: changed, tickets: await listTicketsOfOrders(tx, identity.siteId, [orderNumber]) }
        })
        await carryOutOf(sql, order, now)
        return {
          order: toWireOrder(order, tickets, ORDER_FIELDSETS, links),
          orderPageUrl: orderPageUrl(order, links),
        }
      },
    )
  }
}

function guestFromWire({ form }: Static<typeof GuestIn>): GuestForm {
  return { inputValues: form.inputValues ?? [] }
}

function couponFromWire(discount: Static<typeof DiscountIn> | undefined): string | null {
  return discount?.couponCode?.trim() || null
}

/** inferred: absent, the reserved lines say which benefits are used; empty, none is. */
function benefitFromWire(benefit: Static<typeof BenefitIn> | undefined): Asking['benefit'] {
  if (!benefit) return null
  const { planOrderId, benefitId } = benefit
  if (!planOrderId && !benefitId) return 'NONE'
  return { planOrderId: planOrderId?.toLowerCase() ?? null, benefitId: benefitId?.toLowerCase() ?? null }
}
