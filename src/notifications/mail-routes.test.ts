import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { anOrder, notify } from '../../test/support/orders.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { archiveOrder, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { linkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'
import { RESENT_PER_HOUR_MAX } from './resend.ts'
import { tellGuests } from './tell.ts'

const app = await testApp()
const { sql, siteId, admin, anonymous, visitor, otherSite, deps, setNow, now } = app
const server = await aMailServer()
const post = postThrough(app, server)
const MAILS = '/boxoffice/v1/mails'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(async () => {
  setNow(START)
  server.behave({})
  await tell()
})

const tell = async () => {
  await tellGuests(sql, now())
  await post()
  return server.taken()
}
const mailsOf = async (query: string) => (await must(admin, 'GET', `${MAILS}?${query}`)).body
const tokenOf = (number: string, purpose: 'order' | 'invoice' = 'order') =>
  linkToken({ purpose, siteId, number }, deps.keys)

describe('the outbox', () => {
  test('shows what went out and what waits, to whom, and why it does not go', async () => {
    const { order } = await anOrder(app, { definition: FREE })
    await tellGuests(sql, now())
    const waiting = await mailsOf(`orderNumber=${order.orderNumber}`)
    expect(waiting).toMatchObject({ total: 1, offset: 0, limit: 50 })
    const { id } = waiting.mails[0]
    expect(waiting.mails[0]).toEqual({
      id,
      kind: 'EMAIL_ORDER_CONFIRMATION',
      state: 'WAITING',
      to: 'ada@example.org',
      orderNumber: order.orderNumber,
      createdDate: START,
      attempts: 0,
      nextAttemptDate: START,
    })
    server.behave({ rcpt: 451 })
    await post().catch(() => {})
    expect((await must(admin, 'GET', `${MAILS}/${id.toUpperCase()}`)).body.mail).toMatchObject({
      state: 'WAITING',
      attempts: 1,
      lastFailure: { date: START, message: 'the mail server answered 451 to RCPT TO' },
    })
    server.behave({})
    setNow('2030-05-01T12:05:00.000Z')
    await post()
    const { mail } = (await must(admin, 'GET', `${MAILS}/${id}`)).body
    expect(mail).toMatchObject({ state: 'SENT', to: 'ada@example.org', sentDate: '2030-05-01T12:05:00.000Z' })
    expect(mail).not.toHaveProperty('nextAttemptDate')
  })

  test('shows what was given up and what had nothing to say any more', async () => {
    const refused = await anOrder(app, { definition: FREE })
    await tellGuests(sql, now())
    server.behave({ rcpt: 550 })
    await post().catch(() => {})
    server.behave({})
    const archived = await anOrder(app, { definition: FREE })
    await tellGuests(sql, now())
    await archiveOrder(app, { eventId: archived.eventId, orderNumber: archived.order.orderNumber })
    await post()
    const states = async ({ order }: typeof refused) =>
      (await mailsOf(`orderNumber=${order.orderNumber}`)).mails.map(({ state }: { state: string }) => state)
    expect(await states(refused)).toEqual(['FAILED'])
    expect(await states(archived)).toEqual(['DROPPED'])
    expect((await mailsOf('state=FAILED')).mails).toMatchObject([{ orderNumber: refused.order.orderNumber }])
    expect(await mailsOf(`eventId=${archived.eventId}&limit=1`)).toMatchObject({ total: 1, limit: 1 })
    expect(await mailsOf(`eventId=${newGuid()}`)).toMatchObject({ total: 0, mails: [] })
  })

  test('a mail is sent once more as it is said now, to the address that is there now', async () => {
    const eventId = await aParty(app)
    const rsvp = await anRsvp(await visitor(), eventId)
    await tell()
    const [first] = (await mailsOf(`eventId=${eventId}`)).mails
    await must(admin, 'PATCH', `/events/v2/rsvps/${rsvp.id}`, {
      rsvp: { revision: rsvp.revision, email: 'new@example.org' },
    })
    const { mail } = (await must(admin, 'POST', `${MAILS}/${first.id}/resend`)).body
    expect(mail).toMatchObject({ kind: first.kind, state: 'WAITING', to: 'new@example.org', rsvpId: rsvp.id })
    expect(mail.id).not.toBe(first.id)
    expect((await tell()).map(({ to }) => to)).toEqual([['new@example.org']])
    expect((await must(admin, 'GET', `${MAILS}/${first.id}`)).body.mail.to).toBe('ada@example.org')
  })

  test.each([
    ['state=BUSY', 'state'],
    ['limit=101', 'limit'],
    ['offset=-1', 'offset'],
    ['eventId=x', 'eventId'],
    [`orderNumber=${'x'.repeat(37)}`, 'orderNumber'],
  ])('a list by %s is a 400', async (query, field) => {
    expect(refusalOf(await admin('GET', `${MAILS}?${query}`))).toEqual([400, [field]])
  })

  test('unknown, foreign and malformed ids, and who may not look', async () => {
    await anOrder(app, { definition: FREE })
    await tell()
    const [{ id }] = (await mailsOf('limit=1')).mails
    const other = await otherSite()
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
    expect((await must(other.admin, 'GET', MAILS)).body).toMatchObject({ total: 0 })
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resend'],
    ] as const) {
      for (const [caller, mailId] of [[admin, newGuid()] as const, [other.admin, id] as const])
        expect(refusalOf(await caller(method, `${MAILS}/${mailId}${path}`))).toEqual([404, 'MAIL_NOT_FOUND'])
      expect(refusalOf(await admin(method, `${MAILS}/x${path}`))).toEqual([400, ['mailId']])
      for (const caller of [staff, await visitor()])
        expect(refusalOf(await caller(method, `${MAILS}/${id}${path}`))).toEqual([403, 'PERMISSION_DENIED'])
      expect(refusalOf(await anonymous(method, `${MAILS}/${id}${path}`))).toEqual([401, 'UNAUTHENTICATED'])
    }
    expect(await tell()).toEqual([])
  })
})

describe('the tickets of an order, once more', () => {
  const resend = (number: string, token?: string) =>
    `/boxoffice/v1/orders/${number}/resend${token === undefined ? '' : `?token=${token}`}`

  test('are mailed to its buyer, for the organizer and for whoever has its link, who may ask a few times an hour', async () => {
    const { order } = await anOrder(app, { definition: FREE })
    expect(await tell()).toHaveLength(1)
    const path = resend(order.orderNumber, tokenOf(order.orderNumber))
    for (let time = 0; time < RESENT_PER_HOUR_MAX; time += 1)
      expect((await must(time === 0 ? await visitor() : anonymous, 'POST', path)).body).toEqual({})
    const again = await anonymous('POST', path)
    expect([refusalOf(again), again.headers['retry-after']]).toEqual([[429, 'RESOURCE_EXHAUSTED'], '3600'])
    await must(admin, 'POST', resend(order.orderNumber))
    const sent = await tell()
    expect(sent.map(({ to, mail }) => [to.join(), mail.subject, mail.attachments.length])).toEqual(
      Array.from({ length: RESENT_PER_HOUR_MAX + 1 }, () => ['ada@example.org', 'Your tickets: A concert', 2]),
    )
    setNow('2030-05-01T13:00:01.000Z')
    await must(anonymous, 'POST', path)
  })

  test('ten who ask at once get as many as one', async () => {
    const { order } = await anOrder(app, { definition: FREE })
    await tell()
    const path = resend(order.orderNumber, tokenOf(order.orderNumber))
    const answers = await Promise.all(Array.from({ length: 10 }, () => anonymous('POST', path)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(RESENT_PER_HOUR_MAX)
  })

  test('are not mailed where there are none, to nobody, by a wrong secret, or by who may not', async () => {
    const unpaid = await anOrder(app)
    const { order } = await anOrder(app, { definition: FREE })
    await tell()
    const other = await otherSite()
    const number = order.orderNumber
    for (const [caller, path] of [
      [anonymous, resend(number, 'x')],
      [anonymous, resend(number, tokenOf(number, 'invoice'))],
      [anonymous, resend(number, tokenOf('AAAA-BBBB-CC'))],
      [admin, resend('AAAA-BBBB-CC')],
      [other.admin, resend(number)],
    ] as const)
      expect(refusalOf(await caller('POST', path))).toEqual([404, 'ORDER_NOT_FOUND'])
    for (const path of [
      resend(unpaid.order.orderNumber),
      resend(unpaid.order.orderNumber, tokenOf(unpaid.order.orderNumber)),
    ])
      expect(refusalOf(await admin('POST', path))).toEqual([428, 'FAILED_PRECONDITION'])
    expect(refusalOf(await anonymous('POST', resend(number)))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await (await visitor())('POST', resend(number)))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await anonymous('POST', resend(number, 'x'.repeat(101))))).toEqual([400, ['token']])
    await notify(unpaid, 'DECLINED')
    expect((await tell()).map(({ mail }) => mail.subject)).toEqual(['The payment did not work: A concert'])
  })
})
