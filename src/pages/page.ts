import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { keepLanguage, languageNames } from '../texts/language.ts'
import type { Texts } from '../texts/texts.ts'
import { type Html, html, trusted } from './html.ts'
import { LIVE_SCRIPT } from './live.ts'
import { KEEP_HEADER, OFFLINE_SCRIPT } from './offline.ts'
import { STYLE } from './style.ts'

export type Page = {
  texts: Texts
  title: string
  /** Whose page it is: the site's name; null where even that is nobody's business. */
  siteName: string | null
  body: Html
  /** Whether it has forms, which then may lead anywhere. */
  hasForms?: true
  /** Of a page that waits for something: what it shows now, and where whoever waited goes when that changes. */
  live?: { state: string; waits: boolean; next: string | null }
  /** Of a page that says so when there is no network: until when a browser may keep it for then; null: not at all. */
  offline?: { keepUntil: Date | null }
}

/** Sends a whole page, which works without scripts, loads nothing and stays with whoever asked for it. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  keepToCaller(reply)
  keepLanguage(reply)
  if (page.offline?.keepUntil) reply.header(KEEP_HEADER, page.offline.keepUntil.toISOString())
  return reply
    .code(status)
    .header('content-security-policy', policyOf(page))
    .header('content-type', 'text/html; charset=utf-8')
    .send(markupOf(page, status === 200 ? reply.request.url : null).text)
}

/** What is behind a secret link is kept in no cache, found by no search, and its address told to no other page. */
export function keepToCaller(reply: FastifyReply): void {
  reply
    .header('cache-control', 'private, no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex, nofollow')
    .header('x-frame-options', 'DENY')
    .removeHeader('access-control-allow-origin')
}

function markupOf({ texts, title, siteName, body, live, offline }: Page, url: string | null): Html {
  return html`<!doctype html>
<html lang="${texts.language}" dir="${texts.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}${siteName && ` – ${siteName}`}</title>
<style>${STYLE_MARKUP}</style>
</head>
<body>
<div class="frame">
${siteName && html`<header dir="auto">${siteName}</header>`}
${offline && html`<p class="notice wait" role="status" data-note hidden>${texts.page('offline.story')} <time></time></p>`}
<main${offline?.keepUntil && html` data-keep="yes"`}${live && html` data-state="${live.state}"${live.waits && html` data-waits="yes"`}${live.next !== null && html` data-next="${live.next}"`}`}>
${body}
</main>
${live?.waits && html`<p class="unseen" role="status"></p><script type="module">${LIVE_MARKUP}</script>`}
${offline && html`<script type="module">${OFFLINE_MARKUP}</script>`}
${url !== null && languageSwitch(texts, url)}
</div>
</body>
</html>
`
}

/** The same page in each language, without a script. */
function languageSwitch({ language: current, page: say }: Texts, url: string): Html {
  const address = new URL(url, 'http://page')
  return html`<nav class="languages" aria-label="${say('language.choose')}">${languageNames().map(
    ({ language, name }) => {
      address.searchParams.set('lang', language)
      const currently = language === current && html` aria-current="true"`
      return html`<a href="${address.search}" lang="${language}" hreflang="${language}"${currently}>${name}</a> `
    },
  )}</nav>`
}

const STYLE_MARKUP = trusted(STYLE)
const LIVE_MARKUP = trusted(LIVE_SCRIPT)
const OFFLINE_MARKUP = trusted(OFFLINE_SCRIPT)

/** Nothing is loaded, submitted or framed; the style is the one that is named by its hash. */
const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const WITH_FORMS = CONTENT_POLICY.replace("form-action 'none'; ", '')
const LIVE = `'${hashOf(LIVE_SCRIPT)}'`
const OFFLINE = `'${hashOf(OFFLINE_SCRIPT)}'`

/** What a page runs is named by its hash, asks nobody but us, and has no worker but ours. */
function policyOf({ hasForms, live, offline }: Page): string {
  const policy = hasForms ? WITH_FORMS : CONTENT_POLICY
  const scripts = [...(live?.waits ? [LIVE] : []), ...(offline ? [OFFLINE] : [])]
  if (scripts.length === 0) return policy
  return `${policy}; script-src ${scripts.join(' ')}; connect-src 'self'${offline ? "; worker-src 'self'" : ''}`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
