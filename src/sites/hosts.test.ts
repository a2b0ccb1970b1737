import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { callerOf, testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough } from '../../test/support/mail.ts'
import { anOrder, notify, orderNow } from '../../test/support/orders.ts'
import { aSale, must, refusalOf } from '../../test/support/sale.ts'
import { connect, type Sql } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { tellGuests } from '../notifications/tell.ts'
import { baseOf, keepHosts, storefrontOf } from './hosts.ts'

// Two sites in one installation, each with its storefront under a host of its own.

const app = await testApp()
const { admin, anonymous, siteId, sql, deps } = app
const other = await app.otherSite()
await sql`update sites set created_at = created_at + interval '1 minute' where site_id = ${other.siteId}`
const callerWith = callerOf(app.app)
const server = await aMailServer()
const post = postThrough(app, server)
const HERE = 'http://127.0.0.1:8080'
const HALL = { host: 'hall.example', base: 'http://hall.example:8080' }
const CLUB = { host: 'club.example', base: 'http://club.example:8080' }

async function visitorOf(site: string) {
  const { body } = await anonymous('POST', '/oauth2/token', { clientId: site, grantType: 'anonymous' })
  return callerWith({ authorization: body.access_token })
}
const theirs = { admin: other.admin, visitor: () => visitorOf(other.siteId) }
const setHost = (caller: typeof admin, host: string | null) => caller('PATCH', '/boxoffice/v1/site', { site: { host } })
const get = (host: string, url: string) => anonymous('GET', url, undefined, { host })
/** How often the hosts were read by the latest of `counted`. */
let reads = 0
function counted(connections: Sql): Sql {
  reads = 0
  return new Proxy(connections, {
    apply: (called, self, [texts, ...values]) => {
      if (/from sites/.test(texts[0])) reads += 1
      return Reflect.apply(called, self, [texts, ...values])
    },
  })
}
const slugs = { ours: '', theirs: '' }

beforeAll(async () => {
  await must(admin, 'PATCH', '/boxoffice/v1/site', { site: { name: 'In the hall' } })
  await must(other.admin, 'PATCH', '/boxoffice/v1/site', { site: { name: 'In the club' } })
  const ours = await aSale(app)
  await aSale(theirs)
  const clubs = await aSale(theirs) // whose slug the hall has not
  const slugOf = async (caller: typeof admin, eventId: string) =>
    (await must(caller, 'GET', `/events/v3/events/${eventId}`)).body.event.slug
  slugs.ours = await slugOf(admin, ours.eventId)
  slugs.theirs = await slugOf(other.admin, clubs.eventId)
})
afterEach(async () => {
  for (const caller of [admin, other.admin]) expect((await setHost(caller, null)).status).toBe(200)
})
const both = async () => {
  for (const [caller, { host }] of [[admin, HALL], [other.admin, CLUB]] as const) // biome-ignore format: pairs
    expect((await setHost(caller, host)).status).toBe(200)
}

describe('whose storefront it is', () => {
  test('by the host of the request; any other host, and no host of its own, is the first site', async () => {
    expect((await get('club.example', '/')).body).toContain('In the hall')
    await both()
    for (const [host, shown, hidden] of [
      ['hall.example', 'In the hall', 'In the club'],
      ['club.example', 'In the club', 'In the hall'],
      ['CLUB.example:8080', 'In the club', 'In the hall'],
      ['elsewhere.example', 'In the hall', 'In the club'],
      ['127.0.0.1:8080', 'In the hall', 'In the club'],
    ] as const) {
      const { status, body } = await get(host, '/')
      expect([host, status, body.includes(shown), body.includes(hidden)]).toEqual([host, 200, true, false])
    }
  })

  test('no tenant is seen under the host of another', async () => {
    await both()
    const path = `/event-details/${slugs.theirs}`
    expect([(await get('club.example', path)).status, (await get('hall.example', path)).status]).toEqual([200, 404])
    expect((await get('hall.example', `${path}/ticket-form`)).status).toBe(404)
    expect((await get('club.example', path)).status).toBe(200) // nor from memory, whoever asked first
  })

  test('a proxy on this machine says which host was asked for; nobody else is believed', async () => {
    await both()
    const from = async (remoteAddress: string) => {
      const headers = { host: '127.0.0.1:8080', 'x-forwarded-host': 'club.example' }
      return (await app.app.inject({ method: 'GET', url: '/', remoteAddress, headers })).body
    }
    expect(await from('127.0.0.1')).toContain('In the club')
    expect(await from('203.0.113.7')).toContain('In the hall')
  })

  test('pages name their own address, and each other, under the host of their site, however they were asked for', async () => {
    await both()
    const { body } = await get('elsewhere.example', `/event-details/${slugs.ours}`)
    expect(body).toContain(`<link rel="canonical" href="${HALL.base}/event-details/${slugs.ours}"`)
    expect(body).not.toContain('elsewhere.example')
    expect((await get('club.example', '/')).body).toContain(`${CLUB.base}/event-details/${slugs.theirs}`)
    await setHost(admin, null)
    const after = await get('elsewhere.example', `/event-details/${slugs.ours}`)
    expect(after.body).toContain(`<link rel="canonical" href="${HERE}/event-details/${slugs.ours}"`)
  })

  test('the script for pages of others sells what is under its host, unless it names a site', async () => {
    await both()
    const { body } = await get('club.example', '/embed.js')
    expect([body.includes(other.siteId), body.includes(CLUB.base)]).toEqual([true, true])
    const named = (await get('club.example', `/embed.js?site=${siteId}`)).body
    expect([named.includes(siteId), named.includes(HALL.base)]).toEqual([true, true])
  })
})

describe('addresses of a site', () => {
  test('everything that an order leads to is under the host of its site, and works there', async () => {
    await both()
    const ordered = await anOrder(theirs)
    await notify(ordered, 'PAID')
    const order = await orderNow(other.admin, ordered)
    const event = (await must(other.admin, 'GET', `/events/v3/events/${ordered.eventId}?fields=URLS&fields=DETAILS`))
      .body.event
    const [ticket] = order.tickets
    const links = [
      ordered.orderPageUrl,
      order.ticketsPdf,
      order.invoice.previewUrl,
      ticket.ticketPdfUrl,
      ticket.checkInUrl,
      event.calendarUrls.ics,
      event.eventPageUrl.base + event.eventPageUrl.path,
    ]
    for (const link of links) {
      expect(link).toMatch(/^http:\/\/club\.example:8080\//)
      expect([link, (await get('club.example', link.slice(CLUB.base.length))).status]).toEqual([link, 200])
    }
    const page = await get('club.example', ordered.orderPageUrl.slice(CLUB.base.length))
    expect(page.body).not.toContain(HERE)
  })

  test('mails lead to the host of the site', async () => {
    await both()
    const ordered = await anOrder(theirs)
    await notify(ordered, 'PAID')
    await tellGuests(sql, app.now())
    await post()
    const texts = server.taken().map(({ mail }) => mail.text ?? '')
    const ofOrder = texts.filter(text => text.includes(ordered.order.orderNumber))
    expect(ofOrder).not.toEqual([])
    for (const text of ofOrder) {
      expect(text).toContain(`${CLUB.base}/orders/${ordered.order.orderNumber}?token=`)
      expect(text).not.toContain(HERE)
    }
  })

  test('api 14.1: a checkout on our pages is under the host of the site, and may lead back to it', async () => {
    await both()
    const { eventId, definitionId } = await aSale(theirs)
    const { slug } = (await must(other.admin, 'GET', `/events/v3/events/${eventId}`)).body.event
    const guest = await theirs.visitor()
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1 }]
    const held = await must(guest, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    const session = (thankYouPageUrl: string) =>
      guest('POST', '/headless/v1/redirect-session', {
        eventsCheckout: { reservationId: held.body.ticketReservation.id, eventSlug: slug },
        callbacks: { thankYouPageUrl },
      })
    const made = await session(`${CLUB.base}/thanks`)
    expect(made.body.redirectSession.fullUrl).toMatch(/^http:\/\/club\.example:8080\/redirects\//)
    expect(refusalOf(await session(`${HALL.base}/thanks`))).toEqual([400, ['callbacks.thankYouPageUrl']])
    const followed = await get('club.example', made.body.redirectSession.fullUrl.slice(CLUB.base.length))
    expect([followed.status, followed.headers.location]).toEqual([
      302,
      expect.stringMatching(/^http:\/\/club\.example:8080\/event-details\//),
    ])
  })

  test('a host has one site, and that of the installation is the first site’s', async () => {
    await both()
    expect(refusalOf(await setHost(other.admin, HALL.host))).toEqual([428, 'HOST_ALREADY_IN_USE'])
    expect(refusalOf(await setHost(other.admin, '127.0.0.1'))).toEqual([428, 'HOST_ALREADY_IN_USE'])
    expect((await setHost(admin, '127.0.0.1')).status).toBe(200)
    expect((await get('club.example', '/')).body).toContain('In the club')
  })

  test('another process knows them, from its start and after a change', async () => {
    await both()
    const elsewhere = await keepHosts(sql)
    expect([elsewhere.siteAt('Hall.example'), elsewhere.siteAt('club.example')]).toEqual([siteId, other.siteId])
    await sql`update sites set host = 'new.example' where site_id = ${other.siteId}`
    await elsewhere.refresh()
    expect([elsewhere.siteAt('club.example'), elsewhere.siteAt('new.example')]).toEqual([null, other.siteId])
    expect(baseOf(other.siteId, 'https://tickets.example.org/shop')).toBe('https://new.example/shop')
    await elsewhere.stop()
  })

  test('another process is told of them, and reads nothing while none of them changes', async () => {
    const connections = connect({ ...app.options, connectionsMax: 2 })
    const elsewhere = await keepHosts(counted(connections))
    await vi.waitFor(() => expect(reads).toBeGreaterThan(1)) // it listens, and has read what it may have missed
    await both()
    await vi.waitFor(() => expect(elsewhere.siteAt('club.example')).toBe(other.siteId))
    const before = reads
    await sql`select pg_notify('boxoffice', 'garbage')`
    for (let time = 1; time <= 10; time++)
      await must(admin, 'PATCH', '/boxoffice/v1/site', { site: { name: `In the hall, ${time}` } })
    await setHost(other.admin, 'pub.example')
    await vi.waitFor(() => expect(elsewhere.siteAt('pub.example')).toBe(other.siteId))
    expect(reads - before).toBeLessThan(4) // of the hosts, none of the names
    await elsewhere.stop()
    await connections.end()
  })

  test('what changed while the connection was lost is known when it is back', async () => {
    const connections = connect({ ...app.options, connectionsMax: 2 })
    const elsewhere = await keepHosts(counted(connections))
    await vi.waitFor(() => expect(reads).toBeGreaterThan(1))
    const kill = () => sql`
      select pg_terminate_backend(pid)
        from pg_stat_activity
       where query like 'listen%'
         and datname = current_database()`
    // In one transaction: told while nobody listens, and never again.
    await sql.begin(async tx => {
      await tx`set local session_replication_role = replica` // no trigger tells it
      await tx`update sites set host = 'quiet.example' where site_id = ${other.siteId}`
    })
    expect(elsewhere.siteAt('quiet.example')).toBe(null)
    await kill()
    await vi.waitFor(() => expect(elsewhere.siteAt('quiet.example')).toBe(other.siteId))
    await elsewhere.stop()
    await connections.end()
  })

  test('control: without a host of its own a site has the address of the installation', async () => {
    expect(baseOf(siteId, deps.publicUrl)).toBe(HERE)
    const ordered = await anOrder(theirs)
    expect(ordered.orderPageUrl).toMatch(/^http:\/\/127\.0\.0\.1:8080\/orders\//)
  })
})

describe('a site without a host, beside the first', () => {
  const path = () => `/s/${other.siteId}`
  const store = () => HERE + path()

  test('its pages are below a path of its own, and lead to each other there', async () => {
    const { body, status } = await get('127.0.0.1:8080', `${path()}/`)
    expect([status, body.includes('In the club'), body.includes('In the hall')]).toEqual([200, true, false])
    expect(body).toContain(`<link rel="canonical" href="${store()}/"`)
    expect(body).toContain(`href="${path()}/event-details/${slugs.theirs}"`)
    const page = (await get('127.0.0.1:8080', `${path()}/event-details/${slugs.theirs}?lang=de`)).body
    expect(page).toContain(`<link rel="canonical" href="${store()}/event-details/${slugs.theirs}"`)
    expect(page).toContain(`href="${path()}/"`)
    expect(page).not.toMatch(/href="\/(event-details\/|"|\?)/) // to nothing of the first site
    expect((await get('127.0.0.1:8080', `/event-details/${slugs.theirs}`)).status).toBe(404)
    for (const same of [`${path()}?q=x`, `${path().toUpperCase().replace('/S/', '/s/')}/?page=1`])
      expect([same, (await get('127.0.0.1:8080', same)).status]).toEqual([same, 200])
  })

  test('a picture of its own stays where pictures are, below no site’s path', async () => {
    const { eventId } = await aSale(theirs)
    const picture = `${HERE}/media/${other.siteId}/${newGuid()}.png`
    const tags = [{ type: 'meta', props: { property: 'og:image', content: picture } }]
    const settings = { event: { seoSettings: { advancedSeoData: { tags } } } }
    const { event } = (await must(other.admin, 'PATCH', `/events/v3/events/${eventId}`, settings)).body
    const page = (await get('127.0.0.1:8080', `${path()}/event-details/${event.slug}`)).body
    expect(page).toContain(`<meta property="og:image" content="${picture}">`)
  })

  test('whatever its answers, mails, files and codes lead to is there', async () => {
    const ordered = await anOrder(theirs)
    await notify(ordered, 'PAID')
    const order = await orderNow(other.admin, ordered)
    const asked = `/events/v3/events/${ordered.eventId}?fields=URLS&fields=DETAILS&fields=AGENDA`
    const { event } = (await must(other.admin, 'GET', asked)).body
    expect(event.eventPageUrl.base).toBe(store())
    const [ticket] = order.tickets
    await tellGuests(sql, app.now())
    await post()
    const mails = server
      .taken()
      .flatMap(({ mail }) => (mail.text ?? '').match(/http:\/\/127\.0\.0\.1:8080\/\S*/g) ?? [])
    const file = await get('127.0.0.1:8080', event.calendarUrls.ics.slice(HERE.length))
    const inFile = /^URL:(\S+)((?:\r\n \S+)*)/m.exec(file.body)
    const page = inFile && (inFile[1] + (inFile[2] ?? '')).replaceAll('\r\n ', '')
    expect(page).toBe(`${store()}${event.eventPageUrl.path}`)
    const links = [
      event.eventPageUrl.base + event.eventPageUrl.path,
      event.calendarUrls.ics,
      order.orderPageUrl ?? ordered.orderPageUrl,
      order.ticketsPdf,
      order.invoice.previewUrl,
      ticket.ticketPdfUrl,
      ticket.checkInUrl,
      ...mails.filter(link => link.includes(ordered.order.orderNumber) || link.includes('/event-details/')),
    ]
    expect(links.length).toBeGreaterThan(7)
    for (const link of links) {
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8080\//)
      expect([link, (await get('127.0.0.1:8080', link.slice(HERE.length))).status]).toEqual([link, 200])
    }
    const own = await get('127.0.0.1:8080', ordered.orderPageUrl.slice(HERE.length))
    expect(own.body).not.toMatch(/href="[^"]*8080\/event-details\//)
  })

  test('the path goes on working under a host, which pages then name; one of no site is a page that says so', async () => {
    await both()
    const { body, status } = await get('127.0.0.1:8080', `${path()}/event-details/${slugs.theirs}`)
    expect(status).toBe(200)
    expect(body).toContain(`<link rel="canonical" href="${CLUB.base}/event-details/${slugs.theirs}"`)
    const first = await get('127.0.0.1:8080', `/s/${siteId}/`)
    expect(first.body).toContain(`<link rel="canonical" href="${HALL.base}/"`)
    const none = await get('127.0.0.1:8080', '/s/8f4e0000-0000-4000-8000-000000000000/')
    expect([none.status, String(none.headers['content-type'])]).toEqual([404, expect.stringContaining('text/html')])
    for (const no of ['/s/', '/s/none/', `${path()}/orders/x`, `${path()}/boxoffice/v1/site`])
      expect([no, (await get('127.0.0.1:8080', no)).status]).toEqual([no, 404])
  })

  test('control: the first site has the address of the installation, and no new one has, in any process', async () => {
    expect(storefrontOf(siteId, HERE)).toBe(HERE)
    const third = await app.otherSite()
    await vi.waitFor(() => expect(storefrontOf(third.siteId, HERE)).toBe(`${HERE}/s/${third.siteId}`))
    expect(storefrontOf(siteId, HERE)).toBe(HERE)
  })
})
