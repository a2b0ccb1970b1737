import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { readLinkToken } from '../identities/link.ts'
import { allows } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, Nothing, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { cancelationOf } from './cancelation.ts'
import { MAIL_STATES, type ShownMail } from './mail-model.ts'
import { getShownMail, listMails } from './mail-store.ts'
import type { By } from './mails.ts'
import { RESENT_PER_HOUR_MAX, resendMail, resendOrder } from './resend.ts'

const MailOut = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  to: Type.Optional(Type.String()),
  eventId: Type.Optional(Type.String()),
  orderNumber: Type.Optional(Type.String()),
  ticketNumbers: Type.Optional(Type.Array(Type.String())),
  rsvpId: Type.Optional(Type.String()),
  createdDate: InstantOut,
  sentDate: Type.Optional(InstantOut),
  attempts: Type.Integer(),
  nextAttemptDate: Type.Optional(InstantOut),
  lastFailure: Type.Optional(Type.Object({ date: Type.String(), message: Type.String() })),
})
const OneMail = Type.Object({ mail: MailOut })

/** What became of mails, and sending them once more: of our own API, for the organizer; an order's also for its buyer. */
export function mailRoutes({ sql, keys }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ mailId: Guid })

    app.get(
      '/boxoffice/v1/mails',
      {
        schema: {
          querystring: Type.Object({
            orderNumber: Type.Optional(Text(1, 36)),
            eventId: Type.Optional(Guid),
            state: Type.Optional(OneOf(MAIL_STATES)),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              mails: Type.Array(MailOut),
            }),
          },
        },
        config: { permission: 'MANAGE' },
      },
      async ({ query: { limit = 50, offset = 0, ...filter }, identity }) => {
        const { mails, total } = await listMails(sql, identity.siteId, { ...filter, limit, offset })
        return { total, offset, limit, mails: mails.map(toWire) }
      },
    )

    app.get(
      '/boxoffice/v1/mails/:mailId',
      { schema: { params, response: { 200: OneMail } }, config: { permission: 'MANAGE' } },
      async ({ params, identity }) => ({ mail: toWire(await getShownMail(sql, identity.siteId, params.mailId)) }),
    )

    app.get(
      '/boxoffice/v1/events/:eventId/cancelation',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          response: {
            200: Type.Object({
              cancelation: Type.Object({
                sendingEnabled: Type.Boolean(),
                recipients: Type.Integer(),
                mails: Type.Object({
                  waiting: Type.Integer(),
                  sent: Type.Integer(),
                  dropped: Type.Integer(),
                  failed: Type.Integer(),
                }),
              }),
            }),
          },
        },
        config: { permission: 'MANAGE_EVENTS' },
      },
      async ({ params, identity: { siteId } }) => {
        return { cancelation: await cancelationOf(sql, { siteId, eventId: params.eventId.toLowerCase() }) }
      },
    )

    app.post(
      '/boxoffice/v1/mails/:mailId/resend',
      { schema: { params, response: { 200: OneMail } }, config: { permission: 'MANAGE' } },
      async ({ params: { mailId }, identity, now }) => {
        const by = { siteId: identity.siteId, actor: actorOf(identity), now }
        return { mail: toWire(await inTransaction(sql, tx => resendMail(tx, mailId, by))) }
      },
    )

    app.post(
      '/boxoffice/v1/orders/:orderNumber/resend',
      {
        schema: {
          params: Type.Object({ orderNumber: Text(1, 36) }),
          querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
          response: { 200: Nothing },
        },
        // Whoever has the link needs no credential, nor any right beside it.
        config: { permission: 'READ_ORDERS_OWN', orNobody: true, rateLimit: { max: 60, timeWindow: '1 minute' } },
      },
      async request => {
        const { params, query, now } = request
        const { orderNumber } = params
        if (query.token === undefined) {
          const by = { ...organizerOf(request.identity), now }
          await inTransaction(sql, tx => resendOrder(tx, { orderNumber, perHourMax: null }, by))
          return {}
        }
        const siteId = readLinkToken(query.token, { purpose: 'order', number: orderNumber }, keys)
        // A wrong secret and an unknown order are the same.
        if (siteId === null) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
        const by = { siteId, actor: { kind: 'link', id: '' }, now }
        await inTransaction(sql, tx => resendOrder(tx, { orderNumber, perHourMax: RESENT_PER_HOUR_MAX }, by))
        return {}
      },
    )
  }
}

/** @throws Refusal UNAUTHENTICATED, PERMISSION_DENIED: without the link it is the organizer's alone */
function organizerOf(identity: Identity | undefined): Pick<By, 'siteId' | 'actor'> {
  if (!identity) throw new Refusal('UNAUTHENTICATED', 'This needs a credential, or the link of the order.')
  if (!allows(identity, 'MANAGE'))
    throw new Refusal('PERMISSION_DENIED', 'This needs the permission MANAGE.', { permission: 'MANAGE' })
  return { siteId: identity.siteId, actor: actorOf(identity) }
}

function toWire(mail: ShownMail): Static<typeof MailOut> {
  const { failure } = mail
  return {
    id: mail.mailId,
    kind: mail.kind,
    state: mail.state,
    ...present({
      to: mail.address,
      eventId: mail.eventId,
      orderNumber: mail.orderNumber,
      ticketNumbers: mail.ticketNumbers && [...mail.ticketNumbers],
      rsvpId: mail.rsvpId,
      sentDate: mail.sentAt,
      nextAttemptDate: mail.dueAt,
      lastFailure: failure && { date: failure.at, message: failure.message },
    }),
    createdDate: mail.createdAt,
    attempts: mail.attempts,
  }
}
