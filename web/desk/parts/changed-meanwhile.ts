import { ApiError } from '../../shared/api.ts'

/**
 * What the API says where somebody else has changed a thing since it was read, for things without a revision: the desk
 * asks for those once more before it writes.
 */
export function changedMeanwhile(): ApiError {
  return new ApiError({ status: 409, body: { details: { applicationError: { code: 'ABORTED' } } } })
}

/** Whether two answers of the API say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
