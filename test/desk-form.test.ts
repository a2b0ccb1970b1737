import { expect, test } from 'vitest'
import type { Definition } from '../src/forms/definitions.ts'
import { newSuffix, withControl, withControlUpdated } from '../src/forms/edit.ts'
import type { liveControls } from '../src/forms/model.ts'
import { toWireForm } from '../src/forms/wire.ts'
import { textsIn } from '../src/texts/texts.ts'
import {
  type DeskControl,
  kindOf,
  newQuestion,
  previewOf,
  problemsOf,
  questionOf,
  requestOf,
} from '../web/desk/form/controls.ts'
import { emptyAnswers, fieldsOf } from '../web/shared/form.ts'

const texts = textsIn('en')
const labels = {
  addressLine: 'Address',
  streetAddress: 'Street',
  city: 'Town',
  subdivision: 'State',
  postalCode: 'Zip',
  country: 'Land',
}
const DEFINED: readonly (readonly [string, Definition])[] = [
  ['text', { kind: 'text', given: { label: 'Diet', mandatory: true, maxLength: 40, multiLine: false } }],
  ['longText', { kind: 'text', given: { label: 'Wishes', mandatory: false, maxLength: 1000, multiLine: true } }],
  [
    'dropdown',
    {
      kind: 'dropdown',
      given: {
        label: 'Meal',
        options: ['Rice', 'Fish'],
        mandatory: true,
        defaultOptionSelection: { placeholderText: 'Choose' },
      },
    },
  ],
  [
    'dropdown',
    {
      kind: 'dropdown',
      given: { label: 'Meal', options: ['Rice', 'Fish'], mandatory: false, defaultOptionSelection: { optionIndex: 1 } },
    },
  ],
  ['radioButton', { kind: 'radioButton', given: { label: 'Size', options: ['S', 'L'] } }],
  ['checkbox', { kind: 'checkbox', given: { label: 'Days', options: ['Sat', 'Sun'], mandatory: true } }],
  ['phone', { kind: 'phone', given: { label: 'Mobile', mandatory: true } }],
  ['date', { kind: 'date', given: { label: 'Birthday', mandatory: false } }],
  ['address', { kind: 'address', given: { labels, full: true, mandatory: true } }],
  ['address', { kind: 'address', given: { labels: { addressLine: 'Where' }, full: false, mandatory: false } }],
  [
    'additionalGuests',
    {
      kind: 'additionalGuests',
      given: { labels: { single: 'Friend', multiple: 'Friends' }, namesMandatory: true, maxGuests: 3 },
    },
  ],
]

test.each(DEFINED)('events 4.5.10: a control of kind %s that is only moved stays what it is', (kind, definition) => {
  const { id, controls } = withControl({ controls: [] }, definition, {
    initialType: 'RSVP',
    suffix: newSuffix(),
    texts,
  })
  const [shown] = wire(controls)
  if (!shown) throw new Error('there is no control')
  expect(kindOf(shown)).toBe(kind)
  const sent = requestOf(questionOf(shown))
  const [member = ''] = Object.keys(sent)
  const change = { kind: member, given: sent[member] } as Definition // what the route makes of a body
  expect(withControlUpdated({ controls }, id, change, { orderIndex: 0, texts }).controls).toEqual(controls)
})

test.each(DEFINED)(
  'what is shown before a control of kind %s is saved has the fields that it will have',
  (kind, definition) => {
    const { controls } = withControl({ controls: [] }, definition, { initialType: 'RSVP', suffix: newSuffix(), texts })
    const [shown] = wire(controls)
    if (!shown) throw new Error('there is no control')
    const preview = previewOf(shown.id, questionOf(shown), {})
    const seen = (control: DeskControl) => [
      control.type,
      fieldsOf([control]).map(({ label, required, name }) => [label, required, name]),
      emptyAnswers([control]),
    ]
    expect(seen(preview)).toEqual(seen(shown))
    expect(kindOf(preview)).toBe(kind)
  },
)

test.each([
  ['a text without a label', 'text', {}, { label: 'needed' }],
  ['a phone without a label', 'phone', {}, {}],
  ['one option to choose from', 'dropdown', { label: 'Meal', options: 'Rice\n\n' }, { options: 'tooFewOptions' }],
  ['one box to tick', 'checkbox', { label: 'Meal', options: 'Rice' }, {}],
  ['no box to tick', 'checkbox', { label: 'Meal', options: ' \n ' }, { options: 'oneOption' }],
  ['an option twice', 'radioButton', { label: 'Meal', options: 'Rice\n Rice ' }, { options: 'repeated' }],
  ['an option too long', 'radioButton', { label: 'Meal', options: `A\n${'x'.repeat(201)}` }, { options: 'longOption' }],
  [
    '201 options',
    'dropdown',
    { label: 'N', options: Array.from({ length: 201 }, (_, n) => n).join('\n') },
    { options: 'tooManyOptions' },
  ],
  ['no length', 'longText', { label: 'Wishes', maxLength: '' }, { maxLength: 'range' }],
  ['eleven guests', 'additionalGuests', { maxGuests: 11 }, { maxGuests: 'range' }],
] as const)('the API would refuse %s, and so does the desk', (_, kind, typed, problems) => {
  expect(problemsOf({ ...newQuestion(kind), ...typed })).toEqual(problems)
})

function wire(controls: Parameters<typeof liveControls>[0]['controls']): DeskControl[] {
  const messages = {} as Parameters<typeof toWireForm>[0]['messages'] // not looked at
  return toWireForm({ siteId: '', eventId: '', revision: 0, controls, messages }).controls as DeskControl[]
}
