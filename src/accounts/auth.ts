import type { Sql } from '../db/connect.ts'
import type { SignedIn } from '../identities/identify.ts'
import type { Keys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'

export const AUTH_PATH = '/boxoffice/v1/auth'
/** Where a request's client is named to better-auth: by us alone, whatever the client says. */
export const CLIENT_HEADER = 'x-boxoffice-client'
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const

export type SentLink = { accountId: string; email: string; name: string; url: string }

export type AuthOptions = {
  sql: Sql
  keys: Keys
  publicUrl: string
  /** Has a mail sent with the link by which a password is set anew. */
  sendReset: (sent: SentLink) => Promise<void>
}

/**
 * Passwords, sessions, second factors and passkeys of organizers: better-auth's, over our database. Nobody signs up:
 * accounts are made by set-up and by invitations (accounts.ts). Loaded when somebody first comes with a session or for
 * one: these packages are a quarter of all that a start would load.
 */
export function createAuth(options: AuthOptions): () => Promise<Auth> {
  let auth: Promise<Auth> | null = null
  return () => {
    auth ??= loadAuth(options)
    return auth
  }
}

async function loadAuth({ sql, keys, publicUrl, sendReset }: AuthOptions) {
  const [{ betterAuth }, { twoFactor }, { passkey }, { CamelCasePlugin, Kysely }, { PostgresJSDialect }] =
    await Promise.all([
      import('better-auth'),
      import('better-auth/plugins/two-factor'),
      import('@better-auth/passkey'),
      import('kysely'),
      import('kysely-postgres-js'),
    ])
  const { hostname, origin, protocol } = new URL(publicUrl)
  return betterAuth({
    appName: 'Boxoffice',
    baseURL: origin,
    basePath: AUTH_PATH,
    secret: Buffer.from(keys.accounts).toString('base64url'),
    // A page may call the host that it came from, whichever of our addresses that is; no other page may.
    trustedOrigins: request => {
      const host = request?.headers.get('host')
      return host ? [`http://${host}`, `https://${host}`] : []
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: {
      // Its names are in camel case, and ours with underscores; rows come back in camel case from the driver already.
      db: new Kysely({ dialect: new PostgresJSDialect({ postgres: sql }), plugins: [new CamelCasePlugin()] }),
      type: 'postgres',
    },
    user: { modelName: 'accounts' },
    session: {
      modelName: 'accountSessions',
      expiresIn: 14 * DAY_SECONDS,
      updateAge: DAY_SECONDS,
      // What was revoked is over at once.
      cookieCache: { enabled: false },
    },
    account: { modelName: 'accountCredentials' },
    verification: { modelName: 'accountVerifications' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: 3600,
      sendResetPassword: ({ user, url }) => sendReset({ accountId: user.id, email: user.email, name: user.name, url }),
    },
    plugins: [
      twoFactor({ issuer: 'Boxoffice', schema: { user: {}, twoFactor: { modelName: 'accountTwoFactors' } } }),
      passkey({
        rpID: hostname,
        rpName: 'Boxoffice',
        origin,
        schema: { passkey: { modelName: 'accountPasskeys', fields: { credentialID: 'credentialId' } } },
      }),
    ],
    // What may be guessed at is counted for all processes together before it comes here (auth-routes.ts); its own counting
    // is of one process.
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/*': { window: 60, max: 300 },
        '/request-password-reset': { window: 60, max: 300 },
        '/reset-password/*': { window: 60, max: 300 },
      },
    },
    advanced: {
      cookiePrefix: 'boxoffice',
      useSecureCookies: protocol === 'https:',
      ipAddress: { ipAddressHeaders: [CLIENT_HEADER] },
      database: { generateId: () => newGuid() },
    },
  })
}

export type Auth = Awaited<ReturnType<typeof loadAuth>>

const DAY_SECONDS = 86_400
/** What the name of the cookie ends in, by `cookiePrefix`; over https it begins with `__Secure-`. */
const SESSION_COOKIE = 'boxoffice.session_token='

/** Whose session a request's cookie is, as of now: what was revoked is nobody's. */
export function signedInBy(auth: () => Promise<Auth>): SignedIn {
  return async ({ cookie }) => {
    if (!String(cookie).includes(SESSION_COOKIE)) return null
    const { api } = await auth()
    const found = await api.getSession({ headers: new Headers({ cookie: String(cookie ?? '') }) })
    return found && { accountId: found.user.id }
  }
}
