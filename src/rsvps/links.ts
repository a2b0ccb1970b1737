import { type Static, Type } from 'typebox'
import type { CalendarEntry } from '../events/calendar.ts'
import type { StoredEvent } from '../events/model.ts'
import { calendarEntryOf, calendarUrlsOf } from '../events/wire.ts'
import { doorCodeUrl } from '../identities/door-code.ts'
import type { Keys } from '../identities/keys.ts'
import { linkToken } from '../identities/link.ts'
import { baseOf } from '../sites/hosts.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { type Rsvp, totalGuestsOf } from './model.ts'

export type RsvpLinks = { keys: Keys; publicUrl: string }
type Named = Pick<Rsvp, 'siteId' | 'rsvpId'>

/** What the QR code of an RSVP holds: one for all who come by it, however often their number changes. */
export function rsvpCodeUrl({ siteId, rsvpId, eventId }: Named & Pick<Rsvp, 'eventId'>, links: RsvpLinks): string {
  return doorCodeUrl({ kind: 'RSVP', siteId, number: rsvpId, eventId }, links)
}

/** Its own page, with that code: whoever holds the link sees it, nobody guesses it. */
export function rsvpPageUrl(rsvp: Named, links: RsvpLinks): string {
  return linkTo('', rsvp, links)
}

/** The code as a picture (PNG), for a page that shows it. */
export function rsvpCodeImageUrl(rsvp: Named, links: RsvpLinks): string {
  return linkTo('/code.png', rsvp, links)
}

/** Its secret is that of the page, which the file leads to. */
export function rsvpCalendarUrl(rsvp: Named, links: RsvpLinks): string {
  return linkTo('/calendar.ics', rsvp, links)
}

function linkTo(part: string, { siteId, rsvpId }: Named, { keys, publicUrl }: RsvpLinks): string {
  const token = linkToken({ purpose: 'rsvp', siteId, number: rsvpId }, keys)
  return `${baseOf(siteId, publicUrl)}/rsvps/${rsvpId}${part}?token=${token}`
}

/**
 * What a calendar says of an RSVP: the event, how many come, and the way to their code. null of an event without a date.
 * For who does not come, the entry is canceled.
 */
export function rsvpCalendarEntryOf(
  { rsvp, event, site }: { rsvp: Rsvp; event: StoredEvent; site: Site },
  links: RsvpLinks,
): CalendarEntry | null {
  const entry = calendarEntryOf(event, { site, publicUrl: links.publicUrl })
  if (!entry) return null
  const { mail: say } = textsIn(site.locale)
  const pageUrl = rsvpPageUrl(rsvp, links)
  const coming = rsvp.status === 'YES' ? `${say('guests')}: ${totalGuestsOf(rsvp)}` : say(`answers.${rsvp.status}`)
  return {
    ...entry,
    uid: `${rsvp.rsvpId}@boxoffice`,
    sequence: entry.sequence + rsvp.revision - 1,
    changedAt: new Date(Math.max(entry.changedAt.getTime(), rsvp.updatedAt.getTime())),
    description: [coming, entry.description, pageUrl].filter(Boolean).join('\n\n'), // calendars that hide URL show it here
    pageUrl,
    canceled: entry.canceled || rsvp.status === 'NO',
  }
}

/**
 * Links to calendars for whoever has answered: the file of who may come is the RSVP's own, which leads to its code. What
 * goes to another's page has nothing secret in it.
 */
export function rsvpCalendarUrlsOf(
  { rsvp, event, site }: { rsvp: Rsvp; event: StoredEvent; site: Site },
  links: RsvpLinks,
): { google: string; ics: string } | undefined {
  const ofEvent = calendarUrlsOf(event, { site, publicUrl: links.publicUrl })
  return ofEvent && (rsvp.status === 'NO' ? ofEvent : { ...ofEvent, ics: rsvpCalendarUrl(rsvp, links) })
}

/** What whoever answers is given besides the RSVP. */
export const LinksOut = {
  calendarLinks: Type.Optional(Type.Object({ google: Type.String(), ics: Type.String() })),
  rsvpPageUrl: Type.String(),
  /** Of an answer that has a code. */
  rsvpCodeImageUrl: Type.Optional(Type.String()),
}
const Links = Type.Object(LinksOut)

export function linksOf(about: { rsvp: Rsvp; event: StoredEvent; site: Site }, links: RsvpLinks): Static<typeof Links> {
  const { rsvp } = about
  const calendarLinks = rsvpCalendarUrlsOf(about, links)
  return {
    ...(calendarLinks && { calendarLinks }),
    rsvpPageUrl: rsvpPageUrl(rsvp, links),
    ...(rsvp.status === 'YES' && { rsvpCodeImageUrl: rsvpCodeImageUrl(rsvp, links) }),
  }
}
