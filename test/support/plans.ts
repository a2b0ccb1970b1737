import type { Db, Sql } from '../../src/db/connect.ts'

/**
 * The plans, as PostgreSQL says them, of the statements that `read` would run; they give no rows.
 * @param begins how those statements begin, where a fragment of them begins with `select` too
 */
export async function plansOf(sql: Sql, read: (db: Db) => Promise<unknown>, begins = /^\s*select/): Promise<string[]> {
  const plans: string[] = []
  const explaining = new Proxy(sql, {
    apply: (target, self, [first, ...values]: [unknown, ...unknown[]]) => {
      const isStatement = Array.isArray(first) && 'raw' in first && begins.test(String(first[0]))
      if (!isStatement) return Reflect.apply(target, self, [first, ...values])
      const explain = (texts: readonly string[]) => [`explain ${texts[0]}`, ...texts.slice(1)]
      const strings = Object.assign(explain(first), { raw: explain(first) })
      const rows: Promise<{ queryPlan: string }[]> = Reflect.apply(target, self, [strings, ...values])
      return rows.then(lines => {
        plans.push(
          Object.values(lines)
            .map(line => Object.values(line)[0])
            .join('\n'),
        )
        return []
      })
    },
  }) as Db
  await read(explaining)
  return plans
}
