import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { walletFiles } from '../test/support/wallet.ts'
import { readConfig } from './config.ts'
import { examine } from './doctor.ts'

const { applePass, googleWallet } = await walletFiles()
const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-doctor-'))
afterAll(() => rm(dataDir, { recursive: true }))

/** What it says of the keys for wallets; a new data directory has no database yet. */
async function findingsAt(now: string, wallet = { applePass, googleWallet }) {
  const config = { ...readConfig({ PORT: '0', HTTPS_PORT: '0', DATA_DIR: dataDir }), ...wallet }
  return (await examine(config, new Date(now))).filter(({ text }) => /wallet/i.test(text))
}

test('the doctor says how long passes can be signed, and a month before the end that it is near', async () => {
  const google = { good: true, text: 'links to Google Wallet' }
  expect(await findingsAt('2030-05-01T12:00:00Z')).toEqual([
    google,
    { good: true, text: 'passes for Apple Wallet until 2031-01-01' },
  ])
  expect(await findingsAt('2030-12-15T12:00:00Z')).toEqual([
    google,
    { good: false, text: 'passes for Apple Wallet until 2031-01-01; get a new certificate (APPLE_PASS_CERT)' },
  ])
})

test('keys that cannot be used are a finding, and none are none', async () => {
  const gone = { applePass: { ...applePass, keyPath: join(dataDir, 'gone') }, googleWallet: null } as never
  const [finding, ...others] = await findingsAt('2030-05-01T12:00:00Z', gone)
  expect([finding?.good, others]).toEqual([false, []])
  expect(finding?.text).toContain('cannot be read (ENOENT)')
  expect(await findingsAt('2030-05-01T12:00:00Z', { applePass: null, googleWallet: null } as never)).toEqual([])
})
