import type { StoredEvent } from '../events/model.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import type { FeeType, PricingKind } from '../pricing/model.ts'

export type PricingOption = { optionId: string; name: string; amountMinor: number }

/** A definition as stored, with its inventory and the little of its event that every answer needs. */
export type TicketDefinition = Inventory & {
  siteId: string
  eventId: string
  revision: number
  name: string
  description: string | null
  policyText: string | null
  hidden: boolean
  initialLimit: number | null
  pricingKind: PricingKind
  priceMinor: number | null
  currency: string
  pricingOptions: PricingOption[]
  feeType: FeeType
  saleStartAt: Date | null
  saleEndAt: Date | null
  /** null: no sale period was set. */
  displayNotOnSale: boolean | null
  sortIndex: number
  extendedFields: { namespaces: Record<string, Record<string, unknown>> } | null
  createdAt: Date
  updatedAt: Date
  ticketLimitPerOrder: number
}

/** What an organizer decides of a definition; all else follows from it or is counted. */
export type DefinitionContent = Pick<
  TicketDefinition,
  | 'name'
  | 'description'
  | 'policyText'
  | 'hidden'
  | 'initialLimit'
  | 'pricingKind'
  | 'priceMinor'
  | 'currency'
  | 'pricingOptions'
  | 'feeType'
  | 'saleStartAt'
  | 'saleEndAt'
  | 'displayNotOnSale'
  | 'sortIndex'
  | 'extendedFields'
>

/** A definition to be added to an event; without a `sortIndex` it goes last. */
export type NewDefinition = Omit<DefinitionContent, 'sortIndex'> & { eventId: string; sortIndex: number | null }

export type SaleStatus = 'SALE_SCHEDULED' | 'SALE_STARTED' | 'SALE_ENDED'

/** Definitions of one event at most (R87). */
export const DEFINITIONS_MAX = 100

/** R70: before the start it is scheduled, from the end on it is over. */
export function saleStatusOf(
  { saleStartAt, saleEndAt }: Pick<TicketDefinition, 'saleStartAt' | 'saleEndAt'>,
  now: Date,
): SaleStatus {
  if (saleStartAt && now < saleStartAt) return 'SALE_SCHEDULED'
  if (saleEndAt && now >= saleEndAt) return 'SALE_ENDED'
  return 'SALE_STARTED'
}

/** R105: guests see no hidden definitions, and none of drafts. `availableSql` is the same in SQL. */
export function isAvailable(
  { hidden }: Pick<TicketDefinition, 'hidden'>,
  { publishedAt }: Pick<StoredEvent, 'publishedAt'>,
): boolean {
  return !hidden && publishedAt !== null
}

/** R153: outside of its sale window only what shows itself then. `shownSql` is the same in SQL. */
export function isShown(
  definition: Pick<TicketDefinition, 'displayNotOnSale' | 'saleStartAt' | 'saleEndAt'>,
  now: Date,
): boolean {
  return definition.displayNotOnSale !== false || saleStatusOf(definition, now) === 'SALE_STARTED'
}

/** Whether nothing is ever paid for it: a fixed price of 0, or options that all cost 0; never a guest price (5.1). */
export function isFree({
  pricingKind,
  priceMinor,
  pricingOptions,
}: Pick<TicketDefinition, 'pricingKind' | 'priceMinor' | 'pricingOptions'>): boolean {
  switch (pricingKind) {
    case 'FIXED':
      return priceMinor === 0
    case 'OPTIONS':
      return pricingOptions.every(option => option.amountMinor === 0)
    case 'GUEST':
      return false
  }
}

/** The most that one checkout may take; 0 means sold out (R64). */
export function limitPerCheckoutOf(
  inventory: Inventory,
  { ticketLimitPerOrder }: Pick<StoredEvent, 'ticketLimitPerOrder'>,
): number {
  return Math.min(ticketLimitPerOrder, unsoldOf(inventory) ?? ticketLimitPerOrder)
}
