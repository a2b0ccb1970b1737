import { expect, test } from 'vitest'
import { reordered } from './model.ts'

const order = ['a', 'b', 'c']

test.each([
  ['before the first', { policyId: 'c', beforePolicyId: 'a' }, ['c', 'a', 'b']],
  ['before the next: stays', { policyId: 'a', beforePolicyId: 'b' }, ['a', 'b', 'c']],
  ['after the last', { policyId: 'a', afterPolicyId: 'c' }, ['b', 'c', 'a']],
  ['after the next', { policyId: 'a', afterPolicyId: 'b' }, ['b', 'a', 'c']],
  ['5.4.10: both, and after wins', { policyId: 'b', beforePolicyId: 'a', afterPolicyId: 'c' }, ['a', 'c', 'b']],
  ['5.4.11: neither', { policyId: 'a' }, null],
  ['5.4.11: itself', { policyId: 'a', afterPolicyId: 'a' }, null],
  ['5.4.11: a reference outside the order', { policyId: 'a', beforePolicyId: 'x' }, null],
  ['5.4.11: a policy outside the order', { policyId: 'x', beforePolicyId: 'a' }, null],
])('reordering, %s', (_, instruction, expected) => {
  expect(reordered(order, instruction)).toEqual(expected)
})
