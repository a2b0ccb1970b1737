import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from './config.ts'
import { StartupProblem } from './startup-problem.ts'

test('without any setting the defaults of README hold', () => {
  expect(readConfig({})).toEqual({
    port: 8080,
    httpsPort: 8443,
    host: '127.0.0.1',
    tls: null,
    publicUrl: null,
    dataDir: resolve('data'),
    databaseUrl: null,
    siteId: null,
    apiKey: null,
    secret: null,
    demo: true,
    serviceFeePercent: '0',
    callbackHosts: ['localhost', '127.0.0.1', '[::1]'],
    webhookPrivateHosts: [],
    smtpUrl: null,
    mailFrom: 'tickets@boxoffice.invalid',
    organizerEmail: null,
    liveListenersMax: 20_000,
    liveListenersPerAddressMax: 10_000,
    stripe: null,
    applePass: null,
    googleWallet: null,
    logLevel: 'info',
  } satisfies Config)
})

test('an empty setting is as good as none, and a configuration cannot be changed', () => {
  const config = readConfig({ PORT: '', DATABASE_URL: ' ', BOXOFFICE_SECRET: '', HOST: '' })
  expect(config).toEqual(readConfig({}))
  expect(Object.isFrozen(config)).toBe(true)
})

const GUID = '0B7C2F52-9A52-4D5B-8F0A-0D4E3A1C2B3D'

describe('a good value is taken', () => {
  test.each([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65535 }],
    [{ HTTPS_PORT: '9443' }, { httpsPort: 9443 }],
    [{ HTTPS_PORT: '0' }, { httpsPort: null }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ LIVE_LISTENERS_MAX: '0' }, { liveListenersMax: 0 }],
    [{ TLS_CERT: 'a.pem', TLS_KEY: 'b.pem' }, { tls: { certPath: 'a.pem', keyPath: 'b.pem' } }],
    [{ PUBLIC_URL: 'https://tickets.example.org/shop//' }, { publicUrl: 'https://tickets.example.org/shop' }],
    [{ DATA_DIR: 'elsewhere' }, { dataDir: resolve('elsewhere') }],
    [{ DATABASE_URL: 'postgres://ada:pass@db/shop' }, { databaseUrl: 'postgres://ada:pass@db/shop' }],
    [{ DATABASE_URL: 'postgresql://db/shop' }, { databaseUrl: 'postgresql://db/shop' }],
    [{ BOXOFFICE_SITE_ID: GUID }, { siteId: GUID.toLowerCase() }],
    [{ BOXOFFICE_API_KEY: 'k'.repeat(24) }, { apiKey: 'k'.repeat(24) }],
    [{ BOXOFFICE_SECRET: 's'.repeat(32) }, { secret: 's'.repeat(32) }],
    [{ BOXOFFICE_DEMO: '0' }, { demo: false }],
    [{ BOXOFFICE_DEMO: '1' }, { demo: true }],
    [{ SERVICE_FEE_PERCENT: '2.5' }, { serviceFeePercent: '2.5' }],
    [{ SERVICE_FEE_PERCENT: '100' }, { serviceFeePercent: '100' }],
    [
      { CALLBACK_HOSTS: 'Shop.example.org, bücher.example' },
      { callbackHosts: ['shop.example.org', 'xn--bcher-kva.example'] },
    ],
    [{ CALLBACK_HOSTS: '[::1],127.0.0.1' }, { callbackHosts: ['[::1]', '127.0.0.1'] }],
    [
      { SMTP_URL: 'smtp://ada:p%40ss@mail.example.org:587', MAIL_FROM: 'tickets@example.org' },
      { smtpUrl: 'smtp://ada:p%40ss@mail.example.org:587', mailFrom: 'tickets@example.org' },
    ],
    [{ ORGANIZER_EMAIL: 'desk@example.org' }, { organizerEmail: 'desk@example.org' }],
    [
      { STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' },
      { stripe: { secretKey: 'sk_test_0123456789', webhookSecret: 'whsec_0123456789', apiUrl: null } },
    ],
    [
      {
        STRIPE_SECRET_KEY: 'rk_live_0123456789',
        STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
        STRIPE_API_URL: 'http://127.0.0.1:12111/',
      },
      {
        stripe: {
          secretKey: 'rk_live_0123456789',
          webhookSecret: 'whsec_0123456789',
          apiUrl: 'http://127.0.0.1:12111',
        },
      },
    ],
    [{ SMTP_URL: 'smtps://[::1]', MAIL_FROM: 'a@b' }, { smtpUrl: 'smtps://[::1]' }],
    [
      {
        APPLE_PASS_TYPE_ID: 'pass.org.example.tickets',
        APPLE_TEAM_ID: 'A1B2C3D4E5',
        APPLE_PASS_CERT: 'pass.cer',
        APPLE_PASS_KEY: 'pass.pem',
        APPLE_PASS_KEY_PASSPHRASE: 'hush',
        APPLE_WWDR_CERT: 'wwdr.cer',
      },
      {
        applePass: {
          passTypeId: 'pass.org.example.tickets',
          teamId: 'A1B2C3D4E5',
          certPath: 'pass.cer',
          keyPath: 'pass.pem',
          keyPassphrase: 'hush',
          wwdrPath: 'wwdr.cer',
        },
      },
    ],
    [
      { GOOGLE_WALLET_ISSUER_ID: '3388000000000000001', GOOGLE_WALLET_KEY: 'google.json' },
      { googleWallet: { issuerId: '3388000000000000001', keyPath: 'google.json' } },
    ],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  ])('%j', (env, expected) => {
    expect(readConfig(env)).toMatchObject(expected)
  })
})

describe('a bad value is refused by name', () => {
  test.each([
    [{ PORT: 'http' }, 'PORT is "http"; expected a port from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT is "65536"'],
    [{ PORT: '-1' }, 'PORT is "-1"'],
    [{ HTTPS_PORT: '84.43' }, 'HTTPS_PORT is "84.43"'],
    [{ PORT: '8443' }, 'PORT and HTTPS_PORT are both 8443'],
    [{ TLS_CERT: 'a.pem' }, 'TLS_CERT and TLS_KEY belong together'],
    [{ TLS_KEY: 'b.pem' }, 'TLS_CERT and TLS_KEY belong together'],
    [{ PUBLIC_URL: 'tickets.example.org' }, 'PUBLIC_URL is "tickets.example.org"'],
    [{ PUBLIC_URL: 'ftp://tickets.example.org' }, 'PUBLIC_URL is'],
    [{ PUBLIC_URL: 'https://tickets.example.org/?page=1' }, 'PUBLIC_URL is'],
    [{ DATABASE_URL: 'mysql://db/shop' }, 'DATABASE_URL is not usable; expected postgres://'],
    [{ DATABASE_URL: 'postgres://db:port/shop' }, 'DATABASE_URL is not usable'],
    [{ SMTP_URL: 'smtp://mail.example.org' }, 'SMTP_URL needs MAIL_FROM'],
    [{ STRIPE_SECRET_KEY: 'sk_test_0123456789' }, 'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together'],
    [{ STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' }, 'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together'],
    [
      { STRIPE_SECRET_KEY: 'pk_live_0123456789', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' },
      'STRIPE_SECRET_KEY is not usable; expected a secret key',
    ],
    [
      { STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_WEBHOOK_SECRET: 'secret' },
      'STRIPE_WEBHOOK_SECRET is not usable; expected the signing secret',
    ],
    [
      {
        STRIPE_SECRET_KEY: 'sk_test_0123456789',
        STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
        STRIPE_API_URL: 'ftp://stripe',
      },
      'STRIPE_API_URL is "ftp://stripe"',
    ],
    [{ LIVE_LISTENERS_PER_ADDRESS_MAX: '0' }, 'LIVE_LISTENERS_PER_ADDRESS_MAX is "0"; expected a number'],
    [{ LIVE_LISTENERS_MAX: 'many' }, 'LIVE_LISTENERS_MAX is "many"; expected a number'],
    [{ LIVE_LISTENERS_MAX: '1000001' }, 'LIVE_LISTENERS_MAX is "1000001"'],
    [{ SMTP_URL: 'mail.example.org:25', MAIL_FROM: 'a@b.c' }, 'SMTP_URL is not usable; expected smtp://'],
    [{ SMTP_URL: 'smtp://ada:secret%@mail.example.org', MAIL_FROM: 'a@b.c' }, 'SMTP_URL is not usable'],
    [{ SMTP_URL: 'smtp://mail.example.org/?pool=true', MAIL_FROM: 'a@b.c' }, 'SMTP_URL is not usable'],
    [{ MAIL_FROM: 'Tickets <tickets@example.org>' }, 'MAIL_FROM is "Tickets <tickets@example.org>"'],
    [{ MAIL_FROM: 'tickets@example.org\r\nBcc: eve@example.org' }, 'MAIL_FROM is'],
    [{ ORGANIZER_EMAIL: 'the organizer' }, 'ORGANIZER_EMAIL is "the organizer"; expected an e-mail address'],
    [{ BOXOFFICE_SITE_ID: 'mine' }, 'BOXOFFICE_SITE_ID is "mine"; expected a GUID'],
    [{ BOXOFFICE_API_KEY: 'short' }, 'BOXOFFICE_API_KEY is not usable; expected at least 24'],
    [{ BOXOFFICE_API_KEY: `${'k'.repeat(24)} k` }, 'BOXOFFICE_API_KEY is not usable'],
    [{ BOXOFFICE_SECRET: 's'.repeat(31) }, 'BOXOFFICE_SECRET is not usable; expected at least 32'],
    [{ BOXOFFICE_DEMO: 'yes' }, 'BOXOFFICE_DEMO is "yes"; expected 0 or 1'],
    [{ SERVICE_FEE_PERCENT: '100.01' }, 'SERVICE_FEE_PERCENT is "100.01"'],
    [{ SERVICE_FEE_PERCENT: '2.555' }, 'SERVICE_FEE_PERCENT is "2.555"'],
    [{ SERVICE_FEE_PERCENT: '-1' }, 'SERVICE_FEE_PERCENT is "-1"'],
    [
      { CALLBACK_HOSTS: 'https://shop.example.org' },
      'CALLBACK_HOSTS is "https://shop.example.org"; expected host names',
    ],
    [{ CALLBACK_HOSTS: 'shop.example.org:8443' }, 'CALLBACK_HOSTS is'],
    [{ CALLBACK_HOSTS: 'shop.example.org,,' }, 'CALLBACK_HOSTS is'],
    [{ CALLBACK_HOSTS: 'ada@shop.example.org' }, 'CALLBACK_HOSTS is'],
    [
      { APPLE_TEAM_ID: 'A1B2C3D4E5', APPLE_PASS_CERT: 'a' },
      'belong together; missing: APPLE_PASS_TYPE_ID, APPLE_PASS_KEY, APPLE_WWDR_CERT',
    ],
    [{ APPLE_PASS_TYPE_ID: 'org.example' }, 'APPLE_PASS_TYPE_ID is "org.example"; expected an identifier like pass.'],
    [{ APPLE_TEAM_ID: 'team' }, 'APPLE_TEAM_ID is "team"; expected ten letters and digits'],
    [{ GOOGLE_WALLET_KEY: 'a.json' }, 'belong together; missing: GOOGLE_WALLET_ISSUER_ID'],
    [{ GOOGLE_WALLET_ISSUER_ID: 'mine' }, 'GOOGLE_WALLET_ISSUER_ID is "mine"; expected a number'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; expected debug, info, warn, error or silent'],
  ])('%j', (env, problem) => {
    expect(problemOf(env)).toContain(problem)
  })
})

test('all problems are told at once', () => {
  const problem = problemOf({ PORT: 'x', BOXOFFICE_DEMO: '2', LOG_LEVEL: 'x', BOXOFFICE_SECRET: 'x', TLS_CERT: 'x' })
  expect(problem.match(/^- /gm)).toHaveLength(5)
})

test('no secret is repeated in a problem', () => {
  const problem = problemOf({
    DATABASE_URL: 'mysql://ada:hush@db/shop',
    PUBLIC_URL: 'ftp://ada:hush@example.org',
    BOXOFFICE_API_KEY: 'hush',
    BOXOFFICE_SECRET: 'hush',
  })
  expect(problem.match(/^- /gm)).toHaveLength(4)
  expect(problem).not.toContain('hush')
})

function problemOf(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(StartupProblem)
    return String(error)
  }
  throw new Error('the settings were taken')
}
