import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { LANGUAGES, languageLike, textsIn } from './texts.ts'

const FOLDER = new URL('../../locales/', import.meta.url)
const namespaces = (await readdir(new URL('en/', FOLDER))).filter(name => name.endsWith('.json'))

/** Every text by its key: `order.title` → `Order {{number}}`. */
async function textsOf(language: string, namespace: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else for (const [name, below] of Object.entries(value as object)) walk(below, path ? `${path}.${name}` : name)
  }
  walk(JSON.parse(await readFile(new URL(`${language}/${namespace}`, FOLDER), 'utf8')), '')
  return found
}

const NUMBERED = /_(zero|one|two|few|many|other)$/

/** What a language must have: each key once, whatever forms it has for numbers, with the placeholders in it. */
function shapeOf(texts: ReadonlyMap<string, string>): Record<string, string[]> {
  const shape: Record<string, string[]> = {}
  for (const [key, text] of texts) {
    const base = key.replace(NUMBERED, '')
    const placeholders = [...text.matchAll(/{{\s*-?\s*([\w.]+)[^}]*}}/g)].map(([, name = '']) => name)
    const counted = NUMBERED.test(key) ? ['count'] : []
    shape[base] = [...new Set([...(shape[base] ?? []), ...counted, ...placeholders])].sort()
  }
  return shape
}

describe('the languages', () => {
  test('are the folders of locales/, English and German among them', () => {
    expect(LANGUAGES).toEqual(expect.arrayContaining(['de', 'en']))
    expect(namespaces).toEqual(expect.arrayContaining(['form.json', 'mail.json', 'pages.json']))
  })

  describe.each(LANGUAGES.filter(language => language !== 'en'))('%s', language => {
    test('has the files of English, no more and no fewer', async () => {
      expect((await readdir(new URL(`${language}/`, FOLDER))).sort()).toEqual([...namespaces].sort())
    })

    test.each(namespaces)('%s has every key of English with its placeholders, and no other', async namespace => {
      const english = shapeOf(await textsOf('en', namespace))
      expect(shapeOf(await textsOf(language, namespace))).toEqual(english)
    })

    test.each(namespaces)('%s leaves no text empty, and has each form of its numbers', async namespace => {
      const texts = await textsOf(language, namespace)
      expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      const bases = new Set([...texts.keys()].filter(key => NUMBERED.test(key)).map(key => key.replace(NUMBERED, '')))
      const missing = [...bases].flatMap(base => forms.map(form => `${base}_${form}`)).filter(key => !texts.has(key))
      // A language may have a form for a million that is told like any other number.
      expect(missing.filter(key => !key.endsWith('_many'))).toEqual([])
    })
  })
})

describe('a text', () => {
  test('is found in the language of any locale, else in English, with that locale’s dates', () => {
    expect(textsIn('de-CH')).toMatchObject({ language: 'de', locale: 'de-CH', direction: 'ltr' })
    expect(textsIn('DE').page('ticket.guest')).toBe('Gast')
    expect(textsIn('ar-EG')).toMatchObject({ language: 'en', locale: 'ar-EG' })
    expect(textsIn('ar-EG').page('ticket.guest')).toBe('Guest')
    expect(textsIn('de-CH')).toBe(textsIn('de-CH'))
  })

  test.each(['de', 'DE', 'de-AT', 'de-Latn-CH-1996'])('%s is best served with German', locale => {
    expect(languageLike(locale)).toBe('de')
  })

  test.each(['', 'xx', '*', '../en', 'd', 'deutsch', '__proto__'])('%j is best served with nothing of ours', locale => {
    expect(languageLike(locale)).toBeNull()
  })

  test('takes values as they are: they are no markup, no key and no placeholder', () => {
    const { page: say } = textsIn('en')
    for (const number of ['<b>&"', '$t(ticket.guest)', '{{number}}', '$1 $& %s', ''])
      expect(say('order.title', { number })).toBe(`Order ${number}`)
    expect(say('ticket.page', { page: 1, pages: 1000 })).toBe('1 / 1000')
  })
})
