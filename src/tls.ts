import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDataDirectory } from './db/data-directory-lock.ts'
import { errorCode, fileProblem } from './startup-problem.ts'

type Authority = { cert: string; key: string }
type Leaf = { cert: string; key: string }

/**
 * The certificate for localhost, 127.0.0.1 and ::1, in PEM, made once in `dataDir` and renewed 30 days before its end.
 * Who trusts the authority at `caPath` (NODE_EXTRA_CA_CERTS, or the system's store) trusts it after a renewal too.
 * @throws StartupProblem
 */
export async function ensureCertificate(
  dataDir: string,
  now: Date = new Date(),
): Promise<{ cert: string; key: string; caPath: string }> {
  const directory = join(await makeDataDirectory(dataDir), 'tls')
  try {
    const authority = (await readAuthority(directory, now)) ?? (await makeAuthority(directory, now))
    const leaf = (await readLeaf(directory, authority, now)) ?? (await renewLeaf(directory, authority, now))
    return { ...leaf, caPath: join(directory, 'ca.pem') }
  } catch (error) {
    throw fileProblem(error, directory) ?? error
  }
}

const marginDays = 30
const authorityDays = 3650
// Browsers take no certificate that is valid for much longer than a year.
const leafDays = 397

async function readAuthority(directory: string, now: Date): Promise<Authority | null> {
  const found = await readPair(directory, 'ca.pem', 'ca-key.pem')
  return found?.x509.ca && isFresh(found.x509, now) ? { cert: found.cert, key: found.key } : null
}

async function readLeaf(directory: string, authority: Authority, now: Date): Promise<Leaf | null> {
  const found = await readPair(directory, 'cert.pem', 'key.pem')
  if (found === null) return null
  const { x509, cert, key } = found
  const isOfAuthority = x509.verify(new X509Certificate(authority.cert).publicKey)
  const hasNames = x509.checkHost('localhost') && x509.checkIP('127.0.0.1') && x509.checkIP('::1')
  return isOfAuthority && hasNames && isFresh(x509, now) ? { cert, key } : null
}

/** Null when a file is missing or damaged, or the two do not belong together: then they are made anew. */
async function readPair(directory: string, certName: string, keyName: string) {
  try {
    const cert = await readFile(join(directory, certName), 'utf8')
    const key = await readFile(join(directory, keyName), 'utf8')
    const x509 = new X509Certificate(cert)
    return x509.checkPrivateKey(createPrivateKey(key)) ? { cert, key, x509 } : null
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_CRYPTO')) return null
    throw error
  }
}

/** Only the end counts: a clock that is behind must not cost us the authority that people trust. */
function isFresh({ validToDate }: X509Certificate, now: Date): boolean {
  return validToDate > daysAfter(now, marginDays)
}

/** A first authority appears together with its leaf in one rename: of several processes that begin at once, one wins. */
async function makeAuthority(directory: string, now: Date): Promise<Authority> {
  const authority = await generateAuthority(now)
  const draft = await mkdtemp(`${directory}.`)
  try {
    await writeAuthority(draft, authority)
    await writeLeaf(draft, await generateLeaf(authority, now))
    await rename(draft, directory)
    return authority
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && !(code === 'EPERM' && process.platform === 'win32')) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  const winner = await readAuthority(directory, now)
  if (winner !== null) return winner
  await writeAuthority(directory, authority)
  return authority
}

async function renewLeaf(directory: string, authority: Authority, now: Date): Promise<Leaf> {
  const leaf = await generateLeaf(authority, now)
  await writeLeaf(directory, leaf)
  return leaf
}

async function generateAuthority(now: Date): Promise<Authority> {
  const { generate } = await import('selfsigned') // once a year
  // A name of its own each time: clients confuse two authorities of one name with different keys.
  const name = `Boxoffice local authority ${randomBytes(4).toString('hex')}`
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: daysAfter(now, -1),
    notAfterDate: daysAfter(now, authorityDays),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { cert, key }
}

async function generateLeaf(authority: Authority, now: Date): Promise<Leaf> {
  const { generate } = await import('selfsigned')
  const end = Math.min(daysAfter(now, leafDays).getTime(), new X509Certificate(authority.cert).validToDate.getTime())
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A day early, for clients whose clock is behind.
    notBeforeDate: daysAfter(now, -1),
    notAfterDate: new Date(end),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  return { cert, key }
}

async function writeAuthority(directory: string, { cert, key }: Authority): Promise<void> {
  await writePrivately(join(directory, 'ca-key.pem'), key)
  await writePrivately(join(directory, 'ca.pem'), cert)
}

async function writeLeaf(directory: string, { cert, key }: Leaf): Promise<void> {
  await writePrivately(join(directory, 'key.pem'), key)
  await writePrivately(join(directory, 'cert.pem'), cert)
}

async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await chmod(draft, 0o600)
  await rename(draft, path)
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000)
}
