import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { seedOf } from '../../test/support/torture.ts'
import { jsonb } from '../db/connect.ts'
import { InvalidRequest } from '../refusals.ts'
import { type Paged, pageOf } from './pages.ts'
import { compileQuery, type QueryRules, type WireQuery } from './query.ts'

const { sql } = await testDatabase()

beforeAll(
  () => sql`
    create table things (
      id     uuid primary key,
      label  text,
      number integer,
      price  numeric,
      good   boolean,
      owner  uuid,
      due_at timestamptz,
      made_at timestamptz not null
    )`,
)

const RULES: QueryRules = {
  fields: {
    label: { sql: db => db`label`, type: 'text', operators: [], sortable: true },
    number: { sql: db => db`number`, type: 'integer', operators: ['$gt'], sortable: true },
    price: { sql: db => db`price / 100`, type: 'decimal', operators: [], sortable: true },
    good: { sql: db => db`good`, type: 'boolean', operators: [], sortable: true },
    owner: { sql: db => db`owner`, type: 'guid', operators: [], sortable: true },
    due: { sql: db => db`due_at`, type: 'instant', operators: [], sortable: true },
    made: { sql: db => db`made_at`, type: 'instant', operators: [], sortable: true, required: true },
    late: {
      sql: (db, now) => db`case when due_at < ${now} then 'LATE' end`,
      type: 'text',
      operators: [],
      sortable: true,
    },
  },
  defaultSort: [{ fieldName: 'made', order: 'ASC' }],
  tieBreaker: db => db`id`,
  limitDefault: 3,
  limitMax: 100,
}
const NOW = new Date('2030-01-01T00:00:00.000Z')

async function read(query: WireQuery) {
  const compiled = compileQuery(sql, RULES, query, NOW)
  const rows = await sql<({ id: string } & Paged)[]>`
    select id, ${compiled.page.key}
      from things
     where ${compiled.where}
     ${compiled.page.rest}`
  const [counted] = await sql<{ total: number }[]>`select count(*) as total from things where ${compiled.where}`
  const page = pageOf(compiled, rows, counted?.total ?? 0)
  return { ids: page.rows.map(({ id }) => id), metadata: page.metadata }
}

type Thing = {
  label: string | null
  number: number | null
  price: number | null
  good: boolean | null
  owner: string | null
  due_at: string | null
  made_at: string
}

async function add(things: readonly Thing[]): Promise<string[]> {
  const rows = things.map(thing => ({ id: randomUUID(), ...thing }))
  await sql`
    insert into things (id, label, number, price, good, owner, due_at, made_at)
    select id, label, number, price, good, owner, due_at, made_at
      from jsonb_to_recordset(${jsonb(sql, rows)}) as new (
             id uuid, label text, number integer, price numeric, good boolean, owner uuid, due_at timestamptz,
             made_at timestamptz
           )`
  return rows.map(({ id }) => id)
}

/** All there is in the order of a query, by another way. */
async function inOrder({ filter, sort }: WireQuery): Promise<string[]> {
  const everything = await sql<{ id: string }[]>`
    select id
      from things
     where ${compileQuery(sql, RULES, { filter: filter ?? null }, NOW).where}
     order by ${compileQuery(sql, RULES, { sort: sort ?? null }, NOW).page.orderBy}`
  return everything.map(({ id }) => id)
}

/** Few values, so that there are equal ones; microseconds, which a date of JavaScript would lose. */
const few = <T>(...values: [T, ...T[]]) => fc.constantFrom(...values)
const aThing: fc.Arbitrary<Thing> = fc.record({
  label: few<string | null>(null, '', 'a', 'A', 'ä', 'b\\', '"{,}"', 'NULL'),
  number: few<number | null>(null, -7, 0, 12, 2_000_000_000),
  price: few<number | null>(null, 0, 100, 250.5),
  good: few<boolean | null>(null, false, true),
  owner: few<string | null>(null, '00000000-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001'),
  due_at: few<string | null>(null, '2029-12-31T23:59:59.999999Z', '2030-01-01T00:00:00.000001Z'),
  made_at: few('2029-05-05T05:05:05.000001Z', '2029-05-05T05:05:05.000002Z', '2029-10-28T01:30:00+02:00'),
})
const aSort = fc.array(
  fc.record({ fieldName: few(...(Object.keys(RULES.fields) as [string])), order: few('ASC', 'DESC') }),
  { maxLength: 4 },
)
/** Between two pages, so long as there are changes: where something goes, relative to what was just shown, and what comes. */
const aChange = fc.record({
  gone: fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 2 }),
  come: fc.array(aThing, { maxLength: 2 }),
})
const aStory = fc.record({
  things: fc.array(aThing, { minLength: 1, maxLength: 16 }),
  sort: aSort,
  filter: few<Record<string, unknown>>({}, {}, { number: { $gt: -1 } }),
  limit: fc.integer({ min: 1, max: 5 }),
  changes: fc.array(aChange, { maxLength: 30, size: 'max' }),
})

describe('pages by cursor', () => {
  test('api 6.1.3, 6.3.3: whoever pages, forth and back, sees what was there all the time exactly once, in order, whatever goes and comes meanwhile', async () => {
    const seed = seedOf('pages')
    await fc.assert(
      fc.asyncProperty(aStory, async ({ things, sort, filter, limit, changes }) => {
        await sql`truncate things`
        await add(things)
        const asked = { filter, sort }
        let turn = 0
        let there = new Set(await inOrder(asked))
        const change = async (shown: string[]) => {
          const now = await inOrder(asked)
          const { gone, come } = changes[turn++] ?? { gone: [], come: [] }
          const at = now.indexOf(shown.at(-1) ?? '')
          const ids = gone.flatMap(offset => now[at + offset] ?? [])
          if (ids.length > 0) await sql`delete from things where id in ${sql(ids)}`
          await add(come)
          for (const id of ids) there.delete(id)
        }
        const walk = async (way: 'next' | 'prev', first: Awaited<ReturnType<typeof read>>) => {
          const pages = [first.ids]
          let page = first
          for (let count = 0; page.metadata.cursors?.[way]; count += 1) {
            expect(count).toBeLessThan(200)
            await change(page.ids)
            page = await read({ cursorPaging: { cursor: page.metadata.cursors[way] ?? null } })
            pages[way === 'next' ? 'push' : 'unshift'](page.ids)
            expect(page.metadata.total).toBe((await inOrder(asked)).length)
          }
          return { seen: pages.flat(), last: page }
        }

        const forth = await walk('next', await read({ ...asked, cursorPaging: { limit } }))
        expect(new Set(forth.seen).size).toBe(forth.seen.length)
        const stayed = (await inOrder(asked)).filter(id => there.has(id))
        expect(forth.seen.filter(id => stayed.includes(id))).toEqual(stayed)

        const order = await inOrder(asked)
        const from = forth.last.ids.at(-1)
        there = new Set(from === undefined ? order : order.slice(0, order.indexOf(from) + 1))
        const back = await walk('prev', forth.last)
        expect(new Set(back.seen).size).toBe(back.seen.length)
        const stayedBefore = (await inOrder(asked)).filter(id => there.has(id))
        expect(back.seen.filter(id => stayedBefore.includes(id))).toEqual(stayedBefore)
        expect(back.last.metadata.offset).toBe(0)
      }),
      { seed, numRuns: 60 },
    )
  }, 60_000)

  test('control: by offset, what comes after something that goes meanwhile is never seen', async () => {
    await sql`truncate things`
    const [thing] = fc.sample(aThing, { seed: 1, numRuns: 1 })
    await add(Array.from({ length: 6 }, () => thing as Thing))
    const all = await inOrder({})
    const first = await read({ paging: { limit: 3 } })
    await sql`delete from things where id = ${all[0] ?? ''}`
    const second = await read({ paging: { limit: 3, offset: 3 } })
    expect([...first.ids, ...second.ids]).toEqual(all.toSpliced(3, 1))
    expect(second.metadata).not.toHaveProperty('cursors')
  })

  test('api 6.3.4: counts go on from page to page; the first has nothing before it, the last nothing after it', async () => {
    await sql`truncate things`
    const [thing] = fc.sample(aThing, { seed: 1, numRuns: 1 })
    await add(Array.from({ length: 7 }, () => thing as Thing))
    const first = await read({ cursorPaging: { limit: 3 } })
    const second = await read({ cursorPaging: { cursor: first.metadata.cursors?.next ?? null } })
    const last = await read({ cursorPaging: { cursor: second.metadata.cursors?.next ?? null } })
    const again = await read({ cursorPaging: { cursor: last.metadata.cursors?.prev ?? null } })
    const counts = [first, second, last, again].map(({ metadata: { count, offset, total, cursors } }) => ({
      count,
      offset,
      total,
      ways: Object.keys(cursors ?? {}),
    }))
    expect(counts).toEqual([
      { count: 3, offset: 0, total: 7, ways: ['next'] },
      { count: 3, offset: 3, total: 7, ways: ['next', 'prev'] },
      { count: 1, offset: 6, total: 7, ways: ['prev'] },
      { count: 3, offset: 3, total: 7, ways: ['next', 'prev'] },
    ])
    expect(again.ids).toEqual(second.ids)
  })

  test('a page that has become empty leads back to what is left', async () => {
    await sql`truncate things`
    const [thing] = fc.sample(aThing, { seed: 1, numRuns: 1 })
    await add(Array.from({ length: 6 }, () => thing as Thing))
    const all = await inOrder({})
    const first = await read({ cursorPaging: { limit: 3 } })
    await sql`delete from things where id in ${sql(all.slice(3))}`
    const empty = await read({ cursorPaging: { cursor: first.metadata.cursors?.next ?? null } })
    expect(empty).toMatchObject({ ids: [], metadata: { count: 0, offset: 3, total: 3 } })
    expect(empty.metadata.cursors).not.toHaveProperty('next')
    const back = await read({ cursorPaging: { cursor: empty.metadata.cursors?.prev ?? null } })
    expect(back.ids).toEqual(first.ids)
    await sql`truncate things`
    const nothing = await read({ cursorPaging: { cursor: empty.metadata.cursors?.prev ?? null } })
    expect(nothing.metadata).toMatchObject({ count: 0, offset: 0, total: 0 })
    await add([thing as Thing])
    const begun = await read({ cursorPaging: { cursor: nothing.metadata.cursors?.next ?? null } })
    expect(begun.metadata).toMatchObject({ count: 1, offset: 0, total: 1 })
  })
})

describe('api 6.3.6: what is no cursor of ours is refused', () => {
  const cursorOf = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const ID = '00000000-0000-4000-8000-000000000001'
  const MADE = '2029-05-05T05:05:05.000001Z'
  const by = (...fieldNames: string[]) => fieldNames.map(fieldName => ({ fieldName }))

  test('control: one with these values is read', async () => {
    await sql`truncate things`
    await expect(read({ cursorPaging: { cursor: cursorOf({ limit: 2, at: 0, after: [MADE, ID] }) } })).resolves.toEqual(
      {
        ids: [],
        metadata: { count: 0, offset: 0, total: 0, tooManyToCount: false, cursors: { prev: expect.any(String) } },
      },
    )
  })

  test.each<[string, unknown]>([
    ['a text', 'x'],
    ['a list', []],
    ['a position, as older versions gave out', { limit: 2, at: 2 }],
    ['no limit', { at: 2, after: [MADE, ID] }],
    ['a limit below nought', { limit: -1, at: 2, after: [MADE, ID] }],
    ['a position that is none', { limit: 2, at: 'x', after: [MADE, ID] }],
    ['too few values', { limit: 2, at: 2, after: [MADE] }],
    ['too many values', { limit: 2, at: 2, after: [MADE, MADE, ID] }],
    ['a value that is no text', { limit: 2, at: 2, after: [1, ID] }],
    ['an unknown id', { limit: 2, at: 2, after: [MADE, 'x'] }],
    ['nothing where there is always something', { limit: 2, at: 2, after: [null, ID] }],
    ['a day that there is not', { limit: 2, at: 2, before: ['2029-02-30T05:05:05.000001Z', ID] }],
    ['a moment in other words', { limit: 2, at: 2, before: ['yesterday', ID] }],
    ['a number with a letter', { limit: 2, at: 2, after: ['1e3', ID], sort: by('number') }],
    ['a number that nothing holds', { limit: 2, at: 2, after: ['9'.repeat(30), ID], sort: by('price') }],
    ['neither true nor false', { limit: 2, at: 2, after: ['maybe', ID], sort: by('good') }],
    ['a text that PostgreSQL cannot hold', { limit: 2, at: 2, after: ['a\0', ID], sort: by('label') }],
    ['an owner that is no id', { limit: 2, at: 2, after: ['x', ID], sort: by('owner') }],
  ])('%s', async (_, content) => {
    const refused = await read({ cursorPaging: { cursor: cursorOf(content) } }).catch(error => error)
    expect(refused).toBeInstanceOf(InvalidRequest)
    expect(refused.violations).toMatchObject([{ field: 'query.cursorPaging.cursor', violatedRule: 'FORMAT' }])
  })

  test('letters that say nothing', async () => {
    await expect(read({ cursorPaging: { cursor: '~~~' } })).rejects.toBeInstanceOf(InvalidRequest)
  })
})
