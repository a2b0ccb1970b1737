import { type ComponentProps, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './field.module.css'

type Said = {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong and how to mend it. */
  error?: ReactNode
}

/** What a control needs to be tied to its label, hint and error. */
export type ControlProps = {
  id: string
  required: boolean
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

/** A control with its label, hint and error: `<Field label="…">{control => <input {...control} />}</Field>`. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  id: given,
  children,
}: Said & {
  /** Said beside the label; the control is not `required` then. */
  optional?: boolean
  id?: string
  children: (control: ControlProps) => ReactNode
}) {
  const { t } = useTranslation()
  const made = useId()
  const id = given ?? made
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id} dir="auto">
        {label}
        {optional && <span className={styles.optional}> {t('parts.optional')}</span>}
      </label>
      <Hint id={id} hint={hint} />
      {children({
        id,
        required: !optional,
        'aria-describedby': describedBy(id, hint, error),
        'aria-invalid': error ? true : undefined,
      })}
      <Problem id={id} error={error} />
    </div>
  )
}

/** Several choices under one question: `<Choices label="…"><Choice type="radio" …/></Choices>`. */
export function Choices({ label, hint, error, children }: Said & { children: ReactNode }) {
  const id = useId()
  return (
    <fieldset className={styles.group} aria-describedby={describedBy(id, hint, error)}>
      <legend dir="auto">{label}</legend>
      <Hint id={id} hint={hint} />
      {children}
      <Problem id={id} error={error} />
    </fieldset>
  )
}

/** One box to tick, or one of several to choose. */
export function Choice({ label, ...input }: { label: ReactNode } & Omit<ComponentProps<'input'>, 'className'>) {
  return (
    <label className={styles.choice}>
      <input type="checkbox" {...input} />
      <span dir="auto">{label}</span>
    </label>
  )
}

function Hint({ id, hint }: { id: string; hint: ReactNode }) {
  if (!hint) return null
  return (
    <p className={styles.hint} id={`${id}-hint`} dir="auto">
      {hint}
    </p>
  )
}

function Problem({ id, error }: { id: string; error: ReactNode }) {
  if (!error) return null
  return (
    <p className={styles.error} id={`${id}-error`}>
      {error}
    </p>
  )
}

function describedBy(id: string, hint: ReactNode, error: ReactNode): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
}
