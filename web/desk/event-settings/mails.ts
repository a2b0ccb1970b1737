type Link = { display: boolean; linkText: string }
export type Template = {
  subject: string
  body: string
  descriptionLink: Link
  calendarLink: Link
  onlineConferencingLink: Link
  includeTickets: boolean
}
export type Setting = { template?: Template; reminderTime: string; sendingEnabled: boolean }

/** The mails of an event, in the API's words (events 11.4), in the order in which guests get them. */
export const MAILS = [
  { name: 'rsvpConfirmation', of: 'RSVP' },
  { name: 'newSpotsAvailable', of: 'RSVP' },
  { name: 'orderConfirmation', of: 'TICKETING' },
  { name: 'ticketConfirmation', of: 'TICKETING' },
  { name: 'invoice', of: 'TICKETING' },
  { name: 'upcomingEventReminder', of: null },
  { name: 'eventCancelation', of: null },
] as const
export type ListedMail = (typeof MAILS)[number]['name']
/** The last is what an order's confirmation says when no tickets are attached: a text, no mail of its own. */
export type MailName = ListedMail | 'orderConfirmationWithTicketsLink'

export type Config = { id: string; revision?: string } & Record<MailName, Setting>

/** Moments of the reminder, the nearest last; `INSTANT`: not by itself. */
export const REMINDER_TIMES = [
  'BEFORE_1_WEEK',
  'BEFORE_3_DAYS',
  'BEFORE_1_DAY',
  'BEFORE_1_HOUR',
  'BEFORE_30_MINUTES',
  'INSTANT',
] as const

/** Longest texts, in characters (events 11.5). */
export const SUBJECT_LENGTH_MAX = 100
export const BODY_LENGTH_MAX = 1000
export const LINK_LENGTH_MAX = 60
