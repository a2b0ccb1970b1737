import { Type } from 'typebox'
import { record } from '../activity/record.ts'
import { brokenConstraint, inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { InvalidRequest, Refusal, type Violation, violation } from '../refusals.ts'
import { type Hosts, storefrontOf } from '../sites/hosts.ts'
import { findFirstSiteId, getSite, insertSite, lockSite, type Site, updateSite } from '../sites/store.ts'
import { isTimeZone } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import { Revision, refuseStale } from '../wire/revision.ts'
import { Maybe, Text } from '../wire/shapes.ts'
import { join } from './join.ts'

const Host = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' })
const SiteOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  name: Type.String(),
  locale: Type.String(),
  currency: Type.String(),
  timeZoneId: Type.String(),
  host: Type.Optional(Type.String()),
  /** Where guests find what is on. */
  storefrontUrl: Type.String(),
  testPayments: Type.Boolean(),
})
const OneSite = Type.Object({ site: SiteOut })
const facts = { name: Text(1, 100), locale: Text(2, 35), currency: Text(3, 3), timeZoneId: Text(1, 100) }

/** The site itself: what it is called, and what new events of it begin with. Our own: the contract has no method. */
export function siteRoutes({ sql, publicUrl }: Deps, hosts: Hosts) {
  const ofInstallation = new URL(publicUrl).hostname
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/site',
      { schema: { response: { 200: OneSite } }, config: { permission: 'READ_SITE' } },
      async ({ identity }) => ({ site: toWire(await getSite(sql, identity.siteId), publicUrl) }),
    )

    app.patch(
      '/boxoffice/v1/site',
      {
        schema: {
          body: Type.Object({
            site: Type.Object({
              name: Type.Optional(facts.name),
              locale: Type.Optional(facts.locale),
              currency: Type.Optional(facts.currency),
              timeZoneId: Type.Optional(facts.timeZoneId),
              host: Maybe(Host),
              revision: Maybe(Revision),
            }),
          }),
          response: { 200: OneSite },
        },
        config: { permission: 'MANAGE_SITE' },
      },
      async ({ body, identity, now }) => {
        const { revision, ...wanted } = body.site
        refuseUnknown(wanted)
        if (wanted.host === ofInstallation && identity.siteId !== (await findFirstSiteId(sql))) throw hostIsTaken()
        const site = await inTransaction(sql, async tx => {
          const { timeZoneId, ...others } = wanted
          const before = await lockSite(tx, identity.siteId)
          if (revision != null) refuseStale(before.revision, revision)
          const site = {
            ...before,
            ...others,
            ...(timeZoneId && { timeZone: timeZoneId }),
            revision: before.revision + 1,
          }
          await updateSite(tx, site).catch(refuseTakenHost)
          await record(tx, [
            {
              siteId: site.siteId,
              entityKind: 'site',
              entityId: site.siteId,
              sequence: before.revision,
              kind: 'site.updated',
              actor: actorOf(identity),
              occurredAt: now,
            },
          ])
          return site
        })
        await hosts.refresh()
        return { site: toWire(site, publicUrl) }
      },
    )

    app.post(
      '/boxoffice/v1/sites',
      {
        schema: { body: Type.Object({ site: Type.Object(facts) }), response: { 200: OneSite } },
        config: { permission: 'MANAGE_SITE' },
      },
      async ({ body: { site: wanted }, identity, now }) => {
        refuseUnknown(wanted)
        // Somebody has to be its owner: a program cannot.
        if (identity.kind !== 'organizer')
          throw new Refusal('PERMISSION_DENIED', 'Only a person who is signed in can make a site: it becomes theirs.')
        const { accountId } = identity
        const { timeZoneId: timeZone, ...named } = wanted
        const siteId = newGuid()
        await inTransaction(sql, async tx => {
          await insertSite(tx, { siteId, ...named, timeZone, testPayments: false }, now)
          await join(tx, { siteId, accountId, role: 'OWNER', now })
        })
        await hosts.refresh()
        return { site: toWire(await getSite(sql, siteId), publicUrl) }
      },
    )
  }
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

type Facts = { locale?: string; currency?: string; timeZoneId?: string }

function refuseUnknown({ locale, currency, timeZoneId }: Facts): void {
  const wrong: Violation[] = []
  if (locale !== undefined && !isLocale(locale))
    wrong.push(violation('site.locale', 'must be a language tag such as de-DE', 'LOCALE'))
  if (currency !== undefined && !CURRENCIES.has(currency))
    wrong.push(violation('site.currency', 'must be a currency such as EUR', 'CURRENCY'))
  if (timeZoneId !== undefined && !isTimeZone(timeZoneId))
    wrong.push(violation('site.timeZoneId', 'must be a zone such as Europe/Berlin', 'TIME_ZONE'))
  if (wrong.length > 0) throw new InvalidRequest(wrong)
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}

function refuseTakenHost(error: unknown): never {
  if (brokenConstraint(error) !== 'sites_by_host') throw error
  throw hostIsTaken()
}

function hostIsTaken(): Refusal {
  return new Refusal('HOST_ALREADY_IN_USE', 'Another site of this installation has this host.')
}

function toWire({ siteId, revision, name, locale, currency, timeZone, host, testPayments }: Site, publicUrl: string) {
  return {
    id: siteId,
    revision: String(revision),
    name,
    locale,
    currency,
    timeZoneId: timeZone,
    storefrontUrl: `${storefrontOf(siteId, publicUrl)}/`,
    testPayments,
    ...present({ host }),
  }
}
