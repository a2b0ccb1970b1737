import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Site } from '../sites/store.ts'
import { LANGUAGES, languageLike } from './texts.ts'

/** As much of a request as says what its sender reads. */
export type Asking = { headers: Pick<IncomingHttpHeaders, 'cookie' | 'accept-language'>; query?: unknown }

/**
 * What a page is written in: what its visitor chose, else what the browser asks for, else the site's language.
 * @param site null: nobody knows whose page it is
 * @returns one of `LANGUAGES`
 */
export function languageOf(asking: Asking, site: Pick<Site, 'locale'> | null): string {
  return wantedLanguage(asking) ?? (site && languageLike(site.locale)) ?? 'en'
}

/** What a visitor chose, else what the browser asks for, of what there is; null: neither says. */
export function wantedLanguage(asking: Asking): string | null {
  return chosenLanguage(asking) ?? acceptedLanguage(asking.headers['accept-language'] ?? '')
}

/** What a visitor chose: by `?lang=`, else before, by the cookie that keeps it. */
export function chosenLanguage({ headers, query }: Asking): string | null {
  return askedLanguage(query) ?? (headers.cookie ? readCookie(headers.cookie) : null)
}

function askedLanguage(query: unknown): string | null {
  const lang = typeof query === 'object' && query !== null && 'lang' in query ? query.lang : null
  return typeof lang === 'string' ? languageLike(lang) : null
}

function readCookie(cookie: string): string | null {
  const [, value = ''] = /(?:^|;)\s*language=([\w-]*)/.exec(cookie) ?? []
  return languageLike(value)
}

/** Keeps what was chosen by `?lang=` for a year. It names nobody, and scripts of pages may read it. */
export function keepLanguage(reply: FastifyReply): void {
  const language = askedLanguage(reply.request.query)
  if (language === null) return
  const secure = reply.request.protocol === 'https' ? '; Secure' : ''
  reply.header('set-cookie', `language=${language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`)
}

/** The best of `de-CH,de;q=0.9,en;q=0.5` that there is (RFC 9110, 12.5.4). */
function acceptedLanguage(header: string): string | null {
  if (header === '' || header.length > HEADER_LENGTH_MAX) return null
  const known = ACCEPTED.get(header)
  if (known !== undefined) return known
  const wishes = header.split(',').map(wish => {
    const [tag = '', ...parameters] = wish.split(';').map(each => each.trim())
    const quality = parameters.find(each => each.startsWith('q='))?.slice(2)
    return { language: languageLike(tag), quality: quality === undefined ? 1 : Number(quality) }
  })
  const [best] = wishes
    .filter(({ language, quality }) => language !== null && quality > 0)
    .sort((one, other) => other.quality - one.quality)
  const accepted = best?.language ?? null
  if (ACCEPTED.size >= ACCEPTED_MAX) ACCEPTED.clear()
  ACCEPTED.set(header, accepted)
  return accepted
}

const HEADER_LENGTH_MAX = 500
const ACCEPTED = new Map<string, string | null>()
const ACCEPTED_MAX = 500

/** The site as it is shown to readers of another language; its own locale is kept where it is of that language. */
export function inLanguage<S extends Pick<Site, 'locale'>>(site: S, language: string | null): S {
  return language === null || languageLike(site.locale) === language ? site : { ...site, locale: language }
}

/** Languages by their own names, for who looks for theirs. */
export function languageNames(): { language: string; name: string }[] {
  return LANGUAGES.map(language => {
    const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
    return { language, name: name.charAt(0).toLocaleUpperCase(language) + name.slice(1) }
  })
}
