import {
  BulkUpdateTicketReservationTagsByFilterResponse,
  BulkUpdateTicketReservationTagsResponse,
  CreateTicketReservationResponse,
  GetTicketReservationResponse,
} from '@wix/auto_sdk_events_ticket-reservations/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { runJobs } from '../queue/run.ts'
import { tagJobs } from './tags.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/events/v1/ticket-reservations'
const BULK = '/events/v1/bulk/ticket-reservations'
const START = '2030-05-01T12:00:00.000Z'
const LATER = '2030-05-01T12:05:00.000Z'
beforeEach(() => setNow(START))

const ids = (tagIds: string[]) => ({ tagIds })
const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`)

async function held(caller: Caller, definitionId: string, more: object = {}): Promise<string> {
  const tickets = [{ ticketDefinitionId: definitionId, quantity: 1 }]
  return (await must(caller, 'POST', PATH, { ticketReservation: { tickets, ...more } })).body.ticketReservation.id
}

async function read(id: string, caller: Caller = admin) {
  return (await must(caller, 'GET', `${PATH}/${id}`)).body.ticketReservation
}

function tag(caller: Caller, reservations: readonly string[], assignTags: object, unassignTags?: object) {
  return caller('POST', `${BULK}/update-tags`, { ids: reservations, assignTags, unassignTags })
}

function tagAll(caller: Caller, filter: unknown, assignTags: object, unassignTags?: object) {
  return caller('POST', `${BULK}/update-tags-by-filter`, { filter, assignTags, unassignTags })
}

async function activitiesOf(id: string) {
  const rows = await sql`
    select sequence, kind, actor_kind, data
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)
}

describe('tags of a new reservation', () => {
  test('R29: who acts for the site gives both kinds and sees both; each tag once', async () => {
    const { definitionId } = await aSale(app)
    const answer = await admin('POST', PATH, {
      ticketReservation: {
        tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }],
        tags: { tags: ids(['vip', 'vip', '"{,}\\']), privateTags: ids(['late']) },
      },
    })
    expect(answer.body.ticketReservation.tags).toEqual({
      tags: ids(['vip', '"{,}\\']),
      privateTags: ids(['late']),
    })
    expect(judgedByClient(CreateTicketReservationResponse, answer.body.ticketReservation)).toEqual([])
    expect(await read(answer.body.ticketReservation.id)).toEqual(answer.body.ticketReservation)
  })

  test('R29, R30: a guest gives none, and of those given later sees the public ones alone', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const id = await held(guest, definitionId, { tags: { tags: ids(['mine']) } })
    expect(await read(id)).not.toHaveProperty('tags')
    await must(admin, 'POST', `${BULK}/update-tags`, {
      ids: [id],
      assignTags: { tags: ids(['vip']), privateTags: ids(['late']) },
    })
    const seen = await read(id, guest)
    expect(seen.tags).toEqual({ tags: ids(['vip']) })
    expect(judgedByClient(GetTicketReservationResponse, seen)).toEqual([])
    expect((await read(id)).tags).toEqual({ tags: ids(['vip']), privateTags: ids(['late']) })
    const canceled = await must(guest, 'POST', `${PATH}/${id}/cancel`)
    expect(canceled.body.ticketReservation.tags).toEqual({ tags: ids(['vip']) })
  })

  test.each([
    ['101 tags', { tags: ids(many(101)) }, 'tags.tagIds'],
    ['101 private tags', { privateTags: ids(many(101)) }, 'privateTags.tagIds'],
    ['a tag of six', { tags: ids(['a', 'abcdef']) }, 'tags.tagIds[1]'],
    ['an empty tag', { tags: ids(['']) }, 'tags.tagIds[0]'],
    ['a tag that is a number', { tags: { tagIds: [7] } }, 'tags.tagIds[0]'],
    ['a tag for a list', { tags: { tagIds: 'vip' } }, 'tags.tagIds'],
    ['a list for the object', { tags: ['vip'] }, 'tags'],
  ])('7.2: %s', async (_, tags, field) => {
    const body = { ticketReservation: { tickets: [{ ticketDefinitionId: newGuid(), quantity: 1 }], tags } }
    expect(await refusedWithoutTrace(sql, () => admin('POST', PATH, body))).toEqual([
      400,
      [`ticketReservation.tags.${field}`],
    ])
    const change = { ids: [newGuid()], assignTags: tags }
    expect(refusalOf(await admin('POST', `${BULK}/update-tags`, change))).toEqual([400, [`assignTags.${field}`]])
    const all = { filter: {}, assignTags: {}, unassignTags: tags }
    expect(refusalOf(await admin('POST', `${BULK}/update-tags-by-filter`, all))).toEqual([
      400,
      [`unassignTags.${field}`],
    ])
  })
})

describe('tagging those that are named', () => {
  test('R138, R139, R141: each by itself, in order; what changed says so, and what did not stays as it is', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const [plain, tagged, canceled] = [
      await held(guest, definitionId),
      await held(admin, definitionId, { tags: { tags: ids(['b', 'c']) } }),
      await held(guest, definitionId),
    ]
    await must(guest, 'POST', `${PATH}/${canceled}/cancel`)
    const [unknown, alike] = [newGuid(), await held(admin, definitionId, { tags: { tags: ids(['a', 'b']) } })]
    setNow(LATER)
    const named = [plain, unknown, tagged, alike, plain.toUpperCase(), canceled]
    const answer = await tag(
      admin,
      named,
      { tags: ids(['a', 'b']) },
      { tags: ids(['b', 'c']), privateTags: ids(['x']) },
    )
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      results: [plain, unknown, tagged, alike, plain, canceled].map((id, originalIndex) => ({
        itemMetadata:
          id === unknown
            ? {
                id,
                originalIndex,
                success: false,
                error: {
                  code: 'TICKET_RESERVATION_NOT_FOUND',
                  description: expect.any(String),
                  data: { ticketReservationId: id },
                },
              }
            : { id, originalIndex, success: true },
      })),
      bulkActionMetadata: { totalSuccesses: 5, totalFailures: 1, undetailedFailures: 0 },
    })
    expect(judgedByClient(BulkUpdateTicketReservationTagsResponse, answer.body)).toEqual([])

    expect(await read(plain)).toMatchObject({ tags: { tags: ids(['a', 'b']) }, revision: '2', updatedDate: LATER })
    expect((await read(tagged)).tags.tags.tagIds.sort()).toEqual(['a', 'b'])
    expect(await read(alike)).toMatchObject({ revision: '1', updatedDate: START })
    expect(await read(canceled)).toMatchObject({ status: 'CANCELED_MANUALLY', revision: '3' })
    expect(await activitiesOf(plain)).toEqual([
      '1 ticket_reservation.created visitor',
      '2 ticket_reservation.tags_updated admin',
    ])
    expect(await activitiesOf(alike)).toEqual(['1 ticket_reservation.created admin'])

    await must(admin, 'POST', `${BULK}/update-tags`, {
      ids: [plain],
      assignTags: {},
      unassignTags: { tags: ids(['a', 'b']) },
    })
    expect(await read(plain)).not.toHaveProperty('tags')
  })

  test('7.2: a hundred are enough; who would get more is left as it is, the others are not', async () => {
    const { definitionId } = await aSale(app)
    const full = await held(admin, definitionId, { tags: { privateTags: ids(many(100)) } })
    const other = await held(admin, definitionId)
    const answer = await tag(admin, [full, other], { privateTags: ids(['new']) })
    expect(answer.body.results[0].itemMetadata.error).toMatchObject({
      code: 'FAILED_PRECONDITION',
      data: { ticketReservationId: full, reason: 'TOO_MANY_TAGS', limit: 100 },
    })
    expect(answer.body.bulkActionMetadata).toEqual({ totalSuccesses: 1, totalFailures: 1, undetailedFailures: 0 })
    expect(await read(full)).toMatchObject({ revision: '1', tags: { privateTags: ids(many(100)) } })
    const swapped = await tag(admin, [full], { privateTags: ids(['new']) }, { privateTags: ids(['t0']) })
    expect(swapped.body.bulkActionMetadata.totalSuccesses).toBe(1)
  })

  test('R22: staff for their events alone, each reservation judged by itself; guests and other sites never', async () => {
    const [given, other] = [await aSale(app), await aSale(app)]
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    const guest = await visitor()
    const [theirs, elsewhere] = [await held(guest, given.definitionId), await held(guest, other.definitionId)]
    const { body } = await tag(seller, [elsewhere, theirs], { tags: ids(['door']) })
    expect(body.results.map((each: { itemMetadata: { success: boolean } }) => each.itemMetadata.success)).toEqual([
      false,
      true,
    ])
    expect(body.results[0].itemMetadata.error).toMatchObject({
      code: 'PERMISSION_DENIED',
      data: { eventId: other.eventId },
    })
    expect(await read(elsewhere)).toMatchObject({ revision: '1' })
    expect((await read(theirs, seller)).tags).toEqual({ tags: ids(['door']) })
    for (const caller of [guest, usher])
      expect(await refusedWithoutTrace(sql, () => tag(caller, [theirs], { tags: ids(['x']) }))).toEqual([
        403,
        'PERMISSION_DENIED',
      ])
    expect(refusalOf(await tag(anonymous, [theirs], {}))).toEqual([401, 'UNAUTHENTICATED'])
    const site = await otherSite()
    expect((await tag(site.admin, [theirs], { tags: ids(['x']) })).body.results[0].itemMetadata).toMatchObject({
      success: false,
      error: { code: 'TICKET_RESERVATION_NOT_FOUND' },
    })
    setNow('2030-05-01T16:00:01.000Z')
    expect(refusalOf(await tag(guest, [theirs], {}))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, object, string]>([
    ['no ids', { ids: undefined }, 'ids'],
    ['null for ids', { ids: null }, 'ids'],
    ['one id for a list', { ids: newGuid() }, 'ids'],
    ['an empty list', { ids: [] }, 'ids'],
    ['101 ids', { ids: Array.from({ length: 101 }, newGuid) }, 'ids'],
    ['an id that is no GUID', { ids: [newGuid(), 'x'] }, 'ids[1]'],
    ['no tags to assign', { assignTags: undefined }, 'assignTags'],
    ['null for the tags to assign', { assignTags: null }, 'assignTags'],
    ['a text for the tags to unassign', { unassignTags: 'vip' }, 'unassignTags'],
  ])('%s', async (_, more, field) => {
    const body = { ids: [newGuid()], assignTags: {}, ...more }
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${BULK}/update-tags`, body))).toEqual([400, [field]])
  })

  test('no body at all', async () => {
    expect(refusalOf(await admin('POST', `${BULK}/update-tags`))).toEqual([400, ['request']])
  })
})

describe('tagging those that a filter finds', () => {
  async function done(filter: unknown, assignTags: object, unassignTags?: object, caller = admin) {
    const { body } = await must(caller, 'POST', `${BULK}/update-tags-by-filter`, { filter, assignTags, unassignTags })
    await runJobs(sql, tagJobs, app.now())
    return (await must(admin, 'GET', `/boxoffice/v1/jobs/${body.jobId}`)).body.job
  }

  test('R140, R141, R5: a job that can be watched; an empty filter finds all that were there', async () => {
    const site = await otherSite()
    const { definitionId } = await aSale(site)
    const first = await held(site.admin, definitionId)
    const second = await held(site.admin, definitionId, { tags: { tags: ids(['all']) } })
    const answer = await tagAll(site.admin, {}, { tags: ids(['all']) })
    expect(answer.status).toBe(200)
    expect(judgedByClient(BulkUpdateTicketReservationTagsByFilterResponse, answer.body)).toEqual([])
    const { jobId } = answer.body
    const job = async () => (await must(site.admin, 'GET', `/boxoffice/v1/jobs/${jobId}`)).body.job
    expect(await job()).toMatchObject({ id: jobId, kind: 'ticket_reservation.tags', state: 'WAITING', progress: {} })
    setNow(LATER)
    const late = await held(site.admin, definitionId)
    expect(await runJobs(sql, tagJobs, app.now())).toBe(1)
    expect(await job()).toEqual({
      id: jobId,
      kind: 'ticket_reservation.tags',
      state: 'DONE',
      createdDate: START,
      updatedDate: LATER,
      endedDate: LATER,
      attempts: 0,
      progress: { examined: 3, matched: 2, changed: 1, refused: 0 },
      failures: [],
    })
    const tagsOf = async (id: string) => (await must(site.admin, 'GET', `${PATH}/${id}`)).body.ticketReservation
    expect(await tagsOf(first)).toMatchObject({ tags: { tags: ids(['all']) }, revision: '2', updatedDate: LATER })
    expect(await tagsOf(second)).toMatchObject({ revision: '1' })
    expect(await tagsOf(late)).not.toHaveProperty('tags')
  })

  test('R130, R140: by every field, one and several, an overdue hold among the EXPIRED', async () => {
    const [one, other] = [await aSale(app), await aSale(app, { definition: FREE })]
    const second = (await aDefinition(app, one.eventId)).id
    const guest = await visitor()
    const pending = await held(guest, one.definitionId)
    const canceled = await held(guest, second)
    await must(guest, 'POST', `${PATH}/${canceled}/cancel`)
    const elsewhere = await held(admin, other.definitionId, {
      tags: { tags: ids(['old', 'vip']), privateTags: ids(['till']) },
    })
    const { visitorId } = await read(pending)
    const mine = [pending, canceled, elsewhere]
    const cases: [object, string[]][] = [
      [{ id: pending }, [pending]],
      [{ id: { $in: [pending.toUpperCase(), elsewhere] } }, [pending, elsewhere]],
      [{ status: 'PENDING' }, [pending, elsewhere]],
      [{ status: { $ne: 'PENDING' } }, [canceled]],
      [{ visitorId }, [pending, canceled]],
      [{ visitorId: { $exists: false } }, [elsewhere]],
      [{ memberId: { $exists: true } }, []],
      [{ eventId: one.eventId }, [pending, canceled]],
      [{ 'tickets.eventId': { $ne: one.eventId } }, [elsewhere]],
      [{ 'tickets.ticketDefinitionId': second }, [canceled]],
      [
        { 'tickets.ticketDefinitionId': { $hasSome: [second.toUpperCase(), other.definitionId] } },
        [canceled, elsewhere],
      ],
      [{ createdDate: { $gte: START, $lt: '2030-05-01T12:00:01Z' } }, mine],
      [{ createdDate: { $gt: START } }, []],
      [{ updatedDate: { $lte: START } }, mine],
      [{ expirationDate: '2030-05-01T14:20:00+02:00' }, mine],
      [{ 'tags.tags.tagIds': { $hasAll: ['vip', 'old'] } }, [elsewhere]],
      [{ 'tags.tags.tagIds': { $isEmpty: true } }, [pending, canceled]],
      [{ 'tags.privateTags.tagIds': 'till' }, [elsewhere]],
      [
        { $or: [{ status: 'CANCELED_MANUALLY' }, { 'tags.tags.tagIds': { $hasSome: ['vip'] } }] },
        [canceled, elsewhere],
      ],
      [{ $not: { eventId: one.eventId }, status: 'PENDING' }, [elsewhere]],
    ]
    let turn = 0
    for (const [filter, expected] of cases) {
      turn += 1
      const name = `f${turn}`
      const only = { $and: [filter, { id: { $in: mine } }] }
      await done(only, { privateTags: ids([name]) })
      const found = await Promise.all(
        mine.map(async id => ((await read(id)).tags?.privateTags?.tagIds ?? []).includes(name)),
      )
      expect([filter, mine.filter((_, index) => found[index])]).toEqual([filter, expected])
      await sql`update ticket_reservations set updated_at = ${START} where site_id = ${siteId}`
    }

    setNow('2030-05-01T12:20:00.000Z') // past the deadline; nobody wrote that down
    await done({ status: 'EXPIRED', id: { $in: mine } }, { tags: ids(['gone']) })
    expect((await read(pending)).tags.tags).toEqual(ids(['gone']))
    expect((await read(canceled)).tags).not.toHaveProperty('tags')
  })

  test('7.2, R140: what has too many tags is counted and left, the others are done', async () => {
    const { eventId, definitionId } = await aSale(app)
    const full = await held(admin, definitionId, { tags: { tags: ids(many(100)) } })
    const other = await held(admin, definitionId)
    expect((await done({ eventId }, { tags: ids(['new']) })).progress).toMatchObject({
      matched: 2,
      changed: 1,
      refused: 1,
    })
    expect((await read(full)).revision).toBe('1')
    expect((await read(other)).revision).toBe('2')
  })

  test('R140: a staff member’s filter finds what it was given alone', async () => {
    const [given, other] = [await aSale(app), await aSale(app)]
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    const [theirs, elsewhere] = [await held(admin, given.definitionId), await held(admin, other.definitionId)]
    const job = await done({ id: { $in: [theirs, elsewhere] } }, { tags: ids(['door']) }, undefined, seller)
    expect(job.progress).toMatchObject({ matched: 1, changed: 1 })
    expect(await activitiesOf(theirs)).toEqual([
      '1 ticket_reservation.created admin',
      '2 ticket_reservation.tags_updated staff',
    ])
    expect((await read(elsewhere)).revision).toBe('1')
    for (const caller of [await visitor(), await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] })])
      expect(refusalOf(await tagAll(caller, {}, {}))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await tagAll(anonymous, {}, {}))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, unknown, unknown]>([
    ['no filter: who means all says so', undefined, ['filter']],
    ['null for the filter', null, ['filter']],
    ['a list for the filter', [], ['filter']],
    ['an unknown field', { buyer: 'Ada' }, 'FILTER_PARSER_ERROR'],
    ['an operator that the field does not take', { status: { $gt: 'A' } }, 'FILTER_PARSER_ERROR'],
    ['a value of the wrong type', { createdDate: 7 }, 'FILTER_PARSER_ERROR'],
  ])('R140: %s is refused at once, and no job is made', async (_, filter, expected) => {
    const jobs = async () => (await sql`select count(*) as count from jobs`)[0]?.count
    const before = await jobs()
    expect(refusalOf(await tagAll(admin, filter, { tags: ids(['x']) }))).toEqual([400, expected])
    expect(await jobs()).toBe(before)
  })
})
