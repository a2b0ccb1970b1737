import { type Static, Type } from 'typebox'
import { actsForSite, type Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { money, toCommonMoney } from '../money.ts'
import { Refusal } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import {
  AnyObject,
  CommonMoneyOut,
  Decimal,
  ExtendedFields,
  Guid,
  InstantOut,
  Maybe,
  Nothing,
  Text,
} from '../wire/shapes.ts'
import { statusAt, type TicketReservation, type Wanted, type WantedLine } from './model.ts'
import { TagsIn, TagsOut, tagsFromWire, toWireTags } from './tag-wire.ts'

export const NewReservation = Type.Object({
  tickets: Type.Array(
    Type.Object({
      ticketDefinitionId: Guid,
      quantity: Type.Integer({ minimum: 1, maximum: 50 }),
      ticketInfo: Maybe(
        Type.Object({
          seatId: Maybe(Text(1, 36)),
          guestPrice: Maybe(Decimal),
          priceOverride: Maybe(Decimal),
          pricingOptionId: Maybe(Guid),
          pricingPlan: Maybe(Type.Object({ orderId: Maybe(Guid), planId: Maybe(Guid) })),
        }),
      ),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  additionalReservationSettings: Maybe(
    Type.Object({
      disableTicketLimitValidation: Maybe(Type.Boolean()),
      enableHiddenTicketReservation: Maybe(Type.Boolean()),
    }),
  ),
  extendedFields: Maybe(ExtendedFields),
  tags: Maybe(TagsIn),
})

const SeatInfoOut = Type.Object({
  sectionLabel: Type.String(),
  areaLabel: Type.Optional(Type.String()),
  tableLabel: Type.Optional(Type.String()),
  rowLabel: Type.Optional(Type.String()),
  seatLabel: Type.Optional(Type.String()),
  configurationId: Type.String(),
})

export const TicketReservationOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  expirationDate: InstantOut,
  status: Type.String(),
  visitorId: Type.Optional(Type.String()),
  memberId: Type.Optional(Type.String()),
  tickets: Type.Array(
    Type.Object({
      ticketLineItemId: Type.String(),
      eventId: Type.String(),
      ticketDefinitionId: Type.String(),
      quantity: Type.Integer(),
      removedQuantity: Type.Integer(),
      ticketName: Type.String(),
      policy: Type.Optional(Type.String()),
      price: CommonMoneyOut,
      subTotal: CommonMoneyOut,
      ticketInfo: Type.Object({
        seatId: Type.Optional(Type.String()),
        seatInfo: Type.Optional(SeatInfoOut),
        guestPrice: Type.Optional(Type.String()),
        priceOverride: Type.Optional(Type.String()),
        pricingOptionId: Type.Optional(Type.String()),
        pricingOptionName: Type.Optional(Type.String()),
        pricingPlan: Type.Optional(AnyObject),
      }),
      eventSettingsSnapshot: Nothing,
    }),
  ),
  additionalReservationSettings: Type.Optional(
    Type.Object({
      disableTicketLimitValidation: Type.Boolean(),
      enableHiddenTicketReservation: Type.Boolean(),
    }),
  ),
  extendedFields: Type.Optional(ExtendedFields),
  tags: Type.Optional(TagsOut),
})

/** @throws Refusal PERMISSION_DENIED when a guest asks for what only the site may do (R28) */
export function reservationFromWire(
  wire: Static<typeof NewReservation>,
  { identity, now }: { identity: Identity; now: Date },
): Wanted {
  const settings = wire.additionalReservationSettings
  const mayLabel = allows(identity, 'TICKET_RESERVATION_UPDATE')
  const wanted: Wanted = {
    identity,
    now,
    eventId: null,
    lines: linesFromWire(wire.tickets, 'ticketReservation.tickets'),
    limitsBypassed: settings?.disableTicketLimitValidation ?? false,
    hiddenAllowed: settings?.enableHiddenTicketReservation ?? false,
    extendedFields: mayLabel ? (wire.extendedFields ?? null) : null, // R30
    ...tagsFromWire(mayLabel ? wire.tags : null),
  }
  refuseBypass(wanted)
  return wanted
}

/** @param path where the tickets stand in the request */
export function linesFromWire(tickets: Static<typeof NewReservation>['tickets'], path: string): WantedLine[] {
  return tickets.map(({ ticketDefinitionId, quantity, ticketInfo }, index) => ({
    paths: pathsOf(`${path}[${index}]`),
    ticketDefinitionId: ticketDefinitionId.toLowerCase(),
    quantity,
    pricingOptionId: ticketInfo?.pricingOptionId?.toLowerCase() ?? null,
    guestPrice: ticketInfo?.guestPrice ?? null,
    priceOverride: ticketInfo?.priceOverride ?? null,
    pricingPlan: ticketInfo?.pricingPlan ?? null,
    seatId: ticketInfo?.seatId ?? null,
  }))
}

function pathsOf(line: string): WantedLine['paths'] {
  return {
    ticketDefinitionId: `${line}.ticketDefinitionId`,
    quantity: `${line}.quantity`,
    guestPrice: `${line}.ticketInfo.guestPrice`,
    priceOverride: `${line}.ticketInfo.priceOverride`,
    seatId: `${line}.ticketInfo.seatId`,
  }
}

/** R28: what bypasses the rules of the sale takes effect only for those who act for the site. */
export function refuseBypass({ identity, lines, limitsBypassed, hiddenAllowed }: Wanted): void {
  const bypasses = limitsBypassed || hiddenAllowed || lines.some(line => line.priceOverride !== null)
  if (bypasses && !allows(identity, 'BYPASS_SALE_RULES'))
    throw new Refusal('PERMISSION_DENIED', 'Only the organizer can bypass limits, hidden tickets or prices.', {
      permission: 'BYPASS_SALE_RULES',
    })
}

/** What guests see of it is less: extended fields and private tags are for who acts for the site (R29, R30). */
export function toWireReservation(
  reservation: TicketReservation,
  { identity, now }: { identity: Identity; now: Date },
): Static<typeof TicketReservationOut> {
  const { limitsBypassed, hiddenAllowed } = reservation
  const ofSite = actsForSite(identity)
  return {
    id: reservation.ticketReservationId,
    revision: String(reservation.revision),
    createdDate: reservation.createdAt,
    updatedDate: reservation.updatedAt,
    expirationDate: reservation.expiresAt,
    status: statusAt(reservation, now),
    ...present({ visitorId: reservation.visitorId, memberId: reservation.memberId }),
    tickets: reservation.lines.map(line => ({
      ticketLineItemId: line.ticketLineItemId,
      eventId: reservation.eventId,
      ticketDefinitionId: line.ticketDefinitionId,
      quantity: line.quantity,
      removedQuantity: line.removedQuantity,
      ticketName: line.ticketName,
      ...(line.policy !== '' && { policy: line.policy }),
      price: toCommonMoney({ amountMinor: line.priceMinor, currency: line.currency }),
      subTotal: toCommonMoney(money(line.priceMinor * line.quantity, line.currency)),
      ticketInfo: present({
        seatId: line.seatId,
        seatInfo: line.seatInfo,
        guestPrice: line.guestPrice,
        priceOverride: line.priceOverride,
        pricingOptionId: line.pricingOptionId,
        pricingOptionName: line.pricingOptionName,
        pricingPlan: line.pricingPlan,
      }),
      eventSettingsSnapshot: {}, // R120: the public shape is empty
    })),
    ...((limitsBypassed || hiddenAllowed) && {
      additionalReservationSettings: {
        disableTicketLimitValidation: limitsBypassed,
        enableHiddenTicketReservation: hiddenAllowed,
      },
    }),
    ...(ofSite && reservation.extendedFields && { extendedFields: reservation.extendedFields }),
    ...toWireTags(ofSite ? reservation : { ...reservation, privateTags: [] }),
  }
}
