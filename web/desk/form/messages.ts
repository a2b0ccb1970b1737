type Positive = {
  title: string
  confirmation: { title: string; message: string; addToCalendarActionLabel: string; shareActionLabel: string }
}
/** The texts around a form (events 4.7). */
export type Messages = {
  rsvp: {
    rsvpYesOption: string
    rsvpNoOption: string
    submitActionLabel: string
    positiveMessages: Positive
    waitlistMessages: Positive
    negativeMessages: { title: string; confirmation: { title: string; shareActionLabel: string } }
  }
  checkout: {
    title: string
    submitActionLabel: string
    confirmation: {
      title: string
      message: string
      downloadTicketsLabel: string
      addToCalendarLabel: string
      shareEventLabel: string
    }
  }
  registrationClosed: { message: string; exploreEventsActionLabel: string }
  ticketsUnavailable: { message: string; exploreEventsActionLabel: string }
}

/** A text by its place in the messages: `checkout.confirmation.title`. */
export type Field = { path: string; name: FieldName; lengthMax: number }
type FieldName = keyof typeof LENGTHS

/** Longest texts, in characters (events 4.7.3). */
const LENGTHS = {
  yes: 50,
  no: 50,
  submit: 50,
  title: 150,
  doneTitle: 150,
  doneMessage: 350,
  download: 50,
  calendar: 50,
  share: 50,
  message: 350,
  explore: 50,
} as const

function fields(group: string, paths: Readonly<Record<string, FieldName>>): Field[] {
  return Object.entries(paths).map(([path, name]) => ({ path: `${group}.${path}`, name, lengthMax: LENGTHS[name] }))
}

const POSITIVE = {
  title: 'title',
  'confirmation.title': 'doneTitle',
  'confirmation.message': 'doneMessage',
  'confirmation.addToCalendarActionLabel': 'calendar',
  'confirmation.shareActionLabel': 'share',
} as const
const CLOSED = { message: 'message', exploreEventsActionLabel: 'explore' } as const

/** What is said on one occasion; `of`: to the guests of which events. */
export const GROUPS = [
  {
    name: 'reply',
    of: 'RSVP',
    fields: fields('rsvp', { rsvpYesOption: 'yes', rsvpNoOption: 'no', submitActionLabel: 'submit' }),
  },
  { name: 'yes', of: 'RSVP', fields: fields('rsvp.positiveMessages', POSITIVE) },
  { name: 'waitlist', of: 'RSVP', fields: fields('rsvp.waitlistMessages', POSITIVE) },
  {
    name: 'no',
    of: 'RSVP',
    fields: fields('rsvp.negativeMessages', {
      title: 'title',
      'confirmation.title': 'doneTitle',
      'confirmation.shareActionLabel': 'share',
    }),
  },
  {
    name: 'checkout',
    of: 'TICKETING',
    fields: fields('checkout', {
      title: 'title',
      submitActionLabel: 'submit',
      'confirmation.title': 'doneTitle',
      'confirmation.message': 'doneMessage',
      'confirmation.downloadTicketsLabel': 'download',
      'confirmation.addToCalendarLabel': 'calendar',
      'confirmation.shareEventLabel': 'share',
    }),
  },
  { name: 'unavailable', of: 'TICKETING', fields: fields('ticketsUnavailable', CLOSED) },
  { name: 'closed', of: null, fields: fields('registrationClosed', CLOSED) },
] as const

/** What our own guests' pages say; the other texts are for programs that show the form elsewhere. */
const SHOWN = /^(checkout\.title|rsvp\.\w+|rsvp\.\w+\.(title|confirmation\.(title|message)))$/

export function isShownByUs(path: string): boolean {
  return SHOWN.test(path)
}

export type Texts = Readonly<Record<string, string>>

/** All texts by their paths. */
export function textsOf(messages: object, prefix = ''): Texts {
  return Object.fromEntries(
    Object.entries(messages).flatMap(([name, value]) =>
      typeof value === 'string' ? [[prefix + name, value]] : Object.entries(textsOf(value, `${prefix}${name}.`)),
    ),
  )
}

/** What Update Messages takes to change the texts at these paths alone. */
export function changeOf(texts: Texts, paths: readonly string[]): { messages: object; fields: string[] } {
  const messages = {}
  for (const path of paths) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    let at: Record<string, unknown> = messages
    for (const name of names) {
      at[name] ??= {}
      at = at[name] as Record<string, unknown> // made in the line above
    }
    at[last] = texts[path]
  }
  return { messages, fields: paths.map(path => `messages.${path}`) }
}
