import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
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
  const pictures = rememberPictures(async ({ mediaId }) => {
    read.push(mediaId)
    return mediaId === 'none' ? null : Buffer.alloc(10 * 1024 ** 2)
  })
  const ask = (mediaId: string) => pictures({ siteId, mediaId, format: 'png' })
  await Promise.all([ask('a'), ask('a'), ask('a')])
  for (const each of ['b', 'c', 'a', 'd', 'a', 'b', 'none', 'none']) await ask(each)
  expect(read).toEqual(['a', 'b', 'c', 'd', 'b', 'none', 'none'])
})
