import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice, bought } from '../../test/support/door.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { archiveOrder, aSale, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { rsvpCodeUrl } from '../rsvps/links.ts'
import { forgetOldScans } from './forget.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, callerOf, otherSite, setNow } = app
const NOW = '2030-06-01T17:00:00.000Z'
beforeEach(() => setNow(NOW))
const at = (time: string) => `2030-06-01T${time}:00.000Z`

async function oneTicket(options: Parameters<typeof bought>[1] = {}) {
  const order = await bought(app, options)
  const [number = '', code = ''] = [order.numbers[0], order.codes[0]]
  return { ...order, number, code }
}

async function kindsOf(number: string): Promise<string[]> {
  const rows = await sql<{ kind: string }[]>`
    select kind from activities where entity_id = ${number} order by sequence`
  return rows.map(({ kind }) => kind)
}

async function ticketOf(number: string) {
  return (await must(admin, 'GET', `/events/v1/tickets/${number}?fieldset=TICKET_DETAILS`)).body.ticket
}

describe('at a gate with a network', () => {
  test('R198, R199: a code lets its guest in once; again it says when, where and by whom', async () => {
    const { eventId, code, number, orderNumber } = await oneTicket()
    const north = aDevice(admin, eventId)
    const entry = {
      number,
      kind: 'TICKET',
      state: 'ADMITS',
      orderNumber,
      guestName: 'Ada Berg',
      buyerName: 'Ada Berg',
      definitionName: 'Standard',
      checkIn: { date: NOW, gate: 'North', by: 'tests' },
    }
    expect(await north.sendOne({ code })).toEqual({
      id: expect.any(String),
      result: 'ADMITTED',
      date: NOW,
      conflict: false,
      entry,
    })
    setNow(at('17:05'))
    const south = aDevice(admin, eventId, { gate: 'South' })
    expect(await south.sendOne({ number: ` ${number.toLowerCase().replaceAll('-', '- ')} ` })).toMatchObject({
      result: 'ALREADY_IN',
      date: at('17:05'),
      conflict: false,
      entry,
      first: { date: NOW, gate: 'North', device: expect.any(String), by: 'tests' },
    })
    expect((await ticketOf(number)).checkIn.created).toBe(NOW)
    expect(await kindsOf(number)).toEqual(['ticket.issued', 'ticket.checked_in'])
    expect(await south.conflicts()).toEqual([])
  })

  test('R199, R201: what does not admit: canceled, archived, with its order or alone, whatever somebody overlooks', async () => {
    const canceled = await oneTicket()
    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`, {})
    const alone = await oneTicket()
    await must(admin, 'PATCH', `/events/v1/tickets/${alone.number}`, { archived: true, fields: 'archived' })
    const withOrder = await oneTicket()
    await archiveOrder(app, withOrder)
    for (const [{ eventId, number }, result] of [
      [canceled, 'CANCELED'],
      [alone, 'ARCHIVED'],
      [withOrder, 'ARCHIVED'],
    ] as const)
      for (const anyway of [false, true])
        expect(await aDevice(admin, eventId).enter(number, { anyway })).toMatchObject({
          result,
          entry: { number, state: result },
        })
  })

  test('R165: who is still to pay is let in when that was done, or when somebody overlooks it', async () => {
    const unpaid = () => oneTicket({ quantity: 2, definition: {}, checkout: { options: { payInPerson: true } } })
    const order = await unpaid()
    const { eventId, number, orderNumber } = order
    const north = aDevice(admin, eventId)
    expect(await north.enter(number)).toMatchObject({
      result: 'UNPAID',
      entry: { state: 'UNPAID', due: { value: '20.00', currency: 'EUR' } },
    })
    await must(admin, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [orderNumber] })
    const paid = await north.enter(number)
    expect(paid).toMatchObject({ result: 'ADMITTED', entry: { state: 'ADMITS' } })
    expect(paid.entry).not.toHaveProperty('due')

    const other = await unpaid()
    const overlooked = await aDevice(admin, other.eventId).enter(other.number, { anyway: true })
    expect(overlooked).toMatchObject({ result: 'ADMITTED', entry: { state: 'UNPAID' } })
  })

  test('guests come in from two hours before the start on, unless the event says otherwise or somebody overlooks it', async () => {
    const { eventId, number } = await oneTicket()
    setNow(at('15:59'))
    const north = aDevice(admin, eventId)
    expect(await north.enter(number)).toMatchObject({ result: 'NOT_YET', admissionOpensDate: at('16:00') })
    const settings = `/boxoffice/v1/events/${eventId}/door-settings`
    await must(admin, 'PATCH', settings, { doorSettings: { admissionMinutes: 121 } })
    expect(await north.enter(number)).toMatchObject({ result: 'ADMITTED' })
    await north.undo(number)
    await must(admin, 'PATCH', settings, { doorSettings: { admissionMinutes: 0 } })
    expect(await north.enter(number)).toMatchObject({ result: 'NOT_YET', admissionOpensDate: at('18:00') })
    expect(await north.enter(number, { anyway: true })).toMatchObject({ result: 'ADMITTED' })
    await north.undo(number)
    await must(admin, 'PATCH', settings, { doorSettings: { admissionMinutes: null } })
    setNow('2030-01-01T00:00:00.000Z')
    expect(await north.enter(number)).toMatchObject({ result: 'ADMITTED' })
  })

  test('R194: of another event, with its title to who may be there; of another site, forged, or nothing at all', async () => {
    const here = await oneTicket()
    const there = await oneTicket()
    const foreign = await otherSite()
    const theirs = await bought({ ...app, admin: foreign.admin })
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [here.eventId] })
    const otherEvent = { id: there.eventId, title: 'A concert' }
    const wrong = { result: 'WRONG_EVENT', conflict: false }
    const forged = here.code.replace(here.number, here.number.replace(/.$/, '_'))
    const dealt: [string, object, object, (object | undefined)?][] = [
      ['its code', { code: there.code }, wrong, otherEvent],
      ['its number', { number: there.number }, wrong, otherEvent],
      ['a code of another site', { code: theirs.codes[0] }, wrong],
      ['a number of another site', { number: theirs.numbers[0] }, { result: 'UNKNOWN' }],
      ['a code without a signature', { code: here.code.split('?')[0] }, { result: 'UNKNOWN' }],
      ['a code with another number', { code: forged }, { result: 'UNKNOWN' }],
      ['a code for another event', { code: here.code.replace(here.eventId, there.eventId) }, { result: 'UNKNOWN' }],
      ['a number as a code', { code: here.number }, { result: 'UNKNOWN' }],
      ['nothing', { code: '' }, { result: 'UNKNOWN' }],
      ['no number', { number: '' }, { result: 'UNKNOWN' }],
      ['an address of others', { code: 'https://example.com/check-in/x,y?s=z' }, { result: 'UNKNOWN' }],
      ['4 KB of anything', { code: '\u{1f3ab}%ff\\"<'.repeat(512) }, { result: 'UNKNOWN' }],
      ['what SQL could take for something', { number: "';--%_" }, { result: 'UNKNOWN' }],
      ['what no text can hold', { code: 'A\u0000\ud800' }, { result: 'UNKNOWN' }],
      ['the same, typed', { number: 'A\u0000\ud800' }, { result: 'UNKNOWN' }],
      ['a number of an RSVP that is not there', { number: `${newGuid()}:1` }, { result: 'UNKNOWN' }],
    ]
    for (const [what, scan, told, other] of dealt) {
      const answer = await aDevice(admin, here.eventId).sendOne(scan)
      expect([what, answer]).toMatchObject([what, told])
      expect([what, answer.otherEvent]).toEqual([what, other])
      const toStaff = await aDevice(staff, here.eventId).sendOne(scan)
      expect([what, toStaff]).toMatchObject([what, told])
      expect(toStaff).not.toHaveProperty('otherEvent')
    }
    expect(await sql`select from tickets where checked_in_at is not null and event_id = ${there.eventId}`).toEqual([])
    // What was read is not kept.
    const [kept] = await sql`
      select count(*) filter (where number is null) as nothing, count(*) as total
        from door_scans where event_id = ${here.eventId}`
    expect(kept).toEqual({ nothing: dealt.length * 2, total: dealt.length * 2 })
  })

  test('R198: to check in elsewhere and by the door is one thing', async () => {
    const { eventId, number } = await oneTicket()
    const path = '/events/v1/tickets/check-in'
    const north = aDevice(admin, eventId)
    await must(admin, 'POST', path, { eventId, ticketNumber: [number] })
    const again = await north.enter(number)
    expect(again).toMatchObject({ result: 'ALREADY_IN', first: { date: NOW, by: 'tests' } })
    expect(again.first).not.toHaveProperty('gate')
    await must(admin, 'DELETE', `${path}?eventId=${eventId}&ticketNumber=${number}`)
    expect(await north.enter(number)).toMatchObject({ result: 'ADMITTED' })
    await must(admin, 'DELETE', `${path}?eventId=${eventId}&ticketNumber=${number}`)
    expect(await north.undo(number)).toMatchObject({ result: 'NOT_IN' })
    expect(await kindsOf(number)).toEqual([
      'ticket.issued',
      ...['ticket.checked_in', 'ticket.check_in_deleted', 'ticket.checked_in', 'ticket.check_in_deleted'],
    ])
  })

  test('R206: an order is complete when all of its tickets came in by the door', async () => {
    const { eventId, numbers, orderNumber } = await bought(app, { quantity: 3 })
    const north = aDevice(admin, eventId)
    const isComplete = async () =>
      (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}`)).body.order.fullyCheckedIn
    await north.send(numbers.slice(1).map(number => ({ number })))
    expect(await isComplete()).toBe(false)
    await north.enter(numbers[0] ?? '')
    expect(await isComplete()).toBe(true)
    await north.undo(numbers[2] ?? '')
    expect(await isComplete()).toBe(false)
  })
})

describe('sent again', () => {
  test('the same scans have the same answers and change nothing, also hours later and within one request', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 2 })
    const [one = '', other = ''] = numbers
    const north = aDevice(admin, eventId)
    const scans = [
      north.scanOf({ number: one }),
      north.scanOf({ number: one }),
      north.scanOf({ number: 'NONE' }),
      north.scanOf({ number: other }),
      north.scanOf({ number: other, kind: 'UNDO' }),
      north.scanOf({ number: other, kind: 'UNDO' }),
      north.scanOf({ number: other }),
    ]
    const first = (await north.send(scans)).body.results
    const results = ['ADMITTED', 'ALREADY_IN', 'UNKNOWN', 'ADMITTED', 'UNDONE', 'NOT_IN', 'ADMITTED']
    expect(first.map(({ result }: { result: string }) => result)).toEqual(results)
    expect(await kindsOf(other)).toEqual([
      'ticket.issued',
      ...['ticket.checked_in', 'ticket.check_in_deleted', 'ticket.checked_in'],
    ])
    setNow(at('21:00'))
    const trace = await refusedWithoutTrace(sql, async () => {
      const again = await north.send([...scans, ...scans.toReversed()])
      expect(again.body.results).toEqual([...first, ...first.toReversed()])
      return again
    })
    expect(trace[0]).toBe(200)
  })

  test('an id that stands for another scan is refused, and nothing of the request is taken', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 3 })
    const [one = '', other = '', third = ''] = numbers
    const elsewhere = await oneTicket()
    const north = aDevice(admin, eventId)
    const scan = north.scanOf({ number: one })
    await north.send([scan])
    const wrong = (scans: object[], of = north) => refusedWithoutTrace(sql, () => of.send(scans))
    expect(await wrong([{ number: third }, { ...scan, number: other }])).toEqual([400, ['scans[1].id']])
    expect(await wrong([{ ...scan, kind: 'UNDO' }])).toEqual([400, ['scans[0].id']])
    expect(await wrong([{ ...scan, number: 'NONE' }])).toEqual([400, ['scans[0].id']])
    const { id } = scan
    expect(await wrong([{ id, number: elsewhere.number }], aDevice(admin, elsewhere.eventId))).toEqual([
      400,
      ['scans[0].id'],
    ])
    expect(await wrong([{ id: scan.id.toUpperCase(), number: one, kind: 'UNDO' }])).toEqual([400, ['scans[0].id']])
    // Another site has ids of its own.
    const foreign = await otherSite()
    const theirs = await bought({ ...app, admin: foreign.admin })
    const [number = ''] = theirs.numbers
    expect(await aDevice(foreign.admin, theirs.eventId).enter(number, { id })).toMatchObject({ result: 'ADMITTED' })
  })
})

describe('without a network', () => {
  test('what was scanned counts from when it was scanned, by a clock that may be wrong', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 3 })
    const [one = '', other = '', third = ''] = numbers
    const north = aDevice(admin, eventId)
    setNow(at('19:00'))
    expect(await north.letIn(one, at('17:03'))).toMatchObject({
      result: 'ADMITTED',
      date: at('17:03'),
      conflict: false,
    })
    expect((await ticketOf(one)).checkIn.created).toBe(at('17:03'))
    // Twenty years behind, and two hours before it sends.
    const scan = { number: other, date: '2010-01-01T05:00:00.000Z', offline: true, accepted: true }
    expect(await north.sendOne(scan, { sentDate: '2010-01-01T07:00:00.000Z' })).toMatchObject({ date: at('17:00') })
    // Moved while it waited: it lies in the future.
    expect(await north.letIn(third, at('22:00'))).toMatchObject({ result: 'ADMITTED', date: at('19:00') })
  })

  test.each([
    ['told in order', ['North', 'South']],
    ['the later one told first', ['South', 'North']],
  ])('law 18: two gates let in the same ticket, %s: the earlier scan is the one who is in', async (_, order) => {
    const { eventId, number } = await oneTicket()
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] })
    const gates = {
      North: { device: aDevice(staff, eventId, { gate: 'North', device: 'a' }), time: at('16:58') },
      South: { device: aDevice(admin, eventId, { gate: 'South', device: 'b' }), time: at('17:02') },
    }
    setNow(at('18:00'))
    const told = new Map<string, { result: string; conflict: boolean; first?: object }>()
    for (const name of order as ('North' | 'South')[])
      told.set(name, await gates[name].device.letIn(number, gates[name].time))
    expect(told.get('North')).toMatchObject({ result: 'ADMITTED', conflict: false })
    const first = { date: at('16:58'), gate: 'North', device: 'a', by: 'Dora' }
    // Whoever was told first to be in keeps that answer; who is in all the same stands in the conflict.
    if (order[0] === 'South') expect(told.get('South')).toMatchObject({ result: 'ADMITTED', conflict: false })
    else expect(told.get('South')).toMatchObject({ result: 'ALREADY_IN', conflict: true, first })

    expect((await ticketOf(number)).checkIn.created).toBe(at('16:58'))
    const [conflict, ...others] = await gates.North.device.conflicts('?state=OPEN')
    expect(others).toEqual([])
    expect(conflict).toEqual({
      id: expect.any(String),
      reason: 'ALREADY_IN',
      number,
      entry: expect.objectContaining({ number, checkIn: { date: at('16:58'), gate: 'North', by: 'Dora' } }),
      scan: { id: expect.any(String), offline: true, date: at('17:02'), gate: 'South', device: 'b', by: 'tests' },
      first: { id: expect.any(String), ...first },
      openedDate: at('18:00'),
    })
    // Nobody came or left by what was learnt later.
    expect((await kindsOf(number)).filter(kind => kind.includes('check'))).toEqual(['ticket.checked_in'])
    expect(await gates.North.device.figures()).toMatchObject({ inside: 1, openConflicts: 1 })
  })

  test('R208: whose ticket was canceled meanwhile is a conflict, and is not in', async () => {
    const { eventId, number, reservationId } = await oneTicket()
    setNow(at('17:30'))
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`, {})
    setNow(at('18:00'))
    const north = aDevice(admin, eventId)
    expect(await north.letIn(number, at('17:20'))).toMatchObject({ result: 'CANCELED', conflict: true })
    const [conflict] = await north.conflicts()
    expect(conflict).toMatchObject({
      reason: 'CANCELED',
      number,
      scan: { date: at('17:20') },
      entry: { state: 'CANCELED' },
    })
    expect(conflict).not.toHaveProperty('first')
    expect(await ticketOf(number)).not.toHaveProperty('checkIn')
  })

  test('whom a device let in that should not have: of another event, too early, unknown; whom it turned away is only kept', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 2 })
    const [one = '', other = ''] = numbers
    const north = aDevice(admin, eventId)
    const there = await oneTicket()
    expect(await north.letIn(there.number, NOW)).toMatchObject({ result: 'WRONG_EVENT', conflict: true })
    expect(await north.letIn('NONE', NOW)).toMatchObject({ result: 'UNKNOWN', conflict: true })
    expect(await north.letIn(one, at('15:00'))).toMatchObject({ result: 'NOT_YET', conflict: true })
    expect(await north.letIn(one, at('15:00'), { anyway: true })).toMatchObject({ result: 'ADMITTED', conflict: false })
    expect(await north.enter(other, { offline: true })).toMatchObject({ result: 'TURNED_AWAY', conflict: false })
    const conflicts: { reason: string; number?: string }[] = await north.conflicts()
    expect(new Set(conflicts.map(({ reason, number }) => `${reason} ${number ?? ''}`))).toEqual(
      new Set(['WRONG_EVENT ', 'UNKNOWN ', `NOT_YET ${one}`]),
    )
  })

  test('an answer that did not arrive: who was refused and let in all the same, is a conflict with the same scan', async () => {
    const { eventId, number } = await oneTicket()
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    await north.enter(number)
    const scan = south.scanOf({ number })
    const refused = (await south.send([scan])).body.results[0]
    expect(refused).toMatchObject({ result: 'ALREADY_IN', conflict: false })
    setNow(at('18:00'))
    const afterAll = { ...scan, offline: true, accepted: true }
    for (let times = 0; times < 2; times += 1)
      expect((await south.send([afterAll, afterAll])).body.results[0]).toEqual({ ...refused, conflict: true })
    expect(await south.conflicts()).toMatchObject([
      { reason: 'ALREADY_IN', scan: { id: scan.id, gate: 'South', offline: true }, first: { gate: 'North' } },
    ])
    // Who was let in by the answer that did not arrive, is no conflict.
    const { number: fine, eventId: there } = await oneTicket()
    const once = aDevice(admin, there)
    const admitted = once.scanOf({ number: fine })
    await once.send([admitted])
    const again = await once.send([{ ...admitted, offline: true, accepted: true }])
    expect(again.body.results[0]).toMatchObject({ result: 'ADMITTED', conflict: false })
    expect(await once.conflicts()).toEqual([])
  })

  test('scans and their undoing, told late by one device, leave who came in by another', async () => {
    const { eventId, number } = await oneTicket()
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    setNow(at('17:05'))
    await south.enter(number)
    setNow(at('18:00'))
    const later = { number, offline: true, accepted: true }
    const { body } = await north.send([
      { ...later, date: at('17:00') },
      { ...later, date: at('17:01'), kind: 'UNDO' },
    ])
    expect(body.results.map(({ result }: { result: string }) => result)).toEqual(['ADMITTED', 'UNDONE'])
    expect((await ticketOf(number)).checkIn.created).toBe(at('17:05'))
    expect(await north.conflicts('?state=OPEN')).toEqual([])
    expect(await north.conflicts('?state=RESOLVED')).toMatchObject([
      { scan: { gate: 'South' }, first: { gate: 'North' }, resolution: 'UNDONE', resolvedBy: 'tests' },
    ])
  })
})

describe('leaving and coming back', () => {
  const allowReentry = (eventId: string) =>
    must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/door-settings`, { doorSettings: { reentry: true } })

  test('R198, R199, law 21: who leaves is out, the check-in stays; back in where the event allows it, else if a person says so', async () => {
    const { eventId, number, code } = await oneTicket()
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    expect(await south.exit(number)).toMatchObject({ result: 'NOT_IN' })
    setNow(at('17:01'))
    await north.enter(number)
    setNow(at('20:14'))
    const checkIn = { date: at('17:01'), gate: 'North', by: 'tests' }
    const left = { date: at('20:14'), gate: 'South', by: 'tests' }
    expect(await south.sendOne({ code, kind: 'EXIT' })).toMatchObject({
      result: 'LEFT',
      conflict: false,
      entry: { state: 'ADMITS', checkIn, left },
    })
    expect(await south.exit(number)).toMatchObject({ result: 'NOT_IN', left })
    expect((await ticketOf(number)).checkIn.created).toBe(at('17:01'))
    expect(await north.figures()).toMatchObject({
      came: 1,
      inside: 0,
      gates: [{ gate: 'North', entered: 1, inside: 0 }],
    })

    setNow(at('20:30'))
    const refused = north.scanOf({ number })
    const told = (await north.send([refused])).body.results[0]
    expect(told).toMatchObject({ result: 'NO_REENTRY', conflict: false, left, entry: { left } })
    expect(told).not.toHaveProperty('first')
    const overlooked = north.scanOf({ number, anyway: true })
    const back = (await north.send([overlooked])).body.results[0]
    expect(back).toMatchObject({ result: 'ADMITTED', conflict: false, left, entry: { checkIn } })
    expect(back.entry).not.toHaveProperty('left')
    setNow(at('20:40'))
    await south.exit(number)
    await allowReentry(eventId)
    setNow(at('20:45'))
    expect(await south.enter(number)).toMatchObject({ result: 'ADMITTED', left: { date: at('20:40'), gate: 'South' } })
    expect(await south.enter(number)).toMatchObject({
      result: 'ALREADY_IN',
      first: { date: at('20:45'), gate: 'South' },
    })
    // What was told stays.
    expect((await north.send([refused, overlooked])).body.results).toMatchObject([
      { result: 'NO_REENTRY', left },
      { result: 'ADMITTED', left },
    ])
    expect(await kindsOf(number)).toEqual([
      ...['ticket.issued', 'ticket.checked_in', 'ticket.left', 'ticket.came_back', 'ticket.left', 'ticket.came_back'],
    ])
    expect((await north.list()).entries).toMatchObject([{ number, checkIn }])
    expect(await north.conflicts()).toEqual([])
  })

  test('law 21: to check in elsewhere says nothing of who is out; to take the check-in back does', async () => {
    const { eventId, number } = await oneTicket()
    const north = aDevice(admin, eventId)
    const path = '/events/v1/tickets/check-in'
    await must(admin, 'POST', path, { eventId, ticketNumber: [number] })
    await north.exit(number)
    await must(admin, 'POST', path, { eventId, ticketNumber: [number] })
    expect(await north.figures()).toMatchObject({ came: 1, inside: 0, gates: [{ entered: 1, inside: 0 }] })
    await must(admin, 'DELETE', `${path}?eventId=${eventId}&ticketNumber=${number}`)
    expect(await north.figures()).toMatchObject({ came: 0, inside: 0 })
    setNow(at('17:10'))
    const again = await north.enter(number)
    expect(again).toMatchObject({ result: 'ADMITTED', entry: { checkIn: { date: at('17:10') } } })
    expect([again, again.entry].filter(each => 'left' in each)).toEqual([])
  })

  test('in at one gate, out at another without a network, in at a third: the conflict ends when the leaving is told', async () => {
    const { eventId, number } = await oneTicket()
    const [north, south, west] = ['North', 'South', 'West'].map(gate => aDevice(admin, eventId, { gate }))
    if (!north || !south || !west) throw new Error()
    await allowReentry(eventId)
    await north.enter(number)
    setNow(at('18:00'))
    // The guest says so, and somebody believes it.
    expect(await west.enter(number)).toMatchObject({ result: 'ALREADY_IN', first: { gate: 'North' } })
    expect(await west.letIn(number, at('18:00'))).toMatchObject({ result: 'ALREADY_IN', conflict: true })
    expect(await north.conflicts('?state=OPEN')).toMatchObject([{ scan: { gate: 'West' }, first: { gate: 'North' } }])
    setNow(at('19:00'))
    const leaving = south.scanOf({ number, kind: 'EXIT', date: at('17:30'), offline: true, accepted: true })
    for (let times = 0; times < 2; times += 1)
      expect((await south.send([leaving])).body.results[0]).toMatchObject({ result: 'LEFT', date: at('17:30') })
    expect(await north.conflicts('?state=OPEN')).toEqual([])
    expect(await north.conflicts()).toMatchObject([{ resolution: 'LEFT', resolvedBy: 'tests' }])
    expect(await north.figures()).toMatchObject({ came: 1, inside: 1 })
    expect(await west.enter(number)).toMatchObject({ result: 'ALREADY_IN', first: { date: at('18:00'), gate: 'West' } })

    // The leaving was a mistake, told later still: two are in by one ticket after all.
    expect(await south.undo(number, { date: at('17:31'), offline: true, accepted: true })).toMatchObject({
      result: 'UNDONE',
    })
    expect(await north.conflicts('?state=OPEN')).toMatchObject([{ scan: { gate: 'West' }, first: { gate: 'North' } }])
  })

  test('who came and left without a network is out, whichever is told first; undo takes back one after the other', async () => {
    const { eventId, number } = await oneTicket()
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    setNow(at('19:00'))
    const offline = { number, offline: true, accepted: true }
    await south.sendOne({ ...offline, kind: 'EXIT', date: at('18:00') })
    expect(await north.sendOne({ ...offline, date: at('17:00') })).toMatchObject({
      result: 'ADMITTED',
      entry: { checkIn: { date: at('17:00') }, left: { date: at('18:00'), gate: 'South' } },
    })
    expect(await north.figures()).toMatchObject({ came: 1, inside: 0 })
    const letIn = await north.letIn(number, at('18:30'))
    expect(letIn).toMatchObject({ result: 'NO_REENTRY', conflict: true, left: { gate: 'South' } })
    expect(await north.conflicts()).toMatchObject([{ reason: 'NO_REENTRY', scan: { gate: 'North' } }])
    expect(await north.figures()).toMatchObject({ came: 1, inside: 1 })
    const steps: unknown[] = []
    for (let times = 0; times < 4; times += 1) {
      const { result, entry } = await north.undo(number)
      steps.push([result, 'checkIn' in entry, 'left' in entry])
    }
    expect(steps).toEqual([
      ['UNDONE', true, true],
      ['UNDONE', true, false],
      ['UNDONE', false, false],
      ['NOT_IN', false, false],
    ])
  })

  test('law 21: who left and came back stays known when what was scanned long ago is forgotten', async () => {
    const { eventId, number } = await oneTicket()
    const north = aDevice(admin, eventId)
    await north.enter(number)
    setNow(at('18:00'))
    await north.exit(number)
    setNow('2030-12-01T00:00:00.000Z')
    expect(await forgetOldScans(sql, app.now())).toBeGreaterThanOrEqual(2)
    expect((await north.list()).entries).toMatchObject([
      { number, checkIn: { gate: 'North' }, left: { date: at('18:00'), gate: 'North' } },
    ])
  })

  test('events 13.5.5: by one code for several: out goes whoever came last, back in comes who left once all have come', async () => {
    const eventId = await aParty(app)
    const { id } = await anRsvp(
      admin,
      eventId,
      { additionalGuestDetails: { guestCount: 1, guestNames: ['Bo Berg'] } },
      { options: { ignoreFormValidation: true, ignoreAdditionalGuestNames: true } },
    )
    await allowReentry(eventId)
    const code = rsvpCodeUrl({ siteId, rsvpId: id, eventId }, app.deps)
    const north = aDevice(admin, eventId)
    const steps: unknown[] = []
    for (const [index, kind] of (
      ['ENTER', 'ENTER', 'EXIT', 'EXIT', 'EXIT', 'ENTER', 'UNDO', 'ENTER'] as const
    ).entries()) {
      setNow(at(`18:0${index}`))
      const { result, entry } = await north.sendOne({ code, kind })
      const { inside } = await north.figures()
      steps.push([kind, result, entry.number.split(':')[1], inside])
    }
    expect(steps).toEqual([
      ['ENTER', 'ADMITTED', '1', 1],
      ['ENTER', 'ADMITTED', '2', 2],
      ['EXIT', 'LEFT', '2', 1],
      ['EXIT', 'LEFT', '1', 0],
      ['EXIT', 'NOT_IN', '1', 0],
      ['ENTER', 'ADMITTED', '1', 1],
      ['UNDO', 'UNDONE', '1', 0],
      ['ENTER', 'ADMITTED', '1', 1],
    ])
  })

  test('events 13.5.5: so do guests of RSVPs', async () => {
    const eventId = await aParty(app)
    const { id } = await anRsvp(admin, eventId)
    const north = aDevice(admin, eventId)
    await north.enter(`${id}:1`)
    setNow(at('18:00'))
    const left = { date: at('18:00'), gate: 'North', by: 'tests' }
    expect(await north.exit(`${id}:1`)).toMatchObject({ result: 'LEFT', entry: { checkIn: { date: NOW }, left } })
    expect(await north.figures()).toMatchObject({ came: 1, inside: 0, gates: [{ entered: 1, inside: 0 }] })
    const { rsvp } = (await must(admin, 'GET', `/events/v2/rsvps/${id}`)).body
    expect(rsvp).toMatchObject({ fullyCheckedIn: true, checkedInGuestCount: 1 })
    expect((await must(admin, 'GET', '/boxoffice/v1/door/events?q=party&limit=50')).body.events).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: eventId, admits: 1, came: 1, inside: 0 })]),
    )
    await allowReentry(eventId)
    expect(await north.enter(`${id}:1`)).toMatchObject({ result: 'ADMITTED', left })
    expect(await north.figures()).toMatchObject({ came: 1, inside: 1 })
    await north.exit(`${id}:1`)
    await must(admin, 'POST', `/events/v2/rsvps/${id}/cancel-check-in`, {})
    expect(await north.figures()).toMatchObject({ came: 0, inside: 0 })
    expect((await kindsOf(id)).slice(1)).toEqual([
      ...['rsvp.checked_in', 'rsvp.left', 'rsvp.came_back', 'rsvp.left', 'rsvp.check_in_canceled'],
    ])
  })
})

describe('conflicts', () => {
  test('a person looks at one, once; page by page, open ones and others', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 5 })
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    await north.send(numbers.map(number => ({ number })))
    for (const [index, number] of numbers.entries()) {
      setNow(at(`17:0${index + 1}`))
      await south.letIn(number, at('17:00'))
    }
    const pages: string[] = []
    for (let after = ''; ; ) {
      const { body } = await must(admin, 'GET', `${north.path}/conflicts?limit=2${after}`)
      pages.push(...body.conflicts.map((each: { number: string }) => each.number))
      if (!body.cursor) break
      after = `&after=${body.cursor}`
    }
    expect(pages).toEqual(numbers.toReversed())
    const [newest] = await north.conflicts()
    const resolve = () => must(admin, 'POST', `${north.path}/conflicts/${newest.id.toUpperCase()}/resolve`)
    setNow(at('19:00'))
    const { conflict } = (await resolve()).body
    expect(conflict).toEqual({ ...newest, resolution: 'SEEN', resolvedBy: 'tests', resolvedDate: at('19:00') })
    setNow(at('20:00'))
    expect((await resolve()).body.conflict).toEqual(conflict)
    expect(await north.conflicts('?state=RESOLVED')).toEqual([conflict])
    expect(await north.conflicts('?state=OPEN')).toHaveLength(4)
    const elsewhere = aDevice(admin, (await oneTicket()).eventId).path
    for (const path of [north.path.replace(eventId, newGuid()), elsewhere])
      expect((await admin('POST', `${path}/conflicts/${newest.id}/resolve`)).status).toBe(404)
    expect(refusalOf(await admin('POST', `${north.path}/conflicts/${newGuid()}/resolve`))).toEqual([404, 'NOT_FOUND'])
    expect(refusalOf(await admin('POST', `${north.path}/conflicts/x/resolve`))).toEqual([400, ['conflictId']])
    for (const query of ['limit=0', 'limit=101', 'state=ALL'])
      expect(refusalOf(await admin('GET', `${north.path}/conflicts?${query}`))).toEqual([400, [query.split('=')[0]]])
    for (const after of ['x', Buffer.from('9999-99-99 x').toString('base64url'), 'x'.repeat(201)])
      expect(refusalOf(await admin('GET', `${north.path}/conflicts?after=${after}`))).toEqual([400, ['after']])
  })
})

describe('guests of RSVPs', () => {
  test('events 13.5.5: come in one by one, whoever they are, as by the contract’s check-in', async () => {
    const eventId = await aParty(app)
    const { id } = await anRsvp(
      admin,
      eventId,
      { additionalGuestDetails: { guestCount: 2, guestNames: ['Bo Berg'] } },
      {
        options: { ignoreFormValidation: true, ignoreAdditionalGuestNames: true },
      },
    )
    const north = aDevice(admin, eventId)
    expect(await north.enter(`${id}:2`)).toMatchObject({
      result: 'ADMITTED',
      entry: {
        number: `${id}:2`,
        kind: 'RSVP',
        guestName: 'Bo Berg',
        buyerName: 'Ada Berg',
        checkIn: { gate: 'North' },
      },
    })
    expect(await north.enter(`${id.toUpperCase()}:2`)).toMatchObject({ result: 'ALREADY_IN', first: { gate: 'North' } })
    expect(await north.enter(`${id}:4`)).toMatchObject({ result: 'UNKNOWN' })
    await must(admin, 'POST', `/events/v2/rsvps/${id}/check-in`, { guestIds: [1] })
    expect(await north.enter(`${id}:1`)).toMatchObject({ result: 'ALREADY_IN' })
    expect(await north.figures()).toMatchObject({
      admits: 3,
      inside: 2,
      definitions: [],
      gates: [{ gate: 'North', entered: 1 }, { entered: 1 }],
    })
    setNow(at('18:00'))
    const south = aDevice(admin, eventId, { gate: 'South' })
    expect(await south.letIn(`${id}:2`, at('16:30'))).toMatchObject({ result: 'ADMITTED', date: at('16:30') })
    expect(await south.conflicts()).toMatchObject([
      { number: `${id}:2`, entry: { guestName: 'Bo Berg' }, scan: { gate: 'North' }, first: { gate: 'South' } },
    ])
    expect(await south.undo(`${id}:2`)).toMatchObject({ result: 'UNDONE', entry: { checkIn: { gate: 'North' } } })
    expect(await north.undo(`${id}:2`)).toMatchObject({ result: 'UNDONE' })
    expect(await north.figures()).toMatchObject({ inside: 1, openConflicts: 0 })
    const kinds = ['rsvp.checked_in', 'rsvp.checked_in', 'rsvp.updated', 'rsvp.updated', 'rsvp.check_in_canceled']
    expect(await kindsOf(id)).toEqual(['rsvp.created', ...kinds])
  })

  /** Ada with two who come along, and what her code holds. */
  async function threeOf(eventId: string, rsvp: object = {}) {
    const along = { additionalGuestDetails: { guestCount: 2, guestNames: ['Bo Berg'] } }
    const options = { ignoreFormValidation: true, ignoreAdditionalGuestNames: true, ignoreLimits: true }
    const { id } = await anRsvp(admin, eventId, { ...along, ...rsvp }, { options })
    return { id, code: rsvpCodeUrl({ siteId, rsvpId: id, eventId }, app.deps) }
  }

  test('events 13.5.5, R194: one code lets in as many as come by it, named or the next, and no more', async () => {
    const eventId = await aParty(app)
    const { id, code } = await threeOf(eventId)
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    expect(await north.sendOne({ code, number: `${id}:2` })).toMatchObject({
      result: 'ADMITTED',
      entry: { number: `${id}:2`, guestName: 'Bo Berg' },
    })
    setNow(at('17:01'))
    // Whom the other gate means is in by now: another of the three is who came.
    expect(await south.sendOne({ code, number: `${id}:2` })).toMatchObject({
      result: 'ADMITTED',
      entry: { number: `${id}:1`, guestName: 'Ada Berg', checkIn: { gate: 'South' } },
    })
    setNow(at('17:02'))
    expect(await north.sendOne({ code: ` ${code} ` })).toMatchObject({ entry: { number: `${id}:3` } })
    setNow(at('17:03'))
    expect(await south.sendOne({ code })).toMatchObject({
      result: 'ALREADY_IN',
      first: { date: at('17:02'), gate: 'North' },
    })
    // Who is taken back is whom this device let in last, unless it names another of its own.
    expect(await north.sendOne({ code, number: `${id}:1`, kind: 'UNDO' })).toMatchObject({
      result: 'UNDONE',
      entry: { number: `${id}:3` },
    })
    expect(await north.sendOne({ code, number: `${id}:2`, kind: 'UNDO' })).toMatchObject({
      result: 'UNDONE',
      entry: { number: `${id}:2` },
    })
    expect(await north.figures()).toMatchObject({ admits: 3, inside: 1, openConflicts: 0 })
  })

  test('R199: gates without a network share out who comes by one code; a conflict is who was too many', async () => {
    const eventId = await aParty(app)
    const { id, code } = await threeOf(eventId)
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    setNow(at('18:00'))
    const told = { offline: true, accepted: true }
    const ofNorth = [1, 2].map(guest => ({ code, number: `${id}:${guest}`, date: at(`17:0${guest}`), ...told }))
    const ofSouth = [1, 2].map(guest => ({ code, number: `${id}:${guest}`, date: at(`16:3${guest}`), ...told }))
    const sent = ofNorth.map(each => north.scanOf(each))
    type Told = { result: string; entry: { number: string } }
    const results = async (device: typeof north, scans: object[]) =>
      (await device.send(scans)).body.results.map((each: Told) => [each.result, each.entry.number])
    expect(await results(north, sent)).toEqual([
      ['ADMITTED', `${id}:1`],
      ['ADMITTED', `${id}:2`],
    ])
    // The first of these finds the third place; the second came before who was in last, who is then too many.
    expect(await results(south, ofSouth)).toEqual([
      ['ADMITTED', `${id}:3`],
      ['ADMITTED', `${id}:2`],
    ])
    expect(await north.conflicts()).toMatchObject([
      { number: `${id}:2`, reason: 'ALREADY_IN', scan: { gate: 'North' }, first: { gate: 'South' } },
    ])
    // What was told stays so, whoever stands behind the code by now.
    expect(await results(north, sent)).toEqual([
      ['ADMITTED', `${id}:1`],
      ['ADMITTED', `${id}:2`],
    ])
    expect(await north.sendOne({ code, kind: 'UNDO' })).toMatchObject({
      result: 'UNDONE',
      entry: { number: `${id}:2` },
    })
    expect(await north.figures()).toMatchObject({ inside: 3, openConflicts: 0 })
  })

  test('R194: a forged code of theirs, one of another event, and one that means nobody of them', async () => {
    const eventId = await aParty(app, { settings: { waitlistEnabled: true, limit: 1, responseType: 'YES_AND_NO' } })
    const { id, code } = await threeOf(eventId, { additionalGuestDetails: { guestCount: 0 } })
    const waiting = await anRsvp(admin, eventId, { email: 'bo@example.org' })
    const declined = await anRsvp(admin, eventId, { email: 'cy@example.org', status: 'NO' })
    const north = aDevice(admin, eventId)
    const codeOf = (rsvpId: string, of = eventId) => rsvpCodeUrl({ siteId, rsvpId, eventId: of }, app.deps)
    const forged = [code.replace(id, waiting.id), code.slice(0, -2), code.replace(/\?.*/, ''), codeOf(newGuid())]
    for (const each of forged) expect(await north.sendOne({ code: each })).toMatchObject({ result: 'UNKNOWN' })
    expect(await north.sendOne({ code: codeOf(waiting.id) })).toMatchObject({ result: 'WAITING' })
    expect(await north.sendOne({ code: codeOf(declined.id), offline: true, accepted: true })).toMatchObject({
      result: 'DECLINED',
      conflict: true,
    })
    const there = await aParty(app, { event: { title: 'Elsewhere' } })
    expect(await aDevice(admin, there).sendOne({ code })).toMatchObject({
      result: 'WRONG_EVENT',
      otherEvent: { id: eventId, title: 'A party' },
    })
    const first = north.scanOf({ code })
    expect((await north.send([first])).body.results[0]).toMatchObject({ result: 'ADMITTED' })
    const refused = (scan: object) => refusedWithoutTrace(sql, () => north.send([scan]))
    expect(await refused({ code, number: `${waiting.id}:1` })).toEqual([400, ['scans[0].number']])
    expect(await refused({ ...first, code: codeOf(waiting.id) })).toEqual([400, ['scans[0].id']])
  })

  test('what was told stays so, though the RSVP is gone meanwhile', async () => {
    const eventId = await aParty(app)
    const { id } = await anRsvp(admin, eventId)
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    const [admitted, refused] = [north.scanOf({ number: `${id}:1` }), south.scanOf({ number: `${id}:1` })]
    await north.send([admitted])
    await south.send([refused])
    await must(admin, 'DELETE', `/events/v2/rsvps/${id}`)
    const again = await north.send([admitted, { ...refused, offline: true, accepted: true }])
    expect(again.body.results).toMatchObject([
      { result: 'ADMITTED', conflict: false },
      { result: 'ALREADY_IN', conflict: true, first: { gate: 'North' } },
    ])
    expect(again.body.results[0]).not.toHaveProperty('entry')
    const [conflict] = await north.conflicts()
    expect(conflict).toMatchObject({ number: `${id}:1`, reason: 'ALREADY_IN' })
    expect(conflict).not.toHaveProperty('entry')
    expect(await north.undo(`${id}:1`)).toMatchObject({ result: 'UNKNOWN' })
  })

  test('events 13.5.5: who waits or declined is not let in', async () => {
    const eventId = await aParty(app, { settings: { waitlistEnabled: true, limit: 1, responseType: 'YES_AND_NO' } })
    await anRsvp(admin, eventId)
    const waiting = await anRsvp(admin, eventId, { email: 'bo@example.org' })
    const declined = await anRsvp(admin, eventId, { email: 'cy@example.org', status: 'NO' })
    const north = aDevice(admin, eventId)
    expect(await north.enter(`${waiting.id}:1`)).toMatchObject({ result: 'WAITING' })
    expect(await north.letIn(`${declined.id}:1`, NOW)).toMatchObject({ result: 'DECLINED', conflict: true })
    const ticket = await oneTicket()
    expect(await north.sendOne({ code: ticket.code })).toMatchObject({ result: 'WRONG_EVENT' })
    expect(await aDevice(admin, ticket.eventId).enter(`${waiting.id}:1`)).toMatchObject({ result: 'WRONG_EVENT' })
  })
})

describe('long after an event', () => {
  test('what was scanned is forgotten, but for who is in and conflicts; and is told again as it was till then', async () => {
    const { eventId, numbers } = await bought(app, { quantity: 3 })
    const [first = '', second = '', third = ''] = numbers
    const party = await aParty(app)
    const { id } = await anRsvp(admin, party)
    const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
    const came = north.scanOf({ number: first })
    const again = south.scanOf({ number: first })
    await north.send([came, { number: third, kind: 'UNDO' }])
    await south.send([again])
    await north.enter(second)
    await south.letIn(second, NOW)
    const guest = await aDevice(admin, party).enter(`${id}:1`)
    const kept = async () =>
      (await sql`select number, result, gate, device <> '' as named from door_scans
                 where event_id = any(${[eventId, party]}) order by number, result`) as unknown as {
        number: string
      }[]
    const before = await kept()
    expect(before).toHaveLength(6)
    // The event ends on the first of June: ninety days later it is not long over yet.
    await forgetOldScans(sql, new Date('2030-08-30T21:00:00Z'))
    expect(await kept()).toEqual(before)
    setNow('2030-08-31T00:00:00.000Z')
    await forgetOldScans(sql, app.now())
    const left = [
      { number: first, result: 'ADMITTED', gate: 'North', named: false },
      { number: second, result: 'ADMITTED', gate: 'North', named: false },
      { number: second, result: 'ALREADY_IN', gate: 'South', named: false },
      { number: `${id}:1`, result: 'ADMITTED', gate: 'North', named: false },
    ]
    expect(await kept()).toEqual(
      left.sort((one, other) => (one.number + one.result < other.number + other.result ? -1 : 1)),
    )
    expect(await forgetOldScans(sql, app.now())).toBe(0)
    const told = (await north.send([came])).body.results[0]
    expect(told).toMatchObject({ result: 'ADMITTED', entry: { checkIn: { gate: 'North' } } })
    expect(guest.result).toBe('ADMITTED')
    expect(await north.conflicts()).toMatchObject([
      { number: second, scan: { gate: 'South' }, first: { gate: 'North' } },
    ])
  })
})

describe('who may', () => {
  test('events 9.5.11, 9.5.14: staff at their events; refused at once when that is taken away, or they are', async () => {
    const { eventId, number } = await oneTicket()
    const elsewhere = await oneTicket()
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [eventId] })
    const north = aDevice(staff, eventId)
    const at = (path: string) => [
      staff('GET', `${path}/list`),
      aDevice(staff, path.split('/').at(-1) ?? '').send([{ number }]),
      staff('GET', `${path}/conflicts`),
      staff('POST', `${path}/conflicts/${newGuid()}/resolve`),
      staff('GET', `${path}/figures`),
    ]
    for (const answer of at(north.path.replace(eventId, elsewhere.eventId)))
      expect(refusalOf(await answer)).toEqual([403, 'PERMISSION_DENIED'])
    const listed = (await must(staff, 'GET', '/boxoffice/v1/door/events')).body.events
    expect(listed).toMatchObject([{ id: eventId, mayAddGuests: false, maySell: false }])
    expect(await north.enter(number)).toMatchObject({ result: 'ADMITTED', entry: { checkIn: { by: 'Dora' } } })

    const [{ staffMemberId = '' } = {}] = await sql<{ staffMemberId: string }[]>`
      select staff_member_id from staff_members where ${eventId} = any(event_ids)`
    const member = `/events/v1/staff-members/${staffMemberId}`
    const change = (revision: number, more: object) =>
      must(admin, 'PATCH', member, { staffMember: { revision: String(revision), ...more } })
    await change(2, { permissions: ['SELL_TICKETS'] })
    for (const answer of at(north.path)) expect(refusalOf(await answer)).toEqual([403, 'PERMISSION_DENIED'])
    await change(3, { permissions: ['CHECK_IN_GUESTS'], status: 'ACCESS_PAUSED' })
    for (const answer of at(north.path)) expect(refusalOf(await answer)).toEqual([428, 'STAFF_MEMBER_SUSPENDED'])
    await must(admin, 'DELETE', member)
    for (const answer of at(north.path)) expect(refusalOf(await answer)).toEqual([401, 'UNAUTHENTICATED'])
    // What they scanned stays, with nobody's name.
    const first = (await aDevice(admin, eventId).enter(number)).first
    expect(first).toMatchObject({ gate: 'North' })
    expect(first).not.toHaveProperty('by')
  })

  test('R22: nobody else: guests, who says nothing, another site, a key that may not', async () => {
    const { eventId, number } = await oneTicket()
    const foreign = await otherSite()
    const keyWith = async (scopes: string[]) => {
      const { body } = await must(admin, 'POST', '/boxoffice/v1/api-keys', { apiKey: { name: 'Door', scopes } })
      return callerOf({ authorization: body.apiKey.key, 'wix-site-id': app.siteId })
    }
    const send = (caller: typeof admin, of = eventId) => aDevice(caller, of).send([{ number }])
    expect(refusalOf(await send(await visitor()))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await send(await keyWith(['READ_TICKETS'])))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await send(anonymous))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await send(foreign.admin))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await send(admin, newGuid()))).toEqual([404, 'EVENT_NOT_FOUND'])
    const narrow = await keyWith(['CHECK-IN'])
    expect((await send(narrow)).status).toBe(200)
    expect(refusalOf(await send(narrow, await aParty(app)))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('one device is bounded, and no other with it', async () => {
    const { eventId } = await aSale(app, { definition: FREE })
    const [here, there] = await Promise.all([
      aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] }),
      aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] }),
    ])
    const path = '/boxoffice/v1/door/events?limit=1'
    for (let times = 0; times < 120; times += 1) await must(here, 'GET', path)
    const answer = await here('GET', path)
    expect(refusalOf(answer)).toEqual([429, 'RESOURCE_EXHAUSTED'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    await must(there, 'GET', path)
    expect((await aDevice(here, eventId).send([{ number: 'NONE' }])).status).toBe(200)
  })
})

const RIGHT = { id: newGuid(), kind: 'ENTER', number: 'A', date: NOW, gate: 'North', device: 'd' }
const without = (name: string) => Object.fromEntries(Object.entries(RIGHT).filter(([key]) => key !== name))
const scansOf = (...scans: unknown[]) => ({ scans })
test.each<[string, unknown, string | string[]]>([
  ['nothing', undefined, 'request'],
  ['null', null, 'request'],
  ['no scans', {}, 'scans'],
  ['null for scans', { scans: null }, 'scans'],
  ['an empty list', { scans: [] }, 'scans'],
  ['201 scans', { scans: Array.from({ length: 201 }, () => RIGHT) }, 'scans'],
  ['a scan that is a text', scansOf('x'), 'scans[0]'],
  ['no id', scansOf(RIGHT, without('id')), 'scans[1].id'],
  ['an id that is no GUID', scansOf({ ...RIGHT, id: '1' }), 'scans[0].id'],
  ['no kind', scansOf(without('kind')), 'scans[0].kind'],
  ['an unknown kind', scansOf({ ...RIGHT, kind: 'LEAVE' }), 'scans[0].kind'],
  ['neither number nor code', scansOf(without('number')), 'scans[0].number'],
  ['both', scansOf({ ...RIGHT, code: 'x' }), 'scans[0].number'],
  ['a number that is one', scansOf({ ...RIGHT, number: 7 }), 'scans[0].number'],
  ['a number of 101', scansOf({ ...RIGHT, number: 'x'.repeat(101) }), 'scans[0].number'],
  ['a code of 4097', scansOf({ ...RIGHT, number: null, code: 'x'.repeat(4097) }), 'scans[0].code'],
  ['no date', scansOf(without('date')), 'scans[0].date'],
  ['a day for the date', scansOf({ ...RIGHT, date: '2030-06-01' }), 'scans[0].date'],
  ['a gate of 51', scansOf({ ...RIGHT, gate: 'x'.repeat(51) }), 'scans[0].gate'],
  ['no device', scansOf(without('device')), 'scans[0].device'],
  ['an empty device', scansOf({ ...RIGHT, device: '' }), 'scans[0].device'],
  ['a device of 65', scansOf({ ...RIGHT, device: 'x'.repeat(65) }), 'scans[0].device'],
  ['a text for yes or no', scansOf({ ...RIGHT, offline: 'true' }), 'scans[0].offline'],
  ['a number for yes or no', scansOf({ ...RIGHT, accepted: 1 }), 'scans[0].accepted'],
  ['a clock that shows nothing', { ...scansOf(RIGHT), sentDate: 'now' }, 'sentDate'],
])('%s is a 400', async (_, body, fields) => {
  const { eventId } = await aSale(app, { definition: FREE })
  const path = `/boxoffice/v1/door/events/${eventId}/scans`
  expect(await refusedWithoutTrace(sql, () => admin('POST', path, body))).toEqual([400, [fields].flat()])
})
