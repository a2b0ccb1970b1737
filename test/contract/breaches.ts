import { isPlainObject } from '../../src/wire/plain-object.ts'
import { type Place, REMOVED, type Schema } from '../support/operations.ts'
import { type Check, type ClientSchema, innermost, membersOf } from './judge.ts'

/** One thing wrong in a request that is right otherwise. */
export type Breach = { place: Place; by: unknown; what: string }

/**
 * What can be wrong in `value`, by its schema: each member that is there missing where it is required, null, of the wrong
 * type or form, out of its range, too long, or no word of its list. One for each reason.
 * @param asText the value comes in a path or a query string, where all is text and a list may be one element
 */
export function breachesOf(schema: Schema, value: unknown, asText: boolean, place: Place = []): Breach[] {
  const wrong = (what: string, by: unknown): Breach => ({ place, by, what })
  const own = [
    ...(schema.type && !asText && !schema.nullable ? [wrong('null', null)] : []),
    ...wrongTypes(schema, asText).map(by => wrong(`${JSON.stringify(by)} as ${schema.type}`, by)),
    ...outOfBounds(schema, value)
      .filter(([, by]) => !(asText && isEmptyList(by)))
      .map(([what, by]) => wrong(what, by)),
  ]
  if (isPlainObject(value)) return [...own, ...breachesInside(schema, value, asText, place)]
  if (Array.isArray(value) && value.length > 0 && schema.items)
    return [...own, ...breachesOf(schema.items, value[0], asText, [...place, 0])]
  return own
}

function breachesInside(schema: Schema, value: Record<string, unknown>, asText: boolean, place: Place): Breach[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const at = [...place, name]
    const missing = schema.required?.includes(name) ? [{ place: at, by: REMOVED, what: 'missing' }] : []
    return value[name] === undefined ? missing : [...missing, ...breachesOf(inner, value[name], asText, at)]
  })
}

function wrongTypes({ type, enum: words }: Schema, asText: boolean): unknown[] {
  switch (type) {
    case 'string':
      return words || asText ? [] : [7]
    case 'integer':
      return asText ? ['seven', '1.5'] : ['7', 1.5]
    case 'number':
      return asText ? ['seven'] : ['7']
    case 'boolean':
      return ['perhaps']
    case 'array':
      return asText ? [] : ['one']
    case 'object':
      return asText ? [] : ['all', []]
    default:
      return []
  }
}

function outOfBounds(schema: Schema, value: unknown): [what: string, by: unknown][] {
  const { enum: words, format, pattern, minLength = 0, maxLength, minimum, maximum, minItems = 0, maxItems } = schema
  const unmatched = ['¿', '-', ' ', 'x y'].find(text => pattern !== undefined && !new RegExp(pattern).test(text))
  const [first] = Array.isArray(value) ? value : []
  const all: (false | [what: string, by: unknown])[] = [
    words !== undefined && ['a word that is none', 'NO_SUCH_WORD'],
    format !== undefined && [`no ${format}`, 'no-such-thing'],
    unmatched !== undefined && ['of another form', unmatched],
    minLength > 0 && ['empty', ''],
    maxLength !== undefined && ['too long', 'x'.repeat(maxLength + 1)],
    minimum !== undefined && ['too small', minimum - 1],
    maximum !== undefined && ['too great', maximum + 1],
    minItems > 0 && ['no items', []],
    maxItems !== undefined && first !== undefined && ['too many items', Array(maxItems + 1).fill(first)],
  ]
  return all.filter(each => each !== false)
}

/** In a query string a list without items is one that is absent. */
export function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** What a method's arguments can break of the bounds in the client's own schema of its request. */
export function breachesOfBounds(candidates: readonly ClientSchema[], value: unknown, place: Place): Breach[] {
  const schemas = candidates.flatMap(innermost)
  const wrong = ([what, by]: [string, unknown]): Breach => ({ place, by, what })
  const own = schemas.flatMap(({ def }) => [
    ...(def.checks ?? []).flatMap(check => beyond(check._zod.def, value)).map(wrong),
    ...(def.type === 'enum' && typeof value === 'string' ? [wrong(['a word that is none', 'NO_SUCH_WORD'])] : []),
  ])
  if (Array.isArray(value)) {
    const elements = schemas.flatMap(({ def }) => def.element ?? [])
    return value.length === 0 ? own : [...own, ...breachesOfBounds(elements, value[0], [...place, 0])]
  }
  if (!isPlainObject(value) || value instanceof Date) return own
  const members = membersOf(schemas)
  const inside = Object.entries(value).flatMap(([name, inner]) =>
    breachesOfBounds(members.get(name) ?? [], inner, [...place, name]),
  )
  return [...own, ...inside]
}

function beyond(
  { check, maximum = 0, minimum = 0, value: bound = 0, format }: Check,
  value: unknown,
): [string, unknown][] {
  const [isText, isNumber] = [typeof value === 'string', typeof value === 'number']
  const [first] = Array.isArray(value) ? value : []
  switch (check) {
    case 'max_length':
      if (isText) return [[`longer than ${maximum}`, 'x'.repeat(maximum + 1)]]
      return first === undefined ? [] : [[`more than ${maximum} items`, Array(maximum + 1).fill(first)]]
    case 'min_length':
      return minimum === 0 ? [] : [[`shorter than ${minimum}`, isText ? 'x'.repeat(minimum - 1) : []]]
    case 'string_format':
      return isText ? [[`no ${format}`, 'no such thing']] : []
    case 'less_than':
      return isNumber ? [[`more than ${bound}`, bound + 1]] : []
    case 'greater_than':
      return isNumber ? [[`less than ${bound}`, bound - 1]] : []
    case 'number_format':
      return isNumber ? [['no whole number', 1.5]] : []
    default:
      return []
  }
}

/** `ticketReservation.tickets[0].quantity`, as violations name it (api 5.2.3). */
export function fieldOf(place: Place): string {
  return place.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  )
}
