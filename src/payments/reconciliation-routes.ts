import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { resolveCase } from '../orders/resolve-case.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, ListOf, Maybe, Nothing, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { CASE_REASONS, type Case, type CaseReason, listCases } from './case-store.ts'
import { PaymentOut, toWirePayment } from './wire.ts'

const CaseOut = Type.Object({
  id: Type.String(),
  reason: Type.String(),
  /** The refund that it is about. */
  refundId: Type.Optional(Type.String()),
  eventId: Type.String(),
  orderStatus: Type.String(),
  payment: PaymentOut,
  /** What can be done about it: REFUND the order, CANCEL_ORDER, and in any case RESOLVE it with a note. */
  actions: Type.Array(Type.String()),
  openedDate: InstantOut,
  resolvedDate: Type.Optional(InstantOut),
  resolvedBy: Type.Optional(Type.Object({ kind: Type.String(), id: Type.String() })),
  note: Type.Optional(Type.String()),
})

/** Money without tickets, tickets without money, and what failed on the way: a person decides. Of our own API. */
export function reconciliationRoutes({ sql }: Deps) {
  return async (app: App) => {
    const config = { permission: 'DECIDE_PAYMENTS' } as const

    app.get(
      '/boxoffice/v1/reconciliation',
      {
        schema: {
          querystring: Type.Object({
            state: Type.Optional(OneOf(['OPEN', 'RESOLVED'])),
            reason: ListOf(OneOf(CASE_REASONS), 10),
            orderNumber: Type.Optional(Text(1, 20)),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              cases: Type.Array(CaseOut),
            }),
          },
        },
        config,
      },
      async ({ query: { state, reason: reasons = [], orderNumber = null, limit = 50, offset = 0 }, identity }) => {
        const filter = { open: state === undefined ? null : state === 'OPEN', reasons, orderNumber }
        const { cases, total } = await listCases(sql, identity.siteId, filter, { limit, offset })
        return { total, offset, limit, cases: cases.map(toWire) }
      },
    )

    app.post(
      '/boxoffice/v1/reconciliation/:caseId/resolve',
      {
        schema: {
          params: Type.Object({ caseId: Guid }),
          body: Type.Object({ note: Maybe(Text(0, 500)) }),
          response: { 200: Nothing },
        },
        config,
      },
      async ({ params, body, identity, now }) => {
        const resolution = { caseId: params.caseId.toLowerCase(), note: body.note || null }
        await inTransaction(sql, tx => resolveCase(tx, resolution, { identity, now }))
        return {}
      },
    )
  }
}

const REFUNDS: ReadonlySet<CaseReason> = new Set(['REFUND_BY_HAND', 'REFUND_FAILED'])

function toWire(found: Case) {
  const { caseId, reason, about, openedAt, closedAt, closedBy, note, eventId, orderStatus } = found
  return {
    id: caseId,
    reason,
    ...(REFUNDS.has(reason) && { refundId: about }),
    eventId,
    orderStatus,
    payment: toWirePayment(found),
    actions: closedAt === null ? [...actionsOf(reason, orderStatus), 'RESOLVE'] : [],
    openedDate: openedAt,
    ...present({ resolvedDate: closedAt, resolvedBy: closedBy, note }),
  }
}

function actionsOf(reason: CaseReason, orderStatus: string): ('REFUND' | 'CANCEL_ORDER')[] {
  switch (reason) {
    case 'ORDER_CANCELED':
    case 'REFUND_FAILED':
      return ['REFUND']
    case 'REFUNDED_ELSEWHERE':
    case 'DISPUTED':
      return orderStatus === 'PAID' ? ['CANCEL_ORDER'] : []
    case 'PROVIDER_FAILS':
    case 'REFUND_BY_HAND':
      return []
  }
}
