import type { Tx } from '../db/connect.ts'
import { listGuests } from '../guests/store.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { pageByOffset } from '../wire/pages.ts'
import { listFacts } from './facts-store.ts'
import type { Surroundings } from './states.ts'
import { type GuestsToTell, TELL_GUESTS_JOB, tellFacts } from './tell-facts.ts'

/** The jobs that tell each guest of an event that it starts or was canceled, so many at a time. */
export function tellGuestsJobs(surroundings: Surroundings): JobKind {
  return {
    name: TELL_GUESTS_JOB,
    attemptsMax: 10,
    work: async (job, now) => tx => tellNext(tx, job, { ...surroundings, now }),
  }
}

async function tellNext(tx: Tx, job: Job, at: Surroundings & { now: Date }): Promise<Piece> {
  const { siteId } = job
  const { entityId, sequence, eventType, subscriptionId } = job.payload as GuestsToTell // written by `tellFacts` alone
  const facts = await listFacts(tx, siteId, [{ entityKind: 'event', entityId, sequence }])
  const after = job.position as string | null // written below alone
  const guests = await listGuests(
    tx,
    {
      siteId,
      eventIds: [entityId],
      where: tx`(${after}::uuid is null or guests.guest_id > ${after}::uuid)`,
    },
    pageByOffset(tx, { orderBy: tx`guests.guest_id`, limit: GUESTS_MAX, offset: 0 }),
  )
  const wanted = new Set([eventType])
  const deliveries = await tellFacts(tx, { siteId, facts, wanted, subscriptionId }, at, guests)
  return {
    progress: { guests: guests.length, deliveries },
    position: guests.length < GUESTS_MAX ? null : (guests.at(-1)?.guestId ?? null),
  }
}

const GUESTS_MAX = 500
