import { describe, expect, test } from 'vitest'
import { merged, patchOf } from '../parts/revised.ts'
import type { DeskEvent } from './event.tsx'
import { emptyFacts, endFor, eventOf, FACTS, type Facts, factsOf, problemsOf, REFUSED_FACTS } from './facts.ts'

const EVENT: DeskEvent = {
  id: 'e',
  title: 'Lanterns',
  status: 'UPCOMING',
  slug: 'lanterns',
  createdDate: '2030-01-01T00:00:00.000Z',
  updatedDate: '2030-01-01T00:00:00.000Z',
  dateAndTimeSettings: {
    dateAndTimeTbd: false,
    startDate: '2030-06-01T18:00:00.000Z',
    endDate: '2030-06-01T22:00:00.000Z',
    timeZoneId: 'Europe/Berlin',
    hideEndDate: true,
    showTimeZone: true,
  },
  location: {
    name: 'Pier',
    type: 'VENUE',
    locationTbd: false,
    address: {
      streetAddress: { number: '7', name: 'Harbour Rd' },
      city: 'Bremen',
      subdivision: 'DE-HB',
      country: 'DE',
      geocode: { latitude: 53, longitude: 8 },
      formattedAddress: '7 Harbour Rd, Bremen, Germany',
      countryFullname: 'Germany',
    },
  },
  registration: {
    type: 'RSVP',
    initialType: 'RSVP',
    allowedGuestTypes: 'MEMBER',
    registrationPaused: true,
    rsvp: { responseType: 'YES_AND_NO', limit: 50, waitlistEnabled: true, endDate: '2030-05-30T22:00:00.000Z' },
  },
}
const facts = factsOf(EVENT, 'UTC')
const changed = (change: Partial<Facts>) => eventOf(patchOf(FACTS, facts, { ...facts, ...change }))

describe('what was typed, as the API is told', () => {
  test('dates are read and written by the clock of the event; one unit, with what it had besides', () => {
    expect([facts.start, facts.end]).toEqual(['2030-06-01T20:00', '2030-06-02T00:00'])
    expect(changed({ end: '2030-06-02T01:00' })).toEqual({
      dateAndTimeSettings: {
        dateAndTimeTbd: false,
        startDate: '2030-06-01T18:00:00Z',
        endDate: '2030-06-01T23:00:00Z',
        timeZoneId: 'Europe/Berlin',
        hideEndDate: true,
        showTimeZone: true,
      },
    })
  })

  test('nothing but what was changed is sent', () => {
    expect(changed({})).toEqual({})
    expect(changed({ title: ' Lights ' })).toEqual({ title: 'Lights' })
    expect(changed({ title: ' Lanterns ' })).toEqual({})
    expect(changed({ slug: 'lights', isPaused: false, guestLimit: '' })).toEqual({
      seoSettings: { slug: 'lights' },
      registration: {
        registrationPaused: false,
        rsvp: {
          responseType: 'YES_AND_NO',
          limit: null,
          waitlistEnabled: true,
          startDate: null,
          endDate: '2030-05-30T22:00:00Z',
        },
      },
    })
    expect(changed({ registersBy: 'ELSEWHERE', externalUrl: 'https://a.example/x' })).toEqual({
      registration: { registrationDisabled: false, external: { url: 'https://a.example/x' } },
    })
  })

  test('an address keeps what is not typed here, until somebody types another one', () => {
    const { formattedAddress: _, countryFullname: __, ...kept } = EVENT.location?.address ?? {}
    expect(changed({ placeName: 'Quay' })).toEqual({
      location: { type: 'VENUE', locationTbd: false, name: 'Quay', address: kept },
    })
    expect(changed({ street: '9 Harbour Rd' })).toEqual({
      location: {
        type: 'VENUE',
        locationTbd: false,
        name: 'Pier',
        address: { addressLine: '9 Harbour Rd', city: 'Bremen', subdivision: 'DE-HB', country: 'DE' },
      },
    })
    expect(changed({ place: 'ONLINE', placeName: '' })).toEqual({
      location: { type: 'ONLINE', locationTbd: false, name: null, address: null },
    })
    expect(changed({ place: 'OPEN' })).toEqual({ location: { locationTbd: true, name: 'Pier' } })
  })

  test('events 1.9.7: what search engines are told is written as a whole, with what it had besides', () => {
    const others = [
      { type: 'link', props: { rel: 'me', href: 'https://a.example' } },
      { type: 'meta', props: { name: 'description', content: 'Off' }, disabled: true },
    ]
    const social = { type: 'meta', props: { property: 'og:title', content: 'For friends' } }
    const robots = { type: 'meta', props: { name: 'robots', content: 'noindex, nofollow' } }
    const settings = { keywords: [{ term: 'lights' }] }
    const advancedSeoData = { tags: [{ type: 'title', children: 'Old' }, ...others, social, robots], settings }
    const typed = factsOf({ ...EVENT, seoSettings: { advancedSeoData } }, 'UTC')
    expect(typed).toMatchObject({ seoTitle: 'Old', seoDescription: '', seoPicture: null, isUnlisted: true })
    const sent = (change: Partial<Facts>) => eventOf(patchOf(FACTS, typed, { ...typed, ...change }))
    expect(sent({})).toEqual({})
    const title = { type: 'title', children: 'New' }
    expect(sent({ seoTitle: ' New ' })).toEqual({
      seoSettings: { advancedSeoData: { tags: [...others, title, social, robots], settings } },
    })
    expect(sent({ seoTitle: '', isUnlisted: false })).toEqual({
      seoSettings: { advancedSeoData: { tags: [...others, social], settings } },
    })
    const picture = { id: 'media/a/b.png', url: 'https://a.example/media/a/b.png', width: 12, height: 6 }
    const image = {
      type: 'meta',
      props: { property: 'og:image', content: picture.url },
      meta: { width: 12, height: 6 },
    }
    expect(changed({ seoPicture: picture })).toEqual({ seoSettings: { advancedSeoData: { tags: [image] } } })
    const again = factsOf({ ...EVENT, seoSettings: { advancedSeoData: { tags: [image] } } }, 'UTC')
    expect(again.seoPicture).toEqual(picture)
    expect(eventOf(patchOf(FACTS, again, { ...again, seoPicture: null, slug: 'x' }))).toEqual({
      seoSettings: { slug: 'x', advancedSeoData: null },
    })
  })

  test('what two people changed in different places stands both', () => {
    const mine = { ...facts, title: 'Mine' }
    const theirs = { ...facts, city: 'Kiel', slug: 'theirs' }
    expect(merged(FACTS, { before: facts, mine, theirs })).toMatchObject({
      title: 'Mine',
      city: 'Kiel',
      slug: 'theirs',
    })
  })
})

describe('what cannot be saved says so at its field', () => {
  test.each<[Partial<Facts>, Partial<Record<keyof Facts, string>>]>([
    [{}, {}],
    [{ title: ' ' }, { title: 'title' }],
    [{ start: '' }, { start: 'start' }],
    [{ end: '' }, { end: 'end' }],
    [{ end: '2030-06-01T19:59' }, { end: 'end' }],
    [{ timeZone: 'Mars/Base' }, { timeZone: 'timeZone' }],
    [{ isDateOpen: true }, { dateMessage: 'dateMessage' }],
    [{ isDateOpen: true, dateMessage: 'Soon', start: '' }, {}],
    [{ place: 'OPEN', placeName: '' }, { placeName: 'openPlace' }],
    [{ placeName: '', street: '', city: '', addressBefore: null }, { placeName: 'place' }],
    [{ registersBy: 'ELSEWHERE', externalUrl: 'example.org' }, { externalUrl: 'externalUrl' }],
    [{ guestLimit: '0' }, { guestLimit: 'guestLimit' }],
    [{ guestLimit: '2.5' }, { guestLimit: 'guestLimit' }],
    [{ answersFrom: '2030-06-01T00:00' }, { answersUntil: 'answersUntil' }],
    [{ slug: 'a b' }, { slug: 'slug' }],
  ])('%j', (change, problems) => {
    expect(problemsOf({ ...facts, ...change }, 'RSVP')).toEqual(problems)
  })

  test('what the API refuses is said at the field that it is about', () => {
    const { fieldOf, codes } = REFUSED_FACTS
    expect(fieldOf('event.location.address.country')).toBe('country')
    expect(fieldOf('event.registration.rsvp.limit')).toBe('guestLimit')
    expect(fieldOf('event.form')).toBeNull()
    expect(codes).toMatchObject({ SLUG_ALREADY_IN_USE: 'slug' })
  })
})

test('a new start takes the end with it, as long after as before; at first two hours', () => {
  expect(endFor('2030-06-01T20:00', emptyFacts('UTC'))).toBe('2030-06-01T22:00')
  expect(endFor('2030-06-03T10:00', { start: '2030-06-01T20:00', end: '2030-06-02T01:00' })).toBe('2030-06-03T15:00')
  expect(endFor('', { start: '2030-06-01T20:00', end: '2030-06-02T01:00' })).toBe('2030-06-02T01:00')
})
