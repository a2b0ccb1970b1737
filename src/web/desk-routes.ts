import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../http/app.ts'
import { html, trusted } from '../pages/html.ts'
import { keepLanguage, languageOf } from '../texts/language.ts'
import { LANGUAGES, textsIn } from '../texts/texts.ts'
import type { Bundle } from './bundle.ts'
import { DESK_POLICY, pageHeaders } from './document.ts'

/** The organizer's desk (web/desk/): one document for all of its addresses; what it shows, its script asks the API for. */
export function deskRoutes(bundle: Bundle) {
  return async (app: App) => {
    const options = { schema: { hide: true }, config: { public: true } } as const
    app.get('/dashboard', options, show)
    app.get('/dashboard/*', options, show)

    function show(request: FastifyRequest, reply: FastifyReply): FastifyReply {
      keepLanguage(reply)
      const language = languageOf(request, null)
      const { script, preloads, styles } = bundle.filesOf('desk', language)
      const boot = { language, languages: LANGUAGES }
      // A link with a secret in it is told to no other page.
      reply.header('x-robots-tag', 'noindex, nofollow')
      const markup = html`<!doctype html>
<html lang="${language}" dir="${textsIn(language).direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Boxoffice</title>
<meta name="referrer" content="no-referrer">
${styles.map(each => html`<link rel="stylesheet" href="${each}">\n`)}${preloads.map(each => html`<link rel="modulepreload" href="${each}">\n`)}</head>
<body>
<div id="root"></div>
<script id="boot" type="application/json">${trusted(JSON.stringify(boot))}</script>
<script type="module" src="${script}"></script>
</body>
</html>
`
      return pageHeaders(reply, DESK_POLICY).send(markup.text)
    }
  }
}
