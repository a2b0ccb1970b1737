import { type Static, type TSchema, Type } from 'typebox'
import { type InvalidRequest, Refusal } from '../refusals.ts'

/** Why one item was refused. */
export const ItemErrorOut = Type.Object({
  code: Type.String(),
  description: Type.String(),
  data: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true }),
})

/** What became of one item of a bulk call (api section 10). */
export const ItemMetadataOut = Type.Object({
  id: Type.Optional(Type.String()),
  originalIndex: Type.Integer(),
  success: Type.Boolean(),
  error: Type.Optional(ItemErrorOut),
})

/** The answer of a bulk call whose results look like `result`. */
export function bulkOf<T extends TSchema>(result: T) {
  return Type.Object({
    results: Type.Array(result),
    bulkActionMetadata: Type.Object({
      totalSuccesses: Type.Integer(),
      totalFailures: Type.Integer(),
      undetailedFailures: Type.Integer(),
    }),
  })
}

/** Results in request order, and how many of them succeeded and failed. */
export function bulkResults<T extends { itemMetadata: Static<typeof ItemMetadataOut> }>(results: T[]) {
  const totalSuccesses = results.filter(({ itemMetadata }) => itemMetadata.success).length
  return {
    results,
    bulkActionMetadata: { totalSuccesses, totalFailures: results.length - totalSuccesses, undetailedFailures: 0 },
  }
}

export function toItemError(error: Refusal | InvalidRequest) {
  if (error instanceof Refusal) return { code: error.code, description: error.message, data: error.data }
  // inferred: the word that the client itself puts before validation errors (api 5.3.2)
  return { code: 'INVALID_ARGUMENT', description: error.message, data: { fieldViolations: error.violations } }
}

/** The metadata of an item whose id the request named: done, or why not. */
export function itemMetadataOf(
  id: string,
  originalIndex: number,
  refusal: Refusal | null,
): Static<typeof ItemMetadataOut> {
  return { id, originalIndex, success: refusal === null, ...(refusal && { error: toItemError(refusal) }) }
}
