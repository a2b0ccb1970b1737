import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What targets may be: anything that is public, and the hosts that whoever runs this has named. */
export type Reach = {
  /** Host names as addresses spell them: may be private, and may be called without TLS. */
  privateHosts: readonly string[]
  /** The IP addresses of a name; tests have their own. */
  resolve: (host: string, signal: AbortSignal) => Promise<string[]>
}

/**
 * Whether an IP address may be called: a public one, of this or that version. Loopback, private and link-local networks
 * (clouds keep their secrets there), carriers' networks, multicast, and addresses that stand for another one are not.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}

/** The IP address that a host is by itself, without asking anybody; null: it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) ? bare : null
}

/** Why a target may not be, as far as its address alone tells; null: it may. */
export function problemOfTarget(url: string, { privateHosts }: Pick<Reach, 'privateHosts'>): string | null {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'must be an https address'
  if (parsed.username !== '' || parsed.password !== '') return 'must not hold a password'
  if (privateHosts.includes(parsed.hostname)) return null
  if (parsed.protocol !== 'https:') return 'must be an https address'
  const literal = literalAddress(parsed.hostname)
  const isPrivate = literal ? !isPublicAddress(literal) : isLocalName(parsed.hostname)
  return isPrivate ? 'must not be in a private network' : null
}

/** Names that mean this machine wherever they are asked for. */
function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname)
}

/**
 * The addresses under which `hostname` may be called, looked up now. Whoever connects connects to these, so that a name
 * cannot mean something else a moment later.
 * @throws Error that says why there is none
 */
export async function callableAddresses(
  hostname: string,
  { privateHosts, resolve }: Reach,
  signal: AbortSignal,
): Promise<string[]> {
  const literal = literalAddress(hostname)
  if (privateHosts.includes(hostname)) return literal ? [literal] : systemAddresses(hostname)
  const addresses = literal ? [literal] : await resolve(hostname, signal)
  if (addresses.length === 0) throw new Error(`there is no host ${hostname}`)
  // One that is private among public ones is a trap as well.
  if (!addresses.every(isPublicAddress)) throw new Error(`${hostname} is in a private network`)
  return addresses
}

/** Whoever runs this has named the host: it may stand in files of the machine. */
async function systemAddresses(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address)
}

/**
 * Asks the DNS and no file of this machine. Not node's `lookup`, of which only four run at once: a few names that answer
 * slowly would hold up all others.
 */
export async function askDns(host: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
