import type { FastifyReply, FastifyRequest } from 'fastify'

/** The languages that there are texts in; the first is spoken where nobody says otherwise. */
export const LANGUAGES = ['en', 'de'] as const

/**
 * What a visitor reads: `?lang=` (and from then on, kept in a cookie), what they chose before, what their browser
 * prefers, the site's own.
 */
export function languageOf(request: FastifyRequest, reply: FastifyReply, locale: string): string {
  const { lang } = request.query as { lang?: unknown } // whatever the address says
  const chosen = typeof lang === 'string' ? known(lang) : undefined
  if (chosen) reply.header('set-cookie', `language=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`)
  const kept = /(?:^|;\s*)language=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  reply.header('vary', 'cookie, accept-language')
  return (
    chosen ??
    (kept === undefined ? undefined : known(kept)) ??
    preferred(request.headers['accept-language']) ??
    known(locale) ??
    LANGUAGES[0]
  )
}

function known(tag: string): string | undefined {
  return LANGUAGES.find(each => each === tag.toLowerCase().split('-')[0])
}

function preferred(header: string | undefined): string | undefined {
  return (header ?? '')
    .split(',', 20)
    .map(each => {
      const [tag = '', weight = 'q=1'] = each.split(';').map(part => part.trim())
      return { tag, weight: Number(weight.replace(/^q=/, '')) || 0 }
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => known(tag))
    .find(each => each !== undefined)
}

/** Whether a language is written from right to left. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(new Intl.Locale(language).language) ? 'rtl' : 'ltr'
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'ug', 'ur', 'yi'])
