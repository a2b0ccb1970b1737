import { type Control, type Input, liveControls, type StoredForm } from './model.ts'

/** One answer of a guest, as it is on the wire. */
export type Answer = { inputName: string; value?: string | null; values?: readonly string[] | null }

/**
 * What is wrong with `answers` to `form`, a sentence each; empty when they satisfy it (events 4.6, R158, R159).
 * Texts of blanks only count as no answer.
 */
export function problemsOfAnswers(form: Pick<StoredForm, 'controls'>, answers: readonly Answer[]): string[] {
  const controls = liveControls(form)
  const known = new Set(controls.flatMap(control => control.inputs.map(input => input.name)))
  const counted = Map.groupBy(answers, answer => answer.inputName)
  return [
    ...[...counted].flatMap(([name, { length }]) => {
      if (!known.has(name)) return [`The form has no input "${name}".`]
      return length > 1 ? [`"${name}" is answered more than once.`] : []
    }),
    ...controls.flatMap(control => problemsOfControl(control, answers)),
  ]
}

/** The one text that answers `inputName`, without blanks around it; null when it is not answered. */
export function answerOf(answers: readonly Answer[], inputName: string): string | null {
  const answer = answers.find(candidate => candidate.inputName === inputName)
  return (answer && textsOf(answer)[0]) ?? null
}

function problemsOfControl(control: Control, answers: readonly Answer[]): string[] {
  const problems = control.inputs.flatMap(input => {
    const answer = answers.find(({ inputName }) => inputName === input.name)
    const texts = (answer ? textsOf(answer) : []).filter(text => !isPlaceholder(input, text))
    if (texts.length === 0) return isMandatory(control, input) ? [`"${input.name}" must be answered.`] : []
    return problemsOfTexts(input, texts)
  })
  return problems.length === 0 && control.kind === 'additionalGuests' ? problemsOfGuests(control, answers) : problems
}

// R159: whatever the stored form says. The names of additional guests are due only with guests; see problemsOfGuests.
function isMandatory(control: Control, input: Input): boolean {
  if (control.kind === 'additionalGuests') return false
  return input.mandatory || control.kind === 'name' || control.kind === 'email'
}

function problemsOfTexts(input: Input, texts: readonly string[]): string[] {
  const { name, type, options, maxLength, maxSize } = input
  const several = type === 'TEXT_ARRAY' || type === 'ADDRESS'
  if (!several && texts.length > 1) return [`"${name}" takes one value.`]
  if (maxSize !== undefined && texts.length > maxSize) return [`"${name}" takes at most ${maxSize} values.`]
  return texts.flatMap(text => {
    if (maxLength !== undefined && text.length > maxLength) return [`"${name}" takes at most ${maxLength} characters.`]
    if (options && options.length > 0 && !options.includes(text)) return [`"${name}" does not offer "${text}".`]
    if (name === 'email' && !EMAIL.test(text)) return ['"email" is not a valid e-mail address.']
    if (type === 'NUMBER' && !/^\d{1,9}$/.test(text)) return [`"${name}" takes a whole number.`]
    if (type === 'DATE_TIME' && !isDate(text)) return [`"${name}" takes a date such as 2030-05-31.`]
    return []
  })
}

function problemsOfGuests({ inputs }: Control, answers: readonly Answer[]): string[] {
  const names = inputs.find(input => input.name === 'guestNames')
  const guests = Number(answerOf(answers, 'additionalGuests') ?? 0)
  const given = answers.find(({ inputName }) => inputName === 'guestNames')
  const named = given ? textsOf(given).length : 0
  if (names?.maxSize !== undefined && guests > names.maxSize) return [`"additionalGuests" is at most ${names.maxSize}.`]
  if (named > guests) return ['"guestNames" names more guests than "additionalGuests" counts.']
  return names?.mandatory && named < guests ? ['"guestNames" must name every additional guest.'] : []
}

function textsOf({ value, values }: Answer): string[] {
  const texts = values && values.length > 0 ? values : [value ?? '']
  return texts.map(text => text.trim()).filter(text => text !== '')
}

/** A chosen placeholder is an empty choice (events 4.5.16). */
function isPlaceholder({ defaultOptionSelection: selection }: Input, text: string): boolean {
  return selection !== undefined && 'placeholderText' in selection && selection.placeholderText === text
}

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/

/** A day, or an RFC 3339 moment, that exists. inferred: events 4.4 says DATE_TIME and no more. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (!match || Number.isNaN(Date.parse(text))) return false
  const day = Number(match[3])
  return day >= 1 && day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()
}
