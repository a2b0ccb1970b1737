import { type Seo, type SeoTag, seoOf } from '../../web/shared/seo.ts'
import {
  type Definition,
  type EventPageData,
  type EventShown,
  keyOf,
  type Live,
  type Question,
  questions,
  type ScheduleItem,
} from '../../web/shop/boot.ts'
import type { Sql } from '../db/connect.ts'
import { listOtherDates } from '../events/upcoming.ts'
import { addressNow } from '../media/model.ts'
import { listPolicies } from '../policies/store.ts'
import { shownBy } from '../schedule/model.ts'
import { listItems, type Version } from '../schedule/store.ts'
import { baseOf } from '../sites/hosts.ts'
import type { Site } from '../sites/store.ts'
import type { Head } from './document.ts'
import type { GuestAnswer, GuestApi } from './guest-api.ts'
import { plainText, richContentHtml, safeHtml } from './rich-text.ts'

/** `schedule`: which version of it is shown. */
type Asker = { ask: GuestApi; sql: Sql; site: Site; now: Date; schedule: Version }

/** What a page begins with: its data, what it would ask for, and what of all that it is made of. */
export type Gathered<Data> = { data: Data; answers: Readonly<Record<string, unknown>>; made: string }

/** What the page of an event shows; the status of the answer where guests see no such event. */
export async function gatherEventPage(slug: string, asker: Asker): Promise<GatheredEvent | { missing: number }> {
  const { ask, sql, site, now } = asker
  const { siteId } = site
  const found = await ask(siteId, { ...requestOf(questions.eventBySlug(slug)), now })
  if (found.status !== 200) return { missing: found.status }
  const { event: told } = found.body as { event: EventShown & Texts } // as `EventOut` says
  const { detailedDescription, description, seoSettings, ...event } = told
  const { type } = event.registration
  const [definitions, form, live, policies, schedule, otherDates] = await Promise.all([
    type === 'TICKETING' ? answered(asker, questions.definitions(event.id)) : null,
    type === 'RSVP' ? answered(asker, questions.form(event.id)) : null,
    answered(asker, questions.availability(event.id)),
    listPolicies(sql, siteId, event.id),
    event.agendaSettings?.enabled ? scheduleOf(asker, event.id) : [],
    otherDatesOf(sql, siteId, { event, now }),
  ])
  const data = {
    event,
    description: description ? richContentHtml(description) : safeHtml(detailedDescription ?? ''),
    policies: policies.map(({ policyId, name, body }) => ({ id: policyId, name, html: safeHtml(body) })),
    schedule,
    otherDates,
  }
  const asked = [definitions, form, live].filter(each => each !== null)
  return {
    data,
    seo: seoOf(seoSettings?.advancedSeoData?.tags),
    definitions: (definitions?.answer.body as { ticketDefinitions: Definition[] } | undefined)?.ticketDefinitions ?? [],
    live: (live?.answer.body as { availability: Live } | undefined)?.availability ?? null,
    answers: Object.fromEntries(asked.map(({ question, answer }) => [keyOf(question), answer.body])),
    made: JSON.stringify([found.etag, ...asked.map(({ answer }) => answer.etag), data.policies, schedule, otherDates]),
  }
}

type GatheredEvent = Gathered<EventPageData> & { seo: Seo; definitions: readonly Definition[]; live: Live | null }

type Texts = {
  detailedDescription?: string
  description?: unknown
  seoSettings?: { advancedSeoData?: { tags?: readonly SeoTag[] } }
}

/** What the head of an event's pages says: in the organizer's words where there are any (events 1.9.7). */
export function headOf(
  { data, seo }: Pick<GatheredEvent, 'data' | 'seo'>,
  { site, publicUrl }: { site: Site; publicUrl: string },
): Omit<Head, 'canonical'> {
  const { title, description, socialTitle, socialDescription, socialImage, robots } = seo
  const { event } = data
  return {
    title: title ?? `${event.title} – ${site.name}`,
    description: description ?? (summaryOf(data) || event.title),
    socialTitle,
    socialDescription,
    image: socialImage
      ? { ...socialImage, url: addressNow(socialImage.url, baseOf(site.siteId, publicUrl)) }
      : event.mainImage,
    robots,
  }
}

/** What is said of an event where there is room for two lines. */
export function summaryOf({ event, description }: EventPageData): string {
  return event.shortDescription || plainText(description, 160)
}

/** An answer that a page begins with; null when there is none, and then the page asks for itself. */
async function answered(
  { ask, site, now }: Asker,
  question: Question,
): Promise<{ question: Question; answer: GuestAnswer } | null> {
  const answer = await ask(site.siteId, { ...requestOf(question), now })
  return answer.status === 200 ? { question, answer } : null
}

export function requestOf(question: Question): { address: string; body?: object } {
  return typeof question === 'string' ? { address: question } : { address: question.path, body: question.body }
}

/** Visible ones, at most so many. */
const SCHEDULE_ITEMS_MAX = 500

async function scheduleOf({ sql, site, schedule }: Asker, eventId: string): Promise<ScheduleItem[]> {
  const filter = {
    shown: shownBy([schedule]),
    eventIds: [eventId],
    itemIds: [],
    tags: [],
    stageNames: [],
    startingFrom: null,
    startingBefore: null,
  }
  const sight = { siteId: site.siteId, asGuest: schedule === 'PUBLISHED' }
  const items = await listItems(sql, sight, { filter, limit: SCHEDULE_ITEMS_MAX, offset: 0 })
  return items.map(item => ({
    id: item.scheduleItemId,
    name: item.name,
    startDate: item.startAt.toISOString(),
    endDate: item.endAt.toISOString(),
    timeZoneId: item.timeZone,
    description: safeHtml(item.description ?? ''),
    stageName: item.stageName ?? '',
    tags: item.tags,
    canceled: item.status === 'CANCELED',
  }))
}

async function otherDatesOf(
  sql: Sql,
  siteId: string,
  { event, now }: { event: EventShown; now: Date },
): Promise<EventPageData['otherDates']> {
  const seriesId = event.dateAndTimeSettings.recurringEvents?.categoryId
  if (!seriesId) return []
  const dates = await listOtherDates(sql, { siteId, eventId: event.id, seriesId }, now)
  return dates.map(({ slug, startAt, timeZone }) => ({ slug, startDate: startAt.toISOString(), timeZoneId: timeZone }))
}
