import { ALL_FIELDS, aParty } from '../../support/rsvps.ts'
import { ADA } from '../../support/sale.ts'
import { anybody, atTheDoor, organizer, type Scenes } from '../stage.ts'
import { aReply } from './rsvp-v2.ts'

export const rsvp: Scenes = {
  listRsvp: atTheDoor(async stage => {
    const { eventId } = await aReply(stage)
    const tag = ['FULLY_CHECKED_IN', 'NOT_FULLY_CHECKED_IN']
    const facet = ['status', 'tag']
    return [
      {
        eventId: [eventId],
        status: ['YES'],
        tag,
        facet,
        searchPhrase: 'ada',
        fieldset: ALL_FIELDS,
        limit: 10,
        offset: 0,
      },
    ]
  }),
  queryRsvp: [
    atTheDoor(async stage => {
      const { eventId } = await aReply(stage)
      const filter = { eventId: { $eq: eventId }, status: { $in: ['YES', 'WAITING'] } }
      return [{ filter, facet: ['status'], sort: 'created:desc', fieldset: ALL_FIELDS, limit: 10, offset: 0 }]
    }),
    organizer(() => [{ tag: ['MEMBER', 'FULLY_CHECKED_IN', 'NOT_FULLY_CHECKED_IN'], limit: 1 }]),
  ],
  getRsvp: atTheDoor(async stage => {
    const { id, eventId } = await aReply(stage)
    return [id, { eventId, fieldset: ALL_FIELDS }]
  }),
  createRsvp: anybody(async stage => [
    { eventId: await aParty(stage), form: ADA, status: 'YES', marketingConsent: true },
  ]),
  updateRsvp: organizer(async stage => {
    const { id, eventId } = await aReply(stage)
    const options = { silent: true, ignoreLimits: true, ignoreFormValidation: true }
    return [id, eventId, { fields: ['rsvpForm', 'status'], rsvpForm: ADA, status: 'YES', options }]
  }),
  bulkUpdateRsvp: organizer(async stage => {
    const { id, eventId } = await aReply(stage)
    return [eventId, { rsvpId: [id], fields: ['status'], status: 'YES' }]
  }),
  deleteRsvp: organizer(async stage => {
    const { id, eventId } = await aReply(stage)
    return [eventId, { rsvps: [id] }]
  }),
  checkInRsvp: atTheDoor(async stage => {
    const { id, eventId } = await aReply(stage)
    return [eventId, { rsvpId: id, guestId: [1, 2] }]
  }),
  deleteRsvpCheckIn: atTheDoor(async stage => {
    const { id, eventId } = await aReply(stage)
    await stage.admin('POST', '/events/v1/rsvp/check-in', { rsvpId: id, eventId })
    return [eventId, { rsvpId: id, guestId: [2] }]
  }),
}
