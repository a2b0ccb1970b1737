import { createHmac } from 'node:crypto'
import type { Keys } from '../identities/keys.ts'
import { randomCode } from '../ids.ts'
import { bareCode } from './model.ts'

/** A new code: 82 bits, in groups that can be read aloud. */
export function newCode(): string {
  return Array.from({ length: 4 }, () => randomCode(4)).join('-')
}

/** What is stored of a code. Without the installation's secret nobody can try codes against it. */
export function hashCode(siteId: string, code: string, keys: Keys): Buffer {
  return createHmac('sha256', keys.giftCards)
    .update(`${siteId}:${bareCode(code)}`)
    .digest()
}

export function lastFourOf(code: string): string {
  return bareCode(code).slice(-4)
}
