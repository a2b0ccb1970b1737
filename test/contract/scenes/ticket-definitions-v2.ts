import { aDefinition, aSale } from '../../support/sale.ts'
import { anybody, organizer, type Scenes, type Stage } from '../stage.ts'

const FIELDS = ['SALES_DETAILS', 'EVENT_DETAILS', 'SEATING_DETAILS']
/** The three ways to price (R90), each with what else a definition may have. */
const PRICINGS: readonly object[] = [
  { fixedPrice: { value: '24.50', currency: 'EUR' } },
  { guestPrice: { value: '5.00', currency: 'EUR' } },
  {
    pricingOptions: {
      optionDetails: [
        { name: 'Adult', price: { value: '24.50', currency: 'EUR' } },
        { name: 'Child', price: { value: '12.00', currency: 'EUR' } },
      ],
    },
  },
]
const MORE = {
  description: 'In front of the stage.',
  policyText: 'No refunds.',
  hidden: false,
  initialLimit: 100,
  feeType: 'FEE_ADDED_AT_CHECKOUT',
  salePeriod: {
    startDate: new Date('2030-04-01T00:00:00.000Z'),
    endDate: new Date('2030-06-01T18:00:00.000Z'),
    displayNotOnSale: true,
  },
  extendedFields: { namespaces: { _user_fields: { row: 'front' } } },
}

export const ticketDefinitionsV2: Scenes = {
  createTicketDefinition: PRICINGS.map(pricingMethod =>
    organizer(async stage => [
      { eventId: (await aSale(stage)).eventId, name: 'Standing', pricingMethod, ...MORE },
      { fields: FIELDS },
    ]),
  ),
  updateTicketDefinition: PRICINGS.map(pricingMethod =>
    organizer(async stage => {
      const { id, revision } = await aFullDefinition(stage)
      return [id, { revision, name: 'Balcony', pricingMethod, ...MORE }, { fields: FIELDS }]
    }),
  ),
  getTicketDefinition: organizer(async stage => [(await aFullDefinition(stage)).id, { fields: FIELDS }]),
  deleteTicketDefinition: organizer(async stage => [(await aFullDefinition(stage)).id]),
  bulkDeleteTicketDefinitionsByFilter: organizer(async stage => [{ id: (await aFullDefinition(stage)).id }]),
  reorderTicketDefinitions: organizer(async stage => {
    const { eventId, definitionId } = await aSale(stage)
    const ticketDefinitionId = (await aDefinition(stage, eventId)).id
    return [eventId, { ticketDefinitionId, beforeDefinitionId: definitionId }]
  }),
  changeCurrency: organizer(async stage => [(await aSale(stage)).eventId, { currency: 'USD' }]),
  queryTicketDefinitions: organizer(async stage => {
    const { eventId } = await aFullDefinition(stage)
    const sort = [{ fieldName: 'name', order: 'ASC' }]
    // One of two: a next cursor comes with it.
    return [{ filter: { eventId: { $eq: eventId } }, sort, cursorPaging: { limit: 1 } }, { fields: FIELDS }]
  }),
  queryAvailableTicketDefinitions: anybody(async stage => {
    const { eventId } = await aFullDefinition(stage)
    return [{ filter: { eventId }, paging: { limit: 10, offset: 0 } }, { fields: FIELDS }]
  }),
  countTicketDefinitions: organizer(async stage => {
    const { eventId } = await aFullDefinition(stage)
    return [{ filter: { eventId }, facet: ['saleStatus'] }]
  }),
  countAvailableTicketDefinitions: anybody(async stage => [{ filter: { eventId: (await aSale(stage)).eventId } }]),
}

/** The second definition of its event, with every member that can be given. */
async function aFullDefinition(stage: Stage) {
  const { eventId } = await aSale(stage)
  return aDefinition(stage, eventId, { name: 'Balcony', ...MORE })
}
