import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must } from '../../test/support/sale.ts'

const { admin, sql } = await testApp()

const V3 = '/events/v3/events'
const wanted = (location: object | null | undefined) => ({
  event: {
    title: 'Concert',
    location,
    dateAndTimeSettings: {
      startDate: '2030-06-01T18:00:00.000Z',
      endDate: '2030-06-01T21:00:00.000Z',
      timeZoneId: 'Europe/Berlin',
    },
    registration: { initialType: 'TICKETING' },
  },
})
const shown = async (location: object) => (await must(admin, 'POST', V3, wanted(location))).body.event.location
const refused = (location: object | null | undefined) =>
  refusedWithoutTrace(sql, () => admin('POST', V3, wanted(location)))

const ADDRESS = { city: 'Berlin', country: 'DE' }

test.each([undefined, null])('events 1.5.1: a place is required; %s is none', async location => {
  expect(await refused(location)).toEqual([400, ['event.location']])
})

test('events 1.5.2: of a venue an address, or a name and its type; TBD alone has a blank address', async () => {
  expect(await shown({ name: 'Hall', type: 'VENUE' })).toMatchObject({ name: 'Hall', type: 'VENUE' })
  expect(await shown({ address: ADDRESS })).toMatchObject({ type: 'VENUE', address: ADDRESS })
  for (const location of [{ locationTbd: true }, { type: 'VENUE' }, { name: 'Hall' }, { name: ' ', type: 'VENUE' }])
    expect(await refused(location)).toEqual([400, ['event.location.address']])
  const { body } = await admin('POST', V3, wanted({ locationTbd: true }))
  expect(body.details.validationError.fieldViolations[0].description).toContain('must not be blank')
})

test('events 1.5.3: a place to be decided has a name, no more', async () => {
  expect(await shown({ name: 'Somewhere in Berlin', locationTbd: true })).toEqual({
    name: 'Somewhere in Berlin',
    type: 'VENUE',
    locationTbd: true,
  })
})

test.each(['MOON', 'venue', ''])('events 1.5.4: "%s" is no type of place', async type => {
  expect(await refused({ name: 'Hall', type })).toEqual([400, ['event.location.type']])
})

describe('events 1.5.5: the parts of an address', () => {
  test.each([
    ['addressLine', 250],
    ['addressLine2', 250],
    ['city', 100],
    ['postalCode', 100],
    ['subdivision', 20],
    ['streetAddress.number', 100],
    ['streetAddress.name', 250],
  ])('%s has up to %i characters', async (path, most) => {
    const [name = '', member] = path.split('.')
    const addressWith = (text: string) => ({ [name]: member === undefined ? text : { [member]: text } })
    const longest = addressWith('x'.repeat(most))
    expect((await shown({ address: longest })).address).toMatchObject(longest)
    expect(await refused({ address: addressWith('x'.repeat(most + 1)) })).toEqual([
      400,
      [`event.location.address.${path}`],
    ])
  })

  test.each(['Germany', 'DEU', 'de', 'QX', 'D'])('%s is no country of two letters', async country => {
    expect(await refused({ address: { ...ADDRESS, country } })).toEqual([400, ['event.location.address.country']])
  })
})

test('events 1.5.6: one line and the country’s name are made of the parts; a position is kept as it was sent', async () => {
  const address = {
    streetAddress: { number: '235', name: 'W 23rd St' },
    city: 'New York',
    subdivision: 'US-NY',
    postalCode: '10011',
    country: 'US',
  }
  const computed = {
    countryFullname: 'United States',
    formattedAddress: '235 W 23rd St, New York, NY 10011, United States',
  }
  const theirs = { countryFullname: 'Elsewhere', formattedAddress: 'Elsewhere 1', subdivisions: [{ id: 'x' }] }
  expect((await shown({ address: { ...address, ...theirs } })).address).toEqual({ ...address, ...computed })
  const geocode = { latitude: 40.7434, longitude: -73.9945 }
  expect((await shown({ address: { ...address, geocode } })).address).toEqual({ ...address, ...computed, geocode })
})
