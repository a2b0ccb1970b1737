import { expect, test } from 'vitest'
import { guestsOf } from './names.ts'

test('names are read however they are pasted', () => {
  expect(
    guestsOf('Ada Berg\n  Berg, Bo  \n\nCher\nEva van der Meer <eva@example.org>\nFay, Finn, fay@example.org'),
  ).toEqual([
    { firstName: 'Ada', lastName: 'Berg', email: '' },
    { firstName: 'Bo', lastName: 'Berg', email: '' },
    { firstName: 'Cher', lastName: '', email: '' },
    { firstName: 'Eva van der', lastName: 'Meer', email: 'eva@example.org' },
    { firstName: 'Finn', lastName: 'Fay', email: 'fay@example.org' },
  ])
})
