import { invalid } from '../refusals.ts'
import { covers } from '../wire/masks.ts'
import type { RsvpChangesIn } from './wire.ts'

/** What a mask may name of an RSVP (api 8.7). */
const PATHS = [
  'status',
  'firstName',
  'lastName',
  'email',
  'form',
  'form.inputValues',
  'additionalGuestDetails',
  'additionalGuestDetails.guestCount',
  'additionalGuestDetails.guestNames',
  'disableNotifications',
  'marketingConsent',
  'extendedFields',
  'extendedFields.namespaces',
] as const
/** Callers who name all that they send name these too; they change nothing. */
const HARMLESS: readonly string[] = ['id', 'revision']
const NEEDED = ['status', 'firstName', 'lastName', 'email'] as const

/**
 * What of `sent` a mask lets through: what it names and the body lacks is cleared. Without a mask what was sent counts
 * (inferred: api 8.7).
 * @param path where the item stands in the request
 */
export function masked(sent: RsvpChangesIn, mask: readonly string[], path: string): RsvpChangesIn {
  const named = mask.filter(name => !HARMLESS.includes(name))
  const unknown = named.find(name => !PATHS.some(known => known === name))
  if (unknown !== undefined) throw invalid(`${path}.fieldMask`, `cannot change "${unknown}"`, 'FIELD_NOT_ALLOWED')
  if (mask.length === 0) return sent
  const missing = NEEDED.find(name => named.includes(name) && sent[name] === undefined)
  if (missing) throw invalid(`${path}.rsvp.${missing}`, 'must not be empty', 'REQUIRED_FIELD')
  const { additionalGuestDetails: guests } = sent
  const inside = named.filter(name => name.startsWith('additionalGuestDetails.'))
  const whole = (name: keyof RsvpChangesIn) => named.includes(name)
  return {
    ...Object.fromEntries(
      (['status', 'firstName', 'lastName', 'email', 'disableNotifications', 'marketingConsent'] as const)
        .filter(whole)
        .map(name => [name, sent[name] ?? null]),
    ),
    ...((whole('form') || named.includes('form.inputValues')) && { form: sent.form ?? null }),
    ...((whole('extendedFields') || named.includes('extendedFields.namespaces')) && {
      extendedFields: sent.extendedFields ?? null,
    }),
    ...(whole('additionalGuestDetails')
      ? { additionalGuestDetails: guests ?? null }
      : inside.length > 0 && {
          additionalGuestDetails: {
            ...(covers(inside, 'additionalGuestDetails.guestCount') && { guestCount: guests?.guestCount ?? null }),
            ...(covers(inside, 'additionalGuestDetails.guestNames') && { guestNames: guests?.guestNames ?? null }),
          },
        }),
  }
}
