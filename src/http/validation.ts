import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import { isGuid } from '../ids.ts'
import { type Violation, type ViolationReason, violation } from '../refusals.ts'

/**
 * Compiles request schemas. Bodies are taken as they are: a number is not a text (R6). Query strings and paths carry
 * only text, so there numbers, booleans and one-element lists are read out of it. A schema is compiled when the first
 * request comes: all of them at once are half a second of a start.
 */
export function requestValidator(): FastifySchemaCompiler<object> {
  // Lengths count UTF-16 code units (api 13.5); Ajv calls the option that says so deprecated, and would log that.
  const lengths = { unicode: false, logger: false } as const
  const options: Options = { ...lengths, allErrors: true, strict: false, removeAdditional: false, useDefaults: false }
  const exact = withFormats(new Ajv(options))
  const coercing = withFormats(new Ajv({ ...options, coerceTypes: 'array' }))
  return ({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? exact : coercing
    let compiled: ValidateFunction | undefined
    const judge: Judge = data => {
      compiled ??= ajv.compile(schema)
      const valid = compiled(data)
      judge.errors = compiled.errors ?? null
      return valid
    }
    return judge
  }
}

/** As Fastify calls what it has compiled: false, and why in `errors`. */
type Judge = { (data: unknown): boolean; errors?: ErrorObject[] | null }

/** What a schema found wrong, in the published words (api 5.2). At most 50 are named. */
export function toViolations(errors: readonly (FastifySchemaValidationError | ErrorObject)[]): Violation[] {
  return errors.slice(0, VIOLATIONS_MAX).map(({ instancePath, keyword, params, message }) => {
    const missing = keyword === 'required' ? String(params.missingProperty) : null
    const path = dotted(instancePath)
    const field = missing === null ? path : path === '' ? missing : `${path}.${missing}`
    return violation(field, ...described(keyword, params, message ?? ''))
  })
}

const VIOLATIONS_MAX = 50

/** What `violation` is told of it. */
type Described = [description: string, why: Parameters<typeof violation>[2], data?: Readonly<Record<string, unknown>>]

function described(keyword: string, params: Record<string, unknown>, message: string): Described {
  const limit = Number(params.limit)
  const bounded = (why: Described[1], description: string): Described => [description, why, { threshold: limit }]
  switch (keyword) {
    case 'required':
      return ['must not be empty', 'REQUIRED_FIELD']
    case 'minLength':
      return bounded('MIN_LENGTH', limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`)
    case 'maxLength':
      return bounded('MAX_LENGTH', `must have at most ${limit} characters`)
    case 'minimum':
      return bounded('MIN', `must be at least ${limit}`)
    case 'maximum':
      return bounded('MAX', `must be at most ${limit}`)
    case 'minItems':
      return bounded('MIN_SIZE', `must have at least ${limit} items`)
    case 'maxItems':
      return bounded('MAX_SIZE', `must have at most ${limit} items`)
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).filter(value => value !== null)
      return [`must be one of ${allowed.join(', ')}`, 'INVALID_ENUM_VALUE']
    }
    case 'format': {
      const format = FORMATS[String(params.format)]
      return [format?.expected ?? message, format?.why ?? 'PATTERN']
    }
    case 'pattern':
      return ['does not have the expected form', 'PATTERN']
    case 'uniqueItems':
      return [message, 'REPEATED']
    case 'type':
      return [`expected ${expected(params.type)}`, 'TYPE']
    default:
      return [message, 'SHAPE']
  }
}

function expected(type: unknown): string {
  const name = Array.isArray(type) ? type.join(' or ') : String(type)
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`
}

/** `/ticketReservation/tickets/0/quantity` → `ticketReservation.tickets[0].quantity`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '')
}

const FORMATS: Readonly<Record<string, { valid: (text: string) => boolean; expected: string; why: ViolationReason }>> =
  {
    guid: { valid: isGuid, expected: 'is not a valid GUID', why: 'GUID' },
    instant: { valid: isInstant, expected: 'is not an RFC 3339 date and time', why: 'INSTANT' },
    email: {
      valid: text => /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text),
      expected: 'is not a valid e-mail address',
      why: 'EMAIL',
    },
    url: {
      valid: text => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      expected: 'is not an absolute http or https address',
      why: 'URL',
    },
  }

function isInstant(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/.exec(text)
  // What PostgreSQL can store: an offset may carry the year out of 1 to 9999.
  const year = new Date(text).getUTCFullYear()
  if (!match || !(year >= 1 && year <= 9999)) return false
  // Date.parse takes 30 February for 2 March.
  const day = Number(match[3])
  return day >= 1 && day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()
}

function withFormats(ajv: Ajv): Ajv {
  for (const [name, { valid }] of Object.entries(FORMATS)) ajv.addFormat(name, valid)
  // Answers use date-time; requests use instant.
  ajv.addFormat('date-time', true)
  return ajv
}
