import type { Answer, Caller, TestApp } from './app.ts'
import { must } from './sale.ts'

type Served = Pick<TestApp, 'admin'>

/** An event that takes RSVPs; `settings` are those of `registration.rsvp`. */
export async function aParty(
  { admin }: Served,
  { draft = false, settings = {}, registration = {}, event = {} }: PartyOptions = {},
): Promise<string> {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    draft,
    event: {
      title: 'A party',
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2030-06-01T18:00:00Z',
        endDate: '2030-06-01T22:00:00Z',
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'RSVP', rsvp: settings, ...registration },
      ...event,
    },
  })
  return body.event.id
}
type PartyOptions = { draft?: boolean; settings?: object; registration?: object; event?: object }

/** Lets the form ask for additional guests. */
export async function askForGuests({ admin }: Served, eventId: string, control: object = {}): Promise<void> {
  await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, {
    additionalGuests: { labels: { single: 'A guest', multiple: 'Guests' }, maxGuests: 3, ...control },
  })
}

export const ALL_FIELDS = ['DETAILS', 'FORM', 'CONTACT_DETAILS']

/** Answers an event, as Ada and with a yes unless said otherwise. */
export function answer(caller: Caller, eventId: string, rsvp: object = {}, more: object = {}): Promise<Answer> {
  return caller('POST', '/events/v2/rsvps', {
    rsvp: { eventId, firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org', status: 'YES', ...rsvp },
    fields: ALL_FIELDS,
    ...more,
  })
}

/** The same, which must succeed. */
export async function anRsvp(caller: Caller, eventId: string, rsvp: object = {}, more: object = {}) {
  const made = await answer(caller, eventId, rsvp, more)
  if (made.status !== 200) throw new Error(JSON.stringify(made.body))
  return made.body.rsvp
}
