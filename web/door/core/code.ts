/** What was scanned or typed, before anything is known about it. */
export type Code =
  /**
   * A code of ours: `genuine` if the key that tickets are signed with signed it. That of an RSVP stands for all of its
   * guests, and its number is the RSVP's id.
   */
  | { kind: 'ticket' | 'rsvp'; number: string; eventId: string; genuine: boolean }
  /** Something that may be a ticket's number, from a scanner of bars or a keyboard. */
  | { kind: 'number'; number: string }
  | { kind: 'foreign' }

export type PublicKey = { kty: string; crv: string; x: string }

/** Reads what a QR code holds (docs/door.md), checking the signature by the public key alone. */
export async function readCode(text: string, publicKey: PublicKey): Promise<Code> {
  const trimmed = text.trim().slice(0, LENGTH_MAX)
  const found = codeIn(trimmed)
  if (found) {
    const { kind, number, eventId } = found
    return { kind, number, eventId, genuine: await isSigned(found, publicKey) }
  }
  return /^[A-Z0-9-]{6,36}$/i.test(trimmed) ? { kind: 'number', number: trimmed.toUpperCase() } : { kind: 'foreign' }
}

type Signed = { kind: 'ticket' | 'rsvp'; number: string; eventId: string; signature: string }

/** The ticket or RSVP, and the event, that an address of ours names, whoever made it. */
export function codeIn(text: string): Signed | null {
  const url = urlIn(text)
  const [, code = ''] = /\/check-in\/([^/]+)$/.exec(url?.pathname ?? '') ?? []
  const [, number, eventId] = /^([A-Z0-9-]{1,36}|[0-9a-f-]{36}),([0-9a-f-]{36})$/.exec(decoded(code)) ?? []
  if (!number || !eventId) return null
  const kind = RSVP_ID.test(number) ? 'rsvp' : 'ticket'
  return { kind, number, eventId, signature: url?.searchParams.get('s') ?? '' }
}

/** No ticket's number looks like that. */
const RSVP_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The staff member's token in the link or code of an invitation; null: it is none. */
export function loginTokenIn(text: string): string | null {
  const url = urlIn(text.trim())
  return url?.pathname === '/staff/login' ? url.searchParams.get('token') || null : null
}

const LENGTH_MAX = 1000

/** As `URL.parse`, which phones of some years ago do not have. */
function urlIn(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

async function isSigned({ kind, number, eventId, signature }: Signed, { x }: PublicKey): Promise<boolean> {
  const signed = bytesOf(signature)
  if (signed?.length !== 64) return false
  return verify(
    signed,
    new TextEncoder().encode(`boxoffice-${kind}:${number}:${eventId}`),
    bytesOf(x) ?? new Uint8Array(),
  )
}

type Bytes = Uint8Array<ArrayBuffer>
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** By the browser, or in JavaScript where it does not know the curve: older phones do not. */
export async function verify(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await importedKey(publicKey)
    if (key) return await crypto.subtle.verify('Ed25519', key, signature, message)
  } catch {
    return false
  }
  return verifyInScript(signature, message, publicKey)
}

export async function verifyInScript(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  const { verifyAsync } = await import('@noble/ed25519')
  return verifyAsync(signature, message, publicKey).catch(() => false)
}

/** null: this browser does not know the curve. */
async function importedKey(publicKey: Bytes): Promise<Key | null> {
  const name = publicKey.join()
  if (imported?.name !== name) {
    const key = crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']).catch(() => null)
    imported = { name, key }
  }
  return imported.key
}

let imported: { name: string; key: Promise<Key | null> } | null = null

function bytesOf(base64url: string): Bytes | null {
  try {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, letter => letter.charCodeAt(0))
  } catch {
    return null
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
