import { type Activity, record } from '../activity/record.ts'
import type { Fragment, Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { setLimit } from '../inventory/store.ts'
import { AMOUNT_MINOR_MAX, decimalsOf, isCurrency } from '../money.ts'
import { invalid, Refusal } from '../refusals.ts'
import { refuseStale } from '../wire/revision.ts'
import {
  definitionNotFound,
  type Editor,
  getDefinition,
  refuseEmptySalePeriod,
  refuseFeeType,
  refuseOtherCurrency,
} from './create.ts'
import type { DefinitionContent, TicketDefinition } from './model.ts'
import { modifiedOf, modifiedPricesOf } from './modified.ts'
import {
  deleteDefinitions,
  findDefinitionIds,
  hasOrders,
  lockDefinitionsOfEvent,
  lockEventOf,
  lockRevision,
  setCurrencies,
  setSortIndexes,
  updateDefinition as writeDefinition,
} from './store.ts'

type Caller = { identity: Identity; now: Date }

export type DefinitionUpdate = {
  ticketDefinitionId: string
  /** The event that it must be of; null: any. */
  eventId: string | null
  /** The revision that the caller knows; null where the older API has none, and the last write wins. */
  revision: number | null
  contentAfter: (stored: TicketDefinition) => DefinitionContent
}

/** Gives a definition the content that follows from its present one (R94 to R96). */
export async function updateDefinition(
  tx: Tx,
  { ticketDefinitionId, eventId, revision, contentAfter }: DefinitionUpdate,
  { identity, now, feePercent, priceField }: Editor,
): Promise<TicketDefinition> {
  const { siteId } = identity
  await lockEventOf(tx, siteId, ticketDefinitionId)
  const current = await lockRevision(tx, siteId, ticketDefinitionId)
  if (current === null) throw definitionNotFound(ticketDefinitionId)
  if (revision !== null) refuseStale(current, revision)
  const stored = await getDefinition(tx, { siteId, ticketDefinitionId, now })
  if (eventId !== null && eventId !== stored.eventId) throw definitionNotFound(ticketDefinitionId)
  const content = contentAfter(stored)
  if (content.currency !== stored.currency) {
    const others = await lockDefinitionsOfEvent(tx, siteId, stored.eventId)
    if (others.length > 1) refuseOtherCurrency(content.currency, stored.currency, priceField)
  }
  refuseEmptySalePeriod(content)
  refuseFeeType(content, feePercent)

  await writeDefinition(tx, { siteId, ticketDefinitionId, ...content }, now)
  // What its places have room for counts while it has any (R84).
  if (content.initialLimit !== stored.initialLimit && !stored.seated)
    await setLimit(tx, { siteId, ticketDefinitionId, actualLimit: content.initialLimit })
  const salePeriodChanged =
    content.saleStartAt?.getTime() !== stored.saleStartAt?.getTime() ||
    content.saleEndAt?.getTime() !== stored.saleEndAt?.getTime() ||
    content.displayNotOnSale !== stored.displayNotOnSale
  const updated = await getDefinition(tx, { siteId, ticketDefinitionId, now })
  const modified = modifiedOf(stored, updated)
  await record(tx, [
    changed(updated, 'updated', { identity, now }, { salePeriodChanged, ...(modified && { modified }) }),
  ])
  return updated
}

function changed(
  { siteId, ticketDefinitionId, revision }: { siteId: string; ticketDefinitionId: string; revision: number },
  what: 'updated' | 'reordered' | 'deleted',
  { identity, now }: Caller,
  data: Record<string, unknown> = {},
): Activity {
  return {
    siteId,
    entityKind: 'ticket_definition',
    entityId: ticketDefinitionId,
    sequence: revision,
    kind: `ticket_definition.${what}`,
    data,
    actor: actorOf(identity),
    occurredAt: now,
  }
}

/** Deletes one definition; orders and pending reservations keep what they have of it (R97). */
export async function deleteDefinition(tx: Tx, ticketDefinitionId: string, caller: Caller): Promise<void> {
  const deleted = await deleteMany(tx, [ticketDefinitionId], caller)
  if (deleted === 0) throw definitionNotFound(ticketDefinitionId)
}

/** Deletes every definition that matches (R107). */
export async function deleteDefinitionsByFilter(tx: Tx, where: Fragment, caller: Caller): Promise<void> {
  for (;;) {
    const ids = await findDefinitionIds(tx, caller.identity.siteId, where, caller.now)
    if (ids.length === 0) return
    await deleteMany(tx, ids, caller) // what is deleted matches no more: each round has fewer left
  }
}

/**
 * Deletes the named definitions of an event, all or none; `ids` null: every one that it has (R116).
 * @throws Refusal EVENT_NOT_FOUND, TICKET_DEFINITION_NOT_FOUND
 */
export async function deleteDefinitionsOfEvent(
  tx: Tx,
  { eventId, ids }: { eventId: string; ids: readonly string[] | null },
  caller: Caller,
): Promise<void> {
  const { siteId } = caller.identity
  await lockEvent(tx, siteId, eventId)
  const there = (await lockDefinitionsOfEvent(tx, siteId, eventId)).map(each => each.ticketDefinitionId)
  const unknown = ids?.find(id => !there.includes(id))
  if (unknown !== undefined) throw definitionNotFound(unknown)
  await deleteMany(tx, ids ?? there, caller)
}

async function deleteMany(tx: Tx, ids: readonly string[], caller: Caller): Promise<number> {
  const { siteId } = caller.identity
  const deleted = await deleteDefinitions(tx, { siteId, ids, now: caller.now })
  await record(
    tx,
    deleted.map(each => changed({ siteId, ...each }, 'deleted', caller)),
  )
  return deleted.length
}

export type Reordering = {
  eventId: string
  ticketDefinitionId: string
  /** Which of the two references counts (R99), and the definition it names. */
  reference: { place: 'before' | 'after'; ticketDefinitionId: string } | null
}

/** Moves a definition directly before or after another of the same event (R99, R100). */
export async function reorderDefinitions(tx: Tx, wanted: Reordering, caller: Caller): Promise<void> {
  const { eventId, ticketDefinitionId, reference } = wanted
  const { siteId } = caller.identity
  await lockEvent(tx, siteId, eventId)
  const order = await lockDefinitionsOfEvent(tx, siteId, eventId)
  const moved = order.find(each => each.ticketDefinitionId === ticketDefinitionId)
  const rest = order.filter(each => each !== moved)
  const at = rest.findIndex(each => each.ticketDefinitionId === reference?.ticketDefinitionId)
  if (!moved || !reference || at < 0)
    throw new Refusal(
      'INVALID_REORDER_INSTRUCTION',
      'Name a definition of the event, and another one of it that it goes before or after.',
    )
  rest.splice(reference.place === 'before' ? at : at + 1, 0, moved)
  const changedPlaces = rest.flatMap((each, sortIndex) =>
    each.sortIndex === sortIndex ? [] : [{ siteId, ...each, sortIndex, revision: each.revision + 1 }],
  )
  await setSortIndexes(tx, { siteId, now: caller.now }, changedPlaces)
  await record(
    tx,
    changedPlaces.map(each => changed(each, 'reordered', caller)),
  )
}

/** Rewrites the currency of all of an event's definitions, not their amounts (R108, R109, R112). */
export async function changeCurrency(
  tx: Tx,
  { eventId, currency }: { eventId: string; currency: string },
  caller: Caller,
): Promise<void> {
  const { siteId } = caller.identity
  if (!isCurrency(currency)) throw invalid('currency', 'is not a currency of ISO 4217', 'CURRENCY')
  await lockEvent(tx, siteId, eventId)
  if (await hasOrders(tx, siteId, eventId))
    throw new Refusal('CURRENCY_LOCKED', 'The event has orders; its currency can no longer change.', { eventId })
  const definitions = (await lockDefinitionsOfEvent(tx, siteId, eventId)).filter(each => each.currency !== currency)
  const rescaled = definitions.map(each => {
    const rescale = (amountMinor: number) => {
      // inferred: decimals that the new currency lacks are rounded half up, 10.50 EUR to 11 JPY.
      const rescaled = Math.round(amountMinor * 10 ** (decimalsOf(currency) - decimalsOf(each.currency)))
      if (rescaled > AMOUNT_MINOR_MAX) throw invalid('currency', 'makes a price too large', 'MAX')
      return rescaled
    }
    return {
      ticketDefinitionId: each.ticketDefinitionId,
      currency,
      priceMinor: each.priceMinor === null ? null : rescale(each.priceMinor),
      pricingOptions: each.pricingOptions.map(option => ({ ...option, amountMinor: rescale(option.amountMinor) })),
    }
  })
  await setCurrencies(tx, siteId, rescaled, caller.now)
  await record(
    tx,
    definitions.map(({ ticketDefinitionId, revision, ...each }, index) =>
      changed({ siteId, ticketDefinitionId, revision: revision + 1 }, 'updated', caller, {
        modified: modifiedPricesOf(each, { ...each, ...rescaled[index] }),
      }),
    ),
  )
}
