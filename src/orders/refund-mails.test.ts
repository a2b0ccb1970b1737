import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { anOrder, notify } from '../../test/support/orders.ts'
import { must } from '../../test/support/sale.ts'
import { tellGuests } from '../notifications/tell.ts'

const app = await testApp()
const { sql, admin, setNow, now } = app
const server = await aMailServer()
const post = postThrough(app, server)
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const sent = async () => {
  await tellGuests(sql, now())
  await post()
  return server.taken().map(({ mail }) => mail)
}

test('R48: whoever gets money back is told how much, once for each refund', async () => {
  const ordered = await anOrder(app)
  await notify(ordered, 'PAID')
  await sent()
  const path = `/boxoffice/v1/orders/${ordered.order.orderNumber}/refunds`
  await must(admin, 'POST', path, { amount: { value: '5.50', currency: 'EUR' } })
  const [mail, ...others] = await sent()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('Your money is on its way back: A concert')
  expect(mail?.text).toContain('€5.50 are on the way back to you.')
  expect(mail?.text).toContain('Given back: €5.50')
  await must(admin, 'POST', path, {})
  expect((await sent()).map(({ text }) => text?.match(/Given back: (\S+)/)?.[1])).toEqual(['€14.50'])
  expect(await sent()).toEqual([])
})

test('R168, R170: money that came too late goes back by itself, and its buyer is told', async () => {
  const definition = { initialLimit: 2 }
  const late = await anOrder(app, { definition })
  setNow('2030-05-01T12:30:00.000Z')
  const held = await must(await app.visitor(), 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: late.definitionId, quantity: 2 }] },
  })
  expect(held.status).toBe(200)
  await notify(late, 'PAID')
  expect((await sent()).map(({ subject }) => subject)).toEqual(['Your money is on its way back: A concert'])
})

test('R166: a silent order is told of no refund', async () => {
  const ordered = await anOrder(app, { checkout: { options: { silent: true } }, seller: admin })
  await notify(ordered, 'PAID')
  await must(admin, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/refunds`, {})
  expect(await sent()).toEqual([])
})
