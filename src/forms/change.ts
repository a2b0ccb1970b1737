import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { StoredForm } from './model.ts'
import { lockForm, updateForm } from './store.ts'

type Change = {
  identity: Identity
  eventId: string
  now: Date
  kind: 'updated' | 'control_added' | 'control_updated' | 'control_deleted' | 'messages_updated'
}

/**
 * Replaces what `rule` says of an event's form, which is published at once (events 4.2.1); the last write wins, each
 * seeing the one before.
 * @param rule   pure; throws when the change is refused
 * @throws Refusal EVENT_NOT_FOUND
 */
export async function changeForm(
  tx: Tx,
  { identity, eventId, now, kind }: Change,
  rule: (
    form: StoredForm,
    event: StoredEvent,
  ) => Partial<Pick<StoredForm, 'controls' | 'messages'>> & { controlId?: string },
): Promise<StoredForm> {
  const { siteId } = identity
  const event = await getEvent(tx, siteId, eventId)
  const form = await lockForm(tx, siteId, event.eventId)
  const { controlId, ...replaced } = rule(form, event)
  const changed = { ...form, ...replaced, revision: form.revision + 1 }
  await updateForm(tx, changed)
  await record(tx, [
    {
      siteId,
      entityKind: 'registration_form',
      entityId: form.eventId,
      sequence: changed.revision,
      kind: `registration_form.${kind}`,
      ...(controlId !== undefined && { data: { controlId } }),
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return changed
}
