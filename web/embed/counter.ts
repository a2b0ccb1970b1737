import { ApiError } from '../shared/api.ts'
import type { DefinitionAvailability, EventAvailability } from '../shared/live.ts'
import { addressOf } from '../shared/visitor.ts'
import { make, rootOf } from './dom.ts'
import { GUID, readEvent } from './event.ts'
import { COUNTER_LOOK } from './look.ts'
import { type News, watch } from './watch.ts'
import { localeOf, type Words, wordsIn } from './words.ts'

/** What the counter is of: one definition, or all of an event. */
type Counted = EventAvailability | EventAvailability['ticketDefinitions'][number]

/** What a page can style it by, as `boxoffice-counter[state="few"]`. */
type State = 'loading' | 'many' | 'few' | 'sold-out' | 'scheduled' | 'ended' | 'closed' | 'unknown'
type Said = { state: State; text: string; count?: string }

/**
 * `<boxoffice-counter definition="…">`: how many tickets are left, live. `event` alone counts all of an event; `threshold`
 * is the number from which on it is said, 10 if not given.
 */
export class BoxofficeCounter extends HTMLElement {
  static observedAttributes = ['definition', 'event', 'threshold', 'language']
  #text: HTMLElement | null = null
  #leave: (() => void) | null = null
  /** undefined: nothing was heard yet. */
  #news: News | undefined
  #isSlow = false
  #timer = 0
  #started = 0

  connectedCallback(): void {
    this.#text = make('span', { part: 'text', role: 'status' })
    rootOf(this, COUNTER_LOOK).replaceChildren(
      make('slot', { name: 'before' }),
      this.#text,
      make('slot', { name: 'after' }),
    )
    void this.#start()
  }

  disconnectedCallback(): void {
    this.#stop()
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected || !this.#text) return
    if (name === 'threshold' || name === 'language') this.#show()
    else void this.#start()
  }

  async #start(): Promise<void> {
    this.#stop()
    const started = this.#started
    this.#show()
    this.#timer = window.setTimeout(() => {
      this.#isSlow = true
      this.#show()
    }, SLOW_MILLISECONDS)
    try {
      const eventId = await this.#eventId()
      if (started === this.#started) this.#leave = watch(eventId, news => this.#hear(news))
    } catch (error) {
      if (started !== this.#started) return // something else was asked for meanwhile
      if (error instanceof ApiError && [400, 403, 404].includes(error.status)) this.#hear(null)
      else this.#timer = window.setTimeout(() => this.#start(), SLOW_MILLISECONDS)
    }
  }

  #stop(): void {
    this.#started += 1
    clearTimeout(this.#timer)
    this.#leave?.()
    this.#leave = null
    this.#news = undefined
    this.#isSlow = false
  }

  /** A page may say which event it is of; else its definition knows. @throws ApiError */
  async #eventId(): Promise<string> {
    const event = this.getAttribute('event') ?? ''
    if (GUID.test(event)) return event
    if (event !== '') return (await readEvent(event)).id
    const definition = this.getAttribute('definition') ?? ''
    if (!GUID.test(definition)) throw new ApiError({ status: 404 })
    const answer = await fetch(addressOf(`/boxoffice/v1/ticket-definitions/${definition}/availability`))
    if (!answer.ok) throw new ApiError({ status: answer.status })
    const { availability } = (await answer.json()) as { availability: DefinitionAvailability }
    return availability.eventId
  }

  #hear(news: News): void {
    clearTimeout(this.#timer)
    this.#news = news
    this.#show()
    const definition = this.getAttribute('definition')
    const counted = news && countedOf(news, definition)
    const detail = counted && {
      eventId: news.eventId,
      definition,
      sold: counted.sold,
      held: counted.held,
      unsold: counted.unsold ?? null,
      soldOut: counted.soldOut,
      saleStatus: 'saleStatus' in counted ? counted.saleStatus : null,
    }
    this.dispatchEvent(new CustomEvent('boxoffice:availability', { bubbles: true, composed: true, detail }))
  }

  #show(): void {
    if (!this.#text) return
    const words = wordsIn(localeOf(this))
    const { state, text, count } = this.#said(words)
    this.setAttribute('state', state)
    this.#text.dir = words.direction
    this.#text.lang = words.locale
    // Who listens to the page hears changes alone.
    if (this.#text.textContent === text) return
    const [before = '', after = ''] = count === undefined ? [text] : text.split(count)
    this.#text.replaceChildren(before, ...(count === undefined ? [] : [make('b', { part: 'count' }, count), after]))
  }

  #said(words: Words): Said {
    const { say } = words
    const news = this.#news
    if (news === undefined)
      return this.#isSlow ? { state: 'unknown', text: say('unreachable') } : { state: 'loading', text: '' }
    if (news === null) return { state: 'unknown', text: say('notFound') }
    if (news.status === 'CANCELED') return { state: 'closed', text: say('canceled') }
    if (news.status === 'ENDED') return { state: 'ended', text: say('ended') }
    const counted = countedOf(news, this.getAttribute('definition'))
    if (!counted) return { state: 'unknown', text: say('notOffered') }
    return this.#saidOf(counted, news, words)
  }

  #saidOf(counted: Counted, news: EventAvailability, words: Words): Said {
    const { say, locale } = words
    const { unsold, nextChangeDate } = counted
    const saleStatus = 'saleStatus' in counted ? counted.saleStatus : 'SALE_STARTED'
    if (saleStatus === 'SALE_SCHEDULED' && nextChangeDate)
      return { state: 'scheduled', text: say('saleStarts', { moment: momentIn(words, nextChangeDate) }) }
    if (saleStatus === 'SALE_ENDED') return { state: 'ended', text: say('saleEnded') }
    if (counted.soldOut) return { state: 'sold-out', text: soldOutIn(words, counted, news) }
    if (news.registrationStatus.startsWith('CLOSED')) return { state: 'closed', text: say('closed') }
    if (unsold === undefined || unsold > this.#threshold) return { state: 'many', text: say('available') }
    return { state: 'few', text: say('left', { count: unsold }), count: unsold.toLocaleString(locale) }
  }

  get #threshold(): number {
    const said = Number.parseInt(this.getAttribute('threshold') ?? '', 10)
    return said >= 0 ? said : 10
  }
}

/** After that a page had better say something than nothing. */
const SLOW_MILLISECONDS = 15_000

function countedOf(news: EventAvailability, definition: string | null): Counted | null {
  if (!definition) return news
  return news.ticketDefinitions.find(({ id }) => id === definition.toLowerCase()) ?? null
}

/** That there is nothing left, and what to hope for where tickets are only held. */
export function soldOutIn({ say, locale }: Words, { held }: Pick<Counted, 'held'>, news: EventAvailability): string {
  if (held === 0) return say('soldOut')
  const { lastReleaseDate: last } = news
  const time = last && new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(last))
  return `${say('soldOut')}. ${time ? say('inBasketsUntil', { count: held, time }) : say('inBaskets', { count: held })}`
}

/** A moment by the reader's own clock. */
export function momentIn({ locale }: Words, instant: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(instant))
}
