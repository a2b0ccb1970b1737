/*
 * The registration form of an event (events 4) as guests fill it in. The rules are those by which the API judges answers
 * (src/forms/answers.ts), so that who passes here passes there; what it finds all the same is shown at its field.
 */

export type Control = { id: string; type: string; label: string; inputs: readonly Input[] }
export type Input = {
  name: string
  label: string
  type: 'TEXT' | 'NUMBER' | 'TEXT_ARRAY' | 'DATE_TIME' | 'ADDRESS'
  mandatory: boolean
  maxLength?: number
  maxSize?: number
  options?: readonly string[]
  labels?: readonly { name: string; label: string }[]
  defaultOptionSelection?: { optionIndex?: number; placeholderText?: string }
}

/** What a guest has typed, by input: one text; of an address its parts in their places, of boxes those that are ticked. */
export type Answers = Readonly<Record<string, readonly string[]>>

/** One field on the page: an input, or a part of an address. */
export type FormField = {
  control: Control
  input: Input
  label: string
  /** Which of the input's texts it is. */
  part: number
  name: string
  required: boolean
}

/** Who buys, where every ticket has a guest of its own (R160, R161). */
export const BUYER_NAMES = ['firstName', 'lastName', 'email'] as const
export type Buyer = Readonly<Record<(typeof BUYER_NAMES)[number], string>>

export type Problem = 'required' | 'choose' | 'email' | 'date' | 'number' | 'tooLong'

/** The fields of a form, in order. Controls of guests that are brought along belong to RSVPs alone. */
export function fieldsOf(controls: readonly Control[]): FormField[] {
  return controls
    .filter(({ type }) => type !== 'GUEST_CONTROL')
    .flatMap(control => control.inputs.flatMap(input => fieldsOfInput(control, input)))
}

function fieldsOfInput(control: Control, input: Input): FormField[] {
  const required = input.mandatory || control.type === 'NAME' || input.name === 'email'
  const whole = { control, input, label: input.label, part: 0, name: input.name, required }
  if (control.type !== 'ADDRESS_FULL') return [whole]
  const parts = (input.labels ?? []).filter(({ name }) => name !== 'addressLine')
  return parts.map(({ name, label }, part) => ({
    ...whole,
    label,
    part,
    name,
    // inferred: not every country has regions or postal codes.
    required: required && name !== 'subdivision' && name !== 'postalCode',
  }))
}

/** What a form says before anybody has typed: the options that are chosen already. */
export function emptyAnswers(controls: readonly Control[]): Answers {
  return Object.fromEntries(
    fieldsOf(controls).flatMap(({ control, input }) => {
      const chosen = input.options?.[input.defaultOptionSelection?.optionIndex ?? -1]
      return control.type === 'DROPDOWN' && chosen !== undefined ? [[input.name, [chosen]]] : []
    }),
  )
}

/** What stands against the answer in this field, or null. */
export function problemOf({ control, input, part, required }: FormField, answers: Answers): Problem | null {
  const { type, options = [], maxLength } = input
  if (type === 'TEXT_ARRAY') {
    const chosen = (answers[input.name] ?? []).filter(text => options.includes(text))
    return required && chosen.length === 0 ? 'choose' : null
  }
  const text = (answers[input.name]?.[part] ?? '').trim()
  if (text === '') return required ? (options.length > 0 ? 'choose' : 'required') : null
  if (maxLength !== undefined && text.length > maxLength) return 'tooLong'
  if (options.length > 0 && !options.includes(text)) return 'choose'
  if (control.id === 'email' && !EMAIL.test(text)) return 'email'
  if (type === 'NUMBER' && !/^\d{1,9}$/.test(text)) return 'number'
  if (type === 'DATE_TIME' && !/^\d{4}-\d\d-\d\d$/.test(text)) return 'date'
  return null
}

export function problemOfBuyer(buyer: Buyer, name: keyof Buyer): Problem | null {
  const text = buyer[name].trim()
  if (text === '') return 'required'
  if (text.length > (name === 'email' ? 255 : 50)) return 'tooLong'
  return name === 'email' && !EMAIL.test(text) ? 'email' : null
}

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/

export type InputValue = { inputName: string; value?: string; values?: readonly string[] }

/** Answers as the API takes them; what was left empty is not among them. */
export function inputValuesOf(controls: readonly Control[], answers: Answers): InputValue[] {
  return controls
    .filter(({ type }) => type !== 'GUEST_CONTROL')
    .flatMap(({ inputs }) => inputs)
    .flatMap(({ name, type, options = [] }): InputValue[] => {
      const typed = (answers[name] ?? []).map(text => text.trim()).filter(text => text !== '')
      // Options that the organizer has taken away meanwhile are no answer.
      const texts = options.length > 0 ? typed.filter(text => options.includes(text)) : typed
      const [value] = texts
      if (value === undefined) return []
      return type === 'TEXT_ARRAY' || type === 'ADDRESS'
        ? [{ inputName: name, values: texts }]
        : [{ inputName: name, value }]
    })
}
