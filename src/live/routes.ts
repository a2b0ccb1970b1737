import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import { Type } from 'typebox'
import { checkVisible } from '../events/show.ts'
import { eventNotFound } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { Identity } from '../identities/identity.ts'
import { type Answer, sendAnswer } from '../memory/answers.ts'
import { isGuest } from '../memory/guests.ts'
import { loadEvent } from '../memory/load.ts'
import type { Memory } from '../memory/memory.ts'
import type { Remembered } from '../memory/remembered.ts'
import { Refusal } from '../refusals.ts'
import { AvailabilityOut, availabilityOf, DefinitionAvailabilityOut } from '../ticket-definitions/availability.ts'
import { Guid } from '../wire/shapes.ts'
import { createAddresses } from './addresses.ts'
import type { Topic } from './audience.ts'
import type { Live } from './live.ts'
import { availabilityAnswer, isOver, versionOf } from './messages.ts'
import { boundPerAddress } from './per-address.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends what does not end by itself. */
    endStreams: () => Promise<void>
  }
}

/** What a stream is of, and what guests are told of it now. */
type Told = { topic: Topic; known: Remembered; answer: Answer }
type Asking = { identity: Identity | undefined; now: Date }

/** How many tickets are left, for pages that show it, now or from now on: of our own API, and to anybody. */
export function liveRoutes(
  { sql, liveListenersPerAddressMax }: Deps,
  { memory, live, figures }: { memory: Memory; live: Live; figures: Registry },
) {
  const addresses = createAddresses(sql)
  const perAddress = boundPerAddress(liveListenersPerAddressMax)
  new Gauge({
    name: 'boxoffice_live_streams',
    help: 'Streams of availability that are open.',
    registers: [figures],
    collect() {
      this.set(live.size())
    },
  })

  return async (app: App) => {
    const params = Type.Object({ eventId: Guid })
    const definitionParams = Type.Object({ ticketDefinitionId: Guid })
    const toAnybody = { public: true } as const
    const stream = { config: toAnybody, exposeHeadRoute: false } as const

    app.get(
      '/boxoffice/v1/events/:eventId/availability',
      {
        schema: { params, response: { 200: Type.Object({ availability: AvailabilityOut }) } },
        config: { permission: 'READ_EVENTS', orNobody: true },
      },
      async (request, reply) => {
        const { now } = request
        const identity: Identity | undefined = request.identity
        const eventId = request.params.eventId.toLowerCase()
        if (!identity || isGuest(identity)) {
          const { answer } = await ofEvent(eventId, { identity, now })
          return sendAnswer(request, reply, answer)
        }
        const loaded = await loadEvent(sql, { siteId: identity.siteId, eventId }, now)
        if (!loaded) throw eventNotFound(eventId)
        checkVisible(identity, loaded.event)
        return { availability: availabilityOf(loaded, now) }
      },
    )

    app.get(
      '/boxoffice/v1/events/:eventId/availability/stream',
      { schema: { params }, ...stream },
      async (request, reply) => {
        const eventId = request.params.eventId.toLowerCase()
        return open(request, reply, await ofEvent(eventId, { identity: undefined, now: request.now }))
      },
    )

    app.get(
      '/boxoffice/v1/ticket-definitions/:ticketDefinitionId/availability',
      {
        schema: {
          params: definitionParams,
          response: { 200: Type.Object({ availability: DefinitionAvailabilityOut }) },
        },
        config: toAnybody,
      },
      async (request, reply) => {
        const { answer } = await ofDefinition(request.params.ticketDefinitionId.toLowerCase(), request.now)
        return sendAnswer(request, reply, answer)
      },
    )

    app.get(
      '/boxoffice/v1/ticket-definitions/:ticketDefinitionId/availability/stream',
      { schema: { params: definitionParams }, ...stream },
      async (request, reply) =>
        open(request, reply, await ofDefinition(request.params.ticketDefinitionId.toLowerCase(), request.now)),
    )
  }

  /** @throws Refusal EVENT_NOT_FOUND; PERMISSION_DENIED where a guest of its site asks for a draft (events 1.14.1) */
  async function ofEvent(eventId: string, { identity, now }: Asking): Promise<Told> {
    const where = identity ? { siteId: identity.siteId, eventId } : await addresses.ofEvent(eventId)
    const known = where && (memory.recall(where, now) ?? (await memory.read(where, now)))
    if (known && identity) checkVisible(identity, known.loaded.event)
    const answer = known && availabilityAnswer(known, null, now)
    if (!where || !known || !answer) throw eventNotFound(eventId)
    return { topic: { ...where, ticketDefinitionId: null }, known, answer }
  }

  /** @throws Refusal TICKET_DEFINITION_NOT_FOUND, also where guests are not offered it */
  async function ofDefinition(ticketDefinitionId: string, now: Date): Promise<Told> {
    const where = await addresses.ofDefinition(ticketDefinitionId)
    const known = where && (memory.recall(where, now) ?? (await memory.read(where, now)))
    const answer = known && availabilityAnswer(known, ticketDefinitionId, now)
    if (where && known && answer) return { topic: { ...where, ticketDefinitionId }, known, answer }
    throw new Refusal('TICKET_DEFINITION_NOT_FOUND', 'There is no such ticket definition.', { ticketDefinitionId })
  }

  /** Begins a stream, which goes on by itself. */
  function open(request: FastifyRequest, reply: FastifyReply, { topic, known, answer }: Told): FastifyReply {
    const lastEventId = request.headers['last-event-id']
    const knownVersion = typeof lastEventId === 'string' ? lastEventId : undefined
    // To who knows how it ended. After a 204 browsers do not come back.
    if (isOver(known) && knownVersion === versionOf(answer)) return reply.code(204).send()
    live.refuseIfFull()
    const leave = perAddress.take(request.ip)
    reply.hijack()
    const { raw } = reply
    raw.once('close', leave)
    // It ends with its connection, so no chunks are needed, and everybody can be sent the same bytes.
    raw.shouldKeepAlive = false
    raw.useChunkedEncodingByDefault = false
    // What Fastify's types add to node's own is for answers of HTTP/2.
    raw.writeHead(200, reply.headers(STREAM_HEADERS).getHeaders() as OutgoingHttpHeaders)
    live.listen(topic, { out: raw, answer, knownVersion })
    return reply
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would collect messages until it has a page of them.
  'x-accel-buffering': 'no',
}
