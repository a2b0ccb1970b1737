import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { aShowcase } from '../../test/support/storefront.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, anonymous, setNow, sql } = app
const V3 = '/events/v3/events'

async function pageOf(path: string, headers: Record<string, string> = {}) {
  const { status, body, headers: answered } = await anonymous('GET', path, undefined, headers)
  const markup = String(body)
  return {
    status,
    markup,
    headers: answered,
    title: /<title>(.*?)<\/title>/.exec(markup)?.[1],
    meta: Object.fromEntries(
      [...markup.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)">/g)].map(([, name, said]) => [
        name,
        said,
      ]),
    ),
    data: JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(markup)?.[1] ?? 'null'),
    /** Without what only its script reads. */
    shown: markup.replaceAll(/<script.*?<\/script>/gs, ''),
  }
}

const change = (eventId: string, event: object) => must(admin, 'PATCH', `${V3}/${eventId}`, { event })

describe('the page of an event', () => {
  test('says without scripts what a search engine and a messenger want to know', async () => {
    const { path } = await aShowcase(app)
    const { status, title, meta, data, shown } = await pageOf(path)
    expect([status, title]).toEqual([200, 'Lanterns over the Harbour – Test'])
    expect(meta).toMatchObject({
      description: 'An evening of brass and strings by the water.',
      'og:title': 'Lanterns over the Harbour – Test',
      'og:url': `http://127.0.0.1:8080${path}`,
      'og:image': 'https://pictures.example/lanterns.svg',
      'og:image:alt': 'Lanterns',
      'twitter:card': 'summary_large_image',
    })
    expect(data).toMatchObject({
      '@type': 'Event',
      name: 'Lanterns over the Harbour',
      startDate: '2030-06-01T18:00:00.000Z',
      eventStatus: 'https://schema.org/EventScheduled',
      location: {
        '@type': 'Place',
        name: 'Harbour Hall',
        address: { addressLocality: 'Hamburg', addressCountry: 'DE' },
      },
    })
    const offers = data.offers.map((offer: Record<string, string>) => [offer.name, offer.price, offer.availability])
    expect(offers).toEqual(
      expect.arrayContaining([
        ['Standing', '24.00', 'https://schema.org/InStock'],
        ['Balcony: Student', '18.00', 'https://schema.org/InStock'],
        ['Supporter', '5.00', 'https://schema.org/InStock'],
        ['Late entry', '12.00', 'https://schema.org/PreOrder'],
      ]),
    )
    for (const words of ['Lanterns over the Harbour', 'Harbour Hall', '€24.00', 'Not on sale yet', '8 left'])
      expect(shown).toContain(words)
  })

  test('says what is sold out, and that it was canceled', async () => {
    const { path, eventId, ids } = await aShowcase(app, {}, [{ ...FREE, name: 'One', initialLimit: 1 }])
    const visitor = await app.visitor()
    await must(visitor, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: ids[0], quantity: 1 }] },
    })
    const soldOut = await pageOf(path)
    expect(soldOut.data.offers[0].availability).toBe('https://schema.org/SoldOut')
    expect(soldOut.shown).toContain('All tickets are in baskets; 1 may return within 20 minutes.')
    await must(admin, 'POST', `${V3}/${eventId}/cancel`, {})
    const canceled = await pageOf(path)
    expect(canceled.data.eventStatus).toBe('https://schema.org/EventCancelled')
    expect(canceled.shown).toContain('This event was canceled')
  })

  test('events 5.4.13: HTML of policies and descriptions is shown without what could do harm', async () => {
    const harm =
      '<p onclick="x()">Be <b>kind</b></p><script>alert(1)</script><img src="x" onerror="y()"><a href="javascript:z()">a</a><iframe src="//e"></iframe><style>p{}</style><h1>Big</h1>'
    const { path, eventId } = await aShowcase(app, { detailedDescription: harm })
    await must(admin, 'POST', '/events/v2/policies', { policy: { eventId, name: 'House rules', body: harm } })
    const { markup, shown } = await pageOf(path)
    expect(shown).toContain('House rules')
    expect(shown.match(/Be <b>kind<\/b>/g)).toHaveLength(2)
    for (const wrong of ['onclick', 'onerror', 'alert(1)', 'javascript:', '<iframe', '<style', '<h1>Big'])
      expect(markup).not.toContain(wrong)
  })

  test('rich content becomes paragraphs, headings, lists and links', async () => {
    const text = (words: string, ...decorations: object[]) => ({ type: 'TEXT', textData: { text: words, decorations } })
    const { path } = await aShowcase(app, {
      description: {
        nodes: [
          { type: 'HEADING', headingData: { level: 2 }, nodes: [text('Brass & strings')] },
          {
            type: 'PARAGRAPH',
            nodes: [
              text('Read ', { type: 'BOLD' }),
              text('more', { type: 'LINK', linkData: { link: { url: 'https://example.org/a' } } }),
              text('bad', { type: 'LINK', linkData: { link: { url: 'javascript:alert(1)' } } }),
            ],
          },
          {
            type: 'BULLETED_LIST',
            nodes: [{ type: 'LIST_ITEM', nodes: [{ type: 'PARAGRAPH', nodes: [text('One')] }] }],
          },
        ],
      },
    })
    const { shown } = await pageOf(path)
    expect(shown).toContain('<h3>Brass &amp; strings</h3>')
    expect(shown).toContain('<strong>Read </strong><a href="https://example.org/a" rel="nofollow noopener">more</a>')
    expect(shown).toContain('<li><p>One</p></li>')
    expect(shown).not.toContain('javascript')
  })

  test('events 1.9.8: a former slug leads to the new one, also of the schedule, until another event has it', async () => {
    const { path, eventId, slug } = await aShowcase(app, { title: 'First name' })
    await change(eventId, { seoSettings: { slug: 'second-name' } })
    await change(eventId, { seoSettings: { slug: 'third-name' } })
    for (const former of [path, '/event-details/second-name']) {
      const { status, headers } = await pageOf(former)
      expect([status, headers.location]).toEqual([301, '/event-details/third-name'])
    }
    expect((await pageOf(`${path}/schedule`)).headers.location).toBe('/event-details/third-name/schedule')
    const other = await aShowcase(app, { title: 'Another', seoSettings: { slug } })
    expect((await pageOf(other.path)).title).toBe('Another – Test')
    await change(eventId, { seoSettings: { slug: 'second-name' } })
    expect((await pageOf('/event-details/second-name')).status).toBe(200)
    expect((await pageOf('/event-details/third-name')).headers.location).toBe('/event-details/second-name')
  })

  test('events 1.9.8: an event that wants no redirects, a draft or a deleted one is not found under a former slug', async () => {
    const stays = await aShowcase(app, { title: 'Stays' })
    await change(stays.eventId, {
      seoSettings: { slug: 'moved', advancedSeoData: { settings: { preventAutoRedirect: true } } },
    })
    const goes = await aShowcase(app, { title: 'Goes' })
    await change(goes.eventId, { seoSettings: { slug: 'gone' } })
    await must(admin, 'DELETE', `${V3}/${goes.eventId}`)
    for (const { path } of [stays, goes]) {
      const { status, shown, meta } = await pageOf(path)
      expect([status, meta.robots]).toEqual([404, 'noindex'])
      expect(shown).toContain('Nothing here')
    }
  })

  test('a draft says that it is not public yet', async () => {
    const { body } = await must(admin, 'POST', V3, {
      event: {
        title: 'In the making',
        location: { name: 'Hall', type: 'VENUE' },
        dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
        registration: { initialType: 'RSVP' },
      },
      draft: true,
    })
    const { status, shown, markup } = await pageOf(`/event-details/${body.event.slug}`)
    expect(status).toBe(404)
    expect(shown).toContain('This event is not public yet')
    expect(markup).not.toContain('In the making')
  })

  test('is sent once and not again until something on it changes, and as small as the browser takes it', async () => {
    const { path, eventId } = await aShowcase(app)
    const first = await pageOf(path)
    const again = { 'if-none-match': String(first.headers.etag) }
    expect((await pageOf(path, again)).status).toBe(304)
    const packed = await Promise.all(
      ['br, gzip', 'gzip', 'br;q=0, identity'].map(accepted =>
        app.app.inject({ url: path, headers: { 'accept-encoding': accepted } }),
      ),
    )
    const [br, gzip, plain] = packed
    expect(packed.map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined])
    expect(brotliDecompressSync(br?.rawPayload ?? Buffer.alloc(0)).toString()).toBe(plain?.body)
    expect(gunzipSync(gzip?.rawPayload ?? Buffer.alloc(0)).toString()).toBe(plain?.body)
    await change(eventId, { shortDescription: 'Something else.' })
    const changed = await pageOf(path, again)
    expect([changed.status, changed.meta.description]).toEqual([200, 'Something else.'])
  })

  test('reads differently when a sale has begun', async () => {
    const { path } = await aShowcase(app)
    expect((await pageOf(path)).shown).toContain('Not on sale yet')
    const before = app.now()
    setNow('2030-05-21T12:00:00Z')
    expect((await pageOf(path)).shown).not.toContain('Not on sale yet')
    setNow(before)
  })

  test('the schedule has a page, when there is one', async () => {
    const { path, eventId } = await aShowcase(app, { agendaSettings: { enabled: true } })
    expect((await pageOf(`${path}/schedule`)).status).toBe(404)
    await must(admin, 'POST', '/events/v1/schedule/draft', {
      eventId,
      item: {
        name: 'Opening',
        timeSlot: { start: '2030-06-01T18:00:00Z', end: '2030-06-01T19:00:00Z', timeZoneId: 'Europe/Berlin' },
        description: '<p>With <script>x</script>words</p>',
      },
    })
    await must(admin, 'POST', '/events/v1/schedule/publish', { eventId })
    const { status, shown, markup } = await pageOf(`${path}/schedule`)
    expect(status).toBe(200)
    for (const words of ['Opening', 'Saturday, June 1, 2030', '<p>With words</p>']) expect(shown).toContain(words)
    expect(markup).not.toContain('<script>x')
  })

  test('what is above the pages is nobody’s business elsewhere: no other site’s event is shown', async () => {
    setNow(new Date(app.now().getTime() + 1000)) // the storefront is that of the first site
    const other = await app.otherSite()
    const { path } = await aShowcase(other, { title: 'Of the others' })
    expect((await pageOf(path)).status).toBe(404)
  })
})

describe('the list of events', () => {
  test('has what is still to come, soonest first, by category and by words, and says so in its address', async () => {
    await sql`delete from events`
    const at = (day: string) => ({
      dateAndTimeSettings: {
        startDate: `2030-${day}T18:00:00Z`,
        endDate: `2030-${day}T21:00:00Z`,
        timeZoneId: 'Europe/Berlin',
      },
    })
    const late = await aShowcase(app, { title: 'Später Abend', ...at('07-01') })
    await aShowcase(app, { title: 'Early evening', ...at('06-01') })
    await aShowcase(app, { title: 'Over', ...at('04-01') })
    const canceled = await aShowcase(app, { title: 'Canceled', ...at('06-02') })
    await must(admin, 'POST', `${V3}/${canceled.eventId}/cancel`, {})
    const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Jazz' } })
    await must(admin, 'POST', `/events/v1/categories/${body.category.id}/events`, { eventId: [late.eventId] })
    const titles = async (search: string) =>
      [...(await pageOf(`/${search}`)).shown.matchAll(/<h2 dir="auto"><a [^>]*>(.*?)<\/a>/g)].map(([, title]) => title)
    expect(await titles('')).toEqual(['Early evening', 'Später Abend'])
    expect(await titles(`?category=${body.category.id}`)).toEqual(['Später Abend'])
    expect(await titles('?q=ABEND+spater')).toEqual(['Später Abend'])
    expect(await titles('?q=evening+hamburg+early')).toEqual(['Early evening'])
    expect(await titles('?q=evening+munich')).toEqual([])
    expect(await titles('?q=%25')).toEqual([])
    expect(await titles('?page=2')).toEqual([])
    for (const nonsense of ['?page=-1', '?page=x', '?category=x', '?q=', '?q[]=a', '?page=1&page=2', '?q=%00'])
      expect([nonsense, (await pageOf(`/${nonsense}`)).status]).toEqual([nonsense, 200])
    expect((await pageOf('/?q=evening')).meta.robots).toBe('noindex')
    expect((await pageOf('/')).data.itemListElement.map(({ name }: { name: string }) => name)).toEqual([
      'Early evening',
      'Später Abend',
    ])
  })

  test('of a recurring event there is the next date, and how many more', async () => {
    await sql`delete from events`
    const day = (date: string) => ({
      startDate: `2030-06-${date}T18:00:00Z`,
      endDate: `2030-06-${date}T20:00:00Z`,
      timeZoneId: 'Europe/Berlin',
    })
    const dates = { ...day('03'), recurringEvents: { individualEventDates: ['10', '03', '17'].map(day) } }
    await aShowcase(app, { title: 'Every week', dateAndTimeSettings: dates }, [])
    const { shown } = await pageOf('/')
    expect(shown.match(/<li /g)).toHaveLength(1)
    expect(shown).toContain('Mon, Jun 3')
    expect(shown).toContain('and 2 more dates')
    const next = /href="(\/event-details\/[^"]+)"/.exec(shown)?.[1] ?? ''
    const { shown: occurrence } = await pageOf(next)
    for (const other of ['Mon, Jun 10', 'Mon, Jun 17']) expect(occurrence).toContain(other)
  })
})

test('files of pages are kept for good, and come as small as they get', async () => {
  const { markup } = await pageOf('/')
  const script = /<script type="module" src="([^"]+)"/.exec(markup)?.[1] ?? ''
  const { statusCode, headers } = await app.app.inject({ url: script, headers: { 'accept-encoding': 'gzip, br' } })
  expect([statusCode, headers['content-encoding'], headers['cache-control']]).toEqual([
    200,
    'br',
    'public, max-age=31536000, immutable',
  ])
})

/* Pages before they are published, and what the organizer says to search engines. */

async function linkTo(eventId: string, body: object = {}) {
  return (await must(admin, 'POST', `/boxoffice/v1/events/${eventId}/preview-links`, body)).body.previewLink
}

async function look(path: string) {
  const { status, body, headers } = await anonymous('GET', path)
  const markup = String(body)
  const boot = JSON.parse(/<script id="boot" type="application\/json">(.*?)<\/script>/s.exec(markup)?.[1] ?? 'null')
  return { status, headers, markup, boot, shown: markup.replaceAll(/<script.*?<\/script>/gs, '') }
}

const aDraft = (event: Record<string, unknown> = {}) => aShowcase(app, event, undefined, { draft: true })
const aSession = (eventId: string, name: string) =>
  must(admin, 'POST', '/events/v1/schedule/draft', {
    eventId,
    item: {
      name,
      timeSlot: { start: '2030-06-01T18:00:00Z', end: '2030-06-01T19:00:00Z', timeZoneId: 'Europe/Berlin' },
    },
  })

describe('the page of a draft', () => {
  test('events 1.14.1: a link shows a draft as guests will see it, to nobody else, kept nowhere and never found', async () => {
    const { eventId, path } = await aDraft()
    expect((await look(path)).shown).toContain('This event is not public yet')
    const link = await linkTo(eventId, { hours: 2 })
    expect(link).toEqual({
      url: `http://127.0.0.1:8080${link.path}`,
      path: expect.stringMatching(`^/event-previews/${eventId}\\?until=\\d+&token=`),
      expirationDate: new Date(app.now().getTime() + 2 * 3_600_000).toISOString(),
    })
    const { status, headers, shown, markup, boot } = await look(link.path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
      'content-security-policy': expect.stringContaining("frame-ancestors 'self'"),
    })
    expect(markup).toContain('<meta name="robots" content="noindex, nofollow">')
    expect(markup).not.toContain('application/ld+json')
    for (const words of [
      'Preview, not published',
      'Lanterns over the Harbour',
      '€24.00',
      '8 left',
      'nothing can be bought',
    ])
      expect(shown).toContain(words)
    expect(boot.page.event).toMatchObject({ status: 'UPCOMING', registration: { status: 'OPEN_TICKETS' } })
    // Nothing has changed by looking.
    expect((await must(admin, 'GET', `${V3}/${eventId}`)).body.event.status).toBe('DRAFT')
  })

  test('is what guests are shown once it is published, but for what says that it is a preview', async () => {
    const { eventId, path } = await aDraft({ detailedDescription: '<p>All of it</p>' })
    await must(admin, 'POST', '/events/v2/policies', {
      policy: { eventId, name: 'House rules', body: '<p>Be kind</p>' },
    })
    const before = await look((await linkTo(eventId)).path)
    await must(admin, 'POST', `${V3}/${eventId}/publish`, {})
    const after = await look(path)
    const { publishedDate, updatedDate, ...event } = after.boot.page.event
    expect(before.boot.page).toMatchObject({ ...after.boot.page, event })
    expect(Object.keys(before.boot.answers).sort()).toEqual(Object.keys(after.boot.answers).sort())
    expect(before.boot.answers).toMatchObject(withoutRevisions(after.boot.answers))
  })

  test('of an event without tickets has its form', async () => {
    const { body } = await must(admin, 'POST', V3, {
      draft: true,
      event: {
        title: 'Party',
        location: { name: 'Pier', locationTbd: true },
        dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
        registration: { initialType: 'RSVP' },
      },
    })
    const { shown } = await look((await linkTo(body.event.id)).path)
    for (const words of ['Registration', 'First name', 'nothing can be bought']) expect(shown).toContain(words)
  })
})

test('events 6.2: a published event is previewed with the draft of its schedule, which guests do not see', async () => {
  const { eventId, path } = await aShowcase(app, { agendaSettings: { enabled: true } })
  await aSession(eventId, 'Opening')
  await must(admin, 'POST', '/events/v1/schedule/publish', { eventId })
  const link = await linkTo(eventId)
  expect((await look(link.path)).shown).toContain('This is what guests see.')
  await aSession(eventId, 'Encore')
  const { shown } = await look(link.path)
  for (const words of ['Opening', 'Encore', 'the schedule is not published']) expect(shown).toContain(words)
  expect((await look(path)).shown).not.toContain('Encore')
  const schedule = await look(link.path.replace('?', '/schedule?'))
  expect([schedule.status, schedule.shown.includes('Encore')]).toEqual([200, true])
  expect(schedule.shown).toContain(`href="${link.path.replaceAll('&', '&amp;')}"`)
})

describe('a link that does not work says what to do', () => {
  test('one that has ended, one that was changed, one of another event or site, one of a deleted event', async () => {
    const { eventId } = await aDraft()
    const other = await aDraft()
    const link = await linkTo(eventId, { hours: 1 })
    const wrong = [
      link.path.replace(/until=\d+/, 'until=99999999999'),
      link.path.slice(0, -1),
      link.path.replace(eventId, other.eventId),
      link.path.replace(app.siteId, (await app.otherSite()).siteId),
      `/event-previews/${eventId}`,
      `/event-previews/${eventId}?until=x&token=y`,
      `/event-previews/nothing?until=1&token=${'x'.repeat(100)}`,
    ]
    for (const path of wrong) {
      const { status, shown } = await look(path)
      expect([path, status]).toEqual([path, 404])
      expect(shown).toContain('ask whoever sent it to you for a new one')
    }
    const now = app.now()
    setNow(new Date(now.getTime() + 3_600_000))
    const ended = await look(link.path)
    expect([ended.status, ended.shown.includes('This preview has ended.')]).toEqual([410, true])
    setNow(now)
    expect((await look(link.path)).status).toBe(200)
    await must(admin, 'DELETE', `${V3}/${eventId}`)
    expect((await look(link.path)).status).toBe(404)
  })
})

describe('links are made by who may see drafts', () => {
  test('and by nobody else, for events of their site', async () => {
    const { eventId } = await aDraft({ title: 'Secret' })
    const url = `/boxoffice/v1/events/${eventId}/preview-links`
    const other = await app.otherSite()
    const visitor = await app.visitor()
    expect((await visitor('POST', url, {})).status).toBe(403)
    expect((await anonymous('POST', url, {})).status).toBe(401)
    expect((await other.admin('POST', url, {})).status).toBe(404)
    expect((await admin('POST', `/boxoffice/v1/events/${newGuid()}/preview-links`, {})).status).toBe(404)
    for (const hours of [0, 721, 1.5, '2', null]) {
      const { status, body } = await admin('POST', url, { hours })
      expect([hours, status, body.details.validationError.fieldViolations[0].field]).toEqual([hours, 400, 'hours'])
    }
  })
})

test('events 1.9.7: pages say to search engines and messengers what the organizer wrote, and nothing that does harm', async () => {
  const { eventId, path } = await aShowcase(app, { agendaSettings: { enabled: true } }, [{ ...FREE, name: 'One' }])
  const tags = [
    { type: 'title', children: 'Lights & brass </title><script>' },
    { type: 'meta', props: { name: 'description', content: 'Come "early"' } },
    { type: 'meta', props: { property: 'og:title', content: 'For friends' } },
    {
      type: 'meta',
      props: { property: 'og:image', content: 'https://pictures.example/card.png' },
      meta: { width: 1200, height: 630 },
    },
    { type: 'meta', props: { name: 'robots', content: 'noindex, nofollow' } },
    { type: 'meta', props: { name: 'description', content: 'Not this' }, disabled: true },
    { type: 'script', children: 'alert(1)' },
    { type: 'link', props: { rel: 'stylesheet', href: 'https://evil.example' } },
    { type: 'meta', props: { 'http-equiv': 'refresh', content: '0;url=https://evil.example' } },
    { type: 'meta', props: null },
  ]
  const set = (seo: object[] | null) =>
    must(admin, 'PATCH', `${V3}/${eventId}`, { event: { seoSettings: { advancedSeoData: seo && { tags: seo } } } })
  await set(tags)
  const { markup } = await look(path)
  for (const said of [
    '<title>Lights &amp; brass &lt;/title&gt;&lt;script&gt;</title>',
    '<meta name="description" content="Come &quot;early&quot;">',
    '<meta name="robots" content="noindex, nofollow">',
    '<meta property="og:title" content="For friends">',
    '<meta property="og:description" content="Come &quot;early&quot;">',
    '<meta property="og:image" content="https://pictures.example/card.png">',
    '<meta property="og:image:width" content="1200">',
  ])
    expect(markup).toContain(said)
  for (const wrong of ['evil.example', 'alert(1)', 'Not this']) expect(markup).not.toContain(wrong)
  expect((await look((await linkTo(eventId)).path)).markup).toContain('<title>Lights &amp; brass')
  await set(null)
  const again = await look(path)
  expect(again.markup).toContain('<title>Lanterns over the Harbour – Test</title>')
  expect(again.markup).not.toContain('name="robots"')
})

/** What publishing changes besides: who was told what when. */
function withoutRevisions(answers: object): object {
  return JSON.parse(
    JSON.stringify(answers, (name, value) => (/^(publishedDate|updatedDate|metadata)$/.test(name) ? undefined : value)),
  )
}
