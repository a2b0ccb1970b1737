import { newGuid } from '../../../src/ids.ts'
import { aDefinition, aSale, must } from '../../support/sale.ts'
import { anybody, organizer, type Scenes, type Stage, visitor } from '../stage.ts'

const RESERVATIONS = '/events/v1/ticket-reservations'

export const ticketReservations: Scenes = {
  createTicketReservation: [
    anybody(async stage => [{ tickets: await everyKindOfLine(stage) }]),
    organizer(async stage => [await aBypassingReservation(stage)]),
  ],
  getTicketReservation: [
    visitor(async stage => [await aReservation(stage)]),
    organizer(async stage => {
      const ticketReservation = await aBypassingReservation(stage)
      const { id } = (await must(stage.admin, 'POST', RESERVATIONS, { ticketReservation })).body.ticketReservation
      await must(stage.admin, 'POST', '/events/v1/bulk/ticket-reservations/update-tags', { ids: [id], ...TAG_CHANGE })
      return [id]
    }),
  ],
  cancelTicketReservation: anybody(async stage => [await aReservation(stage)]),
  deleteTicketReservation: organizer(async stage => [await aReservation(stage)]),
  // One of the two is not there: its result is an error.
  bulkUpdateTicketReservationTags: organizer(async stage => [[await aReservation(stage), newGuid()], TAG_CHANGE]),
  bulkUpdateTicketReservationTagsByFilter: organizer(async stage => [{ id: await aReservation(stage) }, TAG_CHANGE]),
}

const TAG_CHANGE = {
  assignTags: { tags: { tagIds: ['desk'] }, privateTags: { tagIds: ['press'] } },
  unassignTags: { tags: { tagIds: ['web'] } },
}

/** A line of each way to price, the guest's own price and a pricing plan among them. */
export async function everyKindOfLine(stage: Stage) {
  const { eventId, definitionId } = await aSale(stage, { definition: { policyText: 'No refunds.' } })
  const optionId = newGuid()
  const byGuest = await aDefinition(stage, eventId, {
    pricingMethod: { guestPrice: { value: '5.00', currency: 'EUR' } },
  })
  const byOption = await aDefinition(stage, eventId, {
    pricingMethod: {
      pricingOptions: { optionDetails: [{ optionId, name: 'Child', price: { value: '7.00', currency: 'EUR' } }] },
    },
  })
  return [
    {
      ticketDefinitionId: definitionId,
      quantity: 2,
      ticketInfo: { pricingPlan: { orderId: newGuid(), planId: newGuid() } },
    },
    { ticketDefinitionId: byGuest.id, quantity: 1, ticketInfo: { guestPrice: '6.50' } },
    { ticketDefinitionId: byOption.id, quantity: 1, ticketInfo: { pricingOptionId: optionId } },
  ]
}

/** What only the organizer may ask for (R28). */
async function aBypassingReservation(stage: Stage) {
  const { definitionId } = await aSale(stage, { definition: { initialLimit: 1 } })
  return {
    tickets: [{ ticketDefinitionId: definitionId, quantity: 2, ticketInfo: { priceOverride: '8.00' } }],
    additionalReservationSettings: { disableTicketLimitValidation: true, enableHiddenTicketReservation: true },
    extendedFields: { namespaces: { _user_fields: { table: '7' } } },
  }
}

/** Held by whoever will call. */
async function aReservation(stage: Stage): Promise<string> {
  const ticketReservation = { tickets: await everyKindOfLine(stage) }
  return (await must(stage.caller, 'POST', RESERVATIONS, { ticketReservation })).body.ticketReservation.id
}
