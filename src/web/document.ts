import type { FastifyReply } from 'fastify'
import type { Boot } from '../../web/shop/boot.ts'
import { html, trusted } from '../pages/html.ts'
import type { EntryFiles } from './bundle.ts'

/** What search engines and messengers are told of a page without running it. */
export type Head = {
  title: string
  description: string
  /** What messengers say instead. */
  socialTitle?: string | undefined
  socialDescription?: string | undefined
  /** The one address of the page, absolute. */
  canonical: string
  image?: { url?: string; width?: number; height?: number; altText?: string } | undefined
  /** schema.org, as it is written into the page. */
  jsonLd?: object
  /** What search engines are asked: `noindex`. */
  robots?: string | undefined
}

/** A whole page that a script takes over: its markup is there, and what the script needs to know (`Boot`). */
export function documentOf({
  boot,
  head,
  files,
  markup,
}: {
  boot: Boot
  head: Head
  files: EntryFiles
  markup: string
}) {
  const { title, description, socialTitle = title, socialDescription = description } = head
  const { canonical, image, jsonLd, robots } = head
  const picture = image?.url && URL.canParse(image.url, canonical) ? new URL(image.url, canonical).href : null
  const inLanguage = (language: string) => `${canonical}${canonical.includes('?') ? '&' : '?'}lang=${language}`
  return html`<!doctype html>
<html lang="${boot.language}" dir="${boot.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${description}">
${boot.preview && html`<base target="_blank">\n`}<link rel="canonical" href="${canonical}">
${boot.languages.map(({ language }) => html`<link rel="alternate" hreflang="${language}" href="${inLanguage(language)}">\n`)}${robots && html`<meta name="robots" content="${robots}">\n`}<meta property="og:type" content="website">
<meta property="og:title" content="${socialTitle}">
<meta property="og:description" content="${socialDescription}">
<meta property="og:url" content="${canonical}">
<meta property="og:site_name" content="${boot.site.name}">
<meta name="twitter:card" content="${picture ? 'summary_large_image' : 'summary'}">
${
  picture &&
  html`<meta property="og:image" content="${picture}">
${image?.width && html`<meta property="og:image:width" content="${image.width}">\n`}${image?.height && html`<meta property="og:image:height" content="${image.height}">\n`}<meta property="og:image:alt" content="${image?.altText || title}">
`
}${files.styles.map(each => html`<link rel="stylesheet" href="${each}">\n`)}${files.preloads.map(each => html`<link rel="modulepreload" href="${each}">\n`)}${jsonLd && html`<script type="application/ld+json">${data(jsonLd)}</script>\n`}</head>
<body>
<div id="root">${trusted(markup)}</div>
<script id="boot" type="application/json">${data(boot)}</script>
<script type="module" src="${files.script}"></script>
</body>
</html>
`.text
}

/** JSON inside of a script element: nothing in it can end the element or begin a comment. */
function data(value: object) {
  return trusted(JSON.stringify(value).replaceAll('<', '\\u003c'))
}

/**
 * What a page of ours comes with, which runs its own scripts and nobody else's.
 * @param policy what its browser may load and do
 */
export function pageHeaders(reply: FastifyReply, policy: string = CONTENT_POLICY): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'private, no-cache')
    .header('referrer-policy', 'strict-origin-when-cross-origin')
    .removeHeader('access-control-allow-origin')
}

/** Scripts, styles and requests of ours; images from wherever the organizer keeps them. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' https: data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The same for a page that the desk shows inside of its own. */
export const PREVIEW_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")

/** The same for the desk, whose components carry their measures in style attributes, and which shows pages of guests. */
export const DESK_POLICY = [
  CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  "frame-src 'self'",
].join('; ')

/** The same for the door, which reads codes by a program in WebAssembly where a browser cannot. */
export const DOOR_POLICY = CONTENT_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
