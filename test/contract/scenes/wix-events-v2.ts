import { FIELDSETS } from '../../../src/events/schemas.ts'
import { aDefinition, must } from '../../support/sale.ts'
import { anybody, organizer, type Scenes, type Stage } from '../stage.ts'
import { anAssignment } from './categories.ts'

/** What needs no permission of its own (api 4.5): all that a guest may ask for. */
const PUBLIC_FIELDSETS = FIELDSETS.filter(each => !['DASHBOARD', 'ONLINE_CONFERENCING_SESSION'].includes(each))

/** An event with every member that can be given, as the client is given it. */
const CONCERT = {
  title: 'Harbour concert',
  shortDescription: 'Songs by the water.',
  detailedDescription: '<p>All evening.</p>',
  mainImage: 'wix:image://v1/harbour.jpg/harbour.jpg#originWidth=1200&originHeight=800',
  location: {
    name: 'Harbour Hall',
    type: 'VENUE',
    locationTbd: false,
    address: {
      addressLine1: 'Kai 1',
      addressLine2: 'Second floor',
      city: 'Hamburg',
      subdivision: 'HH',
      country: 'DE',
      postalCode: '20457',
    },
  },
  dateAndTimeSettings: {
    dateAndTimeTbd: false,
    startDate: new Date('2030-06-01T18:00:00.000Z'),
    endDate: new Date('2030-06-01T22:00:00.000Z'),
    timeZoneId: 'Europe/Berlin',
    hideEndDate: false,
    showTimeZone: true,
  },
  registration: {
    initialType: 'TICKETING',
    allowedGuestTypes: 'VISITOR_OR_MEMBER',
    registrationPaused: false,
    registrationDisabled: false,
    tickets: {
      guestsAssignedSeparately: false,
      ticketLimitPerOrder: 10,
      currency: 'EUR',
      reservationDurationInMinutes: 15,
      taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19', appliedToDonations: true },
    },
  },
  guestListSettings: { displayedPublicly: true },
  onlineConferencing: { enabled: true, type: 'MEETING' },
  seoSettings: {
    advancedSeoData: {
      tags: [{ type: 'meta', props: { name: 'robots' }, meta: {}, children: '', custom: true, disabled: false }],
      settings: { preventAutoRedirect: true, keywords: [{ term: 'harbour', isMain: true, origin: 'USER' }] },
    },
  },
  agendaSettings: { enabled: true },
  eventDisplaySettings: { hideEventDetailsButton: false, hideEventDetailsPage: false },
}
const PARTY = {
  title: 'Garden party',
  location: { type: 'ONLINE', locationTbd: true },
  dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon', timeZoneId: 'Europe/Berlin' },
  registration: {
    initialType: 'RSVP',
    rsvp: {
      responseType: 'YES_AND_NO',
      limit: 100,
      waitlistEnabled: true,
      startDate: new Date('2030-05-01T00:00:00.000Z'),
      endDate: new Date('2030-06-01T00:00:00.000Z'),
    },
  },
}

export const wixEventsV2: Scenes = {
  createEvent: [CONCERT, PARTY].map(event => organizer(() => [event, { draft: false, fields: FIELDSETS }])),
  updateEvent: organizer(async stage => [
    (await aConcert(stage)).id,
    { event: { ...CONCERT, title: 'Harbour concert, moved' }, fields: FIELDSETS },
  ]),
  publishDraftEvent: organizer(async stage => [(await aConcert(stage, { draft: true })).id, { fields: FIELDSETS }]),
  cancelEvent: organizer(async stage => [(await aConcert(stage)).id, { fields: FIELDSETS }]),
  deleteEvent: organizer(async stage => [(await aConcert(stage)).id]),
  cloneEvent: organizer(async stage => [
    (await aConcert(stage)).id,
    { event: { title: 'Harbour concert, again' }, draft: true, fields: FIELDSETS },
  ]),
  bulkCancelEventsByFilter: organizer(async stage => [{ filter: { filter: { id: (await aConcert(stage)).id } } }]),
  bulkDeleteEventsByFilter: organizer(async stage => [{ filter: { filter: { id: (await aConcert(stage)).id } } }]),
  getEvent: [
    organizer(async stage => [(await aConcert(stage)).id, { fields: FIELDSETS }]),
    anybody(async stage => [(await aConcert(stage)).id, { fields: PUBLIC_FIELDSETS }]),
  ],
  getEventBySlug: [
    organizer(async stage => [(await aConcert(stage)).slug, { fields: FIELDSETS }]),
    anybody(async stage => [(await aConcert(stage)).slug, { fields: PUBLIC_FIELDSETS }]),
  ],
  queryEvents: [
    organizer(async stage => [
      {
        filter: { _id: { $eq: (await aConcert(stage)).id }, 'registration.initialType': { $eq: 'TICKETING' } },
        sort: [{ fieldName: 'dateAndTimeSettings.startDate', order: 'ASC' }],
        paging: { limit: 10, offset: 0 },
      },
      { fields: FIELDSETS, includeDrafts: true },
    ]),
    anybody(async stage => [
      { filter: { _id: { $eq: (await aConcert(stage)).id } }, paging: { limit: 10 } },
      { fields: PUBLIC_FIELDSETS },
    ]),
  ],
  countEventsByStatus: [
    organizer(async stage => {
      await aConcert(stage, { draft: true })
      return [{ filter: { title: CONCERT.title }, facet: ['status'], includeDrafts: true }]
    }),
    anybody(async stage => [{ filter: { _id: (await aConcert(stage)).id } }]),
  ],
  listEventsByCategory: [
    organizer(async stage => {
      const { categoryId } = await anAssignment(stage)
      return [categoryId, { paging: { limit: 10, offset: 0 }, fields: FIELDSETS }]
    }),
    anybody(async stage => [(await anAssignment(stage)).categoryId, { fields: PUBLIC_FIELDSETS }]),
  ],
}

/** The concert with one definition on sale, in wire form. */
async function aConcert(stage: Stage, { draft = false } = {}): Promise<{ id: string; slug: string }> {
  const { addressLine1, ...address } = CONCERT.location.address
  const event = {
    ...CONCERT,
    mainImage: { id: 'harbour.jpg', width: 1200, height: 800, filename: 'harbour.jpg' },
    location: { ...CONCERT.location, address: { ...address, addressLine: addressLine1 } },
  }
  const { body } = await must(stage.admin, 'POST', '/events/v3/events', { event, draft })
  await aDefinition(stage, body.event.id)
  return body.event
}
