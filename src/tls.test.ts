import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { StartupProblem } from './startup-problem.ts'
import { ensureCertificate } from './tls.ts'

const directories: string[] = []
const servers: ReturnType<typeof createServer>[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise(done => server.close(done))
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

test('the certificate serves https for 127.0.0.1 and localhost to who trusts its authority', async () => {
  const { cert, key, caPath } = await ensureCertificate(aDataDir())
  const port = await served({ cert, key })
  const ca = readFileSync(caPath, 'utf8')
  expect(await statusOf(`https://127.0.0.1:${port}/`, ca)).toBe(200)
  expect(await statusOf(`https://localhost:${port}/`, ca)).toBe(200)
  await expect(statusOf(`https://127.0.0.1:${port}/`, undefined)).rejects.toThrow(/certificate/)
})

test('NODE_EXTRA_CA_CERTS is enough for a client in another process', async () => {
  const { cert, key, caPath } = await ensureCertificate(aDataDir())
  const port = await served({ cert, key })
  const script = `
    const urls = ['https://127.0.0.1:${port}', 'https://localhost:${port}']
    Promise.all(urls.map(url => fetch(url))).then(answers => console.log(answers.map(answer => answer.status).join()))`
  const env = { NODE_EXTRA_CA_CERTS: caPath }
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env })
  expect(stdout.trim()).toBe('200,200')
})

test('the authority may sign, the certificate may serve and nothing else', async () => {
  const { cert, caPath } = await ensureCertificate(aDataDir())
  const authority = new X509Certificate(readFileSync(caPath))
  const leaf = new X509Certificate(cert)
  expect([authority.ca, leaf.ca]).toEqual([true, false])
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  expect(leaf.checkIssued(authority)).toBe(true)
})

test.runIf(process.platform !== 'win32')('nobody else can read the keys', async () => {
  const dataDir = aDataDir()
  await ensureCertificate(dataDir)
  expect(statSync(join(dataDir, 'tls')).mode & 0o777).toBe(0o700)
  for (const name of ['key.pem', 'ca-key.pem']) expect(statSync(join(dataDir, 'tls', name)).mode & 0o777).toBe(0o600)
})

test('it is kept while more than 30 days remain, then renewed by the same authority', async () => {
  const dataDir = aDataDir()
  const made = await ensureCertificate(dataDir)
  const ca = readFileSync(made.caPath, 'utf8')
  expect(await ensureCertificate(dataDir)).toEqual(made)
  expect(await ensureCertificate(dataDir, inDays(366))).toEqual(made)

  const renewed = await ensureCertificate(dataDir, inDays(368))
  expect(renewed.cert).not.toBe(made.cert)
  expect(readFileSync(made.caPath, 'utf8')).toBe(ca)
  expect(new X509Certificate(renewed.cert).verify(new X509Certificate(ca).publicKey)).toBe(true)
  expect(await ensureCertificate(dataDir, inDays(368))).toEqual(renewed)
})

test('an authority near its end is replaced, and signs a new certificate', async () => {
  const dataDir = aDataDir()
  const made = await ensureCertificate(dataDir)
  const ca = readFileSync(made.caPath, 'utf8')
  const replaced = await ensureCertificate(dataDir, inDays(3640))
  const newCa = new X509Certificate(readFileSync(made.caPath, 'utf8'))
  expect(newCa.toString()).not.toBe(ca)
  expect(newCa.subject).not.toBe(new X509Certificate(ca).subject)
  expect(new X509Certificate(replaced.cert).verify(newCa.publicKey)).toBe(true)
})

test('a clock that is behind does not cost the authority', async () => {
  const dataDir = aDataDir()
  const made = await ensureCertificate(dataDir)
  expect(await ensureCertificate(dataDir, new Date(0))).toEqual(made)
})

test('a damaged or lost file of the certificate is made anew by the same authority', async () => {
  for (const damage of [
    (path: string) => writeFileSync(path, ''),
    (path: string) => writeFileSync(path, 'no PEM'),
    (path: string) => rmSync(path),
  ]) {
    for (const name of ['cert.pem', 'key.pem']) {
      const dataDir = aDataDir()
      const { caPath } = await ensureCertificate(dataDir)
      const ca = readFileSync(caPath, 'utf8')
      damage(join(dataDir, 'tls', name))
      const { cert, key } = await ensureCertificate(dataDir)
      const port = await served({ cert, key })
      expect(await statusOf(`https://localhost:${port}/`, ca)).toBe(200)
    }
  }
})

test('a key of another certificate is noticed', async () => {
  const [dataDir, otherDir] = [aDataDir(), aDataDir()]
  await ensureCertificate(dataDir)
  const other = await ensureCertificate(otherDir)
  writeFileSync(join(dataDir, 'tls', 'key.pem'), other.key)
  expect((await ensureCertificate(dataDir)).key).not.toBe(other.key)
})

test('several processes that begin at once agree on one authority', async () => {
  const dataDir = aDataDir()
  const made = await Promise.all(Array.from({ length: 5 }, () => ensureCertificate(dataDir)))
  const authority = new X509Certificate(readFileSync(join(dataDir, 'tls', 'ca.pem')))
  for (const { cert } of made) expect(new X509Certificate(cert).verify(authority.publicKey)).toBe(true)
  expect(readdirSync(dataDir)).toEqual(['tls'])
})

test('a data directory that is a file is refused in plain words', async () => {
  const file = join(aDataDir(), 'file')
  writeFileSync(file, '')
  await expect(ensureCertificate(file)).rejects.toThrow(StartupProblem)
})

function aDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'boxoffice-tls-'))
  directories.push(directory)
  return directory
}

async function served(options: { cert: string; key: string }): Promise<number> {
  const server = createServer(options, (_request, response) => response.end('here'))
  servers.push(server)
  await once(server.listen(0), 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function statusOf(url: string, ca: string | undefined): Promise<number | undefined> {
  return new Promise((answer, fail) => {
    const request = get(url, { ...(ca === undefined ? {} : { ca }), agent: false }, response => {
      response.resume()
      response.once('end', () => answer(response.statusCode))
    })
    request.once('error', fail)
  })
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000)
}
