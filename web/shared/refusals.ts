import type { i18n } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError, Violation } from './api.ts'

/** What the API refuses, in the reader's words: `refusals.json` of a language. */
export type Refusals = {
  /** By the code; null where it is none of ours, as where a library of others refuses. */
  ofCode: (error: Pick<ApiError, 'code'>) => string | null
  /** What is wrong with a field, in a sentence without its name, with its limit as a number. */
  ofField: (violation: Omit<Violation, 'field'>) => string
}

export function useRefusals(): Refusals {
  const { i18n } = useTranslation('refusals')
  return useMemo(() => refusalsIn(i18n), [i18n])
}

/**
 * The first thing that was refused, in one sentence.
 * @returns what it gives is null where there are no words of ours: nobody answered, something is broken
 * @param labelOf what the page calls the field that is named by this path; null: nothing
 */
export function useTold(labelOf: (path: string) => string | null = () => null): (error: ApiError) => string | null {
  const { ofCode, ofField } = useRefusals()
  return error => {
    const [violation] = error.violations
    if (!violation) return ofCode(error)
    const label = labelOf(violation.field)
    return label === null ? ofField(violation) : `${label}: ${ofField(violation)}`
  }
}

export function refusalsIn(texts: i18n): Refusals {
  const t = texts.getFixedT(null, 'refusals')
  return {
    ofCode: ({ code }) => {
      const key = `codes.${code}`
      return texts.exists(key, { ns: 'refusals' }) ? t(key as 'codes.ABORTED') : null
    },
    ofField: ({ violatedRule, ruleName, data, description }) => {
      const { reason, threshold, count = threshold, currency, placeholder } = data
      const keys = [
        `reasons.${ruleName || reason}`,
        ...(typeof threshold === 'number' ? [`limits.${violatedRule}`] : []),
        `rules.${violatedRule}`,
      ]
      const values = { count: Number(count ?? 0), currency: String(currency), placeholder: String(placeholder) }
      return t(keys as 'rules.MAX'[], { ...values, defaultValue: description })
    },
  }
}
