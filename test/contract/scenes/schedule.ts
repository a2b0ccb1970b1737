import { aSale, must } from '../../support/sale.ts'
import { anybody, organizer, type Scenes, type Stage } from '../stage.ts'

const SCHEDULE = '/events/v1/schedule'
const ITEM = {
  name: 'Soundcheck',
  timeSlot: {
    start: new Date('2030-06-01T16:00:00.000Z'),
    end: new Date('2030-06-01T17:00:00.000Z'),
    timeZoneId: 'Europe/Berlin',
  },
  description: 'For those who come early.',
  stageName: 'Main stage',
  tags: ['music'],
  hidden: false,
  status: 'SCHEDULED',
}

export const schedule: Scenes = {
  addScheduleItem: organizer(async stage => [await anEvent(stage), { item: ITEM }]),
  updateScheduleItem: organizer(async stage => {
    const { eventId, itemId } = await anItem(stage)
    return [itemId, eventId, { item: { ...ITEM, name: 'Rehearsal' }, fields: ['item.name', 'item.tags'] }]
  }),
  deleteScheduleItem: organizer(async stage => {
    const { eventId, itemId } = await anItem(stage)
    return [eventId, { itemIds: [itemId] }]
  }),
  discardDraft: organizer(async stage => [(await anItem(stage)).eventId]),
  publishDraft: organizer(async stage => [(await anItem(stage)).eventId]),
  rescheduleDraft: organizer(async stage => [
    (await anItem(stage)).eventId,
    { timeZoneId: 'Europe/London', timeSlotOffset: '3600s' },
  ]),
  getScheduleItem: [
    anybody(async stage => {
      const { eventId, itemId } = await aPublishedItem(stage)
      return [itemId, { eventId }]
    }),
    organizer(async stage => {
      const { eventId, itemId } = await aPublishedItem(stage)
      return [itemId, { eventId, includeDraft: true }]
    }),
  ],
  listScheduleItems: [
    anybody(async stage => {
      const { eventId } = await aPublishedItem(stage)
      return [{ eventId: [eventId], facet: ['tags', 'stageName'], paging: { limit: 10, offset: 0 } }]
    }),
    organizer(async stage => {
      const { eventId, itemId } = await anItem(stage)
      const state = ['DRAFT', 'VISIBLE', 'HIDDEN']
      return [{ eventId: [eventId], itemId: [itemId], state, tag: ['music'], stageName: ['Main stage'] }]
    }),
  ],
  queryScheduleItems: anybody(async stage => {
    const { eventId } = await aPublishedItem(stage)
    return [
      {
        filter: { eventId: { $eq: eventId } },
        sort: [{ fieldName: 'name', order: 'ASC' }],
        cursorPaging: { limit: 10 },
      },
    ]
  }),
}

/** An item of a draft that nobody has published. */
export async function anItem(stage: Stage) {
  const eventId = await anEvent(stage)
  const { body } = await must(stage.admin, 'POST', `${SCHEDULE}/draft`, { eventId, item: ITEM })
  return { eventId, itemId: body.item.id as string }
}

export async function aPublishedItem(stage: Stage) {
  const item = await anItem(stage)
  await must(stage.admin, 'POST', `${SCHEDULE}/publish`, { eventId: item.eventId })
  return item
}

async function anEvent(stage: Stage): Promise<string> {
  return (await aSale(stage)).eventId
}
