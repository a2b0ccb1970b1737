import { randomInt, randomUUID } from 'node:crypto'

declare const brand: unique symbol
/** A `Base` that cannot be mixed up with another kind of `Base`. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

export type SiteId = Branded<string, 'SiteId'>
export type OrderNumber = Branded<string, 'OrderNumber'>
export type TicketNumber = Branded<string, 'TicketNumber'>

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
