import { randomInt, randomUUID } from 'node:crypto'

export const GUID_PATTERN = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
const GUID = new RegExp(GUID_PATTERN)

/** Whether `value` is a 36-character GUID in either case (spec/api.md 13.1). */
export function isGuid(value: string): boolean {
  return GUID.test(value)
}

/** A new random GUID, lower case. */
export function newGuid(): string {
  return randomUUID()
}

/** `length` characters of 0-9 and A-Z from the system's random source: 5.17 bits each. */
export function randomCode(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
