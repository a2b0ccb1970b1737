import { expect, test } from 'vitest'
import { changesBetween, dayOf, type Item, newItem, problemsOf, sentOf, typedOf, withStart } from './schedule.ts'

const ITEM: Item = {
  id: 'one',
  name: 'Opening',
  timeSlot: { start: '2030-06-01T22:30:00.000Z', end: '2030-06-01T23:30:00.000Z', timeZoneId: 'Europe/Berlin' },
  tags: ['talk'],
  hidden: false,
  status: 'SCHEDULED',
  draft: true,
  updatedDate: '2030-05-01T00:00:00.000Z',
}

test('events 6.2.5: what guests would see differently is new, changed or removed; when it was written is no difference', () => {
  const published = [ITEM, { ...ITEM, id: 'two' }, { ...ITEM, id: 'gone' }]
  const draft = [
    { ...ITEM, updatedDate: '2030-05-02T00:00:00.000Z', description: '' },
    { ...ITEM, id: 'two', stageName: 'Hall' },
    { ...ITEM, id: 'three' },
  ]
  expect([...changesBetween(published, draft)]).toEqual([
    ['two', 'CHANGED'],
    ['three', 'NEW'],
    ['gone', 'REMOVED'],
  ])
  expect(changesBetween(published, published).size).toBe(0)
})

test('an item is on the day that it is where it takes place, and is sent as it was read', () => {
  expect(dayOf(ITEM)).toBe('2030-06-02')
  expect(sentOf(typedOf(ITEM))).toMatchObject({ name: 'Opening', tags: ['talk'], status: 'SCHEDULED', hidden: false })
  const { timeSlot } = sentOf(typedOf(ITEM)) as Item // what the API reads
  expect(Date.parse(timeSlot.start)).toBe(Date.parse(ITEM.timeSlot.start))
  expect(Date.parse(timeSlot.end)).toBe(Date.parse(ITEM.timeSlot.end))
})

test('an item that is moved stays as long as it was, and one that ends before it begins is refused', () => {
  const typed = newItem({ zone: 'Europe/Berlin', after: '2030-06-01T18:00:00Z', stageName: '' })
  expect([typed.start, typed.end]).toEqual(['2030-06-01T20:00', '2030-06-01T21:00'])
  const moved = withStart(typed, '2030-06-02T09:30')
  expect([moved.start, moved.end]).toEqual(['2030-06-02T09:30', '2030-06-02T10:30'])
  expect(withStart({ ...typed, end: '' }, '2030-06-02T09:30').end).toBe('')
  expect(problemsOf(typed)).toEqual({ name: 'needed' })
  expect(problemsOf({ ...typed, name: 'Talk', end: typed.start })).toEqual({ end: 'beforeStart' })
  expect(problemsOf({ ...typed, name: 'Talk', start: '', end: '' })).toEqual({ start: 'needed', end: 'needed' })
})
