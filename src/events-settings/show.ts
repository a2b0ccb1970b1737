import { type Static, Type } from 'typebox'
import { hasActiveCoupon } from '../coupons/store.ts'
import type { Db } from '../db/connect.ts'
import { hasUsableGiftCard } from '../gift-cards/store.ts'
import { getSite, getSiteSettings } from '../sites/store.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut } from '../wire/shapes.ts'
import { saleFactsOf } from './store.ts'

export const FIELDSETS = ['SITE_INFO', 'EVENTS_INFO', 'SERVICE_FEE_SETTINGS', 'PAYMENT_SETTINGS'] as const
export type Fieldset = (typeof FIELDSETS)[number]

export const SettingsOut = Type.Object({
  id: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  revision: Type.String(),
  siteInfo: Type.Optional(
    Type.Object({ locale: Type.String(), language: Type.String(), premiumFeatures: Type.Array(Type.String()) }),
  ),
  eventsInfo: Type.Optional(
    Type.Object({
      firstEventCreated: Type.Boolean(),
      sellingTickets: Type.Boolean(),
      sellingPaidTickets: Type.Boolean(),
    }),
  ),
  serviceFeeSettings: Type.Optional(Type.Object({ serviceFeeEnabled: Type.Boolean() })),
  paymentSettings: Type.Optional(
    Type.Object({
      ticketSalesEnabled: Type.Boolean(),
      activePaymentMethods: Type.Array(Type.Object({ methodId: Type.String() })),
      couponsAccepted: Type.Boolean(),
      giftCardsAccepted: Type.Boolean(),
      delayedPaymentCaptureSettings: Type.Object({ enabled: Type.Boolean() }),
    }),
  ),
})
/** inferred: an organizer of their own has every feature there is (events 10.10). */
const PREMIUM_FEATURES = ['SELL_TICKETS', 'INCLUDE_URL_IN_EMAIL', 'HIDE_FOOTER_IN_EMAIL']

/** A site's settings with the groups that were asked for; the others are absent. */
export async function showSettings(
  db: Db,
  siteId: string,
  { fields, serviceFeePercent, now }: { fields: readonly Fieldset[]; serviceFeePercent: string; now: Date },
): Promise<Static<typeof SettingsOut>> {
  const { createdAt, changes, updatedAt } = await getSiteSettings(db, siteId)
  return present({
    id: siteId,
    createdDate: createdAt,
    updatedDate: updatedAt ?? createdAt,
    revision: String(changes + 1),
    siteInfo: fields.includes('SITE_INFO') ? await siteInfo(db, siteId) : null,
    eventsInfo: fields.includes('EVENTS_INFO') ? await saleFactsOf(db, siteId) : null,
    serviceFeeSettings: fields.includes('SERVICE_FEE_SETTINGS')
      ? { serviceFeeEnabled: Number(serviceFeePercent) > 0 }
      : null,
    paymentSettings: fields.includes('PAYMENT_SETTINGS') ? await paymentSettings(db, siteId, now) : null,
  }) as Static<typeof SettingsOut> // present leaves out what was not asked for
}

async function siteInfo(db: Db, siteId: string) {
  const { locale } = await getSite(db, siteId)
  return { locale, language: new Intl.Locale(locale).language, premiumFeatures: PREMIUM_FEATURES }
}

async function paymentSettings(db: Db, siteId: string, now: Date) {
  const { stripePayments, testPayments, delayedCapture } = await getSite(db, siteId)
  return {
    ticketSalesEnabled: true,
    activePaymentMethods: stripePayments || testPayments ? [{ methodId: 'creditCard' }] : [],
    couponsAccepted: await hasActiveCoupon(db, siteId, now),
    giftCardsAccepted: await hasUsableGiftCard(db, siteId, now),
    delayedPaymentCaptureSettings: { enabled: delayedCapture },
  }
}
