import { must } from '../../support/sale.ts'
import { member, type Scenes, type Stage } from '../stage.ts'
import { aPublishedItem } from './schedule.ts'

export const scheduleBookmarks: Scenes = {
  createBookmark: member(async stage => {
    const { itemId, eventId } = await aPublishedItem(stage)
    return [itemId, eventId]
  }),
  deleteBookmark: member(async stage => {
    const { itemId, eventId } = await aBookmark(stage)
    return [itemId, eventId]
  }),
  listBookmarks: member(async stage => [(await aBookmark(stage)).eventId]),
}

async function aBookmark(stage: Stage) {
  const named = await aPublishedItem(stage)
  await must(stage.caller, 'POST', `/events/v1/schedule/${named.itemId}/bookmark`, { eventId: named.eventId })
  return named
}
