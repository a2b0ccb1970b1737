import { type Static, Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import type { Job } from '../queue/model.ts'
import { listJobsAbout } from '../queue/store.ts'
import { linesFromWire, NewReservation } from '../ticket-reservations/wire.ts'
import { ItemErrorOut } from '../wire/bulk.ts'
import { present } from '../wire/plain-object.ts'
import { Email, Guid, InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { jobOfCaller } from './bulk.ts'
import { NAMES_MAX, NAMES_PAYMENTS, type NamesPayload, nameJobs, sellToNamesLater } from './for-names.ts'
import { listOutcomes, type NamedOutcome } from './for-names-store.ts'

const PATH = '/boxoffice/v1/bulk/checkouts'

const JobOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  /** WAITING, also while it is worked on; DONE; FAILED: given up. */
  state: Type.String(),
  total: Type.Integer(),
  done: Type.Integer(),
  /** Of those done, how many got no order. */
  refused: Type.Integer(),
  createdDate: InstantOut,
})
const NamedOut = Type.Object({
  firstName: Type.String(),
  lastName: Type.String(),
  email: Type.String(),
  orderNumber: Type.Optional(Type.String()),
  error: Type.Optional(ItemErrorOut),
})
const OneJob = Type.Object({ job: JobOut, names: Type.Array(NamedOut) })

/** Orders of the same tickets for people who are known by name, in the background: of our own API, for who sells. */
export function forNamesRoutes({ sql }: Deps) {
  return async (app: App) => {
    const config = { permission: 'MANAGE_ORDERS' } as const

    app.post(
      PATH,
      {
        schema: {
          body: Type.Object({
            id: Maybe(Guid),
            eventId: Guid,
            tickets: NewReservation.properties.tickets,
            names: Type.Array(Type.Object({ firstName: Text(1, 50), lastName: Text(1, 50), email: Email }), {
              minItems: 1,
              maxItems: NAMES_MAX,
            }),
            couponCode: Maybe(Text(0, 20)),
            payment: OneOf(NAMES_PAYMENTS),
            silent: Maybe(Type.Boolean()),
          }),
          response: { 200: OneJob },
        },
        config,
      },
      async ({ body, identity, now }) => {
        const { id, eventId, tickets, names, couponCode, payment, silent } = body
        const wanted = {
          jobId: id?.toLowerCase() ?? null,
          eventId: eventId.toLowerCase(),
          lines: linesFromWire(tickets, 'tickets'),
          names: names.map(({ firstName, lastName, email }) => ({ firstName, lastName, email })),
          couponCode: couponCode?.trim() || null,
          silent: silent ?? false,
          payment,
        }
        const job = await sellToNamesLater(sql, wanted, { identity, now })
        return toWire(job, await listOutcomes(sql, job))
      },
    )

    app.get(
      PATH,
      {
        schema: {
          querystring: Type.Object({ eventId: Guid }),
          response: { 200: Type.Object({ jobs: Type.Array(JobOut) }) },
        },
        config,
      },
      async ({ query, identity }) => {
        const eventId = query.eventId.toLowerCase()
        refuseOtherEvents(identity, eventId)
        const actorId = identity.kind === 'staff' ? identity.staffMemberId : null
        const about = { kind: nameJobs.name, eventId, actorId, limit: LATEST_MAX }
        const jobs = await listJobsAbout(sql, identity.siteId, about)
        return { jobs: jobs.map(toWireJob) }
      },
    )

    app.get(
      `${PATH}/:jobId`,
      { schema: { params: Type.Object({ jobId: Guid }), response: { 200: OneJob } }, config },
      async ({ params: { jobId }, identity }) => {
        const job = await jobOfCaller(sql, identity, { jobId: jobId.toLowerCase(), kind: nameJobs.name })
        return toWire(job, await listOutcomes(sql, job))
      },
    )
  }
}

/** So many of an event's are listed: who left the page looks for what was just begun. */
const LATEST_MAX = 10

function toWireJob({ jobId, payload, state, progress, createdAt }: Job): Static<typeof JobOut> {
  const { eventId, total } = payload as NamesPayload // of this kind of job
  return {
    id: jobId,
    eventId,
    state,
    total,
    done: progress.done ?? 0,
    refused: progress.refused ?? 0,
    createdDate: createdAt,
  }
}

function toWire(job: Job, outcomes: readonly NamedOutcome[]): Static<typeof OneJob> {
  const names = outcomes.map(({ firstName, lastName, email, orderNumber, refusal }) => ({
    firstName,
    lastName,
    email,
    ...present({ orderNumber, error: refusal }),
  }))
  return { job: toWireJob(job), names }
}
