import type { Tx } from '../db/connect.ts'
import { admissionOpensAt, type StoredEvent } from '../events/model.ts'
import { shareEvents } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { invalid, Refusal } from '../refusals.ts'
import { moveGuest } from '../rsvps/check-in.ts'
import { type Rsvp, totalGuestsOf } from '../rsvps/model.ts'
import { listRsvpsById, lockRsvps } from '../rsvps/store.ts'
import { lockTicketsThere, moveCheckIns } from '../tickets/check-in.ts'
import type { Ticket } from '../tickets/model.ts'
import { type CheckInChange, listEventsOfTickets } from '../tickets/store.ts'
import {
  comingOf,
  everyNumberOf,
  guestNumber,
  leftOf,
  parseGuestNumber,
  stateOfRsvp,
  stateOfTicket,
} from './entries.ts'
import {
  type At,
  type Coming,
  type Ended,
  guestMeant,
  type Judged,
  judge,
  judgeLetIn,
  type PassageKind,
  type Scan,
  type Subject,
} from './model.ts'
import {
  insertConflicts,
  insertScans,
  listCameIn,
  listDoubles,
  listPassages,
  listScans,
  markLetIn,
  type NewConflict,
  resolveConflicts,
  type TakenScan,
  writePassages,
} from './store.ts'

/** A scan, and what its device read. */
export type ReadScan = Scan & {
  /** Of this event or another; null: nothing of ours, or an RSVP's code, which stands for all who come by it. */
  number: string | null
  /** Whose code it was; `number` then says whom of them the device means, if it does. */
  rsvpId: string | null
  codeOfEventId: string | null
}

/** What is told of a scan that was taken, now or before. */
export type Taken = {
  scan: TakenScan
  /** Of this event; null: none of its own. */
  number: string | null
  /** The other event that it is for, be it another site's; null: none that is known. */
  otherEventId: string | null
}

type By = { identity: Identity; now: Date }

/**
 * Takes what a device scanned, in the order given: what was taken before is told again, and changes nothing. Numbers are
 * locked, so that of two doors at the same moment one comes second.
 * @throws InvalidRequest for an id that stands for another scan already
 * @throws Refusal UNAVAILABLE when the same scans arrive twice at the same moment
 */
export async function takeScans(
  tx: Tx,
  { event, scans }: { event: StoredEvent; scans: readonly ReadScan[] },
  { identity, now }: By,
): Promise<Taken[]> {
  const { siteId } = event
  const read = await readSubjects(tx, event, [...new Set(scans.flatMap(numbersOf))])
  const before = await listScans(
    tx,
    siteId,
    scans.map(each => each.scanId),
  )
  const { taken, fresh, comings, passages, opened, ended, letInAfterAll } = decideAll(scans, {
    event,
    read,
    before,
    now,
  })
  await moveComings(tx, { event, read, comings }, { identity, now })
  const inserted = await insertScans(tx, siteId, fresh)
  if (inserted < fresh.length) throw new Refusal('UNAVAILABLE', 'The same scans are being taken. Send them again.')
  await markLetIn(tx, siteId, letInAfterAll)
  await writePassages(tx, siteId, passages)
  await insertConflicts(tx, siteId, opened)
  const by = whoOf(identity)
  for (const resolution of ['UNDONE', 'LEFT'] as const) {
    const conflictIds = ended.filter(each => each.resolution === resolution).map(each => each.conflictId)
    await resolveConflicts(tx, event, conflictIds, { resolution, by, now })
  }
  return taken
}

function numbersOf({ number, rsvpId }: ReadScan): string[] {
  return rsvpId === null ? [number ?? []].flat() : everyNumberOf(rsvpId)
}

type Decided = {
  taken: Taken[]
  fresh: TakenScan[]
  comings: Moved[]
  /** Of scans of before: who left and who came back by them. */
  passages: Map<string, PassageKind | null>
  opened: NewConflict[]
  /** Conflicts that ended. */
  ended: Ended[]
  /** Scans of before. */
  letInAfterAll: string[]
}

/** Who came in by a number, and whether they are out for the moment. */
type Moved = { number: string; is: (Coming & { out: Coming | null }) | null }

/** Judges scans one after the other, each by what the ones before it left. */
function decideAll(
  scans: readonly ReadScan[],
  { event, read, before, now }: { event: StoredEvent; read: Read; before: readonly TakenScan[]; now: Date },
): Decided {
  const { siteId, eventId } = event
  const known = new Map(before.map(scan => [scan.scanId, scan]))
  const subjects = new Map(read.subjects)
  const decided: Decided = {
    taken: [],
    fresh: [],
    comings: [],
    passages: new Map(),
    opened: [],
    ended: [],
    letInAfterAll: [],
  }
  for (const [index, scan] of scans.entries()) {
    const earlier = known.get(scan.scanId)
    if (earlier) refuseOtherScan(earlier, { eventId, ...scan }, index)
    const subject = subjectOf(scan, earlier?.number ?? null, subjects)
    const { number } = earlier ?? subject ?? { number: null } // what was told stays so, though an RSVP is gone meanwhile
    const otherEventId = number === null ? otherEventOf(scan, read.elsewhere, eventId) : null
    const at: At = {
      subject,
      elsewhere: otherEventId !== null,
      opensAt: admissionOpensAt(event),
      reentry: event.reentry,
      newId: newGuid,
    }
    const judged = earlier ? judgedAgain(earlier, scan, at) : judge(scan, at)
    const row = earlier ?? rowOf(scan, judged, { siteId, eventId, number, now })
    if (!earlier) decided.fresh.push(row)
    else if (judged.letIn !== earlier.letIn) {
      if (!decided.fresh.includes(earlier)) decided.letInAfterAll.push(earlier.scanId)
      Object.assign(earlier, { letIn: true, offline: true })
    }
    for (const { conflictId, second, first, reason } of judged.opened)
      decided.opened.push({ siteId, conflictId, eventId, number, reason, scanId: second.scanId, first, openedAt: now })
    decided.ended.push(...judged.ended)
    if (judged.subject && subject) {
      takeMove(decided, subject, judged.subject)
      subjects.set(subject.number, judged.subject)
    }
    known.set(row.scanId, row)
    decided.taken.push({ scan: row, number, otherEventId })
  }
  return decided
}

/** @param before whom it stood for when it was taken; null: it is new, or stood for nobody */
function subjectOf(scan: ReadScan, before: string | null, subjects: ReadonlyMap<string, Subject>): Subject | null {
  const number = before ?? scan.number
  if (before !== null || scan.rsvpId === null) return number === null ? null : (subjects.get(number) ?? null)
  return guestMeant(
    everyNumberOf(scan.rsvpId).flatMap(each => subjects.get(each) ?? []),
    scan,
  )
}

/** Takes over what a scan changed of a number: who is in or out, and what earlier scans mean now. */
function takeMove(decided: Decided, before: Subject, after: Subject): void {
  const { number, coming, out } = after
  if (coming !== before.coming || out?.scanId !== before.out?.scanId)
    decided.comings.push({ number, is: coming && { ...coming, out } })
  const was = new Map(before.passages.map(each => [each.scanId, each.passage]))
  const is = new Map(after.passages.map(each => [each.scanId, each.passage]))
  for (const scanId of new Set([...was.keys(), ...is.keys()])) {
    const passage = is.get(scanId) ?? null
    if (passage === (was.get(scanId) ?? null)) continue
    const row = decided.fresh.find(each => each.scanId === scanId)
    if (row) row.passage = passage
    else decided.passages.set(scanId, passage)
  }
}

/**
 * What was judged before, once more. Only a device that got no answer, and has let somebody in whom we had refused, says
 * something new.
 */
function judgedAgain(earlier: TakenScan, scan: Scan, at: At): Judged {
  const { result, first, letIn, scanId, scannedAt, scannedBy: by, device } = earlier
  if (!letIn && scan.kind === 'ENTER' && scan.offline && scan.accepted)
    return judgeLetIn({ at: scannedAt, by, scanId, device }, { result, first }, at)
  return { result, first, letIn, subject: at.subject, opened: [], ended: [] }
}

export function whoOf(identity: Identity): { kind: string; id: string } {
  const { kind, id } = actorOf(identity)
  return { kind, id }
}

type Read = {
  tickets: ReadonlyMap<string, Ticket>
  rsvps: Map<string, Rsvp>
  /** What is known of the numbers of this event, locked. */
  subjects: ReadonlyMap<string, Subject>
  /** Numbers of other events of the site, with which. */
  elsewhere: ReadonlyMap<string, string>
}

/** Reads and locks what stands behind numbers: tickets after their orders, or RSVPs after their event. */
async function readSubjects(tx: Tx, event: StoredEvent, numbers: readonly string[]): Promise<Read> {
  const { siteId, eventId } = event
  const rsvpIds = [...new Set(numbers.flatMap(number => parseGuestNumber(number)?.rsvpId ?? []))]
  const ticketNumbers = numbers.filter(number => parseGuestNumber(number) === null)
  const isAsked = new Set(numbers)
  const eventOf = new Map((await listEventsOfTickets(tx, siteId, ticketNumbers)).map(each => [each.ticketNumber, each]))
  const elsewhere = new Map<string, string>()
  for (const [number, each] of eventOf) if (each.eventId !== eventId) elsewhere.set(number, each.eventId)
  for (const { rsvpId, eventId: other } of await listRsvpsById(tx, siteId, rsvpIds))
    if (other !== eventId)
      for (const number of numbers) if (number.startsWith(`${rsvpId}:`)) elsewhere.set(number, other)

  const own = ticketNumbers.filter(number => eventOf.get(number)?.eventId === eventId)
  const locked = own.length === 0 ? [] : await lockTicketsThere(tx, { siteId, eventId, ticketNumbers: own })
  if (rsvpIds.length > 0) await shareEvents(tx, siteId, [eventId])
  const rsvps = (await lockRsvps(tx, siteId, rsvpIds)).filter(rsvp => rsvp.eventId === eventId)
  const tickets = new Map(locked.map(ticket => [ticket.ticketNumber, ticket]))
  const found = [
    ...locked.map(ticket => ({
      number: ticket.ticketNumber,
      state: stateOfTicket(ticket),
      coming: comingOfTicket(ticket),
      outScanId: ticket.outScanId,
    })),
    ...rsvps.flatMap(rsvp =>
      Array.from({ length: totalGuestsOf(rsvp) }, (_, index) => ({
        number: guestNumber(rsvp.rsvpId, index + 1),
        state: stateOfRsvp(rsvp),
        coming: comingOf(rsvp, index + 1),
        outScanId: leftOf(rsvp, index + 1)?.scanId ?? null,
      })).filter(({ number }) => isAsked.has(number)),
    ),
  ]
  const scanIds = found.flatMap(({ coming }) => coming?.scanId ?? [])
  const cameIn = await listCameIn(tx, siteId, scanIds)
  const named = { siteId, eventId, numbers: found.map(({ number }) => number) }
  const [allDoubles, allPassages] = [await listDoubles(tx, named), await listPassages(tx, named)]
  const subjects = found.map(({ number, state, coming, outScanId }): [string, Subject] => {
    const scanned = coming?.scanId ? cameIn.get(coming.scanId) : undefined
    const now = coming && (scanned ?? { at: coming.at, by: coming.by, scanId: null, device: null })
    const doubles = allDoubles.filter(each => each.number === number)
    const passages = allPassages.filter(each => each.number === number)
    const out = passages.find(({ scanId }) => scanId === outScanId) ?? null
    return [number, { number, state, coming: now, doubles, passages, out }]
  })
  return { tickets, rsvps: new Map(rsvps.map(rsvp => [rsvp.rsvpId, rsvp])), subjects: new Map(subjects), elsewhere }
}

function comingOfTicket({ checkedInAt: at, checkedInBy: by, checkInScanId: scanId }: Ticket): Coming | null {
  return at && by && { at, by, scanId }
}

/** Another event that the site has a ticket of, or whose name is in a code that we signed. */
function otherEventOf({ number, codeOfEventId }: ReadScan, elsewhere: Read['elsewhere'], eventId: string) {
  const other = (number === null ? undefined : elsewhere.get(number)) ?? codeOfEventId
  return other === eventId ? null : other
}

/** @throws InvalidRequest for an id that another scan has */
function refuseOtherScan(
  before: TakenScan,
  { eventId, kind, number, rsvpId }: Pick<ReadScan, 'kind' | 'number' | 'rsvpId'> & { eventId: string },
  index: number,
): void {
  // Of what was nothing of ours the number is not kept.
  const isSameNumber =
    before.number === null ||
    (rsvpId === null ? before.number === number : parseGuestNumber(before.number)?.rsvpId === rsvpId)
  const isSame = before.eventId === eventId && before.kind === kind && isSameNumber
  if (!isSame) throw invalid(`scans[${index}].id`, 'stands for another scan already', 'REPEATED')
}

function rowOf(
  scan: Scan,
  judged: Judged,
  of: { siteId: string; eventId: string; number: string | null; now: Date },
): TakenScan {
  const { now, ...named } = of
  return {
    ...named,
    scanId: scan.scanId,
    kind: scan.kind,
    scannedAt: scan.at,
    deviceAt: scan.deviceAt,
    receivedAt: now,
    gate: scan.gate,
    device: scan.device,
    offline: scan.offline,
    letIn: judged.letIn,
    passage: null,
    result: judged.result,
    scannedBy: scan.by,
    first: judged.first,
  }
}

/** Writes who came in, who was taken back, and who is out; of a number that changed several times each change is a fact. */
async function moveComings(
  tx: Tx,
  { event: { siteId, eventId }, read, comings }: { event: StoredEvent; read: Read; comings: readonly Moved[] },
  { identity, now }: By,
): Promise<void> {
  const actor = actorOf(identity)
  const was = new Map([...read.tickets].map(([number, ticket]) => [number, ticket.checkedInAt]))
  let round: CheckInChange[] = []
  for (const { number, is } of comings) {
    const guest = parseGuestNumber(number)
    const rsvp = guest && read.rsvps.get(guest.rsvpId)
    if (guest && rsvp) {
      read.rsvps.set(rsvp.rsvpId, await moveGuest(tx, { rsvp, guestId: guest.guestId, is }, { actor, now }))
      continue
    }
    if (round.some(each => each.ticketNumber === number)) {
      await moveCheckIns(tx, { siteId, eventId, changes: round }, { actor, now })
      round = []
    }
    round.push({
      ticketNumber: number,
      was: was.get(number) ?? null,
      is: is && { ...is, out: is.out?.scanId ? { at: is.out.at, scanId: is.out.scanId } : null },
    })
    was.set(number, is?.at ?? null)
  }
  await moveCheckIns(tx, { siteId, eventId, changes: round }, { actor, now })
}
