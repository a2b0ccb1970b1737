import { type Activity, CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { endDueSales, startDueSales, type Told } from './sale-store.ts'

/**
 * The job: writes down that sales have started or ended, each once for each time that the clock or an edit brings that
 * about (R111), also those that did so while nobody worked, in that order.
 * @returns how many facts that were
 */
export async function tellSales(sql: Sql, now: Date): Promise<number> {
  const started = await inPieces(sql, tx => tell(tx, startDueSales, 'sale_started', now))
  return started + (await inPieces(sql, tx => tell(tx, endDueSales, 'sale_ended', now)))
}

async function inPieces(sql: Sql, piece: (tx: Tx) => Promise<number>): Promise<number> {
  let told = 0
  for (let round = 0; round < PIECES_MAX; round += 1) {
    const count = await inTransaction(sql, piece)
    told += count
    if (count < DEFINITIONS_OF_PIECE) break
  }
  return told
}

/** Of one transaction. */
const DEFINITIONS_OF_PIECE = 200
/** Of one run; the next one goes on. */
const PIECES_MAX = 50

async function tell(
  tx: Tx,
  markDue: (tx: Tx, due: { limit: number; now: Date }) => Promise<Told[]>,
  what: 'sale_started' | 'sale_ended',
  now: Date,
): Promise<number> {
  const told = await markDue(tx, { limit: DEFINITIONS_OF_PIECE, now })
  await record(
    tx,
    told.map(
      ({ siteId, ticketDefinitionId, eventId, revision }): Activity => ({
        siteId,
        entityKind: 'ticket_definition',
        entityId: ticketDefinitionId,
        sequence: revision,
        kind: `ticket_definition.${what}`,
        data: { eventId },
        actor: CLOCK,
        occurredAt: now,
      }),
    ),
  )
  return told.length
}
