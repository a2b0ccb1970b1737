import { NO_TICKETS, type RsvpSettings, registrationStatusOf, type StoredEvent } from '../events/model.ts'
import { type Answer, problemsOfAnswers } from '../forms/answers.ts'
import { liveControls, type StoredForm } from '../forms/model.ts'
import { placesLeft, type RsvpCounts, type RsvpStatus } from '../inventory/rsvp-counts.ts'
import { Refusal } from '../refusals.ts'
import type { Namespaces } from '../wire/extended-fields.ts'

export const RSVP_STATUSES = ['YES', 'NO', 'WAITLIST'] as const satisfies RsvpStatus[]

/** What a guest says when answering an event. */
export type Reply = {
  status: RsvpStatus
  firstName: string
  lastName: string
  email: string
  /** What the form asks besides name, e-mail and additional guests. */
  answers: readonly Answer[]
  additionalGuests: number
  /** Of the first of them. */
  guestNames: readonly string[]
}

/** One guest's answer to an event, with those who come along (events 13.3). */
export type Rsvp = Reply & {
  siteId: string
  rsvpId: string
  eventId: string
  revision: number
  /** Since when it has its status. */
  statusAt: Date
  /** null once it was anonymized; names, e-mail and answers are then empty. */
  contactId: string | null
  memberId: string | null
  checkIns: readonly CheckIn[]
  checkedInGuests: number
  disableNotifications: boolean
  marketingConsent: boolean
  locale: string
  extendedFields: Namespaces | null
  createdAt: Date
  updatedAt: Date
  anonymizedAt: Date | null
}

/** What became of one guest at the door; dates as RFC 3339 in UTC, for they are kept in a document. */
export type CheckIn = {
  /** 1 is who answered; the others follow in order. */
  guestId: number
  /** null: not inside, or not any more. */
  at: string | null
  by: Actor | null
  /** The scan at the door by which it was; absent, too: not by the door. */
  scanId?: string | null
  /** Since when, and by which scan, who came in is out for the moment; absent: is inside. */
  out?: { at: string; by: Actor; scanId: string }
  canceledAt: string | null
  canceledBy: Actor | null
}
type Actor = { kind: string; id: string }

/** Each skips exactly the check that it names (events 13.4.13). */
export type RsvpOptions = {
  ignoreLimits: boolean
  ignoreFormValidation: boolean
  ignoreResponseStatus: boolean
  ignoreAdditionalGuestNames: boolean
}

/** Additional guests of one RSVP, whatever the form says (events 13.3). */
export const ADDITIONAL_GUESTS_MAX = 10

export function totalGuestsOf({ additionalGuests }: Pick<Rsvp, 'additionalGuests'>): number {
  return additionalGuests + 1
}

/** The name of one guest; null when nobody said it. */
export function guestNameOf(
  { firstName, lastName, guestNames }: Pick<Rsvp, 'firstName' | 'lastName' | 'guestNames'>,
  guestId: number,
): string | null {
  const name = guestId === 1 ? `${firstName} ${lastName}`.trim() : guestNames[guestId - 2]
  return name || null
}

/** The rule that forbids any answer to `event` at `now`, or null (events 13.4.2, 13.4.3); drafts are not asked about. */
export function refusalOfEvent(
  event: StoredEvent,
  { ignoreResponseStatus }: Pick<RsvpOptions, 'ignoreResponseStatus'>,
  now: Date,
): Refusal | null {
  const { eventId, initialType } = event
  if (initialType !== 'RSVP')
    return new Refusal('INVALID_EVENT_TYPE', 'This event sells tickets; it takes no RSVPs.', { eventId })
  if (ignoreResponseStatus) return null
  switch (registrationStatusOf(event, { tickets: NO_TICKETS, yesGuests: 0 }, now)) {
    case 'OPEN_RSVP':
      return null
    case 'SCHEDULED_RSVP':
      return new Refusal('RSVPS_NOT_STARTED', 'RSVPs are not taken yet.', {
        eventId,
        startDate: event.rsvpSettings.startDate,
      })
    default:
      return new Refusal('RSVPS_CLOSED', 'RSVPs are not taken any more.', { eventId })
  }
}

/** The rule that forbids answering with `status`, or null (events 13.4.4). */
export function refusalOfStatus(
  status: RsvpStatus,
  {
    settings,
    mayManage,
    ignoreResponseStatus,
  }: { settings: RsvpSettings; mayManage: boolean } & Pick<RsvpOptions, 'ignoreResponseStatus'>,
): Refusal | null {
  if (ignoreResponseStatus) return null
  if (status === 'NO' && settings.responseType === 'YES_ONLY')
    return new Refusal('UNEXPECTED_RSVP_STATUS', 'This event does not ask who stays away.', { status })
  if (status === 'WAITLIST' && !mayManage)
    return new Refusal('UNEXPECTED_RSVP_STATUS', 'Answer YES; the waitlist takes who finds no place.', { status })
  return null
}

/** The rule that forbids an RSVP to go from one status to another, or null (events 13.1). */
export function refusalOfTransition(
  { status, checkedInGuests }: Pick<Rsvp, 'status' | 'checkedInGuests'>,
  wanted: RsvpStatus,
  { ignoreResponseStatus }: Pick<RsvpOptions, 'ignoreResponseStatus'>,
): Refusal | null {
  if (status === wanted) return null
  // inferred: who is inside comes, whatever is said afterwards.
  if (checkedInGuests > 0)
    return new Refusal('INVALID_RSVP_STATUS', 'Guests of this RSVP are checked in. Undo that first.', {
      status,
      reason: 'CHECKED_IN',
    })
  if (status === 'YES' && wanted === 'WAITLIST' && !ignoreResponseStatus)
    return new Refusal('INVALID_RSVP_STATUS', 'Who comes cannot be put on the waitlist.', { status })
  return null
}

/**
 * The rule that forbids these answers, or null (events 13.4.5). Names and e-mail are judged in any case: an RSVP is
 * somebody's.
 * @param onlyNames they alone were given anew, or the rest is not to be judged
 */
export function refusalOfAnswers(
  form: Pick<StoredForm, 'controls'>,
  { firstName, lastName, email, answers }: Pick<Reply, 'firstName' | 'lastName' | 'email' | 'answers'>,
  { onlyNames }: { onlyNames: boolean },
): Refusal | null {
  const names = [
    { inputName: 'firstName', value: firstName },
    { inputName: 'lastName', value: lastName },
    { inputName: 'email', value: email },
  ]
  // Additional guests have rules and codes of their own, below.
  const controls = form.controls.filter(({ kind }) =>
    onlyNames ? kind === 'name' || kind === 'email' : kind !== 'additionalGuests',
  )
  const problems = problemsOfAnswers({ controls }, onlyNames ? names : [...names, ...answers])
  return problems.length > 0 ? invalidForm(problems) : null
}

function invalidForm(problems: readonly string[]): Refusal {
  return new Refusal('INVALID_FORM_RESPONSE', problems.join(' '), {
    problems: problems.map(problem => ({ guest: 0, problem })),
  })
}

/** The rule that forbids so many additional guests, or such names of theirs, or null (events 13.4.6 to 13.4.8). */
export function refusalOfGuests(
  form: Pick<StoredForm, 'controls'>,
  { additionalGuests, guestNames }: Pick<Reply, 'additionalGuests' | 'guestNames'>,
  options: Pick<RsvpOptions, 'ignoreFormValidation' | 'ignoreAdditionalGuestNames'>,
): Refusal | null {
  const control = liveControls(form).find(({ kind }) => kind === 'additionalGuests')
  const names = control?.inputs.find(({ name }) => name === 'guestNames')
  if (!control && !options.ignoreFormValidation && additionalGuests > 0)
    return invalidForm(['The form does not ask for additional guests.'])
  const max = names?.maxSize ?? ADDITIONAL_GUESTS_MAX
  if (additionalGuests > max)
    return new Refusal('GUEST_LIMIT_EXCEEDED', `One RSVP is for at most ${max + 1} guests.`, { maxRsvpSize: max + 1 })
  const named = guestNames.filter(name => name.trim() !== '').length
  if (guestNames.length > additionalGuests)
    return invalidForm(['There are more names of additional guests than additional guests.'])
  if (names?.mandatory && named < additionalGuests && !options.ignoreAdditionalGuestNames)
    return new Refusal('ADDITIONAL_GUESTS_MUST_HAVE_NAMES', 'Every additional guest must have a name.', {
      additionalGuests,
      named,
    })
  return null
}

/**
 * The status that an RSVP gets when it is written, or why it gets none (events 13.4.9, 13.4.10). What does not find room
 * as a whole finds none.
 * @param before what it was until now; null: there was none
 */
export function statusGiven(
  { status, additionalGuests }: Pick<Reply, 'status' | 'additionalGuests'>,
  {
    before,
    counts,
    settings,
    options,
  }: {
    before: Pick<Rsvp, 'status' | 'additionalGuests'> | null
    counts: Pick<RsvpCounts, 'guestLimit' | 'yesGuests'>
    settings: Pick<RsvpSettings, 'waitlistEnabled'>
    options: Pick<RsvpOptions, 'ignoreLimits' | 'ignoreResponseStatus'>
  },
): RsvpStatus | Refusal {
  switch (status) {
    case 'NO':
      return 'NO'
    case 'WAITLIST':
      if (before?.status === 'WAITLIST' || settings.waitlistEnabled || options.ignoreResponseStatus) return 'WAITLIST'
      return new Refusal('WAITING_LIST_UNAVAILABLE', 'This event has no waitlist.')
    case 'YES': {
      const available = placesLeft(counts)
      const more = totalGuestsOf({ additionalGuests }) - (before?.status === 'YES' ? totalGuestsOf(before) : 0)
      if (options.ignoreLimits || available === null || more <= 0 || more <= available) return 'YES'
      // Who was told yes is not put on the waitlist, and who waits already is told that there is no room.
      const mayWait = before === null || before.status === 'NO'
      if (settings.waitlistEnabled && mayWait) return 'WAITLIST'
      return new Refusal('RSVP_LIMIT_EXCEEDED', 'There is no room for so many guests.', { available })
    }
  }
}

/** The check-ins of those who are still guests when there are fewer of them. */
export function checkInsOfGuests(rsvp: Pick<Rsvp, 'checkIns' | 'additionalGuests'>): CheckIn[] {
  return rsvp.checkIns.filter(({ guestId }) => guestId <= totalGuestsOf(rsvp))
}

export function countCheckedIn(checkIns: readonly CheckIn[]): number {
  return checkIns.filter(({ at }) => at !== null).length
}

/** What an answer for a guest control among the others says, taken out of them; null where there is none (events 4.4). */
export function guestsIn(
  answers: readonly Answer[],
): { answers: Answer[]; additionalGuests: number; guestNames: string[] } | null {
  const others = answers.filter(({ inputName }) => inputName !== 'additionalGuests' && inputName !== 'guestNames')
  if (others.length === answers.length) return null
  const textsOf = (name: string) =>
    answers
      .filter(({ inputName }) => inputName === name)
      .flatMap(({ value, values }) => (values && values.length > 0 ? values : [value ?? '']))
      .map(text => text.trim())
  const [count = '', ...more] = textsOf('additionalGuests')
  // What is no number stays among the answers, to be found wrong there.
  if (!/^\d{0,9}$/.test(count) || more.length > 0) return null
  const names = textsOf('guestNames')
  const last = names.findLastIndex(name => name !== '')
  return { answers: others, additionalGuests: Number(count), guestNames: names.slice(0, last + 1) }
}
