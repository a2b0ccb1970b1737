import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, cpuOf, type Outcome } from './bench.ts'
import { type Judged, judge, spreadOf } from './figures.ts'
import { type Chained, chain, type Step } from './load.ts'
import type { Stock } from './server.ts'
import { anEvent, askOnce, type OnSale, post, reserve } from './shop.ts'

export type SellOutFigures = Omit<Chained, 'progress'> & {
  limit: number
  soldTickets: number
  oversold: number
  /** What who came after the last ticket was answered. */
  refusedAfterwards: string | null
  connections: number
  ordersPerSecond: number
  /** Of the server's process, all of its threads: what an order costs it, which a busy machine cannot blur. */
  cpuMillisecondsPerOrder: number
  progress: { second: number; tickets: number }[]
}

const TICKETS_EACH = 4
/** What may take a minute; another number has no target. */
const LIMIT_PROMISED = 100_000
const CONNECTIONS = 100
const SECONDS_MAX = 80

/**
 * Scenario (c): all tickets of one definition are bought, four at a time, each buyer a visitor of their own, reserve →
 * checkout → paid. Verified by the caller at the end of the run.
 * @param buyers a multiple of 100
 */
export async function sellOut(bench: Bench, buyers: number): Promise<Outcome> {
  const { shop, server, say } = bench
  const limit = buyers * TICKETS_EACH
  const event = await anEvent(shop, { title: 'Sold out', definitions: 1, limit, price: '25' })
  const ticketDefinitionId = event.ticketDefinitionIds[0] ?? ''
  const tokens = await bench.visitors(buyers)
  say(`  ${buyers} buyers, ${TICKETS_EACH} tickets each, ${CONNECTIONS} at a time`)
  const before = await cpuOf(server)
  const sold = await chain(stepsOf(event, tokens), {
    url: shop.url,
    connections: CONNECTIONS,
    buyers,
    secondsMax: SECONDS_MAX,
  })
  const cpuMillisecondsPerOrder = ((await cpuOf(server)) - before) / 1000 / Math.max(1, sold.buyersDone)
  const complete = sold.buyersDone === buyers
  // What was on its way when the time was up is still being decided.
  if (!complete) await delay(1000)

  const refusedAfterwards = complete ? await refusals(bench, tokens.slice(0, 10), ticketDefinitionId) : null
  const stock = await server.ask<Stock>('stock', { eventId: event.eventId, ticketDefinitionId })
  const oversold = Math.max(0, stock.sold + stock.reserved - limit) + Math.max(0, stock.tickets - limit)
  for (const { name, p50, p99 } of sold.latencies)
    say(`  ${name.padEnd(12)} p50 ${p50.toFixed(0)} ms   p99 ${p99.toFixed(0)} ms`)
  say(`  CPU ${cpuMillisecondsPerOrder.toFixed(2)} ms of the server for an order`)
  say(`  ${stock.sold} of ${limit} tickets sold in ${sold.seconds.toFixed(1)} s; oversold: ${oversold}`)

  const one = (value: number) => spreadOf([value])
  const about = { scenario: 'c' as const }
  // What was not finished is not a time: the goal is then missed by what is left, at the pace that it had.
  const seconds = complete ? sold.seconds : (sold.seconds * buyers) / Math.max(1, sold.buyersDone)
  const time = `${limit.toLocaleString('en')} tickets sold${complete ? '' : `, reckoned: stopped after ${SECONDS_MAX} s`}`
  const targets: Judged[] = [
    ...(limit === LIMIT_PROMISED
      ? [judge({ ...about, name: time, unit: 's', bound: 'under', goal: 60 }, one(seconds))]
      : []),
    judge({ ...about, name: 'oversold', unit: 'tickets', bound: 'exactly', goal: 0 }, one(oversold)),
    judge(
      { ...about, name: 'sold, each with its ticket', unit: 'tickets', bound: 'exactly', goal: limit },
      one(Math.min(stock.sold, stock.tickets)),
    ),
  ]
  const figures: SellOutFigures = {
    ...sold,
    limit,
    soldTickets: stock.sold,
    oversold,
    refusedAfterwards,
    connections: CONNECTIONS,
    ordersPerSecond: sold.buyersDone / sold.seconds,
    cpuMillisecondsPerOrder,
    progress: sold.progress.map(({ second, done }) => ({ second, tickets: done * TICKETS_EACH })),
  }
  const again = {
    scenario: 'c',
    during: '(c), 100 connections',
    run: () => sellMore(bench, figures.ordersPerSecond, 4),
  } as const
  return { targets, figures: { c: figures }, again: [again] }
}

/** The same again for about `seconds`, to the end: what it leaves half done would disturb what follows. */
async function sellMore(bench: Bench, buyersPerSecond: number, seconds: number): Promise<void> {
  const buyers = Math.max(1, Math.round((buyersPerSecond * seconds) / CONNECTIONS)) * CONNECTIONS
  const title = 'Profiled'
  const event = await anEvent(bench.shop, { title, definitions: 1, limit: buyers * TICKETS_EACH, price: '25' })
  const tokens = await bench.visitors(buyers)
  await chain(stepsOf(event, tokens), {
    url: bench.shop.url,
    connections: CONNECTIONS,
    buyers,
    secondsMax: SECONDS_MAX,
  })
}

function stepsOf({ eventId, ticketDefinitionIds }: OnSale, tokens: readonly string[]): Step[] {
  const tokenOf = (buyer: number) => tokens[buyer] ?? ''
  return [
    {
      name: 'reserve',
      request: buyer => reserve(tokenOf(buyer), ticketDefinitionIds[0] ?? '', TICKETS_EACH),
      keep: answer => ({ reservationId: (answer as { ticketReservation: { id: string } }).ticketReservation.id }),
    },
    {
      name: 'checkout',
      request: (buyer, { reservationId }) => {
        const values = { firstName: 'Ada', lastName: 'Berg', email: `buyer${buyer}-${eventId}@example.org` }
        const inputValues = Object.entries(values).map(([inputName, value]) => ({ inputName, value }))
        return post(tokenOf(buyer), '/events/v1/checkout', {
          eventId,
          reservationId,
          guests: [{ form: { inputValues } }],
        })
      },
      keep: answer => ({ paymentId: (answer as { order: { snapshotId: string } }).order.snapshotId }),
    },
    {
      name: 'pay',
      request: (buyer, { paymentId }) =>
        post(tokenOf(buyer), `/boxoffice/v1/test-payments/${paymentId}/notifications`, {
          notificationId: '1',
          result: 'PAID',
        }),
      keep: answer => {
        const { orderStatus } = answer as { orderStatus: string }
        if (orderStatus !== 'PAID') throw new Error(`a paid order is ${orderStatus}`)
        return {}
      },
    },
  ]
}

/** Everybody who comes now is told that there are too few. */
async function refusals({ shop }: Bench, tokens: readonly string[], ticketDefinitionId: string): Promise<string> {
  const statuses = new Set<number>()
  for (const token of tokens) statuses.add((await askOnce(shop.url, reserve(token, ticketDefinitionId))).status)
  if (statuses.size !== 1 || !statuses.has(428)) throw new Error(`after the last ticket: ${[...statuses].join(', ')}`)
  return '428'
}
