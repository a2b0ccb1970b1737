import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { collide } from '../../test/support/collisions.ts'
import { aJpeg, aPng, aWebp, SECRET } from '../../test/support/pictures.ts'
import { newGuid } from '../ids.ts'
import { BYTES_MAX } from './model.ts'
import { rememberPictures } from './remembered.ts'

const served = await testApp()
const { app, sql, siteId, apiKey, admin, deps } = served
const organizer = { authorization: apiKey, 'wix-site-id': siteId }

async function upload(payload: Buffer | string, headers: Record<string, string> = {}) {
  const all = { ...organizer, 'content-type': 'image/jpeg', ...headers }
  const answer = await app.inject({ method: 'POST', url: '/boxoffice/v1/media', payload, headers: all })
  return { status: answer.statusCode, body: answer.json() }
}

async function countKept(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from media`
  return row?.count ?? 0
}

describe('uploading', () => {
  test('a picture is served for ever as what it is, to anybody, without what a camera wrote', async () => {
    const { status, body } = await upload(aPng({ width: 30, height: 20 }))
    expect([status, body.image]).toEqual([
      200,
      { id: expect.stringMatching(/^media\//), url: `${deps.publicUrl}/${body.image.id}`, width: 30, height: 20 },
    ])
    const picture = await app.inject({ method: 'GET', url: `/${body.image.id}` })
    expect(picture.statusCode).toBe(200)
    expect(picture.headers).toMatchObject({
      'content-type': 'image/png', // by its bytes, whatever it was sent as
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    expect(picture.rawPayload.includes(SECRET)).toBe(false)
    expect((await app.inject({ method: 'HEAD', url: `/${body.image.id}` })).statusCode).toBe(200)
  })

  test('the same picture is kept once, also where two upload it at the same moment; another site has its own', async () => {
    const bytes = aWebp({ width: 123 })
    const before = await countKept()
    const [one, two] = await Promise.all([upload(bytes), upload(bytes)])
    expect(one.body).toEqual(two.body)
    expect(await countKept()).toBe(before + 1)
    const other = await served.otherSite()
    const theirs = await upload(bytes, { authorization: other.apiKey, 'wix-site-id': other.siteId })
    expect(theirs.body.image.id).not.toBe(one.body.image.id)
  })

  test('an event shows its picture at the address of today', async () => {
    const { body } = await upload(aJpeg({ width: 1200, height: 630 }))
    const mainImage = { ...body.image, url: `http://old.example.org/${body.image.id}`, altText: 'Lanterns' }
    const event = {
      title: 'Lanterns',
      location: { name: 'Pier', locationTbd: true },
      dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
      registration: { initialType: 'TICKETING' },
      mainImage,
    }
    const created = await admin('POST', '/events/v3/events', { event, fields: ['DETAILS'] })
    expect(created.body.event.mainImage).toEqual({ ...mainImage, url: `${deps.publicUrl}/${body.image.id}` })
    const elsewhere = { id: 'a-picture', url: 'https://pictures.example.org/1.jpg', width: 1, height: 1 }
    const changed = await admin('PATCH', `/events/v3/events/${created.body.event.id}`, {
      event: { mainImage: elsewhere },
      fields: ['DETAILS'],
    })
    expect(changed.body.event.mainImage).toEqual(elsewhere)
  })
})

describe('what is wrong keeps nothing', () => {
  const BAD: [string, Buffer | string, Record<string, string>, number, string, object?][] = [
    ['nothing', '', {}, 400, 'IMAGE_NOT_USABLE', { reason: 'FORMAT' }],
    [
      'a script that is called a picture',
      '<script>alert(1)</script>',
      {},
      400,
      'IMAGE_NOT_USABLE',
      { reason: 'FORMAT' },
    ],
    ['a damaged one', aJpeg().subarray(0, 60), {}, 400, 'IMAGE_NOT_USABLE', { reason: 'BROKEN' }],
    [
      'one of too many pixels',
      aJpeg({ width: 12_000, height: 12_000 }),
      {},
      400,
      'IMAGE_NOT_USABLE',
      { reason: 'PIXELS' },
    ],
    ['too many bytes', Buffer.alloc(BYTES_MAX + 1), {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'a=1', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no credential', aJpeg(), { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['another site', aJpeg(), { 'wix-site-id': newGuid() }, 403, 'PERMISSION_DENIED'],
  ]
  test.each(BAD)('%s', async (_, payload, headers, status, code, data) => {
    const before = await countKept()
    const answer = await upload(payload, headers)
    expect(answer.status).toBe(status)
    expect(answer.body.details.applicationError.code).toBe(code)
    if (data) expect(answer.body.details.applicationError.data).toMatchObject(data)
    expect(await countKept()).toBe(before)
  })

  test('a visitor uploads nothing', async () => {
    const visitor = await served.visitor()
    expect((await visitor('POST', '/boxoffice/v1/media', undefined, { 'content-type': 'image/png' })).status).toBe(403)
  })

  test('what is not there is a 404, and what cannot be an address a 400', async () => {
    const { body } = await upload(aJpeg({ width: 77 }))
    const { id } = body.image
    const statusOf = async (url: string) => (await app.inject({ method: 'GET', url })).statusCode
    expect(await statusOf(`/media/${siteId}/${newGuid()}.jpeg`)).toBe(404)
    expect(await statusOf(`/${id.replace('.jpeg', '.png')}`)).toBe(404)
    expect(await statusOf(`/${id.replace(siteId, newGuid())}`)).toBe(404)
    expect(await statusOf(`/media/${siteId}/x.jpeg`)).toBe(400)
    expect(await statusOf(`/${id.replace('.jpeg', '.svg')}`)).toBe(400)
  })
})

test('a crowd reads a picture from the database once, and what was asked for longest is forgotten first', async () => {
  const read: string[] = []
  let now = 0
  const removed = new Set<string>()
  const pictures = rememberPictures(
    {
      read: async ({ mediaId }) => {
        read.push(mediaId)
        return mediaId === 'none' ? null : Buffer.alloc(10 * 1024 ** 2)
      },
      isKept: async ({ mediaId }) => !removed.has(mediaId),
    },
    () => now,
  )
  const ask = (mediaId: string) => pictures.find({ siteId, mediaId, format: 'png' })
  await Promise.all([ask('a'), ask('a'), ask('a')])
  for (const each of ['b', 'c', 'a', 'd', 'a', 'b', 'none', 'none']) await ask(each)
  expect(read).toEqual(['a', 'b', 'c', 'd', 'b', 'none', 'none'])
  // What another process has removed is gone within ten seconds, the rest is not read again.
  removed.add('b')
  expect(await ask('b')).not.toBeNull()
  now += 10_001
  expect([await ask('b'), (await ask('a'))?.length]).toEqual([null, 10 * 1024 ** 2])
  pictures.forget({ siteId, mediaId: 'a', format: 'png' })
  await ask('a')
  expect(read.slice(7)).toEqual(['a'])
})

const EVENT = {
  title: 'Lanterns',
  location: { name: 'Pier', locationTbd: true },
  dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
  registration: { initialType: 'TICKETING' },
}
const idOf = ({ id }: { id: string }) => id.split('/')[2]?.split('.')[0] ?? ''
const remove = (mediaId: string) => admin('DELETE', `/boxoffice/v1/media/${mediaId}`)

describe('the pictures of a site', () => {
  test('are listed the newest first, with who uploaded them and where they are shown', async () => {
    const used = (await upload(aPng({ width: 41 }))).body.image
    const named = (await upload(aPng({ width: 42 }))).body.image
    const unused = (await upload(aPng({ width: 43 }))).body.image
    const { body } = await admin('POST', '/events/v3/events', { event: { ...EVENT, mainImage: used } })
    const eventId = body.event.id
    const img = `<p><img src="${named.url}" alt=""></p>`
    await admin('POST', '/events/v2/policies', { policy: { eventId, name: 'House rules', body: img } })
    await admin('POST', '/events/v1/schedule/draft', {
      eventId,
      item: {
        name: 'Opening',
        timeSlot: { start: '2030-06-01T18:00:00Z', end: '2030-06-01T19:00:00Z', timeZoneId: 'UTC' },
        description: img,
      },
    })
    const tags = [{ type: 'meta', props: { property: 'og:image', content: named.url } }]
    await admin('PATCH', `/events/v3/events/${eventId}`, { event: { seoSettings: { advancedSeoData: { tags } } } })
    const listed = await admin('GET', '/boxoffice/v1/media?limit=100')
    expect(listed.status).toBe(200)
    const find = ({ id }: { id: string }) =>
      listed.body.media.find((each: { image: { id: string } }) => each.image.id === id)
    expect(find(used)).toMatchObject({
      mediaId: idOf(used),
      image: used,
      size: expect.any(Number),
      createdDate: expect.any(String),
      createdBy: { kind: 'admin', name: expect.any(String) },
      uses: [{ kind: 'EVENT', eventId, name: 'Lanterns' }],
      usesTotal: 1,
    })
    expect(find(named)).toMatchObject({
      uses: [
        { kind: 'EVENT', eventId, name: 'Lanterns' },
        { kind: 'POLICY', eventId, name: 'House rules' },
        { kind: 'SCHEDULE_ITEM', eventId, name: 'Opening' },
      ],
      usesTotal: 3,
    })
    expect(find(unused)).toMatchObject({ uses: [], usesTotal: 0 })
    const page = await admin('GET', '/boxoffice/v1/media?limit=1&offset=1')
    expect(page.body).toMatchObject({ total: listed.body.total, limit: 1, offset: 1, bytesMax: 2 * 1024 ** 3 })
    expect(page.body.media).toHaveLength(1)
    const other = await served.otherSite()
    expect((await other.admin('GET', '/boxoffice/v1/media')).body).toMatchObject({ total: 0, bytes: 0, media: [] })
    for (const query of ['limit=0', 'limit=101', 'offset=-1', 'limit=x'])
      expect([query, (await admin('GET', `/boxoffice/v1/media?${query}`)).status]).toEqual([query, 400])
    expect((await (await served.visitor())('GET', '/boxoffice/v1/media')).status).toBe(403)
  })

  test('are removed when nothing shows them, and then are gone everywhere; nothing becomes a broken picture', async () => {
    const { image } = (await upload(aPng({ width: 51 }))).body
    const { body } = await admin('POST', '/events/v3/events', { event: { ...EVENT, mainImage: image } })
    const eventId = body.event.id
    const inUse = await remove(idOf(image))
    expect([inUse.status, inUse.body.details.applicationError]).toMatchObject([
      428,
      { code: 'MEDIA_IN_USE', data: { uses: 1, kind: 'EVENT', eventId, name: 'Lanterns' } },
    ])
    expect((await app.inject({ url: `/${image.id}` })).statusCode).toBe(200)
    const other = await served.otherSite()
    expect((await other.admin('DELETE', `/boxoffice/v1/media/${idOf(image)}`)).status).toBe(404)
    expect((await (await served.visitor())('DELETE', `/boxoffice/v1/media/${idOf(image)}`)).status).toBe(403)
    await admin('PATCH', `/events/v3/events/${eventId}`, { event: { mainImage: null } })
    expect((await remove(idOf(image))).status).toBe(200)
    expect((await app.inject({ url: `/${image.id}` })).statusCode).toBe(404)
    expect((await remove(idOf(image))).status).toBe(404)
    expect((await remove(newGuid())).status).toBe(404)
    expect((await remove('x')).status).toBe(400)
    // Whoever had it in a form is told so, and keeps what was there.
    for (const sent of [
      await admin('PATCH', `/events/v3/events/${eventId}`, { event: { mainImage: image, title: 'Changed' } }),
      await admin('POST', '/events/v3/events', { event: { ...EVENT, mainImage: image } }),
      await admin('POST', `/events/v3/events/${eventId}/clone`, { event: { mainImage: image } }),
    ])
      expect([sent.status, sent.body.details.validationError.fieldViolations[0].field]).toEqual([
        400,
        'event.mainImage.id',
      ])
    expect((await admin('GET', `/events/v3/events/${eventId}`)).body.event.title).toBe('Lanterns')
    // The same picture may come again.
    expect((await upload(aPng({ width: 51 }))).body.image.id).not.toBe(image.id)
  })

  test('one who removes a picture and one who chooses it take turns: never is it chosen and gone', async () => {
    const { image } = (await upload(aPng({ width: 61 }))).body
    const { body } = await admin('POST', '/events/v3/events', { event: EVENT })
    const choose = () => admin('PATCH', `/events/v3/events/${body.event.id}`, { event: { mainImage: image } })
    const [removed, chosen] = await collide(
      sql,
      tx => tx`select from media where site_id = ${siteId} and media_id = ${idOf(image)} for update`,
      [() => remove(idOf(image)), choose],
    )
    expect([[200, 400].join(), [428, 200].join()]).toContain([removed?.status, chosen?.status].join())
  })
})
