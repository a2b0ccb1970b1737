import { typedDecimal } from '../../shared/money.ts'
import type { DeskEvent } from '../events/event.tsx'
import type { RefusedFields } from '../parts/refused-fields.ts'

/** How an event sells, as it is typed. */
export type SaleValues = {
  isPaused: boolean
  perOrder: string
  minutes: string
  guestsAssignedSeparately: boolean
  tax: 'NONE' | 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT'
  taxName: string
  taxRate: string
  taxOnDonations: boolean
}

export const SALE_MEMBERS = {
  registrationPaused: ['isPaused'],
  ticketLimitPerOrder: ['perOrder'],
  reservationDurationInMinutes: ['minutes'],
  guestsAssignedSeparately: ['guestsAssignedSeparately'],
  taxSettings: ['tax', 'taxName', 'taxRate', 'taxOnDonations'],
} as const satisfies Record<string, readonly (keyof SaleValues)[]>
export type SaleMember = keyof typeof SALE_MEMBERS

/** @param locale in which the reader types numbers */
export function saleValuesOf({ registration }: Pick<DeskEvent, 'registration'>, locale: string): SaleValues {
  const { taxSettings, ...tickets } = registration?.tickets ?? {}
  return {
    isPaused: registration?.registrationPaused ?? false,
    perOrder: String(tickets.ticketLimitPerOrder ?? ''),
    minutes: String(tickets.reservationDurationInMinutes ?? ''),
    guestsAssignedSeparately: tickets.guestsAssignedSeparately ?? false,
    tax: taxSettings?.type ?? 'NONE',
    taxName: taxSettings?.name ?? '',
    taxRate: typedDecimal(taxSettings?.rate ?? '', locale),
    taxOnDonations: taxSettings?.appliedToDonations ?? true,
  }
}

/** What the API is sent: the members of `registration.tickets`, and the one beside it. */
export function saleWireOf(values: SaleValues): Record<SaleMember, unknown> {
  return {
    registrationPaused: values.isPaused,
    ticketLimitPerOrder: Number(values.perOrder),
    reservationDurationInMinutes: Number(values.minutes),
    guestsAssignedSeparately: values.guestsAssignedSeparately,
    taxSettings:
      values.tax === 'NONE'
        ? null
        : {
            type: values.tax,
            name: values.taxName.trim(),
            rate: values.taxRate.trim().replace(',', '.'),
            appliedToDonations: values.taxOnDonations,
          },
  }
}

/** Why each field cannot be saved so; keys of `desk:tickets.settings.wrong`. */
export function saleProblemsOf(values: SaleValues) {
  const problems: Partial<Record<keyof SaleValues, 'perOrder' | 'minutes' | 'taxName' | 'taxRate'>> = {}
  if (!isWhole(values.perOrder, 1, 50)) problems.perOrder = 'perOrder'
  if (!isWhole(values.minutes, 5, 30)) problems.minutes = 'minutes'
  if (values.tax === 'NONE') return problems
  if (values.taxName.trim() === '') problems.taxName = 'taxName'
  const rate = values.taxRate.trim().replace(',', '.')
  if (!/^\d{1,3}(\.\d{1,3})?$/.test(rate) || Number(rate) < 0.001 || Number(rate) > 100) problems.taxRate = 'taxRate'
  return problems
}

function isWhole(typed: string, min: number, max: number): boolean {
  return /^\d{1,3}$/.test(typed.trim()) && Number(typed) >= min && Number(typed) <= max
}

/** Where the form has what the API refuses. */
export const REFUSED_SALE_FIELDS: RefusedFields = {
  fieldOf: path => FIELDS[path.replace('event.registration.tickets.', '')] ?? null,
}

const FIELDS: Readonly<Record<string, keyof SaleValues>> = {
  ticketLimitPerOrder: 'perOrder',
  reservationDurationInMinutes: 'minutes',
  'taxSettings.name': 'taxName',
  'taxSettings.rate': 'taxRate',
}
