import { type Boot, EVENT_FIELDSETS, keyOf, questions } from '../../web/shop/boot.ts'
import type { Sql } from '../db/connect.ts'
import { isDraft } from '../events/model.ts'
import type { Fieldset } from '../events/schemas.ts'
import { showToGuest } from '../events/show.ts'
import type { Keys } from '../identities/keys.ts'
import { linkToken, readLinkToken } from '../identities/link.ts'
import { type LoadedEvent, loadEvent } from '../memory/load.ts'
import { PLACES_MAX } from '../seating/model.ts'
import { listAvailablePlaces } from '../seating/store.ts'
import { baseOf } from '../sites/hosts.ts'
import { availabilityOf } from '../ticket-definitions/availability.ts'
import { isAvailable } from '../ticket-definitions/model.ts'
import { toWireDefinition } from '../ticket-definitions/wire.ts'
import type { GuestApi } from './guest-api.ts'

/** Hours for which an event can be previewed by a link. */
export const PREVIEW_HOURS_MAX = 30 * 24
export const PREVIEW_HOURS_DEFAULT = 24

/** An event that somebody may look at before it is published, until `until`, in seconds. */
type Named = { siteId: string; eventId: string; until: number }

/** Where an event is shown as guests will see it, to whoever has the address, until it ends; nothing is stored. */
export function previewAddress(
  named: Named,
  { keys, publicUrl }: { keys: Pick<Keys, 'links'>; publicUrl: string },
): { url: string; path: string } {
  const { siteId, eventId, until } = named
  const token = linkToken({ purpose: 'preview', siteId, number: numberOf(named) }, keys)
  const path = `${previewPath(eventId)}?${previewQuery({ until, token })}`
  return { url: baseOf(siteId, publicUrl) + path, path }
}

export function previewPath(eventId: string): string {
  return `/event-previews/${eventId}`
}

export function previewQuery({ until, token }: { until: number; token: string }): string {
  return `until=${until}&token=${token}`
}

/** The site whose event it is; null where the token is not that of this event and end. */
export function siteOfPreview(
  { eventId, until, token }: Omit<Named, 'siteId'> & { token: string },
  keys: Pick<Keys, 'links'>,
): string | null {
  return readLinkToken(token, { purpose: 'preview', number: numberOf({ eventId, until }) }, keys)
}

function numberOf({ eventId, until }: Pick<Named, 'eventId' | 'until'>): string {
  return `${eventId}.${until}`
}

/** The event as it will be once it is published; `wasDraft` says whether it has to be. */
export async function loadAsPublished(
  sql: Sql,
  named: { siteId: string; eventId: string },
  now: Date,
): Promise<{ loaded: LoadedEvent; wasDraft: boolean } | null> {
  const loaded = await loadEvent(sql, named, now)
  if (!loaded) return null
  const wasDraft = isDraft(loaded.event)
  if (!wasDraft) return { loaded, wasDraft }
  return { loaded: { ...loaded, event: { ...loaded.event, publishedAt: now } }, wasDraft }
}

/** Answers to a page of the event what our API will answer to guests, to nothing else. */
export async function previewApi(
  sql: Sql,
  { loaded, publicUrl, now }: { loaded: LoadedEvent; publicUrl: string; now: Date },
): Promise<GuestApi> {
  const { event } = loaded
  const { siteId, eventId, slug } = event
  const offered = loaded.definitions.filter(each => isAvailable(each, event))
  const ticketDefinitionIds = offered.filter(({ seated }) => seated).map(each => each.ticketDefinitionId)
  const places =
    ticketDefinitionIds.length === 0
      ? []
      : await listAvailablePlaces(sql, { siteId, ticketDefinitionIds, now }, PLACES_MAX)
  const placesOf = Map.groupBy(places, each => each.ticketDefinitionId)
  const shown = (fields: readonly Fieldset[]) => ({ event: showToGuest(loaded, { now, publicUrl, fields }) })
  const answers: Boot['answers'] = {
    [keyOf(questions.eventBySlug(slug))]: shown(EVENT_FIELDSETS),
    [keyOf(questions.form(eventId))]: shown(['FORM']),
    [keyOf(questions.availability(eventId))]: { availability: availabilityOf(loaded, now) },
    [keyOf(questions.definitions(eventId))]: {
      ticketDefinitions: offered.map(each =>
        toWireDefinition(each, now, {
          salesDetails: false,
          extendedFields: false,
          places: placesOf.get(each.ticketDefinitionId) ?? [],
        }),
      ),
    },
  }
  return async (_, { address, body }) => {
    const key = keyOf(body ? { path: address, body } : address)
    if (!Object.hasOwn(answers, key)) throw new Error(`a preview is asked for ${address}`)
    // As it would be sent: moments as texts, and nothing that is absent.
    return { status: 200, body: JSON.parse(JSON.stringify(answers[key])), etag: '' }
  }
}
