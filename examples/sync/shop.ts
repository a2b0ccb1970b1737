import { DatabaseSync } from 'node:sqlite'

/** A product of the other shop, as far as we fill it; it has a number of its own besides. */
export type Product = {
  boxofficeId: string
  eventId: string
  revision: number
  name: string
  price: string | null
  currency: string | null
  onSaleFrom: string | null
  onSaleUntil: string | null
  hidden: boolean
  limit: number | null
  sold: number
}
export type Shop = ReturnType<typeof openShop>

/** The other system: a table with ids of its own, and beside it where we are. Any database with transactions will do. */
export function openShop(path: string) {
  const database = new DatabaseSync(path)
  database.exec(`
    pragma journal_mode = wal;
    pragma busy_timeout = 5000;
    create table if not exists products (
      product_id    integer primary key autoincrement,
      boxoffice_id  text not null unique,
      event_id      text not null,
      revision      integer not null,
      name          text not null,
      price         text,
      currency      text,
      on_sale_from  text,
      on_sale_until text,
      hidden        integer not null,
      "limit"       integer,
      sold          integer not null
    ) strict;
    create index if not exists products_of_event on products (event_id);
    create table if not exists sync_state (only_one integer primary key check (only_one = 1), cursor text) strict;
    insert or ignore into sync_state values (1, null);`)
  const put = database.prepare(`
    insert into products (
      boxoffice_id, event_id, revision, name, price, currency, on_sale_from, on_sale_until, hidden, "limit", sold
    )
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (boxoffice_id) do update
       set event_id = excluded.event_id, revision = excluded.revision, name = excluded.name, price = excluded.price,
           currency = excluded.currency, on_sale_from = excluded.on_sale_from, on_sale_until = excluded.on_sale_until,
           hidden = excluded.hidden, "limit" = excluded."limit", sold = excluded.sold`)
  const remove = database.prepare('delete from products where boxoffice_id = ?')
  const ids = (rows: Record<string, unknown>[]) => rows.map(row => String(row.boxoffice_id))
  return {
    /** Where the next changes begin; null: everything must be copied first. */
    cursor: (): string | null =>
      (database.prepare('select cursor from sync_state').get()?.cursor ?? null) as string | null,
    setCursor: (cursor: string | null): void => {
      database.prepare('update sync_state set cursor = ?').run(cursor)
    },
    /** Adds a product, or brings the one that is there up to date: it keeps its number. */
    put: (product: Product): string => {
      const { boxofficeId, eventId, revision, name, price, currency, onSaleFrom, onSaleUntil, hidden } = product
      put.run(
        boxofficeId,
        eventId,
        revision,
        name,
        price,
        currency,
        onSaleFrom,
        onSaleUntil,
        hidden ? 1 : 0,
        product.limit,
        product.sold,
      )
      return boxofficeId
    },
    remove: (boxofficeId: string): void => {
      remove.run(boxofficeId)
    },
    keepOnly: (kept: ReadonlySet<string>): void => {
      for (const id of ids(database.prepare('select boxoffice_id from products').all()))
        if (!kept.has(id)) remove.run(id)
    },
    idsOfEvent: (eventId: string): string[] =>
      ids(database.prepare('select boxoffice_id from products where event_id = ?').all(eventId)),
    /** All of `work`, or nothing. */
    write: (work: () => void): void => {
      database.exec('begin immediate')
      try {
        work()
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
    close: () => database.close(),
  }
}
