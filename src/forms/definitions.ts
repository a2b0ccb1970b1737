import { type Static, type TSchema, Type } from 'typebox'
import { invalid } from '../refusals.ts'
import type { Texts } from '../texts/texts.ts'
import { Maybe, Text } from '../wire/shapes.ts'
import type { AddableKind, Control, Input } from './model.ts'

const Label100 = Maybe(Text(0, 100))
const Label200 = Maybe(Text(0, 200))
const Flag = Maybe(Type.Boolean())
function options(min: number) {
  return Type.Array(Text(1, 200), { minItems: min, maxItems: 200 })
}

/** What a caller gives to make a control of each kind (events 4.4). */
export const DEFINITIONS = {
  phone: Type.Object({ label: Label100, mandatory: Flag }),
  address: Type.Object({
    labels: Maybe(
      Type.Object({
        addressLine: Label100,
        country: Label100,
        subdivision: Label100,
        city: Label100,
        postalCode: Label100,
        streetAddress: Label100,
      }),
    ),
    full: Flag,
    mandatory: Flag,
  }),
  date: Type.Object({ label: Label100, mandatory: Flag }),
  additionalGuests: Type.Object({
    labels: Maybe(Type.Object({ single: Label200, multiple: Label200 })),
    namesMandatory: Flag,
    maxGuests: Maybe(Type.Integer({ minimum: 1, maximum: 10 })),
  }),
  dropdown: Type.Object({
    label: Label200,
    options: options(2),
    mandatory: Flag,
    defaultOptionSelection: Maybe(
      Type.Object({
        optionIndex: Maybe(Type.Integer({ minimum: 0, maximum: 199 })),
        placeholderText: Maybe(Text(0, 200)),
      }),
    ),
  }),
  radioButton: Type.Object({ label: Label200, options: options(2) }),
  checkbox: Type.Object({ label: Label200, options: options(1), mandatory: Flag }),
  text: Type.Object({
    label: Label200,
    mandatory: Flag,
    maxLength: Maybe(Type.Integer({ minimum: 1, maximum: 1000 })),
    multiLine: Flag,
    comment: Flag,
  }),
} as const satisfies Record<AddableKind, TSchema>

type Definitions = { [Kind in AddableKind]: { kind: Kind; given: Static<(typeof DEFINITIONS)[Kind]> } }
export type Definition = Definitions[AddableKind]

/** What may be changed of the two system controls: their labels (events 4.5.2). */
export const RELABELINGS = {
  name: Type.Object({ labels: Maybe(Type.Object({ firstName: Label100, lastName: Label100 })) }),
  email: Type.Object({ label: Label100 }),
} as const

export type Relabeling =
  | { kind: 'name'; given: Static<typeof RELABELINGS.name> }
  | { kind: 'email'; given: Static<typeof RELABELINGS.email> }

/** What makes a control: one of its kinds. */
export const NewControl = Type.Object({
  phone: Maybe(DEFINITIONS.phone),
  address: Maybe(DEFINITIONS.address),
  date: Maybe(DEFINITIONS.date),
  additionalGuests: Maybe(DEFINITIONS.additionalGuests),
  dropdown: Maybe(DEFINITIONS.dropdown),
  radioButton: Maybe(DEFINITIONS.radioButton),
  checkbox: Maybe(DEFINITIONS.checkbox),
  text: Maybe(DEFINITIONS.text),
})
export const ChangedControl = Type.Object({
  ...NewControl.properties,
  name: Maybe(RELABELINGS.name),
  email: Maybe(RELABELINGS.email),
  orderIndex: Maybe(Type.Integer({ minimum: 0, maximum: 10_000 })),
})

export const ADDABLE = Object.keys(DEFINITIONS) as Definition['kind'][] // the keys of the literal above
export const CHANGEABLE = [...ADDABLE, 'name', 'email'] as const

/** The one of `kinds` that `body`, which stands at `path`, gives (events 4.5.4). @throws InvalidRequest when it gives none or several */
export function oneOf<Kind extends string>(
  body: Partial<Record<Kind, unknown>>,
  kinds: readonly Kind[],
  path = '',
): Kind {
  const [first, second] = kinds.filter(kind => body[kind] !== undefined && body[kind] !== null)
  if (first !== undefined && second === undefined) return first
  throw invalid(path + (second ?? kinds[0] ?? ''), `give exactly one of ${kinds.join(', ')}`, 'REQUIRED_ONE_OF_FIELD')
}

/**
 * The control that `definition` describes, labelled by `texts` where it does not say how; its single input is named as itself (events 4.5.7).
 * @throws InvalidRequest for options that repeat, or a default that is none of them
 */
export function defineControl(id: string, definition: Definition, texts: Texts): Control {
  return { id, kind: definition.kind, deleted: false, ...shapeOf(id, definition, texts) }
}

function shapeOf(id: string, { kind, given }: Definition, texts: Texts): Pick<Control, 'type' | 'inputs'> {
  switch (kind) {
    case 'phone':
      return {
        type: 'INPUT',
        inputs: [{ ...named(id, given, texts.form('label.phone')), type: 'TEXT', maxLength: 25 }],
      }
    case 'date':
      return { type: 'DATE', inputs: [{ ...named(id, given, texts.form('label.date')), type: 'DATE_TIME' }] }
    case 'address':
      return { type: given.full ? 'ADDRESS_FULL' : 'ADDRESS_SHORT', inputs: [addressInput(id, given, texts)] }
    case 'additionalGuests':
      return { type: 'GUEST_CONTROL', inputs: guestInputs(given, texts) }
    case 'dropdown':
      return { type: 'DROPDOWN', inputs: [dropdownInput(id, given)] }
    case 'radioButton': {
      // inferred: one option is always chosen, so the input is mandatory though no member says so (events 4.4).
      const input = named(id, { ...given, mandatory: true })
      return { type: 'RADIO', inputs: [{ ...input, type: 'TEXT', options: optionsOf(kind, given.options) }] }
    }
    case 'checkbox': {
      const choices = optionsOf(kind, given.options)
      const input = { ...named(id, given), type: 'TEXT_ARRAY', options: choices, maxSize: choices.length } as const
      return { type: 'CHECKBOX', inputs: [input] }
    }
    case 'text': {
      const input = { ...named(id, given), type: 'TEXT', maxLength: given.maxLength ?? 1000 } as const
      return { type: given.multiLine ? 'TEXTAREA' : 'INPUT', inputs: [input] }
    }
  }
}

type Named = { label?: string | null | undefined; mandatory?: boolean | null | undefined }

function named(name: string, { label, mandatory }: Named, labelDefault = ''): Omit<Input, 'type'> {
  return { name, label: label ?? labelDefault, mandatory: mandatory ?? false }
}

/** inferred: labels that were not given are ours; a short address has one line, a full one its parts. */
function addressInput(
  id: string,
  { labels, full, mandatory }: Definitions['address']['given'],
  { form: say }: Texts,
): Input {
  const line = labels?.addressLine ?? say('label.address')
  const parts = [
    { name: 'streetAddress', label: labels?.streetAddress ?? say('label.streetAddress') },
    { name: 'city', label: labels?.city ?? say('label.city') },
    { name: 'subdivision', label: labels?.subdivision ?? say('label.subdivision') },
    { name: 'postalCode', label: labels?.postalCode ?? say('label.postalCode') },
    { name: 'country', label: labels?.country ?? say('label.country') },
  ]
  return {
    ...named(id, { label: line, mandatory }),
    type: 'ADDRESS',
    labels: [{ name: 'addressLine', label: line }, ...(full ? parts : [])],
  }
}

/** inferred: the count carries both labels, and the names' `maxSize` is the greatest number of guests, 10 if not given. */
function guestInputs(
  { labels, namesMandatory, maxGuests }: Definitions['additionalGuests']['given'],
  { form: say }: Texts,
): Input[] {
  const single = labels?.single ?? say('label.additionalGuest')
  const multiple = labels?.multiple ?? say('label.additionalGuests')
  const guestsMax = maxGuests ?? 10
  return [
    {
      name: 'additionalGuests',
      label: guestsMax === 1 ? single : multiple,
      type: 'NUMBER',
      mandatory: false,
      labels: [
        { name: 'single', label: single },
        { name: 'multiple', label: multiple },
      ],
    },
    {
      name: 'guestNames',
      label: say('label.guestNames'),
      type: 'TEXT_ARRAY',
      mandatory: namesMandatory ?? false,
      maxLength: 100,
      maxSize: guestsMax,
    },
  ]
}

function dropdownInput(id: string, given: Definitions['dropdown']['given']): Input {
  const choices = optionsOf('dropdown', given.options)
  const { optionIndex, placeholderText } = given.defaultOptionSelection ?? {}
  const path = 'dropdown.defaultOptionSelection'
  const hasIndex = optionIndex !== undefined && optionIndex !== null
  const hasPlaceholder = placeholderText !== undefined && placeholderText !== null
  if (hasIndex && hasPlaceholder)
    throw invalid(path, 'takes optionIndex or placeholderText, not both', 'REQUIRED_ONE_OF_FIELD')
  if (hasIndex && optionIndex >= choices.length) throw invalid(`${path}.optionIndex`, 'is none of the options', 'MAX')
  const defaultOptionSelection = hasPlaceholder ? { placeholderText } : { optionIndex: optionIndex ?? 0 }
  return { ...named(id, given), type: 'TEXT', options: choices, defaultOptionSelection }
}

/** Options without blanks around them, for answers are compared without theirs. inferred: none may repeat (4.5.17). */
function optionsOf(kind: AddableKind, given: readonly string[]): string[] {
  const choices = given.map(option => option.trim())
  if (choices.includes('')) throw invalid(`${kind}.options`, 'must not hold an empty option', 'MIN_LENGTH')
  if (new Set(choices).size < choices.length) throw invalid(`${kind}.options`, 'must not repeat an option', 'REPEATED')
  return choices
}
