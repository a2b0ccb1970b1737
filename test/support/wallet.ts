import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Certificate, ContentInfo, SignedData } from 'pkijs'
import { generate } from 'selfsigned'
import { afterAll } from 'vitest'
import type { ApplePassFiles, Config } from '../../src/config.ts'

export const PASS_TYPE_ID = 'pass.org.example.tickets'
export const TEAM_ID = 'A1B2C3D4E5'
export const ISSUER_ID = '3388000000000000001'

const VALID = { notBeforeDate: new Date('2026-01-01T00:00:00Z'), notAfterDate: new Date('2031-01-01T00:00:00Z') }
const COMMON = { keySize: 2048, algorithm: 'sha256' as const }
const AUTHORITY = [
  { name: 'basicConstraints' as const, cA: true, critical: true },
  { name: 'keyUsage' as const, keyCertSign: true, cRLSign: true, critical: true },
]

type Made = { private: string; cert: string }

async function authority(commonName: string, issuer?: Made): Promise<Made> {
  const ca = issuer && { ca: { key: issuer.private, cert: issuer.cert } }
  return generate([{ name: 'commonName', value: commonName }], { ...COMMON, ...VALID, ...ca, extensions: AUTHORITY })
}

/** A certificate for passes, as Apple's authority would give it: the pass type in UID, the team in OU. */
export async function passCertificate(
  issuer: Made,
  { passTypeId = PASS_TYPE_ID, teamId = TEAM_ID, valid = VALID } = {},
): Promise<Made> {
  const subject = [
    { name: '0.9.2342.19200300.100.1.1', value: passTypeId },
    { name: 'commonName', value: `Pass Type ID: ${passTypeId}` },
    { name: 'OU', value: teamId },
  ]
  const extensions = [{ name: 'keyUsage' as const, digitalSignature: true, critical: true }]
  return generate(subject, { ...COMMON, ...valid, ca: { key: issuer.private, cert: issuer.cert }, extensions })
}

export type WalletFiles = Awaited<ReturnType<typeof walletFiles>>

/** All that an organizer has from Apple and Google, as files, of authorities of our own. */
export async function walletFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'boxoffice-wallet-'))
  afterAll(() => rm(folder, { recursive: true }))
  const keep = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
  const root = await authority('Root of the tests')
  const wwdr = await authority('Relations of the tests', root)
  const pass = await passCertificate(wwdr)
  const google = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const googleKey = google.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const serviceAccount = 'tickets@project.iam.example.com'
  const applePass: ApplePassFiles = {
    passTypeId: PASS_TYPE_ID,
    teamId: TEAM_ID,
    certPath: await keep('pass.pem', pass.cert),
    keyPath: await keep('pass.key', pass.private),
    keyPassphrase: null,
    wwdrPath: await keep('wwdr.cer', new X509Certificate(wwdr.cert).raw), // Apple hands them out as DER
  }
  const account = { type: 'service_account', client_email: serviceAccount, private_key: googleKey }
  const googleWallet: NonNullable<Config['googleWallet']> = {
    issuerId: ISSUER_ID,
    keyPath: await keep('google.json', JSON.stringify(account)),
  }
  return { keep, root, wwdr, pass, applePass, googleWallet, googlePublicKey: google.publicKey, serviceAccount }
}

/** The same key behind a passphrase. */
export function encrypted(pem: string, passphrase: string): string {
  const key = createPrivateKey(pem)
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
}

/** What is in a ZIP archive whose files are only stored; each must be whole. */
export function unzipped(archive: Uint8Array): Map<string, Buffer> {
  const zip = Buffer.from(archive)
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, crc, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)]
    const nameLength = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const header = zip.readUInt32LE(at + 42)
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
    const content = zip.subarray(start, start + size)
    if (method !== 0 || crc32(content) !== crc) throw new Error(`${name} is not whole`)
    files.set(name, content)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}

/**
 * A pass as a phone reads it: every file must have the hash that the manifest says, and the manifest must be signed by
 * who the root vouches for.
 */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON is in it
export async function readPass(bytes: Uint8Array, { root }: Pick<WalletFiles, 'root'>): Promise<any> {
  const files = unzipped(bytes)
  const manifest = files.get('manifest.json') ?? Buffer.alloc(0)
  const hashes: Record<string, string> = JSON.parse(manifest.toString())
  const others = [...files].filter(([name]) => name !== 'manifest.json' && name !== 'signature')
  const actual = others.map(([name, content]) => [name, createHash('sha1').update(content).digest('hex')])
  if (JSON.stringify(Object.entries(hashes).sort()) !== JSON.stringify(actual.sort()))
    throw new Error('the manifest is not of these files')
  const signature = ContentInfo.fromBER(files.get('signature') ?? Buffer.alloc(0))
  const { signatureVerified, signerCertificateVerified, message } = await new SignedData({
    schema: signature.content,
  }).verify({
    signer: 0,
    data: new Uint8Array(manifest).buffer,
    trustedCerts: [Certificate.fromBER(new X509Certificate(root.cert).raw)],
    checkChain: true,
    checkDate: new Date('2030-05-01T12:00:00Z'),
    extendedMode: true,
  })
  if (!signatureVerified || !signerCertificateVerified) throw new Error(`the pass is not signed: ${message}`)
  return { ...JSON.parse(files.get('pass.json')?.toString() ?? ''), files: others.map(([name]) => name).sort() }
}
