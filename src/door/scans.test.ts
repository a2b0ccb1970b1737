import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice, bought } from '../../test/support/door.ts'
import { must } from '../../test/support/sale.ts'

const app = await testApp()
const { sql, admin, setNow } = app
beforeEach(() => setNow('2030-06-01T17:00:00.000Z'))

describe('at a gate with a network', () => {
  test('R198, R199: a code lets its guest in once; again it says when, where and by whom', async () => {
    const { eventId, codes, numbers, orderNumber } = await bought(app)
    const [code = '', number = ''] = [codes[0], numbers[0]]
    const north = aDevice(admin, eventId)
    const entry = {
      number,
      kind: 'TICKET',
      state: 'ADMITS',
      orderNumber,
      guestName: 'Ada Berg',
      buyerName: 'Ada Berg',
      definitionName: 'Standard',
      checkIn: { date: '2030-06-01T17:00:00.000Z', gate: 'North', by: 'tests' },
    }
    expect(await north.sendOne({ code })).toEqual({
      id: expect.any(String),
      result: 'ADMITTED',
      date: '2030-06-01T17:00:00.000Z',
      conflict: false,
      entry,
    })
    setNow('2030-06-01T17:05:00.000Z')
    expect(await aDevice(admin, eventId, { gate: 'South' }).sendOne({ number })).toMatchObject({
      result: 'ALREADY_IN',
      date: '2030-06-01T17:05:00.000Z',
      conflict: false,
      entry,
      first: { date: '2030-06-01T17:00:00.000Z', gate: 'North', by: 'tests' },
    })
    const { ticket } = (await must(admin, 'GET', `/events/v1/tickets/${number}?fieldset=TICKET_DETAILS`)).body
    expect(ticket.checkIn.created).toBe('2030-06-01T17:00:00.000Z')
    const kinds = await sql`
      select kind from activities where entity_id = ${number} order by sequence`
    expect(kinds.map(({ kind }) => kind)).toEqual(['ticket.issued', 'ticket.checked_in'])
  })
})
