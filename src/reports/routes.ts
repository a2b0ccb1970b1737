import type { FastifyInstance, FastifySchema } from 'fastify'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { createTurns } from '../db/turns.ts'
import type { App, Deps } from '../http/app.ts'
import { type Identity, visibleEvents } from '../identities/identity.ts'
import type { Permission } from '../identities/permissions.ts'
import { invalid } from '../refusals.ts'
import { addSeconds } from '../time.ts'
import { type CsvColumn, onePage } from '../wire/csv.ts'
import { OneOf, pageIn } from '../wire/shapes.ts'
import { ASKED, type Ask, type Asked, askOf, cutOf, FILE, periodOf, sendFile } from './asked.ts'
import {
  type Columns,
  channelColumns,
  checkInColumns,
  definitionColumns,
  dueColumns,
  eventColumns,
  moneyColumns,
  revenueColumns,
  salesColumns,
} from './columns.ts'
import { UNITS, type Unit } from './model.ts'
import { countOpenCases, listDue, listMoney } from './money-store.ts'
import {
  findCheckInPeriod,
  listChannels,
  listCheckIns,
  listDefinitions,
  listEventSales,
  listRevenue,
  listSales,
} from './store.ts'
import {
  ChannelsOut,
  CheckInsOut,
  DefinitionsOut,
  DueOut,
  EventsOut,
  MoneyOut,
  RevenueOut,
  SalesOut,
  toWireChannel,
  toWireCheckIns,
  toWireDefinition,
  toWireDue,
  toWireEvent,
  toWireMoney,
  toWireRevenue,
  toWireSales,
} from './wire.ts'

type By = { identity: Identity; now: Date }

/** A report: what it can be asked, how it is read, and what becomes of that: an answer, and the rows of a file. */
type Report<Query extends TProperties, Answer extends TSchema, Read extends { ask: Ask }, Row> = {
  permission: Permission
  query: Query
  response: Answer
  /** @param paged which part of it; a file has all */
  read: (query: Static<TObject<Query>>, by: By, paged: Paged) => Promise<Read>
  answer: (read: Read, paged: Paged) => Static<Answer>
  rows: (read: Read) => readonly Row[]
  columns: (columns: Columns) => CsvColumn<Row>[]
}
type Paged = { limit: number; offset: number }

/** Rows of a file at most; no site has so many definitions that sold something. */
const FILE_ROWS: Paged = { limit: 50_000, offset: 0 }
const LIMIT = 100

const NO_MINUTES = UNITS.filter((unit): unit is Exclude<Unit, 'MINUTE'> => unit !== 'MINUTE')
const CUT = { ...ASKED, unit: Type.Optional(OneOf(NO_MINUTES)) }
const PAGED = {
  ...ASKED,
  ...pageIn(1000, 1),
}

/**
 * What was sold, what became of the money, who came in: of our own API, for the organizer and for staff who may see how
 * a sale goes. Each as an answer, and below `/export` as a file. Only so many are made at once.
 */
export function reportRoutes({ sql }: Deps) {
  return async (app: App) => {
    const turns = createTurns({ atOnce: 2, waitingMax: 50 })

    function serve<Query extends TProperties, Answer extends TSchema, Read extends { ask: Ask }, Row>(
      name: string,
      { permission, query, response, read, answer, rows, columns }: Report<Query, Answer, Read, Row>,
    ): void {
      const path = `/boxoffice/v1/reports/${name}`
      const config = { permission }
      // Plain ones: what a schema says that is generic here cannot be worked out.
      const untyped: FastifyInstance = app as never
      const asAnswer: FastifySchema = { querystring: Type.Object(query), response: { 200: response } }
      const asFile: FastifySchema = { querystring: Type.Object({ ...query, ...FILE }) }
      untyped.get(path, { schema: asAnswer, config }, async ({ query, identity, now }) => {
        const { limit = LIMIT, offset = 0 } = query as Partial<Paged>
        const asked = query as Static<TObject<Query>>
        const found = await turns(() => read(asked, { identity, now }, { limit, offset }))
        return answer(found, { limit, offset })
      })
      untyped.get(`${path}/export`, { schema: asFile, config }, async (request, reply) => {
        const { identity, now } = request
        const asked = request.query as Static<TObject<Query>>
        const found = await turns(() => read(asked, { identity, now }, FILE_ROWS))
        const { site, timeZone } = found.ask
        const file = { name, asked: query, site, timeZone, columns, pages: onePage(rows(found)) }
        return sendFile(sql, { request, reply }, file)
      })
    }

    /** A report over time: cut into what was asked for, or suits its length. */
    async function cutFor({ unit, ...asked }: Asked & { unit?: Unit }, by: By) {
      const ask = await askOf(sql, asked, by)
      return { ask, ...(await cutOf(sql, ask, { unit, finest: 'HOUR' })) }
    }

    /** From the first guest who came in until the last, where nobody says anything of a time. */
    async function whileGuestsCame({ eventId, from, to }: Asked, { identity, now }: By) {
      if (from !== undefined || to !== undefined) return {}
      const ids = (eventId ?? []).map(id => id.toLowerCase())
      const eventIds = visibleEvents(identity, ids)
      const came = await findCheckInPeriod(sql, { siteId: identity.siteId, eventIds })
      return {
        from: (came?.from ?? addSeconds(now, -3600)).toISOString(),
        to: addSeconds(came?.to ?? now, 1).toISOString(),
      }
    }

    serve('sales', {
      permission: 'READ_REPORTS',
      query: CUT,
      response: SalesOut,
      read: async (query, by) => {
        const cut = await cutFor(query, by)
        return { ...cut, points: await listSales(sql, cut.ask.scope, cut.cut) }
      },
      answer: ({ ask, cut, startDates, points }) => ({
        period: periodOf(ask, cut.unit),
        startDates,
        sales: toWireSales(points),
      }),
      rows: ({ points }) => points,
      columns: salesColumns,
    })

    serve('definitions', {
      permission: 'READ_REPORTS',
      query: PAGED,
      response: DefinitionsOut,
      read: async (query, by, paged) => {
        const ask = await askOf(sql, query, by)
        return { ask, ...(await listDefinitions(sql, ask.scope, paged)) }
      },
      answer: ({ ask, rows, total }, paged) => ({
        period: periodOf(ask),
        total,
        ...paged,
        definitions: rows.map(toWireDefinition),
      }),
      rows: ({ rows }) => rows,
      columns: definitionColumns,
    })

    serve('channels', {
      permission: 'READ_REPORTS',
      query: ASKED,
      response: ChannelsOut,
      read: async (query, by) => {
        const ask = await askOf(sql, query, by)
        return { ask, rows: await listChannels(sql, ask.scope) }
      },
      answer: ({ ask, rows }) => ({ period: periodOf(ask), channels: rows.map(toWireChannel) }),
      rows: ({ rows }) => rows,
      columns: channelColumns,
    })

    serve('revenue', {
      permission: 'READ_REPORTS',
      query: ASKED,
      response: RevenueOut,
      read: async (query, by) => {
        const ask = await askOf(sql, query, by)
        return { ask, rows: await listRevenue(sql, ask.scope) }
      },
      answer: ({ ask, rows }) => ({ period: periodOf(ask), revenue: toWireRevenue(rows) }),
      rows: ({ rows }) => rows,
      columns: revenueColumns,
    })

    serve('events', {
      permission: 'READ_REPORTS',
      query: PAGED,
      response: EventsOut,
      read: async (query, by, paged) => {
        const ask = await askOf(sql, query, by)
        return { ask, ...(await listEventSales(sql, ask.scope, paged)) }
      },
      answer: ({ ask, rows, total }, paged) => ({
        period: periodOf(ask),
        total,
        ...paged,
        events: rows.map(toWireEvent),
      }),
      rows: ({ rows }) => rows,
      columns: eventColumns,
    })

    serve('check-ins', {
      permission: 'READ_REPORTS',
      query: { ...ASKED, unit: Type.Optional(OneOf(UNITS)) },
      response: CheckInsOut,
      read: async ({ unit, ...asked }, by) => {
        const ask = await askOf(sql, { ...asked, ...(await whileGuestsCame(asked, by)) }, by)
        const { cut, startDates } = await cutOf(sql, ask, { unit, finest: 'MINUTE' })
        const points = await listCheckIns(sql, ask.scope, { cut, limit: FILE_ROWS.limit + 1 })
        if (points.length > FILE_ROWS.limit)
          throw invalid('unit', 'must be longer, or the time shorter', 'UNIT_TOO_FINE', { threshold: FILE_ROWS.limit })
        return { ask, cut, startDates, points }
      },
      answer: ({ ask, cut, startDates, points }) => ({
        period: periodOf(ask, cut.unit),
        startDates,
        ...toWireCheckIns(points),
      }),
      rows: ({ points }) => points,
      columns: checkInColumns,
    })

    serve('money', {
      permission: 'DECIDE_PAYMENTS',
      query: CUT,
      response: MoneyOut,
      read: async (query, by) => {
        const cut = await cutFor(query, by)
        return { ...cut, points: await listMoney(sql, cut.ask.scope, cut.cut) }
      },
      answer: ({ ask, cut, startDates, points }) => ({
        period: periodOf(ask, cut.unit),
        startDates,
        money: toWireMoney(points),
      }),
      rows: ({ points }) => points,
      columns: moneyColumns,
    })

    serve('due', {
      permission: 'DECIDE_PAYMENTS',
      query: { eventId: ASKED.eventId },
      response: DueOut,
      read: async (query, by) => {
        const ask = await askOf(sql, query, by)
        const [due, openCases] = await Promise.all([listDue(sql, ask.scope, by.now), countOpenCases(sql, ask.scope)])
        return { ask, due, openCases }
      },
      answer: ({ due, openCases }) => ({ due: due.map(toWireDue), openCases }),
      rows: ({ due }) => due,
      columns: dueColumns,
    })
  }
}
