import { afterAll, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMailServer, postOf, postThrough } from '../../test/support/mail.ts'
import { anOrder } from '../../test/support/orders.ts'
import { aParty } from '../../test/support/rsvps.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { createPress } from '../documents/press.ts'
import { type Mailer, smtpMailer } from '../mail/mailer.ts'
import { mailJobs } from '../mail/send.ts'
import { runJobs } from '../queue/run.ts'
import { addSeconds } from '../time.ts'
import { mailsToAllJobs, RSVPS_MAX } from './mails.ts'
import { tellGuests } from './tell.ts'

const app = await testApp({ lawless: true })
const { sql, siteId, admin, deps, setNow, now } = app
const press = createPress()
afterAll(() => press.stop())
const server = await aMailServer()
const FROM = 'tickets@example.org'

/** As many answers to an event, each of somebody else. */
async function manyAnswers(eventId: string, count: number): Promise<void> {
  await sql`
    insert into rsvps (
      site_id, rsvp_id, event_id, revision, status, status_at, first_name, last_name, email, contact_id, answers,
      additional_guests, guest_names, check_ins, checked_in_guests, disable_notifications, marketing_consent, locale,
      created_at, updated_at
    )
    select ${siteId}, gen_random_uuid(), ${eventId}, 1, 'YES', ${now()}, 'Guest', number::text,
           'guest' || number || '@example.org', gen_random_uuid(), '[]', 0, '{}', '[]', 0, false, false, 'en-US',
           ${now()}, ${now()}
      from generate_series(1, ${count}::integer) as number`
}

test('events 1.2.4: thousands of mails of a canceled event go in small pieces, and nobody’s tickets wait behind them', async () => {
  const eventId = await aParty(app)
  await manyAnswers(eventId, 3000)
  await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
  expect(await tellGuests(sql, now())).toBeGreaterThan(0)
  const waiting = async () => {
    const [row] = await sql<{ count: number }[]>`select count(*) as count from mails where sent_at is null`
    return row?.count
  }
  expect(await waiting()).toBe(0)
  await runJobs(sql, mailsToAllJobs, now())
  expect(await waiting()).toBe(3000)
  const [largest] = await sql<{ count: number }[]>`
    select count(*) as count from mails where event_id is null group by xmin::text order by count desc limit 1`
  expect(largest?.count).toBeLessThanOrEqual(RSVPS_MAX)

  const ordered = await anOrder(app, { definition: FREE })
  await tellGuests(sql, now())
  const seen: string[] = []
  const counting: Mailer = {
    send: async ({ to }) => {
      seen.push(to.address)
    },
  }
  const { single } = mailJobs({ mailer: counting, press, keys: deps.keys, publicUrl: deps.publicUrl })
  expect(await runJobs(sql, single, now())).toBe(1)
  expect(seen).toEqual(['ada@example.org'])
  expect(ordered.order.status).toBe('FREE')
})

test('events 11.8: killed after the server took it, a mail goes again under the same Message-ID, and then never more', async () => {
  await sql`delete from mails where sent_at is null`
  await sql`delete from jobs`
  setNow(addSeconds(now(), 3600))
  await anOrder(app, { definition: FREE })
  await tellGuests(sql, now())
  const through = smtpMailer(FROM, server.url)
  const dying: Mailer = {
    send: async message => {
      await through.send(message)
      throw new Error('killed here')
    },
  }
  await expect(postOf(app, dying)()).rejects.toThrow()
  setNow(addSeconds(now(), 60))
  await postThrough(app, server)()
  await postThrough(app, server)()
  const ids = server.taken().map(({ mail }) => mail.messageId)
  expect(ids).toEqual([ids[0], ids[0]])
})

test('events 11.8: a server that puts off whom it does not know (greylisting) gets the mail once, a little later', async () => {
  await sql`delete from jobs`
  await anOrder(app, { definition: FREE })
  await tellGuests(sql, now())
  server.behave({ rcpt: 451 })
  const post = postThrough(app, server)
  await expect(post()).rejects.toThrow()
  server.behave({})
  await post()
  expect(server.taken()).toEqual([]) // not yet
  setNow(addSeconds(now(), 5))
  await post()
  await post()
  expect(server.taken()).toHaveLength(1)
})

test('events 11.8: a server that hangs up in the middle of a mail is tried again', async () => {
  await sql`delete from jobs`
  await anOrder(app, { definition: FREE })
  await tellGuests(sql, now())
  server.behave({ hangs: true })
  const hurried = postOf(app, smtpMailer(FROM, server.url, { sendingMsMax: 300 }))
  await expect(hurried()).rejects.toThrow()
  server.behave({})
  setNow(addSeconds(now(), 5))
  await hurried()
  expect(server.taken()).toHaveLength(1)
})
