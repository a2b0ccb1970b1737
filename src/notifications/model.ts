import type { StoredEvent } from '../events/model.ts'
import type { OrderStatus } from '../orders/model.ts'
import type { Rsvp } from '../rsvps/model.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'

/** events 11.8 */
export const EMAIL_TYPES = [
  'EMAIL_RSVP_CONFIRMATION',
  'EMAIL_NEW_SPOTS_AVAILABLE',
  'EMAIL_EVENT_CANCELATION',
  'EMAIL_UPCOMING_EVENT_REMINDER',
  'EMAIL_ORDER_CONFIRMATION',
  'EMAIL_TICKET_CONFIRMATION',
  'EMAIL_INVOICE',
] as const
export type EmailType = (typeof EMAIL_TYPES)[number]

/** Mails to guests that the contract has no type for. */
export const OWN_EMAIL_TYPES = [
  'EMAIL_PAYMENT_FAILED',
  'EMAIL_ORDER_CANCELED',
  'EMAIL_REFUND',
  'EMAIL_EVENT_MOVED',
] as const
export type GuestMailKind = EmailType | (typeof OWN_EMAIL_TYPES)[number]

/** events 11.9 */
export const PUSH_TYPES = [
  'PUSH_EVENT_UPDATED',
  'PUSH_EVENT_CANCELATION',
  'PUSH_UPCOMING_EVENT_REMINDER',
  'PUSH_EVENT_CREATED',
] as const

/** The members of a configuration, and what kind of mail each is about (events 11.4). */
export const NOTIFICATIONS = {
  rsvpConfirmation: 'EMAIL_RSVP_CONFIRMATION',
  newSpotsAvailable: 'EMAIL_NEW_SPOTS_AVAILABLE',
  eventCancelation: 'EMAIL_EVENT_CANCELATION',
  upcomingEventReminder: 'EMAIL_UPCOMING_EVENT_REMINDER',
  orderConfirmation: 'EMAIL_ORDER_CONFIRMATION',
  ticketConfirmation: 'EMAIL_TICKET_CONFIRMATION',
  invoice: 'EMAIL_INVOICE',
  /** inferred: the text of an order confirmation that has no tickets attached. */
  orderConfirmationWithTicketsLink: 'EMAIL_ORDER_CONFIRMATION',
} as const satisfies Record<string, EmailType>
export type NotificationName = keyof typeof NOTIFICATIONS
export const NOTIFICATION_NAMES = Object.keys(NOTIFICATIONS) as NotificationName[] // its own keys, above

/** events 11.6 */
export const REMINDER_TIMES = [
  'INSTANT',
  'BEFORE_30_MINUTES',
  'BEFORE_1_HOUR',
  'BEFORE_1_DAY',
  'BEFORE_3_DAYS',
  'BEFORE_1_WEEK',
] as const
export type ReminderTime = (typeof REMINDER_TIMES)[number]
/**
 * How long before the start a reminder goes out. inferred: INSTANT names no moment before it, so such a reminder goes
 * out when it is triggered, and not by itself.
 */
export const REMINDER_LEAD_MINUTES: Readonly<Record<Exclude<ReminderTime, 'INSTANT'>, number>> = {
  BEFORE_30_MINUTES: 30,
  BEFORE_1_HOUR: 60,
  BEFORE_1_DAY: 1440,
  BEFORE_3_DAYS: 4320,
  BEFORE_1_WEEK: 10_080,
}

export type Link = { display: boolean; linkText: string }
export type Template = {
  subject: string
  /** Plain text; an empty line begins a paragraph. */
  body: string
  descriptionLink: Link
  calendarLink: Link
  onlineConferencingLink: Link
  /** Whether the tickets that a mail is about are attached to it. */
  includeTickets: boolean
}
export type Setting = { template: Template; reminderTime: ReminderTime; sendingEnabled: boolean }
export type Settings = Readonly<Record<NotificationName, Setting>>

/** What the mails of one event say (events section 11); its id is the event's. */
export type NotificationConfig = {
  eventId: string
  notifications: Settings
  /** null: nobody stored one, so these are the defaults (events 11.2). */
  stored: { revision: number; createdAt: Date; updatedAt: Date } | null
}

/** The settings of an event that nobody changed: everything is sent, in the site's language (events 11.2, 11.13). */
export function defaultSettings(event: Pick<StoredEvent, 'title'>, { locale }: Pick<Site, 'locale'>): Settings {
  return forEach(name => ({
    template: defaultTemplate(name, event, locale),
    reminderTime: reminderTimeOf(name, null),
    sendingEnabled: true,
  }))
}

/**
 * Our own words of a mail, in the language of `locale`.
 * @param values of what only one order knows, such as an amount
 */
export function defaultTemplate(
  name: NotificationName | 'paymentFailed' | 'orderCanceled' | 'refund' | 'eventMoved',
  event: Pick<StoredEvent, 'title'>,
  locale: string,
  values: Readonly<Record<string, string>> = {},
): Template {
  const { mail: say } = textsIn(locale)
  const said = { ...values, event: event.title }
  return {
    subject: shortened(say(`defaults.${name}.subject`, said), SUBJECT_LENGTH_MAX),
    body: say(`defaults.${name}.body`, said),
    descriptionLink: { display: false, linkText: say('descriptionLink') },
    calendarLink: { display: WITH_CALENDAR.has(name), linkText: say('calendarLink') },
    onlineConferencingLink: { display: false, linkText: say('onlineConferencingLink') },
    includeTickets: WITH_TICKETS.has(name),
  }
}

/** What may be said of a setting; what is absent or null is as it is by default. */
export type SentSetting = {
  template?: SentTemplate | null
  reminderTime?: ReminderTime | null
  sendingEnabled?: boolean | null
}
type SentTemplate = { [Name in keyof Template]?: (Template[Name] extends Link ? SentLink : Template[Name]) | null }
type SentLink = { display?: boolean | null; linkText?: string | null }

/** `sent` in place of whatever was there (events 11.3): what it does not say is as it is by default. */
export function settingsOf(sent: { [Name in NotificationName]?: SentSetting | null }, defaults: Settings): Settings {
  return forEach(name => {
    const given = sent[name] ?? {}
    const before = defaults[name]
    return {
      // Of an invoice nothing but the switch can be changed (events 11.7).
      template: name === 'invoice' ? before.template : templateOf(given.template ?? {}, before.template),
      reminderTime: reminderTimeOf(name, given.reminderTime ?? null),
      sendingEnabled: given.sendingEnabled ?? before.sendingEnabled,
    }
  })
}

function templateOf(sent: SentTemplate, before: Template): Template {
  const link = (name: 'descriptionLink' | 'calendarLink' | 'onlineConferencingLink') => ({
    display: sent[name]?.display ?? before[name].display,
    linkText: sent[name]?.linkText ?? before[name].linkText,
  })
  return {
    subject: sent.subject ?? before.subject,
    body: sent.body ?? before.body,
    descriptionLink: link('descriptionLink'),
    calendarLink: link('calendarLink'),
    onlineConferencingLink: link('onlineConferencingLink'),
    includeTickets: sent.includeTickets ?? before.includeTickets,
  }
}

/** Only a reminder waits for a moment; everything else is sent when its time has come (events 11.6). */
function reminderTimeOf(name: NotificationName, sent: ReminderTime | null): ReminderTime {
  return name === 'upcomingEventReminder' ? (sent ?? 'BEFORE_1_DAY') : 'INSTANT'
}

const SUBJECT_LENGTH_MAX = 100
const WITH_CALENDAR: ReadonlySet<string> = new Set([
  'eventMoved',
  'rsvpConfirmation',
  'upcomingEventReminder',
  'orderConfirmation',
  'ticketConfirmation',
  'orderConfirmationWithTicketsLink',
])
const WITH_TICKETS: ReadonlySet<string> = new Set(['orderConfirmation', 'ticketConfirmation'])

function forEach(settingOf: (name: NotificationName) => Setting): Settings {
  return Object.fromEntries(NOTIFICATION_NAMES.map(name => [name, settingOf(name)])) as Settings // each has its own
}

/** Cut off between characters, not within one; with an ellipsis where something is missing. */
function shortened(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length >= lengthMax) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** Whom a notification is triggered for (events 11.10). */
export const TARGETS = ['rsvpGuest', 'orderGuest', 'eventGuests', 'ticketGuest'] as const
export type TargetName = (typeof TARGETS)[number]

/** inferred: who is told what (events 11.12); an invoice is an order's, a ticket's confirmation its holder's. */
export const FITTING_TARGETS: Readonly<Record<EmailType, readonly TargetName[]>> = {
  EMAIL_RSVP_CONFIRMATION: ['rsvpGuest', 'eventGuests'],
  EMAIL_NEW_SPOTS_AVAILABLE: ['rsvpGuest', 'eventGuests'],
  EMAIL_EVENT_CANCELATION: TARGETS,
  EMAIL_UPCOMING_EVENT_REMINDER: TARGETS,
  EMAIL_ORDER_CONFIRMATION: ['orderGuest', 'eventGuests'],
  EMAIL_TICKET_CONFIRMATION: ['ticketGuest', 'eventGuests'],
  EMAIL_INVOICE: ['orderGuest', 'eventGuests'],
}

/** One mail: of an order to its buyer, or about some of its tickets to the guest that they name; or of an RSVP. */
export type WantedMail = MailOfOrder | MailOfRsvp
export type MailOfOrder = {
  notificationType: GuestMailKind
  orderNumber: string
  /** null: to the buyer, about the whole order. */
  ticketNumbers: readonly string[] | null
  /** What else it says: the amount that was refunded, where an event was before. */
  data?: MailData
}
export type MailOfRsvp = { notificationType: GuestMailKind; rsvpId: string; data?: MailData }
export type MailData = Readonly<Record<string, unknown>>

/** An order as far as its mails depend on it. */
export type ToldOrder = {
  orderNumber: string
  status: OrderStatus
  /** Confirmed, and neither canceled nor put away since. */
  stands: boolean
  /** Empty: nobody said who, or it was forgotten on purpose. */
  email: string
  silent: boolean
  tickets: readonly { ticketNumber: string; email: string; admits: boolean }[]
}

/** Why guests of this event cannot be told that now, as a sentence; null: they can. */
export function reasonNotToTell(
  type: GuestMailKind,
  { canceledAt, publishedAt, endAt }: Pick<StoredEvent, 'canceledAt' | 'publishedAt' | 'endAt'>,
  now: Date,
): string | null {
  switch (type) {
    case 'EMAIL_EVENT_CANCELATION':
      return canceledAt ? null : 'The event is not canceled.'
    case 'EMAIL_UPCOMING_EVENT_REMINDER':
    case 'EMAIL_NEW_SPOTS_AVAILABLE':
    case 'EMAIL_EVENT_MOVED':
      return publishedAt && !canceledAt && (!endAt || endAt > now) ? null : 'The event is not to come.'
    case 'EMAIL_RSVP_CONFIRMATION':
    case 'EMAIL_ORDER_CONFIRMATION':
    case 'EMAIL_TICKET_CONFIRMATION':
    case 'EMAIL_INVOICE':
    case 'EMAIL_PAYMENT_FAILED':
    case 'EMAIL_ORDER_CANCELED':
    case 'EMAIL_REFUND':
      return null
  }
}

/**
 * The mails of this type that an order's people get: one each, about what is theirs; none where there is nothing to say
 * or no address to send it to.
 * @param ticketNumbers about these tickets alone; null: about all of the order
 */
export function mailsOf(type: GuestMailKind, order: ToldOrder, ticketNumbers: readonly string[] | null): MailOfOrder[] {
  const { orderNumber, email } = order
  const isOver = OF_WHAT_ENDED.has(type)
  if ((!order.stands && !isOver) || (type === 'EMAIL_INVOICE' && order.status !== 'PAID')) return []
  const buyer: MailOfOrder[] = email ? [{ notificationType: type, orderNumber, ticketNumbers: null }] : []
  const named = ticketNumbers && new Set(ticketNumbers)
  const told = order.tickets.filter(each => each.admits && each.email && (!named || named.has(each.ticketNumber)))
  const guests = [...Map.groupBy(told, ticket => ticket.email.toLowerCase())].map(([address, tickets]) => ({
    address,
    mail: { notificationType: type, orderNumber, ticketNumbers: tickets.map(ticket => ticket.ticketNumber) },
  }))
  switch (type) {
    case 'EMAIL_ORDER_CONFIRMATION':
    case 'EMAIL_INVOICE':
    case 'EMAIL_PAYMENT_FAILED':
    case 'EMAIL_ORDER_CANCELED':
    case 'EMAIL_REFUND':
      return buyer
    case 'EMAIL_TICKET_CONFIRMATION':
      return guests.map(({ mail }) => mail)
    case 'EMAIL_EVENT_CANCELATION':
    case 'EMAIL_EVENT_MOVED':
    case 'EMAIL_UPCOMING_EVENT_REMINDER': {
      if (named) return guests.map(({ mail }) => mail)
      return [...buyer, ...guests.filter(({ address }) => address !== email.toLowerCase()).map(({ mail }) => mail)]
    }
    case 'EMAIL_RSVP_CONFIRMATION':
    case 'EMAIL_NEW_SPOTS_AVAILABLE':
      return []
  }
}

/** They are about orders that have ended, or may have. */
const OF_WHAT_ENDED: ReadonlySet<GuestMailKind> = new Set([
  'EMAIL_PAYMENT_FAILED',
  'EMAIL_ORDER_CANCELED',
  'EMAIL_REFUND',
])

/** An RSVP as far as its mails depend on it. */
export type ToldRsvp = Pick<Rsvp, 'rsvpId' | 'status' | 'email' | 'disableNotifications'>

/** The mail of this type that an RSVP's guest gets, or none (events 11.8, 11.13). */
export function mailOfRsvp(
  type: GuestMailKind,
  { rsvpId, status, email, disableNotifications }: ToldRsvp,
): MailOfRsvp | null {
  const mail = { notificationType: type, rsvpId }
  if (!email || disableNotifications) return null
  switch (type) {
    case 'EMAIL_RSVP_CONFIRMATION':
      return mail
    case 'EMAIL_NEW_SPOTS_AVAILABLE':
      return status === 'WAITLIST' ? mail : null
    case 'EMAIL_UPCOMING_EVENT_REMINDER':
      return status === 'YES' ? mail : null
    case 'EMAIL_EVENT_CANCELATION':
    case 'EMAIL_EVENT_MOVED':
      return status === 'NO' ? null : mail
    case 'EMAIL_ORDER_CONFIRMATION':
    case 'EMAIL_TICKET_CONFIRMATION':
    case 'EMAIL_INVOICE':
    case 'EMAIL_PAYMENT_FAILED':
    case 'EMAIL_ORDER_CANCELED':
    case 'EMAIL_REFUND':
      return null
  }
}
