import type { Db, Sql, Tx } from '../../src/db/connect.ts'
import { verify } from '../../src/verify.ts'

/**
 * For controls: the same code with what protects it left out, so that the same race must go wrong. Nothing is locked
 * before it is changed.
 * @param weaker.replace what else is taken out of the statements
 * @param weaker.meet what happens before each statement that the pattern finds: there the others are waited for
 */
export function withoutLocks(sql: Sql, weaker: Weaker = {}): Sql {
  const replacements = [[/\bfor update( of \w+)?/, ''] as const, ...(weaker.replace ?? [])]
  const weaken = (text: string) => replacements.reduce((weak, [pattern, other]) => weak.replace(pattern, other), text)
  const weakened = <T extends Db>(db: T): T =>
    new Proxy(db, {
      apply: (target, self, [first, ...values]: [unknown, ...unknown[]]) => {
        if (!isTemplate(first)) return Reflect.apply(target, self, [first, ...values])
        const strings = Object.assign(first.map(weaken), { raw: first.raw.map(weaken) })
        const run = () => Reflect.apply(target, self, [strings, ...values])
        return weaker.meet?.[0].test(first.join('?')) ? weaker.meet[1]().then(run) : run()
      },
    })
  return new Proxy(sql, {
    get: (target, name) =>
      name === 'begin'
        ? (work: (tx: Tx) => unknown) => target.begin(tx => work(weakened(tx)))
        : name === 'alone'
          ? weakened(target.alone)
          : Reflect.get(target, name),
  })
}

export type Weaker = {
  replace?: readonly (readonly [RegExp, string])[]
  meet?: readonly [RegExp, () => Promise<void>]
}

function isTemplate(value: unknown): value is TemplateStringsArray {
  return Array.isArray(value) && 'raw' in value
}

/** Takes every rule but NOT NULL from the tables that selling writes: what the statements let through then stays. */
export async function dropConstraints(sql: Sql): Promise<void> {
  await sql.unsafe(`
    do $$
    declare
      each record;
    begin
      for each in
        select conrelid::regclass as relation, conname
          from pg_constraint
         where contype in ('c', 'f', 'u', 'p')
           and conrelid in (
                 'inventory'::regclass, 'ticket_reservations'::regclass, 'orders'::regclass, 'tickets'::regclass,
                 'activities'::regclass, 'payments'::regclass, 'promotions'::regclass, 'promotion_uses'::regclass,
                 'gift_cards'::regclass, 'gift_card_entries'::regclass, 'refunds'::regclass
               )
         order by contype in ('u', 'p') -- what refers goes first
      loop
        execute format('alter table %s drop constraint if exists %I cascade', each.relation, each.conname);
      end loop;
    end $$;
    drop index tickets_of_order, activities_of_entity, payments_of_order, gift_card_entries_of_payment;`)
}

/** The laws that are broken by something that has this id. */
export async function lawsBrokenBy(sql: Sql, id: string): Promise<string[]> {
  const { breaches } = await verify(sql, 1000)
  return breaches.filter(({ rows }) => JSON.stringify(rows).includes(id)).map(({ law }) => law)
}
