import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import type { Control } from '../../shared/form.ts'
import { type Answers, type FormField, fieldsOf } from '../../shared/form.ts'
import { Choice, Choices, Field } from '../parts/field.tsx'
import styles from './checkout.module.css'

/** The inputs of a registration form, for one guest; each keeps what is typed by `onChange`. */
export function FormFields({
  controls,
  answers,
  problems,
  prefix,
  own,
  onChange,
}: {
  controls: readonly Control[]
  answers: Answers
  /** By the field's id. */
  problems: Readonly<Record<string, string>>
  prefix: string
  /** Whether it is about whoever fills it in: the browser may then offer what it knows. */
  own: boolean
  onChange: (answers: Answers) => void
}) {
  return (
    <div className={styles.fields}>
      {fieldsOf(controls).map(field => {
        const id = idOf(prefix, field)
        return (
          <FormInput
            key={id}
            id={id}
            field={field}
            texts={answers[field.input.name] ?? []}
            problem={problems[id]}
            own={own}
            onChange={texts => onChange({ ...answers, [field.input.name]: texts })}
          />
        )
      })}
    </div>
  )
}

export function idOf(prefix: string, { input, name }: Pick<FormField, 'input' | 'name'>): string {
  return name === input.name ? `${prefix}-${name}` : `${prefix}-${input.name}-${name}`
}

type InputProps = {
  id: string
  field: FormField
  texts: readonly string[]
  problem: string | undefined
  own: boolean
  onChange: (texts: string[]) => void
}

function FormInput(props: InputProps) {
  const { id, field, texts, problem, own, onChange } = props
  const { control, input, label, part, required } = field
  if (control.type === 'RADIO' || control.type === 'CHECKBOX') return <OptionsInput {...props} />
  const text = texts[part] ?? ''
  const setText = (typed: string) => {
    const all = Array.from({ length: Math.max(texts.length, part + 1) }, (_, index) => texts[index] ?? '')
    onChange(all.with(part, typed))
  }
  return (
    <div className={isShort(field) ? styles.half : undefined}>
      <Field id={id} label={label} optional={!required} error={problem}>
        {props =>
          control.type === 'DROPDOWN' ? (
            <Dropdown {...props} input={input} value={text} onChange={event => setText(event.target.value)} />
          ) : control.type === 'TEXTAREA' ? (
            <textarea
              {...props}
              rows={4}
              maxLength={input.maxLength}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          ) : (
            <input
              {...props}
              {...kindOf(field, own)}
              maxLength={input.maxLength}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          )
        }
      </Field>
    </div>
  )
}

function Dropdown({ input, ...props }: { input: FormField['input'] } & ComponentProps<'select'>) {
  const { t } = useTranslation()
  const { options = [], defaultOptionSelection } = input
  return (
    <select {...props}>
      <option value="">{defaultOptionSelection?.placeholderText || t('checkout.form.choose')}</option>
      {options.map(option => (
        <option key={option}>{option}</option>
      ))}
    </select>
  )
}

function OptionsInput({ id, field: { control, input, label, required }, texts, problem, onChange }: InputProps) {
  const { t } = useTranslation()
  const several = control.type === 'CHECKBOX'
  const toggle = (option: string, on: boolean) =>
    // In the order in which they are offered, whichever was ticked first.
    (input.options ?? []).filter(each => (each === option ? on : texts.includes(each)))
  return (
    <div id={id} tabIndex={-1}>
      <Choices
        label={
          <>
            {label}
            {!required && <span className={styles.optional}> {t('parts.optional')}</span>}
          </>
        }
        error={problem}
      >
        {(input.options ?? []).map(option => (
          <Choice
            key={option}
            type={several ? 'checkbox' : 'radio'}
            name={id}
            label={option}
            required={required && !several}
            checked={texts.includes(option)}
            onChange={event => onChange(several ? toggle(option, event.target.checked) : [option])}
          />
        ))}
      </Choices>
    </div>
  )
}

/** What a phone's keyboard and the browser's memory should know of a field. */
function kindOf({ control, input, name }: FormField, own: boolean): ComponentProps<'input'> {
  const known = (autoComplete: string, more: ComponentProps<'input'> = {}) => ({
    ...more,
    autoComplete: own ? autoComplete : 'off',
  })
  if (input.type === 'DATE_TIME') return { type: 'date', max: '9999-12-31', autoComplete: 'off' }
  if (input.type === 'NUMBER') return { inputMode: 'numeric', autoComplete: 'off' }
  if (control.id === 'email') return known('email', { type: 'email', spellCheck: false })
  if (/^phone(-|$)/.test(control.id)) return known('tel', { type: 'tel' })
  if (input.type === 'ADDRESS') return known(ADDRESS_PARTS[name] ?? 'street-address')
  if (control.type === 'NAME') return known(name === 'firstName' ? 'given-name' : 'family-name', { spellCheck: false })
  return { autoComplete: 'off' }
}

const ADDRESS_PARTS: Readonly<Record<string, string>> = {
  streetAddress: 'street-address',
  city: 'address-level2',
  subdivision: 'address-level1',
  postalCode: 'postal-code',
  country: 'country-name',
}

/** Fields that stand side by side where there is room. */
function isShort({ control, name }: FormField): boolean {
  return control.type === 'NAME' || ['city', 'postalCode', 'subdivision', 'country'].includes(name)
}
