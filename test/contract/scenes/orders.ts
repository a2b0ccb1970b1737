import { newGuid } from '../../../src/ids.ts'
import { aBenefit, aCoupon } from '../../support/promotions.ts'
import { ADA, aSale, checkOut, must } from '../../support/sale.ts'
import { anybody, atTheDoor, organizer, type Scenes, type Stage } from '../stage.ts'

const FIELDSETS = ['TICKETS', 'DETAILS', 'FORM', 'INVOICE']
const BEN = { firstName: 'Ben', lastName: 'Ode', email: 'ben@example.org' }

export const orders: Scenes = {
  getCheckoutOptions: anybody(() => []),
  listAvailableTickets: anybody(async stage => {
    const { eventId } = await aTaxedSale(stage)
    return [{ eventId, limit: 10, offset: 0, sort: 'orderIndex:asc', state: ['INCLUDE_HIDDEN_NOT_ON_SALE'] }]
  }),
  queryAvailableTickets: anybody(async stage => {
    const { eventId } = await aTaxedSale(stage)
    return [{ filter: { eventId }, limit: 10, offset: 0, fieldset: ['POLICY', 'DASHBOARD'] }]
  }),
  createReservation: anybody(async stage => {
    const { eventId, definitionId } = await aTaxedSale(stage)
    return [eventId, { ticketQuantities: [{ ticketDefinitionId: definitionId, quantity: 2 }] }]
  }),
  cancelReservation: anybody(async stage => {
    const { eventId, reservationId } = await aHold(stage)
    return [reservationId, eventId]
  }),
  getInvoice: [
    anybody(async stage => {
      const { eventId, reservationId } = await aHold(stage)
      return [reservationId, eventId]
    }),
    anybody(async stage => {
      const { eventId, reservationId } = await aHold(stage)
      const paidPlanBenefit = { planOrderId: newGuid(), benefitId: newGuid() }
      return [reservationId, eventId, { withDiscount: { couponCode: 'SPRING' }, paidPlanBenefit }]
    }),
    anybody(async stage => {
      const { eventId, reservationId } = await aHold(stage)
      return [reservationId, eventId, { withDiscount: { couponCode: (await aCoupon(stage)).code } }]
    }),
  ],
  checkout: [
    anybody(async stage => {
      const { eventId, reservationId } = await aHold(stage)
      return [eventId, { reservationId, buyer: BEN, guests: [{ form: ADA }], marketingConsent: true }]
    }),
    organizer(async stage => {
      const { eventId, reservationId } = await aHold(stage)
      return [eventId, { reservationId, guests: [{ form: ADA }], options: { markAsPaid: true, silent: true } }]
    }),
  ],
  posCheckout: atTheDoor(async stage => {
    const { eventId, reservationId } = await aHold(stage)
    const taken = await must(stage.admin, 'POST', '/boxoffice/v1/pos-payments', { reservationId, method: 'card' })
    return [eventId, { reservationId, paymentDetailsId: taken.body.posPayment.id }]
  }),
  updateCheckout: [
    anybody(async stage => {
      const { eventId, orderNumber } = await anOrder(stage)
      const discount = { couponCode: (await aCoupon(stage)).code }
      return [orderNumber, eventId, { buyer: BEN, guests: [{ form: ADA }], discount }]
    }),
    organizer(async stage => {
      const memberId = newGuid()
      const { planOrderId, benefitId } = await aBenefit(stage, memberId, { quantityMax: 1 })
      const { eventId, orderNumber } = await anOrder(stage, stage.caller, { options: { payInPerson: true } })
      return [orderNumber, eventId, { memberId, paidPlanBenefit: { planOrderId, benefitId } }]
    }),
  ],
  confirmOrder: atTheDoor(async stage => {
    const { eventId, orderNumber } = await anOrder(stage, stage.admin, { options: { payInPerson: true } })
    return [eventId, { orderNumber: [orderNumber] }]
  }),
  captureAuthorizedPayment: atTheDoor(async stage => {
    const { eventId, orderNumber } = await aPaidOrder(stage, { result: 'AUTHORIZED' })
    return [orderNumber, { eventId }]
  }),
  voidAuthorizedPayment: atTheDoor(async stage => {
    const { orderNumber } = await aPaidOrder(stage, { result: 'AUTHORIZED' })
    return [orderNumber]
  }),
  updateOrder: organizer(async stage => {
    const { eventId, orderNumber } = await aPaidOrder(stage)
    return [
      { eventId, orderNumber },
      { fields: ['archived', 'checkoutForm'], archived: true, checkoutForm: ADA },
    ]
  }),
  bulkUpdateOrders: organizer(async stage => {
    const { eventId, orderNumber } = await aPaidOrder(stage)
    return [eventId, { orderNumber: [orderNumber], fields: ['archived'], archived: true }]
  }),
  getOrder: [
    anybody(async stage => {
      const { eventId, orderNumber } = await anOrder(stage)
      return [{ eventId, orderNumber }, { fieldset: FIELDSETS }]
    }),
    organizer(async stage => {
      const { eventId, orderNumber } = await aPaidOrder(stage)
      return [{ eventId, orderNumber }, { fieldset: FIELDSETS }]
    }),
  ],
  listOrders: atTheDoor(async stage => {
    const { eventId } = await aPaidOrder(stage)
    const status = ['PAID']
    return [{ eventId: [eventId], status, fieldset: FIELDSETS, facet: ['status'], limit: 10, sort: 'created:asc' }]
  }),
  getSummary: atTheDoor(async stage => [{ eventId: (await aPaidOrder(stage)).eventId }]),
}

/** A sale whose invoices have everything: tax, and the service fee of the server. */
async function aTaxedSale(stage: Stage, tickets: object = {}) {
  const taxSettings = { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19', appliedToDonations: true }
  const definition = { initialLimit: 100, feeType: 'FEE_ADDED_AT_CHECKOUT', policyText: 'No refunds.' }
  return aSale(stage, { event: { tickets: { taxSettings, ...tickets } }, definition })
}

async function aHold(stage: Stage, caller = stage.caller, sale: object = {}) {
  const { eventId, definitionId } = await aTaxedSale(stage, sale)
  const tickets = [{ ticketDefinitionId: definitionId, quantity: 2 }]
  const { body } = await must(caller, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
  return { eventId, reservationId: body.ticketReservation.id as string }
}

/** Checked out by whoever will call, and waiting for its money unless `more` says otherwise. */
export async function anOrder(stage: Stage, caller = stage.caller, more: Record<string, unknown> = {}, sale = {}) {
  const held = await aHold(stage, caller, sale)
  const { status, body } = await checkOut(caller, held, { marketingConsent: true, ...more })
  if (status !== 200) throw new Error(`checkout: ${JSON.stringify(body)}`)
  return { eventId: held.eventId, orderNumber: body.order.orderNumber as string, order: body.order }
}

/** Two tickets, bought by a guest and paid with the test provider. */
export async function aPaidOrder(stage: Stage, { separately = false, result = 'PAID' } = {}) {
  const guest = await stage.visitor()
  // Each ticket has a guest of its own, or both are the buyer's.
  const guests = separately ? { buyer: BEN, guests: [{ form: ADA }, { form: ADA }] } : {}
  const bought = await anOrder(stage, guest, guests, { guestsAssignedSeparately: separately })
  const path = `/boxoffice/v1/test-payments/${bought.order.snapshotId}/notifications`
  await must(guest, 'POST', path, { notificationId: newGuid(), result })
  return bought
}
