import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { invalid, Refusal } from '../refusals.ts'
import { changeSchedule } from './change.ts'
import {
  changedContent,
  type GivenItem,
  itemNotFound,
  type ScheduleItem,
  type ScheduleItemContent,
  staysInCalendar,
} from './model.ts'
import { deleteDraftItems, findDraftItem, findDraftSpan, insertItem, moveDraft, updateDraftItem } from './store.ts'

/** Adds an item to the draft. @throws Refusal EVENT_NOT_FOUND */
export async function addItem(
  tx: Tx,
  { eventId, content }: { eventId: string; content: ScheduleItemContent },
  identity: Identity,
  now: Date,
): Promise<ScheduleItem> {
  return changeSchedule(tx, eventId, identity, now, async () => {
    const scheduleItemId = newGuid()
    const item: ScheduleItem = { ...content, scheduleItemId, draft: true, eventId, createdAt: now, updatedAt: now }
    await insertItem(tx, identity.siteId, item)
    return { result: item, told: { kind: 'schedule.item_added', data: { itemId: scheduleItemId } } }
  })
}

/**
 * Changes what the mask covers of an item's draft version.
 * @param seen `updatedDate` of the version that was looked at; null: whatever it is now is overwritten
 * @throws Refusal EVENT_NOT_FOUND, SCHEDULE_ITEM_NOT_FOUND, ABORTED where it has changed since; InvalidRequest
 */
export async function updateItem(
  tx: Tx,
  {
    eventId,
    itemId,
    given,
    mask,
    seen,
  }: { eventId: string; itemId: string; given: GivenItem; mask: readonly string[]; seen: Date | null },
  identity: Identity,
  now: Date,
): Promise<ScheduleItem> {
  const { siteId } = identity
  return changeSchedule(tx, eventId, identity, now, async () => {
    const stored = await findDraftItem(tx, siteId, { eventId, itemId })
    if (!stored) throw itemNotFound(itemId)
    if (seen && seen.getTime() !== stored.updatedAt.getTime())
      throw new Refusal('ABORTED', 'The schedule item has changed since you read it. Read it again.', {
        updatedDate: stored.updatedAt,
      })
    const content = changedContent(given, mask, stored)
    const item = await updateDraftItem(tx, siteId, { itemId, content, now })
    if (!item) throw new Error('an item is gone while its event is locked')
    return { result: item, told: { kind: 'schedule.item_updated', data: { itemId: item.scheduleItemId } } }
  })
}

/** Removes items from the draft; those it does not have are ignored (events 6.5.5). @throws Refusal EVENT_NOT_FOUND */
export async function deleteItems(
  tx: Tx,
  { eventId, itemIds }: { eventId: string; itemIds: readonly string[] },
  identity: Identity,
  now: Date,
): Promise<void> {
  await changeSchedule(tx, eventId, identity, now, async () => {
    const deleted = await deleteDraftItems(tx, identity.siteId, { eventId, itemIds })
    const told = { kind: 'schedule.items_deleted', data: { itemIds: deleted } } as const
    return { result: undefined, told: deleted.length > 0 ? told : null }
  })
}

/**
 * Moves every item of the draft by the same time, whatever zones they were in, and sets their zone (events 6.5.6).
 * @throws Refusal EVENT_NOT_FOUND; InvalidRequest when that leads out of the calendar
 */
export async function reschedule(
  tx: Tx,
  { eventId, milliseconds, timeZone }: { eventId: string; milliseconds: number; timeZone: string },
  identity: Identity,
  now: Date,
): Promise<void> {
  const { siteId } = identity
  await changeSchedule(tx, eventId, identity, now, async () => {
    const span = await findDraftSpan(tx, siteId, eventId)
    if (!span) return { result: undefined, told: null }
    if (!staysInCalendar(span, milliseconds)) throw invalid('timeSlotOffset', 'moves items out of the calendar', 'MAX')
    await moveDraft(tx, siteId, { eventId, milliseconds, timeZone, now })
    return { result: undefined, told: { kind: 'schedule.rescheduled', data: { milliseconds, timeZone } } }
  })
}
