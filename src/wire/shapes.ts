import { type Static, type TOptional, type TSchema, type TUnsafe, Type } from 'typebox'

/** A GUID in either case (api 13.1). */
export const Guid = Type.String({ format: 'guid' })

/** A text of `min` to `max` UTF-16 code units (api 13.5). */
export function Text(min: number, max: number) {
  return Type.String({ minLength: min, maxLength: max })
}

/** RFC 3339 with any offset and precision (api 3.5.2). */
/** api 13.4 */
export const Email = Type.String({ format: 'email', minLength: 4, maxLength: 255 })

export const Instant = Type.String({ format: 'instant' })

/** A decimal as text; a JSON number is refused (R6). At most four places (spec/ticketing 7.2). */
export const Decimal = Type.String({ pattern: '^\\d{1,13}(\\.\\d{1,4})?$' })

export const Count = Type.Integer({ minimum: 0, maximum: 2_147_483_647 })

/** One of the listed upper-case words. */
export function OneOf<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })
}

/** May be absent or null. */
export function Maybe<T extends TSchema>(schema: T): TOptional<TUnsafe<Static<T> | null>> {
  const { enum: values, ...rest } = schema as T & { enum?: unknown[] }
  // What names no type takes null anyhow, and Ajv refuses `nullable` there.
  const nullable = { ...rest, ...(values && { enum: [...values, null] }), ...('type' in rest && { nullable: true }) }
  return Type.Optional(Type.Unsafe<Static<T> | null>(nullable)) as never // Unsafe loses the modifier in its type
}

/** Anything JSON. */
export const Anything = Type.Unsafe<unknown>({})
/** Any JSON object, kept as it is. */
export const AnyObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })

/** A mask as `"a,b.c"`, `["a","b.c"]` or `{paths: […]}` (R8, api 3.5.1). */
export const FieldMask = Type.Unsafe<string | string[] | { paths?: string[] }>({})

/** A parameter of a GET or DELETE that may be given several times; absent is none. */
export function ListOf<T extends TSchema>(item: T, maxItems: number) {
  return Type.Optional(Type.Array(item, { maxItems }))
}

/** Values of `fields`, `fieldset` or `fieldsets`: unknown ones are a 400 (api 6.8.3). */
export function FieldSet<const T extends readonly string[]>(values: T, max = 20) {
  return Maybe(Type.Array(OneOf(values), { maxItems: max }))
}

export const CommonMoneyIn = Type.Object({ value: Decimal, currency: Text(3, 3) })
export const CommonMoneyOut = Type.Object({ value: Type.String(), currency: Type.String() })
export const LegacyMoneyOut = Type.Object({ amount: Type.String(), value: Type.String(), currency: Type.String() })

/** Instants in answers: UTC with `Z` and milliseconds. */
export const InstantOut = Type.Unsafe<Date>({ type: 'string', format: 'date-time' })

export const OffsetPaging = Type.Object({
  limit: Maybe(Count),
  offset: Maybe(Count),
})
export const CursorPaging = Type.Object({
  limit: Maybe(Count),
  cursor: Maybe(Type.String({ maxLength: 16_000 })),
})
/** A query of the API Query Language (api 6.1); `filter` and `sort` are judged by `wire/query.ts`. */
export const Query = Type.Object({
  filter: Maybe(AnyObject),
  sort: Maybe(Type.Array(AnyObject, { maxItems: 10 })),
  paging: Maybe(OffsetPaging),
  cursorPaging: Maybe(CursorPaging),
  fields: Maybe(Type.Array(Type.String(), { maxItems: 100 })),
  fieldsets: Maybe(Type.Array(Type.String(), { maxItems: 100 })),
})

/** How a list is paged by its address: `limit` at once, from `offset` on. */
export const pageIn = (limitMax: number, limitMin = 0) => ({
  limit: Type.Optional(Type.Integer({ minimum: limitMin, maximum: limitMax })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
})
/** What such a list says of the page beside what is on it: how many there are in all, and what was asked for. */
export const PageOut = { total: Type.Integer(), offset: Type.Integer(), limit: Type.Integer() }

export const PagingMetadataOut = Type.Object({
  count: Type.Integer(),
  offset: Type.Optional(Type.Integer()),
  total: Type.Optional(Type.Integer()),
  tooManyToCount: Type.Optional(Type.Boolean()),
  cursors: Type.Optional(Type.Object({ next: Type.Optional(Type.String()), prev: Type.Optional(Type.String()) })),
})

/** `extendedFields.namespaces`: stored as given (api 9.4; docs/contract.md). */
export const ExtendedFields = Type.Object({ namespaces: Type.Optional(AnyObject) })

export const Nothing = Type.Object({})
