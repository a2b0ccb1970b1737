import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aSale } from '../../test/support/sale.ts'
import type { Tx } from '../db/connect.ts'
import { brokenConstraint, inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { verify } from '../verify.ts'
import { lockInventory, type Movement, moveInventory, setLimit, unsoldOf } from './store.ts'

// Stock is moved here without the reservations that it is moved for.
const app = await testApp({ lawless: true })
const { sql, siteId, otherSite } = app

const inTx = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(sql, work)
const aStock = async (initialLimit: number | null) => (await aSale(app, { definition: { initialLimit } })).definitionId
const stockOf = async (ticketDefinitionId: string) => {
  const [row] = await sql`
    select actual_limit, reserved, sold, overbooked
      from inventory
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}`
  return row && Object.values(row)
}
const move = (...movements: Movement[]) => inTx(tx => moveInventory(tx, siteId, movements))
const limit = (ticketDefinitionId: string, actualLimit: number | null) =>
  inTx(tx => setLimit(tx, { siteId, ticketDefinitionId, actualLimit }))
const oversold = async (work: Promise<unknown>) => brokenConstraint(await work.catch((error: unknown) => error))

test.each([
  ['unlimited', null, 5, 5, null],
  ['some left', 10, 3, 4, 3],
  ['none left', 10, 3, 7, 0],
  ['fewer than none', 10, 8, 7, 0],
])('R63: unsold, %s', (_, actualLimit, reserved, sold, unsold) => {
  expect(unsoldOf({ actualLimit, reserved, sold })).toBe(unsold)
})

describe('moving', () => {
  test('R61: all movements of one definition add up, each definition on its own', async () => {
    const [one, two] = [await aStock(10), await aStock(null)]
    await move(
      { ticketDefinitionId: one, reserved: 4, sold: 0 },
      { ticketDefinitionId: two, reserved: 50, sold: 7 },
      { ticketDefinitionId: one, reserved: -1, sold: 1 },
    )
    expect(await stockOf(one)).toEqual([10, 3, 1, 0])
    expect(await stockOf(two)).toEqual([null, 50, 7, 0])
    await move()
  })

  test('R68: the last ticket can be moved, one more breaks the law of the table, and nothing moves', async () => {
    const [one, two] = [await aStock(2), await aStock(2)]
    await move({ ticketDefinitionId: one, reserved: 2, sold: 0 })
    const both = [two, one].map(ticketDefinitionId => ({ ticketDefinitionId, reserved: 1, sold: 0 }))
    expect(await oversold(move(...both))).toBe('inventory_never_oversold')
    expect([await stockOf(one), await stockOf(two)]).toEqual([
      [2, 2, 0, 0],
      [2, 0, 0, 0],
    ])
  })

  test('nothing can be given back that nobody had', async () => {
    const id = await aStock(5)
    expect(await oversold(move({ ticketDefinitionId: id, reserved: -1, sold: 0 }))).toBe('inventory_counts_are_natural')
  })

  test('R67: beyond the limit on purpose is written down, and forgotten as it is given back', async () => {
    const id = await aStock(2)
    const reserve = (reserved: number, beyondLimit = false) =>
      move({ ticketDefinitionId: id, reserved, sold: 0, beyondLimit })
    await reserve(5, true)
    expect(await stockOf(id)).toEqual([2, 5, 0, 3])
    expect(await oversold(reserve(1))).toBe('inventory_never_oversold')
    await reserve(-2)
    expect(await stockOf(id)).toEqual([2, 3, 0, 1])
    await reserve(-2)
    expect(await stockOf(id)).toEqual([2, 1, 0, 0])
    await reserve(1, true)
    expect(await stockOf(id)).toEqual([2, 2, 0, 0])
    expect(await oversold(reserve(1))).toBe('inventory_never_oversold')
  })

  test('selling what is held changes no total', async () => {
    const id = await aStock(2)
    await move({ ticketDefinitionId: id, reserved: 2, sold: 0 })
    await move({ ticketDefinitionId: id, reserved: -2, sold: 2 })
    expect(await stockOf(id)).toEqual([2, 0, 2, 0])
  })

  test("another site's stock is out of reach", async () => {
    const id = await aStock(5)
    const foreign = (await otherSite()).siteId
    await inTx(tx => moveInventory(tx, foreign, [{ ticketDefinitionId: id, reserved: 1, sold: 0 }]))
    await inTx(tx => setLimit(tx, { siteId: foreign, ticketDefinitionId: id, actualLimit: 1 }))
    expect(await inTx(tx => lockInventory(tx, foreign, [id]))).toEqual([])
    expect(await stockOf(id)).toEqual([5, 0, 0, 0])
  })
})

test('R96: a limit below what is held says by how much; raised, lifted or lowered again it says so anew', async () => {
  const id = await aStock(10)
  await move({ ticketDefinitionId: id, reserved: 4, sold: 4 })
  await limit(id, 5)
  expect(await stockOf(id)).toEqual([5, 4, 4, 3])
  await limit(id, 7)
  expect(await stockOf(id)).toEqual([7, 4, 4, 1])
  await limit(id, null)
  expect(await stockOf(id)).toEqual([null, 4, 4, 0])
  await limit(id, 0)
  expect(await stockOf(id)).toEqual([0, 4, 4, 8])
  await limit(id, 20)
  expect(await stockOf(id)).toEqual([20, 4, 4, 0])
})

describe('locking', () => {
  test('rows come in the order of their ids, unknown ones not at all', async () => {
    const ids = [await aStock(1), await aStock(2), await aStock(3)].sort().reverse()
    const locked = await inTx(tx => lockInventory(tx, siteId, [...ids, newGuid()]))
    expect(locked.map(row => row.ticketDefinitionId)).toEqual([...ids].reverse())
    expect(await inTx(tx => lockInventory(tx, siteId, []))).toEqual([])
  })

  /** Takes one ticket if it sees one; whether it did. */
  const takeOne = (ticketDefinitionId: string, look: (tx: Tx) => Promise<number | null | undefined>) =>
    inTx(async tx => {
      if (!((await look(tx)) ?? 0)) return false
      await moveInventory(tx, siteId, [{ ticketDefinitionId, reserved: 1, sold: 0 }])
      return true
    })

  test('R68: of twenty who lock, look and take, as many as there are tickets get one', async () => {
    const id = await aStock(3)
    const look = async (tx: Tx) => (await lockInventory(tx, siteId, [id])).map(unsoldOf)[0]
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeOne(id, look)))
    expect(taken.filter(Boolean)).toHaveLength(3)
    expect(await stockOf(id)).toEqual([3, 3, 0, 0])
  })

  test('control: without the lock two see the last ticket; the table alone stops the second', async () => {
    const id = await aStock(1)
    const bothLooked = Promise.withResolvers<void>()
    let looked = 0
    const lookUnlocked = async (tx: Tx) => {
      const [row] = await tx<{ unsold: number }[]>`
        select actual_limit - reserved - sold as unsold from inventory where ticket_definition_id = ${id}`
      looked += 1
      if (looked === 2) bothLooked.resolve()
      await bothLooked.promise
      return row?.unsold
    }
    const outcomes = await Promise.allSettled([takeOne(id, lookUnlocked), takeOne(id, lookUnlocked)])
    const broken = outcomes.flatMap(outcome =>
      outcome.status === 'rejected' ? [brokenConstraint(outcome.reason)] : [],
    )
    expect(broken).toEqual(['inventory_never_oversold'])
    expect(await stockOf(id)).toEqual([1, 1, 0, 0])
  })
})

test('laws 1 and 2: verify sees what breaks them also by plans that were kept from when nothing did', async () => {
  const definitionId = await aStock(10)
  const broken = async () => {
    const { breaches } = await verify(sql, 1000, 'KEPT')
    return breaches
      .filter(({ rows }) => rows.some(row => Object.values(row).includes(definitionId)))
      .map(({ law }) => law)
  }
  expect(await broken()).toEqual([])
  await move({ ticketDefinitionId: definitionId, reserved: 1, sold: 2 })
  expect(await broken()).toEqual(['01-reserved-is-pending', '02-sold-is-confirmed'])
})
