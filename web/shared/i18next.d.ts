import 'i18next'
import type desk from '../../locales/en/desk.json'
import type door from '../../locales/en/door.json'
import type refusals from '../../locales/en/refusals.json'
import type shop from '../../locales/en/shop.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shop'
    resources: { shop: typeof shop; desk: typeof desk; door: typeof door; refusals: typeof refusals }
  }
}
