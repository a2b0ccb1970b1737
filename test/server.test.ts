import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { connect, type Sql } from '../src/db/connect.ts'
import { findEmbeddedDatabase } from '../src/db/embedded.ts'
import type { Caller } from './support/app.ts'
import { createDatabase } from './support/empty-database.ts'
import { checkOut, must, reserveTickets } from './support/sale.ts'

// The program as people start it: real processes of bin/boxoffice.js, in directories of their own.

const program = fileURLToPath(new URL('../bin/boxoffice.js', import.meta.url))
const isEmbedded = inject('database').url === undefined
const processes = new Set<ChildProcess>()
const cleanups: (() => Promise<unknown>)[] = []

afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL')
  for (const clean of cleanups.reverse()) await clean()
})

type Env = Record<string, string>

/** A data directory, ports, and where the tests run against DATABASE_URL a database there, of its own. */
async function aPlace(settings: Env = {}): Promise<Env & { DATA_DIR: string; PORT: string; HTTPS_PORT: string }> {
  const root = await mkdtemp(join(tmpdir(), 'boxoffice-server-'))
  // As root another account runs the database, and must be able to pass.
  await chmod(root, 0o711)
  const place = { DATA_DIR: join(root, 'data'), PORT: await freePort(), HTTPS_PORT: await freePort(), ...settings }
  cleanups.push(async () => {
    for (const pid of databasesOf(root)) process.kill(pid, 'SIGKILL')
    await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })
  if (isEmbedded) return place
  const { options, drop } = await createDatabase()
  cleanups.push(drop)
  return { ...place, DATABASE_URL: options.url ?? '' }
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return String(typeof address === 'object' && address ? address.port : 0)
}

/** The PostgreSQL processes that run below a directory. */
function databasesOf(root: string): number[] {
  const rows = execFileSync('ps', ['-A', '-ww', '-o', 'pid=', '-o', 'command='], { encoding: 'utf8' }).split('\n')
  return rows.filter(row => row.includes(`-D ${root}`)).map(row => Number.parseInt(row, 10))
}

type Run = {
  child: ChildProcess
  said: () => string
  /** Waits until it says so; fails when it ends without having said it. */
  says: (words: string) => Promise<void>
  ended: Promise<{ code: number | null; output: string }>
}

function boxoffice(args: string[], env: Env = {}, node = process.execPath): Run {
  const system = { PATH: '/usr/bin:/bin', HOME: tmpdir() }
  const child = spawn(node, [program, ...args], { env: { ...system, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  processes.add(child)
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data
      for (const listen of listeners) listen()
    })
  const ended = once(child, 'close').then(([code]) => {
    processes.delete(child)
    for (const listen of listeners) listen()
    return { code: code as number | null, output }
  })
  const says = (words: string) =>
    new Promise<void>((resolve, reject) => {
      const listen = () => {
        if (output.includes(words)) resolve()
        else if (!processes.has(child)) reject(new Error(`it ended without saying "${words}":\n${output}`))
      }
      listeners.add(listen)
      listen()
    })
  return { child, said: () => output, says, ended }
}

const run = (args: string[], env: Env = {}) => boxoffice(args, env).ended

async function serve(place: Env, node?: string): Promise<Run> {
  const server = boxoffice(['serve'], place, node)
  await server.says('Boxoffice is ready to sell.')
  return server
}

async function stop(server: Run, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
  server.child.kill(signal)
  return server.ended
}

async function openDatabase(place: Env & { DATA_DIR: string }): Promise<Sql> {
  if (place.DATABASE_URL) return connect({ url: place.DATABASE_URL, connectionsMax: 1 })
  const options = await findEmbeddedDatabase(place.DATA_DIR)
  if (!options) throw new Error('no database runs there')
  return connect({ ...options, connectionsMax: 1 })
}

describe('the command line', () => {
  const commands = ['serve', 'work', 'migrate', 'verify', 'doctor', 'backup', 'restore', 'demo']

  test('without a command it lists them all, and does nothing', async () => {
    const [bare, asked] = await Promise.all([run([]), run(['--help'])])
    expect(bare.code).toBe(0)
    for (const command of commands) expect(bare.output).toContain(`\n  ${command}`)
    expect(asked).toEqual(bare)
  })

  test('--help explains each of them, and does nothing', async () => {
    // The settings are not even read.
    const helps = await Promise.all(commands.map(command => run([command, '--help'], { PORT: 'x' })))
    for (const [index, { code, output }] of helps.entries())
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^boxoffice ${commands[index]}( FILE)?\n\n\\w`)),
      ])
    const ofFiles = helps.filter(({ output }) => output.includes('FILE'))
    expect(ofFiles).toHaveLength(2)
    for (const { output } of ofFiles) expect(output).toMatch(/Whoever has the file can sell, and sees everything/)
  })

  test('what is not understood is told, with what would be', async () => {
    const mistakes: [string[], string][] = [
      [['sell'], 'There is no command "sell"'],
      [['serve', '--port=1'], "Unknown option '--port'"],
      [['verify', 'everything'], 'boxoffice verify\n'],
      [['backup'], 'boxoffice backup FILE'],
      [['restore', 'one', 'two'], 'boxoffice restore FILE'],
    ]
    const answers = await Promise.all(mistakes.map(([args]) => run(args)))
    for (const [index, { code, output }] of answers.entries()) {
      expect([code, output]).toEqual([1, expect.stringContaining(mistakes[index]?.[1] ?? '')])
      expect(output).not.toContain('    at ')
    }
  })

  test('bad settings are all named at once', async () => {
    const { code, output } = await run(['serve'], { PORT: 'x', LOG_LEVEL: 'x', BOXOFFICE_DEMO: 'x' })
    expect([code, output.match(/^- (PORT|LOG_LEVEL|BOXOFFICE_DEMO) is "x"/gm)?.length]).toEqual([1, 3])
  })

  test('work without DATABASE_URL refuses', async () => {
    const { code, output } = await run(['work'])
    expect([code, output]).toEqual([1, expect.stringContaining('many processes on one DATABASE_URL')])
  })

  test('a database that cannot be reached is named, without its password', async () => {
    const { code, output } = await run(['verify'], { DATABASE_URL: 'postgres://ada:hush@127.0.0.1:1/shop' })
    expect([code, output]).toEqual([1, expect.stringContaining('The database shop at 127.0.0.1:1 cannot be used')])
    expect(output).not.toContain('hush')
  })
})

describe('before the first start', () => {
  test('doctor finds nothing wrong, verify and backup nothing at all; none of them makes anything', async () => {
    const place = await aPlace()
    const [doctor, ...others] = await Promise.all(
      [['doctor'], ['verify'], ['backup', join(place.DATA_DIR, 'b.gz')]].map(args => run(args, place)),
    )
    if (isEmbedded) {
      expect(doctor?.output).toMatch(/^ok {4}embedded PostgreSQL will be made$/m)
      expect([doctor?.code, existsSync(place.DATA_DIR)]).toEqual([0, false])
    } else expect([doctor?.code, doctor?.output]).toEqual([1, expect.stringContaining('The database is empty')])
    const words = isEmbedded ? `There is no database in ${place.DATA_DIR}` : 'The database is empty'
    for (const { code, output } of others) expect([code, output]).toEqual([1, expect.stringContaining(words)])
  })

  test('a port that is taken is told, and no database is left running', async () => {
    const place = await aPlace({ BOXOFFICE_DEMO: '0' })
    const other = createServer().listen(Number(place.HTTPS_PORT), '127.0.0.1')
    await once(other, 'listening')
    const { code, output } = await run(['serve'], place)
    expect([code, output]).toEqual([1, expect.stringContaining(`Port ${place.HTTPS_PORT} is taken`)])
    expect(output).toContain('set HTTPS_PORT')
    expect(databasesOf(place.DATA_DIR)).toEqual([])
    const doctor = await run(['doctor'], place)
    expect([doctor.code, doctor.output]).toEqual([1, expect.stringContaining(`WRONG port ${place.HTTPS_PORT}`)])
    other.close()
  })
})

describe('a running server', () => {
  let place: Awaited<ReturnType<typeof aPlace>>
  let server: Run
  let siteId = ''
  let apiKey = ''

  beforeAll(async () => {
    place = await aPlace({ LOG_LEVEL: 'debug' })
    server = await serve(place)
    siteId = /Site id +(\S+)/.exec(server.said())?.[1] ?? ''
    apiKey = /API key +(bx_\S+)/.exec(server.said())?.[1] ?? ''
  })

  const caller =
    (credentials: Record<string, string>): Caller =>
    async (method, url, body) => {
      const answer = await fetch(`http://127.0.0.1:${place.PORT}${url}`, {
        method,
        headers: { ...credentials, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json(), headers: Object.fromEntries(answer.headers) }
    }
  const admin: Caller = (...of) => caller({ authorization: apiKey, 'wix-site-id': siteId })(...of)
  const newVisitor = async () => {
    const { body } = await must(caller({}), 'POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
    return { token: String(body.access_token), visitor: caller({ authorization: body.access_token }) }
  }
  const demoTickets = async () => {
    const { body } = await must(admin, 'POST', '/events/v3/ticket-definitions/query', { query: {} })
    const tickets: { id: string; eventId: string; name: string }[] = body.ticketDefinitions
    return tickets
  }

  test('says at the first start all that one needs, and answers on http and, with the printed CA, on https', async () => {
    const said = server.said()
    expect(said).toContain(`http://127.0.0.1:${place.PORT}`)
    expect(said).toContain(`https://127.0.0.1:${place.HTTPS_PORT}`)
    expect(said).toContain(`http://127.0.0.1:${place.PORT}/docs`)
    expect(siteId).toMatch(/^[0-9a-f-]{36}$/)
    expect(said).toContain(`siteId: '${siteId}'`)
    expect((await must(caller({}), 'GET', '/readyz')).body).toEqual({ status: 'ok' })

    const caPath = /CA +(\S+)/.exec(said)?.[1] ?? ''
    expect(said).toContain(`NODE_EXTRA_CA_CERTS=${caPath}`)
    const ca = await readFile(caPath)
    const call = request({ host: 'localhost', port: place.HTTPS_PORT, path: '/readyz', family: 4, ca }).end()
    const [answer] = await once(call, 'response')
    expect(answer.statusCode).toBe(200)
    answer.resume()
  })

  test('has loaded what a start needs, and no more: below 220 MB of memory', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${place.PORT}/metrics`)).text()
    const resident = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1])
    expect(resident).toBeGreaterThan(50e6) // a figure of the process, not none
    expect(resident).toBeLessThan(220e6)
  })

  test('sells: a demo event is there, and a visitor gets a free ticket', async () => {
    const free = (await demoTickets()).find(({ name }) => name === 'Open rehearsal')
    const { visitor } = await newVisitor()
    const { body } = await must(visitor, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: free?.id, quantity: 1 }] },
    })
    const order = await checkOut(visitor, {
      eventId: free?.eventId ?? '',
      reservationId: body.ticketReservation.id,
    })
    expect([order.status, order.body.order.status]).toEqual([200, 'FREE'])
  })

  test('migrate, verify, doctor and demo work beside it', async () => {
    expect(await run(['migrate'], place)).toEqual({ code: 0, output: 'The schema is up to date.\n' })
    const verified = await run(['verify'], place)
    expect([verified.code, verified.output]).toEqual([0, expect.stringMatching(/^\d+ laws checked, 0 broken\n$/)])
    const before = (await demoTickets()).length
    const demo = await run(['demo'], place)
    expect([demo.code, demo.output]).toEqual([0, expect.stringContaining(siteId)])
    expect(await demoTickets()).toHaveLength(before * 2)
    const doctor = await run(['doctor'], place)
    if (isEmbedded) {
      expect([doctor.code, doctor.output]).toEqual([0, expect.stringMatching(/laws hold/)])
      expect(doctor.output).toContain(`Boxoffice is running here (process ${server.child.pid})`)
    }
  })

  test('verify tells a broken law with its rows, and exits 1; so does doctor', async () => {
    const sql = await openDatabase(place)
    const [row] = await sql`update inventory set sold = sold + 1 where sold = 1 returning ticket_definition_id`
    const { code, output } = await run(['verify'], place)
    expect([code, output]).toEqual([1, expect.stringContaining(row?.ticketDefinitionId)])
    expect(output).toMatch(/^BROKEN 02-sold-is-confirmed: 1 rows$/m)
    const doctor = await run(['doctor'], place)
    expect([doctor.code, doctor.output]).toEqual([1, expect.stringContaining('02-sold-is-confirmed')])
    await sql`update inventory set sold = sold - 1 where sold = 2`
    await sql.end()
    expect((await run(['verify'], place)).code).toBe(0)
  })

  test('backup works beside it, and what it wrote makes a server with the same key', async () => {
    const file = join(place.DATA_DIR, '..', 'backup.gz')
    const backup = await run(['backup', file], place)
    expect([backup.code, backup.output]).toEqual([0, expect.stringContaining('Keep it safe')])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const other = await aPlace()
    const restored = await run(['restore', file], other)
    expect([restored.code, restored.output]).toEqual([0, expect.stringMatching(/^Restored \d+ rows of \d+ tables/)])
    const again = await run(['restore', file], other)
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('holds data already')])
    expect(databasesOf(other.DATA_DIR)).toEqual([])
    const second = await serve(other)
    const answer = await fetch(`http://127.0.0.1:${other.PORT}/events/v3/ticket-definitions/query`, {
      method: 'POST',
      headers: { authorization: apiKey, 'wix-site-id': siteId, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(answer.status).toBe(200)
    await stop(second)
  })

  test.runIf(isEmbedded)('a second server in the same directory is refused; the first goes on', async () => {
    const { code, output } = await run(['serve'], { ...place, PORT: '0', HTTPS_PORT: '0' })
    expect([code, output]).toEqual([
      1,
      expect.stringContaining(`already running in this directory (process ${server.child.pid})`),
    ])
    expect((await caller({})('GET', '/readyz')).status).toBe(200)
  })

  test('logs no key, no token and nothing of a guest, not even when something breaks', async () => {
    const sql = await openDatabase(place)
    await sql`alter table contacts add constraint contacts_none_more check (email <> 'leak@example.org') not valid`
    const { token, visitor } = await newVisitor()
    const free = (await demoTickets()).find(({ name }) => name === 'Open rehearsal')
    const held = await reserveTickets(visitor, free?.id ?? '')
    const inputValues = [
      { inputName: 'firstName', value: 'Leaky' },
      { inputName: 'lastName', value: 'Person' },
      { inputName: 'email', value: 'leak@example.org' },
    ]
    const answer = await visitor('POST', `/events/v1/checkout?token=${token}`, {
      eventId: free?.eventId,
      reservationId: held.body.ticketReservation.id,
      guests: [{ form: { inputValues } }],
    })
    expect(answer.status).toBe(500)
    await sql`alter table contacts drop constraint contacts_none_more`
    await sql.end()
    await server.says('contacts_none_more')
    const log = server.said().slice(server.said().indexOf('NODE_EXTRA_CA_CERTS'))
    for (const secret of [apiKey, token, 'leak@example.org', 'Leaky', 'ada@example.org'])
      expect(log).not.toContain(secret)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops it and its database; the next start is quick and prints no key',
    async signal => {
      const { code, output } = await stop(server, signal)
      expect([code, output]).toEqual([0, expect.stringContaining('Stopping …')])
      expect(databasesOf(place.DATA_DIR)).toEqual([])
      const begun = performance.now()
      server = await serve(place)
      expect(performance.now() - begun).toBeLessThan(15_000)
      expect(server.said()).toContain('api-key.json')
      expect(server.said()).not.toContain(apiKey)
      expect((await must(admin, 'GET', '/readyz')).status).toBe(200)
    },
  )

  test('a client that does not hang up keeps nobody from stopping', async () => {
    const idle = await fetch(`http://127.0.0.1:${place.PORT}/healthz`, { headers: { connection: 'keep-alive' } })
    await idle.text()
    const { code } = await stop(server)
    expect(code).toBe(0)
    server = await serve(place)
  })

  test('killed without warning, it starts again with all it had', async () => {
    const before = (await demoTickets()).length
    server.child.kill('SIGKILL')
    await server.ended
    if (isEmbedded) expect(databasesOf(place.DATA_DIR)).toHaveLength(1)
    server = await serve(place)
    if (isEmbedded) expect(server.said()).toContain('taken over from a killed server')
    expect(await demoTickets()).toHaveLength(before)
    expect((await run(['verify'], place)).code).toBe(0)
  })

  test.runIf(isEmbedded)(
    'when its database is killed, it says so and ends with 1; the next start recovers',
    async () => {
      for (const pid of databasesOf(place.DATA_DIR)) process.kill(pid, 'SIGKILL')
      const { code, output } = await server.ended
      expect([code, output]).toEqual([1, expect.stringContaining('the database ended')])
      server = await serve(place)
      expect(server.said()).toContain('recovered after a crash')
      expect((await run(['verify'], place)).code).toBe(0)
      expect((await stop(server)).code).toBe(0)
      expect(databasesOf(place.DATA_DIR)).toEqual([])
    },
  )
})

test.runIf(!isEmbedded)('work does the jobs beside a server, and stops when asked', async () => {
  const place = await aPlace()
  const empty = await run(['work'], place)
  expect([empty.code, empty.output]).toEqual([1, expect.stringContaining('The database is empty')])
  const server = await serve(place)
  const worker = boxoffice(['work'], place)
  await worker.says('Working.')
  expect((await stop(worker, 'SIGTERM')).code).toBe(0)
  expect((await stop(server)).code).toBe(0)
})

test('BOXOFFICE_DEMO=0 starts empty, HTTPS_PORT=0 without TLS, PORT=0 on a port that its links name', async () => {
  const place = await aPlace({ BOXOFFICE_DEMO: '0', PORT: '0', HTTPS_PORT: '0', BOXOFFICE_API_KEY: 'k'.repeat(24) })
  const server = await serve(place, outdatedNode ?? undefined)
  const [, url = ''] = /API +(http:\S+)/.exec(server.said()) ?? []
  const [, siteId = ''] = /Site id +(\S+)/.exec(server.said()) ?? []
  expect(server.said()).not.toContain('https://')
  const headers = { authorization: 'k'.repeat(24), 'wix-site-id': siteId, 'content-type': 'application/json' }
  const ask = async (path: string, body: unknown) =>
    (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  expect(await ask('/events/v3/events/query', { query: {} })).toMatchObject({ events: [] })
  const event = {
    title: 'A concert',
    location: { name: 'The hall', type: 'VENUE' },
    dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
    registration: { initialType: 'RSVP' },
  }
  expect(await ask('/events/v3/events', { event, fields: ['URLS'] })).toMatchObject({
    event: { eventPageUrl: { base: url } },
  })
  // Under an older node the launcher hands over to the pinned one, and passes on what it is told.
  expect((await stop(server, 'SIGTERM')).code).toBe(0)
  expect(databasesOf(place.DATA_DIR)).toEqual([])
})

/** A node of this machine that cannot run TypeScript. */
const outdatedNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter(directory => !directory.includes('node_modules'))
  .map(directory => join(directory, 'node'))
  .filter(existsSync)
  .find(node => Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1]) < 24)

test.runIf(outdatedNode !== undefined)('an older node hands over to the one that was installed with us', async () => {
  const doctor = await boxoffice(['doctor'], await aPlace(), outdatedNode).ended
  expect(doctor.output).toContain(`ok    Node ${process.versions.node}`)
  expect((await boxoffice(['sell'], {}, outdatedNode).ended).code).toBe(1)
})
