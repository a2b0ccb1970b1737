import { Type } from 'typebox'
import { present } from '../wire/plain-object.ts'
import { Instant, InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import type { ScheduleItem } from './model.ts'

const STATUSES = ['SCHEDULED', 'CANCELED'] as const

/** What may be absent for all a schema can say: an update's mask decides what is needed (model.ts). */
export const ItemIn = Type.Object({
  name: Maybe(Text(1, 120)),
  timeSlot: Maybe(Type.Object({ start: Maybe(Instant), end: Maybe(Instant), timeZoneId: Maybe(Text(1, 100)) })),
  description: Maybe(Text(0, 10_000)),
  stageName: Maybe(Text(0, 30)),
  tags: Maybe(Type.Array(Text(1, 30), { maxItems: 5 })),
  hidden: Maybe(Type.Boolean()),
  status: Maybe(OneOf(STATUSES)),
})

export const ItemOut = Type.Object({
  id: Type.String(),
  hidden: Type.Boolean(),
  name: Type.String(),
  timeSlot: Type.Object({ start: InstantOut, end: InstantOut, timeZoneId: Type.String() }),
  description: Type.Optional(Type.String()),
  stageName: Type.Optional(Type.String()),
  tags: Type.Array(Type.String()),
  status: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  eventId: Type.String(),
  draft: Type.Boolean(),
})

export function toWire(item: ScheduleItem) {
  return present({
    id: item.scheduleItemId,
    hidden: item.hidden,
    name: item.name,
    timeSlot: { start: item.startAt, end: item.endAt, timeZoneId: item.timeZone },
    description: item.description,
    stageName: item.stageName,
    tags: item.tags,
    status: item.status,
    createdDate: item.createdAt,
    updatedDate: item.updatedAt,
    eventId: item.eventId,
    draft: item.draft,
  })
}
