import { type Static, Type } from 'typebox'
import { requestValidator, toViolations } from '../http/validation.ts'
import { InvalidRequest, type Refusal } from '../refusals.ts'
import { bulkOf, bulkResults, ItemMetadataOut, itemMetadataOf, toItemError } from '../wire/bulk.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { CATEGORY_STATES, type Category, type EventCounts, type Outcome } from './model.ts'

export const CategoryName = Text(1, 30)
export const CategoryStates = Type.Array(OneOf(CATEGORY_STATES), { maxItems: 3 })
export const CategoryIn = Type.Object({ name: CategoryName, states: Maybe(CategoryStates) })

export const CategoryOut = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdDate: InstantOut,
  counts: Type.Optional(Type.Object({ assignedEventsCount: Type.Integer(), assignedDraftEventsCount: Type.Integer() })),
  states: Type.Array(Type.String()),
})

export function toWire({ categoryId, name, createdAt, states, ...counts }: Category & Partial<EventCounts>) {
  const { assignedEventsCount, assignedDraftEventsCount } = counts
  return present({
    id: categoryId,
    name,
    createdDate: createdAt,
    counts:
      typeof assignedEventsCount === 'number' && typeof assignedDraftEventsCount === 'number'
        ? { assignedEventsCount, assignedDraftEventsCount }
        : undefined,
    states,
  })
}

/** One category of a bulk request, judged by itself (events 8.5.1). */
export function judgeCategory(item: unknown, index: number): Static<typeof CategoryIn> | InvalidRequest {
  if (isCategory(item) === true) return item as Static<typeof CategoryIn> // the schema has just said so
  const violations = toViolations(isCategory.errors ?? []).map(violation => ({
    ...violation,
    field: `categories[${index}]${violation.field && '.'}${violation.field}`,
  }))
  return new InvalidRequest(violations)
}

const isCategory = requestValidator()({ schema: CategoryIn, method: 'POST', url: '', httpPart: 'body' })

/** api section 10 */
export const BulkOut = bulkOf(Type.Object({ itemMetadata: ItemMetadataOut, item: Type.Optional(CategoryOut) }))

/** The answer to bulk create: what was made, or why not, in request order. */
export function createdToWire(created: readonly (Category | Refusal | InvalidRequest)[]): Static<typeof BulkOut> {
  return bulkResults(
    created.map((result, originalIndex) =>
      result instanceof Error
        ? { itemMetadata: { originalIndex, success: false, error: toItemError(result) } }
        : { itemMetadata: { id: result.categoryId, originalIndex, success: true }, item: toWire(result) },
    ),
  )
}

/** The answer to bulk assign and unassign: metadata only, whose id is the category's (events 8.5.6). */
export function outcomesToWire(outcomes: readonly Outcome[]): Static<typeof BulkOut> {
  return bulkResults(
    outcomes.map(({ categoryId, refusal }, index) => ({ itemMetadata: itemMetadataOf(categoryId, index, refusal) })),
  )
}
