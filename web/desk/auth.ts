import { passkeyClient } from '@better-auth/passkey/client'
import { twoFactorClient } from 'better-auth/client/plugins'
import { createAuthClient } from 'better-auth/react'

/** better-auth's own client: signing in and out, second factors, passkeys, sessions. */
export const auth = createAuthClient({
  baseURL: location.origin,
  basePath: '/boxoffice/v1/auth',
  plugins: [twoFactorClient(), passkeyClient()],
})
