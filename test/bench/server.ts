import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/serve.ts'
import { verify } from '../../src/verify.ts'
import { answerParent } from './child.ts'
import { startProfile } from './profile.ts'
import { collectGarbage, watchMemory } from './usage.ts'

/** The server under load: the real one, in a process of its own, with questions that its parent may ask. */
export type Ready = { url: string; siteId: string; apiKey: string; postgres: string }
export type Stock = { actualLimit: number; reserved: number; sold: number; tickets: number }

const config = { ...readConfig(), httpsPort: null }
const server = await startServer(config, pino({ level: config.logLevel }))
const { sql, siteId } = server
const [version] = await sql<{ text: string }[]>`select current_setting('server_version') as text`
const memory = watchMemory()
let stopProfile: (() => Promise<unknown>) | null = null

const answers = {
  collectGarbage,
  memoryMax: () => memory.max(),
  startProfile: async () => {
    stopProfile = await startProfile()
  },
  stopProfile: () => stopProfile?.(),
  stock: async ({ eventId, ticketDefinitionId }: { eventId: string; ticketDefinitionId: string }) => {
    const [stock] = await sql<Stock[]>`
      select actual_limit, reserved, sold,
             (select count(*) from tickets where site_id = ${siteId} and event_id = ${eventId}) as tickets
        from inventory
       where site_id = ${siteId}
         and ticket_definition_id = ${ticketDefinitionId}`
    return stock
  },
  verify: async () => {
    await sql`analyze` // a minute's load is more than the planner has heard of
    return verify(sql, 3)
  },
}

answerParent(
  { url: server.httpUrl, siteId, apiKey: server.apiKey ?? '', postgres: version?.text ?? '' } satisfies Ready,
  answers,
  () => server.stop(),
)
