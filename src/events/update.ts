import type { Tx } from '../db/connect.ts'
import { brokenConstraint } from '../db/transaction.ts'
import { setGuestLimit } from '../inventory/rsvp-counts.ts'
import { InvalidRequest, refuseIf, violation } from '../refusals.ts'
import { isPlainObject } from '../wire/plain-object.ts'
import { imageGone, misconfigured, withChanges } from './changes.ts'
import { formattedOf } from './formatted.ts'
import { leaveSlug } from './former-slugs.ts'
import type { StoredEvent } from './model.ts'
import type { EventChanges, Fieldset } from './schemas.ts'
import { showEvent, type Viewer } from './show.ts'
import { refusalOfSlug, slugInUse } from './slugs.ts'
import { lockEvent, ticketFiguresOf } from './store.ts'
import { change, refuseUnseen } from './transitions.ts'
import { placeOf } from './wire.ts'

/**
 * Changes the members that were sent; the last writer wins (events 1.8), unless it says which state it has seen.
 * @param seen that state's `updatedDate`; null: whatever it is now is overwritten
 * @throws Refusal ABORTED where the event has changed since
 */
export async function updateEvent(
  tx: Tx,
  eventId: string,
  { changes, seen }: { changes: EventChanges; seen: Date | null },
  viewer: Viewer,
): Promise<StoredEvent> {
  const { identity, now } = viewer
  const event = await lockEvent(tx, identity.siteId, eventId)
  refuseUnseen(event, seen)
  await refuseReadOnly(tx, event, changes, viewer)
  const slug = changes.seoSettings?.slug ?? event.slug
  if (slug !== event.slug) refuseIf(refusalOfSlug(slug))
  const changed = await withLockedCurrency(tx, event, withChanges(event, changes), now)
  const { limit } = changed.rsvpSettings
  if (limit !== event.rsvpSettings.limit)
    await setGuestLimit(tx, { siteId: identity.siteId, eventId: event.eventId, guestLimit: limit ?? null })
  if (slug !== event.slug) await leaveSlug(tx, event, now)
  try {
    return await change(tx, { ...changed, slug }, 'event.updated', identity, now, whatGuestsLearn(event, changed))
  } catch (error) {
    if (brokenConstraint(error) === 'events_slug_is_taken') throw slugInUse(slug)
    if (brokenConstraint(error) === 'events_main_image_is_kept') throw imageGone()
    throw error
  }
}

/** What those learn who hold tickets or wait for a place: where and when it was before, and that more may come. */
function whatGuestsLearn(before: StoredEvent, after: StoredEvent): Record<string, unknown> {
  if (!before.publishedAt || before.canceledAt) return {}
  const read = (event: StoredEvent) => [formattedOf(event, 'en').dateAndTime, placeOf(event, 'en')]
  const { startAt, endAt, timeZone, dateTbd, dateTbdMessage, location } = before
  const limitOf = ({ rsvpSettings }: StoredEvent) => rsvpSettings.limit ?? Number.POSITIVE_INFINITY
  return {
    ...(JSON.stringify(read(before)) !== JSON.stringify(read(after)) && {
      movedFrom: { startAt, endAt, timeZone, dateTbd, dateTbdMessage, location },
    }),
    ...(limitOf(after) > limitOf(before) && { guestLimitRaised: true }),
  }
}

/** The currency of tickets that exist is changed on their definitions only (inferred: events 1.8.12). */
async function withLockedCurrency(tx: Tx, event: StoredEvent, changed: StoredEvent, now: Date): Promise<StoredEvent> {
  if (changed.currency === event.currency) return changed
  const figures = await ticketFiguresOf(tx, event.siteId, [event.eventId], now)
  const currency = figures.get(event.eventId)?.currency
  if (!currency) return changed
  // What is shown is the definitions' currency, so that is what a caller sends back unchanged.
  if (changed.currency === currency) return { ...changed, currency: event.currency }
  throw new InvalidRequest([
    misconfigured('event.registration.tickets.currency', `stays ${currency} while there are tickets in it`),
  ])
}

/** Callers send back whole events: what is as it was is no change; anything else is refused (events 1.8.7). */
async function refuseReadOnly(tx: Tx, event: StoredEvent, changes: EventChanges, viewer: Viewer): Promise<void> {
  const sent = READ_ONLY.filter(name => changes[name] !== undefined && changes[name] !== null)
  if (sent.length === 0) return
  const fields: Fieldset[] = ['FORM', 'DASHBOARD']
  const shown = await showEvent(tx, event, { ...viewer, fields })
  const current: unknown = JSON.parse(JSON.stringify(shown))
  const wrong = sent
    .filter(name => !isPartOf(changes[name], isPlainObject(current) ? current[name] : undefined))
    .map(name => violation(`event.${name}`, 'cannot be changed by an update', 'FIELD_NOT_ALLOWED'))
  if (wrong.length > 0) throw new InvalidRequest(wrong)
}

const READ_ONLY = ['status', 'slug', 'form', 'summaries'] as const

/** Whether everything that `sent` says is what `current` says too; a null says nothing. */
function isPartOf(sent: unknown, current: unknown): boolean {
  if (sent === null || sent === undefined) return true
  if (Array.isArray(sent))
    return (
      Array.isArray(current) &&
      sent.length === current.length &&
      sent.every((item, index) => isPartOf(item, current[index]))
    )
  if (isPlainObject(sent))
    return (
      isPlainObject(current) &&
      Object.entries(sent).every(([name, value]) =>
        isPartOf(value, Object.hasOwn(current, name) ? current[name] : undefined),
      )
    )
  return sent === current
}
