import type { Tx } from '../db/connect.ts'
import { lockInventory, setLimits } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import { lockDefinitionsOfEvent } from '../ticket-definitions/store.ts'
import type { Place, SeatingPlan } from './model.ts'
import { listBoundDefinitions, listLimits, listTakenThatChange, replacePlaces } from './store.ts'

/**
 * Makes the places of a plan those that are given, and the limit of every definition that it had or gets places of what
 * they have room for (R62, R84). The event must be locked. With the stock of those definitions locked nobody can take or
 * give back any of the places meanwhile.
 * @throws Refusal TICKET_DEFINITION_NOT_FOUND for one that is not the event's; PLACES_TAKEN where somebody holds or bought
 *   what would be gone or another's; TICKETS_WITHOUT_SEATS where tickets were sold that would have no place
 */
export async function layOut(
  tx: Tx,
  { siteId, seatingPlanId, eventId }: Pick<SeatingPlan, 'siteId' | 'seatingPlanId' | 'eventId'>,
  places: readonly Place[],
): Promise<void> {
  const which = { siteId, seatingPlanId }
  const bound = await listBoundDefinitions(tx, which)
  const wanted = [...new Set(places.flatMap(({ ticketDefinitionId }) => ticketDefinitionId ?? []))]
  const offered = (await lockDefinitionsOfEvent(tx, siteId, eventId)).map(each => each.ticketDefinitionId)
  // What was deleted keeps the places that it has: they may be sold.
  const unknown = wanted.find(id => !offered.includes(id) && !bound.includes(id))
  if (unknown)
    throw new Refusal('TICKET_DEFINITION_NOT_FOUND', 'The event has no such ticket definition.', {
      ticketDefinitionId: unknown,
    })

  const affected = [...new Set([...bound, ...wanted])]
  const stock = await lockInventory(tx, siteId, affected)
  const placeIds = await listTakenThatChange(tx, which, places, TAKEN_NAMED_MAX)
  if (placeIds.length > 0)
    throw new Refusal('PLACES_TAKEN', 'Somebody holds or bought places that you take away or give to other tickets.', {
      placeIds,
    })
  const sold = stock.find(each => !each.seated && each.reserved + each.sold > 0)
  if (sold)
    throw new Refusal('TICKETS_WITHOUT_SEATS', 'Tickets of this definition are held or sold that have no seat.', {
      ticketDefinitionId: sold.ticketDefinitionId,
    })

  await replacePlaces(tx, which, places)
  await setLimits(tx, siteId, await listLimits(tx, siteId, affected))
}

const TAKEN_NAMED_MAX = 50
