import { describe, expect, test } from 'vitest'
import { textsIn } from '../texts/texts.ts'
import { answerOf, problemsOfAnswers } from './answers.ts'
import { type Definition, defineControl } from './definitions.ts'
import { type Control, emailControl, nameControl } from './model.ts'

const ENGLISH = textsIn('en')
const SYSTEM = [nameControl({ firstName: 'First name', lastName: 'Last name' }), emailControl('Email')]
const WHO = [
  { inputName: 'firstName', value: 'Ada' },
  { inputName: 'lastName', value: 'Lovelace' },
  { inputName: 'email', value: 'ada@example.com' },
]
const OPTIONS = ['Red', 'Blue']

type Given = { value?: string | null; values?: string[] | null }

function problems(controls: Control[], answers: (Given & { inputName: string })[]): string[] {
  return problemsOfAnswers({ controls: [...SYSTEM, ...controls] }, [...WHO, ...answers])
}

describe('R159, events 4.6.6: name and e-mail', () => {
  test('are enough for a new form', () => {
    expect(problems([], [])).toEqual([])
  })

  test.each(['firstName', 'lastName', 'email'])('%s is always due, and blanks are no answer', inputName => {
    const others = WHO.filter(answer => answer.inputName !== inputName)
    const optional = SYSTEM.map(control => ({
      ...control,
      inputs: control.inputs.map(input => ({ ...input, mandatory: false })),
    }))
    const expected = [`"${inputName}" must be answered.`]
    expect(problemsOfAnswers({ controls: SYSTEM }, others)).toEqual(expected)
    expect(problemsOfAnswers({ controls: SYSTEM }, [...others, { inputName, value: ' ' }])).toEqual(expected)
    expect(problemsOfAnswers({ controls: optional }, [...others, { inputName, value: null }])).toEqual(expected)
  })

  test.each([
    ['ada', false],
    ['ada@example', false],
    ['a b@example.com', false],
    ['@example.com', false],
    [`ada@${'x'.repeat(250)}.com`, false],
    ['ada.lovelace+tag@sub.example.co.uk', true],
    [' ada@example.com ', true],
  ])('the e-mail "%s": %s', (value, fine) => {
    const found = problemsOfAnswers({ controls: SYSTEM }, [...WHO.slice(0, 2), { inputName: 'email', value }])
    expect(found.length === 0).toBe(fine)
  })

  test('events 4.6.5: a name has at most 50 characters', () => {
    const answers = [{ inputName: 'firstName', value: 'x'.repeat(51) }, ...WHO.slice(1)]
    expect(problemsOfAnswers({ controls: SYSTEM }, answers)).toEqual(['"firstName" takes at most 50 characters.'])
  })
})

describe('events 4.5.16, 4.6.3, 4.6.4, 4.6.5, 4.6.7: each kind of control', () => {
  const rows: [name: string, definition: Definition, fine: Given[], wrong: Given[]][] = [
    [
      'a mandatory phone',
      { kind: 'phone', given: { mandatory: true } },
      [{ value: '+49 30 1234' }, { values: ['+49'] }],
      [{}, { value: '' }, { value: '1'.repeat(26) }, { values: ['1', '2'] }],
    ],
    [
      'a text',
      { kind: 'text', given: { maxLength: 5 } },
      [{}, { value: '' }, { value: '12345' }],
      [{ value: '123456' }],
    ],
    [
      'a mandatory dropdown with a placeholder',
      {
        kind: 'dropdown',
        given: { options: OPTIONS, mandatory: true, defaultOptionSelection: { placeholderText: 'Please choose' } },
      },
      [{ value: 'Blue' }],
      [{ value: 'Please choose' }, { value: 'Green' }, {}, { value: 'blue' }],
    ],
    [
      'an optional dropdown with a placeholder',
      { kind: 'dropdown', given: { options: OPTIONS, defaultOptionSelection: { placeholderText: 'Please choose' } } },
      [{ value: 'Blue' }, { value: 'Please choose' }, {}],
      [{ value: 'Green' }],
    ],
    [
      'a radio button',
      { kind: 'radioButton', given: { options: OPTIONS } },
      [{ value: 'Red' }],
      [{}, { value: 'Green' }, { values: ['Red', 'Blue'] }],
    ],
    [
      'a mandatory checkbox',
      { kind: 'checkbox', given: { options: OPTIONS, mandatory: true } },
      [{ values: ['Red'] }, { values: ['Blue', 'Red'] }, { value: 'Red' }],
      [{ values: [] }, { values: ['Red', 'Green'] }, { values: ['Red', 'Blue', 'Red'] }],
    ],
    [
      'a date',
      { kind: 'date', given: {} },
      [{ value: '2028-02-29' }, { value: '2030-05-31T10:00:00.000Z' }, {}],
      [{ value: '2030-02-29' }, { value: '31.05.2030' }, { value: '2030-13-01' }, { value: '2030-05-00' }],
    ],
    [
      'a full address',
      { kind: 'address', given: { full: true, mandatory: true } },
      [{ values: ['Main Street 1', 'Springfield', 'IL'] }, { value: 'Main Street 1, Springfield' }],
      [{ values: ['', ' '] }, {}],
    ],
  ]
  test.each(rows)('%s', (_, definition, fine, wrong) => {
    const control = defineControl('x', definition, ENGLISH)
    const found = (given: Given) => problems([control], [{ inputName: 'x', ...given }])
    expect(fine.map(found)).toEqual(fine.map(() => []))
    expect(wrong.map(given => found(given).length)).toEqual(wrong.map(() => 1))
  })

  test('additional guests: a number up to the greatest, with a name each where names are mandatory', () => {
    const named = defineControl(
      'g',
      { kind: 'additionalGuests', given: { maxGuests: 2, namesMandatory: true } },
      ENGLISH,
    )
    const found = (value: string | null, values: string[]) =>
      problems(
        [named],
        [
          { inputName: 'additionalGuests', value },
          { inputName: 'guestNames', values },
        ],
      )
    expect([found(null, []), found('0', []), found('2', ['A B', 'C D'])]).toEqual([[], [], []])
    expect(found('2', ['A B'])).toEqual(['"guestNames" must name every additional guest.'])
    expect(found('1', ['A B', 'C D'])).toEqual(['"guestNames" names more guests than "additionalGuests" counts.'])
    expect(found('3', ['A B', 'C D'])).toEqual(['"additionalGuests" is at most 2.'])
    expect(found('two', [])).toEqual(['"additionalGuests" takes a whole number.'])
  })
})

test('events 4.6.2: inputs that the form does not have, deleted ones included, are refused', () => {
  const deleted = { ...defineControl('phone', { kind: 'phone', given: { mandatory: true } }, ENGLISH), deleted: true }
  expect(problems([deleted], [])).toEqual([])
  expect(problems([deleted], [{ inputName: 'phone', value: '1' }])).toEqual(['The form has no input "phone".'])
})

test('an input that is answered twice is refused', () => {
  expect(problems([], [{ inputName: 'email', value: 'b@example.com' }])).toEqual([
    '"email" is answered more than once.',
  ])
})

test('answerOf gives the first text, or null for none', () => {
  expect(answerOf(WHO, 'firstName')).toBe('Ada')
  expect(answerOf([{ inputName: 'a', values: [' x ', 'y'] }], 'a')).toBe('x')
  expect(answerOf([{ inputName: 'a', value: ' ' }], 'a')).toBeNull()
  expect(answerOf([], 'a')).toBeNull()
})
