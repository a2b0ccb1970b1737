import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll } from 'vitest'
import { createPress } from '../../src/documents/press.ts'
import { type Mailer, smtpMailer } from '../../src/mail/mailer.ts'
import { mailJobs } from '../../src/mail/send.ts'
import { mailsToAllJobs } from '../../src/notifications/mails.ts'
import type { JobKind } from '../../src/queue/model.ts'
import { runJobs } from '../../src/queue/run.ts'
import type { TestApp } from './app.ts'

export type Received = { from: string; to: string[]; mail: Email; source: string }

/** What a mail server does with whatever comes next; refusals are SMTP codes. */
export type Behaviour = { rcpt?: number; data?: number; sender?: number; hangs?: true }

/** A mail server on this machine, which keeps what it takes, and takes it as the test says. */
export async function aMailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  let behaviour: Behaviour = {}
  const refusal = (code: number | undefined, who = 'somebody@example.org') =>
    code === undefined ? null : Object.assign(new Error(`<${who}> is not wanted here`), { responseCode: code })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onMailFrom: (_address, _session, callback) => callback(refusal(behaviour.sender)),
    onRcptTo: ({ address }, _session, callback) => callback(refusal(behaviour.rcpt, address)),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        if (behaviour.hangs) return
        const refused = refusal(behaviour.data)
        if (refused) return callback(refused)
        const source = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          mail: await PostalMime.parse(source),
          source: source.toString('latin1'),
        })
        callback(null)
      })
    },
    ...options,
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => new Promise<void>(resolve => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    /** What came since it was last asked, in the order of the recipients. */
    taken: () => received.splice(0).sort((a, b) => (a.to.join() < b.to.join() ? -1 : 1)),
    behave: (next: Behaviour) => {
      behaviour = next
    },
  }
}

/** Does what is wanted of mails, as the worker would. */
export function postOf({ sql, deps, now }: Pick<TestApp, 'sql' | 'deps' | 'now'>, mailer: Mailer) {
  const press = createPress()
  afterAll(() => press.stop())
  const sending = mailJobs({ mailer, press, keys: deps.keys, publicUrl: deps.publicUrl })
  const run = async (kind: JobKind) => {
    let pieces = 0
    for (let more = await runJobs(sql, kind, now()); more > 0; more = await runJobs(sql, kind, now())) pieces += more
    return pieces
  }
  return async () => [await run(mailsToAllJobs), (await run(sending.single)) + (await run(sending.bulk))]
}

/** A post that goes through `server`. */
export function postThrough(app: Pick<TestApp, 'sql' | 'deps' | 'now'>, { url }: { url: string }) {
  return postOf(app, smtpMailer('tickets@example.org', url))
}
