import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** An answer as it is sent, to whoever asks between two moments, in ms. */
export type Answer = { body: Buffer; headers: AnswerHeaders; from: number; until: number }
type AnswerHeaders = Readonly<Record<'etag' | 'cache-control' | 'vary' | 'content-type', string>>

export function answerWith(body: string, { from, until }: Pick<Answer, 'from' | 'until'>): Answer {
  const headers = {
    etag: `"${hash('sha256', body, 'base64url').slice(0, 27)}"`,
    // A browser may keep it, and asks each time whether it still is so; what it keeps is one caller's.
    'cache-control': 'private, no-cache',
    vary: 'authorization',
    'content-type': 'application/json; charset=utf-8',
  }
  return { body: Buffer.from(body), headers, from, until }
}

/** Sends it to a GET; who has it already gets a 304 without it. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, { body, headers }: Answer): FastifyReply {
  const known = request.headers['if-none-match']
  if (known !== undefined && names(known, headers.etag)) {
    const { 'content-type': _, ...validators } = headers
    return reply.code(304).headers(validators).send()
  }
  return reply.headers(headers).send(body)
}

/** The same to a POST, which no browser keeps. */
export function sendBody(reply: FastifyReply, { body, headers }: Answer): FastifyReply {
  return reply.header('content-type', headers['content-type']).send(body)
}

/** RFC 9110, 13.1.2: compared weakly, for a proxy that compresses weakens what passes. */
function names(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some(each => each.trim().replace(/^W\//, '') === etag)
}
