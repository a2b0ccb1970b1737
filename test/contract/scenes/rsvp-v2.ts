import { ALL_FIELDS, anRsvp, aParty, askForGuests } from '../../support/rsvps.ts'
import { anybody, atTheDoor, organizer, type Scenes, type Stage } from '../stage.ts'

export const rsvpV2: Scenes = {
  createRsvp: [
    anybody(async stage => {
      const eventId = await aPartyWithGuests(stage)
      const additionalGuestDetails = { guestCount: 2, guestNames: ['Cleo Dahl', 'Emil Falk'] }
      return [{ eventId, ...someone(), additionalGuestDetails }, { fields: ALL_FIELDS }]
    }),
    organizer(async stage => {
      const eventId = await aParty(stage)
      const options = { ignoreLimits: true, ignoreFormValidation: true, ignoreResponseStatus: true }
      return [
        { eventId, ...someone(), status: 'NO' },
        { options, fields: ALL_FIELDS },
      ]
    }),
  ],
  updateRsvp: organizer(async stage => {
    const { id, revision } = await aReply(stage)
    return [id, { revision, firstName: 'Bea', marketingConsent: true }, { fields: ALL_FIELDS }]
  }),
  bulkUpdateRsvps: organizer(async stage => {
    const { id, revision } = await aReply(stage)
    const unknown = { _id: stage.siteId, revision: '1', firstName: 'Nobody' }
    const rsvps = [
      { rsvp: { _id: id, revision, lastName: 'Dahl' }, fieldMask: ['lastName'] },
      { rsvp: unknown, fieldMask: ['firstName'] },
    ]
    return [rsvps, { returnEntity: true, fields: ALL_FIELDS }]
  }),
  deleteRsvp: organizer(async stage => [(await aReply(stage)).id]),
  bulkDeleteRsvpsByFilter: organizer(async stage => {
    const { eventId } = await aReply(stage)
    return [{ eventId: { $eq: eventId } }, { search: { expression: 'ada berg', mode: 'AND' } }]
  }),
  getRsvp: atTheDoor(async stage => [(await aReply(stage)).id, { fields: ALL_FIELDS }]),
  queryRsvps: atTheDoor(async stage => {
    const { eventId } = await aReply(stage)
    const sort = [{ fieldName: '_createdDate', order: 'DESC' }]
    const filter = { eventId: { $eq: eventId } }
    return [{ filter, sort, cursorPaging: { limit: 10 } }, { fields: ALL_FIELDS }]
  }),
  searchRsvps: atTheDoor(async stage => {
    const { eventId } = await aReply(stage)
    const aggregations = [
      { name: 'by status', type: 'VALUE', fieldPath: 'status', value: { sortType: 'VALUE' } },
      {
        name: 'by size',
        type: 'RANGE',
        fieldPath: 'totalGuests',
        range: { buckets: [{ from: 1, to: 3 }, { from: 3 }] },
      },
      { name: 'largest', type: 'SCALAR', fieldPath: 'totalGuests', scalar: { type: 'MAX' } },
      { name: 'by day', type: 'DATE_HISTOGRAM', fieldPath: 'createdDate', dateHistogram: { interval: 'DAY' } },
    ]
    const search = {
      filter: { eventId: { $eq: eventId } },
      search: { expression: 'exampel.org', mode: 'OR', fields: ['emailDomain'], fuzzy: true },
      aggregations,
      timeZone: 'Europe/Berlin',
      cursorPaging: { limit: 10 },
    }
    return [search, { fields: ALL_FIELDS }]
  }),
  countRsvps: atTheDoor(async stage => {
    const { eventId } = await aReply(stage)
    return [{ filter: { eventId: { $eq: eventId } }, search: { expression: 'Berg' } }]
  }),
  checkInRsvpGuests: atTheDoor(async stage => [(await aReply(stage)).id, { guestIds: [1, 2], fields: ALL_FIELDS }]),
  cancelRsvpGuestsCheckIn: atTheDoor(async stage => {
    const { id } = await aReply(stage)
    await stage.admin('POST', `/events/v2/rsvps/${id}/check-in`, {})
    return [id, { guestIds: [2], fields: ALL_FIELDS }]
  }),
  listRsvpSummary: atTheDoor(async stage => [[(await aReply(stage)).eventId]]),
  listCurrentRsvps: {
    as: ['member'],
    call: async stage => {
      const eventId = await aPartyWithGuests(stage)
      await anRsvp(stage.caller, eventId, someone())
      return [[eventId], { fields: ALL_FIELDS, paging: { limit: 10 } }]
    },
  },
}

async function aPartyWithGuests(stage: Stage): Promise<string> {
  const eventId = await aParty(stage, { settings: { limit: 100, waitlistEnabled: true } })
  await askForGuests(stage, eventId)
  return eventId
}

/** Ada Berg and one whom she brings. */
export async function aReply(stage: Stage) {
  const eventId = await aPartyWithGuests(stage)
  const additionalGuestDetails = { guestCount: 1, guestNames: ['Cleo Dahl'] }
  return anRsvp(stage.admin, eventId, { ...someone(), additionalGuestDetails })
}

function someone() {
  return { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org', status: 'YES' }
}
