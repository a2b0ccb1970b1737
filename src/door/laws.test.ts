import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice, bought } from '../../test/support/door.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { lawsBrokenBy } from '../../test/support/unprotected.ts'
import { newGuid } from '../ids.ts'

const app = await testApp({ lawless: true })
const { sql, admin, setNow } = app
const LAW = '26-the-door-tells-who-is-in'

async function aConflict() {
  setNow('2030-06-01T17:00:00.000Z')
  const { eventId, numbers } = await bought(app)
  const [number = ''] = numbers
  const [north, south] = [aDevice(admin, eventId), aDevice(admin, eventId, { gate: 'South' })]
  const first = (await north.enter(number)).id
  const second = (await south.letIn(number, '2030-06-01T17:00:00.000Z')).id
  expect(await lawsBrokenBy(sql, number)).toEqual([])
  const [conflict] = await north.conflicts()
  return { eventId, number, first, second, conflictId: conflict.id as string }
}
type Conflict = Awaited<ReturnType<typeof aConflict>>

test.each<[string, (of: Conflict) => Promise<unknown>, (of: Conflict) => string]>([
  [
    'a check-in by no scan that there is',
    of => sql`update tickets set check_in_scan_id = ${newGuid()} where ticket_number = ${of.number}`,
    of => of.number,
  ],
  [
    'a check-in at another moment than its scan',
    of => sql`update tickets set checked_in_at = checked_in_at + interval '1 s' where ticket_number = ${of.number}`,
    of => of.number,
  ],
  [
    'a check-in by a scan of another number',
    of => sql`update door_scans set number = 'OTHER' where scan_id = ${of.first}`,
    of => of.number,
  ],
  [
    'somebody let in without a conflict',
    of => sql`delete from door_conflicts where conflict_id = ${of.conflictId}`,
    of => of.second,
  ],
  [
    'a conflict of a scan that let nobody in',
    of => sql`update door_scans set let_in = false where scan_id = ${of.second}`,
    of => of.conflictId,
  ],
  [
    'a conflict of two numbers',
    of => sql`update door_conflicts set number = 'OTHER' where conflict_id = ${of.conflictId}`,
    of => of.conflictId,
  ],
  [
    'a conflict whose first came later',
    of => sql`update door_conflicts set first_at = first_at + interval '1 s' where conflict_id = ${of.conflictId}`,
    of => of.conflictId,
  ],
])('law 18: verify sees %s', async (_, breach, named) => {
  const conflict = await aConflict()
  await breach(conflict)
  expect(await lawsBrokenBy(sql, named(conflict))).toContain(LAW)
})

test.each<[string, (of: Conflict) => Promise<unknown>]>([
  [
    'somebody out by a scan of another number',
    of => sql`update door_scans set number = 'OTHER' where passage = 'OUT' and number = ${of.number}`,
  ],
  [
    'somebody out by a scan that was taken back',
    of => sql`update door_scans set passage = null where passage = 'OUT' and number = ${of.number}`,
  ],
  [
    'somebody inside who left',
    of => sql`update tickets set out_at = null, out_scan_id = null where ticket_number = ${of.number}`,
  ],
])('law 21: verify sees %s', async (_, breach) => {
  const conflict = await aConflict()
  setNow('2030-06-01T18:00:00.000Z')
  await aDevice(admin, conflict.eventId).exit(conflict.number)
  expect(await lawsBrokenBy(sql, conflict.number)).toEqual([])
  await breach(conflict)
  expect(await lawsBrokenBy(sql, conflict.number)).toContain('29-who-is-out-came-in')
})

test.each<[string, (of: Conflict) => Promise<unknown>, RegExp]>([
  [
    'somebody out who never came',
    of => sql`
      update tickets
         set out_at = checked_in_at, out_scan_id = check_in_scan_id, checked_in_at = null, checked_in_by = null,
             check_in_scan_id = null
       where ticket_number = ${of.number}`,
    /tickets_out_have_come/,
  ],
  [
    'somebody out before coming in',
    of => sql`
      update tickets set out_at = checked_in_at - interval '1 s', out_scan_id = check_in_scan_id
       where ticket_number = ${of.number}`,
    /tickets_out_have_come/,
  ],
  [
    'somebody out by no scan',
    of => sql`update tickets set out_at = checked_in_at where ticket_number = ${of.number}`,
    /tickets_out_is_whole/,
  ],
  [
    'a guest of an RSVP out who never came',
    async () => {
      const { id } = await anRsvp(admin, await aParty(app))
      const checkIns = [{ guestId: 1, at: null, out: { at: '2030-06-01T17:00:00.000Z', scanId: newGuid() } }]
      return sql`update rsvps set check_ins = ${sql.json(checkIns)} where rsvp_id = ${id}`
    },
    /rsvps_out_have_come/,
  ],
  [
    'a leaving by coming in',
    of => sql`update door_scans set passage = 'OUT' where scan_id = ${of.first}`,
    /door_scans_passage_of_kind/,
  ],
  ['a second open conflict of one scan', again, /door_conflicts_open_once/],
  [
    'a conflict of a scan with itself',
    of => sql`update door_conflicts set first_scan_id = scan_id where conflict_id = ${of.conflictId}`,
    /door_conflicts_name_two/,
  ],
  [
    'a scan that admitted nobody in particular',
    of => sql`update door_scans set number = null where scan_id = ${of.first}`,
    /door_scans_admitted_are_in/,
  ],
  [
    'a scan of one kind with the result of the other',
    of => sql`update door_scans set kind = 'UNDO' where scan_id = ${of.first}`,
    /door_scans_result_of_kind/,
  ],
  [
    'a scan that is still to come',
    of => sql`update door_scans set scanned_at = received_at + interval '1 s' where scan_id = ${of.first}`,
    /door_scans_are_past/,
  ],
  [
    'a scan of nobody’s check-in',
    of => sql`
      update tickets set checked_in_at = null, checked_in_by = null where ticket_number = ${of.number}`,
    /tickets_scan_is_of_check_in/,
  ],
  [
    'a resolution by nobody',
    of => sql`update door_conflicts set resolved_at = opened_at where conflict_id = ${of.conflictId}`,
    /door_conflicts_resolution_is_whole/,
  ],
])('laws 18 and 21: the tables refuse %s', async (_, breach, constraint) => {
  await expect(breach(await aConflict())).rejects.toThrow(constraint)
})

function again({ conflictId }: Conflict): Promise<unknown> {
  return sql`
    insert into door_conflicts (
      site_id, conflict_id, event_id, number, reason, scan_id, first_scan_id, first_at, first_by, opened_at
    )
    select site_id, gen_random_uuid(), event_id, number, reason, scan_id, first_scan_id, first_at, first_by, opened_at
      from door_conflicts
     where conflict_id = ${conflictId}`
}
