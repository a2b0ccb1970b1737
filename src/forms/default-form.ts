import type { Tx } from '../db/connect.ts'
import { DEFAULT_MESSAGES } from './messages.ts'
import { emailControl, nameControl } from './model.ts'
import { insertForm } from './store.ts'

/**
 * Gives a new event its form: name, e-mail and our default texts (events 4.5.1, 4.7.2), which are the same for both
 * types of event. It starts at revision 0, for making it is part of making the event: its first change is activity 1.
 */
export async function createDefaultForm(
  tx: Tx,
  { siteId, eventId }: { siteId: string; eventId: string; initialType: 'RSVP' | 'TICKETING' },
): Promise<void> {
  const controls = [nameControl({ firstName: 'First name', lastName: 'Last name' }), emailControl('Email')]
  await insertForm(tx, { siteId, eventId, revision: 0, controls, messages: DEFAULT_MESSAGES })
}
