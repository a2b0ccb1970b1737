import { clockOf, momentOf } from '../parts/moments.ts'

/** One version of a schedule item, the draft's or what guests see (events section 6). */
export type Item = {
  id: string
  name: string
  timeSlot: { start: string; end: string; timeZoneId: string }
  description?: string
  stageName?: string
  tags: string[]
  hidden: boolean
  status: 'SCHEDULED' | 'CANCELED'
  draft: boolean
  updatedDate: string
}

export const SCHEDULE = '/events/v1/schedule'
/** As many as are shown at once; guests' pages show fewer. */
export const ITEMS_MAX = 1000
export const NAME_LENGTH_MAX = 120
export const STAGE_LENGTH_MAX = 30
export const TAGS_MAX = 5
export const TAG_LENGTH_MAX = 30
export const DESCRIPTION_LENGTH_MAX = 10_000

export function listPath(eventId: string, version: 'DRAFT' | 'PUBLISHED'): string {
  return `${SCHEDULE}?eventId=${eventId}&state=${version}&state=VISIBLE&state=HIDDEN&paging.limit=${ITEMS_MAX}`
}

export type Change = 'NEW' | 'CHANGED' | 'REMOVED'

/** What guests would see differently if the draft were published, in the order of the schedule. */
export function changesBetween(published: readonly Item[], draft: readonly Item[]): Map<string, Change> {
  const before = new Map(published.map(item => [item.id, item]))
  const after = new Set(draft.map(({ id }) => id))
  const changes = new Map<string, Change>()
  for (const item of draft) {
    const shown = before.get(item.id)
    if (!shown) changes.set(item.id, 'NEW')
    else if (contentOf(shown) !== contentOf(item)) changes.set(item.id, 'CHANGED')
  }
  for (const { id } of published) if (!after.has(id)) changes.set(id, 'REMOVED')
  return changes
}

function contentOf({ name, timeSlot, description = '', stageName = '', tags, hidden, status }: Item): string {
  return JSON.stringify([
    name,
    timeSlot.start,
    timeSlot.end,
    timeSlot.timeZoneId,
    description,
    stageName,
    tags,
    hidden,
    status,
  ])
}

/** The day on which it begins, where it is: `2030-06-01`. */
export function dayOf({ timeSlot: { start, timeZoneId } }: Pick<Item, 'timeSlot'>): string {
  return clockOf(start, timeZoneId).slice(0, 10)
}

/** What is typed of an item; moments as clocks in its zone show them. */
export type Typed = {
  name: string
  start: string
  end: string
  zone: string
  description: string
  stageName: string
  tags: string[]
  hidden: boolean
  canceled: boolean
}

export function typedOf({ timeSlot, ...item }: Item): Typed {
  return {
    name: item.name,
    start: clockOf(timeSlot.start, timeSlot.timeZoneId),
    end: clockOf(timeSlot.end, timeSlot.timeZoneId),
    zone: timeSlot.timeZoneId,
    description: item.description ?? '',
    stageName: item.stageName ?? '',
    tags: item.tags,
    hidden: item.hidden,
    canceled: item.status === 'CANCELED',
  }
}

/** A new item: an hour after whatever ends last before it, else at the beginning of the event. */
export function newItem({
  zone,
  after,
  stageName,
}: {
  zone: string
  after: string | undefined
  stageName: string
}): Typed {
  const end = after && new Date(Date.parse(after) + HOUR).toISOString()
  return {
    name: '',
    start: clockOf(after, zone),
    end: clockOf(end, zone),
    zone,
    description: '',
    stageName,
    tags: [],
    hidden: false,
    canceled: false,
  }
}

const HOUR = 3_600_000

/** With another start; the end moves along, so that it stays as long as it was. */
export function withStart(typed: Typed, start: string): Typed {
  const [from, until, to] = [typed.start, typed.end, start].map(clock => momentOf(clock, typed.zone))
  if (!from || !until || !to) return { ...typed, start }
  const length = Date.parse(until) - Date.parse(from)
  return length > 0
    ? { ...typed, start, end: clockOf(new Date(Date.parse(to) + length), typed.zone) }
    : { ...typed, start }
}

export type Problem = 'needed' | 'beforeStart'

export function problemsOf({ name, start, end, zone }: Typed): Partial<Record<keyof Typed, Problem>> {
  const problems: Partial<Record<keyof Typed, Problem>> = {}
  const [from, until] = [momentOf(start, zone), momentOf(end, zone)]
  if (name.trim() === '') problems.name = 'needed'
  if (!from) problems.start = 'needed'
  if (!until) problems.end = 'needed'
  else if (from && Date.parse(until) <= Date.parse(from)) problems.end = 'beforeStart'
  return problems
}

/** The whole item, as the API takes it. */
export function sentOf(typed: Typed): object {
  return {
    name: typed.name.trim(),
    timeSlot: {
      start: momentOf(typed.start, typed.zone),
      end: momentOf(typed.end, typed.zone),
      timeZoneId: typed.zone,
    },
    description: typed.description,
    stageName: typed.stageName.trim(),
    tags: typed.tags,
    hidden: typed.hidden,
    status: typed.canceled ? 'CANCELED' : 'SCHEDULED',
  }
}
