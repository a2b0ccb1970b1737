import type { StoredEvent } from '../events/model.ts'
import { textsIn } from '../texts/texts.ts'
import {
  defaultTemplate,
  type GuestMailKind,
  NOTIFICATIONS,
  type NotificationConfig,
  type NotificationName,
  type Template,
} from './model.ts'

/** Whose words each mail to a guest has: the contract's configurations, and ours for what those lack. */
export const OWN_TEMPLATES = {
  paymentFailed: 'EMAIL_PAYMENT_FAILED',
  orderCanceled: 'EMAIL_ORDER_CANCELED',
  refund: 'EMAIL_REFUND',
  eventMoved: 'EMAIL_EVENT_MOVED',
} as const satisfies Record<string, GuestMailKind>
export const TEMPLATES = { ...NOTIFICATIONS, ...OWN_TEMPLATES }
export type TemplateName = keyof typeof TEMPLATES
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[] // its own keys, above

/** What the organizer wrote for all events of a site, in one language. */
export type SiteTemplate = { language: string; name: TemplateName; subject: string; body: string; updatedAt: Date }

/** What stands in a text as `{{name}}`, and is filled in when it is sent. */
export const PLACEHOLDERS = ['event', 'date', 'place', 'site', 'name', 'order', 'amount'] as const
export type Values = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>

/** The names that stand in a text as placeholders, ours or not. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
}
const PLACEHOLDER = /{{\s*([^{}]*?)\s*}}/g

type Said = {
  config: NotificationConfig
  event: StoredEvent
  /** In its own locale. */
  site: { locale: string }
  /** BCP 47: whoever reads it. */
  locale: string
  siteTemplates: readonly SiteTemplate[]
  values: Values
}

/**
 * What a mail says to one reader: what the organizer wrote for the event; what of that is as by default, in the reader's
 * language, as the organizer wrote it for the site or we did.
 */
export function templateFor(name: TemplateName, said: Said): Template {
  const { config, event, site, locale, siteTemplates, values } = said
  const ours = defaultTemplate(name, event, locale, values)
  const { language } = textsIn(locale)
  const sites = siteTemplates.find(each => each.name === name && each.language === language)
  const byDefault = sites ? { ...ours, subject: filled(sites.subject, values), body: filled(sites.body, values) } : ours
  if (!isContracts(name) || config.stored === null) return byDefault
  // Whoever stores one thing stores all of it, and what was not meant is as it was shown: in the site's language.
  const shown = defaultTemplate(name, event, site.locale, values)
  const stored = config.notifications[name].template
  const text = (written: string, unwritten: string, instead: string) => (written === unwritten ? instead : written)
  const link = (which: 'descriptionLink' | 'calendarLink' | 'onlineConferencingLink') => ({
    display: stored[which].display,
    linkText: text(stored[which].linkText, shown[which].linkText, byDefault[which].linkText),
  })
  return {
    subject: text(stored.subject, shown.subject, byDefault.subject),
    body: text(stored.body, shown.body, byDefault.body),
    descriptionLink: link('descriptionLink'),
    calendarLink: link('calendarLink'),
    onlineConferencingLink: link('onlineConferencingLink'),
    includeTickets: stored.includeTickets,
  }
}

/** A text of the organizer's with its placeholders filled; what a value holds is no placeholder again. */
export function filled(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as keyof Values] : whole,
  )
}

function isContracts(name: TemplateName): name is NotificationName {
  return Object.hasOwn(NOTIFICATIONS, name)
}
