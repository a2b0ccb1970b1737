import { upsertContacts } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { shareEvents } from '../events/store.ts'
import { getForm } from '../forms/store.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { lockOrCreateRsvpCounts, moveRsvpCounts, type RsvpCounts } from '../inventory/rsvp-counts.ts'
import { Refusal, refuseIf } from '../refusals.ts'
import { refuseRegistered } from './create.ts'
import {
  checkInsOfGuests,
  countCheckedIn,
  type Reply,
  type Rsvp,
  type RsvpOptions,
  refusalOfAnswers,
  refusalOfEvent,
  refusalOfGuests,
  refusalOfStatus,
  refusalOfTransition,
  statusGiven,
  totalGuestsOf,
} from './model.ts'
import { getRsvp, lockRsvps, recordRsvps, rsvpNotFound, updateRsvp } from './store.ts'

/** What of an RSVP is to change; what is absent stays. */
export type RsvpChange = Partial<Reply> &
  Partial<Pick<Rsvp, 'disableNotifications' | 'marketingConsent' | 'extendedFields'>>

export type RsvpUpdate = {
  rsvpId: string
  /** Whose event it must be to; null: any. */
  eventId: string | null
  /** The revision that the caller has seen; null: whatever it is. */
  revision: number | null
  /** Of what is stored. */
  changeOf: (stored: Rsvp) => RsvpChange
  options: RsvpOptions
}

/**
 * Changes an RSVP; the rules of a new one hold for what changes (events 13.5.1). Places are taken and freed with it.
 * @throws Refusal RSVP_NOT_FOUND, ABORTED for a stale revision, and those of `createRsvp`; INVALID_RSVP_STATUS for a
 *   status that it cannot go to
 */
export async function changeRsvp(
  tx: Tx,
  { rsvpId, eventId, revision, changeOf, options }: RsvpUpdate,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Rsvp> {
  const { siteId } = identity
  const { event, rsvp: before } = await lockRsvpAndEvent(tx, { rsvpId, eventId }, identity)
  if (revision !== null && revision !== before.revision)
    throw new Refusal('ABORTED', 'The RSVP has changed since the revision you sent. Read it again.', {
      currentRevision: String(before.revision),
    })
  const wanted = { ...before, ...changeOf(before) }
  if (before.anonymizedAt && saysWho(before, wanted))
    throw new Refusal('FAILED_PRECONDITION', 'The RSVP was anonymized.', { rsvpId, reason: 'ANONYMIZED' })
  await refuseChange(tx, { event, before, wanted, options }, now)

  const { firstName, lastName, email } = wanted
  const isRenamed = firstName !== before.firstName || lastName !== before.lastName || email !== before.email
  const [contactId = before.contactId] = isRenamed
    ? await upsertContacts(tx, siteId, [{ firstName, lastName, email }], now)
    : []
  const counts = await lockCountsOf(tx, event)
  if (email !== before.email) await refuseRegistered(tx, wanted)
  const isMoved = wanted.status !== before.status || wanted.additionalGuests !== before.additionalGuests
  const status = isMoved
    ? statusGiven(wanted, { before, counts, settings: event.rsvpSettings, options })
    : before.status
  if (status instanceof Refusal) throw status

  const checkIns = checkInsOfGuests(wanted)
  const after: Rsvp = {
    ...wanted,
    status,
    statusAt: status === before.status ? before.statusAt : now,
    contactId,
    checkIns,
    checkedInGuests: countCheckedIn(checkIns),
    revision: before.revision + 1,
    updatedAt: now,
  }
  await updateRsvp(tx, after)
  const counted = { eventId: event.eventId, beyondLimit: options.ignoreLimits }
  if (isMoved)
    await moveRsvpCounts(tx, siteId, {
      locked: [counts],
      movements: [
        { ...counted, status: before.status, rsvps: -1, guests: -totalGuestsOf(before) },
        { ...counted, status, rsvps: 1, guests: totalGuestsOf(after) },
      ],
    })
  const was = before.status === after.status ? {} : { was: before.status }
  const data = { ...was, ...freedBy(before, after) }
  await recordRsvps(tx, [after], { what: 'updated', actor: actorOf(identity), now, dataOf: () => data })
  return after
}

/**
 * Locks an RSVP after its event was shared: who deletes an event locks in the same sequence.
 * @throws Refusal RSVP_NOT_FOUND, PERMISSION_DENIED for an event that a staff member was not given
 */
export async function lockRsvpAndEvent(
  tx: Tx,
  { rsvpId, eventId }: { rsvpId: string; eventId: string | null },
  identity: Identity,
): Promise<{ event: StoredEvent; rsvp: Rsvp }> {
  const { siteId } = identity
  const found = await getRsvp(tx, siteId, rsvpId)
  if (eventId !== null && found.eventId !== eventId) throw rsvpNotFound(rsvpId)
  refuseOtherEvents(identity, found.eventId)
  const [event] = await shareEvents(tx, siteId, [found.eventId])
  const [rsvp] = await lockRsvps(tx, siteId, [rsvpId])
  if (!event || !rsvp) throw rsvpNotFound(rsvpId)
  return { event, rsvp }
}

function lockCountsOf(tx: Tx, { siteId, eventId, rsvpSettings }: StoredEvent): Promise<RsvpCounts> {
  return lockOrCreateRsvpCounts(tx, { siteId, eventId, guestLimit: rsvpSettings.limit ?? null })
}

type Judged = { event: StoredEvent; before: Rsvp; wanted: Rsvp; options: RsvpOptions }

/** The rules of what changes; whether there is room is judged under the lock of the counts. */
async function refuseChange(tx: Tx, { event, before, wanted, options }: Judged, now: Date): Promise<void> {
  if (wanted.status !== before.status) {
    refuseIf(refusalOfEvent(event, options, now))
    refuseIf(refusalOfStatus(wanted.status, { settings: event.rsvpSettings, mayManage: true, ...options }))
    refuseIf(refusalOfTransition(before, wanted.status, options))
  }
  const answersChange = !same(wanted.answers, before.answers)
  const guestsChange =
    wanted.additionalGuests !== before.additionalGuests || !same(wanted.guestNames, before.guestNames)
  if (!saysWho(before, wanted) && !guestsChange) return
  const form = await getForm(tx, event.siteId, event.eventId)
  if (saysWho(before, wanted))
    refuseIf(refusalOfAnswers(form, wanted, { onlyNames: options.ignoreFormValidation || !answersChange }))
  if (guestsChange) refuseIf(refusalOfGuests(form, wanted, options))
}

function saysWho(before: Rsvp, wanted: Rsvp): boolean {
  return (['firstName', 'lastName', 'email', 'answers'] as const).some(name => !same(wanted[name], before[name]))
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** How many places became free, for whoever tells those who wait (events 13.5.2). */
export function freedBy(before: Rsvp, after: Rsvp | null): { placesFreed?: number } {
  const taken = (rsvp: Rsvp | null) => (rsvp?.status === 'YES' ? totalGuestsOf(rsvp) : 0)
  const placesFreed = taken(before) - taken(after)
  return placesFreed > 0 ? { placesFreed } : {}
}
