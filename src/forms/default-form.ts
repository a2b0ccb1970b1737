import type { Tx } from '../db/connect.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { defaultMessages } from './messages.ts'
import { emailControl, nameControl } from './model.ts'
import { insertForm } from './store.ts'

/**
 * Gives a new event its form: name, e-mail and our default texts in the site's language (events 4.5.1, 4.7.2), which are
 * the same for both types of event. It starts at revision 0, for making it is part of making the event: its first change
 * is activity 1.
 */
export async function createDefaultForm(
  tx: Tx,
  { siteId, locale }: Pick<Site, 'siteId' | 'locale'>,
  eventId: string,
): Promise<void> {
  const texts = textsIn(locale)
  const { form: say } = texts
  const labels = { firstName: say('label.firstName'), lastName: say('label.lastName') }
  const controls = [nameControl(labels), emailControl(say('label.email'))]
  await insertForm(tx, { siteId, eventId, revision: 0, controls, messages: defaultMessages(texts) })
}
