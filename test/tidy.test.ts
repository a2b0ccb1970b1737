import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// What can be checked of how this code is written, is checked here. An exception stands in its table with a reason; one
// that is no longer needed fails too.

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** What a file of src/ may import values from: whatever stands on its own line or above. Types may come from anywhere. */
const ORDER: readonly (readonly string[])[] = [
  // The few words every feature shares.
  ['ids.ts', 'money.ts', 'time.ts', 'refusals.ts', 'startup-problem.ts', 'config.ts'],
  // Machinery knows no feature; who asks is known at the edge alone.
  ['db', 'wire', 'queue'],
  ['activity', 'sites', 'contacts', 'texts'],
  ['identities', 'http'],
  // What a phone's wallet takes.
  ['wallet'],
  ['accounts'],
  // What people read: printed, and as pages.
  ['documents'],
  ['pages'],
  // Features. What surrounds an event, what is on sale, what is held, what is paid, what was bought.
  ['inventory', 'pricing', 'promotions'],
  ['media'],
  ['forms'],
  ['events'],
  ['categories', 'notifications', 'policies', 'schedule', 'staff'],
  ['ticket-definitions'],
  ['openings'],
  ['seating'],
  ['coupons', 'pricing-plan-benefits'],
  ['memory'],
  ['live'],
  ['rsvps'],
  ['ticket-reservations'],
  ['gift-cards'],
  ['events-settings'],
  ['payments'],
  ['tickets'],
  ['orders'],
  ['mail'],
  ['redirects'],
  // A view over those who answered, bought and hold tickets.
  ['guests'],
  // Who lets guests in.
  ['door'],
  // What all of that adds up to.
  ['reports'],
  // What happened, told to programs of others.
  ['webhooks'],
  // What happened, for who follows.
  ['changes'],
  // The server's half of what runs in browsers (web/).
  ['web'],
  // The tables of contents, and what runs them: every other file that lies directly in src/.
]

/** Imports against that order, other than those of routes, which may call any verb. */
const ORDER_EXCEPTIONS: Readonly<Record<string, string>> = {
  'forms/change.ts events': 'a form is reached through its event, and answers as that does when it is not there',
  'forms/store.ts events': 'the same refusal for an event that is not there',
  'ticket-reservations/cancel.ts orders': 'who gives back a reservation that was bought ends its order with it (R135)',
  'orders/anonymize.ts redirects': 'who forgets a buyer forgets from where that came (R191)',
  'tickets/check-in.ts orders': 'an order says whether all of its tickets are checked in (R206)',
  'tickets/update.ts orders': 'the same, for a ticket that is archived does not count there (R201)',
}

/** Who alone writes a table: a folder or a file of src/. Everybody may read. */
const OWNERS: Readonly<Record<string, string>> = {
  installation: 'installation.ts',
  schema_migrations: 'db',
  sites: 'sites',
  api_keys: 'identities',
  attempts: 'identities',
  accounts: 'accounts',
  account_sessions: 'accounts',
  account_credentials: 'accounts',
  account_verifications: 'accounts',
  account_two_factors: 'accounts',
  account_passkeys: 'accounts',
  memberships: 'accounts',
  invitations: 'accounts',
  activities: 'activity',
  activity_followers: 'activity',
  activity_histories: 'activity',
  media: 'media',
  events: 'events',
  former_slugs: 'events',
  registration_forms: 'forms',
  policies: 'policies',
  notification_configs: 'notifications',
  mails: 'notifications',
  event_reminders: 'notifications',
  mail_templates: 'notifications',
  schedule_items: 'schedule',
  schedule_bookmarks: 'schedule',
  categories: 'categories',
  category_events: 'categories',
  staff_members: 'staff',
  ticket_definitions: 'ticket-definitions',
  query_cursors: 'ticket-definitions',
  opening_queues: 'openings',
  opening_alerts: 'openings',
  seating_plans: 'seating',
  seating_places: 'seating',
  inventory: 'inventory',
  jobs: 'queue',
  job_items: 'queue',
  ticket_reservations: 'ticket-reservations',
  ticket_reservation_lines: 'ticket-reservations',
  contacts: 'contacts',
  promotions: 'promotions',
  promotion_uses: 'promotions',
  coupons: 'coupons',
  pricing_plan_benefits: 'pricing-plan-benefits',
  orders: 'orders',
  pos_payments: 'orders',
  tickets: 'tickets',
  payments: 'payments',
  payment_notifications: 'payments',
  reconciliation_cases: 'payments',
  refunds: 'payments',
  redirect_sessions: 'redirects',
  rsvp_counts: 'inventory',
  rsvps: 'rsvps',
  door_scans: 'door',
  door_conflicts: 'door',
  gift_cards: 'gift-cards',
  gift_card_entries: 'gift-cards',
  webhook_keys: 'webhooks',
  webhook_tellers: 'webhooks',
  webhook_subscriptions: 'webhooks',
  webhook_events: 'webhooks',
  webhook_deliveries: 'webhooks',
}

const WRITE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'ticket-reservations/store.ts activities': 'a batch of holds and its facts are one statement, one round trip',
}

/** What pages say in browsers and here is in web/, for the server's half of them alone. */
function isSharedWithBrowsers({ from, to }: Import): boolean {
  if (to === '../web/shared/form.ts') return true // rules of a form, by which pages with and without scripts judge
  return placeOf(from) === 'web' && to.startsWith('../web/')
}

/** Lines that a file of src/ may have; a longer one is two things. */
const LINES_MAX = 500
const LENGTH_EXCEPTIONS: Readonly<Record<string, string>> = {
  'backup.ts': 'one file format: who writes it, who reads it and who proves it are read together',
  'db/embedded.ts':
    'one story, from finding the binaries to stopping the database, with every way in which it can fail',
}

/**
 * Packages of many megabytes or files that most starts have no use for: what needs one loads it when it first does
 * (`await import`), or is itself loaded so.
 */
const LARGE_PACKAGES = [
  ...['@better-auth/passkey', 'better-auth', 'better-auth/plugins/two-factor', 'kysely', 'kysely-postgres-js'],
  ...['fontkit', 'nodemailer', 'passkit-generator', 'pdfkit', 'selfsigned', 'stripe', 'vite'],
]

/** Where the clock is read; everybody else is given `now`. */
const CLOCK_READERS: Readonly<Record<string, string>> = {
  'main.ts': 'the edge',
  'serve.ts': 'the edge',
  'tls.ts': 'the certificate is made before there is a server; tests give it their own now',
  'db/embedded.ts': 'deadlines of processes, and the name of a directory put aside',
  'db/data-directory-lock.ts': 'deadlines of processes',
  'pages/offline.ts': 'a script for browsers: by their clock what they kept is too old',
}

const sources = await readTexts('src', name => name.endsWith('.ts'))
const code = sources.filter(({ name }) => !name.endsWith('.test.ts'))
const tests = [
  ...sources.filter(({ name }) => name.endsWith('.test.ts')),
  ...(await readTexts('test', name => name.endsWith('.ts'))).filter(({ name }) => name !== 'tidy.test.ts'),
]
const migrations = await readTexts('migrations', name => name.endsWith('.sql'))
const invariants = await readTexts('invariants', name => name.endsWith('.sql'))
const documents = [
  ...(await readTexts('', name => /^[A-Z]+\.md$/.test(name), false)),
  ...(await readTexts('docs', name => name.endsWith('.md'))).map(({ name, text }) => ({ name: `docs/${name}`, text })),
]

describe('imports', () => {
  test('every folder of src/ has its place in the order', () => {
    const folders = new Set(code.map(({ name }) => placeOf(name)).filter(place => !place.endsWith('.ts')))
    expect([...folders].filter(folder => !ORDER.flat().includes(folder))).toEqual([])
  })

  test('imports point up the order', () => {
    const downward = imports()
      .filter(({ from, to, typeOnly }) => !typeOnly && !isRoutes(from) && rankOf(to) > rankOf(from))
      .filter(each => !isSharedWithBrowsers(each))
      .map(({ from, to }) => `${from} ${placeOf(to)}`)
    expect([...new Set(downward)].sort()).toEqual(Object.keys(ORDER_EXCEPTIONS).sort())
  })

  test('routes are imported by app.ts alone', () => {
    expect(imports().filter(({ from, to }) => isRoutes(to) && from !== 'app.ts')).toEqual([])
  })

  test('machinery does not even name a type of a feature', () => {
    const machinery = new Set(ORDER.slice(0, 3).flat())
    const known = new Set(ORDER.slice(0, 4).flat())
    expect(imports().filter(({ from, to }) => machinery.has(placeOf(from)) && !known.has(placeOf(to)))).toEqual([])
  })

  test('no file imports values in a circle', () => {
    const graph = Map.groupBy(
      imports().filter(({ typeOnly }) => !typeOnly),
      ({ from }) => from,
    )
    const done = new Set<string>()
    const visit = (file: string, path: string[]): string[][] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file]]
      if (done.has(file)) return []
      const circles = (graph.get(file) ?? []).flatMap(({ to }) => visit(to, [...path, file]))
      done.add(file)
      return circles
    }
    expect([...graph.keys()].flatMap(file => visit(file, []))).toEqual([])
  })

  test('a start loads no large package', () => {
    const graph = Map.groupBy(
      imports().filter(({ typeOnly }) => !typeOnly),
      ({ from }) => from,
    )
    const loaded = new Set(['main.ts', 'serve.ts', 'worker.ts']) // the last two when their command is run
    for (const file of loaded) for (const { to } of graph.get(file) ?? []) loaded.add(to)
    expect(loaded.size).toBeGreaterThan(300) // it follows them
    const large = packages().filter(({ from, to }) => loaded.has(from) && LARGE_PACKAGES.includes(to))
    expect(large.map(({ from, to }) => `${from} ${to}`)).toEqual([])
    // Each is still one that is loaded somewhere.
    expect(LARGE_PACKAGES.filter(name => !code.some(({ text }) => text.includes(`'${name}'`)))).toEqual([])
  })

  test('nothing of ours is imported from test/, and no test support runs in the product', () => {
    expect(code.filter(({ text }) => /from '[^']*\/test\//.test(text)).map(({ name }) => name)).toEqual([])
  })
})

describe('tables', () => {
  test('every table has an owner', () => {
    const made = migrations.flatMap(({ text }) =>
      [...text.matchAll(/^create (?:unlogged )?table (\w+)/gm)].map(([, table]) => table),
    )
    expect([...made, 'schema_migrations'].sort()).toEqual(Object.keys(OWNERS).sort())
  })

  test('only its owner writes a table', () => {
    const foreign = code.flatMap(({ name, text }) =>
      [...withoutComments(text).matchAll(/(?:insert\s+into|(?<!\b(?:for|key|do)\s)update|delete\s+from)\s+(\w+)/g)]
        .map(([, table = '']) => table)
        .filter(table => Object.hasOwn(OWNERS, table) && OWNERS[table] !== placeOf(name))
        .map(table => `${name} ${table}`),
    )
    expect([...new Set(foreign)].sort()).toEqual(Object.keys(WRITE_EXCEPTIONS).sort())
  })

  test('columns are named: no select *, but from a record whose columns are named right there', () => {
    const star = /(?:select\s+(?:distinct\s+)?|returning\s+)(?:\w+\.)?\*(?!\s*from\s+jsonb_to_recordset)|,\s*\w+\.\*\s/
    const found = [...code, ...migrations, ...invariants].filter(({ text }) => star.test(withoutComments(text)))
    expect(found.map(({ name }) => name)).toEqual([])
  })

  test('constraints and indexes are named, for code matches on names', () => {
    const unnamed = migrations.flatMap(({ name, text }) =>
      withoutComments(text)
        .split('\n')
        .filter(
          line =>
            (/\b(check|unique|foreign key|exclude)\b[^,]*\(/.test(line) &&
              !/^\s*(?:add )?constraint \w+ /.test(line) &&
              !isIndex(line)) ||
            /create (unique )?index on /.test(line),
        )
        .map(line => `${name}: ${line.trim()}`),
    )
    expect(unnamed).toEqual([])
  })

  test('every table begins its primary key with its site', () => {
    const tables = migrations.flatMap(({ text }) => [
      ...text.matchAll(/^create (?:unlogged )?table (\w+) \(([\s\S]*?)^\)/gm),
    ])
    const without = tables.filter(
      ([, , columns = '']) => !/primary key \(site_id\b/.test(columns) && !/site_id\s+uuid primary key/.test(columns),
    )
    expect(new Set(without.map(([, table]) => table))).toEqual(
      new Set([
        'installation', // the one row that is every tenant's
        // Every tenant's too.
        'activity_histories',
        'activity_followers',
        'attempts',
        // A person may work for several sites.
        'accounts',
        'account_sessions',
        'account_credentials',
        'account_verifications',
        'account_two_factors',
        'account_passkeys',
      ]),
    )
  })
})

describe('words', () => {
  test('the environment is read in config.ts alone', () => {
    // The build only names what is to be replaced in React.
    expect(namesWith(code, /process\.env/)).toEqual(['config.ts', 'web/build.ts'])
  })

  test('the clock is read at the edge', () => {
    expect(namesWith(code, /new Date\(\)|Date\.now\(\)/)).toEqual(Object.keys(CLOCK_READERS).sort())
  })

  test('exports are named', () => {
    expect(namesWith(code, /^export default /m)).toEqual([])
  })

  test('no type is thrown away', () => {
    expect(namesWith([...code, ...tests], /\bas any\b|@ts-(ignore|nocheck|expect-error)/)).toEqual([])
  })

  test('nothing is left for later, skipped, or run alone', () => {
    const unfinished = /\b(TODO|FIXME)\b|\b(test|it|describe)\.(only|skip|todo)\(/
    const all = [...code, ...tests, ...migrations, ...invariants, ...documents]
    expect(all.filter(({ text }) => unfinished.test(text)).map(({ name }) => name)).toEqual([])
  })

  test('every file has a name that says what is in it', () => {
    const nameless = /(^|\/)(utils?|helpers?|common|types|misc|index)(\.ts|\/)/
    expect([...code, ...tests].map(({ name }) => name).filter(name => nameless.test(name))).toEqual([])
  })

  test(`a file of src/ has at most ${LINES_MAX} lines`, () => {
    const long = code.filter(({ text }) => text.split('\n').length > LINES_MAX).map(({ name }) => name)
    expect(long.sort()).toEqual(Object.keys(LENGTH_EXCEPTIONS).sort())
  })

  test('nothing depends on where it was written', () => {
    const all = [...code, ...tests, ...migrations, ...invariants, ...documents]
    expect(all.filter(({ text }) => /\/(work|home|Users|root)\//.test(text)).map(({ name }) => name)).toEqual([])
  })
})

describe('documents', () => {
  test('every link leads somewhere', () => {
    const broken = documents.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter(target => !/^(https?|mailto):/.test(target) && !leadsSomewhere(name, target))
        .map(target => `${name}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  test('every file that a document names is there', () => {
    const named = /`((?:src|test|docs|migrations|invariants|bin)\/[\w./-]*\w)\/?`/g
    const missing = documents.flatMap(({ name, text }) =>
      [...text.matchAll(named)]
        .map(([, path = '']) => path)
        .filter(path => !existsSync(join(ROOT, path)))
        .map(path => `${name}: ${path}`),
    )
    expect(missing).toEqual([])
  })

  function leadsSomewhere(name: string, target: string): boolean {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? name : posix.normalize(posix.join(dirname(name), path))
    if (!existsSync(join(ROOT, file))) return false
    const text = documents.find(document => document.name === file)?.text
    return anchor === undefined || (text !== undefined && anchorsOf(text).includes(anchor))
  }

  function anchorsOf(text: string): string[] {
    return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    )
  }
})

type Source = { name: string; text: string }

async function readTexts(folder: string, wanted: (name: string) => boolean, recursive = true): Promise<Source[]> {
  const names = (await readdir(join(ROOT, folder), { recursive }))
    .map(name => name.replaceAll('\\', '/'))
    .filter(wanted)
  return Promise.all(names.sort().map(async name => ({ name, text: await readFile(join(ROOT, folder, name), 'utf8') })))
}

/** The folder of a file of src/, or the file itself where it lies directly there. */
function placeOf(name: string): string {
  return name.split('/')[0] ?? name
}

function rankOf(name: string): number {
  const rank = ORDER.findIndex(places => places.includes(placeOf(name)))
  return rank < 0 ? ORDER.length : rank
}

function isRoutes(name: string): boolean {
  return /\/(\w+-)*routes\.ts$/.test(name)
}

type Import = { from: string; to: string; typeOnly: boolean }

/** What the code of src/ imports of itself; `typeOnly` is gone when it runs. */
function imports(): Import[] {
  return allImports()
    .filter(({ to }) => to.startsWith('.'))
    .map(({ from, to, typeOnly }) => ({ from, to: posix.normalize(posix.join(dirname(from), to)), typeOnly }))
}

/** What it imports values from that is not its own. */
function packages(): Import[] {
  return allImports().filter(({ to, typeOnly }) => !to.startsWith('.') && !typeOnly)
}

function allImports(): Import[] {
  return code.flatMap(({ name, text }) =>
    [...text.matchAll(/^(?:import|export)\s+(type\s)?([^'"]*?)\s*from '([^']+)'/gm)].map(
      ([, type, names = '', to = '']) => ({ from: name, to, typeOnly: type !== undefined || onlyTypes(names) }),
    ),
  )
}

function onlyTypes(names: string): boolean {
  const listed = names.match(/^\{([\s\S]*)\}$/)?.[1]?.split(',')
  return listed?.every(each => each.trim() === '' || /^type\s/.test(each.trim())) ?? false
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)(\/\/|--).*$/gm, '$1')
}

function namesWith(files: readonly Source[], pattern: RegExp): string[] {
  return files
    .filter(({ text }) => pattern.test(withoutComments(text)))
    .map(({ name }) => name)
    .sort()
}

function isIndex(line: string): boolean {
  return /^\s*create (unique )?index \w+ on /.test(line)
}
