import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { findEvent } from '../events/store.ts'
import { eventPageUrlOf } from '../events/wire.ts'
import type { Keys } from '../identities/keys.ts'
import { wantLetters } from '../notifications/mails.ts'
import { findDefinition } from '../ticket-definitions/store.ts'
import { addSeconds } from '../time.ts'
import { unsubscribeUrl } from './links.ts'
import { ALERTS_OF_PIECE, isOver, turnOf } from './model.ts'
import {
  countAlerts,
  listQueues,
  lockQueue,
  removeOldUnconfirmed,
  removeQueue,
  takeAlerts,
  writeQueue,
} from './store.ts'

type Links = { keys: Keys; publicUrl: string }
type Named = { siteId: string; ticketDefinitionId: string }

/**
 * The job: looks at every definition that somebody waits for, and tells those whose turn it is. What it tells is taken
 * out in the transaction that wants the mails, so that nobody is told twice or forgotten, whoever dies.
 * @returns how many were told
 */
export async function tellOpenings(sql: Sql, now: Date, links: Links): Promise<number> {
  let told = 0
  for (const queue of await listQueues(sql, { before: addSeconds(now, -LOOK_SECONDS), limit: QUEUES_OF_RUN }))
    for (let piece = 0; piece < PIECES_MAX; piece += 1) {
      const count = await inTransaction(sql, tx => tellNext(tx, queue, { links, now }))
      told += count
      if (count < ALERTS_OF_PIECE) break
    }
  return told
}

/** How often a definition is looked at, at most. */
const LOOK_SECONDS = 4
/** Of one run; the next one goes on with those that were looked at longest ago. */
const QUEUES_OF_RUN = 100
const PIECES_MAX = 20

async function tellNext(tx: Tx, named: Named, { links, now }: { links: Links; now: Date }): Promise<number> {
  const queue = await lockQueue(tx, named)
  if (!queue) return 0
  const { siteId, ticketDefinitionId, eventId } = queue
  const definition = await findDefinition(tx, { siteId, ticketDefinitionId, now })
  const event = await findEvent(tx, siteId, eventId)
  const isNeeded = definition && event && !isOver(event, now) && (await countAlerts(tx, named, 1)) > 0
  if (!isNeeded) {
    await removeQueue(tx, named)
    return 0
  }
  const turn = turnOf({ definition, event }, queue, now)
  if (turn === 'sold out' || turn === null) {
    await writeQueue(tx, { ...queue, soldOutAt: turn === null ? queue.soldOutAt : (queue.soldOutAt ?? now) }, now)
    return 0
  }
  const taken = await takeAlerts(tx, named, turn)
  // Who waits for the opening and the return of what has opened and returned is told once.
  const opened = new Set(taken.filter(({ kind }) => kind === 'OPENING').map(({ alertId }) => alertId))
  const { base, path } = eventPageUrlOf(event, links.publicUrl)
  await wantLetters(
    tx,
    taken
      .filter(({ kind, alertId }) => kind === 'OPENING' || !opened.has(alertId))
      .map(({ alertId, kind, email, locale }) => ({
        kind: kind === 'OPENING' ? ('saleOpened' as const) : ('ticketsReturned' as const),
        to: { address: email, locale },
        eventId,
        fact: `alert/${alertId}/told`,
        values: { ticket: definition.name },
        url: base + path,
        unsubscribeUrl: unsubscribeUrl({ siteId, alertId }, links),
        isBulk: true,
      })),
    { siteId, actor: CLOCK, now },
  )
  const isReturn = queue.soldOutAt !== null && taken.length > 0
  await writeQueue(tx, { ...queue, toldAt: isReturn ? now : queue.toldAt }, now)
  return taken.length
}

/** The job: forgets what nobody confirmed within two days. */
export async function forgetUnconfirmed(sql: Sql, now: Date): Promise<number> {
  return removeOldUnconfirmed(sql, { before: addSeconds(now, -UNCONFIRMED_SECONDS), limit: 1000 })
}

const UNCONFIRMED_SECONDS = 2 * 86_400
