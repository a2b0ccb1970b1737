import { ApiError } from '../shared/api.ts'
import { make, rootOf } from './dom.ts'
import { type Definition, readDefinitions, readEvent, type ShownEvent } from './event.ts'
import { TICKETS_LOOK } from './look.ts'
import { newPicker, whyNotIn } from './picker.ts'
import { watch } from './watch.ts'
import { localeOf, type Words, wordsIn } from './words.ts'

/**
 * `<boxoffice-tickets event="…">`: an event's tickets, to be picked on any page and bought on ours. `event` is its id or
 * the last part of its page's address.
 */
export class BoxofficeTickets extends HTMLElement {
  static observedAttributes = ['event', 'language']
  #root: ShadowRoot | null = null
  #leave: (() => void) | null = null
  #started = 0
  #words: Words = wordsIn('en')

  connectedCallback(): void {
    this.#root = rootOf(this, TICKETS_LOOK)
    void this.#start()
  }

  disconnectedCallback(): void {
    this.#leave?.()
    this.#leave = null
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.#root) void this.#start()
  }

  async #start(): Promise<void> {
    this.#leave?.()
    this.#leave = null
    const started = ++this.#started
    this.#words = wordsIn(localeOf(this))
    const { say } = this.#words
    this.#fill(make('p', { class: 'soft', role: 'status' }, say('loading')))
    try {
      const event = await readEvent(this.getAttribute('event') ?? '')
      const sells = event.registration.type === 'TICKETING'
      const definitions = sells ? await readDefinitions(event.id) : []
      if (started === this.#started && this.isConnected) this.#open(event, definitions)
    } catch (error) {
      if (started === this.#started) this.#sayWhyNot(error)
    }
  }

  #sayWhyNot(error: unknown): void {
    const { say } = this.#words
    if (error instanceof ApiError && [400, 403, 404].includes(error.status)) {
      this.#fill(make('p', { part: 'message', role: 'alert' }, say('notFound')))
      return
    }
    const again = make('button', { type: 'button', part: 'button', class: 'plain' }, say('tryAgain'))
    again.addEventListener('click', () => this.#start())
    this.#fill(make('p', { part: 'message', role: 'alert' }, say('unreachable')), again)
  }

  #open(event: ShownEvent, definitions: readonly Definition[]): void {
    const words = this.#words
    const { say } = words
    const ordered = orderOf(event)
    const page = pageOf(event)
    const head = make(
      'header',
      {},
      make('h2', { part: 'title', dir: 'auto', id: 'title' }, event.title),
      make('p', { part: 'date', class: 'soft' }, dateIn(words, event)),
      make('p', { part: 'place', class: 'soft', dir: 'auto' }, event.location?.name ?? ''),
      ordered && make('p', { part: 'thanks', class: 'good', role: 'status' }, say('thanks', { number: ordered })),
    )
    const instead = insteadOf(words, event, definitions)
    if (instead) {
      this.#fill(head, instead)
      return
    }
    const picker = newPicker({ event, definitions, words })
    const body = make('div', {}, picker.form)
    this.#fill(head, body)
    this.#leave = watch(event.id, news => {
      // Places are chosen on a plan, which is on our page.
      if (news?.seatsVersion !== undefined) body.replaceChildren(linkTo(page, say('chooseSeats')))
      else picker.hear(news)
    })
  }

  #fill(...contents: (Node | string)[]): void {
    const { locale, direction } = this.#words
    const frame = make(
      'section',
      { part: 'frame', dir: direction, lang: locale, 'aria-labelledby': 'title' },
      ...contents,
    )
    if (!frame.querySelector('#title')) frame.removeAttribute('aria-labelledby')
    this.#root?.replaceChildren(frame)
  }
}

/** What is shown in place of the picker where there is nothing to pick. */
function insteadOf(words: Words, event: ShownEvent, definitions: readonly Definition[]): HTMLElement | null {
  const { say } = words
  const { type, external } = event.registration
  const why = whyNotIn(words, event)
  if (why) return make('p', { part: 'message' }, why)
  if (type === 'EXTERNAL') return linkTo(external?.url, say('external'))
  if (type === 'RSVP') return linkTo(pageOf(event), say('rsvp'))
  return definitions.length === 0 ? make('p', { part: 'message' }, say('noTickets')) : null
}

/** When it is, by the clocks there. */
function dateIn({ say, locale }: Words, { dateAndTimeSettings: when }: ShownEvent): string {
  const { dateAndTimeTbd, dateAndTimeTbdMessage, startDate, endDate, timeZoneId, hideEndDate } = when
  if (dateAndTimeTbd || !startDate) return dateAndTimeTbdMessage || say('dateOpen')
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'full',
    timeStyle: 'short',
    ...(timeZoneId && { timeZone: timeZoneId }),
  })
  const start = new Date(startDate)
  return endDate && !hideEndDate ? format.formatRange(start, new Date(endDate)) : format.format(start)
}

function pageOf({ eventPageUrl }: ShownEvent): string | undefined {
  return eventPageUrl && eventPageUrl.base + eventPageUrl.path
}

function linkTo(url: string | undefined, text: string): HTMLElement {
  const isAddress = url !== undefined && /^https?:/i.test(url)
  return make('p', {}, isAddress && make('a', { part: 'button', class: 'button', href: url, target: '_top' }, text))
}

/** The number of an order of this event that the buyer comes back with from the checkout. */
function orderOf({ id }: ShownEvent): string | null {
  const said = new URLSearchParams(location.search)
  const number = said.get('orderNumber') ?? ''
  return said.get('eventId') === id && /^[A-Z\d-]{4,36}$/.test(number) ? number : null
}
