import { describe, expect, test } from 'vitest'
import { callableAddresses, isPublicAddress, problemOfTarget } from './addresses.ts'

describe('addresses', () => {
  test.each([
    ['93.184.216.34', true],
    ['8.8.8.8', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['127.0.0.1', false],
    ['127.8.9.1', false],
    ['0.0.0.0', false],
    ['0.1.2.3', false],
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['172.31.255.254', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['192.0.0.1', false],
    ['192.0.2.1', false],
    ['198.18.0.1', false],
    ['198.51.100.1', false],
    ['203.0.113.1', false],
    ['224.0.0.1', false],
    ['240.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['2001:db8::1', false],
    ['2001::1', false],
    ['fe80::1', false],
    ['fc00::1', false],
    ['fd12:3456::1', false],
    ['fec0::1', false],
    ['ff02::1', false],
    ['::127.0.0.1', false],
    ['100::1', false],
    ['not an address', false],
  ])('%s may be called: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic)
  })
})

describe('targets', () => {
  test.each([
    ['https://shop.example.org/hooks', null],
    ['https://shop.example.org:8443/hooks?key=1', null],
    ['https://93.184.216.34/', null],
    ['https://intern.example/', null],
    ['http://intern.example/', null],
    ['http://shop.example.org/', 'must be an https address'],
    ['ftp://shop.example.org/', 'must be an https address'],
    ['file:///etc/passwd', 'must be an https address'],
    ['shop.example.org', 'must be an https address'],
    ['', 'must be an https address'],
    ['https://me:secret@shop.example.org/', 'must not hold a password'],
    ['https://localhost/', 'must not be in a private network'],
    ['https://LOCALHOST./', 'must not be in a private network'],
    ['https://a.localhost/', 'must not be in a private network'],
    ['https://127.0.0.1/', 'must not be in a private network'],
    ['https://2130706433/', 'must not be in a private network'],
    ['https://0x7f.1/', 'must not be in a private network'],
    ['https://127.1/', 'must not be in a private network'],
    ['https://[::1]/', 'must not be in a private network'],
    ['https://[::ffff:127.0.0.1]/', 'must not be in a private network'],
    ['https://169.254.169.254/latest/meta-data', 'must not be in a private network'],
    ['https://10.0.0.8/', 'must not be in a private network'],
  ])('%s: %s', (url, problem) => {
    expect(problemOfTarget(url, { privateHosts: ['intern.example'] })).toBe(problem)
  })
})

describe('names', () => {
  const reach = (...addresses: string[]) => ({ privateHosts: [], resolve: async () => addresses })
  const at = AbortSignal.timeout(1000)

  test('a name leads to its addresses, as long as all of them are public', async () => {
    expect(await callableAddresses('shop.example.org', reach('93.184.216.34', '2606:2800::1'), at)).toHaveLength(2)
    await expect(callableAddresses('shop.example.org', reach('127.0.0.1'), at)).rejects.toThrow('private network')
    await expect(callableAddresses('shop.example.org', reach('93.184.216.34', '10.0.0.1'), at)).rejects.toThrow(
      'private network',
    )
    await expect(callableAddresses('shop.example.org', reach('::ffff:169.254.169.254'), at)).rejects.toThrow('private')
    await expect(callableAddresses('shop.example.org', reach(), at)).rejects.toThrow('no host')
  })
})
