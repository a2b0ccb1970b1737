import { factsOf } from '../events/facts.ts'
import { formattedMoment } from '../events/formatted.ts'
import type { StoredEvent } from '../events/model.ts'
import { html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, eventFacts, initialsOf, notice, type Tone } from '../pages/parts.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { type Admission, admissionOf, isGenuine, type Ticket } from './model.ts'
import { seatFact } from './shown.ts'

/**
 * What a stranger learns who scans a ticket's code with a phone: what it is for and what it is worth; of the guest the
 * initials, by which an owner knows it and nobody else is told a name (R194). Looking checks nobody in.
 */
export function checkInPage(
  ticket: Ticket,
  { event, site, publicUrl }: { event: StoredEvent | null; site: Site; publicUrl: string },
): Page {
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const admission = admissionOf(ticket)
  const headline = say(`admission.${admission}.headline`)
  const story = say(`admission.${admission}.story`)
  const zone = { locale: site.locale, timeZone: event?.timeZone ?? site.timeZone }
  const stories = [
    ...(admission === 'CHECKED_IN' && ticket.checkedInAt
      ? [say('checkIn.checkedInAt', { moment: formattedMoment(ticket.checkedInAt, zone) })]
      : []),
    story,
    ...(isGenuine(admission) ? [say('checkIn.noCheckIn')] : []),
  ]
  const title = say('checkIn.title', { number: ticket.ticketNumber })
  const body = html`<h1>${title}</h1>
${notice(TONES[admission], { headline, stories })}
<section aria-label="${say('order.eventHeading')}">
${eventFacts(event && { ...factsOf(event, { site, publicUrl }), calendar: null }, texts)}
</section>
<section>
<h2 dir="auto">${ticket.name}</h2>
${definitions([
  [say('checkIn.initials'), initialsOf(ticket)],
  seatFact(ticket, texts),
  [say('ticket.number'), ticket.ticketNumber],
])}
</section>
<p class="soft">${say('checkIn.notYours')}</p>`
  return { texts, title, siteName: site.name, body }
}

const TONES: Readonly<Record<Admission, Tone>> = {
  VALID: 'good',
  CHECKED_IN: 'wait',
  CANCELED: 'bad',
  ARCHIVED: 'bad',
  NOT_CONFIRMED: 'bad',
}
