import type { TFunction } from 'i18next'

export const PASSWORD_LENGTH_MIN = 10

/** Why it cannot be a password; null: it can. */
export function passwordProblem(password: string, t: TFunction<'desk'>): string | null {
  return password.length < PASSWORD_LENGTH_MIN ? t('field.passwordHint') : null
}
