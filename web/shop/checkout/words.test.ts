import { expect, test } from 'vitest'
import german from '../../../locales/de/shop.json'
import english from '../../../locales/en/shop.json'
import { refusals } from '../../../src/refusals.ts'
import { emptyAnswers, fieldsOf, inputValuesOf, problemOf, problemOfBuyer } from '../../shared/form.ts'
import { REFUSAL_CODES, told } from './refusals.ts'

/** The code by which the requests of the checkout page are answered: whatever it refuses has to be told. */
const SOURCES = import.meta.glob<string>(
  [
    '../../../src/orders/{buyer,checkout,choose-payment,held,made-routes,pay-again,pay-by-gift-card,promotions,sold}.ts',
    '../../../src/gift-cards/{guesses,usable}.ts',
    '../../../src/coupons/model.ts',
    '../../../src/pricing-plan-benefits/model.ts',
    '../../../src/ticket-reservations/cancel.ts',
    '../../../src/events/store.ts',
    '../../../src/identities/{identify,identity,tokens}.ts',
    '../../../src/db/{intake,transaction}.ts',
    '../../../src/http/{app,errors}.ts',
  ],
  { eager: true, query: '?raw', import: 'default' },
)
/** Of requests that the page does not make: of another type, another path, too large, by staff. */
const NEVER = [
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'PAYLOAD_TOO_LARGE',
  'MALFORMED_REQUEST',
  'STAFF_MEMBER_SUSPENDED',
]

test('R157 to R172: whatever the requests of the checkout are refused with is told by it', () => {
  const codes = Object.values(SOURCES).flatMap(source =>
    [...source.matchAll(/'([A-Z]+(?:_[A-Z]+)+|UNAVAILABLE|UNAUTHENTICATED)'/g)].map(([, code = '']) => code),
  )
  const refused = [...new Set(codes)].filter(code => Object.hasOwn(refusals, code) && !NEVER.includes(code))
  expect(refused).toEqual(
    expect.arrayContaining(['RESERVATION_OCCUPIED', 'COUPON_EXPIRED', 'GIFT_CARD_NOT_FOUND', 'UNAVAILABLE']),
  )
  expect(refused.filter(code => !(REFUSAL_CODES as string[]).includes(code))).toEqual([])
  const ours = ['OFFLINE', 'INVALID', 'FAULT'] // of no code
  expect(REFUSAL_CODES.filter(code => !Object.hasOwn(refusals, code) && !ours.includes(code))).toEqual([])
})

test.each(REFUSAL_CODES)('R157 to R172: %s is told in every language, with what happened and what to do', code => {
  for (const words of [english, german]) {
    const { title, story } = words.checkout.refusals[code]
    expect(title.length).toBeGreaterThan(10)
    expect(story.length).toBeGreaterThan(20)
  }
})

test.each([
  [{ status: 428, code: 'COUPON_EXPIRED' }, 'COUPON_EXPIRED', 'mend'],
  [{ status: 0, code: null }, 'OFFLINE', 'tryAgain'],
  [{ status: 503, code: 'UNAVAILABLE' }, 'UNAVAILABLE', 'tryAgain'],
  [{ status: 503, code: null }, 'UNAVAILABLE', 'tryAgain'],
  [{ status: 429, code: null }, 'RESOURCE_EXHAUSTED', 'tryAgain'],
  [{ status: 400, code: null }, 'INVALID', 'mend'],
  [{ status: 500, code: null }, 'FAULT', 'tryAgain'],
  [{ status: 418, code: 'toString' }, 'INVALID', 'mend'],
] as const)('what is answered %j is told as %s', (error, code, way) => {
  expect(told(error)).toEqual({ code, way })
})

const text = (name: string, more: object = {}) =>
  ({ name, label: name, type: 'TEXT', mandatory: false, options: [], ...more }) as const
const NAME = { id: 'name', type: 'NAME', label: '', inputs: [text('firstName'), text('lastName')] }
const EMAIL = { id: 'email', type: 'INPUT', label: '', inputs: [text('email', { maxLength: 255 })] }
const BOXES = {
  id: 'custom',
  type: 'CHECKBOX',
  label: '',
  inputs: [{ ...text('custom', { mandatory: true, options: ['A', 'B'] }), type: 'TEXT_ARRAY' as const }],
}
const ADDRESS = {
  id: 'address',
  type: 'ADDRESS_FULL',
  label: '',
  inputs: [
    {
      ...text('address', {
        mandatory: true,
        labels: ['addressLine', 'streetAddress', 'city', 'subdivision'].map(name => ({ name, label: name })),
      }),
      type: 'ADDRESS' as const,
    },
  ],
}
const SIZE = {
  id: 'size',
  type: 'DROPDOWN',
  label: '',
  inputs: [text('size', { options: ['S', 'M'], defaultOptionSelection: { optionIndex: 1 } })],
}

test('events 4.4: a form begins with what is chosen already, and an address has its parts', () => {
  expect(emptyAnswers([NAME, SIZE, BOXES])).toEqual({ size: ['M'] })
  expect(fieldsOf([ADDRESS]).map(({ name, required }) => [name, required])).toEqual([
    ['streetAddress', true],
    ['city', true],
    ['subdivision', false],
  ])
})

test.each([
  ['R159: a name that is blank', NAME, { firstName: ['  '] }, 'required'],
  ['R159: an e-mail address that is missing', EMAIL, {}, 'required'],
  ['R159: an e-mail address that is none', EMAIL, { email: ['ada@example'] }, 'email'],
  ['R158: boxes of which none is ticked', BOXES, { custom: [] }, 'choose'],
  ['R158: a box that is gone', BOXES, { custom: ['C'] }, 'choose'],
  ['R158: a text that is too long', EMAIL, { email: [`${'a'.repeat(255)}@example.org`] }, 'tooLong'],
  ['R158: an option that is none', SIZE, { size: ['L'] }, 'choose'],
  ['R158: what is right', SIZE, { size: ['S'] }, null],
] as const)('%s', (_, control, answers, problem) => {
  const [field] = fieldsOf([control])
  expect(field && problemOf(field, answers)).toBe(problem)
})

test('R161: a buyer has a name of up to 50 characters and an address', () => {
  const ada = { firstName: 'Ada', lastName: 'b'.repeat(51), email: 'ada@example.org' }
  expect((['firstName', 'lastName', 'email'] as const).map(name => problemOfBuyer(ada, name))).toEqual([
    null,
    'tooLong',
    null,
  ])
})

test('events 4.6.1: blanks, and options that are gone, are no answers', () => {
  const answers = { firstName: [' Ada '], lastName: [''], custom: ['A', 'C'], address: ['Quay 4', '', 'HH'] }
  expect(inputValuesOf([NAME, BOXES, ADDRESS], answers)).toEqual([
    { inputName: 'firstName', value: 'Ada' },
    { inputName: 'custom', values: ['A'] },
    { inputName: 'address', values: ['Quay 4', 'HH'] },
  ])
})
