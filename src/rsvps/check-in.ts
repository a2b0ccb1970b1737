import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { type InvalidRequest, invalid, Refusal } from '../refusals.ts'
import { type CheckIn, countCheckedIn, type Rsvp, totalGuestsOf } from './model.ts'
import { recordRsvps, updateRsvp } from './store.ts'
import { lockRsvpAndEvent } from './update.ts'

export type RsvpCheckIn = {
  rsvpId: string
  /** Whose event it must be to; null: any. */
  eventId: string | null
  /** null: all that it can be done to (inferred: events 13.5.5). */
  guestIds: readonly number[] | null
  /** When it happened; null: now. */
  at: Date | null
}
type Caller = { identity: Identity; now: Date }
type Actor = { kind: string; id: string }
type By = { actor: Actor; now: Date }

/**
 * Checks guests of an RSVP in: all of those named or none (events 13.5.5).
 * @throws Refusal RSVP_NOT_FOUND, GUEST_NOT_FOUND, GUEST_ALREADY_CHECKED_IN, FAILED_PRECONDITION for who does not come
 * @throws InvalidRequest INVALID_CHECK_IN_TIME for a moment that is still to come
 */
export async function checkInGuests(tx: Tx, wanted: RsvpCheckIn, { identity, now }: Caller): Promise<Rsvp> {
  const at = momentOf(wanted.at, 'checkInDate', now)
  const { rsvp } = await lockRsvpAndEvent(tx, wanted, identity)
  const { rsvpId, status } = rsvp
  // inferred: at the door a "no" and a place in the waitlist do not admit; the organizer can make them a "yes".
  if (status !== 'YES')
    throw new Refusal('FAILED_PRECONDITION', 'Only guests who come can be checked in.', { rsvpId, reason: status })
  const guestIds = guestsOf(rsvp, wanted.guestIds)
  const outside = guestIds.filter(guestId => !isInside(rsvp, guestId))
  if (outside.length === 0 || (wanted.guestIds && outside.length < guestIds.length))
    throw new Refusal('GUEST_ALREADY_CHECKED_IN', 'The guest is checked in already.', {
      rsvpId,
      guestIds: guestIds.filter(guestId => isInside(rsvp, guestId)),
    })
  const by = actorOf(identity)
  const change = (before: CheckIn): CheckIn => ({ ...before, at: at.toISOString(), by, scanId: null })
  return write(tx, { rsvp, guestIds: outside, change, what: 'checked_in' }, { actor: by, now })
}

/**
 * Takes check-ins back, all of those named or none (events 13.5.6).
 * @throws Refusal RSVP_NOT_FOUND, GUEST_NOT_FOUND, GUEST_NOT_CHECKED_IN
 * @throws InvalidRequest INVALID_CHECK_IN_TIME for a moment that is still to come, or before the check-in
 */
export async function cancelCheckIn(tx: Tx, wanted: RsvpCheckIn, { identity, now }: Caller): Promise<Rsvp> {
  const at = momentOf(wanted.at, 'checkInCanceledDate', now)
  const { rsvp } = await lockRsvpAndEvent(tx, wanted, identity)
  const { rsvpId } = rsvp
  const guestIds = guestsOf(rsvp, wanted.guestIds)
  const inside = guestIds.filter(guestId => isInside(rsvp, guestId))
  if (inside.length === 0 || (wanted.guestIds && inside.length < guestIds.length))
    throw new Refusal('GUEST_NOT_CHECKED_IN', 'The guest is not checked in.', {
      rsvpId,
      guestIds: guestIds.filter(guestId => !isInside(rsvp, guestId)),
    })
  if (wanted.at && rsvp.checkIns.some(each => inside.includes(each.guestId) && each.at && at < new Date(each.at)))
    throw invalidTime('checkInCanceledDate', 'must not be before the check-in')
  const canceledBy = actorOf(identity)
  const change = (before: CheckIn): CheckIn => canceledCheckIn(before, { at, by: canceledBy })
  return write(tx, { rsvp, guestIds: inside, change, what: 'check_in_canceled' }, { actor: canceledBy, now })
}

/**
 * Writes what the check-in of one guest of a locked RSVP is now, as the door has judged it. One that becomes another is a
 * change of the RSVP, for nobody came or left. Who leaves for the moment, and comes back, does not change the check-in.
 * @param move.is null: not inside any more, since `now`
 */
export async function moveGuest(
  tx: Tx,
  { rsvp, guestId, is }: { rsvp: Rsvp; guestId: number; is: DoorCheckIn | null },
  { actor, now }: By,
): Promise<Rsvp> {
  if (is === null) {
    const change = (before: CheckIn) => canceledCheckIn(before, { at: now, by: actor })
    return write(tx, { rsvp, guestIds: [guestId], change, what: 'check_in_canceled' }, { actor, now })
  }
  const { at, by, scanId, out } = is
  const left = out?.scanId ? { out: { at: out.at.toISOString(), by: out.by, scanId: out.scanId } } : {}
  const change = ({ out: _, ...before }: CheckIn): CheckIn => ({ ...before, at: at.toISOString(), by, scanId, ...left })
  const was = rsvp.checkIns.find(each => each.guestId === guestId)?.at ?? null
  const isSame = was !== null && new Date(was).getTime() === at.getTime()
  const what = was === null ? 'checked_in' : !isSame ? 'updated' : out ? 'left' : 'came_back'
  return write(tx, { rsvp, guestIds: [guestId], change, what }, { actor, now })
}

/** A check-in as the door has judged it, and since when its guest is out for the moment. */
type DoorCheckIn = { at: Date; by: Actor; scanId: string | null; out: Omit<DoorCheckIn, 'out'> | null }

function canceledCheckIn({ out: _, ...before }: CheckIn, { at, by }: { at: Date; by: Actor }): CheckIn {
  return { ...before, at: null, scanId: null, canceledAt: at.toISOString(), canceledBy: by }
}

async function write(
  tx: Tx,
  {
    rsvp,
    guestIds,
    change,
    what,
  }: { rsvp: Rsvp; guestIds: readonly number[]; change: (before: CheckIn) => CheckIn; what: string },
  { actor, now }: By,
): Promise<Rsvp> {
  const untouched = rsvp.checkIns.filter(({ guestId }) => !guestIds.includes(guestId))
  const changed = guestIds.map(guestId =>
    change(rsvp.checkIns.find(each => each.guestId === guestId) ?? { guestId, ...NEVER }),
  )
  const checkIns = [...untouched, ...changed].sort((one, other) => one.guestId - other.guestId)
  const checkedInGuests = countCheckedIn(checkIns)
  const after: Rsvp = { ...rsvp, checkIns, checkedInGuests, revision: rsvp.revision + 1, updatedAt: now }
  await updateRsvp(tx, after)
  await recordRsvps(tx, [after], { what, actor, now, dataOf: () => ({ guestIds }) })
  return after
}

const NEVER = { at: null, by: null, canceledAt: null, canceledBy: null }

/** @throws Refusal GUEST_NOT_FOUND */
function guestsOf(rsvp: Rsvp, named: readonly number[] | null): number[] {
  const total = totalGuestsOf(rsvp)
  const unknown = named?.find(guestId => guestId > total)
  if (unknown !== undefined)
    throw new Refusal('GUEST_NOT_FOUND', 'The RSVP has no such guest.', { rsvpId: rsvp.rsvpId, guestId: unknown })
  return named ? [...new Set(named)] : Array.from({ length: total }, (_, index) => index + 1)
}

export function isInside({ checkIns }: Rsvp, guestId: number): boolean {
  return checkIns.some(each => each.guestId === guestId && each.at !== null)
}

/** inferred: what is still to come has not happened (events 13.5.5). */
function momentOf(at: Date | null, field: string, now: Date): Date {
  if (at && at > now) throw invalidTime(field, 'must not be in the future')
  return at ?? now
}

function invalidTime(field: string, description: string): InvalidRequest {
  return invalid(field, description, 'INVALID_CHECK_IN_TIME')
}
