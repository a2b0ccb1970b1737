import { expect, test } from 'vitest'
import { examplePlan, planFromText, type Section, spotsOf } from './plan.ts'

const seats = (count: number) => Array.from({ length: count }, (_, index) => ({ label: String(index + 1) }))

test('R62, R78: every place is drawn for the tickets that the nearest of seat, element and section says', () => {
  const sections: Section[] = [
    {
      id: 1,
      label: 'Stalls',
      ticketDefinitionId: 'a',
      elements: [
        { id: 1, type: 'ROW', label: 'A', seats: [{ label: '1' }, { label: '2', ticketDefinitionId: null }] },
        { id: 2, type: 'TABLE', label: 'B', ticketDefinitionId: 'b', seats: seats(4) },
      ],
    },
    { id: 2, label: 'Floor', elements: [{ id: 1, type: 'AREA', label: 'Standing', capacity: 200 }] },
  ]
  const spots = spotsOf(sections)
  expect(spots.map(({ ticketDefinitionId, capacity }) => [ticketDefinitionId, capacity])).toEqual([
    ['a', 1],
    [null, 1],
    ...Array(4).fill(['b', 1]),
    [null, 200],
  ])
  // No two places lie on each other.
  expect(new Set(spots.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size).toBe(spots.length)
})

test('a place that says where it is drawn is drawn there', () => {
  const [spot] = spotsOf([
    { id: 1, label: '', elements: [{ id: 1, type: 'ROW', label: 'A', seats: [{ label: '1', x: 40, y: -7 }] }] },
  ])
  expect(spot).toMatchObject({ x: 40, y: -7 })
})

test('a plan is read from what the API answers, from what is in it, and from the example', () => {
  const plan = { name: 'Hall', sections: [] }
  expect(planFromText(JSON.stringify(plan))).toEqual(plan)
  expect(planFromText(JSON.stringify({ seatingPlan: { ...plan, id: 'x', revision: '3' } }))).toEqual(plan)
  const example = examplePlan('e1', ['a'])
  expect(planFromText(JSON.stringify(example))).toEqual({ name: 'Hall', sections: example.sections })
  expect(spotsOf(example.sections as Section[]).every(({ ticketDefinitionId }) => ticketDefinitionId === 'a')).toBe(
    true,
  )
  for (const text of ['', '[]', '7', 'null', '{']) expect(() => planFromText(text), text).toThrow(SyntaxError)
})
