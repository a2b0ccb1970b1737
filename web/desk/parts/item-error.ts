import { ApiError } from '../../shared/api.ts'

/** Why one of many was refused, as the API says it in the answer about all of them. */
export type ItemError = { code: string; description: string; data: Readonly<Record<string, unknown>> }

/** The same as if it had been asked for alone. */
export function itemErrorOf({ code, description, data }: ItemError): ApiError {
  const { fieldViolations } = data
  const details = Array.isArray(fieldViolations)
    ? { validationError: { fieldViolations } }
    : { applicationError: { code, data } }
  return new ApiError({ status: 400, body: { message: description, details } })
}
