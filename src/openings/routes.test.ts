import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { MINUTES_BETWEEN } from './model.ts'
import { removeAlertsOf } from './store.ts'
import { forgetUnconfirmed, tellOpenings } from './tell.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow, now, deps } = app
const postServer = aMailServer()
const PATH = '/boxoffice/v1/sale-openings'
const START = '2030-05-10T10:00:00.000Z'
const END = '2030-05-20T10:00:00.000Z'

let guest: Caller
/** Guests come from many places: each may ask so often. */
let places = 0
let eventId = ''
beforeEach(async () => {
  setNow('2030-05-01T12:00:00.000Z')
  guest = await visitor()
  places += 1
  await sql`delete from opening_queues`
  await sql`delete from mails`
  eventId = (await aSale(app)).eventId
})

const scheduled = async (more: object = {}): Promise<string> =>
  (
    await aDefinition(app, eventId, {
      ...FREE,
      salePeriod: { startDate: START, endDate: END, displayNotOnSale: true },
      ...more,
    })
  ).id
const soldOut = async (): Promise<{ id: string; reservationId: string }> => {
  const { id } = await aDefinition(app, eventId, { ...FREE, initialLimit: 1 })
  const { body } = await reserveTickets(admin, id)
  return { id, reservationId: body.ticketReservation.id }
}

const ask = (ticketDefinitionId: string, email: string, wants: unknown = ['OPENING'], caller = guest) =>
  caller(
    'POST',
    PATH,
    { ticketDefinitionId, email, wants },
    {
      'accept-language': 'de',
      'x-forwarded-for': `10.0.0.${places}`,
    },
  )

type Mail = { kind: string; address: string; data: { url: string; unsubscribeUrl: string; locale: string } }
/** Mails that are wanted since it was last asked, by address. */
async function mails(): Promise<Mail[]> {
  return sql<Mail[]>`
    with wanted as (delete from mails returning kind, address, data)
    select kind, address, data from wanted order by address, kind`
}
const said = (wanted: readonly Mail[]) => wanted.map(({ kind, address }) => `${kind} ${address}`)
const pathOf = (url: string) => url.replace(deps.publicUrl, '')

async function confirmed(ticketDefinitionId: string, email: string, wants: unknown = ['OPENING']): Promise<Mail> {
  expect((await ask(ticketDefinitionId, email, wants)).status).toBe(200)
  const [mail] = await mails()
  if (!mail) throw new Error('there is no mail to confirm')
  expect((await anonymous('POST', pathOf(mail.data.url))).status).toBe(200)
  return mail
}
async function tell(moment?: string): Promise<string[]> {
  if (moment) setNow(moment)
  await sql`update opening_queues set looked_at = '2030-01-01'`
  await tellOpenings(sql, now(), deps)
  return said(await mails())
}

describe('asking', () => {
  test('a guest is asked to confirm by mail; looking at the link changes nothing, its button does', async () => {
    const id = await scheduled()
    expect((await ask(id.toUpperCase(), 'Ada@example.org')).body).toEqual({})
    const [mail, ...more] = await mails()
    expect([mail?.kind, mail?.address, mail?.data.locale, more]).toEqual([
      'alertConfirmation',
      'Ada@example.org',
      'de',
      [],
    ])
    const path = pathOf(mail?.data.url ?? '')
    for (let look = 0; look < 2; look += 1) {
      const page = await anonymous('GET', path)
      expect([page.status, page.body.includes('<form method="post">')]).toEqual([200, true])
      expect(page.headers['content-security-policy']).not.toContain("form-action 'none'")
    }
    expect(await tell(START)).toEqual([])
    const done = await anonymous('POST', path)
    expect([done.status, done.body.includes('<form')]).toEqual([200, false])
    expect((await anonymous('POST', path)).status).toBe(200)
    expect(await tell()).toEqual(['saleOpened Ada@example.org'])
  })

  test('whether an address waits already cannot be seen, and it is not mailed again at once', async () => {
    const id = await scheduled()
    await confirmed(id, 'ada@example.org')
    for (const email of ['ada@example.org', 'ADA@example.org', 'bea@example.org', 'bea@example.org'])
      expect(await ask(id, email)).toMatchObject({ status: 200, body: {} })
    expect(said(await mails())).toEqual(['alertConfirmation bea@example.org'])
    setNow('2030-05-01T12:11:00.000Z')
    await ask(id, 'bea@example.org')
    expect(said(await mails())).toEqual(['alertConfirmation bea@example.org'])
    await ask(id, 'ada@example.org', ['OPENING', 'RETURN'])
    expect(said(await mails())).toEqual(['alertConfirmation ada@example.org'])
  })

  test('one address is asked ten times a day at most, whoever types it', async () => {
    for (let count = 0; count < 12; count += 1) {
      if (count % 10 === 5) eventId = (await aSale(app)).eventId
      expect((await ask(await scheduled(), 'ada@example.org')).status).toBe(200)
    }
    expect(await mails()).toHaveLength(10)
    setNow('2030-05-02T12:00:01.000Z')
    guest = await visitor()
    await ask(await scheduled(), 'ada@example.org')
    expect(await mails()).toHaveLength(1)
  })

  test('what nobody confirms is forgotten after two days, and its link leads to nothing', async () => {
    await ask(await scheduled(), 'ada@example.org')
    const [mail] = await mails()
    expect(await forgetUnconfirmed(sql, new Date('2030-05-03T12:00:00.000Z'))).toBe(0)
    expect(await forgetUnconfirmed(sql, new Date('2030-05-03T12:00:00.001Z'))).toBe(1)
    expect((await anonymous('POST', pathOf(mail?.data.url ?? ''))).status).toBe(200)
    expect(await tell(START)).toEqual([])
  })
})

describe('an opening', () => {
  test('R70, R111: who waits is told once, when the sale starts, and forgotten', async () => {
    const id = await scheduled()
    for (const name of ['ada', 'bea']) await confirmed(id, `${name}@example.org`)
    expect(await tell('2030-05-10T09:59:59.999Z')).toEqual([])
    expect(await tell(START)).toEqual(['saleOpened ada@example.org', 'saleOpened bea@example.org'])
    expect(await tell('2030-05-10T10:00:10.000Z')).toEqual([])
    expect(await sql`select from opening_alerts`).toHaveLength(0)
    expect(await sql`select from opening_queues`).toHaveLength(0)
  })

  test('after an outage who waits is told afterwards; not if the sale is over by then', async () => {
    const [late, over] = [
      await scheduled(),
      await scheduled({ salePeriod: { startDate: START, endDate: '2030-05-11T10:00:00Z', displayNotOnSale: true } }),
    ]
    await confirmed(late, 'ada@example.org')
    await confirmed(over, 'bea@example.org')
    expect(await tell('2030-05-12T10:00:00.000Z')).toEqual(['saleOpened ada@example.org'])
  })

  test('nobody is told of what is hidden meanwhile, and of what is canceled nobody ever', async () => {
    const id = await scheduled()
    await confirmed(id, 'ada@example.org')
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, {
      ticketDefinition: { revision: '1', hidden: true },
    })
    expect(await tell(START)).toEqual([])
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, {
      ticketDefinition: { revision: '2', hidden: false },
    })
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    expect(await tell()).toEqual([])
    expect(await sql`select from opening_alerts`).toHaveLength(0)
  })

  test('many are told, each once, by several workers at once', async () => {
    const id = await scheduled()
    await confirmed(id, 'first@example.org')
    await sql`
      insert into opening_alerts (site_id, alert_id, kind, ticket_definition_id, email, locale, created_at, confirmed_at)
      select ${siteId}, gen_random_uuid(), 'OPENING', ${id}, 'guest' || n || '@example.org', 'en', ${now()}, ${now()}
        from generate_series(1, 700) as n`
    setNow(START)
    await Promise.all(Array.from({ length: 3 }, () => tellOpenings(sql, now(), deps)))
    await tellOpenings(sql, new Date('2030-05-10T10:01:00.000Z'), deps)
    const wanted = await mails()
    expect(wanted).toHaveLength(701)
    expect(new Set(wanted.map(({ address }) => address)).size).toBe(701)
  })
})

describe('a return', () => {
  test('who waits is told when a sold-out definition has tickets again, two for each, longest first', async () => {
    const { id, reservationId } = await soldOut()
    for (const name of ['ada', 'bea', 'cem']) {
      setNow(new Date(now().getTime() + 1000))
      await confirmed(id, `${name}@example.org`, ['RETURN'])
    }
    expect(await tell()).toEqual([])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    expect(await tell()).toEqual(['ticketsReturned ada@example.org', 'ticketsReturned bea@example.org'])
    expect(await tell()).toEqual([])
    setNow(new Date(now().getTime() + MINUTES_BETWEEN * 60_000))
    expect(await tell()).toEqual(['ticketsReturned cem@example.org'])
  })

  test('who waits for the opening too is told of that first; the return comes after it was sold out', async () => {
    const id = await scheduled({ initialLimit: 1 })
    await confirmed(id, 'ada@example.org', ['OPENING', 'RETURN'])
    expect(await tell(START)).toEqual(['saleOpened ada@example.org'])
    expect(await tell('2030-05-10T10:01:00.000Z')).toEqual([])
    const { body } = await reserveTickets(admin, id)
    expect(await tell('2030-05-10T10:02:00.000Z')).toEqual([])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${body.ticketReservation.id}/cancel`)
    expect(await tell('2030-05-10T10:03:00.000Z')).toEqual(['ticketsReturned ada@example.org'])
  })

  test('a hold that runs out is a return', async () => {
    const { id } = await soldOut()
    await confirmed(id, 'ada@example.org', ['RETURN'])
    expect(await tell('2030-05-01T13:00:00.000Z')).toEqual(['ticketsReturned ada@example.org'])
  })
})

test('the mails are in the language of who asked, and end with the way to no more of them', async () => {
  const server = await postServer
  const post = postThrough(app, server)
  const id = await scheduled({ name: 'Parkett' })
  const { data } = await asked(id, 'ada@example.org')
  await post()
  await anonymous('POST', pathOf(data.url))
  setNow(START)
  await sql`update opening_queues set looked_at = '2030-01-01'`
  await tellOpenings(sql, now(), deps)
  await post()
  const sent = server.taken()
  expect(sent.map(({ to, mail }) => [to.join(), mail.subject])).toEqual([
    ['ada@example.org', 'Bitte bestätigen: A concert'],
    ['ada@example.org', 'Jetzt im Verkauf: A concert'],
  ])
  for (const { mail } of sent) {
    const headers = new Map(mail.headers.map(({ key, value }) => [key, value]))
    expect(headers.get('list-unsubscribe')).toBe(`<${data.unsubscribeUrl}>`)
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(mail.text).toContain('„Parkett“')
  }
  expect(sent[1]?.mail.text).toContain('/event-details/')
})

/** The mail that asks to confirm, which stays to be sent. */
async function asked(ticketDefinitionId: string, email: string): Promise<Mail> {
  expect((await ask(ticketDefinitionId, email)).status).toBe(200)
  const [mail] = await sql<Mail[]>`select kind, address, data from mails`
  if (!mail) throw new Error('there is no mail to confirm')
  return mail
}

describe('no more', () => {
  test('a link in each mail ends it, by its page or by the button of a mail program', async () => {
    const id = await scheduled()
    const [one, other] = [await confirmed(id, 'ada@example.org'), await confirmed(id, 'bea@example.org')]
    const page = await anonymous('GET', pathOf(one.data.unsubscribeUrl))
    expect([page.status, page.body.includes('<form method="post">')]).toEqual([200, true])
    const body = 'List-Unsubscribe=One-Click'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const clicked = await app.app.inject({
      method: 'POST',
      url: pathOf(one.data.unsubscribeUrl),
      payload: body,
      headers,
    })
    expect(clicked.statusCode).toBe(200)
    expect((await anonymous('POST', pathOf(other.data.unsubscribeUrl))).status).toBe(200)
    expect((await anonymous('POST', pathOf(other.data.unsubscribeUrl))).status).toBe(200)
    expect(await tell(START)).toEqual([])
  })

  test('a wrong secret, another’s and another purpose’s open nothing', async () => {
    const id = await scheduled()
    const [one, other] = [await confirmed(id, 'ada@example.org'), await confirmed(id, 'bea@example.org')]
    const [path, token] = pathOf(one.data.unsubscribeUrl).split('?')
    const foreign = pathOf(other.data.unsubscribeUrl).split('?')[1]
    for (const query of ['', '?token=x', `?${foreign}`, `?${token}x`])
      for (const method of ['GET', 'POST'] as const) {
        expect((await anonymous(method, `${path}${query}`)).status).toBe(404)
        expect((await anonymous(method, `${path?.replace('/unsubscribe', '')}${query}`)).status).toBe(404)
      }
    expect(await tell(START)).toHaveLength(2)
  })

  test('R191: who is forgotten waits for nothing', async () => {
    const id = await scheduled()
    await confirmed(id, 'ada@example.org')
    const { id: other } = await aDefinition(app, eventId, FREE)
    const reservationId = (await reserveTickets(admin, other)).body.ticketReservation.id
    const { order } = (await checkOut(admin, { eventId, reservationId })).body
    await sql`update opening_alerts set email = ${order.email.toUpperCase()}`
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    expect(await sql`select from opening_alerts`).toHaveLength(0)
    await inTransaction(sql, tx => removeAlertsOf(tx, siteId, []))
  })
})

test('the organizer sees how many wait; staff of their events alone', async () => {
  const id = await scheduled()
  await confirmed(id, 'ada@example.org', ['OPENING', 'RETURN'])
  await ask(id, 'bea@example.org')
  const path = `${PATH}?eventId=${eventId}`
  const seen = { saleOpenings: [{ ticketDefinitionId: id, opening: 1, return: 1 }] }
  expect((await must(admin, 'GET', path)).body).toEqual(seen)
  const grant = { permissions: ['READ_ANALYTICS'], events: [(await aSale(app)).eventId] }
  expect(refusalOf(await (await aStaffMember(app, grant))('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await guest('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
  expect(refusalOf(await (await otherSite()).admin('GET', path))).toEqual([404, 'EVENT_NOT_FOUND'])
  expect(refusalOf(await admin('GET', PATH))).toEqual([400, ['eventId']])
})

describe('what cannot be waited for is refused, and nothing is sent', () => {
  test.each<[string, object, string[]]>([
    ['no definition', { ticketDefinitionId: undefined }, ['ticketDefinitionId']],
    ['null for it', { ticketDefinitionId: null }, ['ticketDefinitionId']],
    ['no id', { ticketDefinitionId: 'x' }, ['ticketDefinitionId']],
    ['no address', { email: undefined }, ['email']],
    ['what is no address', { email: 'ada' }, ['email']],
    ['a number', { email: 5 }, ['email']],
    ['a long address', { email: `${'a'.repeat(255)}@example.org` }, ['email']],
    ['no wish', { wants: [] }, ['wants']],
    ['an unknown wish', { wants: ['PRICE'] }, ['wants[0]']],
    ['many wishes', { wants: ['OPENING', 'RETURN', 'OPENING'] }, ['wants']],
  ])('%s', async (_, wrong, fields) => {
    const body = { ticketDefinitionId: await scheduled(), email: 'ada@example.org', wants: ['OPENING'], ...wrong }
    const [status, named] = refusalOf(await guest('POST', PATH, body))
    expect([status, [...new Set(named)]]).toEqual([400, fields])
    expect(await mails()).toEqual([])
  })

  test('unknown, another site’s and hidden definitions are not there', async () => {
    const other = await otherSite()
    const foreign = (await aSale(other)).definitionId
    for (const id of [newGuid(), foreign, await scheduled({ hidden: true })])
      expect(refusalOf(await ask(id, 'ada@example.org'))).toEqual([404, 'TICKET_DEFINITION_NOT_FOUND'])
    expect(await mails()).toEqual([])
  })

  test('R72: what is on sale, over, or of a canceled event', async () => {
    const { id: open } = await aDefinition(app, eventId, { ...FREE, initialLimit: 5 })
    expect(refusalOf(await ask(open, 'ada@example.org'))).toEqual([428, 'TICKETS_ON_SALE'])
    expect(refusalOf(await ask(open, 'ada@example.org', ['RETURN']))).toEqual([428, 'TICKETS_ON_SALE'])
    const { id: gone } = await soldOut()
    expect(refusalOf(await ask(gone, 'ada@example.org'))).toEqual([428, 'TICKETS_ON_SALE'])
    const waiting = await scheduled()
    setNow('2030-05-21T10:00:00.000Z')
    guest = await visitor()
    expect(refusalOf(await ask(waiting, 'ada@example.org'))).toEqual([428, 'TICKET_NOT_ON_SALE'])
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    expect(refusalOf(await ask(waiting, 'ada@example.org'))).toEqual([428, 'REGISTRATION_CLOSED'])
    expect(await mails()).toEqual([])
  })

  test('more than thirty times a minute from one place', async () => {
    const id = await scheduled()
    for (let count = 0; count < 30; count += 1) await ask(id, 'ada@example.org')
    expect(refusalOf(await ask(id, 'ada@example.org'))).toEqual([429, 'RESOURCE_EXHAUSTED'])
  })

  test('without a token', async () => {
    expect(refusalOf(await ask(await scheduled(), 'ada@example.org', ['OPENING'], anonymous))).toEqual([
      401,
      'UNAUTHENTICATED',
    ])
  })
})
