import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidRequest, Refusal } from '../refusals.ts'
import { textsIn } from '../texts/texts.ts'
import type { Definition } from './definitions.ts'
import { newSuffix, withControl, withControlUpdated, withoutControl } from './edit.ts'
import { defaultMessages } from './messages.ts'
import { type Control, emailControl, liveControls, nameControl } from './model.ts'
import { toWireForm } from './wire.ts'

const texts = textsIn('en')
const SYSTEM = [nameControl({ firstName: 'First name', lastName: 'Last name' }), emailControl('Email')]
const text: Definition = { kind: 'text', given: { label: 'Diet' } }
const phone: Definition = { kind: 'phone', given: {} }
const guests: Definition = { kind: 'additionalGuests', given: {} }

const options = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }).filter(isVisible), {
  minLength: 2,
  maxLength: 6,
  selector: option => option.trim(),
})
const definitions: fc.Arbitrary<Definition> = fc.oneof(
  fc.record({ kind: fc.constant('phone' as const), given: fc.record({ mandatory: fc.boolean() }) }),
  fc.record({ kind: fc.constant('date' as const), given: fc.record({ label: fc.string({ maxLength: 100 }) }) }),
  fc.record({ kind: fc.constant('address' as const), given: fc.record({ full: fc.boolean() }) }),
  fc.record({ kind: fc.constant('additionalGuests' as const), given: fc.record({ namesMandatory: fc.boolean() }) }),
  fc.record({ kind: fc.constant('dropdown' as const), given: fc.record({ options }) }),
  fc.record({ kind: fc.constant('radioButton' as const), given: fc.record({ options }) }),
  fc.record({ kind: fc.constant('checkbox' as const), given: fc.record({ options }) }),
  fc.record({ kind: fc.constant('text' as const), given: fc.record({ comment: fc.boolean() }) }),
)
const edits = fc.array(
  fc.record({
    verb: fc.constantFrom('add', 'add', 'update', 'delete', 'undefined'),
    definition: definitions,
    at: fc.nat({ max: 12 }),
    orderIndex: fc.option(fc.nat({ max: 12 })),
  }),
  { maxLength: 40 },
)

test('events 4.5: any form built by adding, updating and deleting is gap-free and keeps its system inputs', () => {
  fc.assert(
    fc.property(edits, fc.constantFrom('RSVP' as const, 'TICKETING' as const), (steps, initialType) => {
      let controls: readonly Control[] = SYSTEM
      for (const { verb, definition, at, orderIndex } of steps) {
        const before = JSON.stringify(controls)
        const given = { controls }
        const known = controls[at % controls.length]?.id ?? ''
        try {
          if (verb === 'add')
            controls = withControl(given, definition, { initialType, suffix: newSuffix(), texts }).controls
          else if (verb === 'delete') controls = withoutControl(given, known)
          else
            controls = withControlUpdated(given, verb === 'update' ? known : verb, definition, {
              orderIndex,
              texts,
            }).controls
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          expect(JSON.stringify(given.controls)).toBe(before)
        }
        expectWhole(controls)
      }
    }),
  )
})

function expectWhole(controls: readonly Control[]): void {
  const form = { siteId: '', eventId: '', revision: 1, controls, messages: defaultMessages(texts) }
  const published = toWireForm(form).controls
  expect(published.map(control => control.orderIndex)).toEqual(published.map((_, index) => index))
  expect(published.slice(0, 2).map(control => [control.id, control.system])).toEqual([
    ['name', true],
    ['email', true],
  ])
  expect(published.slice(2).some(control => control.system)).toBe(false)
  const inputs = published.flatMap(control => control.inputs)
  expect(inputs.slice(0, 3).map(({ name, mandatory }) => [name, mandatory])).toEqual([
    ['firstName', true],
    ['lastName', true],
    ['email', true],
  ])
  expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length)
  expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length)
  expect(controls.every(({ id }) => id.length <= 100)).toBe(true)
}

describe('adding', () => {
  const add = (controls: readonly Control[], definition: Definition, suffix = '0123456789abcdef') =>
    withControl({ controls }, definition, { initialType: 'RSVP', suffix, texts })

  test('events 4.5.7: the first is named after its kind, a later one has a suffix, also after a deleted one', () => {
    const first = add(SYSTEM, text)
    const second = add(first.controls, text)
    expect([first.id, second.id, add(second.controls, phone).id]).toEqual([
      'custom',
      'custom-0123456789abcdef',
      'phone',
    ])
    expect(add(withoutControl(first, 'custom'), text).id).toBe('custom-0123456789abcdef')
    expect(newSuffix()).toMatch(/^[0-9a-f]{16}$/)
  })

  test('events 4.5.8, 4.5.9: additional guests are asked for once, and only by RSVP events', () => {
    const once = add(SYSTEM, guests)
    expect(() => add(once.controls, guests)).toThrow(refused('INVALID_EVENT_CONFIGURATION'))
    expect(add(withoutControl(once, 'additionalGuests'), guests).controls).toHaveLength(4)
    expect(() => withControl({ controls: SYSTEM }, guests, { initialType: 'TICKETING', suffix: '', texts })).toThrow(
      refused('INVALID_EVENT_CONFIGURATION'),
    )
  })

  test('events 4.6.1: a form has no more inputs than a form response has entries', () => {
    let controls: readonly Control[] = SYSTEM
    while (liveControls({ controls }).flatMap(({ inputs }) => inputs).length < 200)
      controls = add(controls, text, newSuffix()).controls
    expect(() => add(controls, text)).toThrow(refused('INVALID_EVENT_CONFIGURATION'))
  })

  test('events 4.5.17: options that repeat or are blank are refused', () => {
    const dropdown = (given: object) => ({ kind: 'dropdown', given }) as Definition
    expect(() => add(SYSTEM, dropdown({ options: ['A', 'A '] }))).toThrow(InvalidRequest)
    expect(() => add(SYSTEM, dropdown({ options: ['A', ' '] }))).toThrow(InvalidRequest)
    expect(() => add(SYSTEM, dropdown({ options: ['A', 'B'], defaultOptionSelection: { optionIndex: 2 } }))).toThrow(
      InvalidRequest,
    )
    expect(() =>
      add(SYSTEM, dropdown({ options: ['A', 'B'], defaultOptionSelection: { optionIndex: 0, placeholderText: 'x' } })),
    ).toThrow(InvalidRequest)
  })
})

describe('updating', () => {
  const { controls } = [text, phone, text].reduce(
    (form, definition) => withControl(form, definition, { initialType: 'RSVP', suffix: '1', texts }),
    { id: '', controls: SYSTEM },
  )
  const ids = (form: { controls: readonly Control[] }) => liveControls(form).map(({ id }) => id)
  const update = (id: string, change: Definition, orderIndex: number | null) =>
    withControlUpdated({ controls }, id, change, { orderIndex, texts })

  test.each([
    [2, ['name', 'email', 'custom-1', 'custom', 'phone']],
    [3, ['name', 'email', 'custom', 'custom-1', 'phone']],
    [4, ['name', 'email', 'custom', 'phone', 'custom-1']],
    [99, ['name', 'email', 'custom', 'phone', 'custom-1']],
    [null, ['name', 'email', 'custom', 'phone', 'custom-1']],
  ])('events 4.5.10: orderIndex %s moves a control and shifts the others', (orderIndex, expected) => {
    expect(ids(update('custom-1', text, orderIndex))).toEqual(expected)
  })

  test('events 4.5.3: nothing comes before name and e-mail, and they do not move', () => {
    expect(() => update('phone', phone, 1)).toThrow(refused('INVALID_EVENT_CONFIGURATION'))
    const move = () => withControlUpdated({ controls }, 'email', { kind: 'email', given: {} }, { orderIndex: 0, texts })
    expect(move).toThrow(refused('INVALID_EVENT_CONFIGURATION'))
    expect(
      ids(withControlUpdated({ controls }, 'email', { kind: 'email', given: {} }, { orderIndex: 1, texts })),
    ).toEqual(ids({ controls }))
  })

  test('api 3.4.1: the id `undefined` is resolved where one control alone can be meant', () => {
    expect(update('undefined', phone, null).id).toBe('phone')
    expect(
      withControlUpdated({ controls }, 'undefined', { kind: 'name', given: {} }, { orderIndex: null, texts }).id,
    ).toBe('name')
    expect(() => update('undefined', text, null)).toThrow(refused('CONTROL_NOT_FOUND'))
    expect(() => update('undefined', guests, null)).toThrow(refused('CONTROL_NOT_FOUND'))
    expect(() => withoutControl({ controls }, 'undefined')).toThrow(refused('CONTROL_NOT_FOUND'))
  })
})

function refused(code: string) {
  return expect.objectContaining({ code })
}

function isVisible(value: string): boolean {
  return value.trim() !== ''
}
