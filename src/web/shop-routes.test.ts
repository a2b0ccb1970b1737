import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { aShowcase } from '../../test/support/storefront.ts'

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
