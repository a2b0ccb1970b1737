import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { DoorBoot } from '../../web/door/boot.ts'
import type { App } from '../http/app.ts'
import { html, trusted } from '../pages/html.ts'
import { keepLanguage, languageNames, languageOf } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import type { Bundle } from './bundle.ts'
import { DOOR_POLICY, pageHeaders } from './document.ts'

/** The door's app (web/door/), which phones install, and where a staff member's login link leads (events 9.5.8). */
export function doorAppRoutes(bundle: Bundle) {
  return async (app: App) => {
    const hidden = { hide: true } as const // for people, no part of the API
    const open = { public: true } as const
    const icon = (name: string) => bundle.addressOf(`web/door/icons/${name}`)

    app.get('/check-in', { schema: hidden, config: open }, async (request, reply) => {
      keepLanguage(reply)
      return sendApp(reply, languageOf(request, null))
    })

    app.get('/staff/login', { schema: hidden, config: open }, async (request, reply) => {
      // Opening a link logs nobody in: the script reads the token from the address and does.
      keepLanguage(reply)
      return sendApp(reply, languageOf(request, null))
    })

    app.get('/check-in/manifest.webmanifest', { schema: hidden, config: open }, (request, reply) => {
      const { page } = textsIn(languageOf(request, null))
      const png = { type: 'image/png' }
      reply.header('cache-control', 'private, no-cache')
      return reply.type('application/manifest+json').send({
        id: '/check-in',
        name: page('door.name'),
        short_name: page('door.shortName'),
        description: page('door.description'),
        start_url: '/check-in',
        scope: '/check-in',
        display: 'standalone',
        background_color: '#0b0d12',
        theme_color: '#0b0d12',
        icons: [
          { src: icon('icon.svg'), type: 'image/svg+xml', sizes: 'any' },
          { src: icon('icon-192.png'), ...png, sizes: '192x192' },
          { src: icon('icon-512.png'), ...png, sizes: '512x512' },
          { src: icon('maskable-512.png'), ...png, sizes: '512x512', purpose: 'maskable' },
        ],
      })
    })

    // What it keeps is all that this build's app may load, so another build is another worker.
    const files = bundle.allFilesOf('door')
    const version = createHash('sha256')
      .update(JSON.stringify([files, bundle.worker]))
      .digest('base64url')
      .slice(0, 12)
    const worker = bundle.worker.replace('%VERSION%', version).replace('%FILES%', files.join(' '))
    app.get('/check-in/worker.js', { schema: hidden, config: open }, (_, reply) =>
      reply
        .headers({ 'cache-control': 'no-cache', 'service-worker-allowed': '/check-in' })
        .type('text/javascript; charset=utf-8')
        .send(worker),
    )

    function sendApp(reply: FastifyReply, language: string): FastifyReply {
      const { script, preloads, styles } = bundle.filesOf('door', language)
      const boot: DoorBoot = { languages: languageNames(), version }
      const { page, direction } = textsIn(language)
      const markup = html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${page('door.name')}</title>
<meta name="theme-color" content="#0b0d12">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="manifest" href="/check-in/manifest.webmanifest">
<link rel="icon" href="${icon('icon.svg')}">
<link rel="apple-touch-icon" href="${icon('icon-180.png')}">
${styles.map(each => html`<link rel="stylesheet" href="${each}">\n`)}${preloads.map(each => html`<link rel="modulepreload" href="${each}">\n`)}</head>
<body>
<div id="root"><noscript>${page('door.needsScript')}</noscript></div>
<script id="boot" type="application/json">${trusted(JSON.stringify(boot))}</script>
<script type="module" src="${script}"></script>
</body>
</html>
`
      return pageHeaders(reply, DOOR_POLICY).send(markup.text)
    }
  }
}
