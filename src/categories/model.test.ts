import { describe, expect, test } from 'vitest'
import type { Identity } from '../identities/identity.ts'
import { type CategoryState, decideAssignments, refusalToManage, statesOf } from './model.ts'

test.each([
  [undefined, ['MANUAL']],
  [null, ['MANUAL']],
  [[], ['MANUAL']],
  [
    ['HIDDEN', 'AUTO', 'HIDDEN'],
    ['AUTO', 'HIDDEN'],
  ],
] as [CategoryState[] | null | undefined, CategoryState[]][])('events 8.2: states %j are the set %j', (given, set) => {
  expect(statesOf(given)).toEqual(set)
})

test('events 8.2: other states than MANUAL need MANAGE_AUTO_CATEGORIES', () => {
  const admin: Identity = { kind: 'admin', siteId: 's', apiKeyId: 'k' }
  const staff: Identity = {
    kind: 'staff',
    siteId: 's',
    staffMemberId: 'm',
    permissions: ['MANAGE_CATEGORIES'],
    eventIds: null,
  }
  expect(refusalToManage(['MANUAL'], staff)).toBeNull()
  expect(refusalToManage(['MANUAL', 'HIDDEN'], staff)?.code).toBe('PERMISSION_DENIED')
  expect(refusalToManage(['MANUAL', 'HIDDEN'], admin)).toBeNull()
})

describe('deciding assignments', () => {
  const full = Array.from({ length: 9 }, (_, index) => ({ categoryId: `other${index}`, eventId: 'e' }))

  test('a category takes what it does not have yet, once', () => {
    const { outcomes, fresh } = decideAssignments({
      categoryIds: ['a', 'x', 'a'],
      eventIds: ['e', 'f'],
      knownCategoryIds: ['a'],
      existing: [{ categoryId: 'a', eventId: 'f' }],
    })
    expect(outcomes.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'CATEGORY_NOT_FOUND', undefined])
    expect(fresh).toEqual([{ categoryId: 'a', eventId: 'e' }])
  })

  test('events 8.5.7: the eleventh category of an event is refused, in request order', () => {
    const { outcomes, fresh } = decideAssignments({
      categoryIds: ['a', 'b', 'other0'],
      eventIds: ['e'],
      knownCategoryIds: ['a', 'b', 'other0'],
      existing: full,
    })
    expect(outcomes.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'CATEGORIES_LIMIT_REACHED', undefined])
    expect(fresh).toEqual([{ categoryId: 'a', eventId: 'e' }])
  })
})
