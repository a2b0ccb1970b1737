import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const PATH = '/boxoffice/v1/gift-cards'
const EUR = (value: string) => ({ value, currency: 'EUR' })
const issue = (giftCard: object, caller: Caller = admin) => caller('POST', PATH, { giftCard })

async function aCard(more: object = {}) {
  const { giftCard, code } = (await must(admin, 'POST', PATH, { giftCard: { amount: EUR('25.00'), ...more } })).body
  return { ...giftCard, code: code as string, path: `${PATH}/${giftCard.id}` }
}

describe('issuing', () => {
  test('R58: a card has its money, and a code that is told once and never kept', async () => {
    const { status, body } = await issue({
      amount: EUR('25.00'),
      note: 'For Ada',
      expirationDate: '2031-01-01T00:00:00Z',
    })
    expect(status).toBe(200)
    expect(body.code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    expect(body.giftCard).toEqual({
      id: expect.any(String),
      revision: '1',
      lastFour: body.code.slice(-4),
      balance: EUR('25.00'),
      note: 'For Ada',
      expirationDate: '2031-01-01T00:00:00.000Z',
      createdDate: '2030-05-01T12:00:00.000Z',
      updatedDate: '2030-05-01T12:00:00.000Z',
    })
    const read = await must(admin, 'GET', `${PATH}/${body.giftCard.id.toUpperCase()}`)
    expect(read.body).toEqual({ giftCard: body.giftCard })
    const ledger = JSON.stringify(await ledgerOf(sql))
    for (const secret of [body.code, body.code.replaceAll('-', '')]) expect(ledger).not.toContain(secret)
    const [activity] = await sql`select data from activities where entity_id = ${body.giftCard.id}`
    expect(activity?.data).toEqual({}) // nothing that the organizer has written down of anybody
  })

  test('R58: a code of one’s own is one whatever its case and groups, on one site', async () => {
    expect((await issue({ amount: EUR('5'), code: 'SUMMER 2030' })).body.code).toBe('SUMMER 2030')
    for (const code of ['summer2030', 'Summer-2030', ' SUMMER 2030 '])
      expect(await refusedWithoutTrace(sql, () => issue({ amount: EUR('5'), code }))).toEqual([409, 'ALREADY_EXISTS'])
    expect((await issue({ amount: EUR('5'), code: 'SUMMER 2030' }, (await otherSite()).admin)).status).toBe(200)
  })

  test.each([
    ['yen, which have no decimals', { value: '500', currency: 'JPY' }, { value: '500', currency: 'JPY' }],
    ['dinars, which have three', { value: '1.125', currency: 'KWD' }, { value: '1.125', currency: 'KWD' }],
    ['zeros that say nothing', EUR('7.5000'), EUR('7.50')],
  ])('R9: %s', async (_, amount, balance) => {
    expect((await issue({ amount })).body.giftCard.balance).toEqual(balance)
  })

  test.each<[string, object, string]>([
    ['no amount', { amount: undefined }, 'giftCard.amount'],
    ['an amount that is null', { amount: null }, 'giftCard.amount'],
    ['an amount that is a number', { amount: 25 }, 'giftCard.amount'],
    ['a value that is a number', { amount: { value: 25, currency: 'EUR' } }, 'giftCard.amount.value'],
    ['no value', { amount: { currency: 'EUR' } }, 'giftCard.amount.value'],
    ['no currency', { amount: { value: '25' } }, 'giftCard.amount.currency'],
    ['nothing', { amount: EUR('0.00') }, 'giftCard.amount.value'],
    ['less than nothing', { amount: EUR('-1') }, 'giftCard.amount.value'],
    ['a fraction of a cent', { amount: EUR('1.005') }, 'giftCard.amount.value'],
    ['a fraction of a yen', { amount: { value: '1.5', currency: 'JPY' } }, 'giftCard.amount.value'],
    ['too much', { amount: EUR('9999999999999') }, 'giftCard.amount.value'],
    ['an unknown currency', { amount: { value: '1', currency: 'ZZZ' } }, 'giftCard.amount.currency'],
    ['a currency in lower case', { amount: { value: '1', currency: 'eur' } }, 'giftCard.amount.currency'],
    ['a code of seven', { code: 'ABC-DEFG' }, 'giftCard.code'],
    ['a code of 33', { code: 'A'.repeat(33) }, 'giftCard.code'],
    ['a code with other characters', { code: 'ÄBCDEFGHIJ' }, 'giftCard.code'],
    ['a code that is a number', { code: 12_345_678 }, 'giftCard.code'],
    ['an end in the past', { expirationDate: '2030-05-01T12:00:00.000Z' }, 'giftCard.expirationDate'],
    ['an end that is no date', { expirationDate: 'tomorrow' }, 'giftCard.expirationDate'],
    ['a note of 501', { note: 'x'.repeat(501) }, 'giftCard.note'],
    ['a note that is a number', { note: 1 }, 'giftCard.note'],
  ])('R58: %s is a 400', async (_, more, field) => {
    expect(await refusedWithoutTrace(sql, () => issue({ amount: EUR('25.00'), ...more }))).toEqual([400, [field]])
  })

  test('R58: no card, and no body', async () => {
    expect(refusalOf(await admin('POST', PATH, {}))).toEqual([400, ['giftCard']])
    expect(refusalOf(await admin('POST', PATH))).toEqual([400, ['request']])
    expect(refusalOf(await issue({ amount: EUR('1'), note: 'x\u0000' }))).toEqual([400, 'MALFORMED_REQUEST'])
  })
})

describe('topping up', () => {
  const topUp = (card: { path: string }, body: unknown, caller: Caller = admin) =>
    caller('POST', `${card.path}/top-ups`, body)

  test('R58: money is put on it, once, however often the request is sent', async () => {
    const card = await aCard()
    const request = { revision: card.revision, amount: EUR('10.50') }
    const { giftCard } = (await topUp(card, request)).body
    expect(giftCard).toMatchObject({ revision: '2', balance: EUR('35.50') })
    expect(await refusedWithoutTrace(sql, () => topUp(card, request))).toEqual([409, 'ABORTED'])
    const { body } = await must(admin, 'GET', `${card.path}/entries`)
    expect(body).toEqual({
      entries: [
        { kind: 'TOPPED_UP', amount: EUR('10.50'), date: '2030-05-01T12:00:00.000Z' },
        { kind: 'ISSUED', amount: EUR('25.00'), date: '2030-05-01T12:00:00.000Z' },
      ],
      total: 2,
    })
  })

  test('R58: of ten at once with one revision, one is taken', async () => {
    const card = await aCard()
    const request = { revision: '1', amount: EUR('1') }
    const answers = await Promise.all(Array.from({ length: 10 }, () => topUp(card, request)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
    expect((await must(admin, 'GET', card.path)).body.giftCard.balance).toEqual(EUR('26.00'))
  })

  test.each<[string, object, string]>([
    ['no revision', { revision: undefined }, 'revision'],
    ['a revision that is a number', { revision: 1 }, 'revision'],
    ['a revision that is none', { revision: 'one' }, 'revision'],
    ['no amount', { amount: undefined }, 'amount'],
    ['nothing', { amount: EUR('0') }, 'amount.value'],
    ['another currency', { amount: { value: '1', currency: 'USD' } }, 'amount.currency'],
    ['more than a card can hold', { amount: EUR('9999999999.99') }, 'amount.value'],
  ])('R58: %s is a 400', async (_, more, field) => {
    const card = await aCard()
    const request = { revision: '1', amount: EUR('1'), ...more }
    expect(await refusedWithoutTrace(sql, () => topUp(card, request))).toEqual([400, [field]])
  })

  test('R58: a stale revision is a 409', async () => {
    const card = await aCard()
    for (const revision of ['0', '2'])
      expect(await refusedWithoutTrace(sql, () => topUp(card, { revision, amount: EUR('1') }))).toEqual([
        409,
        'ABORTED',
      ])
  })
})

test('R58: a disabled card stays so until it is enabled; repeated, both change nothing', async () => {
  const card = await aCard()
  const disabled = (await must(admin, 'POST', `${card.path}/disable`)).body.giftCard
  expect(disabled).toMatchObject({ revision: '2', disabledDate: '2030-05-01T12:00:00.000Z', balance: EUR('25.00') })
  const before = await ledgerOf(sql)
  expect((await must(admin, 'POST', `${card.path}/disable`)).body.giftCard).toEqual(disabled)
  expect(await ledgerOf(sql)).toEqual(before)
  const enabled = (await must(admin, 'POST', `${card.path}/enable`)).body.giftCard
  expect(enabled).toMatchObject({ revision: '3', balance: EUR('25.00') })
  expect(enabled).not.toHaveProperty('disabledDate')
  expect((await must(admin, 'POST', `${card.path}/enable`)).body.giftCard).toEqual(enabled)
  // Who says which state was seen overwrites no other; what is so already needs nobody's decision.
  for (const [revision, refusal] of [
    ['2', [409, 'ABORTED']],
    ['x', [400, ['revision']]],
    [3, [400, ['revision']]],
  ])
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${card.path}/disable`, { revision }))).toEqual(refusal)
  expect((await must(admin, 'POST', `${card.path}/enable`, { revision: '2' })).body.giftCard).toEqual(enabled)
  const again = await must(admin, 'POST', `${card.path}/disable`, { revision: '3' })
  expect(again.body.giftCard).toMatchObject({ revision: '4', disabledDate: '2030-05-01T12:00:00.000Z' })
})

test('R58: cards are listed newest first, in pages', async () => {
  const site = await otherSite()
  const ids: string[] = []
  for (const second of [1, 2, 3]) {
    setNow(`2030-05-01T12:00:0${second}.000Z`)
    ids.unshift((await must(site.admin, 'POST', PATH, { giftCard: { amount: EUR('1') } })).body.giftCard.id)
  }
  const list = async (query: string) => (await must(site.admin, 'GET', `${PATH}${query}`)).body
  const idsOf = ({ giftCards }: { giftCards: { id: string }[] }) => giftCards.map(({ id }) => id)
  expect(idsOf(await list(''))).toEqual(ids)
  expect(idsOf(await list('?limit=2'))).toEqual(ids.slice(0, 2))
  expect(await list('?limit=2&offset=2')).toMatchObject({ giftCards: [{ id: ids[2] }], total: 3 })
  for (const query of ['?limit=0', '?limit=101', '?offset=-1', '?limit=x'])
    expect((await site.admin('GET', `${PATH}${query}`)).status).toBe(400)
})

describe('who may', () => {
  const requests = async (): Promise<[string, (caller: Caller) => ReturnType<Caller>, boolean][]> => {
    const { path } = await aCard()
    return [
      ['issue', caller => issue({ amount: EUR('1') }, caller), false],
      ['list', caller => caller('GET', PATH), false],
      ['read', caller => caller('GET', path), true],
      ['entries', caller => caller('GET', `${path}/entries`), true],
      ['top up', caller => caller('POST', `${path}/top-ups`, { revision: '1', amount: EUR('1') }), true],
      ['disable', caller => caller('POST', `${path}/disable`), true],
      ['enable', caller => caller('POST', `${path}/enable`), true],
    ]
  }

  test('R22: they are the organizer’s: no guest’s, no staff member’s, nobody’s without a token', async () => {
    const words = ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS', 'CHECK_IN_GUESTS']
    const staff = await aStaffMember(app, { permissions: words })
    for (const [what, request] of await requests()) {
      for (const caller of [await visitor(), staff])
        expect([what, await refusedWithoutTrace(sql, () => request(caller))]).toEqual([
          what,
          [403, 'PERMISSION_DENIED'],
        ])
      expect([what, refusalOf(await request(anonymous))]).toEqual([what, [401, 'UNAUTHENTICATED']])
    }
  })

  test('another site’s and an unknown card are a 404, an id that is none a 400', async () => {
    const site = await otherSite()
    for (const [what, request, ofOne] of await requests()) {
      if (!ofOne) continue
      expect([what, await refusedWithoutTrace(sql, () => request(site.admin))]).toEqual([
        what,
        [404, 'GIFT_CARD_NOT_FOUND'],
      ])
    }
    for (const id of [newGuid(), 'x'])
      expect(refusalOf(await admin('GET', `${PATH}/${id}`))).toEqual(
        id === 'x' ? [400, ['giftCardId']] : [404, 'GIFT_CARD_NOT_FOUND'],
      )
    expect((await must(site.admin, 'GET', PATH)).body).toEqual({ giftCards: [], total: 0 })
  })
})
