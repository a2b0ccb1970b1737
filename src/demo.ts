import type { Tx } from './db/connect.ts'
import { createEvent } from './events/create.ts'
import { createDefinition } from './ticket-definitions/create.ts'
import { newDefinitionFromWire, PRICE_FIELD } from './ticket-definitions/wire.ts'

/** A published event with tickets on sale, so that the first sale needs nothing else; made by the same verbs as any. */
export async function makeDemo(tx: Tx, siteId: string, now: Date): Promise<void> {
  const identity = { kind: 'admin', siteId, apiKeyId: 'demo' } as const
  const event = await createEvent(tx, { event: demoEvent(now), draft: false }, identity, now)
  const { eventId } = event
  const eur = (value: string) => ({ value, currency: 'EUR' })
  const definitions: Omit<Parameters<typeof newDefinitionFromWire>[0], 'eventId'>[] = [
    { name: 'Standing', initialLimit: 300, pricingMethod: { fixedPrice: eur('24.00') }, feeType: 'FEE_INCLUDED' },
    {
      name: 'Balcony',
      initialLimit: 80,
      pricingMethod: {
        pricingOptions: {
          optionDetails: [
            { name: 'Adult', price: eur('36.00') },
            { name: 'Student', price: eur('18.00') },
          ],
        },
      },
      feeType: 'FEE_INCLUDED',
    },
    { name: 'Supporter', pricingMethod: { guestPrice: eur('5.00') }, feeType: 'FEE_INCLUDED' },
    { name: 'Open rehearsal', initialLimit: 50, pricingMethod: { fixedPrice: eur('0') }, feeType: 'NO_FEE' },
  ]
  for (const definition of definitions)
    await createDefinition(tx, newDefinitionFromWire({ eventId, ...definition }), {
      identity,
      now,
      feePercent: '0',
      priceField: PRICE_FIELD,
    })
}

/** Six weeks from now, in the evening. */
function demoEvent(now: Date) {
  const day = new Date(now.getTime() + 42 * 86_400_000).toISOString().slice(0, 10)
  return {
    title: 'Lanterns over the Harbour',
    shortDescription: 'An evening of brass and strings by the water. This is a demo event: nobody is charged.',
    location: {
      name: 'Harbour Hall',
      type: 'VENUE' as const,
      address: { addressLine: 'Quay 4', city: 'Hamburg', country: 'DE', postalCode: '20457' },
    },
    dateAndTimeSettings: {
      startDate: `${day}T18:00:00.000Z`,
      endDate: `${day}T21:00:00.000Z`,
      timeZoneId: 'Europe/Berlin',
    },
    registration: { initialType: 'TICKETING' as const, tickets: { currency: 'EUR' } },
  }
}
