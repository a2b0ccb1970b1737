import { aSale, must } from '../../support/sale.ts'
import { organizer, type Scenes, type Stage } from '../stage.ts'

const ALL_STATES = ['MANUAL', 'AUTO', 'HIDDEN']

export const categories: Scenes = {
  createCategory: organizer(() => [{ name: 'Concerts', states: ALL_STATES }]),
  bulkCreateCategory: organizer(() => [[{ name: 'Concerts', states: ['MANUAL'] }, { name: 'Talks' }]]),
  updateCategory: organizer(async stage => [await aCategory(stage), { name: 'Recitals', states: ALL_STATES }]),
  deleteCategory: organizer(async stage => [await aCategory(stage)]),
  queryCategories: organizer(async stage => {
    const { categoryId } = await anAssignment(stage)
    const query = {
      filter: { _id: { $eq: categoryId } },
      sort: [{ fieldName: 'name', order: 'ASC' }],
      paging: { limit: 10 },
    }
    return [query, { fieldset: ['COUNTS'] }]
  }),
  listEventCategories: organizer(async stage => [(await anAssignment(stage)).eventId]),
  assignEvents: organizer(async stage => [await aCategory(stage), [await anEvent(stage)]]),
  unassignEvents: organizer(async stage => {
    const { categoryId, eventId } = await anAssignment(stage)
    return [categoryId, [eventId]]
  }),
  bulkAssignEvents: organizer(async stage => [[await aCategory(stage)], { eventId: [await anEvent(stage)] }]),
  bulkUnassignEvents: organizer(async stage => {
    const { categoryId, eventId } = await anAssignment(stage)
    return [[categoryId], { eventId: [eventId] }]
  }),
  bulkAssignEventsAsync: organizer(async stage => [[await aCategory(stage)], { filter: { title: 'A concert' } }]),
  bulkUnassignEventsAsync: organizer(async stage => [[await aCategory(stage)], { filter: { title: 'A concert' } }]),
  reorderCategoryEvents: organizer(async stage => {
    const { categoryId, eventId } = await anAssignment(stage)
    const afterEventId = await anEvent(stage)
    await assign(stage, categoryId, afterEventId)
    return [categoryId, { eventId, afterEventId }]
  }),
}

export async function aCategory({ admin }: Stage): Promise<string> {
  const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Concerts' } })
  return body.category.id
}

/** An event in a category of its own. */
export async function anAssignment(stage: Stage) {
  const assignment = { categoryId: await aCategory(stage), eventId: await anEvent(stage) }
  await assign(stage, assignment.categoryId, assignment.eventId)
  return assignment
}

async function assign({ admin }: Stage, categoryId: string, ...eventId: string[]): Promise<void> {
  await must(admin, 'POST', `/events/v1/categories/${categoryId}/events`, { eventId })
}

async function anEvent(stage: Stage): Promise<string> {
  return (await aSale(stage)).eventId
}
