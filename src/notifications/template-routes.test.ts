import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { anOrder } from '../../test/support/orders.ts'
import { FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { tellGuests } from './tell.ts'
import { TEMPLATE_NAMES } from './templates.ts'

const app = await testApp()
const { sql, siteId, admin, anonymous, visitor, otherSite, setNow, now } = app
const server = await aMailServer()
const post = postThrough(app, server)
const PATH = '/boxoffice/v1/mail-templates'
beforeEach(async () => {
  setNow('2030-05-01T12:00:00.000Z')
  await sql`delete from mail_templates`
  await sql`update sites set mails_off = '{}'`
})

type Template = { name: string; subject: string; body: string; isDefault: boolean; sendingEnabled?: boolean }
const listed = async (language = 'en') => {
  const { body } = await must(admin, 'GET', `${PATH}?language=${language}`)
  return { ...body, named: (name: string) => body.templates.find((each: Template) => each.name === name) }
}
const patch = (templates: object[], language?: string) => must(admin, 'PATCH', PATH, { language, templates })
const sent = async () => {
  await tellGuests(sql, now())
  await post()
  return server.taken().map(({ mail }) => mail)
}
const boughtIn = async (language: string) => {
  const guest = await visitor()
  const speaking: Caller = (method, url, body) => guest(method, url, body, { 'accept-language': language })
  return anOrder({ ...app, visitor: async () => speaking }, { definition: FREE })
}

describe('what mails say for all events of a site', () => {
  test('is ours, with its placeholders, until somebody writes it; taken back it is ours again', async () => {
    const before = await listed()
    expect(before.templates.map(({ name }: Template) => name)).toEqual(TEMPLATE_NAMES)
    expect(before).toMatchObject({ language: 'en', placeholders: expect.arrayContaining(['event', 'amount']) })
    expect(before.named('refund')).toEqual({
      name: 'refund',
      revision: '0',
      subject: 'Your money is on its way back: {{event}}',
      body: expect.stringContaining('{{amount}} are on the way back to you.'),
      isDefault: true,
      sendingEnabled: true,
    })
    const { body } = await patch([{ name: 'refund', subject: 'Back: {{ amount }}' }])
    expect(body.templates.find(({ name }: Template) => name === 'refund')).toEqual({
      ...before.named('refund'),
      revision: '1903867200000',
      subject: 'Back: {{ amount }}',
      isDefault: false,
    })
    // Who has seen ours, or what was there before, overwrites nothing.
    setNow('2030-05-01T12:00:01.000Z')
    for (const [revision, refusal] of [
      ['0', [409, 'ABORTED']],
      ['x', [400, ['templates[0].revision']]],
    ]) {
      const templates = [{ name: 'refund', subject: 'Mine', revision }]
      expect(await refusedWithoutTrace(sql, () => admin('PATCH', PATH, { templates }))).toEqual(refusal)
    }
    expect((await listed()).named('refund').subject).toBe('Back: {{ amount }}')
    await patch([{ name: 'refund', subject: 'Back: {{ amount }}!', revision: '1903867200000' }])
    expect((await listed('de')).named('refund').isDefault).toBe(true)
    await patch([{ name: 'refund', subject: null }])
    expect((await listed()).named('refund')).toEqual(before.named('refund'))
  })

  test('is what a buyer of that language reads, filled in, where the event says nothing else', async () => {
    await patch(
      [{ name: 'orderConfirmation', subject: '{{event}}: {{order}}', body: 'Liebe {{name}}, bis {{date}}!' }],
      'de',
    )
    const { order } = await boughtIn('de')
    await boughtIn('en')
    const [german, english] = await sent()
    expect(german?.subject).toBe(`A concert: ${order.orderNumber}`)
    expect(german?.text).toContain('Liebe Ada Berg, bis 1. Juni 2030 um 20:00')
    expect(english?.subject).toBe('Your tickets: A concert')
  })

  test('events 11.2, 11.3: gives way to the event’s own words, and not to what is stored there unchanged', async () => {
    await patch([{ name: 'orderConfirmation', subject: 'Von der Bühne', body: 'Hallo.' }], 'de')
    const first = await boughtIn('de')
    await sent()
    const config = { orderConfirmation: { template: { body: 'In the organizer’s words.' } } }
    await must(admin, 'POST', `/events-notifications/v2/notification-configs/${first.eventId}`, {
      notificationConfig: config,
    })
    await must(admin, 'POST', `/boxoffice/v1/orders/${first.order.orderNumber}/resend`)
    const [mail] = await sent()
    expect(mail?.subject).toBe('Von der Bühne')
    expect(mail?.text).toContain('In the organizer’s words.')
  })

  test('what a value holds is no placeholder again, and no markup', async () => {
    await sql`update sites set name = '{{order}} <b>' where site_id = ${siteId}`
    await patch([{ name: 'orderConfirmation', body: 'From {{site}}.' }])
    await boughtIn('en')
    const [mail] = await sent()
    expect(mail?.text).toContain('From {{order}} <b>.')
    expect(mail?.html).toContain('From {{order}} &lt;b&gt;.')
    await sql`update sites set name = 'Test' where site_id = ${siteId}`
  })

  test('R169: a kind that is turned off is not sent by itself', async () => {
    const guest = await anOrder(app, { definition: FREE })
    await sent()
    await patch([{ name: 'orderCanceled', sendingEnabled: false }])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${guest.reservationId}/cancel`, {})
    expect(await sent()).toEqual([])
    expect((await listed('de')).named('orderCanceled').sendingEnabled).toBe(false)
  })

  test.each([
    ['nothing', {}, ['templates']],
    ['no template', { templates: [] }, ['templates']],
    ['no name', { templates: [{ subject: 'x' }] }, ['templates[0].name']],
    ['a name that is none', { templates: [{ name: 'hello', subject: 'x' }] }, ['templates[0].name']],
    ['an empty subject', { templates: [{ name: 'refund', subject: '' }] }, ['templates[0].subject']],
    ['a subject of 101', { templates: [{ name: 'refund', subject: 'x'.repeat(101) }] }, ['templates[0].subject']],
    ['a body of 1001', { templates: [{ name: 'refund', body: 'x'.repeat(1001) }] }, ['templates[0].body']],
    ['a body that is none', { templates: [{ name: 'refund', body: 5 }] }, ['templates[0].body']],
    ['a placeholder that is none', { templates: [{ name: 'refund', body: '{{sum}}' }] }, ['templates[0].body']],
    [
      'a switch that each event has',
      { templates: [{ name: 'refund' }, { name: 'invoice', sendingEnabled: false }] },
      ['templates[1].sendingEnabled'],
    ],
    ['a language that we have not', { language: 'xx', templates: [{ name: 'refund' }] }, ['language']],
  ])('%s is refused by field', async (_, body, fields) => {
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', PATH, body))).toEqual([400, fields])
  })

  test('is the site’s own, and for who may change notifications', async () => {
    await patch([{ name: 'refund', subject: 'Mine' }])
    const other = await otherSite()
    expect((await must(other.admin, 'GET', PATH)).body.templates.every((each: Template) => each.isDefault)).toBe(true)
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
    for (const caller of [staff, await visitor()]) {
      expect(refusalOf(await caller('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
      expect(refusalOf(await caller('PATCH', PATH, { templates: [{ name: 'refund' }] }))).toEqual([
        403,
        'PERMISSION_DENIED',
      ])
    }
    expect(refusalOf(await anonymous('GET', PATH))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await admin('GET', `${PATH}?language=xx`))).toEqual([400, ['language']])
  })
})

describe('a preview', () => {
  const preview = (body: object) => must(admin, 'POST', `${PATH}/preview`, body)

  test('shows a mail as it would be, with somebody made up, in what was written or is being written', async () => {
    await patch([{ name: 'refund', subject: 'Back: {{amount}}' }])
    const { subject, html, text } = (await preview({ name: 'refund', body: 'Dear {{name}},\n\n{{event}} <i>' })).body
    expect(subject).toMatch(/^Back: €\d/)
    expect(text).toContain('<i>')
    expect(html).toContain('&lt;i&gt;')
    expect(html).toContain('<html lang="en" dir="ltr">')
    const german = (await preview({ name: 'eventMoved', language: 'de' })).body
    expect(german.subject).toMatch(/^Es gibt eine Änderung: /)
    expect(german.html).toContain('<html lang="de" dir="ltr">')
  })

  test.each([
    ['no name', {}, ['name']],
    ['a placeholder that is none', { name: 'refund', subject: '{{sum}}' }, ['subject']],
    ['a language that we have not', { name: 'refund', language: 'xx' }, ['language']],
  ])('of %s is refused by field', async (_, body, fields) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${PATH}/preview`, body))).toEqual([400, fields])
  })
})
