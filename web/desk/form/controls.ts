import type { Control } from '../../shared/form.ts'

/** A control of the registration form, as the API answers it (events 4.4). */
export type DeskControl = Control & { system: boolean }

/** What may be asked besides name and e-mail: the API's members; of texts the long ones apart, as people think of them. */
export const KINDS = [
  'text',
  'longText',
  'dropdown',
  'radioButton',
  'checkbox',
  'phone',
  'address',
  'date',
  'additionalGuests',
] as const
export type AddableKind = (typeof KINDS)[number]
export type Kind = AddableKind | 'name' | 'email'

export const ADDRESS_PARTS = ['streetAddress', 'city', 'subdivision', 'postalCode', 'country'] as const
type AddressPart = (typeof ADDRESS_PARTS)[number]

/** The bounds of the API, so that nobody meets them unawares (events 4.4). */
export const INPUTS_MAX = 200
export const OPTIONS_MAX = 200
export const OPTION_LENGTH_MAX = 200
export const TEXT_LENGTH_MAX = 1000
export const GUESTS_MAX = 10

/** A question while somebody edits it. */
export type Question = {
  kind: Kind
  /** Empty: the API's own word, where there is one. */
  label: string
  mandatory: boolean
  /** A line each. */
  options: string
  /** The option that is chosen from the start; null: guests choose. */
  chosen: string | null
  placeholder: string
  maxLength: number | string
  full: boolean
  parts: Readonly<Record<AddressPart, string>>
  lastName: string
  single: string
  maxGuests: number | string
}

export function labelLengthMax(kind: Kind): number {
  return ['name', 'email', 'phone', 'address', 'date'].includes(kind) ? 100 : 200
}

/** Kinds that mean nothing without words of the organizer. */
export function needsLabel(kind: Kind): boolean {
  return ['text', 'longText', 'dropdown', 'radioButton', 'checkbox', 'name', 'email'].includes(kind)
}

export function hasOptions(kind: Kind): boolean {
  return kind === 'dropdown' || kind === 'radioButton' || kind === 'checkbox'
}

/** One option is always chosen of radio buttons, and the guest is needed: there is nothing to decide (events 4.4). */
export function mayBeMandatory(kind: Kind): boolean {
  return kind !== 'radioButton' && kind !== 'name' && kind !== 'email'
}

const KIND_OF_TYPE: Readonly<Record<string, Kind>> = {
  NAME: 'name',
  TEXTAREA: 'longText',
  DROPDOWN: 'dropdown',
  RADIO: 'radioButton',
  CHECKBOX: 'checkbox',
  DATE: 'date',
  ADDRESS_SHORT: 'address',
  ADDRESS_FULL: 'address',
  GUEST_CONTROL: 'additionalGuests',
}

/** The API tells phone and text apart by the id alone (events 4.5.7). */
export function kindOf({ id, type }: Pick<DeskControl, 'id' | 'type'>): Kind {
  if (id === 'email') return 'email'
  return KIND_OF_TYPE[type] ?? (/^phone(-|$)/.test(id) ? 'phone' : 'text')
}

export function newQuestion(kind: Kind): Question {
  return {
    kind,
    label: '',
    mandatory: false,
    options: '',
    chosen: null,
    placeholder: '',
    maxLength: TEXT_LENGTH_MAX,
    full: true,
    parts: { streetAddress: '', city: '', subdivision: '', postalCode: '', country: '' },
    lastName: '',
    single: '',
    maxGuests: GUESTS_MAX,
  }
}

export function questionOf(control: DeskControl): Question {
  const kind = kindOf(control)
  const [first, second] = control.inputs
  const labelled = (name: string) => first?.labels?.find(each => each.name === name)?.label ?? ''
  const chosenAt = first?.defaultOptionSelection?.optionIndex
  return {
    ...newQuestion(kind),
    label: kind === 'additionalGuests' ? labelled('multiple') : (first?.label ?? ''),
    mandatory: kind === 'additionalGuests' ? (second?.mandatory ?? false) : (first?.mandatory ?? false),
    options: (first?.options ?? []).join('\n'),
    chosen: chosenAt === undefined ? null : (first?.options?.[chosenAt] ?? null),
    placeholder: first?.defaultOptionSelection?.placeholderText ?? '',
    maxLength: first?.maxLength ?? TEXT_LENGTH_MAX,
    full: control.type === 'ADDRESS_FULL',
    parts: {
      streetAddress: labelled('streetAddress'),
      city: labelled('city'),
      subdivision: labelled('subdivision'),
      postalCode: labelled('postalCode'),
      country: labelled('country'),
    },
    lastName: kind === 'name' ? (second?.label ?? '') : '',
    single: labelled('single'),
    maxGuests: second?.maxSize ?? GUESTS_MAX,
  }
}

/** Options as the API will keep them: without blanks around them, without empty lines. */
export function optionsOf({ options }: Pick<Question, 'options'>): string[] {
  return options
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** What is sent for it: Add Control and Update Control take the same, which replaces all that was (events 4.5.10). */
export function requestOf(question: Question): Readonly<Record<string, unknown>> {
  const { kind, mandatory, full, parts, single } = question
  // What is left empty is in the API's own words.
  const label = question.label.trim() || undefined
  const options = optionsOf(question)
  switch (kind) {
    case 'name':
      return { name: { labels: { firstName: label, lastName: question.lastName.trim() } } }
    case 'email':
      return { email: { label } }
    case 'phone':
      return { phone: { label, mandatory } }
    case 'date':
      return { date: { label, mandatory } }
    case 'address':
      return { address: { labels: { addressLine: label, ...(full && given(parts)) }, full, mandatory } }
    case 'additionalGuests':
      return {
        additionalGuests: {
          labels: { ...(single.trim() && { single: single.trim() }), multiple: label },
          namesMandatory: mandatory,
          maxGuests: Number(question.maxGuests),
        },
      }
    case 'dropdown': {
      const optionIndex = options.indexOf(question.chosen ?? '')
      const defaultOptionSelection = optionIndex >= 0 ? { optionIndex } : { placeholderText: question.placeholder }
      return { dropdown: { label, options, mandatory, defaultOptionSelection } }
    }
    case 'radioButton':
      return { radioButton: { label, options } }
    case 'checkbox':
      return { checkbox: { label, options, mandatory } }
    case 'text':
    case 'longText':
      return { text: { label, mandatory, maxLength: Number(question.maxLength), multiLine: kind === 'longText' } }
  }
}

function given(parts: Question['parts']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parts).filter(([, label]) => label.trim() !== ''))
}

export type Problem = 'needed' | 'tooFewOptions' | 'oneOption' | 'tooManyOptions' | 'repeated' | 'longOption' | 'range'

/** What the API would refuse, by the field in which it is typed. */
export function problemsOf(question: Question): Partial<Record<keyof Question, Problem>> {
  const { kind, label, lastName } = question
  const problems: Partial<Record<keyof Question, Problem>> = {}
  if (needsLabel(kind) && label.trim() === '') problems.label = 'needed'
  if (kind === 'name' && lastName.trim() === '') problems.lastName = 'needed'
  if (hasOptions(kind)) {
    const options = optionsOf(question)
    if (kind === 'checkbox' && options.length < 1) problems.options = 'oneOption'
    else if (kind !== 'checkbox' && options.length < 2) problems.options = 'tooFewOptions'
    else if (options.length > OPTIONS_MAX) problems.options = 'tooManyOptions'
    else if (new Set(options).size < options.length) problems.options = 'repeated'
    else if (options.some(option => option.length > OPTION_LENGTH_MAX)) problems.options = 'longOption'
  }
  if ((kind === 'text' || kind === 'longText') && !isWithin(question.maxLength, TEXT_LENGTH_MAX))
    problems.maxLength = 'range'
  if (kind === 'additionalGuests' && !isWithin(question.maxGuests, GUESTS_MAX)) problems.maxGuests = 'range'
  return problems
}

function isWithin(typed: number | string, max: number): boolean {
  return Number.isInteger(typed) && Number(typed) >= 1 && Number(typed) <= max
}

/**
 * The control that the API will make of it, to be shown before it is saved.
 * @param words for what is left to the API's own words
 */
export function previewOf(id: string, question: Question, words: Readonly<Record<string, string>>): DeskControl {
  const { kind, mandatory, full, parts, chosen } = question
  const label = question.label.trim() || (words[kind] ?? '')
  const options = [...new Set(optionsOf(question))]
  const base = { name: id, label, mandatory, type: 'TEXT' as const }
  const made = (type: string, ...inputs: DeskControl['inputs']) => ({ id, type, label, system: false, inputs })
  switch (kind) {
    case 'name':
      return {
        ...made('NAME', { ...base, name: 'firstName' }, { ...base, name: 'lastName', label: question.lastName }),
        system: true,
      }
    case 'email':
      return { ...made('INPUT', { ...base, name: 'email' }), system: true }
    case 'phone':
      return made('INPUT', base)
    case 'date':
      return made('DATE', { ...base, type: 'DATE_TIME' })
    case 'address': {
      const labels = ADDRESS_PARTS.map(name => ({ name, label: parts[name].trim() || (words[name] ?? '') }))
      return made(full ? 'ADDRESS_FULL' : 'ADDRESS_SHORT', { ...base, type: 'ADDRESS', labels })
    }
    case 'additionalGuests':
      return made(
        'GUEST_CONTROL',
        { ...base, name: 'additionalGuests', type: 'NUMBER', mandatory: false },
        {
          ...base,
          name: 'guestNames',
          type: 'TEXT_ARRAY',
          label: words.guestNames ?? '',
          maxSize: Number(question.maxGuests),
        },
      )
    case 'dropdown': {
      const optionIndex = options.indexOf(chosen ?? '')
      const defaultOptionSelection = optionIndex >= 0 ? { optionIndex } : { placeholderText: question.placeholder }
      return made('DROPDOWN', { ...base, options, defaultOptionSelection })
    }
    case 'radioButton':
      return made('RADIO', { ...base, options, mandatory: true })
    case 'checkbox':
      return made('CHECKBOX', { ...base, options, type: 'TEXT_ARRAY' })
    case 'text':
      return made('INPUT', base)
    case 'longText':
      return made('TEXTAREA', base)
  }
}
