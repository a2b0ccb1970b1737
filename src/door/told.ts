import type { Static } from 'typebox'
import type { Db } from '../db/connect.ts'
import { admissionOpensAt, type StoredEvent } from '../events/model.ts'
import { listEventsById } from '../events/store.ts'
import { type Identity, mayActOn } from '../identities/identity.ts'
import { getSite } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { present } from '../wire/plain-object.ts'
import { type Entry, listRsvpEntries, listTicketEntries, parseGuestNumber } from './entries.ts'
import type { Who } from './model.ts'
import { namesOf } from './names.ts'
import type { Taken } from './scan.ts'
import { listGatesOfScans, type ReadConflict } from './store.ts'
import {
  type ConflictOut,
  type EntryOut,
  type ScanResultOut,
  toWireComing,
  toWireConflict,
  toWireEntry,
} from './wire.ts'

/** Entries as they are told, in the site's language. */
export async function tellEntries(
  db: Db,
  { siteId }: StoredEvent,
  entries: readonly Entry[],
): Promise<Static<typeof EntryOut>[]> {
  const context = await contextOf(db, siteId, entries.flatMap(peopleOf))
  return entries.map(entry => toWireEntry(entry, context))
}

/** What came of scans, to who sent them: of another event no more than who sends may know. */
export async function tellResults(
  db: Db,
  event: StoredEvent,
  { taken, identity }: { taken: readonly Taken[]; identity: Identity },
): Promise<Static<typeof ScanResultOut>[]> {
  const { siteId } = event
  const firsts = taken.flatMap(({ scan }) => scan.first ?? [])
  const others = taken.flatMap(({ otherEventId }) => otherEventId ?? []).filter(id => mayActOn(identity, id))
  const entries = await entriesOf(
    db,
    event,
    taken.flatMap(({ number }) => number ?? []),
  )
  const people = [...firsts, ...[...entries.values()].flatMap(({ coming, left }) => [coming ?? [], left ?? []].flat())]
  const context = await contextOf(
    db,
    siteId,
    people.map(({ by }) => by),
  )
  const gates = await listGatesOfScans(
    db,
    siteId,
    firsts.flatMap(({ scanId }) => scanId ?? []),
  )
  const events = new Map((await listEventsById(db, siteId, others)).map(each => [each.eventId, each]))
  const opensAt = admissionOpensAt(event)
  return taken.map(({ scan, number, otherEventId }) => {
    const { scanId, result, scannedAt, letIn, first } = scan
    const entry = entries.get(number ?? '')
    const other = events.get(otherEventId ?? '')
    const { gate = null, device = null } = gates.get(first?.scanId ?? '') ?? {}
    return {
      id: scanId,
      result,
      date: scannedAt,
      conflict: letIn && result !== 'ADMITTED',
      ...present({
        entry: entry && toWireEntry(entry, context),
        [result === 'ALREADY_IN' ? 'first' : 'left']:
          first && toWireComing(first, { gate, device, names: context.names }),
        admissionOpensDate: result === 'NOT_YET' ? opensAt : null,
        otherEvent: other && { id: other.eventId, title: other.title },
      }),
    }
  })
}

export async function tellConflicts(
  db: Db,
  event: StoredEvent,
  conflicts: readonly ReadConflict[],
): Promise<Static<typeof ConflictOut>[]> {
  const entries = await entriesOf(
    db,
    event,
    conflicts.flatMap(({ number }) => number ?? []),
  )
  const people = [
    ...conflicts.flatMap(({ scan, first, resolvedBy }) => [scan.scannedBy, first?.by ?? [], resolvedBy ?? []].flat()),
    ...[...entries.values()].flatMap(peopleOf),
  ]
  const context = await contextOf(db, event.siteId, people)
  return conflicts.map(each => toWireConflict(each, { entry: entries.get(each.number ?? '') ?? null, ...context }))
}

function peopleOf({ coming, left }: Entry): Who[] {
  return [coming?.by ?? [], left?.by ?? []].flat()
}

async function contextOf(db: Db, siteId: string, people: readonly Who[]) {
  const { locale } = await getSite(db, siteId)
  return { names: await namesOf(db, siteId, people), texts: textsIn(locale) }
}

async function entriesOf(db: Db, event: StoredEvent, numbers: readonly string[]): Promise<Map<string, Entry>> {
  const named = new Set(numbers)
  const rsvpIds = [...named].flatMap(number => parseGuestNumber(number)?.rsvpId ?? [])
  const found = [
    ...(await listTicketEntries(db, event, { numbers: [...named].filter(number => !parseGuestNumber(number)) })),
    ...(await listRsvpEntries(db, event, [...new Set(rsvpIds)])),
  ]
  return new Map(found.filter(({ number }) => named.has(number)).map(entry => [entry.number, entry]))
}
