import type { FastifyReply } from 'fastify'
import { keepToCaller } from './page.ts'

const TYPES = {
  pdf: 'application/pdf',
  pkpass: 'application/vnd.apple.pkpass',
  pkpasses: 'application/vnd.apple.pkpasses',
} as const

/** Sends a file that is shown at once where that can be, and saved under `name`: ASCII letters, digits and hyphens. */
export function sendFile(
  reply: FastifyReply,
  { name, extension }: { name: string; extension: keyof typeof TYPES },
  bytes: Uint8Array,
): FastifyReply {
  keepToCaller(reply)
  return reply
    .header('content-type', TYPES[extension])
    .header('content-disposition', `inline; filename="${name}.${extension}"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
