import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import { sqlStateOf } from './db/transaction.ts'

/** The program's log, JSON lines on standard output. It holds no secret, and nothing personal. */
export function createLog(level: Config['logLevel'], destination?: { write: (line: string) => void }): Logger {
  const options = { level, serializers: { err: describeFault } }
  return destination ? pino(options, destination) : pino(options)
}

type Fault = {
  type: string
  message: string
  stack?: string
  code?: string
  constraint?: string
  table?: string
  cause?: unknown
  errors?: unknown[]
}

/**
 * What is logged of an error. PostgreSQL quotes whole rows in `detail`, and what it could not read in its data
 * exceptions (class 22); a guest's name and address must not end up in a log.
 */
export function describeFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { message, stack } = error
  const code = sqlStateOf(error)
  const safe = code?.match(/^22\w{3}$/) ? message.replace(/".*"/s, '"…"') : message
  return {
    type: error.constructor.name,
    message: safe,
    ...(stack && { stack: stack.replace(message, () => safe) }),
    ...(code && { code }),
    ...('constraint_name' in error && { constraint: String(error.constraint_name) }),
    ...('table_name' in error && { table: String(error.table_name) }),
    ...(error.cause !== undefined && { cause: describeFault(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(describeFault) }),
  }
}
