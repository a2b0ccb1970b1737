import { type Activity, record } from '../activity/record.ts'
import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { Page, Paged } from '../wire/pages.ts'
import type { Rsvp } from './model.ts'

export async function findRsvp(db: Db, siteId: string, rsvpId: string): Promise<Rsvp | null> {
  return (await listRsvpsById(db, siteId, [rsvpId]))[0] ?? null
}

export async function listRsvpsById(db: Db, siteId: string, rsvpIds: readonly string[]): Promise<Rsvp[]> {
  return db<Rsvp[]>`
    select ${columns(db)}
      from rsvps
     where site_id = ${siteId}
       and rsvp_id = any(${[...rsvpIds]})`
}

export async function findRsvpOfAnySite(
  db: Db,
  { rsvpId, eventId }: { rsvpId: string; eventId: string },
): Promise<Rsvp | null> {
  const [row] = await db<Rsvp[]>`
    select ${columns(db)}
      from sites
      join rsvps using (site_id)
     where rsvps.rsvp_id = ${rsvpId}
       and rsvps.event_id = ${eventId}`
  return row ?? null
}

/** @throws Refusal RSVP_NOT_FOUND */
export async function getRsvp(db: Db, siteId: string, rsvpId: string): Promise<Rsvp> {
  const rsvp = await findRsvp(db, siteId, rsvpId)
  if (!rsvp) throw rsvpNotFound(rsvpId)
  return rsvp
}

export function rsvpNotFound(rsvpId: string): Refusal {
  return new Refusal('RSVP_NOT_FOUND', 'There is no such RSVP.', { rsvpId })
}

/** Locks the named RSVPs in id order; their events are shared or locked already. */
export async function lockRsvps(tx: Tx, siteId: string, rsvpIds: readonly string[]): Promise<Rsvp[]> {
  if (rsvpIds.length === 0) return []
  return tx<Rsvp[]>`
    select ${columns(tx)}
      from rsvps
     where site_id = ${siteId}
       and rsvp_id = any(${[...rsvpIds]})
     order by rsvp_id
       for update`
}

/** Writes a new RSVP. A member's second one breaks rsvps_member_is_registered_once. */
export async function insertRsvp(tx: Tx, rsvp: Rsvp): Promise<void> {
  const { siteId, rsvpId, eventId, locale, createdAt } = rsvp
  await tx`
    insert into rsvps ${tx({ siteId, rsvpId, eventId, locale, createdAt, ...writableColumns(tx, rsvp) })}`
}

/** Writes all that can change of a locked RSVP. */
export async function updateRsvp(tx: Tx, rsvp: Rsvp): Promise<void> {
  await tx`
    update rsvps
       set ${tx(writableColumns(tx, rsvp))}
     where site_id = ${rsvp.siteId}
       and rsvp_id = ${rsvp.rsvpId}`
}

function writableColumns(tx: Tx, rsvp: Rsvp) {
  return {
    revision: rsvp.revision,
    status: rsvp.status,
    statusAt: rsvp.statusAt,
    firstName: rsvp.firstName,
    lastName: rsvp.lastName,
    email: rsvp.email,
    contactId: rsvp.contactId,
    memberId: rsvp.memberId,
    answers: jsonb(tx, rsvp.answers),
    additionalGuests: rsvp.additionalGuests,
    guestNames: [...rsvp.guestNames],
    checkIns: jsonb(tx, rsvp.checkIns),
    checkedInGuests: rsvp.checkedInGuests,
    disableNotifications: rsvp.disableNotifications,
    marketingConsent: rsvp.marketingConsent,
    extendedFields: jsonb(tx, rsvp.extendedFields),
    updatedAt: rsvp.updatedAt,
    anonymizedAt: rsvp.anonymizedAt,
  }
}

/** Some RSVPs of a contact, in id order. */
export async function listRsvpsOfContact(
  db: Db,
  siteId: string,
  { contactId, limit }: { contactId: string; limit: number },
): Promise<{ rsvpId: string; eventId: string }[]> {
  return db`
    select rsvp_id, event_id
      from rsvps
     where site_id = ${siteId}
       and contact_id = ${contactId}
     order by rsvp_id
     limit ${limit}`
}

/** Deletes locked RSVPs. */
export async function deleteRsvps(tx: Tx, siteId: string, rsvpIds: readonly string[]): Promise<void> {
  await tx`
    delete from rsvps
     where site_id = ${siteId}
       and rsvp_id = any(${[...rsvpIds]})`
}

/**
 * Whether the member, or a member with the e-mail address, has an RSVP to the event already, other than this one. Under
 * the lock of the event's counts nobody gets one meanwhile.
 */
export async function findRegistered(
  tx: Tx,
  { siteId, eventId, rsvpId, memberId, email }: Pick<Rsvp, 'siteId' | 'eventId' | 'rsvpId' | 'memberId' | 'email'>,
): Promise<'MEMBER' | 'EMAIL' | null> {
  const [found] = await tx<{ sameMember: boolean }[]>`
    select member_id is not distinct from ${memberId}::uuid as same_member
      from rsvps
     where site_id = ${siteId}
       and event_id = ${eventId}
       and rsvp_id <> ${rsvpId}
       and member_id is not null
       and (member_id = ${memberId}::uuid or lower(email) = lower(${email}))
     order by same_member desc
     limit 1`
  return found ? (found.sameMember ? 'MEMBER' : 'EMAIL') : null
}

/** Some of a site's RSVPs: what the query finds, of these events alone unless null. */
export type RsvpSelection = { siteId: string; eventIds: readonly string[] | null; where: Fragment }

export async function listRsvps(db: Db, selection: RsvpSelection, page: Page): Promise<(Rsvp & Paged)[]> {
  return db<(Rsvp & Paged)[]>`
    select ${columns(db)}, ${page.key}
      from rsvps
     where ${selected(db, selection)}
     ${page.rest}`
}

export async function countRsvps(db: Db, selection: RsvpSelection): Promise<number> {
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from rsvps
     where ${selected(db, selection)}`
  return row?.total ?? 0
}

export function selected(db: Db, { siteId, eventIds, where }: RsvpSelection): Fragment {
  const named = eventIds && [...eventIds]
  return db`
    rsvps.site_id = ${siteId}
       and (${named}::uuid[] is null or rsvps.event_id = any(${named}::uuid[]))
       and ${where}`
}

/** The next RSVPs of a selection in id order, those alone that were there at a moment. */
export async function listNextRsvps(
  db: Db,
  selection: RsvpSelection,
  { after, limit, createdBefore }: { after: string | null; limit: number; createdBefore: Date },
): Promise<{ rsvpId: string; eventId: string }[]> {
  return db`
    select rsvp_id, event_id
      from rsvps
     where ${selected(db, selection)}
       and (${after}::uuid is null or rsvp_id > ${after}::uuid)
       and created_at <= ${createdBefore}
     order by rsvp_id
     limit ${limit}`
}

export type RsvpSummary = {
  eventId: string
  yesGuests: number
  noGuests: number
  waitlistGuests: number
  rsvps: number
}

/** How many answered each event how; events that are not there are not among them. */
export async function summariesOf(db: Db, siteId: string, eventIds: readonly string[]): Promise<RsvpSummary[]> {
  return db<RsvpSummary[]>`
    select events.event_id,
           coalesce(counts.yes_guests, 0) as yes_guests,
           coalesce(counts.no_guests, 0) as no_guests,
           coalesce(counts.waitlist_guests, 0) as waitlist_guests,
           coalesce(counts.yes_rsvps + counts.no_rsvps + counts.waitlist_rsvps, 0) as rsvps
      from events
      left join rsvp_counts as counts using (site_id, event_id)
     where events.site_id = ${siteId}
       and events.event_id = any(${[...eventIds]})
     order by array_position(${[...eventIds]}::uuid[], events.event_id)`
}

/** Writes the facts that made RSVPs what they are now; nothing personal is among them. */
export async function recordRsvps(
  tx: Tx,
  rsvps: readonly Rsvp[],
  {
    what,
    actor,
    now,
    dataOf = () => ({}),
  }: { what: string; actor: Activity['actor']; now: Date; dataOf?: (rsvp: Rsvp) => Readonly<Record<string, unknown>> },
): Promise<void> {
  await record(
    tx,
    rsvps.map(rsvp => ({
      siteId: rsvp.siteId,
      entityKind: 'rsvp',
      entityId: rsvp.rsvpId,
      sequence: rsvp.revision,
      kind: `rsvp.${what}`,
      data: { eventId: rsvp.eventId, status: rsvp.status, ...dataOf(rsvp) },
      actor,
      occurredAt: now,
    })),
  )
}

function columns(db: Db): Fragment {
  return db`
    rsvps.site_id, rsvps.rsvp_id, rsvps.event_id, rsvps.revision, rsvps.status, rsvps.status_at, rsvps.first_name,
    rsvps.last_name, rsvps.email, rsvps.contact_id, rsvps.member_id, rsvps.answers, rsvps.additional_guests,
    rsvps.guest_names, rsvps.check_ins, rsvps.checked_in_guests, rsvps.disable_notifications, rsvps.marketing_consent,
    rsvps.locale, rsvps.extended_fields, rsvps.created_at, rsvps.updated_at, rsvps.anonymized_at`
}
