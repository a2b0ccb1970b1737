import { resolve } from 'node:path'
import { StartupProblem } from './startup-problem.ts'

/** Every setting, read once from the environment; README lists them. This file alone reads `process.env`. */
export type Config = Readonly<{
  /** Plain HTTP port; 0 lets the system choose. */
  port: number
  /** TLS port; null turns the TLS listener off. */
  httpsPort: number | null
  host: string
  /** Paths of PEM files; null makes a certificate for localhost in the data directory. */
  tls: { certPath: string; keyPath: string } | null
  /** Base of every link we hand out, without a trailing slash; null means `http://127.0.0.1:<port>`. */
  publicUrl: string | null
  dataDir: string
  /** null runs the embedded database. */
  databaseUrl: string | null
  siteId: string | null
  apiKey: string | null
  /** Master secret, at least 32 characters; null keeps a generated one in the data directory. */
  secret: string | null
  /** Whether a new database gets a demo event. */
  demo: boolean
  /** Percent of a paid ticket's price, 0 to 100, at most two decimals. */
  serviceFeePercent: string
  /** Hosts, besides our own, that a buyer may be sent back to after a checkout. */
  callbackHosts: readonly string[]
  /** Hosts of webhooks that may be in a private network, and may be called without TLS. */
  webhookPrivateHosts: readonly string[]
  /** Where mails are sent through, as `smtp(s)://user:password@host:port`; null puts them into the outbox. */
  smtpUrl: string | null
  /** The address that mails come from. */
  mailFrom: string
  /** Whom the site writes to about itself: summaries, and what a person must see to; null: nobody. */
  organizerEmail: string | null
  /** Streams of availability that one process serves at once. */
  liveListenersMax: number
  /** The same of one address, behind which a whole stadium may be. */
  liveListenersPerAddressMax: number
  /** What passes for Apple Wallet are signed with, as paths of PEM or DER files; null: there are none. */
  applePass: ApplePassFiles | null
  /** What links to Google Wallet are signed with: the issuer, and the path of a service account's key; null: none. */
  googleWallet: { issuerId: string; keyPath: string } | null
  /** The account at Stripe through which guests pay; null: none. */
  stripe: StripeSettings | null
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}>

export type ApplePassFiles = {
  passTypeId: string
  teamId: string
  certPath: string
  keyPath: string
  /** null: the key is not encrypted. */
  keyPassphrase: string | null
  wwdrPath: string
}

export type StripeSettings = Readonly<{
  /** `sk_test_…` moves no money, `sk_live_…` does. */
  secretKey: string
  /** `whsec_…`: what its notifications are signed with. */
  webhookSecret: string
  /** null: Stripe's own. */
  apiUrl: string | null
}>

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Reads all settings and reports every problem at once.
 * @throws StartupProblem naming each bad variable, what it holds and what was expected
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = []
  const text = (name: string) => env[name]?.trim() || null
  const check = <T>(name: string, fallback: T, expected: string, parse: (value: string) => T | undefined): T => {
    const value = text(name)
    if (value === null) return fallback
    const parsed = parse(value)
    // An address may hold a password, which must not end up on a screen or in a log.
    const shown =
      URL.parse(value)?.password || name === 'DATABASE_URL' || name === 'SMTP_URL' ? 'not usable' : `"${value}"`
    if (parsed === undefined) problems.push(`${name} is ${shown}; expected ${expected}`)
    return parsed ?? fallback
  }
  const port = (name: string, fallback: number) =>
    check(name, fallback, 'a port from 0 to 65535', value =>
      /^\d{1,5}$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined,
    )
  const secretly = (name: string, charactersMin: number) => {
    const value = text(name)
    if (value !== null && !(value.length >= charactersMin && /^[\x21-\x7e]+$/.test(value)))
      problems.push(`${name} is not usable; expected at least ${charactersMin} visible ASCII characters without spaces`)
    return value
  }

  /** A secret, which is never shown. */
  const matching = (name: string, pattern: RegExp, expected: string) => {
    const value = text(name)
    if (value !== null && !pattern.test(value)) problems.push(`${name} is not usable; expected ${expected}`)
    return value
  }

  const certPath = text('TLS_CERT')
  const keyPath = text('TLS_KEY')
  if ((certPath === null) !== (keyPath === null)) problems.push('TLS_CERT and TLS_KEY belong together; one is missing')
  if (text('SMTP_URL') !== null && text('MAIL_FROM') === null)
    problems.push('SMTP_URL needs MAIL_FROM; expected the address that mails come from')
  /** Settings that are of no use alone: all of them, or null. */
  const together = <Name extends string>(names: readonly Name[]): Record<Name, string> | null => {
    const given = names.map(name => [name, text(name)] as const)
    const missing = given.filter(([, value]) => value === null).map(([name]) => name)
    if (missing.length === names.length) return null
    if (missing.length > 0) problems.push(`${names.join(', ')} belong together; missing: ${missing.join(', ')}`)
    return Object.fromEntries(given.map(([name, value]) => [name, value ?? ''])) as Record<Name, string>
  }
  const apple = together([
    'APPLE_PASS_TYPE_ID',
    'APPLE_TEAM_ID',
    'APPLE_PASS_CERT',
    'APPLE_PASS_KEY',
    'APPLE_WWDR_CERT',
  ])
  const google = together(['GOOGLE_WALLET_ISSUER_ID', 'GOOGLE_WALLET_KEY'])
  check('APPLE_PASS_TYPE_ID', '', 'an identifier like pass.org.example.tickets', value =>
    /^pass\.[\w.-]{1,200}$/.test(value) ? value : undefined,
  )
  check('APPLE_TEAM_ID', '', 'ten letters and digits', value => (/^[A-Z\d]{10}$/.test(value) ? value : undefined))
  check('GOOGLE_WALLET_ISSUER_ID', '', 'a number of up to 20 digits', value =>
    /^\d{1,20}$/.test(value) ? value : undefined,
  )
  const stripeKey = matching(
    'STRIPE_SECRET_KEY',
    /^[sr]k_(test|live)_\w{8,250}$/,
    'a secret key of Stripe: sk_test_… or sk_live_…',
  )
  const stripeSecret = matching(
    'STRIPE_WEBHOOK_SECRET',
    /^whsec_\S{8,250}$/,
    'the signing secret of a webhook endpoint at Stripe: whsec_…',
  )
  if ((text('STRIPE_SECRET_KEY') === null) !== (text('STRIPE_WEBHOOK_SECRET') === null))
    problems.push('STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together; one is missing')
  const httpPort = port('PORT', 8080)
  const httpsPort = text('HTTPS_PORT') === '0' ? null : port('HTTPS_PORT', 8443)
  if (httpPort === httpsPort) problems.push(`PORT and HTTPS_PORT are both ${httpPort}; expected two different ports`)

  const config: Config = {
    port: httpPort,
    httpsPort,
    host: text('HOST') ?? '127.0.0.1',
    tls: certPath !== null && keyPath !== null ? { certPath, keyPath } : null,
    publicUrl: check('PUBLIC_URL', null, 'an http or https address without ? and #', parseBaseUrl),
    dataDir: resolve(text('DATA_DIR') ?? 'data'),
    databaseUrl: check<string | null>('DATABASE_URL', null, 'postgres://user:password@host/database', value =>
      /^postgres(ql)?:\/\//.test(value) && URL.canParse(value) ? value : undefined,
    ),
    siteId: check<string | null>('BOXOFFICE_SITE_ID', null, 'a GUID', value =>
      GUID.test(value) ? value.toLowerCase() : undefined,
    ),
    apiKey: secretly('BOXOFFICE_API_KEY', 24),
    secret: secretly('BOXOFFICE_SECRET', 32),
    demo: check('BOXOFFICE_DEMO', true, '0 or 1', value => (/^[01]$/.test(value) ? value === '1' : undefined)),
    serviceFeePercent: check(
      'SERVICE_FEE_PERCENT',
      '0',
      'a percentage from 0 to 100 with at most two decimals',
      value => (/^\d{1,3}(\.\d{1,2})?$/.test(value) && Number(value) <= 100 ? value : undefined),
    ),
    callbackHosts: check('CALLBACK_HOSTS', LOOPBACK, 'host names without ports, separated by commas', parseHosts),
    webhookPrivateHosts: check<readonly string[]>(
      'WEBHOOK_PRIVATE_HOSTS',
      [],
      'host names without ports, separated by commas',
      parseHosts,
    ),
    smtpUrl: check<string | null>('SMTP_URL', null, 'smtp://user:password@host:587 or smtps://…', value =>
      isSmtpUrl(value) ? value : undefined,
    ),
    mailFrom: check('MAIL_FROM', 'tickets@boxoffice.invalid', 'an e-mail address', parseAddress),
    organizerEmail: check<string | null>('ORGANIZER_EMAIL', null, 'an e-mail address', parseAddress),
    liveListenersMax: check('LIVE_LISTENERS_MAX', 20_000, 'a number from 0 to 1000000', value =>
      /^\d{1,7}$/.test(value) && Number(value) <= 1_000_000 ? Number(value) : undefined,
    ),
    liveListenersPerAddressMax: check('LIVE_LISTENERS_PER_ADDRESS_MAX', 10_000, 'a number from 1 to 1000000', value =>
      /^[1-9]\d{0,6}$/.test(value) && Number(value) <= 1_000_000 ? Number(value) : undefined,
    ),
    applePass: apple && {
      passTypeId: apple.APPLE_PASS_TYPE_ID,
      teamId: apple.APPLE_TEAM_ID,
      certPath: apple.APPLE_PASS_CERT,
      keyPath: apple.APPLE_PASS_KEY,
      keyPassphrase: text('APPLE_PASS_KEY_PASSPHRASE'),
      wwdrPath: apple.APPLE_WWDR_CERT,
    },
    googleWallet: google && { issuerId: google.GOOGLE_WALLET_ISSUER_ID, keyPath: google.GOOGLE_WALLET_KEY },
    stripe:
      stripeKey !== null && stripeSecret !== null
        ? {
            secretKey: stripeKey,
            webhookSecret: stripeSecret,
            apiUrl: check('STRIPE_API_URL', null, 'an http or https address', parseBaseUrl),
          }
        : null,
    logLevel: check<Config['logLevel']>('LOG_LEVEL', 'info', 'debug, info, warn, error or silent', value =>
      LOG_LEVELS.find(level => level === value),
    ),
  }
  if (problems.length > 0) throw new StartupProblem(`These settings cannot be used:\n- ${problems.join('\n- ')}`)
  return Object.freeze(config)
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

function parseAddress(value: string): string | undefined {
  return /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]+(\.[a-z\d-]+)*$/i.test(value) ? value : undefined
}

function parseBaseUrl(value: string): string | undefined {
  const url = URL.parse(value)
  return url && /^https?:\/\//i.test(value) && !/[?#\s]/.test(value) ? value.replace(/\/+$/, '') : undefined
}

function isSmtpUrl(value: string): boolean {
  const url = URL.parse(value)
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') return false
  if (url.search || url.hash || url.pathname.length > 1) return false
  try {
    decodeURIComponent(url.username + url.password)
    return true
  } catch {
    return false // a % that encodes nothing
  }
}

function parseHosts(value: string): readonly string[] | undefined {
  const hosts = value.split(',').map(host => host.trim())
  const parsed = hosts.map(host => (HOST.test(host) ? URL.parse(`http://${host}/`) : null))
  // As an address spells them, so that they can be compared: lower case, letters beyond ASCII encoded.
  return parsed.every(url => url !== null) ? parsed.map(url => url.hostname) : undefined
}

const HOST = /^(\[[\da-f:.]+\]|[^\s:/?#@\\[\]]+)$/i
