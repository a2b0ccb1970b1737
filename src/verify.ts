import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Sql, Tx } from './db/connect.ts'

/** One law that the database breaks, with the rows that break it. */
export type Breach = { law: string; rows: Record<string, unknown>[]; total: number }

type Plans = 'NEW' | 'KEPT'

export type Verdict = { laws: string[]; checked: number; breaches: Breach[] }

/**
 * Runs every file of invariants/ on one snapshot of a live database; each selects the rows that break a law.
 * @param rowsMax rows shown per law
 * @param plans `KEPT` by the connection: quicker where few rows are asked again and again; those that the laws were first
 *   asked of decide how all later ones are read
 * @returns the laws that are broken; none is healthy
 */
export async function verify(sql: Sql, rowsMax = 20, plans: Plans = 'NEW'): Promise<Verdict> {
  return sql.begin('isolation level repeatable read read only', async tx => {
    await tx`set local statement_timeout = '10min'`
    return checkLaws(tx, rowsMax, plans)
  }) as Promise<Verdict> // postgres.js unwraps arrays of promises in its type; there are none
}

/** The same on what a transaction sees; one that sees a single snapshot, if others write meanwhile. */
export async function checkLaws(tx: Tx, rowsMax = 20, plans: Plans = 'NEW'): Promise<Verdict> {
  known ??= readLaws()
  const laws = await known
  const breaches: Breach[] = []
  for (const { law, text } of laws) {
    const rows = await tx.unsafe<Record<string, unknown>[]>(text, [], plans === 'KEPT' ? PREPARED : {})
    if (rows.length > 0) breaches.push({ law, rows: rows.slice(0, rowsMax), total: rows.length })
  }
  return { laws: laws.map(({ law }) => law), checked: laws.length, breaches }
}

const PREPARED = { prepare: true, simple: false }

let known: ReturnType<typeof readLaws> | undefined

const DIRECTORY = fileURLToPath(new URL('../invariants/', import.meta.url))

async function readLaws(): Promise<{ law: string; text: string }[]> {
  const names = (await readdir(DIRECTORY)).filter(name => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async name => ({ law: name.replace('.sql', ''), text: await readFile(`${DIRECTORY}${name}`, 'utf8') })),
  )
}
