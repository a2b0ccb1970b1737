/** What the server tells a guest's page: the page's data, so that it is shown before anything is asked for. */
export type Boot = {
  /** Of the texts; one of `languages`. */
  language: string
  direction: 'ltr' | 'rtl'
  languages: readonly string[]
  site: BootSite
  page: ShopPage
  /** Answers of the API that the page begins with, by the address that it would ask for. */
  answers: Readonly<Record<string, unknown>>
}

export type BootSite = {
  siteId: string
  name: string
  /** BCP 47: how dates and money are spelled. */
  locale: string
}

export type ShopPage =
  | { kind: 'events' }
  | { kind: 'event'; slug: string }
  | {
      kind: 'checkout'
      slug: string
      /** As the address says it; '': it says none. */
      reservationId: string
      /** Whether this browser came by a redirect session (api 14). */
      redirected: boolean
      /** In the order in which the organizer shows them. */
      policies: readonly BootPolicy[]
    }
  | { kind: 'notFound' }

/** What guests accept before they order. */
export type BootPolicy = { id: string; name: string; body: string }

/** The addresses that pages ask for; the server answers the same ones before (`Boot.answers`). */
export const addresses = {
  eventBySlug: (slug: string) =>
    `/events/v3/events/slug/${encodeURIComponent(slug)}?fields=DETAILS&fields=TEXTS&fields=REGISTRATION&fields=URLS`,
  eventForCheckout: (slug: string) =>
    `/events/v3/events/slug/${encodeURIComponent(slug)}?fields=DETAILS&fields=REGISTRATION&fields=FORM`,
  checkoutOptions: '/events/v1/checkout/options',
  paymentMethods: (eventId: string) => `/boxoffice/v1/events/${eventId}/payment-methods`,
}
