import { upsertContacts } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import { isDraft, type StoredEvent } from '../events/model.ts'
import { shareEvents } from '../events/store.ts'
import { getForm } from '../forms/store.ts'
import { actorOf, buyerOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { lockOrCreateRsvpCounts, moveRsvpCounts } from '../inventory/rsvp-counts.ts'
import { Refusal, refuseIf } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { inLanguage } from '../texts/language.ts'
import type { Namespaces } from '../wire/extended-fields.ts'
import {
  type Reply,
  type Rsvp,
  type RsvpOptions,
  refusalOfAnswers,
  refusalOfEvent,
  refusalOfGuests,
  refusalOfStatus,
  statusGiven,
  totalGuestsOf,
} from './model.ts'
import { findRegistered, insertRsvp, recordRsvps } from './store.ts'

export type NewRsvp = Reply & {
  eventId: string
  /** Whose it is to be; null: of the member who asks, else nobody's. */
  memberId: string | null
  disableNotifications: boolean
  marketingConsent: boolean
  /** What its guest reads, one of `LANGUAGES`; null: nobody said. */
  language: string | null
  extendedFields: Namespaces | null
  options: RsvpOptions
}

/**
 * Takes an answer to an event (events 13.4). The number of those who come is compared with the limit, and moved, under
 * the lock of the event's counts.
 * @throws Refusal of the first rule that says no: EVENT_NOT_FOUND (a 400 here), INVALID_EVENT_TYPE, RSVPS_CLOSED,
 *   RSVPS_NOT_STARTED, PERMISSION_DENIED, UNEXPECTED_RSVP_STATUS, INVALID_FORM_RESPONSE, GUEST_LIMIT_EXCEEDED,
 *   ADDITIONAL_GUESTS_MUST_HAVE_NAMES, MEMBER_ALREADY_REGISTERED, MEMBER_EMAIL_ALREADY_REGISTERED,
 *   WAITING_LIST_UNAVAILABLE, RSVP_LIMIT_EXCEEDED
 */
export async function createRsvp(
  tx: Tx,
  wanted: NewRsvp,
  { identity, now }: { identity: Identity; now: Date },
): Promise<{ rsvp: Rsvp; event: StoredEvent }> {
  const { siteId } = identity
  const { eventId, options } = wanted
  refuseOtherEvents(identity, eventId)
  const [event] = await shareEvents(tx, siteId, [eventId])
  if (!event || isDraft(event)) throw new Refusal('EVENT_NOT_FOUND', 'There is no such event.', { eventId }, 400)
  const mayManage = allows(identity, 'MANAGE_RSVP')
  const memberId = memberOf(wanted.memberId, identity)

  refuseIf(refusalOfEvent(event, options, now))
  if (event.allowedGuestTypes === 'MEMBER' && identity.kind === 'visitor')
    throw new Refusal('PERMISSION_DENIED', 'Only members can answer this event.', { eventId })
  refuseIf(refusalOfStatus(wanted.status, { settings: event.rsvpSettings, mayManage, ...options }))
  const form = await getForm(tx, siteId, eventId)
  refuseIf(refusalOfAnswers(form, wanted, { onlyNames: options.ignoreFormValidation }))
  refuseIf(refusalOfGuests(form, wanted, options))

  const { locale } = inLanguage(await getSite(tx, siteId), wanted.language)
  const { firstName, lastName, email, answers, additionalGuests, guestNames } = wanted
  const [contactId = null] = await upsertContacts(tx, siteId, [{ firstName, lastName, email }], now)
  const counts = await lockOrCreateRsvpCounts(tx, {
    siteId,
    eventId,
    guestLimit: event.rsvpSettings.limit ?? null,
  })
  const rsvpId = newGuid()
  await refuseRegistered(tx, { siteId, eventId, rsvpId, memberId, email })
  const status = statusGiven(wanted, { before: null, counts, settings: event.rsvpSettings, options })
  if (status instanceof Refusal) throw status

  const rsvp: Rsvp = {
    siteId,
    rsvpId,
    eventId,
    revision: 1,
    status,
    statusAt: now,
    firstName,
    lastName,
    email,
    contactId,
    memberId,
    answers,
    additionalGuests,
    guestNames,
    checkIns: [],
    checkedInGuests: 0,
    disableNotifications: wanted.disableNotifications,
    marketingConsent: wanted.marketingConsent,
    locale,
    extendedFields: wanted.extendedFields,
    createdAt: now,
    updatedAt: now,
    anonymizedAt: null,
  }
  await insertRsvp(tx, rsvp)
  const movement = { eventId, status, rsvps: 1, guests: totalGuestsOf(rsvp), beyondLimit: options.ignoreLimits }
  await moveRsvpCounts(tx, siteId, { locked: [counts], movements: [movement] })
  await recordRsvps(tx, [rsvp], { what: 'created', actor: actorOf(identity), now })
  return { rsvp, event }
}

/** A member answers for itself; who may manage RSVPs says whose it is (inferred: events 13.4.16). */
function memberOf(wanted: string | null, identity: Identity): string | null {
  const own = buyerOf(identity).memberId
  if (wanted === null || wanted === own || allows(identity, 'MANAGE_RSVP')) return wanted ?? own
  throw new Refusal('PERMISSION_DENIED', 'The RSVP can only be your own.')
}

/** @throws Refusal MEMBER_ALREADY_REGISTERED, MEMBER_EMAIL_ALREADY_REGISTERED */
export async function refuseRegistered(tx: Tx, rsvp: Parameters<typeof findRegistered>[1]): Promise<void> {
  const { eventId, memberId } = rsvp
  switch (await findRegistered(tx, rsvp)) {
    case 'MEMBER':
      throw new Refusal('MEMBER_ALREADY_REGISTERED', 'This member has answered already.', { eventId, memberId })
    case 'EMAIL':
      throw new Refusal('MEMBER_EMAIL_ALREADY_REGISTERED', 'A member with this e-mail address has answered already.', {
        eventId,
      })
    case null:
  }
}

/** Whoever may not manage RSVPs has to keep the rules (events 13.4.13). */
export function refuseOptions(identity: Identity, options: Readonly<Record<string, boolean>>): void {
  if (Object.values(options).includes(true) && !allows(identity, 'MANAGE_RSVP'))
    throw new Refusal('PERMISSION_DENIED', 'Options need the permission MANAGE_RSVP.', { permission: 'MANAGE_RSVP' })
}
