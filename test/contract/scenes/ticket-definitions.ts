import { aDefinition, aSale } from '../../support/sale.ts'
import { organizer, type Scenes, type Stage } from '../stage.ts'

const FIELDSETS = ['POLICY', 'DASHBOARD']
const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })

/** The three ways to price, each with what else a definition may have. */
const DEFINITIONS: readonly object[] = [
  { pricing: { fixedPrice: EUR('24.50') } },
  { pricing: { minPrice: EUR('5.00') } },
  {
    pricing: {
      pricingOptions: {
        options: [
          { name: 'Adult', price: EUR('24.50') },
          { name: 'Child', price: EUR('12.00') },
        ],
      },
    },
  },
].map(pricing => ({
  ...pricing,
  name: 'Standing',
  description: 'In front of the stage.',
  policy: 'No refunds.',
  hidden: false,
  limited: true,
  quantity: 100,
  orderIndex: 3,
  wixFeeConfig: { type: 'FEE_INCLUDED' },
  salePeriod: {
    startDate: new Date('2030-04-01T00:00:00.000Z'),
    endDate: new Date('2030-06-01T18:00:00.000Z'),
    hideNotOnSale: true,
  },
}))

export const ticketDefinitions: Scenes = {
  createTicketDefinition: DEFINITIONS.map(definition =>
    organizer(async stage => [(await aSale(stage)).eventId, { definition }]),
  ),
  updateTicketDefinition: DEFINITIONS.map(definition =>
    organizer(async stage => {
      const { eventId, id } = await aFullDefinition(stage)
      const fields = ['name', 'pricing', 'salePeriod', 'quantity', 'limited', 'policy', 'description', 'orderIndex']
      return [id, eventId, { definition, fields }]
    }),
  ),
  getTicketDefinition: organizer(async stage => [(await aFullDefinition(stage)).id, { fieldset: FIELDSETS }]),
  listTicketDefinitions: organizer(async stage => {
    const { eventId } = await aFullDefinition(stage)
    const shown = { state: ['VISIBLE'], saleStatus: ['SALE_STARTED'], sort: 'orderIndex:asc', limit: 10, offset: 0 }
    return [{ eventId: [eventId], fieldset: FIELDSETS, facet: ['saleStatus'], ...shown }]
  }),
  queryTicketDefinitions: organizer(async stage => {
    const { eventId } = await aFullDefinition(stage)
    const facet = ['saleStatus']
    return [{ filter: { eventId }, fieldset: FIELDSETS, facet, sort: 'orderIndex:asc', limit: 10, offset: 0 }]
  }),
  queryTicketDefinitionsV2: organizer(async stage => {
    const { eventId } = await aFullDefinition(stage)
    const sort = [{ fieldName: 'orderIndex', order: 'ASC' }]
    return [{ filter: { eventId: { $eq: eventId } }, sort, cursorPaging: { limit: 1 } }, { fieldset: FIELDSETS }]
  }),
  deleteTicketDefinition: [
    organizer(async stage => {
      const { eventId, id } = await aFullDefinition(stage)
      return [eventId, { byId: { definitionId: [id] } }]
    }),
    organizer(async stage => [(await aSale(stage)).eventId, { all: true }]),
  ],
  changeCurrency: organizer(async stage => [{ eventId: (await aSale(stage)).eventId, currency: 'USD' }]),
}

/** The second definition of its event, with every member that can be given. */
async function aFullDefinition(stage: Stage): Promise<{ eventId: string; id: string }> {
  const { eventId } = await aSale(stage)
  return aDefinition(stage, eventId, {
    name: 'Balcony',
    description: 'Seats.',
    policyText: 'No refunds.',
    initialLimit: 100,
    salePeriod: { endDate: '2030-06-01T18:00:00Z', displayNotOnSale: true },
  })
}
