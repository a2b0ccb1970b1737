import { factsOf } from '../events/facts.ts'
import { formattedMoment } from '../events/formatted.ts'
import type { RsvpStatus } from '../inventory/rsvp-counts.ts'
import { type Html, html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, eventFacts, initialsOf, notice, qrImage, type Tone } from '../pages/parts.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import { type RsvpLinks, rsvpCalendarUrlsOf, rsvpCodeUrl } from './links.ts'
import { guestNameOf, type Rsvp, totalGuestsOf } from './model.ts'
import type { ShownRsvp } from './shown.ts'

/** What whoever answered sees of it: what became of the answer, the code of all who come by it, and who of them is in. */
export function rsvpPage(shown: ShownRsvp, links: RsvpLinks): Page {
  const { rsvp, event, site } = shown
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const title = say('rsvp.title', { event: event.title })
  const isGood = admits(shown)
  const calendar = isGood ? rsvpCalendarUrlsOf(shown, links) : null
  const facts = { ...factsOf(event, { site, publicUrl: links.publicUrl }), calendar: calendar ?? null }
  const body = html`<h1>${say('rsvp.heading')}</h1>
${stateOf(shown, texts)}
<section aria-label="${say('order.eventHeading')}">
${eventFacts(facts, texts)}
</section>
${
  rsvp.status !== 'NO' &&
  html`<section>
<h2>${say('rsvp.guests')}</h2>
<div class="ticket first"><div>
<ol class="guests">${guestLines(shown, texts)}</ol>
</div>
${isGood && qrImage(rsvpCodeUrl(rsvp, links), say('rsvp.qr'))}
</div>
</section>`
}
${isGood && html`<p class="soft">${say('rsvp.keepSecret')}</p>`}`
  return { texts, title, siteName: site.name, body }
}

/** Whether its code lets anybody in, whoever is in already. */
export function admits({ rsvp, event }: Pick<ShownRsvp, 'rsvp' | 'event'>): boolean {
  return rsvp.status === 'YES' && event.canceledAt === null
}

const TONES: Readonly<Record<RsvpStatus, Tone>> = { YES: 'good', WAITLIST: 'wait', NO: 'bad' }

function stateOf({ rsvp, event }: ShownRsvp, { page: say }: Texts): Html {
  if (event.canceledAt) return notice('bad', { headline: say('event.canceled'), stories: [] })
  const count = totalGuestsOf(rsvp)
  const story = say(`rsvp.story.${rsvp.status}`, { count })
  return notice(TONES[rsvp.status], { headline: say(`rsvp.status.${rsvp.status}`), stories: [story] })
}

/** Who comes, in order, and since when each is in. */
function guestLines({ rsvp, event, site }: ShownRsvp, { page: say }: Texts): Html[] {
  const zone = { locale: site.locale, timeZone: event.timeZone ?? site.timeZone }
  return Array.from({ length: totalGuestsOf(rsvp) }, (_, index) => {
    const name = guestNameOf(rsvp, index + 1) ?? say('rsvp.nameless')
    const at = rsvp.checkIns.find(({ guestId }) => guestId === index + 1)?.at
    const since =
      at &&
      html` <span class="soft">${say('checkIn.checkedInAt', { moment: formattedMoment(new Date(at), zone) })}</span>`
    return html`<li><bdi>${name}</bdi>${since}</li>`
  })
}

/**
 * What a stranger learns who scans an RSVP's code with a phone: what it is for, for how many, and what it is worth; of who
 * answered the initials alone. Looking checks nobody in.
 */
export function rsvpCheckInPage(shown: ShownRsvp, { publicUrl }: Pick<RsvpLinks, 'publicUrl'>): Page {
  const { rsvp, event, site } = shown
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const title = say('rsvp.codeTitle')
  const body = html`<h1>${title}</h1>
${worthOf(shown, texts)}
<section aria-label="${say('order.eventHeading')}">
${eventFacts({ ...factsOf(event, { site, publicUrl }), calendar: null }, texts)}
</section>
<section>
${definitions([
  [say('checkIn.initials'), initialsOf(rsvp)],
  [say('rsvp.guests'), String(totalGuestsOf(rsvp))],
])}
</section>`
  return { texts, title, siteName: site.name, body }
}

function worthOf({ rsvp, event }: ShownRsvp, { page: say }: Texts): Html {
  if (event.canceledAt || rsvp.status !== 'YES') {
    const headline = event.canceledAt ? say('event.canceled') : say(`rsvp.worth.${rsvp.status as 'NO' | 'WAITLIST'}`)
    return notice('bad', { headline, stories: [say('rsvp.worth.none')] })
  }
  const left = leftOf(rsvp)
  const stories = [
    left > 0 ? say('rsvp.worth.left', { count: left }) : say('rsvp.worth.allIn'),
    say('checkIn.noCheckIn'),
  ]
  return notice(left > 0 ? 'good' : 'wait', { headline: say('rsvp.worth.genuine'), stories })
}

function leftOf(rsvp: Rsvp): number {
  return totalGuestsOf(rsvp) - rsvp.checkedInGuests
}
