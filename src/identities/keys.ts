import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Everything we sign with, derived from the installation's one master secret. */
export type Keys = {
  /** HMAC key of visitor, member and staff tokens. */
  tokens: Uint8Array
  /** HMAC key of links that work without a login. */
  links: Uint8Array
  /** HMAC key of gift card codes. */
  giftCards: Uint8Array
  /** What better-auth signs cookies and seals second factors with. */
  accounts: Uint8Array
  /** AES-256 key that the private keys of webhooks are sealed with: RSA keys cannot be derived. */
  webhookKeys: Uint8Array
  /** Ed25519: a door device can check a ticket's code with the public half alone, without a network. */
  tickets: { privateKey: KeyObject; publicKey: KeyObject }
  /** Tells whether a database was set up with this secret; reveals nothing of it. */
  fingerprint: string
}

/** @param secret at least 32 characters; a database works with the secret it was set up with */
export function deriveKeys(secret: string): Keys {
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', secret, 'boxoffice', purpose, 32))
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_PREFIX, derive('tickets')]),
    format: 'der',
    type: 'pkcs8',
  })
  return {
    tokens: derive('tokens'),
    links: derive('links'),
    giftCards: derive('gift cards'),
    accounts: derive('accounts'),
    webhookKeys: derive('webhook keys'),
    tickets: { privateKey, publicKey: createPublicKey(privateKey) },
    fingerprint: createHash('sha256').update(derive('fingerprint')).digest('hex'),
  }
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in its PKCS#8 form. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
