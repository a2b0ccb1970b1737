import { randomInt } from 'node:crypto'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { brokenConstraint } from '../db/transaction.ts'
import { createDefaultForm } from '../forms/default-form.ts'
import { copyForm } from '../forms/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { refuseIf } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { imageGone, withChanges } from './changes.ts'
import { blankEvent, type StoredEvent } from './model.ts'
import { insertOccurrences, otherOccurrences } from './occurrences.ts'
import type { NewEvent } from './schemas.ts'
import { refusalOfSlug, slugInUse, slugOf } from './slugs.ts'
import { insertEvents, nextSlugNumber } from './store.ts'
import { activity } from './transitions.ts'

/**
 * A new event with its form: a draft, or published at once (events 1.7); with the dates of a recurring one, an event for
 * each of them (events 2.2).
 * @returns the event of the dates that the request gives itself
 */
export async function createEvent(
  tx: Tx,
  { event: wanted, draft }: { event: NewEvent; draft: boolean },
  identity: Identity,
  now: Date,
): Promise<StoredEvent> {
  const { siteId } = identity
  const site = await getSite(tx, siteId)
  const eventId = newGuid()
  const { initialType } = wanted.registration
  const blank = blankEvent({ siteId, eventId, initialType, currency: site.currency, now })
  const { recurringEvents, ...dateAndTimeSettings } = wanted.dateAndTimeSettings
  const dates = recurringEvents?.individualEventDates ?? []
  const event = {
    ...withChanges({ ...blank, publishedAt: draft ? null : now }, { ...wanted, dateAndTimeSettings }),
    seriesId: dates.length > 0 ? newGuid() : null,
  }
  const others = otherOccurrences(event, dates)

  const created = await insertWithSlug(tx, event, wanted.seoSettings?.slug)
  await createDefaultForm(tx, site, eventId)
  if (others.length > 0) {
    await insertOccurrences(tx, others)
    await copyForm(tx, { siteId, fromEventId: eventId, toEventIds: others.map(other => other.eventId) })
  }
  const actor = actorOf(identity)
  await record(
    tx,
    [created, ...others].map(each => activity(each, 'event.created', { actor, now, data: { draft } })),
  )
  return created
}

/** Writes a new event with a slug of its own: the one that was chosen, else one made of its title (events 1.9). */
export async function insertWithSlug(
  tx: Tx,
  event: StoredEvent,
  custom: string | null | undefined,
): Promise<StoredEvent> {
  if (custom !== undefined && custom !== null) {
    refuseIf(refusalOfSlug(custom))
    const withSlug = { ...event, slug: custom }
    if (!(await insertOne(tx, withSlug))) throw slugInUse(custom)
    return withSlug
  }
  const base = slugOf(event.title)
  for (let attempt = 1; attempt <= SLUG_ATTEMPTS_MAX; attempt += 1) {
    // Losing twice means a crowd makes events of one title at once: a random number ends the queueing.
    const number = attempt <= 2 ? await nextSlugNumber(tx, event.siteId, base) : randomInt(1000, 1_000_000)
    const withSlug = { ...event, slug: number === 0 ? base : `${base}-${number}` }
    if (await insertOne(tx, withSlug)) return withSlug
  }
  throw new Error(`no free slug for "${base}" in ${SLUG_ATTEMPTS_MAX} attempts`)
}

/** False when its slug is taken. */
async function insertOne(tx: Tx, event: StoredEvent): Promise<boolean> {
  try {
    return (await insertEvents(tx, [event])).size > 0
  } catch (error) {
    if (brokenConstraint(error) === 'events_main_image_is_kept') throw imageGone()
    throw error
  }
}

const SLUG_ATTEMPTS_MAX = 8
