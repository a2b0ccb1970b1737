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

export type ShopPage = { kind: 'events' } | { kind: 'event'; slug: string } | { kind: 'notFound' }

/** The addresses that pages ask for; the server answers the same ones before (`Boot.answers`). */
export const addresses = {
  eventBySlug: (slug: string) =>
    `/events/v3/events/slug/${encodeURIComponent(slug)}?fields=DETAILS&fields=TEXTS&fields=REGISTRATION&fields=URLS`,
}
