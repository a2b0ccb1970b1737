import { type Db, jsonb, type Tx } from '../db/connect.ts'
import { eventNotFound } from '../events/store.ts'
import type { StoredForm } from './model.ts'

/** @throws Refusal EVENT_NOT_FOUND: every event has a form */
export async function getForm(db: Db, siteId: string, eventId: string): Promise<StoredForm> {
  const [row] = await db<StoredForm[]>`
    select site_id, event_id, revision, controls, messages
      from registration_forms
     where site_id = ${siteId}
       and event_id = ${eventId}`
  if (!row) throw eventNotFound(eventId)
  return row
}

/** The form, locked until the transaction ends. @throws Refusal EVENT_NOT_FOUND */
export async function lockForm(tx: Tx, siteId: string, eventId: string): Promise<StoredForm> {
  const [row] = await tx<StoredForm[]>`
    select site_id, event_id, revision, controls, messages
      from registration_forms
     where site_id = ${siteId}
       and event_id = ${eventId}
       for update`
  if (!row) throw eventNotFound(eventId)
  return row
}

export async function insertForm(tx: Tx, form: StoredForm): Promise<void> {
  await tx`
    insert into registration_forms (site_id, event_id, revision, controls, messages)
    values (
      ${form.siteId}, ${form.eventId}, ${form.revision}, ${jsonb(tx, form.controls)}, ${jsonb(tx, form.messages)}
    )`
}

export async function updateForm(tx: Tx, form: StoredForm): Promise<void> {
  await tx`
    update registration_forms
       set revision = ${form.revision},
           controls = ${jsonb(tx, form.controls)},
           messages = ${jsonb(tx, form.messages)}
     where site_id = ${form.siteId}
       and event_id = ${form.eventId}`
}

/** Gives new events another one's form: controls with their ids, and messages (events 2.2.16, 4.5.20). */
export async function copyForm(
  tx: Tx,
  { siteId, fromEventId, toEventIds }: { siteId: string; fromEventId: string; toEventIds: readonly string[] },
): Promise<void> {
  await tx`
    insert into registration_forms (site_id, event_id, revision, controls, messages)
    select site_id, copies.event_id, 0, controls, messages
      from registration_forms
     cross join unnest(${[...toEventIds]}::uuid[]) as copies (event_id)
     where site_id = ${siteId}
       and registration_forms.event_id = ${fromEventId}`
}
