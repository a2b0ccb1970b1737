import { aSale, must } from '../../support/sale.ts'
import { organizer, type Scenes, type Stage, visitor } from '../stage.ts'

const STAFF = '/events/v1/staff-members'
const DORA = {
  name: 'Dora',
  permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS'],
  extendedFields: { namespaces: { _user_fields: { shirt: 'M' } } },
}

export const staffMembers: Scenes = {
  createStaffMember: organizer(async stage => [{ ...DORA, specificEvents: { events: [await anEvent(stage)] } }]),
  updateStaffMember: organizer(async stage => {
    const { id, revision } = await aStaffMember(stage)
    return [id, { revision, name: 'Dora B.', permissions: ['ADD_GUESTS'], status: 'ACCESS_PAUSED' }]
  }),
  deleteStaffMember: organizer(async stage => [(await aStaffMember(stage)).id]),
  getStaffMember: organizer(async stage => [(await aStaffMember(stage)).id, { fieldsets: ['LOGIN_LINK'] }]),
  queryStaffMembers: [{}, { allEvents: {}, specificEvents: undefined }].map(reach =>
    organizer(async stage => {
      const { id } = await aStaffMember(stage, reach)
      return [{ filter: { _id: { $eq: id } }, cursorPaging: { limit: 10 } }, { fieldsets: ['LOGIN_LINK'] }]
    }),
  ),
  // Who opens a login link has nothing but a visitor's token; api 1.5 gives the permission to everybody.
  joinStaffMember: visitor(async stage => [await aLoginToken(stage)]),
  loginStaffMember: visitor(async stage => [await aLoginToken(stage)]),
  accessStaffMember: visitor(async stage => {
    const loginToken = await aLoginToken(stage)
    return [(await must(stage.caller, 'POST', `${STAFF}/login`, { loginToken })).body.accessToken]
  }),
}

async function aStaffMember(stage: Stage, reach: object = {}) {
  const staffMember = { ...DORA, specificEvents: { events: [await anEvent(stage)] }, ...reach }
  return (await must(stage.admin, 'POST', STAFF, { staffMember })).body.staffMember
}

/** The token in a staff member's login link. */
async function aLoginToken(stage: Stage): Promise<string | null> {
  const { id } = await aStaffMember(stage)
  const { body } = await must(stage.admin, 'GET', `${STAFF}/${id}?fieldsets=LOGIN_LINK`)
  return new URL(body.staffMember.loginLink).searchParams.get('token')
}

async function anEvent(stage: Stage): Promise<string> {
  return (await aSale(stage)).eventId
}
