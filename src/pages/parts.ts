import { QUIET_MODULES, qrCode } from '../documents/qr.ts'
import type { Texts } from '../texts/texts.ts'
import { type Html, html } from './html.ts'

export type Tone = 'good' | 'wait' | 'bad'

/** What matters most on a page, in a colour and in words. */
export function notice(
  tone: Tone,
  { headline, stories, actions }: { headline: string; stories: readonly (string | Html)[]; actions?: Html | null },
): Html {
  return html`<div class="notice ${tone}">
<h2>${headline}</h2>
${stories.map(story => html`<p>${story}</p>`)}
${actions}
</div>`
}

/** Terms and what they stand for; a line without content is left out. */
export function definitions(lines: readonly (readonly [term: string, content: Html | string | null])[]): Html {
  const shown = lines.filter(([, content]) => content !== null && content !== '')
  return html`<dl>${shown.map(([term, content]) => html`<dt>${term}</dt><dd dir="auto">${content}</dd>`)}</dl>`
}

/** A code to be scanned from the screen: dark on white in every colour scheme. */
export function qrImage(text: string, label: string): Html {
  const { size, path } = qrCode(text)
  const side = size + 2 * QUIET_MODULES
  const viewBox = `${-QUIET_MODULES} ${-QUIET_MODULES} ${side} ${side}`
  return html`<svg class="qr" viewBox="${viewBox}" role="img" aria-label="${label}" shape-rendering="crispEdges">
<path fill="#fff" d="M${-QUIET_MODULES} ${-QUIET_MODULES}h${side}v${side}h${-side}z"/><path fill="#000" d="${path}"/>
</svg>`
}

export type EventFacts = {
  title: string
  dateAndTime: string
  place: { name: string; address: string }
  canceled: boolean
  /** null while its date is open. */
  calendar: { google: string; ics: string } | null
}

/** What, when and where; `heading` is the level that the title has on its page. */
export function eventFacts(event: EventFacts | null, { page: say }: Texts): Html {
  if (!event) return html`<p>${say('event.gone')}</p>`
  const { title, dateAndTime, place, canceled, calendar } = event
  return html`<h2 dir="auto">${title}</h2>
${canceled && html`<p class="strong">${say('event.canceled')}</p>`}
<p dir="auto">${dateAndTime || say('event.dateOpen')}</p>
<p dir="auto">${place.name || place.address ? [place.name, place.name && place.address && html`<br>`, place.address] : say('event.placeOpen')}</p>
${
  calendar &&
  !canceled &&
  html`<p class="actions"><a href="${calendar.ics}">${say('event.calendarFile')}</a> <a href="${calendar.google}" rel="noreferrer">${say('event.googleCalendar')}</a></p>`
}`
}

/** `A. B.` of Ada Berg: the first letter of each name, as people count letters. */
export function initialsOf({ firstName, lastName }: { firstName: string; lastName: string }): string {
  const letters = [firstName, lastName].flatMap(name => [...LETTERS.segment(name.trim())].slice(0, 1))
  return letters.map(({ segment }) => `${segment}.`).join(' ')
}

const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
