import type { ApiError } from '../../shared/api.ts'
import { useRefusals } from '../../shared/refusals.ts'

/** Where a form has what the API names: by the path of a violation, and by a code that is about one field alone. */
export type RefusedFields = {
  /** null: the form has no such field. */
  fieldOf: (path: string) => string | null
  codes?: Readonly<Record<string, string>>
}

/** The fields of a form that the API refuses, each with what is wrong in the reader's words, as `form.setErrors` takes it. */
export function useRefusedFields({ fieldOf, codes = {} }: RefusedFields): (error: ApiError) => Record<string, string> {
  const { ofCode, ofField } = useRefusals()
  return error => {
    const about = codes[error.code ?? '']
    if (about !== undefined) return { [about]: ofCode(error) ?? error.message }
    return Object.fromEntries(
      error.violations.flatMap(violation => {
        const name = fieldOf(violation.field)
        return name === null ? [] : [[name, ofField(violation)]]
      }),
    )
  }
}
