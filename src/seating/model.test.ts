import { describe, expect, test } from 'vitest'
import { InvalidRequest } from '../refusals.ts'
import { PLACES_MAX, placesOf, refuseUnclear, type Section, seatInfoOf } from './model.ts'

const row = (id: number, labels: readonly string[], more = {}) => ({
  id,
  type: 'ROW' as const,
  label: `Row ${id}`,
  seats: labels.map(label => ({ label })),
  ...more,
})
const area = (id: number, capacity: number, more = {}) => ({
  id,
  type: 'AREA' as const,
  label: 'Standing',
  capacity,
  ...more,
})
const section = (id: number, elements: Section['elements'], more = {}): Section => ({
  id,
  label: `Section ${id}`,
  elements,
  ...more,
})

test('R79: a place is named by section, element and label, and stands in the order of the plan', () => {
  const table = { ...row(12, ['N', 'S']), type: 'TABLE' as const, label: 'Table 12' }
  const places = placesOf([section(7, [table, row(2, ['A5'])]), section(0, [area(1, 500)])])
  expect(places).toEqual([
    {
      placeId: '7-12-N',
      ticketDefinitionId: null,
      elementType: 'TABLE',
      sectionLabel: 'Section 7',
      elementLabel: 'Table 12',
      label: 'N',
      capacity: 1,
    },
    expect.objectContaining({ placeId: '7-12-S', capacity: 1 }),
    expect.objectContaining({ placeId: '7-2-A5', elementType: 'ROW', capacity: 1 }),
    expect.objectContaining({ placeId: '0-1-GA', elementType: 'AREA', label: 'GA', capacity: 500 }),
  ])
  const longest = placesOf([section(9999, [row(99_999, ['WWWW'])])])
  expect(longest[0]?.placeId.length).toBeLessThanOrEqual(20)
})

test.each([
  ['nobody says anything', {}, {}, {}, null],
  ['the section', { ticketDefinitionId: 's' }, {}, {}, 's'],
  ['the element, before the section', { ticketDefinitionId: 's' }, { ticketDefinitionId: 'e' }, {}, 'e'],
  ['the seat, before both', { ticketDefinitionId: 's' }, { ticketDefinitionId: 'e' }, { ticketDefinitionId: 'x' }, 'x'],
  ['null is said: not on sale', { ticketDefinitionId: 's' }, {}, { ticketDefinitionId: null }, null],
  ['null of an element', { ticketDefinitionId: 's' }, { ticketDefinitionId: null }, {}, null],
])('whose tickets are sold for a seat: %s', (_, ofSection, ofElement, ofSeat, expected) => {
  const element = { ...row(1, []), ...ofElement, seats: [{ label: '1', ...ofSeat }] }
  expect(placesOf([section(0, [element], ofSection)])[0]?.ticketDefinitionId).toBe(expected)
})

describe('what is refused', () => {
  const violationsOf = (sections: Section[]) => {
    try {
      refuseUnclear(sections, 'sections')
      return []
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error
      return error.violations.map(({ field, violatedRule }) => `${field} ${violatedRule}`)
    }
  }
  const many = (count: number) => Array.from({ length: count }, (_, index) => index)

  test.each<[string, Section[], string[]]>([
    ['a plan that is clear', [section(0, [row(1, ['1', '2']), area(2, 5)]), section(1, [row(1, ['1'])])], []],
    ['a section id twice', [section(3, [area(1, 5)]), section(3, [area(1, 5)])], ['sections[1].id VALIDATION']],
    ['an element id twice', [section(3, [area(1, 5), row(1, ['1'])])], ['sections[0].elements[1].id VALIDATION']],
    [
      'a label twice, and again',
      [section(3, [row(1, ['1', '2', '1', '2'])])],
      ['sections[0].elements[0].seats[2].label VALIDATION', 'sections[0].elements[0].seats[3].label VALIDATION'],
    ],
    ['as much room as there may be', many(20).map(id => section(id, [area(1, 50_000)])), []],
    ['one more', [...many(20).map(id => section(id, [area(1, 50_000)])), section(20, [area(1, 1)])], ['sections MAX']],
    [
      'as many places as there may be',
      [
        section(
          0,
          many(PLACES_MAX).map(id => area(id, 1)),
        ),
      ],
      [],
    ],
    [
      'one place more',
      [
        section(
          0,
          many(PLACES_MAX + 1).map(id => area(id, 1)),
        ),
      ],
      ['sections MAX_SIZE'],
    ],
    [
      'no more than fifty are named',
      [
        section(
          0,
          many(60).map(() => area(1, 1)),
        ),
      ],
      many(50).map(index => `sections[0].elements[${index + 1}].id VALIDATION`),
    ],
  ])('%s', (_, sections, expected) => {
    expect(violationsOf(sections)).toEqual(expected)
  })
})

test.each([
  ['ROW', { rowLabel: 'Element', seatLabel: 'A1' }],
  ['TABLE', { tableLabel: 'Element', seatLabel: 'A1' }],
  ['AREA', { areaLabel: 'Element' }],
] as const)('R83: what a ticket says of its place, %s', (elementType, labels) => {
  const place = { placeId: '0-1-A1', label: 'A1', sectionLabel: 'Stalls', elementLabel: 'Element', capacity: 1 }
  const info = seatInfoOf({ ...place, elementType, ticketDefinitionId: 'd', seatingPlanId: 'p', taken: 0 })
  expect(info).toEqual({ sectionLabel: 'Stalls', ...labels, configurationId: 'p' })
})
