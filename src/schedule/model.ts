import { InvalidRequest, invalid, Refusal, type Violation, violation } from '../refusals.ts'
import { isTimeZone } from '../time.ts'
import { covers } from '../wire/masks.ts'

export type ScheduleStatus = 'SCHEDULED' | 'CANCELED'

/** What an organizer says about one session of an event's agenda (events 6). */
export type ScheduleItemContent = {
  name: string
  startAt: Date
  endAt: Date
  timeZone: string
  description: string | null
  stageName: string | null
  tags: string[]
  hidden: boolean
  status: ScheduleStatus
}

/**
 * One version of an item. An event has two whole schedules: the items with `draft` are the draft, those without are
 * what guests see. An item keeps its id in both; one that only the published schedule has was deleted in the draft.
 */
export type ScheduleItem = ScheduleItemContent & {
  scheduleItemId: string
  draft: boolean
  eventId: string
  createdAt: Date
  updatedAt: Date
}

/** The item as a request has it. */
export type GivenItem = {
  name?: string | null
  timeSlot?: { start?: string | null; end?: string | null; timeZoneId?: string | null } | null
  description?: string | null
  stageName?: string | null
  tags?: string[] | null
  hidden?: boolean | null
  status?: ScheduleStatus | null
}

/** Every path that a mask may name; a parent covers what is below it (api 8.4). */
const MASK_PATHS: ReadonlySet<string> = new Set([
  'item',
  'item.name',
  'item.timeSlot',
  'item.timeSlot.start',
  'item.timeSlot.end',
  'item.timeSlot.timeZoneId',
  'item.description',
  'item.stageName',
  'item.tags',
  'item.hidden',
  'item.status',
])

/**
 * `stored` with what `mask` covers taken from `given`, where absent means cleared (api 8.5, events 6.5.4); without
 * `stored`, a new item.
 * @throws InvalidRequest for paths that cannot be updated and for what an item cannot do without
 */
export function changedContent(
  given: GivenItem,
  mask: readonly string[] = [],
  stored: ScheduleItemContent | null = null,
): ScheduleItemContent {
  const unknown = mask.find(path => !MASK_PATHS.has(path))
  if (unknown !== undefined) throw invalid('fields', `cannot update "${unknown}"`, 'FIELD_NOT_ALLOWED')
  const { name, timeSlot, description, stageName, tags, hidden, status } = given
  const pick = <T>(path: string, value: T, kept: T | undefined): T =>
    stored && !covers(mask, path) ? (kept as T) : value // `kept` is given whenever `stored` is

  const content = {
    name: pick('item.name', name ?? null, stored?.name),
    startAt: pick('item.timeSlot.start', instantOf(timeSlot?.start), stored?.startAt),
    endAt: pick('item.timeSlot.end', instantOf(timeSlot?.end), stored?.endAt),
    timeZone: pick('item.timeSlot.timeZoneId', timeSlot?.timeZoneId ?? 'Etc/UTC', stored?.timeZone),
    description: pick('item.description', description || null, stored?.description),
    stageName: pick('item.stageName', stageName || null, stored?.stageName),
    tags: pick('item.tags', tags ?? [], stored?.tags),
    hidden: pick('item.hidden', hidden ?? false, stored?.hidden),
    status: pick('item.status', status ?? 'SCHEDULED', stored?.status), // inferred: events 6.4
  }
  const violations = violationsOf(content)
  const { name: knownName, startAt, endAt } = content
  if (violations.length > 0 || knownName === null || startAt === null || endAt === null)
    throw new InvalidRequest(violations)
  return { ...content, name: knownName, startAt, endAt }
}

function instantOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null
}

function violationsOf(content: {
  name: string | null
  startAt: Date | null
  endAt: Date | null
  timeZone: string
}): Violation[] {
  const { name, startAt, endAt, timeZone } = content
  const required = (field: string) => violation(field, 'must not be empty', 'REQUIRED_FIELD')
  const violations: Violation[] = []
  if (name === null) violations.push(required('item.name'))
  if (startAt === null) violations.push(required('item.timeSlot.start'))
  if (endAt === null) violations.push(required('item.timeSlot.end'))
  // inferred: events 6.5.3
  if (startAt && endAt && endAt <= startAt)
    violations.push(violation('item.timeSlot.end', 'must be after the start', 'NOT_AFTER'))
  if (!isTimeZone(timeZone)) violations.push(violation('item.timeSlot.timeZoneId', 'is not a time zone', 'TIME_ZONE'))
  return violations
}

/**
 * `3600s`, `-1800.5s`, at most 10,000 years either way (api 3.5); and how the published client writes parts of a second
 * before zero, as nanoseconds with a sign of their own: `-1.-500000000s`.
 */
export const DURATION_PATTERN = '^(-?\\d{1,12})(?:\\.(?:(\\d{1,9})|0{0,8}-(\\d{1,9})))?s$'
const DURATION = new RegExp(DURATION_PATTERN)

/** Milliseconds of a duration in the form of `DURATION_PATTERN`; finer parts are rounded. */
export function durationMilliseconds(text: string): number {
  const [, seconds = '0', fraction = '0', negativeNanos = '0'] = DURATION.exec(text) ?? []
  return Math.round(Number(`${seconds}.${fraction}`) * 1000 - Number(negativeNanos) / 1_000_000)
}

/** Whether both ends of a moved schedule are still dates of four-digit years. */
export function staysInCalendar({ startAt, endAt }: { startAt: Date; endAt: Date }, milliseconds: number): boolean {
  return startAt.getTime() + milliseconds >= CALENDAR_START && endAt.getTime() + milliseconds < CALENDAR_END
}

const CALENDAR_START = Date.parse('0001-01-01T00:00:00.000Z')
const CALENDAR_END = Date.parse('+010000-01-01T00:00:00.000Z')

export function itemNotFound(itemId: string): Refusal {
  return new Refusal('SCHEDULE_ITEM_NOT_FOUND', 'There is no such schedule item.', { itemId })
}

/** Which versions of which items a list shows. */
export type Shown = { published: boolean; draft: boolean; visible: boolean; hidden: boolean }
export const SCHEDULE_STATES = ['PUBLISHED', 'DRAFT', 'VISIBLE', 'HIDDEN'] as const

/** Published and visible unless told otherwise, each pair by itself (events 6.5.8). */
export function shownBy(states: readonly (typeof SCHEDULE_STATES)[number][]): Shown {
  const draft = states.includes('DRAFT')
  const hidden = states.includes('HIDDEN')
  return {
    draft,
    published: states.includes('PUBLISHED') || !draft,
    hidden,
    visible: states.includes('VISIBLE') || !hidden,
  }
}
