import type { Sql } from '../../src/db/connect.ts'

/** What every table has of a site: as many rows, and the same ones. Equal before and after: nothing was written. */
export async function fingerprintOf(sql: Sql, siteId: string): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name
      from information_schema.columns
     where table_schema = 'public'
       and column_name = 'site_id'
     order by table_name`
  const counts = tables.map(
    ({ name }) => `
    select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(each::text, 0)), 0) as rows
      from ${name} as each
     where site_id = $1`,
  )
  const found = await sql.unsafe<{ name: string; rows: string }[]>(counts.join('\nunion all'), [siteId])
  return Object.fromEntries(found.map(({ name, rows }) => [name, rows]))
}
