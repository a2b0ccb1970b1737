import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { aMailServer } from '../../test/support/mail.ts'
import { Hopeless } from '../queue/model.ts'
import { createMailer, type Message, outboxMailer, smtpMailer } from './mailer.ts'

const FROM = 'tickets@example.org'
const server = await aMailServer()
const mailer = smtpMailer(FROM, server.url)
const directory = await mkdtemp(join(tmpdir(), 'boxoffice-mail-'))
afterAll(() => rm(directory, { recursive: true }))
beforeEach(() => {
  server.behave({})
  server.taken()
})

function aMessage(overrides: Partial<Message> = {}): Message {
  return {
    id: '0b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d',
    date: new Date('2030-05-01T12:00:00.000Z'),
    fromName: 'Größe & Söhne',
    to: { name: 'Ada Łukasz', address: 'ada@example.org' },
    subject: 'Deine Karten – 東京',
    text: 'Hello,\n\n.\nfrom here.\n',
    html: '<p>Hello</p>',
    attachments: [],
    ...overrides,
  }
}

describe('through a mail server', () => {
  test('a mail arrives whole, in any alphabet, with what it carries, from the installation to one person', async () => {
    const content = new Uint8Array([37, 80, 68, 70, 0, 255, 10, 13])
    const attachments = [{ filename: 'tickets.pdf', contentType: 'application/pdf', content }]
    await mailer.send(aMessage({ attachments }))
    const [received, ...others] = server.taken()
    expect(others).toEqual([])
    expect(received).toMatchObject({
      from: FROM,
      to: ['ada@example.org'],
      mail: {
        from: { name: 'Größe & Söhne', address: FROM },
        to: [{ name: 'Ada Łukasz', address: 'ada@example.org' }],
        subject: 'Deine Karten – 東京',
        messageId: '<0b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d@example.org>',
        date: '2030-05-01T12:00:00.000Z',
        text: expect.stringMatching(/^Hello,\n\n\.\nfrom here\.\s*$/),
        attachments: [{ filename: 'tickets.pdf', mimeType: 'application/pdf' }],
      },
    })
    expect(received?.mail.html).toContain('<p>Hello</p>')
    expect(new Uint8Array(received?.mail.attachments[0]?.content as ArrayBuffer)).toEqual(content)
    expect(received?.mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    )
  })

  test('sent again it has the same Message-ID, so that whoever gets it twice can tell', async () => {
    await mailer.send(aMessage())
    await mailer.send(aMessage())
    const ids = server.taken().map(({ mail }) => mail.messageId)
    expect(ids).toEqual([ids[0], ids[0]])
  })

  const EVE = '\r\nBcc: eve@example.org\r\nX-Eve: 1\r\n\r\nhello'
  test.each([
    ['the subject', { subject: `Tickets${EVE}` }],
    ['the name of the site', { fromName: `The hall${EVE}` }],
    ['the name of the guest', { to: { name: `Ada${EVE}`, address: 'ada@example.org' } }],
    ['a name that looks like addresses', { to: { name: '"Ada" <eve@example.org>, x', address: 'ada@example.org' } }],
  ])('nothing in %s becomes a header or a recipient', async (_, overrides) => {
    await mailer.send(aMessage(overrides))
    const [received] = server.taken()
    expect(received?.to).toEqual(['ada@example.org'])
    expect(received?.mail.to?.map(({ address }) => address)).toEqual(['ada@example.org'])
    const names = received?.mail.headers.map(({ key }) => key)
    expect(names).not.toContain('bcc')
    expect(names).not.toContain('x-eve')
    expect(received?.mail.text?.trimEnd()).toBe('Hello,\n\n.\nfrom here.')
  })

  test.each([
    'ada@example.org, eve@example.org',
    'ada@example.org>\r\nRCPT TO:<eve@example.org',
    'ada@example.org\u0000',
    '<ada@example.org>',
    'ada,eve@example.org',
    'ada',
    '',
  ])('%j is no address: it is given up, and nothing is said to the server', async address => {
    await expect(mailer.send(aMessage({ to: { name: '', address } }))).rejects.toThrow(Hopeless)
    expect(server.taken()).toEqual([])
  })

  test.each([
    ['the recipient for good', { rcpt: 550 }, true, 'the mail server answered 550 to RCPT TO'],
    ['the recipient for now', { rcpt: 451 }, false, 'the mail server answered 451 to RCPT TO'],
    ['the mail for good', { data: 554 }, true, 'the mail server answered 554 to DATA'],
    ['the mail for now', { data: 452 }, false, 'the mail server answered 452 to DATA'],
    ['the sender, which can be mended', { sender: 550 }, false, 'the mail server answered 550 to MAIL FROM'],
  ])('who refuses %s is understood, and nobody is named', async (_, behaviour, hopeless, message) => {
    server.behave(behaviour)
    const error = await mailer.send(aMessage()).then(
      () => null,
      (cause: Error) => cause,
    )
    expect([error?.message, error instanceof Hopeless, error?.cause]).toEqual([message, hopeless, undefined])
    expect(server.taken()).toEqual([])
  })

  test('a server that takes everything and never answers is left after a while', async () => {
    server.behave({ hangs: true })
    const hurried = smtpMailer(FROM, server.url, { sendingMsMax: 300 })
    await expect(hurried.send(aMessage())).rejects.toThrow('the mail server could not be used (')
  })

  test('so is one that takes the call and says nothing, and one that is not there', async () => {
    const mute = createServer(() => {})
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as { port: number }
    const hurried = smtpMailer(FROM, `smtp://127.0.0.1:${port}`, { sendingMsMax: 300 })
    await expect(hurried.send(aMessage())).rejects.toThrow('the mail server could not be used (')
    await new Promise(resolve => mute.close(resolve))
    await expect(hurried.send(aMessage())).rejects.toThrow('the mail server could not be used (')
  })
})

describe('who logs in', () => {
  test('says name and password as they stand in the address, and a wrong one is tried again later', async () => {
    const seen: unknown[] = []
    const guarded = await aMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) => {
        seen.push(username, password)
        if (password === 'p@ss:word') callback(null, { user: username ?? '' })
        else callback(Object.assign(new Error('no'), { responseCode: 535 }))
      },
    })
    const at = (login: string) => smtpMailer(FROM, `smtp://${login}@127.0.0.1:${guarded.port}`)
    await at('ada%40example.org:p%40ss%3Aword').send(aMessage())
    expect(seen).toEqual(['ada@example.org', 'p@ss:word'])
    expect(guarded.taken()).toHaveLength(1)
    const error = await at('ada:wrong')
      .send(aMessage())
      .catch((cause: Error) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(Hopeless)
    expect(String(error)).not.toContain('wrong')
  })
})

describe('the outbox', () => {
  test('without a server a mail is a file that mail programs open; the same one is the same file', async () => {
    const outbox = join(directory, 'outbox')
    const kept = createMailer({ smtpUrl: null, mailFrom: FROM, outbox })
    await kept.send(aMessage())
    await kept.send(aMessage())
    await kept.send(aMessage({ id: '1b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d', subject: 'Another' }))
    const names = await readdir(outbox)
    expect(names).toEqual([
      '2030-05-01T12-00-00.000Z-0b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d.eml',
      '2030-05-01T12-00-00.000Z-1b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d.eml',
    ])
    const path = join(outbox, names[0] ?? '')
    expect(await PostalMime.parse(await readFile(path))).toMatchObject({
      from: { name: 'Größe & Söhne', address: FROM },
      to: [{ name: 'Ada Łukasz', address: 'ada@example.org' }],
      subject: 'Deine Karten – 東京',
      text: expect.stringMatching(/^Hello,\n\n\.\nfrom here\.\s*$/),
    })
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0)
  })

  test('one that cannot be written is a failure, and leaves nothing half written', async () => {
    const file = join(directory, 'a file')
    await outboxMailer(FROM, file).send(aMessage())
    const inside = join(file, (await readdir(file))[0] ?? '')
    await expect(outboxMailer(FROM, inside).send(aMessage())).rejects.toThrow()
  })
})
