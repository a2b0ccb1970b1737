import type { Tx } from '../db/connect.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'
import { wantLetters } from '../notifications/mails.ts'
import { Refusal, type RefusalCode } from '../refusals.ts'
import { getDefinition } from '../ticket-definitions/create.ts'
import { saleStatusOf } from '../ticket-definitions/model.ts'
import { addMinutes } from '../time.ts'
import { confirmUrl, unsubscribeUrl } from './links.ts'
import { type AlertKind, refusalToWait } from './model.ts'
import { countAlerts, ensureQueue, findAsked, insertAlerts, removeUnconfirmed } from './store.ts'

export type Asked = { ticketDefinitionId: string; email: string; kinds: readonly AlertKind[]; locale: string }

/**
 * Notes down what a guest wants to be told of a definition, and sends a mail to confirm it: until then nothing is told.
 * Whoever asks learns nothing of the address: it is the same whether that waits already, or gets no more such mails today.
 * @throws Refusal TICKET_DEFINITION_NOT_FOUND, REGISTRATION_CLOSED, TICKETS_ON_SALE, TICKET_NOT_ON_SALE,
 *   RESOURCE_EXHAUSTED when very many wait
 */
export async function askForAlerts(
  tx: Tx,
  { ticketDefinitionId, email, kinds, locale }: Asked,
  { identity, now, links }: { identity: Identity; now: Date; links: { keys: Keys; publicUrl: string } },
): Promise<void> {
  const { siteId } = identity
  const definition = await getDefinition(tx, { siteId, ticketDefinitionId, now })
  const { eventId } = definition
  const event = await getEvent(tx, siteId, eventId)
  const refusal = refusalToWait(kinds, { definition, event }, now)
  if (refusal) throw new Refusal(refusal, SAID[refusal] ?? 'There is nothing to wait for.', { ticketDefinitionId })
  if ((await countAlerts(tx, { siteId, ticketDefinitionId }, ALERTS_MAX)) >= ALERTS_MAX)
    throw new Refusal('RESOURCE_EXHAUSTED', 'Too many people wait already.', { ticketDefinitionId })

  // Who may wait while the sale goes on has found none left.
  const soldOutAt = saleStatusOf(definition, now) === 'SALE_STARTED' ? now : null
  await ensureQueue(tx, { siteId, ticketDefinitionId, eventId, soldOutAt }, now)
  const asked = { siteId, ticketDefinitionId, email, since: addMinutes(now, -MINUTES_COUNTED) }
  const { own, recent } = await findAsked(tx, asked)
  const isMailed = own.some(each => each.confirmedAt === null && each.createdAt > addMinutes(now, -MINUTES_BETWEEN))
  const missing = kinds.filter(kind => !own.some(each => each.kind === kind && each.confirmedAt !== null))
  if (isMailed || missing.length === 0 || recent >= ASKED_MAX) return
  await removeUnconfirmed(tx, { siteId, ticketDefinitionId }, email)
  const alertId = newGuid()
  const alerts = missing.map(kind => ({ siteId, alertId, kind, ticketDefinitionId, email, locale }))
  if ((await insertAlerts(tx, alerts, now)) === 0) return
  await wantLetters(
    tx,
    [
      {
        kind: 'alertConfirmation',
        to: { address: email, locale },
        eventId,
        fact: `alert/${alertId}`,
        values: { ticket: definition.name },
        url: confirmUrl({ siteId, alertId }, links),
        unsubscribeUrl: unsubscribeUrl({ siteId, alertId }, links),
      },
    ],
    { siteId, actor: actorOf(identity), now },
  )
}

const SAID: Partial<Record<RefusalCode, string>> = {
  TICKET_DEFINITION_NOT_FOUND: 'There is no such ticket definition.',
  REGISTRATION_CLOSED: 'The event is over or canceled.',
  TICKETS_ON_SALE: 'The sale has started: see whether there are tickets.',
  TICKET_NOT_ON_SALE: 'The sale has ended.',
}

/** Of one definition. */
const ALERTS_MAX = 50_000
/** What one address may be asked to confirm in a day, and how soon again of the same definition. */
const ASKED_MAX = 10
const MINUTES_COUNTED = 24 * 60
const MINUTES_BETWEEN = 10
