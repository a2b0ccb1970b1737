import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { answer as answerTo, aParty } from '../../test/support/rsvps.ts'
import { aSale, checkOut, FREE, reserveTickets } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'
import { POLICIES_PER_EVENT_MAX } from './model.ts'
import { countPolicies, insertPolicy } from './store.ts'

const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = await testApp()
const POLICIES = '/events/v2/policies'

const aPolicy = async (eventId: string, name = 'Refunds') => {
  const { body } = await admin('POST', POLICIES, { policy: { name, body: '<p>None.</p>', eventId } })
  return body.policy
}
const query = (filter: unknown, more: object = {}) => admin('POST', `${POLICIES}/query`, { query: { filter, ...more } })
const codeOf = (answer: { status: number; body: { details: { applicationError?: { code: string } } } }) => [
  answer.status,
  answer.body.details.applicationError?.code,
]
const fieldsOf = (answer: {
  status: number
  body: { details: { validationError?: { fieldViolations: { field: string; violatedRule: string }[] } } }
}) => [
  answer.status,
  ...(answer.body.details.validationError?.fieldViolations.map(
    ({ field, violatedRule }) => `${field} ${violatedRule}`,
  ) ?? []),
]
const activitiesOf = async (policyId: string) => {
  const rows = await sql`
    select sequence, kind
      from activities
     where entity_kind = 'policy'
       and entity_id = ${policyId}
     order by sequence`
  return rows.map(({ sequence, kind }) => `${sequence} ${kind}`)
}

describe('create', () => {
  test('events 5.3: a policy starts at revision "1" with server-owned members of its own', async () => {
    const eventId = await anEvent(sql, siteId)
    const theirs = { id: newGuid(), revision: '9', createdDate: '1999-01-01T00:00:00Z', unknown: 1 }
    const answer = await admin('POST', POLICIES, {
      policy: { ...theirs, name: 'Refunds', body: '<b>No</b>', eventId: eventId.toUpperCase() },
    })
    expect(answer.status).toBe(200)
    const { policy } = answer.body
    expect(policy).toEqual({
      id: policy.id,
      revision: '1',
      createdDate: now().toISOString(),
      updatedDate: now().toISOString(),
      name: 'Refunds',
      body: '<b>No</b>',
      eventId,
    })
    expect(policy.id).not.toBe(theirs.id)
    expect(await activitiesOf(policy.id)).toEqual(['1 policy.created'])
    const read = await admin('GET', `${POLICIES}/${policy.id.toUpperCase()}`)
    expect(read.body).toEqual({ policy })
  })

  test('events 5.4.1: a new event has none', async () => {
    const { eventId } = await aSale({ admin })
    expect((await query({ eventId })).body).toMatchObject({ policies: [], metadata: { total: 0 } })
    await aPolicy(eventId)
    const clone = await admin('POST', `/events/v3/events/${eventId}/clone`, {})
    expect((await query({ eventId: clone.body.event.id })).body.policies).toEqual([])
  })

  test('events 5.4.15: no answer and no checkout is refused for want of consent', async () => {
    const party = await aParty({ admin })
    const { eventId, definitionId } = await aSale({ admin }, { definition: FREE })
    for (const id of [party, eventId]) await aPolicy(id)
    const guest = await visitor()
    expect((await answerTo(guest, party)).status).toBe(200)
    const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    expect((await checkOut(guest, { eventId, reservationId })).body.order.status).toBe('FREE')
  })

  test('events 5.4.2: a fourth policy is refused', async () => {
    const eventId = await anEvent(sql, siteId)
    for (const name of ['one', 'two', 'three']) await aPolicy(eventId, name)
    const fourth = await admin('POST', POLICIES, { policy: { name: 'four', body: 'x', eventId } })
    expect(codeOf(fourth)).toEqual([428, 'POLICIES_LIMIT_REACHED'])
    expect((await query({ eventId })).body.metadata.total).toBe(3)
  })

  test('events 5.4.2: eight at once, and three are made', async () => {
    const eventId = await anEvent(sql, siteId)
    const policy = { name: 'raced', body: 'x', eventId }
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin('POST', POLICIES, { policy })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 428, 428, 428, 428, 428])
    expect((await query({ eventId })).body.metadata.total).toBe(3)
  })

  test('control: without a lock, two that count at once both see room for the third', async () => {
    const eventId = await anEvent(sql, siteId)
    await aPolicy(eventId)
    await aPolicy(eventId)
    const bothCounted = Promise.withResolvers<void>()
    let counted = 0
    const createUnlocked = () =>
      inTransaction(sql, async tx => {
        const count = await countPolicies(tx, siteId, eventId)
        counted += 1
        if (counted === 2) bothCounted.resolve()
        await bothCounted.promise
        const policy = { policyId: newGuid(), eventId, revision: 1, name: 'x', body: 'x' }
        if (count < POLICIES_PER_EVENT_MAX)
          await insertPolicy(tx, siteId, { ...policy, createdAt: now(), updatedAt: now() })
      })
    await Promise.all([createUnlocked(), createUnlocked()])
    expect(await countPolicies(sql, siteId, eventId)).toBe(4)
    await sql`delete from policies where event_id = ${eventId}`
  })

  test('events 5.4.3: an unknown event, and one of another site, is 404', async () => {
    const foreign = await anEvent(sql, (await otherSite()).siteId)
    for (const eventId of [newGuid(), foreign]) {
      const answer = await admin('POST', POLICIES, { policy: { name: 'x', body: 'x', eventId } })
      expect(codeOf(answer)).toEqual([404, 'EVENT_NOT_FOUND'])
    }
  })

  test.each([
    ['nothing', {}, ['policy REQUIRED_FIELD']],
    [
      'an empty policy',
      { policy: {} },
      ['policy.name REQUIRED_FIELD', 'policy.body REQUIRED_FIELD', 'policy.eventId REQUIRED_FIELD'],
    ],
    ['an empty name', { policy: { name: '', body: 'x', eventId: newGuid() } }, ['policy.name MIN_LENGTH']],
    ['a long name', { policy: { name: 'x'.repeat(41), body: 'x', eventId: newGuid() } }, ['policy.name MAX_LENGTH']],
    ['an empty body', { policy: { name: 'x', body: '', eventId: newGuid() } }, ['policy.body MIN_LENGTH']],
    [
      'a long body',
      { policy: { name: 'x', body: 'x'.repeat(50_001), eventId: newGuid() } },
      ['policy.body MAX_LENGTH'],
    ],
    ['a bad event id', { policy: { name: 'x', body: 'x', eventId: 'x' } }, ['policy.eventId FORMAT']],
    [
      'wrong types',
      { policy: { name: 1, body: null, eventId: [] } },
      ['policy.name VALIDATION', 'policy.body VALIDATION', 'policy.eventId VALIDATION'],
    ],
  ])('api 5.2.3: %s is refused by field', async (_, body, expected) => {
    expect(fieldsOf(await admin('POST', POLICIES, body))).toEqual([400, ...expected])
  })

  test('a name of 40 and a body of 50,000 characters are taken; a NUL is a 400', async () => {
    const eventId = await anEvent(sql, siteId)
    const longest = { name: 'n'.repeat(40), body: 'b'.repeat(50_000), eventId }
    expect((await admin('POST', POLICIES, { policy: longest })).body.policy).toMatchObject(longest)
    const withNul = await admin('POST', POLICIES, { policy: { name: 'a\u0000', body: 'x', eventId } })
    expect(codeOf(withNul)).toEqual([400, 'MALFORMED_REQUEST'])
  })
})

describe('update', () => {
  test('events 5.4.4, 5.4.5, R17: what is given changes, the rest stays, the revision grows by one', async () => {
    const eventId = await anEvent(sql, siteId)
    const policy = await aPolicy(eventId)
    setNow('2030-05-02T08:00:00.000Z')
    const answer = await admin('PATCH', `${POLICIES}/${policy.id}`, {
      policy: { id: newGuid(), revision: '1', name: 'Renamed', eventId: newGuid() },
    })
    const expected = { ...policy, name: 'Renamed', revision: '2', updatedDate: '2030-05-02T08:00:00.000Z' }
    expect(answer.body).toEqual({ policy: expected })
    expect((await admin('GET', `${POLICIES}/${policy.id}`)).body.policy).toEqual(expected)
    expect(await activitiesOf(policy.id)).toEqual(['1 policy.created', '2 policy.updated'])
  })

  test('R18: a stale revision, past or future, is 409 and changes nothing', async () => {
    const policy = await aPolicy(await anEvent(sql, siteId))
    await admin('PATCH', `${POLICIES}/${policy.id}`, { policy: { revision: '1', name: 'Second' } })
    for (const revision of ['1', '3', '999999999999999']) {
      const answer = await admin('PATCH', `${POLICIES}/${policy.id}`, { policy: { revision, name: 'Third' } })
      expect(codeOf(answer)).toEqual([409, 'ABORTED'])
    }
    expect((await admin('GET', `${POLICIES}/${policy.id}`)).body.policy).toMatchObject({
      name: 'Second',
      revision: '2',
    })
  })

  test('R18: of five updates from one revision exactly one succeeds', async () => {
    const policy = await aPolicy(await anEvent(sql, siteId))
    const change = { policy: { revision: '1', name: 'Won' } }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin('PATCH', `${POLICIES}/${policy.id}`, change)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  })

  test.each([
    ['no revision (events 5.4.4)', { policy: { name: 'x' } }, ['policy.revision REQUIRED_FIELD']],
    ['a revision that is no number', { policy: { revision: 'one' } }, ['policy.revision FORMAT']],
    ['a numeric revision (R6)', { policy: { revision: 1 } }, ['policy.revision VALIDATION']],
    ['a cleared name', { policy: { revision: '1', name: null } }, ['policy.name VALIDATION']],
    ['an empty name', { policy: { revision: '1', name: '' } }, ['policy.name MIN_LENGTH']],
    ['a long body', { policy: { revision: '1', body: 'x'.repeat(50_001) } }, ['policy.body MAX_LENGTH']],
  ])('%s is refused', async (_, body, expected) => {
    const policy = await aPolicy(await anEvent(sql, siteId))
    expect(fieldsOf(await admin('PATCH', `${POLICIES}/${policy.id}`, body))).toEqual([400, ...expected])
    expect((await admin('GET', `${POLICIES}/${policy.id}`)).body.policy).toEqual(policy)
  })
})

describe('delete', () => {
  test('events 5.4.6: a deleted policy is gone, and deleting it again is 404', async () => {
    const eventId = await anEvent(sql, siteId)
    const policy = await aPolicy(eventId)
    expect(await admin('DELETE', `${POLICIES}/${policy.id}?policyId=${policy.id}`)).toMatchObject({
      status: 200,
      body: {},
    })
    expect(codeOf(await admin('DELETE', `${POLICIES}/${policy.id}`))).toEqual([404, 'POLICY_NOT_FOUND'])
    expect(codeOf(await admin('GET', `${POLICIES}/${policy.id}`))).toEqual([404, 'POLICY_NOT_FOUND'])
    expect(await activitiesOf(policy.id)).toEqual(['1 policy.created', '2 policy.deleted'])
    const [last] = await sql`select data from activities where entity_id = ${policy.id} and sequence = 2`
    expect(last?.data.policy).toEqual(policy)
  })
})

test('an unknown policy, or one of another site, is 404 for every method', async () => {
  const other = await otherSite()
  const eventId = await anEvent(sql, other.siteId)
  const made = await other.admin('POST', POLICIES, { policy: { name: 'Theirs', body: 'x', eventId } })
  for (const id of [newGuid(), made.body.policy.id]) {
    const change = { policy: { revision: '1', name: 'Mine' } }
    const answers = [
      await admin('GET', `${POLICIES}/${id}`),
      await admin('PATCH', `${POLICIES}/${id}`, change),
      await admin('DELETE', `${POLICIES}/${id}`),
    ]
    for (const answer of answers) expect(codeOf(answer)).toEqual([404, 'POLICY_NOT_FOUND'])
  }
  const reorder = { eventId, policyId: made.body.policy.id, afterPolicyId: newGuid() }
  expect(codeOf(await admin('POST', `${POLICIES}/reorder`, reorder))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect((await query({ eventId })).body.policies).toEqual([])
  expect((await other.admin('GET', `${POLICIES}/${made.body.policy.id}`)).body).toEqual(made.body)
})

test.each(['undefined', 'x', '123'])('api 13.1: the malformed id %s is a 400', async id => {
  expect(fieldsOf(await admin('GET', `${POLICIES}/${id}`))).toEqual([400, 'policyId FORMAT'])
})

describe('reorder', () => {
  const reorder = (body: object) => admin('POST', `${POLICIES}/reorder`, body)
  const three = async () => {
    const eventId = await anEvent(sql, siteId)
    const [c, b, a] = [await aPolicy(eventId, 'c'), await aPolicy(eventId, 'b'), await aPolicy(eventId, 'a')]
    return { eventId, a: a.id, b: b.id, c: c.id }
  }
  const shown = (answer: { body: { policies: { name: string; revision: string }[] } }) =>
    answer.body.policies.map(({ name, revision }) => name + revision)

  test('events 5.4.9 and 5.4.12: newest first, then as told; only what moved gets a new revision', async () => {
    const { eventId, a, b, c } = await three()
    expect(shown(await reorder({ eventId, policyId: b, beforePolicyId: a }))).toEqual(['b2', 'a2', 'c1'])
    expect(shown(await reorder({ eventId, policyId: c, afterPolicyId: b }))).toEqual(['b2', 'c2', 'a3'])
    expect(shown(await reorder({ eventId, policyId: a, afterPolicyId: c }))).toEqual(['b2', 'c2', 'a3'])
    expect(await activitiesOf(a)).toEqual(['1 policy.created', '2 policy.reordered', '3 policy.reordered'])
    expect(await activitiesOf(c)).toEqual(['1 policy.created', '2 policy.reordered'])
  })

  test('events 5.4.9: a policy made after a reorder comes first', async () => {
    const eventId = await anEvent(sql, siteId)
    const [old, older] = [await aPolicy(eventId, 'old'), await aPolicy(eventId, 'older')]
    await reorder({ eventId, policyId: old.id, beforePolicyId: older.id })
    const young = await aPolicy(eventId, 'young')
    const answer = await reorder({ eventId, policyId: young.id, beforePolicyId: old.id })
    expect(shown(answer)).toEqual(['young1', 'old2', 'older2'])
  })

  test('events 5.4.10: with both references afterPolicyId wins', async () => {
    const { eventId, a, b, c } = await three()
    const answer = await reorder({ eventId, policyId: b, beforePolicyId: a, afterPolicyId: c })
    expect(shown(answer)).toEqual(['a1', 'c2', 'b2'])
  })

  test('events 5.4.11: no reference, itself, or another event is INVALID_REORDER_INSTRUCTION', async () => {
    const { eventId, a } = await three()
    const elsewhere = await aPolicy(await anEvent(sql, siteId))
    for (const instruction of [
      { policyId: a },
      { policyId: a, beforePolicyId: null },
      { policyId: a, afterPolicyId: a.toUpperCase() },
      { policyId: a, beforePolicyId: elsewhere.id },
      { policyId: elsewhere.id, beforePolicyId: a },
    ]) {
      const answer = await reorder({ eventId, ...instruction })
      expect(codeOf(answer)).toEqual([400, 'INVALID_REORDER_INSTRUCTION'])
    }
    expect(codeOf(await reorder({ eventId, policyId: newGuid(), beforePolicyId: a }))).toEqual([
      404,
      'POLICY_NOT_FOUND',
    ])
    expect((await query({ eventId })).body.policies.map(({ revision }: { revision: string }) => revision)).toEqual([
      '1',
      '1',
      '1',
    ])
    expect(fieldsOf(await reorder({ policyId: 'x', afterPolicyId: 3 }))).toEqual([
      400,
      'eventId REQUIRED_FIELD',
      'policyId FORMAT',
      'afterPolicyId VALIDATION',
    ])
  })

  test.each(Array.from({ length: 10 }, (_, round) => round))(
    'reorders, changes and deletions of one event at once leave one whole order, round %d',
    async () => {
      const { eventId, a, b, c } = await three()
      await Promise.all([
        reorder({ eventId, policyId: a, afterPolicyId: c }),
        reorder({ eventId, policyId: b, beforePolicyId: a }),
        reorder({ eventId, policyId: c, afterPolicyId: a }),
        admin('PATCH', `${POLICIES}/${b}`, { policy: { revision: '1', body: 'new' } }),
        admin('DELETE', `${POLICIES}/${c}`),
      ])
      const rows = await sql`
      select count(*) as policies, count(distinct sort_index) as slots
        from policies
       where event_id = ${eventId}`
      expect(rows).toEqual([{ policies: 2, slots: 2 }])
      const gaps = await sql`
      select policy_id
        from policies
        join activities on entity_id = policy_id::text
       where event_id = ${eventId}
       group by policy_id, policies.revision
      having max(sequence) <> policies.revision or count(*) <> policies.revision`
      expect(gaps).toEqual([])
    },
  )
})

describe('query', () => {
  test('events 5.4.7: newest first, paged by cursor that carries filter and sort', async () => {
    const eventId = await anEvent(sql, siteId)
    for (const name of ['first', 'second', 'third']) {
      setNow(new Date(now().getTime() + 1000))
      await aPolicy(eventId, name)
    }
    const names = (answer: { body: { policies: { name: string }[] } }) => answer.body.policies.map(({ name }) => name)
    const page = await query({ eventId }, { cursorPaging: { limit: 2 } })
    expect(names(page)).toEqual(['third', 'second'])
    expect(page.body.metadata).toMatchObject({ count: 2, cursors: { next: expect.any(String) } })
    const { next } = page.body.metadata.cursors
    const last = await admin('POST', `${POLICIES}/query`, { query: { cursorPaging: { cursor: next, limit: 2 } } })
    expect(names(last)).toEqual(['first'])
    expect(last.body.metadata.cursors.next).toBeUndefined()
    expect(names(await query({ eventId }, { sort: [{ fieldName: 'name', order: 'ASC' }] }))).toEqual([
      'first',
      'second',
      'third',
    ])
    expect(names(await query({ eventId }, { paging: { limit: 1, offset: 1 } }))).toEqual(['second'])
  })

  test('events 5.4.8, 5.4.9: sorted by sortIndex they come as guests see them: newest first, then as reordered', async () => {
    const eventId = await anEvent(sql, siteId)
    const [first] = [await aPolicy(eventId, 'first'), await aPolicy(eventId, 'second')]
    const shown = async () => {
      const { body } = await query({ eventId }, { sort: [{ fieldName: 'sortIndex', order: 'ASC' }] })
      return body.policies.map(({ name }: { name: string }) => name)
    }
    expect(await shown()).toEqual(['second', 'first'])
    const [second] = (await query({ eventId, name: 'second' })).body.policies
    expect(
      (await admin('POST', `${POLICIES}/reorder`, { eventId, policyId: second.id, afterPolicyId: first.id })).status,
    ).toBe(200)
    expect(await shown()).toEqual(['first', 'second'])
  })

  test('events 5.4.8: every declared field is filtered by its operators', async () => {
    const eventId = await anEvent(sql, siteId)
    const policy = await aPolicy(eventId, 'Only')
    const before = new Date(now().getTime() - 1).toISOString()
    for (const filter of [
      { id: policy.id },
      { id: { $in: [policy.id] } },
      { eventId: { $eq: eventId } },
      { eventId, name: { $gte: 'Only', $lte: 'Only' } },
      { eventId, body: { $ne: 'x' } },
      { eventId, revision: '1' },
      { eventId, revision: { $lt: '999999999999999' } },
      { eventId, createdDate: { $gt: before } },
      { eventId, updatedDate: { $exists: true } },
      { eventId, name: { $nin: ['Other'] } },
      { $and: [{ eventId }, { $not: { name: 'Other' } }] },
      { eventId, $or: [{ name: 'Other' }, { name: 'Only' }] },
    ])
      expect((await query(filter)).body.policies, JSON.stringify(filter)).toEqual([policy])
    expect((await query({ id: 'no-guid' })).body.policies).toEqual([])
  })

  test('api 6.1.4 and 6.3.7: unknown fields, operators, sorts and too large pages are refused', async () => {
    expect(codeOf(await query({ color: 'red' }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(codeOf(await query({ name: { $urlized: 'x' } }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(codeOf(await query({ createdDate: { $gt: 'yesterday' } }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(fieldsOf(await query({}, { sort: [{ fieldName: 'color' }] }))).toEqual([
      400,
      'query.sort[0].fieldName VALIDATION',
    ])
    expect(fieldsOf(await query({}, { cursorPaging: { limit: 101 } }))).toEqual([400, 'query.cursorPaging.limit MAX'])
    expect(fieldsOf(await query({}, { cursorPaging: { cursor: 'x' } }))).toEqual([
      400,
      'query.cursorPaging.cursor FORMAT',
    ])
    expect((await admin('POST', `${POLICIES}/query`, {})).status).toBe(200)
  })
})

describe('who asks', () => {
  test('a visitor reads the policies of published events, not those of drafts', async () => {
    const guest = await visitor()
    const open = await aPolicy(await anEvent(sql, siteId))
    const draft = await aPolicy(await anEvent(sql, siteId, { publishedAt: null }))
    expect((await guest('GET', `${POLICIES}/${open.id}`)).body).toEqual({ policy: open })
    expect(codeOf(await guest('GET', `${POLICIES}/${draft.id}`))).toEqual([404, 'POLICY_NOT_FOUND'])
    const { body } = await guest('POST', `${POLICIES}/query`, {
      query: { filter: { id: { $in: [open.id, draft.id] } } },
    })
    expect([body.policies, body.metadata.total]).toEqual([[open], 1])
    expect((await query({ id: { $in: [open.id, draft.id] } })).body.metadata.total).toBe(2)
  })

  test('R22: a visitor changes nothing, and nobody is let in without credentials', async () => {
    const policy = await aPolicy(await anEvent(sql, siteId))
    const attempts = [
      ['POST', POLICIES, { policy: { name: 'x', body: 'x', eventId: policy.eventId } }],
      ['PATCH', `${POLICIES}/${policy.id}`, { policy: { revision: '1', name: 'x' } }],
      ['DELETE', `${POLICIES}/${policy.id}`, undefined],
      ['POST', `${POLICIES}/reorder`, { eventId: policy.eventId, policyId: policy.id }],
    ] as const
    const guest = await visitor()
    for (const [method, url, body] of attempts) {
      expect(codeOf(await guest(method, url, body))).toEqual([403, 'PERMISSION_DENIED'])
      expect(codeOf(await anonymous(method, url, body))).toEqual([401, 'UNAUTHENTICATED'])
    }
    expect((await admin('GET', `${POLICIES}/${policy.id}`)).body.policy).toEqual(policy)
  })

  test('R1: every published path answers alike', async () => {
    const policy = await aPolicy(await anEvent(sql, siteId))
    const paths = publishedPaths(`${POLICIES}/${policy.id}`)
    expect(paths).toContain(`/_api/events-policies/v2/policies/${policy.id}`)
    for (const path of paths) expect((await admin('GET', path)).body).toEqual({ policy })
  })
})
