import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { FoundSession, RedirectSession } from './model.ts'

/** Sessions of one reservation that are kept; of more, the oldest go. */
const SESSIONS_MAX = 10

/**
 * Takes away along with it what the reservation has too many of, and up to 100 that ended a day ago: the table stays as
 * large as a day's sales.
 */
export async function insertSession(tx: Tx, session: RedirectSession, linkHash: Buffer): Promise<void> {
  const { siteId, ticketReservationId, createdAt } = session
  await tx`
    with too_many as (
      select redirect_session_id
        from redirect_sessions
       where site_id = ${siteId}
         and ticket_reservation_id = ${ticketReservationId}
       order by created_at desc, redirect_session_id
      offset ${SESSIONS_MAX - 1}
    ), old as (
      select redirect_session_id
        from redirect_sessions
       where site_id = ${siteId}
         and expires_at < ${new Date(createdAt.getTime() - 86_400_000)}
       order by expires_at
       limit 100
         for update skip locked
    ), deleted as (
      delete from redirect_sessions
       where site_id = ${siteId}
         and redirect_session_id in (select redirect_session_id from too_many union select redirect_session_id from old)
    )
    insert into redirect_sessions (
      site_id, redirect_session_id, revision, event_id, ticket_reservation_id, thank_you_page_url, post_flow_url, query,
      link_hash, created_at, expires_at
    )
    values (
      ${siteId}, ${session.redirectSessionId}, ${session.revision}, ${session.eventId}, ${ticketReservationId},
      ${session.thankYouPageUrl}, ${session.postFlowUrl}, ${jsonb(tx, session.query)}, ${linkHash}, ${createdAt},
      ${session.expiresAt}
    )`
}

export async function lockSessionByLink(tx: Tx, siteId: string, linkHash: Buffer): Promise<FoundSession | null> {
  const [row] = await tx<FoundSession[]>`
    select ${columns(tx)}
      from ${source(tx, siteId)}
       and sessions.link_hash = ${linkHash}
       for update of sessions`
  return row ?? null
}

export async function findSessionByBrowser(
  db: Db,
  { siteId, browserHash, usedAfter }: { siteId: string; browserHash: Buffer; usedAfter: Date },
): Promise<FoundSession | null> {
  const [row] = await db<FoundSession[]>`
    select ${columns(db)}
      from ${source(db, siteId)}
       and sessions.browser_hash = ${browserHash}
       and sessions.used_at > ${usedAfter}`
  return row ?? null
}

function columns(db: Db): Fragment {
  return db`
    sessions.site_id, sessions.redirect_session_id, sessions.revision, sessions.event_id,
    sessions.ticket_reservation_id, sessions.thank_you_page_url, sessions.post_flow_url, sessions.query,
    sessions.created_at, sessions.expires_at, sessions.used_at, sessions.browser_hash,
    reservations.status, reservations.expires_at as held_until, reservations.order_number, reservations.visitor_id,
    reservations.member_id`
}

function source(db: Db, siteId: string): Fragment {
  return db`
         redirect_sessions as sessions
    left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
   where sessions.site_id = ${siteId}`
}

/** Marks a session as used by one browser. */
export async function markUsed(
  tx: Tx,
  { siteId, redirectSessionId }: Pick<RedirectSession, 'siteId' | 'redirectSessionId'>,
  { browserHash, now }: { browserHash: Buffer; now: Date },
): Promise<void> {
  await tx`
    update redirect_sessions
       set revision = revision + 1,
           used_at = ${now},
           browser_hash = ${browserHash}
     where site_id = ${siteId}
       and redirect_session_id = ${redirectSessionId}`
}

/** Removes where the buyers of anonymized orders came from, and what their sites said about them (R191). */
export async function removeSessionsOf(tx: Tx, siteId: string, reservationIds: readonly string[]): Promise<void> {
  await tx`
    delete from redirect_sessions
     where site_id = ${siteId}
       and ticket_reservation_id = any(${[...reservationIds]})`
}
