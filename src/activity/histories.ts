import type { Db, Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'

/**
 * Makes sure that the order of activities goes on where it was: called before a process writes the first one. The
 * numbers of transactions are those of one PostgreSQL cluster, so a database that was carried to another one (restored,
 * dumped, upgraded) begins a history of its own there, whose positions are above all that were carried along. Any
 * number of processes may call it at once.
 */
export async function keepHistory(tx: Tx): Promise<void> {
  const cluster = await readCluster(tx)
  if ((await findPresent(tx))?.cluster === cluster) return
  // Who writes activities has committed when this is granted, and nobody else writes one until we have.
  await tx`lock table activities in access exclusive mode`
  if ((await findPresent(tx))?.cluster !== cluster) await begin(tx, cluster)
}

/** Begins a history that shares with the one before it what is there now, and nothing else. */
export async function beginHistory(tx: Tx): Promise<void> {
  await tx`lock table activities in access exclusive mode`
  await begin(tx, await readCluster(tx))
}

async function begin(tx: Tx, cluster: string): Promise<void> {
  const [last] = await tx<{ xact: number; smallestOffset: number }[]>`
    select coalesce(max(xact), 0) as xact,
           coalesce(max(xact), 0) + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint as smallest_offset
      from activities`
  const { xact = 0, smallestOffset = 0 } = last ?? {}
  const offset = Math.max((await findPresent(tx))?.xactOffset ?? 0, smallestOffset)
  await tx`update activity_histories set ended_xact = ${xact} where ended_xact is null`
  await tx`
    insert into activity_histories (history_id, cluster, xact_offset)
    values (${newGuid()}, ${cluster}, ${offset})`
  // In the default, for it costs the hot path nothing there. A number of our own: no text of anybody gets in.
  await tx.unsafe(
    `alter table activities alter column xact set default (pg_current_xact_id()::text::bigint + ${offset})`,
  )
}

/** Which database of which cluster this is; another one after a restore, an upgrade, or when a standby took over. */
async function readCluster(db: Db): Promise<string> {
  const [row] = await db<{ cluster: string }[]>`
    select concat_ws('/', system_identifier, timeline_id, pg_database.oid) as cluster
      from pg_control_system(), pg_control_checkpoint(), pg_database
     where datname = current_database()`
  if (!row) throw new Error('PostgreSQL does not say which database this is')
  return row.cluster
}

async function findPresent(db: Db): Promise<{ cluster: string; xactOffset: number } | null> {
  const [row] = await db<{ cluster: string; xactOffset: number }[]>`
    select cluster, xact_offset from activity_histories where ended_xact is null`
  return row ?? null
}
