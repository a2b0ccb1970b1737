import { actorNameOf } from '../activity/actor-name.ts'
import type { Db } from '../db/connect.ts'
import type { Who } from './model.ts'

/** What people who let others in are called now, by `keyOf`; who is gone has no name. */
export type Names = ReadonlyMap<string, string>

export async function namesOf(db: Db, siteId: string, who: readonly Who[]): Promise<Names> {
  const people = [...new Map(who.map(each => [keyOf(each), each])).values()]
  if (people.length === 0) return new Map()
  const rows = await db<(Who & { name: string })[]>`
    select named.kind, named.id,
           ${actorNameOf(db, siteId, { kind: db`named.kind`, id: db`named.id` })} as name
      from unnest(
             ${people.map(({ kind }) => kind)}::text[], ${people.map(({ id }) => id)}::text[]
           ) as named (kind, id)`
  return new Map(rows.filter(({ name }) => name !== null).map(row => [keyOf(row), row.name]))
}

export function keyOf({ kind, id }: Who): string {
  return `${kind} ${id}`
}
