import 'i18next'
import type desk from '../../locales/en/desk.json'
import type shop from '../../locales/en/shop.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shop'
    resources: { shop: typeof shop; desk: typeof desk }
  }
}
