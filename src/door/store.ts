import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { CameIn, Coming, Double, Ended, Passage, PassageKind, Result, ScanKind, Who } from './model.ts'

/** A scan as it was taken, and what came of it. */
export type TakenScan = {
  siteId: string
  scanId: string
  eventId: string
  kind: ScanKind
  number: string | null
  scannedAt: Date
  deviceAt: Date
  receivedAt: Date
  gate: string
  device: string
  offline: boolean
  letIn: boolean
  /** Somebody left by it, or came back; null: neither, or that was taken back. */
  passage: PassageKind | null
  result: Result
  scannedBy: Who
  first: Coming | null
}

type ScanRow = Omit<TakenScan, 'first'> & { firstAt: Date | null; firstScanId: string | null; firstBy: Who | null }

/** Scans that were taken already, of whatever event, by their ids. */
export async function listScans(db: Db, siteId: string, scanIds: readonly string[]): Promise<TakenScan[]> {
  if (scanIds.length === 0) return []
  const rows = await db<ScanRow[]>`
    select site_id, scan_id, event_id, kind, number, scanned_at, device_at, received_at, gate, device, offline, let_in,
           passage, result, scanned_by, first_at, first_scan_id, first_by
      from door_scans
     where site_id = ${siteId}
       and scan_id = any(${[...scanIds]})`
  return rows.map(({ firstAt, firstScanId, firstBy, ...scan }) => ({
    ...scan,
    first: firstAt && firstBy && { at: firstAt, by: firstBy, scanId: firstScanId },
  }))
}

/** Writes new scans; how many of them were new: who sends the same ones at the same moment finds them written. */
export async function insertScans(tx: Tx, siteId: string, scans: readonly TakenScan[]): Promise<number> {
  if (scans.length === 0) return 0
  const rows = scans.map(scan => ({
    scan_id: scan.scanId,
    event_id: scan.eventId,
    kind: scan.kind,
    number: scan.number,
    scanned_at: scan.scannedAt,
    device_at: scan.deviceAt,
    received_at: scan.receivedAt,
    gate: scan.gate,
    device: scan.device,
    offline: scan.offline,
    let_in: scan.letIn,
    passage: scan.passage,
    result: scan.result,
    scanned_by: scan.scannedBy,
    first_at: scan.first?.at,
    first_scan_id: scan.first?.scanId,
    first_by: scan.first?.by,
  }))
  const inserted = await tx`
    insert into door_scans (
      site_id, scan_id, event_id, kind, number, scanned_at, device_at, received_at, gate, device, offline, let_in,
      passage, result, scanned_by, first_at, first_scan_id, first_by
    )
    select ${siteId}, scan_id, event_id, kind, number, scanned_at, device_at, received_at, gate, device, offline, let_in,
           passage, result, scanned_by, first_at, first_scan_id, first_by
      from jsonb_to_recordset(${jsonb(tx, rows)}) as taken (
             scan_id uuid, event_id uuid, kind text, number text, scanned_at timestamptz, device_at timestamptz,
             received_at timestamptz, gate text, device text, offline boolean, let_in boolean, passage text,
             result text, scanned_by jsonb, first_at timestamptz, first_scan_id uuid, first_by jsonb
           )
        on conflict (site_id, scan_id) do nothing`
  return inserted.count
}

/** Of scans that were refused: their device has let somebody in all the same, for our answer did not reach it. */
export async function markLetIn(tx: Tx, siteId: string, scanIds: readonly string[]): Promise<void> {
  await tx`
    update door_scans
       set let_in = true, offline = true
     where site_id = ${siteId}
       and scan_id = any(${[...scanIds]})`
}

/** Writes of scans that were taken before who left and who came back by them; null: nobody, or it was taken back. */
export async function writePassages(
  tx: Tx,
  siteId: string,
  passages: ReadonlyMap<string, PassageKind | null>,
): Promise<void> {
  if (passages.size === 0) return
  await tx`
    update door_scans
       set passage = changed.passage
      from unnest(${[...passages.keys()]}::uuid[], ${[...passages.values()]}::text[]) as changed (scan_id, passage)
     where door_scans.site_id = ${siteId}
       and door_scans.scan_id = changed.scan_id`
}

/** Who left and came back by numbers of an event, in that order: of each number the last hundred. */
export async function listPassages(
  db: Db,
  { siteId, eventId, numbers }: { siteId: string; eventId: string; numbers: readonly string[] },
): Promise<(Passage & { number: string })[]> {
  if (numbers.length === 0) return []
  return db`
    select passages.number, passages.scan_id, passages.scanned_at as at, passages.scanned_by as by, passages.device,
           passages.passage, passages.result
      from unnest(${[...numbers]}::text[]) as asked (number)
     cross join lateral (
             select number, scan_id, scanned_at, received_at, scanned_by, device, passage, result
               from door_scans
              where site_id = ${siteId}
                and event_id = ${eventId}
                and door_scans.number = asked.number
                and passage is not null
              order by scanned_at desc, received_at desc
              limit ${PASSAGES_MAX}
           ) as passages
     order by passages.scanned_at, passages.received_at, passages.scan_id`
}

const PASSAGES_MAX = 100

export type Conflict = {
  siteId: string
  conflictId: string
  eventId: string
  number: string | null
  /** What the scan should have said. */
  reason: Result
  scanId: string
  /** Who had come earlier; null where nobody had, and it was for another reason. */
  first: Coming | null
  openedAt: Date
  resolvedAt: Date | null
  resolvedBy: Who | null
  resolution: Resolution | null
}

/** One of the two was taken back; the first had left before the other came; or a person looked at it. */
export type Resolution = Ended['resolution'] | 'SEEN'

export type NewConflict = Omit<Conflict, 'resolvedAt' | 'resolvedBy' | 'resolution'>

/** Writes new conflicts; one of a scan that has an open one already adds nothing. */
export async function insertConflicts(tx: Tx, siteId: string, conflicts: readonly NewConflict[]): Promise<void> {
  if (conflicts.length === 0) return
  const rows = conflicts.map(({ conflictId, eventId, number, reason, scanId, first, openedAt }) => ({
    conflict_id: conflictId,
    event_id: eventId,
    number,
    reason,
    scan_id: scanId,
    first_scan_id: first?.scanId,
    first_at: first?.at,
    first_by: first?.by,
    opened_at: openedAt,
  }))
  await tx`
    insert into door_conflicts (
      site_id, conflict_id, event_id, number, reason, scan_id, first_scan_id, first_at, first_by, opened_at
    )
    select ${siteId}, conflict_id, event_id, number, reason, scan_id, first_scan_id, first_at, first_by, opened_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as opened (
             conflict_id uuid, event_id uuid, number text, reason text, scan_id uuid, first_scan_id uuid,
             first_at timestamptz, first_by jsonb, opened_at timestamptz
           )
        on conflict (site_id, scan_id) where resolved_at is null do nothing`
}

/** Resolves those of an event that are open. */
export async function resolveConflicts(
  tx: Tx,
  { siteId, eventId }: { siteId: string; eventId: string },
  conflictIds: readonly string[],
  { resolution, by, now }: { resolution: Resolution; by: Who; now: Date },
): Promise<void> {
  if (conflictIds.length === 0) return
  await tx`
    update door_conflicts
       set resolution = ${resolution}, resolved_by = ${jsonb(tx, by)}, resolved_at = ${now}
     where site_id = ${siteId}
       and event_id = ${eventId}
       and conflict_id = any(${[...conflictIds]})
       and resolved_at is null`
}

/** Who came in by scans, by the scan. */
export async function listCameIn(db: Db, siteId: string, scanIds: readonly string[]): Promise<Map<string, CameIn>> {
  if (scanIds.length === 0) return new Map()
  const rows = await db<CameIn[]>`
    select scan_id, scanned_at as at, scanned_by as by, device
      from door_scans
     where site_id = ${siteId}
       and scan_id = any(${[...scanIds]})`
  return new Map(rows.map(row => [row.scanId, row]))
}

/** Who else is in by numbers of an event, in the order in which that came out. */
export async function listDoubles(
  db: Db,
  { siteId, eventId, numbers }: { siteId: string; eventId: string; numbers: readonly string[] },
): Promise<(Double & { number: string })[]> {
  if (numbers.length === 0) return []
  return db`
    select conflicts.number, conflicts.conflict_id, scans.scan_id, scans.scanned_at as at, scans.scanned_by as by,
           scans.device
      from door_conflicts as conflicts
      join door_scans as scans using (site_id, scan_id)
     where conflicts.site_id = ${siteId}
       and conflicts.event_id = ${eventId}
       and conflicts.number = any(${[...numbers]})
       and conflicts.reason = 'ALREADY_IN'
       and conflicts.resolved_at is null
     order by conflicts.opened_at, conflicts.conflict_id`
}

/** A conflict as it is read: with the scans that it names. */
export type ReadConflict = Conflict & { scan: ScanOf; firstScan: ScanOf | null }
export type ScanOf = Pick<TakenScan, 'scanId' | 'scannedAt' | 'gate' | 'device' | 'scannedBy' | 'offline'>

/** Conflicts of an event, the newest first; `isOpen` null: whether they are resolved or not. */
export async function listConflicts(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
  { isOpen, before, limit }: { isOpen: boolean | null; before: ConflictPlace | null; limit: number },
): Promise<ReadConflict[]> {
  const rows = await db<ConflictRow[]>`
    ${selectConflicts(db, siteId)}
       and conflicts.event_id = ${eventId}
       and ${isOpen === null ? db`true` : db`(conflicts.resolved_at is null) = ${isOpen}`}
       and ${before ? db`(conflicts.opened_at, conflicts.conflict_id) < (${before.openedAt}, ${before.conflictId}::uuid)` : db`true`}
     order by conflicts.opened_at desc, conflicts.conflict_id desc
     limit ${limit}`
  return rows.map(ofRow)
}
export type ConflictPlace = { openedAt: Date; conflictId: string }

export async function findConflict(
  db: Db,
  { siteId, eventId, conflictId }: { siteId: string; eventId: string; conflictId: string },
): Promise<ReadConflict | null> {
  const [row] = await db<ConflictRow[]>`
    ${selectConflicts(db, siteId)}
       and conflicts.event_id = ${eventId}
       and conflicts.conflict_id = ${conflictId}`
  return row ? ofRow(row) : null
}

type ConflictRow = Omit<Conflict, 'first'> &
  Omit<ScanOf, 'scanId'> & {
    firstScanId: string | null
    firstAt: Date | null
    firstBy: Who | null
    firstGate: string | null
    firstDevice: string | null
    firstOffline: boolean | null
  }

function selectConflicts(db: Db, siteId: string): Fragment {
  return db`
    select conflicts.site_id, conflicts.conflict_id, conflicts.event_id, conflicts.number, conflicts.reason,
           conflicts.scan_id, conflicts.first_scan_id, conflicts.first_at, conflicts.first_by, conflicts.opened_at,
           conflicts.resolved_at, conflicts.resolved_by, conflicts.resolution, scans.scanned_at, scans.gate,
           scans.device, scans.scanned_by, scans.offline, firsts.gate as first_gate, firsts.device as first_device,
           firsts.offline as first_offline
      from door_conflicts as conflicts
      join door_scans as scans using (site_id, scan_id)
      left join door_scans as firsts
        on firsts.site_id = conflicts.site_id
       and firsts.scan_id = conflicts.first_scan_id
     where conflicts.site_id = ${siteId}`
}

function ofRow({
  scannedAt,
  gate,
  device,
  scannedBy,
  offline,
  firstScanId,
  firstAt,
  firstBy,
  firstGate,
  firstDevice,
  firstOffline,
  ...conflict
}: ConflictRow): ReadConflict {
  const { scanId } = conflict
  return {
    ...conflict,
    first: firstAt && firstBy && { at: firstAt, by: firstBy, scanId: firstScanId },
    scan: { scanId, scannedAt, gate, device, scannedBy, offline },
    firstScan:
      firstScanId !== null && firstAt && firstBy
        ? {
            scanId: firstScanId,
            scannedAt: firstAt,
            gate: firstGate ?? '',
            device: firstDevice ?? '',
            scannedBy: firstBy,
            offline: firstOffline ?? false,
          }
        : null,
  }
}

/** Where scans were made, by their ids. */
export async function listGatesOfScans(
  db: Db,
  siteId: string,
  scanIds: readonly string[],
): Promise<Map<string, { gate: string; device: string }>> {
  if (scanIds.length === 0) return new Map()
  const rows = await db<{ scanId: string; gate: string; device: string }[]>`
    select scan_id, gate, device
      from door_scans
     where site_id = ${siteId}
       and scan_id = any(${[...scanIds]})`
  return new Map(rows.map(row => [row.scanId, row]))
}

type ScanKey = { siteId: string; scanId: string }

/** Locks scans of before a moment, of events that ended before it, or are gone, that nothing was forgotten of yet. */
export async function listOldScans(tx: Tx, { before, limit }: { before: Date; limit: number }): Promise<ScanKey[]> {
  return tx<ScanKey[]>`
    select scans.site_id, scans.scan_id
      from door_scans as scans
      left join events using (site_id, event_id)
     where scans.device <> ''
       and scans.received_at < ${before}
       and (events.end_at is null or events.end_at < ${before})
     order by scans.received_at
     limit ${limit}
       for update of scans skip locked`
}

/** Removes those of these scans by which nobody is in, and which stand in no conflict. */
export async function removeScans(tx: Tx, scans: readonly ScanKey[]): Promise<void> {
  await tx`
    delete from door_scans as scans
     using ${keysOf(tx, scans)}
     where scans.site_id = old.site_id
       and scans.scan_id = old.scan_id
       and scans.passage is null
       and not exists (
             select from tickets
              where tickets.site_id = scans.site_id
                and tickets.ticket_number = scans.number
                and tickets.check_in_scan_id = scans.scan_id
           )
       and not exists (
             select from rsvps
              where rsvps.site_id = scans.site_id
                and rsvps.rsvp_id = case when scans.number ~ ':' then split_part(scans.number, ':', 1)::uuid end
                and rsvps.check_ins @> jsonb_build_array(jsonb_build_object('scanId', scans.scan_id))
           )
       and not exists (
             select from door_conflicts as conflicts
              where conflicts.site_id = scans.site_id
                and scans.scan_id in (conflicts.scan_id, conflicts.first_scan_id)
           )`
}

/** Which device it was, and what its clock showed. */
export async function forgetDevices(tx: Tx, scans: readonly ScanKey[]): Promise<void> {
  await tx`
    update door_scans as scans
       set device = '', device_at = scans.scanned_at
      from ${keysOf(tx, scans)}
     where scans.site_id = old.site_id
       and scans.scan_id = old.scan_id`
}

function keysOf(db: Db, scans: readonly ScanKey[]): Fragment {
  return db`
    unnest(
      ${scans.map(({ siteId }) => siteId)}::uuid[], ${scans.map(({ scanId }) => scanId)}::uuid[]
    ) as old (site_id, scan_id)`
}
