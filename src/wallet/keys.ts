import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ApplePassFiles, Config } from '../config.ts'
import { StartupProblem } from '../startup-problem.ts'

/** What passes for a phone's wallet are made with; null: the organizer has set no keys, and there are no links to any. */
export type Wallet = { apple: AppleSigner | null; google: GoogleSigner | null }

/** PEM texts and names, which go to the thread that signs. */
export type AppleSigner = {
  passTypeId: string
  teamId: string
  cert: string
  key: string
  /** Apple's own certificate, by which the first one was issued. */
  wwdr: string
  /** The first moment at which phones take no pass that was signed with it. */
  expiresAt: Date
}

/** A file with several passes holds no more (Apple's own limit). */
export const PASSES_OF_BUNDLE_MAX = 10

export type GoogleSigner = { issuerId: string; serviceAccount: string; key: KeyObject }

/**
 * Reads the files that the settings name, and looks whether they can be what they are set as.
 * @throws StartupProblem which names each setting that cannot be used
 */
export async function readWallet(
  { applePass, googleWallet }: Pick<Config, 'applePass' | 'googleWallet'>,
  now: Date,
): Promise<Wallet> {
  const problems: string[] = []
  const tell = (problem: string) => {
    problems.push(problem)
  }
  const wallet = {
    apple: applePass && (await readAppleSigner(applePass, now, tell)),
    google: googleWallet && (await readGoogleSigner(googleWallet, tell)),
  }
  if (problems.length > 0)
    throw new StartupProblem(`The keys for wallet passes cannot be used:\n- ${problems.join('\n- ')}`)
  return wallet
}

type Tell = (problem: string) => void

async function readAppleSigner(files: ApplePassFiles, now: Date, tell: Tell): Promise<AppleSigner | null> {
  const { passTypeId, teamId, certPath, keyPath, keyPassphrase, wwdrPath } = files
  const cert = await read('APPLE_PASS_CERT', certPath, 'a certificate', tell, bytes => new X509Certificate(bytes))
  const wwdr = await read('APPLE_WWDR_CERT', wwdrPath, 'a certificate', tell, bytes => new X509Certificate(bytes))
  const which = keyPassphrase === null ? 'a private key without a passphrase' : 'a private key with this passphrase'
  const key = await read('APPLE_PASS_KEY', keyPath, which, tell, bytes =>
    createPrivateKey({ key: bytes, ...(keyPassphrase !== null && { passphrase: keyPassphrase }) }),
  )
  if (!cert || !wwdr || !key) return null
  const said = subjectOf(cert)
  if (!cert.checkPrivateKey(key)) tell('APPLE_PASS_KEY is not the key of APPLE_PASS_CERT')
  if (said.UID !== passTypeId)
    tell(`APPLE_PASS_CERT is for ${said.UID ?? 'no pass type'}, but APPLE_PASS_TYPE_ID is ${passTypeId}`)
  if (said.OU !== teamId) tell(`APPLE_PASS_CERT is of the team ${said.OU ?? '(none)'}, but APPLE_TEAM_ID is ${teamId}`)
  if (!cert.checkIssued(wwdr) || !cert.verify(wwdr.publicKey))
    tell('APPLE_PASS_CERT was not issued by APPLE_WWDR_CERT; take the generation of it that the certificate names')
  for (const [name, { validFromDate, validToDate }] of [
    ['APPLE_PASS_CERT', cert],
    ['APPLE_WWDR_CERT', wwdr],
  ] as const)
    if (now < validFromDate || now >= validToDate)
      tell(`${name} is valid from ${day(validFromDate)} until ${day(validToDate)}; get a new one`)
  return {
    passTypeId,
    teamId,
    cert: cert.toString(),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    wwdr: wwdr.toString(),
    expiresAt: new Date(Math.min(cert.validToDate.getTime(), wwdr.validToDate.getTime())),
  }
}

async function readGoogleSigner(
  { issuerId, keyPath }: { issuerId: string; keyPath: string },
  tell: Tell,
): Promise<GoogleSigner | null> {
  const what = 'the key of a service account, as JSON with client_email and private_key'
  return read('GOOGLE_WALLET_KEY', keyPath, what, tell, bytes => {
    const { client_email: serviceAccount, private_key: key } = JSON.parse(bytes.toString())
    if (typeof serviceAccount !== 'string' || typeof key !== 'string') throw new Error('a member is missing')
    return { issuerId, serviceAccount, key: createPrivateKey(key) }
  })
}

/** What a file holds; null, and told, when that is not what it should be. */
async function read<T>(
  name: string,
  path: string,
  what: string,
  tell: Tell,
  parse: (bytes: Buffer) => T,
): Promise<T | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    tell(`${name}: ${path} cannot be read (${error.code})`)
    return null
  })
  if (bytes === null) return null
  try {
    return parse(bytes)
  } catch {
    tell(`${name}: ${path} is not ${what}`) // why would quote what is in it
    return null
  }
}

/** The parts of a subject by their short names. */
function subjectOf({ subject }: X509Certificate): Record<string, string | undefined> {
  return Object.fromEntries(subject.split('\n').map(line => line.split(/=(.*)/s)))
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
