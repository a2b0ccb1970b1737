import type { Definition, EventShown, Live } from '../../web/shop/boot.ts'

/** schema.org's Event with its offers, as search engines read it. */
export function structuredEvent(
  event: EventShown,
  {
    definitions,
    live,
    url,
    organizer,
    description,
  }: {
    definitions: readonly Definition[]
    live: Live | null
    url: string
    organizer: { name: string; url: string }
    description: string
  },
): object {
  const { location, dateAndTimeSettings: when } = event
  const online = location.type === 'ONLINE'
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.title,
    url,
    ...(description && { description }),
    ...(event.mainImage?.url && { image: [event.mainImage.url] }),
    ...(when.startDate && { startDate: when.startDate }),
    ...(when.endDate && !when.hideEndDate && { endDate: when.endDate }),
    eventStatus: `https://schema.org/${event.status === 'CANCELED' ? 'EventCancelled' : 'EventScheduled'}`,
    eventAttendanceMode: `https://schema.org/${online ? 'OnlineEventAttendanceMode' : 'OfflineEventAttendanceMode'}`,
    ...(online
      ? { location: { '@type': 'VirtualLocation', url } }
      : !location.locationTbd && { location: structuredPlace(location) }),
    organizer: { '@type': 'Organization', ...organizer },
    ...(definitions.length > 0 && {
      offers: definitions.flatMap(each => structuredOffers(each, { event, live, url })),
    }),
  }
}

function structuredPlace({ name, address }: EventShown['location']): object {
  const { addressLine, streetAddress, city, postalCode, subdivision, country, formattedAddress, geocode } =
    address ?? {}
  const street = addressLine ?? [streetAddress?.name, streetAddress?.number].filter(Boolean).join(' ')
  return {
    '@type': 'Place',
    name: name || formattedAddress || city || '',
    ...(address && {
      address: {
        '@type': 'PostalAddress',
        ...(street && { streetAddress: street }),
        ...(city && { addressLocality: city }),
        ...(postalCode && { postalCode }),
        ...(subdivision && { addressRegion: subdivision.replace(/^[A-Z]{2}-/, '') }),
        ...(country && { addressCountry: country }),
      },
    }),
    ...(geocode && { geo: { '@type': 'GeoCoordinates', ...geocode } }),
  }
}

function structuredOffers(
  { id, name, pricingMethod, salePeriod, saleStatus }: Definition,
  { event, live, url }: { event: EventShown; live: Live | null; url: string },
): object[] {
  const soldOut = live?.ticketDefinitions.find(each => each.id === id)?.soldOut ?? false
  const isOver = event.status === 'CANCELED' || event.status === 'ENDED' || saleStatus === 'SALE_ENDED'
  const availability = soldOut || isOver ? 'SoldOut' : saleStatus === 'SALE_SCHEDULED' ? 'PreOrder' : 'InStock'
  const prices = pricingMethod.pricingOptions?.optionDetails ?? [
    { name: '', price: pricingMethod.fixedPrice ?? pricingMethod.guestPrice ?? null },
  ]
  return prices.flatMap(({ name: option, price }) =>
    price === null
      ? []
      : [
          {
            '@type': 'Offer',
            name: option ? `${name}: ${option}` : name,
            price: price.value,
            priceCurrency: price.currency,
            availability: `https://schema.org/${availability}`,
            ...(salePeriod?.startDate && { validFrom: salePeriod.startDate }),
            ...(salePeriod?.endDate && { validThrough: salePeriod.endDate }),
            url,
          },
        ],
  )
}

/** The list of what is on, in its order. */
export function structuredList(events: readonly { title: string; url: string }[]): object {
  return {
    '@context': 'https://schema.org',
    '@type': 'ItemList',
    itemListElement: events.map(({ title, url }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name: title,
      url,
    })),
  }
}
