import { describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { identifier } from '../identities/identify.ts'
import { STAFF_PERMISSIONS } from '../identities/permissions.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

const { sql, deps, siteId, admin, visitor, anonymous, otherSite, setNow, now } = await testApp()
const PATH = '/events/v1/staff-members'

async function aStaffMember(more: object = {}, caller: Caller = admin) {
  const staffMember = { name: 'Dora', allEvents: {}, permissions: ['CHECK_IN_GUESTS'], ...more }
  const { body } = await caller('POST', PATH, { staffMember })
  return { id: body.staffMember.id as string, url: `${PATH}/${body.staffMember.id}` }
}

async function tokenOf(url: string, caller: Caller = admin): Promise<string> {
  const { body } = await caller('GET', `${url}?fieldsets=LOGIN_LINK`)
  return new URL(body.staffMember.loginLink).searchParams.get('token') ?? ''
}

/** A staff member who is logged in, and the token of that. */
async function loggedIn(more: object = {}) {
  const staffMember = await aStaffMember(more)
  const { body } = await (await visitor())('POST', `${PATH}/join`, { joinToken: await tokenOf(staffMember.url) })
  return { ...staffMember, accessToken: body.accessToken as string }
}

function change(url: string, staffMember: object): Promise<Answer> {
  return admin('PATCH', url, { staffMember })
}

describe('creating', () => {
  test('events 9.5.1, 9.5.3, 9.4: a new member is PENDING, and its link is told only on request', async () => {
    const eventId = await anEvent(sql, siteId)
    const staffMember = {
      id: newGuid(),
      revision: '7',
      name: 'Dora',
      specificEvents: { events: [eventId.toUpperCase(), eventId] },
      permissions: ['CHECK_IN_GUESTS', 'ADD_GUESTS', 'CHECK_IN_GUESTS'],
      status: 'HAS_ACCESS',
      loginLink: 'https://example.com',
      extendedFields: { namespaces: { _user_fields: { shift: 'late', gone: null } } },
    }
    const { status, body } = await admin('POST', PATH, { staffMember })
    expect(status).toBe(200)
    expect(body.staffMember).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      revision: '1',
      createdDate: now().toISOString(),
      updatedDate: now().toISOString(),
      name: 'Dora',
      specificEvents: { events: [eventId] },
      permissions: ['CHECK_IN_GUESTS', 'ADD_GUESTS'],
      status: 'PENDING',
      extendedFields: { namespaces: { _user_fields: { shift: 'late' } } },
    })
    expect(body.staffMember.id).not.toBe(staffMember.id)
    const url = `${PATH}/${body.staffMember.id}`
    expect((await admin('GET', url)).body).toEqual(body)
    const withLink = await admin('GET', `${url}?staffMemberId=x&fieldsets=LOGIN_LINK`)
    const { loginLink, ...rest } = withLink.body.staffMember
    expect(rest).toEqual(body.staffMember)
    expect(loginLink).toMatch(/^http:\/\/127\.0\.0\.1:8080\/staff\/login\?token=[\w-]{43}$/)
    expect(await activitiesOf(body.staffMember.id)).toEqual([[1, 'staff_member.created', 'admin']])
  })

  test('allEvents alone is enough, and of the login token only a hash is stored', async () => {
    const { body } = await admin('POST', PATH, { staffMember: { name: 'D', allEvents: {}, specificEvents: null } })
    expect(body.staffMember).toMatchObject({ allEvents: {}, permissions: [], status: 'PENDING' })
    expect(body.staffMember).not.toHaveProperty('specificEvents')
    const token = await tokenOf(`${PATH}/${body.staffMember.id}`)
    const [row] = await sql`
      select to_jsonb(staff_members)::text as stored
        from staff_members
       where site_id = ${siteId}
         and staff_member_id = ${body.staffMember.id}`
    expect(row?.stored).not.toContain(token)
    expect(row?.stored).not.toContain(Buffer.from(token).toString('hex'))
  })

  const events = Array.from({ length: 51 }, newGuid)
  test.each([
    ['no name', { name: undefined }, 'staffMember.name'],
    ['an empty name', { name: '' }, 'staffMember.name'],
    ['a name of 121', { name: 'x'.repeat(121) }, 'staffMember.name'],
    ['a name that is a number', { name: 7 }, 'staffMember.name'],
    ['neither all events nor specific ones', { allEvents: undefined }, 'staffMember.allEvents'],
    ['both', { specificEvents: { events: [newGuid()] } }, 'staffMember.specificEvents'],
    ['no event', { allEvents: null, specificEvents: { events: [] } }, 'staffMember.specificEvents.events'],
    ['51 events', { allEvents: null, specificEvents: { events } }, 'staffMember.specificEvents.events'],
    [
      'an event that is no GUID',
      { allEvents: null, specificEvents: { events: ['x'] } },
      'staffMember.specificEvents.events[0]',
    ],
    ['an unknown permission', { permissions: ['MANAGE'] }, 'staffMember.permissions[0]'],
    ['five permissions', { permissions: Object.keys(STAFF_PERMISSIONS) }, 'staffMember.permissions'],
    [
      'a namespace that is a text',
      { extendedFields: { namespaces: { a: 'b' } } },
      'staffMember.extendedFields.namespaces.a',
    ],
  ])('events 9.4, 9.5.2: %s is a 400 that names the field', async (_, more, field) => {
    const before = await countOfSite()
    const answer = await admin('POST', PATH, { staffMember: { name: 'Dora', allEvents: {}, ...more } })
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]])
    expect(await countOfSite()).toBe(before)
  })

  test("an unknown event and another site's are not found", async () => {
    const foreign = await anEvent(sql, (await otherSite()).siteId)
    const mine = await anEvent(sql, siteId)
    for (const eventId of [foreign, newGuid()]) {
      const answer = await admin('POST', PATH, {
        staffMember: { name: 'D', specificEvents: { events: [mine, eventId] } },
      })
      expect(codeOf(answer)).toEqual([404, 'EVENT_NOT_FOUND'])
      expect(answer.body.details.applicationError.data).toEqual({ eventId })
    }
  })

  test('a body without a staff member is a 400', async () => {
    expect(fieldsOf(await admin('POST', PATH, {}))).toEqual(['staffMember'])
  })
})

describe('updating', () => {
  test('api 7.3, 8.1: what is given changes, what is absent stays, null clears', async () => {
    const eventId = await anEvent(sql, siteId)
    const { id, url } = await aStaffMember({ extendedFields: { namespaces: { _user_fields: { a: 1, b: 2 } } } })
    setNow('2030-05-02T08:00:00.000Z')
    const extendedFields = { namespaces: { _user_fields: { b: null, c: 3 } } }
    const first = await change(url, { id: 'x', _id: 'y', revision: '1', name: 'Dana', extendedFields })
    expect(first.status).toBe(200)
    expect(first.body.staffMember).toMatchObject({
      id,
      revision: '2',
      name: 'Dana',
      allEvents: {},
      permissions: ['CHECK_IN_GUESTS'],
      updatedDate: '2030-05-02T08:00:00.000Z',
      createdDate: '2030-05-01T12:00:00.000Z',
      extendedFields: { namespaces: { _user_fields: { a: 1, c: 3 } } },
    })
    const limited = { revision: '2', specificEvents: { events: [eventId] }, permissions: null, extendedFields: null }
    const second = await change(url, limited)
    expect(second.body.staffMember).toMatchObject({
      specificEvents: { events: [eventId] },
      permissions: [],
      name: 'Dana',
    })
    expect(second.body.staffMember).not.toHaveProperty('allEvents')
    expect(second.body.staffMember).not.toHaveProperty('extendedFields')
    const third = await change(url, { revision: '3', allEvents: {} })
    expect(third.body.staffMember).not.toHaveProperty('specificEvents')
    expect((await admin('GET', url)).body).toEqual(third.body)
    expect((await activitiesOf(id)).map(([sequence]) => sequence)).toEqual([1, 2, 3, 4])
  })

  test('events 9.5.4, api 7.3: a missing revision is a 400, another one a 409, and nothing changes', async () => {
    const { url } = await aStaffMember()
    expect(fieldsOf(await change(url, { name: 'X' }))).toEqual(['staffMember.revision'])
    expect(fieldsOf(await change(url, { name: 'X', revision: 1 }))).toEqual(['staffMember.revision'])
    for (const revision of ['0', '2', '999999999999999']) {
      const answer = await change(url, { name: 'X', revision })
      expect(codeOf(answer)).toEqual([409, 'ABORTED'])
      expect(answer.body.details.applicationError.data).toMatchObject({ expected: '1' })
    }
    expect((await admin('GET', url)).body.staffMember).toMatchObject({ name: 'Dora', revision: '1' })
  })

  test('two updates of one revision at once: one is made, the other refused', async () => {
    const { id, url } = await aStaffMember()
    const answers = await Promise.all(['A', 'B', 'C'].map(name => change(url, { name, revision: '1' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(await activitiesOf(id)).toHaveLength(2)
  })

  test('events 9.5.2, 9.5.6: both kinds of events, PENDING again, access without a login: refused', async () => {
    const { url } = await loggedIn()
    const unused = await aStaffMember()
    const answers = [
      await change(url, { revision: '2', allEvents: {}, specificEvents: { events: [newGuid()] } }),
      await change(url, { revision: '2', status: 'PENDING' }),
      await change(url, { revision: '2', status: 'GONE' }),
      await change(url, { revision: '2', name: null }),
      await change(url, { revision: '2', permissions: 'CHECK_IN_GUESTS' }),
      await change(unused.url, { revision: '1', status: 'HAS_ACCESS' }),
    ]
    expect(answers.map(answer => [answer.status, fieldsOf(answer)[0]])).toEqual([
      [400, 'staffMember.specificEvents'],
      [400, 'staffMember.status'],
      [400, 'staffMember.status'],
      [400, 'staffMember.name'],
      [400, 'staffMember.permissions'],
      [400, 'staffMember.status'],
    ])
    const unknown = await change(url, { revision: '2', specificEvents: { events: [newGuid()] } })
    expect(codeOf(unknown)).toEqual([404, 'EVENT_NOT_FOUND'])
    expect((await admin('GET', url)).body.staffMember).toMatchObject({ status: 'HAS_ACCESS', revision: '2' })
    expect((await change(unused.url, { revision: '1', status: 'PENDING', name: 'X' })).status).toBe(200)
  })

  test('events 9.5.14: a deleted event is no longer among the specific ones', async () => {
    const [kept, gone] = [await anEvent(sql, siteId), await anEvent(sql, siteId)]
    const { url } = await aStaffMember({ allEvents: null, specificEvents: { events: [gone, kept] } })
    await sql`delete from events where site_id = ${siteId} and event_id = ${gone}`
    const answer = await change(url, { revision: '1', name: 'X' })
    expect(answer.body.staffMember.specificEvents).toEqual({ events: [kept] })
    await sql`delete from events where site_id = ${siteId} and event_id = ${kept}`
    const { staffMember } = (await admin('GET', url)).body
    expect([staffMember.specificEvents, 'allEvents' in staffMember]).toEqual([{ events: [] }, false])
  })
})

describe('who may manage staff', () => {
  test("unknown staff members, and another site's, are not found", async () => {
    const { url } = await aStaffMember({}, (await otherSite()).admin)
    for (const unknown of [url, `${PATH}/${newGuid()}`]) {
      const answers = [
        await admin('GET', unknown),
        await change(unknown, { revision: '1', name: 'X' }),
        await admin('DELETE', unknown),
      ]
      expect(answers.map(codeOf)).toEqual(answers.map(() => [404, 'STAFF_MEMBER_NOT_FOUND']))
    }
    expect(fieldsOf(await admin('GET', `${PATH}/x`))).toEqual(['staffMemberId'])
    expect(fieldsOf(await admin('GET', `${url}?fieldsets=ALL`))).toEqual(['fieldsets[0]'])
  })

  test('visitors and staff may not', async () => {
    const { url, accessToken } = await loggedIn({ permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'READ_ANALYTICS'] })
    const asStaff: Caller = (method, at, body) => anonymous(method, at, body, { authorization: accessToken })
    for (const caller of [await visitor(), asStaff]) {
      const answers = [
        await caller('POST', PATH, { staffMember: { name: 'X', allEvents: {} } }),
        await caller('GET', url),
        await caller('PATCH', url, { staffMember: { revision: '2', name: 'X' } }),
        await caller('DELETE', url),
        await caller('POST', `${PATH}/query`, {}),
      ]
      expect(answers.map(codeOf)).toEqual(answers.map(() => [403, 'PERMISSION_DENIED']))
    }
    expect((await admin('GET', url)).body.staffMember.revision).toBe('2')
  })
})

describe('deleting', () => {
  test('events 9.5.7: it is for ever, and ends the link and the tokens', async () => {
    const { id, url, accessToken } = await loggedIn()
    const loginToken = await tokenOf(url)
    expect(await admin('DELETE', `${url}?staffMemberId=${id}`)).toMatchObject({ status: 200, body: {} })
    expect(codeOf(await admin('DELETE', url))).toEqual([404, 'STAFF_MEMBER_NOT_FOUND'])
    const asVisitor = await visitor()
    const answers = [
      await asVisitor('POST', `${PATH}/login`, { loginToken }),
      await asVisitor('POST', `${PATH}/access`, { accessToken }),
      await anonymous('POST', `${PATH}/access`, { accessToken }, { authorization: accessToken }),
    ]
    expect(answers.map(codeOf)).toEqual(answers.map(() => [401, 'UNAUTHENTICATED']))
    expect(await activitiesOf(id)).toEqual([
      [1, 'staff_member.created', 'admin'],
      [2, 'staff_member.updated', 'staff'],
      [3, 'staff_member.deleted', 'admin'],
    ])
  })
})

describe('logging in', () => {
  test('events 9.5.8, 9.5.9: the first login gives access; each device has its own id', async () => {
    const { id, url } = await aStaffMember()
    const asVisitor = await visitor()
    const loginToken = await tokenOf(url)
    const first = await asVisitor('POST', `${PATH}/login`, { loginToken })
    expect(first.status).toBe(200)
    expect(first.body.staffMember).toMatchObject({ id, status: 'HAS_ACCESS', revision: '2', name: 'Dora' })
    expect(first.body.staffMember).not.toHaveProperty('loginLink')
    expect(first.body.accessToken.length).toBeLessThanOrEqual(500)
    const second = await asVisitor('POST', `${PATH}/join`, { joinToken: loginToken })
    expect(second.body.staffMember.revision).toBe('2')
    expect(second.body.deviceId).not.toBe(first.body.deviceId)
    for (const { accessToken } of [first.body, second.body]) {
      const { status, body } = await asVisitor('POST', `${PATH}/access`, { accessToken })
      expect([status, body.staffMember]).toEqual([200, first.body.staffMember])
    }
    expect(await activitiesOf(id)).toHaveLength(2)
    expect(await tokenOf(url)).toBe(loginToken)
  })

  test('several devices at once: all get in, and the status changes once', async () => {
    const { id, url } = await aStaffMember()
    const loginToken = await tokenOf(url)
    const asVisitor = await visitor()
    const answers = await Promise.all([1, 2, 3, 4].map(() => asVisitor('POST', `${PATH}/login`, { loginToken })))
    expect(answers.map(({ status, body }) => [status, body.staffMember.revision])).toEqual(
      answers.map(() => [200, '2']),
    )
    expect(await activitiesOf(id)).toHaveLength(2)
  })

  test('an access token does not expire by itself', async () => {
    const { accessToken } = await loggedIn()
    const asVisitor = await visitor()
    setNow('2030-05-02T11:00:00.000Z')
    expect((await asVisitor('POST', `${PATH}/access`, { accessToken })).status).toBe(200)
    setNow('2040-05-02T11:00:00.000Z')
    expect((await (await visitor())('POST', `${PATH}/access`, { accessToken })).status).toBe(200)
    setNow('2030-05-02T12:00:00.000Z')
  })

  test("events 9.5.10: unknown tokens, other tokens of ours and another site's are not accepted", async () => {
    const other = await otherSite()
    const foreign = await aStaffMember({}, other.admin)
    const foreignToken = await tokenOf(foreign.url, other.admin)
    const { body } = await other.admin('POST', `${PATH}/login`, { loginToken: foreignToken })
    const claims = { kind: 'visitor', siteId, visitorId: newGuid() } as const
    const visitorToken = await signToken(deps.keys, 'access', claims, now(), null)
    const asVisitor = await visitor()
    const answers = [
      await asVisitor('POST', `${PATH}/login`, { loginToken: foreignToken }),
      await asVisitor('POST', `${PATH}/login`, { loginToken: 'x' }),
      await asVisitor('POST', `${PATH}/login`, { loginToken: body.accessToken }),
      await asVisitor('POST', `${PATH}/access`, { accessToken: body.accessToken }),
      await asVisitor('POST', `${PATH}/access`, { accessToken: visitorToken }),
      await asVisitor('POST', `${PATH}/access`, { accessToken: 'a.b.c' }),
      await anonymous('POST', `${PATH}/login`, { loginToken: foreignToken }),
    ]
    expect(answers.map(codeOf)).toEqual(answers.map(() => [401, 'UNAUTHENTICATED']))
    const wrong = [
      await asVisitor('POST', `${PATH}/login`, {}),
      await asVisitor('POST', `${PATH}/login`, { loginToken: '' }),
      await asVisitor('POST', `${PATH}/login`, { loginToken: 'x'.repeat(501) }),
      await asVisitor('POST', `${PATH}/join`, { joinToken: 7 }),
      await asVisitor('POST', `${PATH}/access`, {}),
    ]
    expect(wrong.map(answer => [answer.status, fieldsOf(answer)[0]])).toEqual([
      [400, 'loginToken'],
      [400, 'loginToken'],
      [400, 'loginToken'],
      [400, 'joinToken'],
      [400, 'accessToken'],
    ])
  })

  test('events 9.5.5, 9.5.6: pausing ends access at once, resuming gives it back', async () => {
    const { id, url, accessToken } = await loggedIn()
    const loginToken = await tokenOf(url)
    const asVisitor = await visitor()
    const tries = async () => [
      await asVisitor('POST', `${PATH}/login`, { loginToken }),
      await asVisitor('POST', `${PATH}/join`, { joinToken: loginToken }),
      await asVisitor('POST', `${PATH}/access`, { accessToken }),
      await anonymous('POST', `${PATH}/access`, { accessToken }, { authorization: accessToken }),
    ]
    expect((await change(url, { revision: '2', status: 'ACCESS_PAUSED' })).status).toBe(200)
    expect((await tries()).map(codeOf)).toEqual([1, 2, 3, 4].map(() => [428, 'STAFF_MEMBER_SUSPENDED']))
    expect((await activitiesOf(id)).length).toBe(3)
    expect((await change(url, { revision: '3', status: 'HAS_ACCESS' })).status).toBe(200)
    expect((await tries()).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  test('a link that was paused before anybody used it does not work', async () => {
    const { url } = await aStaffMember()
    await change(url, { revision: '1', status: 'ACCESS_PAUSED' })
    const answer = await (await visitor())('POST', `${PATH}/login`, { loginToken: await tokenOf(url) })
    expect(codeOf(answer)).toEqual([428, 'STAFF_MEMBER_SUSPENDED'])
  })
})

describe('the access token as the identity of other calls', () => {
  test('events 9.5.12: what staff check in, and take back, has their id on it', async () => {
    const eventId = await aParty({ admin })
    const rsvp = await anRsvp(await visitor(), eventId)
    const { id, accessToken } = await loggedIn()
    const asStaff = (action: string) =>
      anonymous(
        'POST',
        `/events/v2/rsvps/${rsvp.id}/${action}`,
        { fields: ['DETAILS'] },
        { authorization: accessToken },
      )
    const details = ({ body }: Answer) => body.rsvp.guestList.guests[0].checkInDetails
    expect(details(await asStaff('check-in'))).toEqual({
      checkedIn: true,
      checkInDate: now().toISOString(),
      checkedInByStaffMember: id,
    })
    expect(details(await asStaff('cancel-check-in'))).toMatchObject({
      checkedIn: false,
      checkInCanceledByStaffMember: id,
    })
  })

  const identify = identifier(deps)

  test.each(Object.entries(STAFF_PERMISSIONS))(
    'events 9.5.11: %s gives exactly its permissions, on the events given',
    async (word, permissions) => {
      const eventId = await anEvent(sql, siteId)
      const more = { allEvents: null, specificEvents: { events: [eventId] }, permissions: [word] }
      const { id, accessToken } = await loggedIn(more)
      expect(await identify({ authorization: accessToken }, now())).toEqual({
        kind: 'staff',
        siteId,
        staffMemberId: id,
        permissions,
        eventIds: [eventId],
      })
    },
  )

  test('events 9.5.11: what is taken away is gone with the next call', async () => {
    const { url, accessToken } = await loggedIn()
    expect(await identify({ authorization: accessToken }, now())).toMatchObject({ eventIds: null })
    await change(url, { revision: '2', permissions: [] })
    expect(await identify({ authorization: accessToken }, now())).toMatchObject({ permissions: [] })
  })

  test('events 9.5.5, 9.5.7: a paused or deleted member is nobody', async () => {
    const { url, accessToken } = await loggedIn()
    await change(url, { revision: '2', status: 'ACCESS_PAUSED' })
    await expect(identify({ authorization: accessToken }, now())).rejects.toMatchObject({
      code: 'STAFF_MEMBER_SUSPENDED',
    })
    await admin('DELETE', url)
    await expect(identify({ authorization: accessToken }, now())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('querying', async () => {
  const { admin: queried } = await otherSite()
  const ids: string[] = []
  for (const day of ['01', '02', '03', '04', '05']) {
    setNow(`2030-07-${day}T12:00:00.000Z`)
    ids.push((await aStaffMember({ name: day }, queried)).id)
  }
  setNow('2030-05-01T12:00:00.000Z')
  const query = (given: object | null, more: object = {}) => queried('POST', `${PATH}/query`, { query: given, ...more })
  const daysOf = ({ body }: Answer) => body.staffMembers.map(({ name }: { name: string }) => name)

  test('events 9.5.13: newest first, and links only on request', async () => {
    const all = await query({ filter: {}, cursorPaging: { limit: 50 } })
    expect(daysOf(all)).toEqual(['05', '04', '03', '02', '01'])
    expect(all.body.pagingMetadata).toMatchObject({ count: 5, total: 5, cursors: {} })
    expect(all.body.staffMembers[0]).not.toHaveProperty('loginLink')
    expect(daysOf(await queried('POST', `${PATH}/query`, {}))).toHaveLength(5)
    const linked = await query(null, { fieldsets: ['LOGIN_LINK'] })
    const links = linked.body.staffMembers.map(({ loginLink }: { loginLink: string }) => loginLink)
    expect(new Set(links).size).toBe(5)
    expect(links[4]).toContain(await tokenOf(`${PATH}/${ids[0]}`, queried))
  })

  test('api 6.3.3: cursors page through, with filter and sort inside', async () => {
    const sort = [{ fieldName: 'createdDate', order: 'ASC' }]
    const filter = { createdDate: { $gte: '2030-07-02T00:00:00Z' } }
    const first = await query({ filter, sort, cursorPaging: { limit: 3 } })
    expect(daysOf(first)).toEqual(['02', '03', '04'])
    const { next } = first.body.pagingMetadata.cursors
    const second = await query({ cursorPaging: { cursor: next, limit: 3 } })
    expect([daysOf(second), second.body.pagingMetadata.cursors.next]).toEqual([['05'], undefined])
  })

  test.each([
    [{ id: ids[1] }, ['02']],
    [{ id: { $in: [ids[0], ids[2]] } }, ['03', '01']],
    [{ id: { $nin: ids.slice(1) } }, ['01']],
    [{ id: { $ne: ids[0] } }, ['05', '04', '03', '02']],
    [{ createdDate: { $lt: '2030-07-02T12:00:00.000Z' } }, ['01']],
    [{ $and: [{ updatedDate: { $gt: '2030-07-03T12:00:00.000Z' } }, { id: { $ne: ids[4] } }] }, ['04']],
    [{ updatedDate: { $exists: false } }, []],
  ])('api 6.5: filter %j', async (filter, expected) => {
    expect(daysOf(await query({ filter }))).toEqual(expected)
  })

  test('api 6.5, events 9.4: a crew is found by name, and by the event that it works at', async () => {
    const { admin: own, siteId: ownSite } = await otherSite()
    const [here, elsewhere] = [await anEvent(sql, ownSite), await anEvent(sql, ownSite)]
    await aStaffMember({ name: 'Ada at the gate', allEvents: undefined, specificEvents: { events: [here] } }, own)
    await aStaffMember({ name: 'Bo', allEvents: undefined, specificEvents: { events: [here, elsewhere] } }, own)
    await aStaffMember({ name: 'Cy 100%', allEvents: undefined, specificEvents: { events: [elsewhere] } }, own)
    await aStaffMember({ name: 'Di', allEvents: {} }, own)
    const named = async (filter: object) => {
      const sort = [{ fieldName: 'name', order: 'ASC' }]
      return daysOf(await own('POST', `${PATH}/query`, { query: { filter, sort } })).map((name: string) =>
        name.slice(0, 2),
      )
    }
    const events = 'specificEvents.events'
    expect(await named({ [events]: { $hasSome: [here] } })).toEqual(['Ad', 'Bo'])
    expect(await named({ [events]: { $hasAll: [here, elsewhere] } })).toEqual(['Bo'])
    expect(await named({ $or: [{ [events]: here }, { [events]: { $exists: false } }] })).toEqual(['Ad', 'Bo', 'Di'])
    expect(await named({ name: { $contains: 'GATE' } })).toEqual(['Ad'])
    expect(await named({ name: { $contains: '0%' } })).toEqual(['Cy'])
    expect(await named({ name: { $startsWith: 'd' } })).toEqual(['Di'])
  })

  test('api 6.3.7, 6.5: other fields, too large a page and a wrong cursor are each a 400', async () => {
    for (const filter of [{ permissions: 'SELL_TICKETS' }, { status: 'PENDING' }, { id: { $gt: ids[0] } }, { id: 7 }])
      expect(codeOf(await query({ filter }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect((await query({ cursorPaging: { limit: 1000 } })).status).toBe(200)
    const wrong = [
      await query({ cursorPaging: { limit: 1001 } }),
      await query({ cursorPaging: { cursor: 'x' } }),
      await query({ sort: [{ fieldName: 'status' }] }),
      await query(null, { fieldsets: ['ALL'] }),
    ]
    expect(wrong.map(answer => [answer.status, fieldsOf(answer)[0]])).toEqual([
      [400, 'query.cursorPaging.limit'],
      [400, 'query.cursorPaging.cursor'],
      [400, 'query.sort[0].fieldName'],
      [400, 'fieldsets[0]'],
    ])
  })
})

describe('whose link it is', () => {
  const FIND = '/boxoffice/v1/staff-members/find-site'

  test('events 9.5.8: a link alone leads to its site, where it can be used, and looking is no login', async () => {
    const other = await otherSite()
    for (const [caller, id] of [
      [admin, siteId],
      [other.admin, other.siteId],
    ] as const) {
      const { url } = await aStaffMember({}, caller)
      const found = await anonymous('POST', FIND, { loginToken: await tokenOf(url, caller) })
      expect([found.status, found.body]).toEqual([200, { siteId: id }])
      expect((await caller('GET', url)).body.staffMember.status).toBe('PENDING')
    }
  })

  test('events 9.5.10: a token of nobody is refused, and what is none is a 400', async () => {
    expect(codeOf(await anonymous('POST', FIND, { loginToken: 'guess' }))).toEqual([401, 'UNAUTHENTICATED'])
    for (const body of [
      {},
      { loginToken: null },
      { loginToken: '' },
      { loginToken: 7 },
      { loginToken: 'x'.repeat(501) },
    ])
      expect(fieldsOf(await anonymous('POST', FIND, body))).toEqual(['loginToken'])
  })
})

test('it is served under the path of a self-hosted client and the older one, too', async () => {
  for (const path of ['/_api/events-staff-members/v1/staff-members', '/events/v1/events-staff-members'])
    expect((await admin('POST', `${path}/query`, {})).status).toBe(200)
})

test('api 12: guessing login tokens is slowed down', async () => {
  const asVisitor = await visitor()
  const answers = []
  for (let attempt = 0; attempt < 125; attempt += 1)
    answers.push(await asVisitor('POST', `${PATH}/join`, { joinToken: `guess ${attempt}` }))
  const last = answers.at(-1)
  expect(last && codeOf(last)).toEqual([429, 'RESOURCE_EXHAUSTED'])
  expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
})

function codeOf({ status, body }: Answer): [number, string | undefined] {
  return [status, body.details?.applicationError?.code]
}

function fieldsOf({ body }: Answer): string[] {
  return body.details.validationError.fieldViolations.map(({ field }: { field: string }) => field)
}

async function activitiesOf(staffMemberId: string): Promise<[number, string, string][]> {
  const rows = await sql<{ sequence: number; kind: string; actorKind: string }[]>`
    select sequence, kind, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_kind = 'staff_member'
       and entity_id = ${staffMemberId}
     order by sequence`
  return rows.map(({ sequence, kind, actorKind }) => [sequence, kind, actorKind])
}

async function countOfSite(): Promise<number> {
  const { body } = await admin('POST', `${PATH}/query`, {})
  return body.pagingMetadata.total
}
