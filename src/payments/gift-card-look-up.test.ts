import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must, refusalOf } from '../../test/support/sale.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const PATH = '/boxoffice/v1/gift-cards/look-up'

async function aCard(more: object = {}): Promise<{ id: string; code: string }> {
  const giftCard = { amount: { value: '8.00', currency: 'EUR' }, ...more }
  const { body } = await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
  return { id: body.giftCard.id, code: body.code }
}

test('R58: whoever knows the code of a card sees what it could pay, however the code is written', async () => {
  const { code } = await aCard()
  const guest = await visitor()
  const { body } = await must(guest, 'POST', PATH, { code: ` ${code.toLowerCase()} `, currency: 'EUR' })
  const balance = { amount: '8.00', value: '8.00', currency: 'EUR' }
  expect(body).toEqual({ lastFour: code.slice(-4), balance })
})

test('R58: a card that cannot pay says why, and nothing is changed', async () => {
  const guest = await visitor()
  const refused = async (code: string, currency = 'EUR') => {
    const { body } = await guest('POST', PATH, { code, currency })
    return body.details.applicationError?.data?.reason
  }
  const disabled = await aCard()
  await must(admin, 'POST', `/boxoffice/v1/gift-cards/${disabled.id}/disable`)
  const expiring = await aCard({ expirationDate: '2030-05-01T12:30:00Z' })
  setNow('2030-05-01T12:30:00.000Z')
  expect(await refused(disabled.code)).toBe('DISABLED')
  expect(await refused(expiring.code)).toBe('EXPIRED')
  expect(await refused((await aCard()).code, 'USD')).toBe('CURRENCY')
})

test.each([
  ['missing', {}, [400, ['code', 'currency']]],
  ['null', { code: null, currency: null }, [400, ['code', 'currency']]],
  ['of the wrong type', { code: 1, currency: ['EUR'] }, [400, ['code', 'currency']]],
  ['too long', { code: 'A'.repeat(61), currency: 'EUR' }, [400, ['code']]],
  ['no currency', { code: 'AAAA-BBBB', currency: 'euro' }, [400, ['currency']]],
  ['of no card', { code: 'AAAA-BBBB', currency: 'EUR' }, [404, 'GIFT_CARD_NOT_FOUND']],
])('R58: a code that is %s is refused', async (_, body, expected) => {
  const guest = await visitor()
  expect(await refusedWithoutTrace(sql, () => guest('POST', PATH, body))).toEqual(expected)
})

test('R58: a card of another site is none, a token is needed, and guessing ends soon', async () => {
  setNow('2030-05-01T13:00:00.000Z')
  const { code } = await aCard()
  const wanted = { code, currency: 'EUR' }
  expect(refusalOf(await (await otherSite()).admin('POST', PATH, wanted))).toEqual([404, 'GIFT_CARD_NOT_FOUND'])
  expect(refusalOf(await anonymous('POST', PATH, wanted))).toEqual([401, 'UNAUTHENTICATED'])
  const guest = await visitor()
  for (let tries = 0; tries < 20; tries += 1) await guest('POST', PATH, { code: `WRONG-${tries}`, currency: 'EUR' })
  expect(refusalOf(await guest('POST', PATH, wanted))).toEqual([429, 'RESOURCE_EXHAUSTED'])
  setNow('2030-05-01T13:01:01.000Z')
  expect((await guest('POST', PATH, wanted)).status).toBe(200)
})
