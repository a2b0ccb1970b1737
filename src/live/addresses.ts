import type { Sql } from '../db/connect.ts'
import { type Whereabouts, whereDefinitionIs, whereEventIs } from './store.ts'

/** Finds what an id names, on whichever site that is. */
export type Addresses = {
  ofEvent: (eventId: string) => Promise<Whereabouts | null>
  ofDefinition: (ticketDefinitionId: string) => Promise<Whereabouts | null>
}

/** Nothing moves to another site or event, so what was found once stays true; what does not exist is not remembered. */
export function createAddresses(sql: Sql): Addresses {
  const known = new Map<string, Whereabouts>()

  async function remembered(id: string, find: (id: string) => Promise<Whereabouts | null>) {
    const found = known.get(id) ?? (await find(id))
    if (found) {
      if (known.size >= KNOWN_MAX) known.clear()
      known.set(id, found)
    }
    return found
  }

  return {
    ofEvent: eventId => remembered(eventId, id => whereEventIs(sql, id)),
    ofDefinition: ticketDefinitionId => remembered(ticketDefinitionId, id => whereDefinitionIs(sql, id)),
  }
}

const KNOWN_MAX = 10_000
