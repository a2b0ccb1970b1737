import { describe, expect, test } from 'vitest'
import german from '../../locales/de/refusals.json'
import english from '../../locales/en/refusals.json'
import { refusals, type ViolationReason, violatedRules, violation, violationReasons } from '../../src/refusals.ts'
import { newTexts } from './i18n.ts'
import { refusalsIn } from './refusals.ts'

const REASONS = Object.keys(violationReasons) as ViolationReason[] // its keys are these
const LIMITS = ['MAX', 'MIN', 'MAX_LENGTH', 'MIN_LENGTH', 'MAX_SIZE', 'MIN_SIZE'] as const
/** What the API says in English, and no page may. */
const API_WORDS = 'words of the API'

describe.each([
  ['en', english],
  ['de', german],
])('in %s', (language, words) => {
  const { ofCode, ofField } = refusalsIn(newTexts(language, 'refusals', { [language]: { refusals: words } }))
  const said = (...wrong: Parameters<typeof violation>) => ofField(violation(...wrong))
  const inOwnWords = (text: string | null) =>
    text !== null && text !== API_WORDS && !/{{|undefined|NaN|\.[A-Z_]+$/.test(text)

  test('every code of the API has words, and nothing else has', () => {
    expect(Object.keys(words.codes)).toEqual(Object.keys(refusals))
    expect(Object.keys(refusals).filter(code => !inOwnWords(ofCode({ code })))).toEqual([])
  })

  test('every rule and every reason that validation can give has words, so that those of the API are never said', () => {
    expect(Object.keys(words.rules)).toEqual(violatedRules)
    const missing = violatedRules.filter(
      violatedRule => !inOwnWords(ofField({ violatedRule, description: API_WORDS, data: {} })),
    )
    expect(missing).toEqual([])
    const data = { threshold: 2, count: 2, currency: 'EUR', placeholder: 'x' }
    expect(REASONS.filter(reason => !inOwnWords(said('', API_WORDS, reason, data)))).toEqual([])
    const spoken = REASONS.map(reason =>
      ofField({ violatedRule: 'NONE', ruleName: reason, description: API_WORDS, data }),
    )
    expect(spoken).not.toContain(API_WORDS)
  })

  test.each(LIMITS)('%s is said with its limit as a number', rule => {
    expect(said('', API_WORDS, rule, { threshold: 120 })).toMatch(/\b120\b/)
    expect(said('', API_WORDS, rule)).not.toMatch(/\d/)
  })
})

test('what is refused by somebody else’s library keeps its words', () => {
  const { ofCode, ofField } = refusalsIn(newTexts('de', 'refusals', { de: { refusals: german } }))
  expect(ofCode({ code: 'PASSWORD_COMPROMISED' })).toBeNull()
  expect(ofCode({ code: null })).toBeNull()
  expect(ofField({ violatedRule: 'ANOTHER_RULE', description: API_WORDS, data: {} })).toBe(API_WORDS)
})

test('a German reader is told what is wrong with a field, and how much would be right', () => {
  const { ofField } = refusalsIn(newTexts('de', 'refusals', { de: { refusals: german } }))
  const say = (...[, ...wrong]: Parameters<typeof violation>) => ofField(violation('x', ...wrong))
  expect(say('x', '', 'MAX_LENGTH', { threshold: 30 })).toBe('Höchstens 30 Zeichen.')
  expect(say('x', '', 'MIN_LENGTH', { threshold: 1 })).toBe('Das wird benötigt.')
  expect(say('x', '', 'MAX_SIZE', { threshold: 1 })).toBe('Höchstens 1 Eintrag.')
  expect(say('x', '', 'OTHER_CURRENCY', { currency: 'CHF' })).toBe('Das muss in CHF sein.')
  expect(say('x', '', 'EMAIL')).toBe('Das ist keine E-Mail-Adresse.')
})
