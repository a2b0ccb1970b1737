import type { Config } from '../config.ts'
import { StartupProblem } from '../startup-problem.ts'
import { connect, type Sql } from './connect.ts'
import { findEmbeddedDatabase, startEmbeddedDatabase } from './embedded.ts'

export type OpenDatabase = {
  sql: Sql
  /** In words, for a person. */
  description: string
  close: () => Promise<void>
}

/**
 * The database of this installation: the server of DATABASE_URL, else the embedded one of the data directory.
 * @param use `own` starts the embedded one and stops it again; `visit` uses it beside a running server, and starts it
 *   only where none runs
 * @throws StartupProblem
 */
export async function openDatabase(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  { use, onExit }: { use: 'own' | 'visit'; onExit?: (reason: string) => void },
): Promise<OpenDatabase> {
  if (databaseUrl !== null) {
    const sql = connect({ url: databaseUrl })
    await checkReachable(sql, databaseUrl)
    return { sql, description: 'the PostgreSQL of DATABASE_URL', close: () => sql.end({ timeout: 5 }) }
  }
  const running = use === 'visit' ? await findEmbeddedDatabase(dataDir) : null
  if (running) {
    const sql = connect(running)
    return { sql, description: 'embedded PostgreSQL (running)', close: () => sql.end({ timeout: 5 }) }
  }
  const embedded = await startEmbeddedDatabase({ dataDir, ...(onExit && { onExit }) })
  const sql = connect(embedded.connection)
  return {
    sql,
    description: `embedded PostgreSQL (${FOUND[embedded.found]})`,
    close: async () => {
      await sql.end({ timeout: 5 })
      await embedded.stop()
    },
  }
}

const FOUND = {
  new: 'new',
  stopped: 'started',
  adopted: 'taken over from a killed server',
  crashed: 'recovered after a crash',
} as const

async function checkReachable(sql: Sql, databaseUrl: string): Promise<void> {
  try {
    await sql`select 1`
  } catch (error) {
    await sql.end({ timeout: 1 })
    const { host, pathname } = new URL(databaseUrl)
    const reason = error instanceof Error ? error.message || String(error) : String(error)
    throw new StartupProblem(`The database ${pathname.slice(1)} at ${host} cannot be used: ${reason}`, { cause: error })
  }
}
