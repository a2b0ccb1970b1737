import { expect, test } from 'vitest'
import { inLanguage, languageNames, languageOf, wantedLanguage } from './language.ts'

const site = { locale: 'de-AT' }

test.each([
  ['?lang= before everything', { query: { lang: 'en' }, cookie: 'language=de', accept: 'de' }, 'en'],
  ['the cookie before the browser', { cookie: 'a=b; language=de; c=d', accept: 'en' }, 'de'],
  ['the browser before the site', { accept: 'fr,en-GB;q=0.8,de;q=0.5' }, 'en'],
  ['of what the browser asks for the best, whatever the order', { accept: 'en;q=0.2, de;q=0.9' }, 'de'],
  ['the site where the browser asks for what we have not', { accept: 'fr,*;q=0.5' }, 'de'],
  ['the site where it refuses what we have', { accept: 'en;q=0' }, 'de'],
  ['the site where nobody says anything', {}, 'de'],
  ['the site where what was chosen is none', { query: { lang: 'xx' }, cookie: 'language=../x' }, 'de'],
  ['the site where it was said twice', { query: { lang: ['en', 'en'] } }, 'de'],
  ['the site where a cookie only ends in that name', { cookie: 'mylanguage=en' }, 'de'],
  ['the site where a header is a joke', { accept: `${'en,'.repeat(1000)}en` }, 'de'],
  ['the site where a weight is none', { accept: 'en;q=much' }, 'de'],
] as const)('a page is in the language of %s', (_, { query, cookie, accept }: Said, language) => {
  const headers = { ...(cookie && { cookie }), ...(accept && { 'accept-language': accept }) }
  expect(languageOf({ headers, query }, site)).toBe(language)
})

type Said = { query?: unknown; cookie?: string; accept?: string }

test('where nobody knows the site it is English', () => {
  expect(languageOf({ headers: {} }, null)).toBe('en')
  expect(languageOf({ headers: {} }, { locale: 'sv-SE' })).toBe('en')
  expect(wantedLanguage({ headers: {} })).toBeNull()
})

test('a site keeps its own locale for readers of its language', () => {
  expect(inLanguage(site, 'de')).toBe(site)
  expect(inLanguage(site, null)).toBe(site)
  expect(inLanguage(site, 'en')).toEqual({ locale: 'en' })
})

test('languages have their own names', () => {
  expect(languageNames()).toEqual(
    expect.arrayContaining([
      { language: 'de', name: 'Deutsch' },
      { language: 'en', name: 'English' },
    ]),
  )
})
