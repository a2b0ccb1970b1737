import { Type } from 'typebox'
import { Refusal } from '../refusals.ts'

/** Which state of an entity an update was made of (api 7.2). */
export const Revision = Type.String({ pattern: '^\\d{1,19}$' })

/** An update that was made of an older state than the present one: nothing is changed (R18, api 7.3). */
export function staleRevision(current: number, sent: number | string): Refusal {
  return new Refusal('ABORTED', 'It was changed since the revision that you sent. Read it again.', {
    expected: String(current),
    actual: String(sent),
  })
}

/** @throws Refusal ABORTED */
export function refuseStale(current: number, sent: number | string): void {
  if (Number(sent) !== current) throw staleRevision(current, sent)
}
