import type { FastifyError, FastifyReply } from 'fastify'
import type { App } from '../http/app.ts'
import { asRefusal } from '../http/errors.ts'
import { InvalidRequest, refusals } from '../refusals.ts'
import { html } from './html.ts'
import { sendPage } from './page.ts'
import { textsIn } from './texts.ts'

/** People get a page where programs get the envelope; for the routes of `app` alone. */
export function answerErrorsAsPages(app: App): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = asRefusal(error, request.log)
    if (refusal instanceof InvalidRequest) return sendNotFound(reply, 'link')
    if (refusal) {
      const { status } = refusals[refusal.code]
      if (status === 429 || status === 503) reply.header('retry-after', String(refusal.data.retryAfterSeconds ?? 1))
      return sendTrouble(reply, status, TEXTS.busy)
    }
    request.log.error({ err: error }, 'fault')
    return sendTrouble(reply, 500, TEXTS.fault)
  })
}

/** The page for an address that leads nowhere, or whose secret is wrong: both say the same. */
export function sendNotFound(
  reply: FastifyReply,
  what: 'link' | 'code' | 'redirect' | 'noTickets' | 'noInvoice' | 'noCalendar',
): FastifyReply {
  const { notFound } = TEXTS
  const body = html`<h1>${notFound.headline}</h1>
<section><p class="strong">${notFound[what]}</p><p>${notFound[`${what}Help`]}</p></section>`
  return sendPage(reply, 404, { texts: TEXTS, title: notFound.title, siteName: null, body })
}

function sendTrouble(reply: FastifyReply, status: number, said: typeof TEXTS.busy): FastifyReply {
  const body = html`<h1>${said.headline}</h1><section><p>${said.help}</p></section>`
  return sendPage(reply, status, { texts: TEXTS, title: said.title, siteName: null, body })
}

/** Whose site it is nobody knows here, nor in which language. */
const TEXTS = textsIn('en')
