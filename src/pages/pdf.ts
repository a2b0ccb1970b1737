import type { FastifyReply } from 'fastify'
import { keepToCaller } from './page.ts'

/** Sends a PDF that is shown at once and saved under `name`: ASCII letters, digits and hyphens. */
export function sendPdf(reply: FastifyReply, name: string, pdf: Uint8Array): FastifyReply {
  keepToCaller(reply)
  return reply
    .header('content-type', 'application/pdf')
    .header('content-disposition', `inline; filename="${name}.pdf"`)
    .send(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength))
}
