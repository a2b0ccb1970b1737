import { describe, expect, test } from 'vitest'
import { encrypted, passCertificate, walletFiles } from '../../test/support/wallet.ts'
import { StartupProblem } from '../startup-problem.ts'
import { readWallet } from './keys.ts'

const files = await walletFiles()
const { applePass, googleWallet, keep, wwdr, pass, serviceAccount } = files
const NOW = new Date('2030-05-01T12:00:00.000Z')
const NONE = { applePass: null, googleWallet: null }

test('without settings there is nothing to sign with, and no file is read', async () => {
  expect(await readWallet(NONE, NOW)).toEqual({ apple: null, google: null })
})

test('certificates are taken as PEM and as Apple hands them out, keys with and without a passphrase', async () => {
  const { apple, google } = await readWallet({ applePass, googleWallet }, NOW)
  expect(apple).toMatchObject({ passTypeId: applePass.passTypeId, teamId: applePass.teamId })
  expect(apple?.expiresAt).toEqual(new Date('2031-01-01T00:00:00.000Z'))
  expect(apple?.wwdr).toContain('BEGIN CERTIFICATE')
  expect(google).toMatchObject({ serviceAccount })
  const keyPath = await keep('encrypted.key', encrypted(pass.private, 'hush'))
  const behind = await readWallet({ ...NONE, applePass: { ...applePass, keyPath, keyPassphrase: 'hush' } }, NOW)
  expect(behind.apple).toEqual(apple)
})

describe('what cannot be used is said by the name of its setting, and nothing of what is in it', () => {
  test('a file that is not there, and one that is something else', async () => {
    const path = await keep('not-a.key', 'hush')
    const wrong = { ...applePass, certPath: `${path}.gone`, keyPath: path, wwdrPath: path }
    const problem = await problemOf({ applePass: wrong, googleWallet: { ...googleWallet, keyPath: path } })
    expect(problem.match(/^- /gm)).toHaveLength(4)
    expect(problem).toContain(`APPLE_PASS_CERT: ${path}.gone cannot be read (ENOENT)`)
    expect(problem).toContain(`APPLE_PASS_KEY: ${path} is not a private key without a passphrase`)
    expect(problem).toContain(`APPLE_WWDR_CERT: ${path} is not a certificate`)
    expect(problem).toContain(`GOOGLE_WALLET_KEY: ${path} is not the key of a service account`)
    expect(problem).not.toContain('hush')
  })

  test('a key that is another’s, and a certificate for another pass type and team', async () => {
    const other = await passCertificate(wwdr, { passTypeId: 'pass.org.other', teamId: 'OTHERTEAM1' })
    const certPath = await keep('other.pem', other.cert)
    const problem = await problemOf({ ...NONE, applePass: { ...applePass, certPath } })
    expect(problem).toContain('APPLE_PASS_KEY is not the key of APPLE_PASS_CERT')
    expect(problem).toContain(
      `APPLE_PASS_CERT is for pass.org.other, but APPLE_PASS_TYPE_ID is ${applePass.passTypeId}`,
    )
    expect(problem).toContain('APPLE_PASS_CERT is of the team OTHERTEAM1, but APPLE_TEAM_ID is A1B2C3D4E5')
  })

  test('an authority that did not issue it', async () => {
    const wwdrPath = await keep('root.pem', files.root.cert)
    expect(await problemOf({ ...NONE, applePass: { ...applePass, wwdrPath } })).toContain(
      'APPLE_PASS_CERT was not issued by APPLE_WWDR_CERT',
    )
  })

  test('a certificate whose time is over', async () => {
    const valid = { notBeforeDate: new Date('2028-04-01T00:00:00Z'), notAfterDate: new Date('2029-04-01T00:00:00Z') }
    const over = await passCertificate(wwdr, { valid })
    const old = {
      ...applePass,
      certPath: await keep('old.pem', over.cert),
      keyPath: await keep('old.key', over.private),
    }
    expect(await problemOf({ ...NONE, applePass: old })).toBe(
      'The keys for wallet passes cannot be used:\n' +
        '- APPLE_PASS_CERT is valid from 2028-04-01 until 2029-04-01; get a new one',
    )
  })

  test('a passphrase that does not fit', async () => {
    const keyPath = await keep('locked.key', encrypted(pass.private, 'hush'))
    for (const keyPassphrase of [null, 'wrong'])
      expect(await problemOf({ ...NONE, applePass: { ...applePass, keyPath, keyPassphrase } })).toContain(
        `APPLE_PASS_KEY: ${keyPath} is not a private key with`,
      )
  })
})

async function problemOf(settings: Parameters<typeof readWallet>[0]): Promise<string> {
  const error = await readWallet(settings, NOW).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(StartupProblem)
  return error instanceof Error ? error.message : ''
}
