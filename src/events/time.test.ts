import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { must, refusalOf } from '../../test/support/sale.ts'

// Instants as they are, days and hours as the event's place has them.

const { admin, setNow } = await testApp()

const V3 = '/events/v3/events'
beforeEach(() => setNow('2027-01-01T12:00:00.000Z'))

async function anEvent(startDate: string, endDate: string, timeZoneId: string, more: object = {}) {
  const { body } = await must(admin, 'POST', V3, {
    event: {
      title: 'Concert',
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: { startDate, endDate, timeZoneId, showTimeZone: true, ...more },
      registration: { initialType: 'TICKETING' },
    },
    fields: ['DETAILS'],
  })
  return body.event
}

const textsOf = ({ dateAndTimeSettings }: { dateAndTimeSettings: { formatted: object } }) =>
  Object.values(dateAndTimeSettings.formatted)

/** What it is at each of these moments. */
async function statusesAt(id: string, ...moments: string[]) {
  const seen = []
  for (const moment of moments) {
    setNow(moment)
    seen.push((await must(admin, 'GET', `${V3}/${id}`)).body.event.status)
  }
  return seen
}

describe('formatted texts', () => {
  test.each([
    [
      'across midnight, two days',
      ['2027-06-01T20:00:00.000Z', '2027-06-02T01:00:00.000Z', 'Europe/Berlin'],
      [
        'June 1, 2027 at 10:00 PM – June 2, 2027 at 3:00 AM GMT+2',
        'June 1, 2027',
        '10:00 PM',
        'June 2, 2027',
        '3:00 AM',
      ],
    ],
    [
      'to midnight, which is the next day',
      ['2027-06-01T20:00:00.000Z', '2027-06-01T22:00:00.000Z', 'Europe/Berlin'],
      [
        'June 1, 2027 at 10:00 PM – June 2, 2027 at 12:00 AM GMT+2',
        'June 1, 2027',
        '10:00 PM',
        'June 2, 2027',
        '12:00 AM',
      ],
    ],
    [
      'across midnight of Greenwich, one day in Kolkata, half an hour off',
      ['2027-06-01T22:00:00.000Z', '2027-06-02T02:00:00.000Z', 'Asia/Kolkata'],
      ['June 2, 2027, 3:30 – 7:30 AM GMT+5:30', 'June 2, 2027', '3:30 AM', 'June 2, 2027', '7:30 AM'],
    ],
    [
      'in Kathmandu, three quarters off',
      ['2027-06-01T12:00:00.000Z', '2027-06-01T14:00:00.000Z', 'Asia/Kathmandu'],
      ['June 1, 2027, 5:45 – 7:45 PM GMT+5:45', 'June 1, 2027', '5:45 PM', 'June 1, 2027', '7:45 PM'],
    ],
    [
      'on 29 February, which begins a day early in Auckland',
      ['2028-02-28T12:00:00.000Z', '2028-02-28T14:00:00.000Z', 'Pacific/Auckland'],
      ['February 29, 2028, 1:00 – 3:00 AM GMT+13', 'February 29, 2028', '1:00 AM', 'February 29, 2028', '3:00 AM'],
    ],
    [
      'across 29 February',
      ['2028-02-28T23:30:00.000Z', '2028-02-29T23:30:00.000Z', 'UTC'],
      [
        'February 28, 2028 at 11:30 PM – February 29, 2028 at 11:30 PM UTC',
        'February 28, 2028',
        '11:30 PM',
        'February 29, 2028',
        '11:30 PM',
      ],
    ],
  ] as const)('events 1.6.8, 1.6.13, 1.6.14: %s', async (_, [startDate, endDate, zone], expected) => {
    const event = await anEvent(startDate, endDate, zone)
    expect(event.dateAndTimeSettings).toMatchObject({ startDate, endDate, timeZoneId: zone })
    expect(textsOf(event)).toEqual(expected)
  })

  test('events 1.6.8: the hour that is left out in spring: one hour of music from one to three', async () => {
    const event = await anEvent('2027-03-28T00:30:00.000Z', '2027-03-28T01:30:00.000Z', 'Europe/Berlin')
    expect(textsOf(event).slice(1)).toEqual(['March 28, 2027', '1:30 AM', 'March 28, 2027', '3:30 AM'])
    const { searchParams } = new URL(event.calendarUrls.google)
    expect(searchParams.get('dates')).toBe('20270328T003000Z/20270328T013000Z')
  })

  test('events 1.6.8: the hour that comes twice in autumn: an hour of music from half past two to half past two', async () => {
    const event = await anEvent('2027-10-31T00:30:00.000Z', '2027-10-31T01:30:00.000Z', 'Europe/Berlin')
    expect(textsOf(event).slice(1)).toEqual(['October 31, 2027', '2:30 AM', 'October 31, 2027', '2:30 AM'])
    expect(await statusesAt(event.id, '2027-10-31T00:29:59.999Z', '2027-10-31T01:00:00.000Z')).toEqual([
      'UPCOMING',
      'STARTED',
    ])
  })
})

describe('status by the clock', () => {
  test.each([
    ['across midnight', '2027-06-01T20:00:00.000Z', '2027-06-02T01:00:00.000Z', 'Europe/Berlin'],
    ['across the clocks going forward', '2027-03-27T23:00:00.000Z', '2027-03-28T03:00:00.000Z', 'Europe/Berlin'],
    ['across the clocks going back', '2027-10-30T22:00:00.000Z', '2027-10-31T03:00:00.000Z', 'Europe/Berlin'],
    ['half an hour off', '2027-06-01T18:29:59.999Z', '2027-06-01T18:30:00.001Z', 'Asia/Kolkata'],
    ['three quarters of an hour off', '2027-06-01T18:15:00.000Z', '2027-06-01T19:15:00.000Z', 'Asia/Kathmandu'],
    ['on 29 February', '2028-02-29T00:00:00.000Z', '2028-02-29T23:59:59.999Z', 'UTC'],
  ])('events 1.2.2, 1.2.7: to the millisecond, %s', async (_, startDate, endDate, timeZoneId) => {
    const { id } = await anEvent(startDate, endDate, timeZoneId)
    const justBefore = (moment: string) => new Date(new Date(moment).getTime() - 1).toISOString()
    expect(await statusesAt(id, justBefore(startDate), startDate, justBefore(endDate), endDate)).toEqual([
      'UPCOMING',
      'STARTED',
      'STARTED',
      'ENDED',
    ])
  })

  test('events 1.2.2: the zone of who reads changes nothing, nor does the zone of the event', async () => {
    const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu']
    const instants = ['2027-06-01T10:00:00.000Z', '2027-06-01T11:00:00.000Z'] as const
    const events = await Promise.all(zones.map(zone => anEvent(...instants, zone)))
    for (const { id } of events)
      expect(await statusesAt(id, '2027-06-01T09:59:59.999Z', instants[0], instants[1])).toEqual([
        'UPCOMING',
        'STARTED',
        'ENDED',
      ])
  })
})

test('events 1.6.6: a day that there is not is no date; 29 February is one in leap years alone', async () => {
  const ask = (startDate: string) =>
    admin('POST', V3, {
      event: {
        title: 'Concert',
        location: { name: 'Hall', type: 'VENUE' },
        dateAndTimeSettings: { startDate, endDate: '2030-01-01T00:00:00Z', timeZoneId: 'UTC' },
        registration: { initialType: 'TICKETING' },
      },
    })
  expect((await ask('2028-02-29T10:00:00Z')).status).toBe(200)
  for (const startDate of ['2027-02-29T10:00:00Z', '2028-02-30T10:00:00Z', '2028-04-31T10:00:00Z'])
    expect(refusalOf(await ask(startDate))).toEqual([400, ['event.dateAndTimeSettings.startDate']])
})
