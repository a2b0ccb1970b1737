import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendMailOptions } from 'nodemailer'
import { Hopeless } from '../queue/model.ts'

/** One mail to one person, in words that are ready to be read. */
export type Message = {
  /** The same for the same mail, however often it is sent: whoever gets it twice can tell. */
  id: string
  /** When it was wanted, which is the same at each attempt too. */
  date: Date
  /** The name that it comes from; the address is the installation's. */
  fromName: string
  to: { name: string; address: string }
  subject: string
  text: string
  html: string
  /** Where whoever wants no more of these says so, also by a button of the mail program (RFC 8058). */
  unsubscribeUrl?: string
  attachments: readonly Attachment[]
}

/** @param cid by which the letter shows it; absent: it is a file beside the letter */
export type Attachment = { filename: string; contentType: string; content: Uint8Array; cid?: string }

export type Mailer = {
  /** @throws Hopeless when trying again is no use; Error when it may be. Neither names anybody. */
  send: (message: Message) => Promise<void>
}

export type MailSettings = { smtpUrl: string | null; mailFrom: string; outbox: string }

/** Sends through the server of `smtpUrl`; without one, mails become files in `outbox`. */
export function createMailer({ smtpUrl, mailFrom, outbox }: MailSettings): Mailer {
  return smtpUrl === null ? outboxMailer(mailFrom, outbox) : smtpMailer(mailFrom, smtpUrl)
}

/** Of any mail, however slow the server is: shorter than the claim of its job, after which another process tries. */
const SENDING_MS_MAX = 40_000

export function smtpMailer(mailFrom: string, smtpUrl: string, { sendingMsMax = SENDING_MS_MAX } = {}): Mailer {
  const { hostname, port, protocol, username, password } = new URL(smtpUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  const secure = protocol === 'smtps:'
  const isOwnMachine = LOOPBACK.has(host)
  const settings = {
    host,
    port: port ? Number(port) : secure ? 465 : 587,
    secure,
    // A password goes encrypted or not at all; a server on this machine needs no certificate that anybody knows.
    ignoreTLS: !secure && isOwnMachine,
    requireTLS: !secure && !isOwnMachine && username !== '',
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: sendingMsMax,
    greetingTimeout: sendingMsMax,
    socketTimeout: sendingMsMax,
    socketCloseTimeout: 0,
    dnsTimeout: sendingMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return {
    send: async message => {
      const { createTransport } = await import('nodemailer') // when the first mail goes out
      const mail = { ...toMail(message, mailFrom), signal: AbortSignal.timeout(sendingMsMax) }
      try {
        await createTransport(settings).sendMail(mail)
      } catch (error) {
        throw explained(error)
      }
    },
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1'])

/**
 * What a mail server said, without its own words: those name the recipient, and what a job failed of is logged. So the
 * cause is dropped on purpose.
 */
function explained(error: unknown): Error {
  const { code, command, responseCode } = error as { code?: unknown; command?: unknown; responseCode?: unknown }
  if (typeof responseCode === 'number') {
    const text = `the mail server answered ${responseCode} to ${command || 'us'}`
    // The person or the mail is refused for good; a refused login or sender may be mended meanwhile.
    const isHopeless = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')
    return isHopeless ? new Hopeless(text) : new Error(text)
  }
  return new Error(`the mail server could not be used (${typeof code === 'string' ? code : 'unknown'})`)
}

/** A file per mail, which any mail program opens; the same mail is the same file. */
export function outboxMailer(mailFrom: string, outbox: string): Mailer {
  return {
    send: async message => {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
      const mail = toMail(message, mailFrom)
      const { message: bytes } = await transport.sendMail({ ...mail, disableFileAccess: true, disableUrlAccess: true })
      if (!Buffer.isBuffer(bytes)) throw new Error('a mail was not written in one piece')
      await mkdir(outbox, { recursive: true, mode: 0o700 })
      const path = join(outbox, `${message.date.toISOString().replaceAll(':', '-')}-${message.id}.eml`)
      try {
        await writeFile(`${path}.part`, bytes, { mode: 0o600 })
        await rename(`${path}.part`, path)
      } finally {
        await rm(`${path}.part`, { force: true })
      }
    },
  }
}

function toMail(
  { id, date, fromName, to, subject, text, html, unsubscribeUrl, attachments }: Message,
  from: string,
): SendMailOptions {
  // Such an address is no way to more recipients or headers, and no server takes it.
  if (!ADDRESS.test(to.address)) throw new Hopeless('the address of the recipient cannot be used')
  return {
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date,
    from: { name: oneLine(fromName), address: from },
    to: { name: oneLine(to.name), address: to.address },
    subject: oneLine(subject),
    text,
    html,
    attachments: attachments.map(({ filename, contentType, content, cid }) => ({
      filename,
      contentType,
      content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      ...(cid !== undefined && { cid, contentDisposition: 'inline' }),
    })),
    // A program sent it: holiday notices and the like are not to answer (RFC 3834).
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(unsubscribeUrl !== undefined && {
        'List-Unsubscribe': `<${encodeURI(unsubscribeUrl)}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
  }
}

const ADDRESS = /^[^\s@<>()[\],;:\\"\p{Cc}]{1,64}@[^\s@<>()[\],;:\\"\p{Cc}]{1,255}$/u

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}
