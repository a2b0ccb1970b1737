import { sign, verify } from 'node:crypto'
import { baseOf } from '../sites/hosts.ts'
import type { Keys } from './keys.ts'

/** Whom a scanned code stands for: a ticket by its number, or an RSVP by its id, for all of its guests. */
export type DoorCode = { kind: 'TICKET' | 'RSVP'; number: string; eventId: string }

/**
 * What a QR code holds that is scanned at a door (R194): an address, and a signature over kind, number and event, so that
 * a door without a network can tell it from a forgery by the public key alone.
 */
export function doorCodeUrl(
  { siteId, ...code }: DoorCode & { siteId: string },
  { keys, publicUrl }: { keys: Keys; publicUrl: string },
): string {
  const signature = sign(null, payload(code), keys.tickets.privateKey).toString('base64url')
  return `${baseOf(siteId, publicUrl)}/check-in/${code.number},${code.eventId}?s=${signature}`
}

/** Whom a scanned code names, or null for one that we did not sign. */
export function readDoorCodeUrl(scanned: string, keys: Keys): DoorCode | null {
  const url = URL.parse(scanned)
  const [, code] = /\/check-in\/([^/]+)$/.exec(url?.pathname ?? '') ?? []
  return code === undefined ? null : readDoorCode({ code, signature: url?.searchParams.get('s') ?? '' }, keys)
}

/** The same of the address's parts: `{number},{eventId}` and the signature. */
export function readDoorCode({ code, signature }: { code: string; signature: string }, keys: Keys): DoorCode | null {
  const [, number, eventId] = /^([A-Z0-9-]{1,36}|[0-9a-f-]{36}),([0-9a-f-]{36})$/.exec(code) ?? []
  if (!number || !eventId) return null
  const read: DoorCode = { kind: RSVP_ID.test(number) ? 'RSVP' : 'TICKET', number, eventId }
  return verify(null, payload(read), keys.tickets.publicKey, Buffer.from(signature, 'base64url')) ? read : null
}

/** No ticket's number looks like that. */
const RSVP_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function payload({ kind, number, eventId }: DoorCode): Buffer {
  return Buffer.from(`boxoffice-${kind.toLowerCase()}:${number}:${eventId}`)
}
