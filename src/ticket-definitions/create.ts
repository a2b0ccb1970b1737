import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { createInventories } from '../inventory/store.ts'
import { invalid, Refusal } from '../refusals.ts'
import { DEFINITIONS_MAX, isFree, type NewDefinition, type TicketDefinition } from './model.ts'
import { findDefinition, insertDefinition, lockDefinitionsOfEvent } from './store.ts'

/** Who adds or changes a definition, when, and what of their request is named where its price is refused. */
export type Editor = { identity: Identity; now: Date; feePercent: string; priceField: string }

/** Adds a definition to an event, with an inventory of its own. */
export async function createDefinition(
  tx: Tx,
  { eventId, ...content }: NewDefinition,
  { identity, now, feePercent, priceField }: Editor,
): Promise<TicketDefinition> {
  const { siteId } = identity
  // Two who add to one event take turns: the number of its definitions and their currency are read below (R87, R93).
  const event = await lockEvent(tx, siteId, eventId)
  // inferred: the type that it was created with counts, so that tickets can be prepared while registration is off (R86).
  if (event.initialType !== 'TICKETING')
    throw new Refusal('INVALID_EVENT_TYPE', 'Only events of type TICKETING have ticket definitions.', { eventId })
  const siblings = await lockDefinitionsOfEvent(tx, siteId, eventId)
  if (siblings.length >= DEFINITIONS_MAX)
    throw new Refusal('TICKET_DEFINITIONS_LIMIT_REACHED', `An event has at most ${DEFINITIONS_MAX} definitions.`)

  const [sibling] = siblings
  if (sibling) refuseOtherCurrency(content.currency, sibling.currency, priceField)
  const definition = { siteId, ticketDefinitionId: newGuid(), eventId, ...content }
  refuseEmptySalePeriod(definition)
  refuseFeeType(definition, feePercent)

  await insertDefinition(tx, definition, now)
  const { ticketDefinitionId } = definition
  await createInventories(tx, siteId, [{ ticketDefinitionId, actualLimit: definition.initialLimit }])
  await record(tx, [
    {
      siteId,
      entityKind: 'ticket_definition',
      entityId: ticketDefinitionId,
      sequence: 1,
      kind: 'ticket_definition.created',
      data: { eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return getDefinition(tx, { siteId, ticketDefinitionId, now })
}

/** @throws Refusal TICKET_DEFINITION_NOT_FOUND (R98) */
export async function getDefinition(
  tx: Parameters<typeof findDefinition>[0],
  which: { siteId: string; ticketDefinitionId: string; now: Date },
): Promise<TicketDefinition> {
  const definition = await findDefinition(tx, which)
  if (!definition) throw definitionNotFound(which.ticketDefinitionId)
  return definition
}

export function definitionNotFound(ticketDefinitionId: string): Refusal {
  return new Refusal('TICKET_DEFINITION_NOT_FOUND', 'There is no such ticket definition.', { ticketDefinitionId })
}

/** R93: all prices of an event share one currency. */
export function refuseOtherCurrency(currency: string, currencyOfEvent: string, priceField: string): void {
  if (currency !== currencyOfEvent)
    throw invalid(priceField, `must be in ${currencyOfEvent}, like the event's other tickets`, 'OTHER_CURRENCY', {
      currency: currencyOfEvent,
    })
}

/** R88: a sale has a length. */
export function refuseEmptySalePeriod({ saleStartAt, saleEndAt }: Pick<TicketDefinition, 'saleStartAt' | 'saleEndAt'>) {
  if (saleStartAt && saleEndAt && saleEndAt <= saleStartAt)
    throw new Refusal('INVALID_SALE_PERIOD', 'The sale must end at least a minute after it starts.')
}

/** R91: where fees are collected, only free tickets have none. */
export function refuseFeeType(
  definition: Pick<TicketDefinition, 'feeType' | 'pricingKind' | 'priceMinor' | 'pricingOptions'>,
  feePercent: string,
): void {
  if (definition.feeType === 'NO_FEE' && Number(feePercent) > 0 && !isFree(definition))
    throw new Refusal('INVALID_FEE_TYPE', 'Only free tickets can have NO_FEE here.')
}
