import { createHmac } from 'node:crypto'
import type { Sql } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { Keys } from './keys.ts'

/** What is tried, and how often a minute it may be from one network, by all processes together. */
export const ATTEMPTS_PER_MINUTE = {
  /** A password, a second factor, a passkey, a new password by a mailed link. */
  signIn: 30,
  /** Having that link mailed. */
  passwordReset: 10,
  /** The link of the first start, and invitations. */
  join: 60,
  /** Finding the site and logging in: a crew behind one address does so within a minute; whoever guesses 256-bit tokens gets nowhere at this pace. */
  staffLogin: 120,
} as const
export type Attempt = keyof typeof ATTEMPTS_PER_MINUTE

/**
 * Counts an attempt. One statement, by the clock of the database: processes share nothing else. What is refused anyway
 * is not written, so that a row is written no more often than attempts are allowed.
 * @throws Refusal RESOURCE_EXHAUSTED, with when to come back
 */
export async function takeAttempt(
  { sql, keys }: { sql: Sql; keys: Pick<Keys, 'links'> },
  attempt: Attempt,
  address: string,
): Promise<void> {
  const max = ATTEMPTS_PER_MINUTE[attempt]
  const key = createHmac('sha256', keys.links)
    .update(`attempt:${attempt}:${networkOf(address)}`)
    .digest()
  const [taken] = await sql`
    insert into attempts as known (attempt_key, count, ends_at)
    values (${key}, 1, clock_timestamp() + interval '1 minute')
        on conflict on constraint attempts_pkey do update
       set count = case when known.ends_at > clock_timestamp() then known.count + 1 else 1 end,
           ends_at = case when known.ends_at > clock_timestamp() then known.ends_at else excluded.ends_at end
     where known.count < ${max} or known.ends_at <= clock_timestamp()
    returning 1`
  if (taken) return
  const [until] = await sql<{ seconds: number }[]>`
    select greatest(1, ceil(extract(epoch from ends_at - clock_timestamp())))::integer as seconds
      from attempts
     where attempt_key = ${key}`
  throw new Refusal('RESOURCE_EXHAUSTED', 'Too many attempts. Wait a moment.', {
    retryAfterSeconds: until?.seconds ?? 1,
  })
}

/** Forgets what ended: called by the clock, so that the table holds a minute or two of attempts. */
export async function forgetAttempts(sql: Sql): Promise<number> {
  const { count } = await sql`
    delete from attempts
     where ends_at <= clock_timestamp()`
  return count
}

/** Whoever has one IPv6 address has all of its /64. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1) // an IPv4 address in the other's clothes
  const [left = [], right = []] = address.split('::').map(part => part.split(':').filter(group => group !== ''))
  const zeros = address.includes('::') ? Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
