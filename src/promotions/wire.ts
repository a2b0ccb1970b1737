import { Type } from 'typebox'

/** A percentage as text, 0.01 to 100, at most two decimals (R53). */
export const Percent = Type.String({ pattern: '^(?!0+(\\.0+)?$)(\\d{1,2}(\\.\\d{1,2})?|100(\\.0{1,2})?)$' })

/** How often something may be used. */
export const UsesMax = Type.Integer({ minimum: 1, maximum: 1_000_000_000 })
