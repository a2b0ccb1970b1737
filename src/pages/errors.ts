import type { FastifyError, FastifyReply } from 'fastify'
import type { App } from '../http/app.ts'
import { asRefusal } from '../http/errors.ts'
import { InvalidRequest, refusals } from '../refusals.ts'
import { languageOf } from '../texts/language.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { html } from './html.ts'
import { sendPage } from './page.ts'

/** People get a page where programs get the envelope; for the routes of `app` alone. */
export function answerErrorsAsPages(app: App): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = asRefusal(error, request.log)
    if (refusal instanceof InvalidRequest) return sendNotFound(reply, 'link')
    if (refusal) {
      const { status } = refusals[refusal.code]
      if (status === 429 || status === 503) reply.header('retry-after', String(refusal.data.retryAfterSeconds ?? 1))
      return sendTrouble(reply, status, 'busy')
    }
    request.log.error({ err: error }, 'fault')
    return sendTrouble(reply, 500, 'fault')
  })
}

/** The page for an address that leads nowhere, whose secret is wrong (both say the same), or that has ended (410). */
export function sendNotFound(
  reply: FastifyReply,
  what: 'link' | 'code' | 'redirect' | 'noTickets' | 'noInvoice' | 'noCalendar' | 'noPass' | 'preview' | 'previewEnded',
  status: 404 | 410 = 404,
): FastifyReply {
  const texts = textsFor(reply)
  const { page: say } = texts
  const body = html`<h1>${say('notFound.headline')}</h1>
<section><p class="strong">${say(`notFound.${what}`)}</p><p>${say(`notFound.${what}Help`)}</p></section>`
  return sendPage(reply, status, { texts, title: say('notFound.title'), siteName: null, body })
}

function sendTrouble(reply: FastifyReply, status: number, what: 'busy' | 'fault'): FastifyReply {
  const texts = textsFor(reply)
  const { page: say } = texts
  const body = html`<h1>${say(`${what}.headline`)}</h1><section><p>${say(`${what}.help`)}</p></section>`
  return sendPage(reply, status, { texts, title: say(`${what}.title`), siteName: null, body })
}

/** Whose site it is nobody knows here. */
function textsFor({ request }: FastifyReply): Texts {
  return textsIn(languageOf(request, null))
}
