import { type Static, Type } from 'typebox'
import { money, toCommonMoney } from '../money.ts'
import type { Texts } from '../texts/texts.ts'
import { seatFact } from '../tickets/shown.ts'
import { present } from '../wire/plain-object.ts'
import { CommonMoneyOut, InstantOut } from '../wire/shapes.ts'
import type { Entry } from './entries.ts'
import type { Coming } from './model.ts'
import { keyOf, type Names } from './names.ts'
import type { ReadConflict, ScanOf } from './store.ts'

const COMING = {
  date: InstantOut,
  gate: Type.Optional(Type.String()),
  device: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
}
const ComingOut = Type.Object(COMING)

export const DoorEventOut = Type.Object({
  id: Type.String(),
  title: Type.String(),
  kind: Type.String(),
  startDate: Type.Optional(InstantOut),
  endDate: Type.Optional(InstantOut),
  timeZoneId: Type.Optional(Type.String()),
  place: Type.String(),
  admissionOpensDate: Type.Optional(InstantOut),
  gates: Type.Array(Type.String()),
  reentry: Type.Boolean(),
  admits: Type.Integer(),
  came: Type.Integer(),
  inside: Type.Integer(),
  mayAddGuests: Type.Boolean(),
  maySell: Type.Boolean(),
})

export const EntryOut = Type.Object({
  number: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  guestName: Type.String(),
  buyerName: Type.String(),
  orderNumber: Type.Optional(Type.String()),
  definitionName: Type.Optional(Type.String()),
  seat: Type.Optional(Type.String()),
  due: Type.Optional(CommonMoneyOut),
  checkIn: Type.Optional(ComingOut),
  left: Type.Optional(ComingOut),
})

export function toWireEntry(entry: Entry, { names, texts }: { names: Names; texts: Texts }): Static<typeof EntryOut> {
  const { number, kind, state, guestName, buyerName, orderNumber, definitionName, due, coming, left } = entry
  return {
    number,
    kind,
    state,
    guestName,
    buyerName,
    ...present({
      orderNumber,
      definitionName,
      seat: entry.seatInfo && seatFact(entry, texts)[1],
      due: due && toCommonMoney(money(due.amountMinor, due.currency)),
      checkIn: coming && toWireComing(coming, { gate: coming.gate, device: null, names }),
      left: left && toWireComing(left, { gate: left.gate, device: null, names }),
    }),
  }
}

export function toWireComing(
  { at, by }: Pick<Coming, 'at' | 'by'>,
  { gate, device, names }: { gate: string | null; device: string | null; names: Names },
): Static<typeof ComingOut> {
  return { date: at, ...present({ gate, device, by: names.get(keyOf(by)) }) }
}

export const ScanResultOut = Type.Object({
  id: Type.String(),
  result: Type.String(),
  date: InstantOut,
  /** Somebody came in by it and should not have. */
  conflict: Type.Boolean(),
  entry: Type.Optional(EntryOut),
  first: Type.Optional(ComingOut),
  left: Type.Optional(ComingOut),
  admissionOpensDate: Type.Optional(InstantOut),
  otherEvent: Type.Optional(Type.Object({ id: Type.String(), title: Type.String() })),
})

export const ConflictOut = Type.Object({
  id: Type.String(),
  reason: Type.String(),
  number: Type.Optional(Type.String()),
  entry: Type.Optional(EntryOut),
  scan: Type.Object({ id: Type.String(), offline: Type.Boolean(), ...COMING }),
  first: Type.Optional(Type.Object({ id: Type.Optional(Type.String()), ...COMING })),
  openedDate: InstantOut,
  resolvedDate: Type.Optional(InstantOut),
  resolvedBy: Type.Optional(Type.String()),
  resolution: Type.Optional(Type.String()),
})

export function toWireConflict(
  conflict: ReadConflict,
  { entry, names, texts }: { entry: Entry | null; names: Names; texts: Texts },
): Static<typeof ConflictOut> {
  const { conflictId, reason, number, scan, first, firstScan, openedAt, resolvedAt, resolvedBy, resolution } = conflict
  const told = ({ scannedAt, scannedBy, gate, device }: ScanOf) =>
    toWireComing({ at: scannedAt, by: scannedBy }, { gate, device, names })
  return {
    id: conflictId,
    reason,
    ...present({ number, entry: entry && toWireEntry(entry, { names, texts }) }),
    scan: { id: scan.scanId, offline: scan.offline, ...told(scan) },
    ...(firstScan && { first: { id: firstScan.scanId, ...told(firstScan) } }),
    ...(first && !firstScan && { first: toWireComing(first, { gate: null, device: null, names }) }),
    openedDate: openedAt,
    ...present({
      resolvedDate: resolvedAt,
      resolvedBy: resolvedBy && names.get(keyOf(resolvedBy)),
      resolution,
    }),
  }
}

export const FiguresOut = Type.Object({
  admits: Type.Integer(),
  came: Type.Integer(),
  inside: Type.Integer(),
  definitions: Type.Array(
    Type.Object({
      ticketDefinitionId: Type.String(),
      name: Type.String(),
      admits: Type.Integer(),
      came: Type.Integer(),
      inside: Type.Integer(),
    }),
  ),
  gates: Type.Array(
    Type.Object({ gate: Type.Optional(Type.String()), entered: Type.Integer(), inside: Type.Integer() }),
  ),
  minutes: Type.Array(Type.Object({ date: InstantOut, entered: Type.Integer() })),
  openConflicts: Type.Integer(),
})
