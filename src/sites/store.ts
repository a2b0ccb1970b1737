import type { Db, Fragment, Tx } from '../db/connect.ts'
import { isGuid } from '../ids.ts'

/** A tenant: one organizer's site. */
export type Site = {
  siteId: string
  name: string
  /** BCP 47. */
  locale: string
  /** ISO 4217; the default of new events. */
  currency: string
  timeZone: string
  /** Whether paid tickets may be bought with the built-in test payment page. */
  testPayments: boolean
  /** Whether they are paid through the installation's account at Stripe. */
  stripePayments: boolean
  /** Whether online payments are authorized first and captured later (events section 10). */
  delayedCapture: boolean
  /** The host name of its storefront, where it has one of its own. */
  host: string | null
  revision: number
}

export type NewSite = Omit<Site, 'delayedCapture' | 'stripePayments' | 'host' | 'revision'>

export async function findSite(db: Db, siteId: string): Promise<Site | null> {
  if (!isGuid(siteId)) return null
  const [row] = await db<Site[]>`
    select ${siteColumns(db)}
      from sites
     where site_id = ${siteId}`
  return row ?? null
}

/** Locked until the transaction ends, for whoever decides who works for it. */
export async function lockSite(tx: Tx, siteId: string): Promise<Site> {
  const [row] = await tx<Site[]>`
    select ${siteColumns(tx)}
      from sites
     where site_id = ${siteId}
       for update`
  if (!row) throw new Error(`site ${siteId} is gone`)
  return row
}

/** What its owner may change of it; its revision was raised. */
export async function updateSite(tx: Tx, site: Site): Promise<void> {
  await tx`
    update sites
       set name = ${site.name}, locale = ${site.locale}, currency = ${site.currency}, time_zone = ${site.timeZone},
           host = ${site.host}, revision = ${site.revision}
     where site_id = ${site.siteId}`
}

function siteColumns(db: Db): Fragment {
  return db`site_id, name, locale, currency, time_zone, test_payments, stripe_payments, delayed_capture, host, revision`
}

/** @throws Error when there is none: every identity belongs to a site that exists */
export async function getSite(db: Db, siteId: string): Promise<Site> {
  const site = await findSite(db, siteId)
  if (!site) throw new Error(`site ${siteId} is gone`)
  return site
}

/** What the organizer set for the whole site, and how often. */
export type SiteSettings = { delayedCapture: boolean; changes: number; createdAt: Date; updatedAt: Date | null }

function settingsColumns(db: Db): Fragment {
  return db`delayed_capture, settings_changes as changes, created_at, settings_updated_at as updated_at`
}

export async function getSiteSettings(db: Db, siteId: string): Promise<SiteSettings> {
  const [row] = await db<SiteSettings[]>`select ${settingsColumns(db)} from sites where site_id = ${siteId}`
  if (!row) throw new Error(`site ${siteId} is gone`)
  return row
}

/** The same, locked until the transaction ends. */
export async function lockSiteSettings(tx: Tx, siteId: string): Promise<SiteSettings> {
  const [row] = await tx<SiteSettings[]>`
    select ${settingsColumns(tx)}
      from sites
     where site_id = ${siteId}
       for update`
  if (!row) throw new Error(`site ${siteId} is gone`)
  return row
}

export async function setSiteSettings(
  tx: Tx,
  { siteId, delayedCapture, now }: { siteId: string; delayedCapture: boolean; now: Date },
): Promise<void> {
  await tx`
    update sites
       set delayed_capture = ${delayedCapture}, settings_changes = settings_changes + 1, settings_updated_at = ${now}
     where site_id = ${siteId}`
}

/** Its guests pay through Stripe if those of the other sites do. */
export async function insertSite(tx: Tx, site: NewSite, now: Date): Promise<void> {
  await tx`
    insert into sites (site_id, name, locale, currency, time_zone, test_payments, stripe_payments, created_at)
    values (
      ${site.siteId}, ${site.name}, ${site.locale}, ${site.currency}, ${site.timeZone}, ${site.testPayments},
      coalesce((select bool_or(stripe_payments) from sites), false), ${now}
    )`
}

/** The oldest site of the installation. */
export async function findFirstSiteId(db: Db): Promise<string | null> {
  const [row] = await db<{ siteId: string }[]>`select site_id from sites order by created_at, site_id limit 1`
  return row?.siteId ?? null
}

/** Whom the site itself is written to, by the setting ORGANIZER_EMAIL; null: nobody. */
export async function setOrganizerEmail(tx: Tx, siteId: string, email: string | null): Promise<void> {
  await tx`
    update sites
       set organizer_email = ${email}
     where site_id = ${siteId}
       and organizer_email is distinct from ${email}`
}

/** Whether the guests of all sites pay through Stripe: as the installation is set up now. */
export async function setStripePayments(tx: Tx, stripePayments: boolean): Promise<void> {
  await tx`
    update sites
       set stripe_payments = ${stripePayments}
     where stripe_payments <> ${stripePayments}`
}

/** Which mails are not sent by themselves, of those that events have no switch for; the site is locked. */
export async function setMailsOff(tx: Tx, siteId: string, names: readonly string[]): Promise<void> {
  await tx`update sites set mails_off = ${[...names]} where site_id = ${siteId}`
}

/** From demo to business: paid tickets need a real provider from now on, or are sold in person. There is no way back. */
export async function endTestPayments(tx: Tx, siteId: string): Promise<void> {
  await tx`
    update sites
       set test_payments = false
     where site_id = ${siteId}
       and test_payments`
}
