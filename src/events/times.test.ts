import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aSale, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { shareEvents } from './store.ts'
import { REMINDERS_MINUTES, tellEventTimes } from './times.ts'

const app = await testApp()
const { sql, siteId, admin, now, setNow } = app

const DATES = { startDate: '2030-06-01T18:00:00.000Z', endDate: '2030-06-01T22:00:00.000Z', timeZoneId: 'UTC' }
beforeEach(async () => {
  setNow('2030-05-01T12:00:00.000Z')
  await sql`update events set canceled_at = ${now()} where canceled_at is null and published_at is not null`
})

async function anEvent(dates: object = DATES, more: object = {}): Promise<string> {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    event: {
      title: 'A concert',
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: dates,
      registration: { initialType: 'TICKETING' },
    },
    ...more,
  })
  return body.event.id
}
const move = (id: string, dates: object) =>
  must(admin, 'PATCH', `/events/v3/events/${id}`, { event: { dateAndTimeSettings: dates } })

/** What the clock said of an event so far. */
async function toldOf(eventId: string): Promise<string[]> {
  const rows = await sql<{ kind: string; minutes: number | null }[]>`
    select kind, (data->>'minutesBefore')::integer as minutes
      from activities
     where site_id = ${siteId}
       and entity_id = ${eventId}
       and actor_kind = 'clock'
     order by sequence`
  return rows.map(({ kind, minutes }) => kind.replace('event.', '') + (minutes === null ? '' : ` ${minutes}`))
}
async function at(moment: string): Promise<number> {
  setNow(moment)
  return tellEventTimes(sql, now())
}

test('events 1.17.3: an event that starts and ends is told to have done so once, at that minute', async () => {
  const eventId = await anEvent()
  await at('2030-06-01T17:59:59.999Z')
  const before = await toldOf(eventId)
  expect(before).not.toContain('started')
  expect(await at('2030-06-01T18:00:00.000Z')).toBe(1)
  expect(await at('2030-06-01T18:00:05.000Z')).toBe(0)
  expect(await at('2030-06-01T21:59:59.999Z')).toBe(0)
  expect(await at('2030-06-01T22:00:00.000Z')).toBe(1)
  expect(await at('2030-06-02T22:00:00.000Z')).toBe(0)
  expect(await toldOf(eventId)).toEqual([...before, 'started', 'ended'])
})

test('events 1.17.3: what came while nobody worked is told afterwards, in its order', async () => {
  const eventId = await anEvent()
  expect(await at('2030-07-01T12:00:00.000Z')).toBe(2)
  expect(await toldOf(eventId)).toEqual(['started', 'ended'])
})

test('events 1.17.3: an event that is moved into the future starts and ends again', async () => {
  const eventId = await anEvent()
  await at('2030-06-01T23:00:00.000Z')
  await move(eventId, { ...DATES, startDate: '2030-07-01T18:00:00.000Z', endDate: '2030-07-01T22:00:00.000Z' })
  expect(await at('2030-06-02T12:00:00.000Z')).toBe(0)
  await at('2030-07-01T23:00:00.000Z')
  expect(await toldOf(eventId)).toEqual(['started', 'ended', 'started', 'ended'])
})

test('events 1.17.4: nothing is told of drafts, of canceled events, and of events without a date', async () => {
  const draft = await anEvent(DATES, { draft: true })
  const open = await anEvent({ dateAndTimeTbd: true, dateAndTimeTbdMessage: 'In spring' })
  const canceled = await anEvent()
  await must(admin, 'POST', `/events/v3/events/${canceled}/cancel`, {})
  for (const moment of ['2030-05-25T18:00:00.000Z', '2030-06-01T18:00:00.000Z', '2030-06-02T18:00:00.000Z'])
    expect(await at(moment)).toBe(0)
  expect([await toldOf(draft), await toldOf(open), await toldOf(canceled)]).toEqual([[], [], []])
})

test('events 1.17.1: reminders come 7 days, 3 days, 1 day, 2 hours, 1 hour and 30 minutes before the start', async () => {
  const eventId = await anEvent()
  const start = new Date(DATES.startDate).getTime()
  for (const minutes of REMINDERS_MINUTES) {
    expect(await at(new Date(start - minutes * 60_000 - 1).toISOString())).toBe(0)
    expect(await at(new Date(start - minutes * 60_000).toISOString())).toBe(1)
    expect(await at(new Date(start - minutes * 60_000 + 5000).toISOString())).toBe(0)
  }
  expect(await toldOf(eventId)).toEqual(REMINDERS_MINUTES.map(minutes => `reminder ${minutes}`))
})

test('events 1.17.1: a reminder whose moment was past at the publication, or that comes late, is left out', async () => {
  setNow('2030-05-31T12:00:00.000Z')
  const eventId = await anEvent()
  expect(await at('2030-05-31T12:00:05.000Z')).toBe(0)
  expect(await at('2030-06-01T16:45:00.000Z')).toBe(0) // 45 minutes late
  expect(await at('2030-06-01T17:20:00.000Z')).toBe(1) // 20 minutes late
  expect(await toldOf(eventId)).toEqual(['reminder 60'])
})

test('who sells an event does not keep the clock from telling that it has started', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  await reserveTickets(admin, definitionId)
  setNow('2030-06-01T18:00:00.000Z')
  await inTransaction(sql, async tx => {
    await shareEvents(tx, siteId, [eventId])
    expect(await tellEventTimes(sql, now())).toBe(1)
  })
  expect(await toldOf(eventId)).toEqual(['started'])
})

test('several workers tell it once', async () => {
  const eventIds = await Promise.all(Array.from({ length: 20 }, () => anEvent()))
  setNow('2030-06-02T00:00:00.000Z')
  const told = await Promise.all(Array.from({ length: 3 }, () => tellEventTimes(sql, now())))
  expect(told.reduce((sum, each) => sum + each, 0)).toBe(40)
  for (const eventId of eventIds) expect(await toldOf(eventId)).toEqual(['started', 'ended'])
})
