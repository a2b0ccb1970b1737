import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import { SignJWT } from 'jose'
import type { Keys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'
import type { WebhookKey } from './key-store.ts'
import type { WebhookEvent } from './payloads.ts'

const generate = promisify(generateKeyPair)

/** A new key pair of a site; of the private half only what is sealed with a key of ours leaves this function. */
export async function newWebhookKey(
  siteId: string,
  { webhookKeys }: Pick<Keys, 'webhookKeys'>,
  { signsFrom, now }: { signsFrom: Date; now: Date },
): Promise<WebhookKey> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  const webhookKeyId = newGuid()
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', webhookKeys, nonce).setAAD(nameOf({ siteId, webhookKeyId }))
  const sealed = Buffer.concat([nonce, cipher.update(privateKey), cipher.final(), cipher.getAuthTag()])
  return { siteId, webhookKeyId, publicKey, privateKey: sealed, signsFrom, createdAt: now }
}

/** The private half of a key. @throws Error when it was sealed for another site or with another secret */
export function openWebhookKey(key: WebhookKey, { webhookKeys }: Pick<Keys, 'webhookKeys'>): KeyObject {
  const { privateKey: sealed } = key
  const decipher = createDecipheriv('aes-256-gcm', webhookKeys, sealed.subarray(0, NONCE_BYTES))
    .setAAD(nameOf(key))
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  const opened = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  return createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' })
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A sealed key cannot be put into another row. */
function nameOf({ siteId, webhookKeyId }: Pick<WebhookKey, 'siteId' | 'webhookKeyId'>): Buffer {
  return Buffer.from(`${siteId} ${webhookKeyId}`)
}

export type Signer = { webhookKeyId: string; privateKey: KeyObject }

/** The whole body of a delivery: a token, made for one attempt, whose `data` says what happened (api 11.1). */
export async function signedBody(
  { siteId, webhookEventId, eventType, payload, identity }: SignedEvent,
  { webhookKeyId, privateKey }: Signer,
  now: Date,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  return new SignJWT({ data: JSON.stringify({ eventType, instanceId: siteId, identity, data: payload }) })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: webhookKeyId })
    .setJti(webhookEventId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + VALID_SECONDS)
    .sign(privateKey)
}

export type SignedEvent = Pick<WebhookEvent, 'webhookEventId' | 'eventType' | 'payload' | 'identity'> & {
  siteId: string
}

/** Long enough for clocks that differ and for a program that reads its queue later. */
const VALID_SECONDS = 3600
