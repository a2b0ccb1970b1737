import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Config, readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { StartupProblem } from '../../src/startup-problem.ts'
import { verify } from '../../src/verify.ts'
import { type Place, trust } from './clients.ts'
import { playTwelveSteps } from './twelve-steps.ts'

/**
 * `npm run journey`: plays the documented flow against the server that runs with the same settings, prints each step
 * with what came back, and ends in `verify`. With `--real-time` the expiring reservation is waited for (five minutes);
 * else its deadline is moved in the database, and the server must then do the rest.
 */
async function main(): Promise<void> {
  const config = readConfig()
  const realTime = process.argv.includes('--real-time')
  const place = await findPlace(config)
  const { sql, close } = await openDatabase(config, { use: 'visit' })
  try {
    console.log(`Playing against https://${place.apiBaseUrl}, site ${place.siteId}\n`)
    await playTwelveSteps(
      place,
      (step, result) => console.log(`${step.padEnd(40)} ${JSON.stringify(result)}`),
      async (reservationId, expirationDate) => {
        if (realTime) return delay(expirationDate.getTime() - Date.now() + 1000)
        await sql`
          update ticket_reservations
             set expires_at = created_at
           where site_id = ${place.siteId}
             and ticket_reservation_id = ${reservationId}`
      },
    )
    const { checked, breaches } = await verify(sql)
    for (const breach of breaches) console.error(JSON.stringify(breach))
    console.log(`\nverify: ${checked} laws checked, ${breaches.length} broken`)
    if (breaches.length > 0) process.exitCode = 1
  } finally {
    await close()
  }
}

async function findPlace({ dataDir, httpsPort, siteId, apiKey, host }: Config): Promise<Place> {
  if (httpsPort === null) throw new StartupProblem('The official client speaks https only; HTTPS_PORT must not be 0.')
  const apiBaseUrl = `${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${httpsPort}`
  const kept = await readFile(join(dataDir, 'api-key.json'), 'utf8').then(JSON.parse, () => ({}))
  const place = { apiBaseUrl, siteId: siteId ?? kept.siteId, apiKey: apiKey ?? kept.apiKey }
  const answers = await isReady(apiBaseUrl, join(dataDir, 'tls', 'ca.pem'))
  if (!answers || !place.siteId || !place.apiKey)
    throw new StartupProblem(`No server answers at https://${apiBaseUrl}. Start one first: npm start`)
  return place
}

async function isReady(apiBaseUrl: string, caPath: string): Promise<boolean> {
  try {
    if (existsSync(caPath)) trust(caPath)
    return (await fetch(`https://${apiBaseUrl}/readyz`)).ok
  } catch {
    return false
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof StartupProblem ? error.message : error)
  process.exitCode = 1
})
