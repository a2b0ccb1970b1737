import type { EventAvailability } from '../shared/live.ts'
import { spellMoney, typedAmount } from '../shared/money.ts'
import { checkoutOf, leaveFor, refusalIn } from './checkout.ts'
import {
  countOf,
  isAddedTo,
  moreOf,
  type Picked,
  type Row,
  reduce,
  rowsOf,
  ticketsOf,
  totalOf,
  typable,
} from './choice.ts'
import { momentIn, soldOutIn } from './counter.ts'
import { make, sayIn } from './dom.ts'
import type { Definition, ShownEvent } from './event.ts'
import type { News } from './watch.ts'
import type { Words } from './words.ts'

/** A form with a row for each price, which follows what is left. */
export function newPicker({ event, definitions, words }: Shown): { form: HTMLFormElement; hear: (news: News) => void } {
  const { say, locale } = words
  const perOrder = event.registration.tickets?.ticketLimitPerOrder ?? 20
  const picked: Picked[] = definitions.flatMap(rowsOf).map(row => ({ row, quantity: 0, typed: '' }))
  let live: EventAvailability | null = null
  let isBusy = false
  const updates: (() => void)[] = []

  const total = make('strong', { part: 'total' })
  const totalLine = make('p', { class: 'total' }, make('span', {}, say('total')), total)
  const extra = make('p', { class: 'soft small' }, say('extra'))
  const message = make('p', { part: 'message', role: 'alert', class: 'bad' })
  const news = make('p', { class: 'hidden', role: 'status' })
  const button = make('button', { type: 'submit', part: 'button' })
  const list = make('ul', { part: 'list' }, ...definitions.map(itemOf))
  const form = make('form', { novalidate: true }, list, totalLine, extra, message, button, news)
  form.addEventListener('submit', submitted => {
    submitted.preventDefault()
    void buy()
  })
  update()
  return { form, hear }

  function itemOf(definition: Definition): HTMLElement {
    const { description = '', pricingMethod } = definition
    const state = make('p', { part: 'left', class: 'small' })
    const rows = picked.filter(({ row }) => row.definition === definition)
    const steppers = rows.map(each => rowOf(each, pricingMethod.pricingOptions !== undefined))
    updates.push(() => {
      const { text, few } = stateOf(definition)
      sayIn(state, text)
      state.classList.toggle('few', few)
    })
    return make(
      'li',
      { part: 'definition' },
      make('h3', { part: 'name', dir: 'auto' }, definition.name),
      description !== '' && make('p', { class: 'soft small', dir: 'auto' }, description),
      state,
      ...steppers,
    )
  }

  function rowOf(each: Picked, isOption: boolean): HTMLElement {
    const { row } = each
    const name = isOption ? `${row.definition.name}, ${row.name}` : row.name
    const less = make('button', { type: 'button', 'aria-label': say('less', { name }) }, '−')
    const more = make('button', { type: 'button', 'aria-label': say('more', { name }) }, '+')
    const count = make('output', { part: 'quantity', 'aria-label': say('quantity', { name }) }, '0')
    const stepper = make(
      'div',
      { class: 'stepper', role: 'group', 'aria-label': say('quantity', { name }) },
      less,
      count,
      more,
    )
    const price = make('span', { part: 'price' }, priceIn(row))
    less.addEventListener('click', () => step(-1))
    more.addEventListener('click', () => step(1))
    updates.push(() => {
      const isSold = isOnSale(row.definition)
      stepper.hidden = !isSold
      sayIn(count, each.quantity.toLocaleString(locale))
      // What has the keyboard's focus stays able to have it.
      less.setAttribute('aria-disabled', String(each.quantity === 0))
      more.setAttribute('aria-disabled', String(moreOf(row.definition, { picked, live, perOrder }) === 0))
    })
    return make(
      'div',
      { class: 'row' },
      make(
        'div',
        {},
        isOption && make('span', { class: 'option', dir: 'auto' }, row.name),
        price,
        amountOf(each, name),
      ),
      stepper,
    )

    function step(by: 1 | -1): void {
      if (isBusy) return
      const possible = by < 0 ? each.quantity > 0 : moreOf(row.definition, { picked, live, perOrder }) > 0
      sayIn(message, '')
      if (possible) each.quantity += by
      else if (by > 0 && countOf(picked) >= perOrder) sayIn(message, say('limit', { count: perOrder }))
      update()
    }
  }

  /** Where the guest says what a ticket costs. */
  function amountOf(each: Picked, name: string): HTMLElement | null {
    const { minimum } = each.row
    if (!minimum) return null
    const label = say('yourPrice', { name, currency: minimum.currency })
    const input = make('input', {
      part: 'input',
      inputmode: 'decimal',
      maxlength: 13,
      'aria-label': label,
      autocomplete: 'off',
    })
    input.value = Number(minimum.value) > 0 ? typable(minimum.value, locale) : ''
    each.typed = input.value
    input.addEventListener('input', () => {
      each.typed = input.value
      update()
    })
    updates.push(() =>
      input.setAttribute('aria-invalid', String(each.quantity > 0 && !typedAmount(each.typed, minimum))),
    )
    return input
  }

  function priceIn({ price, minimum, definition }: Row): string {
    if (minimum) return say('atLeast', { price: spellMoney(minimum, locale) })
    if (definition.pricingMethod.free || !price || Number(price.value) === 0) return say('free')
    return spellMoney(price, locale)
  }

  function isOnSale(definition: Definition): boolean {
    const numbers = live?.ticketDefinitions.find(({ id }) => id === definition.id)
    if (live && !numbers) return false
    return (numbers?.saleStatus ?? definition.saleStatus) === 'SALE_STARTED' && !numbers?.soldOut
  }

  function stateOf(definition: Definition): { text: string; few: boolean } {
    const numbers = live?.ticketDefinitions.find(({ id }) => id === definition.id)
    if (live && !numbers) return { text: say('notOffered'), few: false }
    const saleStatus = numbers?.saleStatus ?? definition.saleStatus
    const starts = definition.salePeriod?.startDate
    if (saleStatus === 'SALE_SCHEDULED' && starts)
      return { text: say('saleStarts', { moment: momentIn(words, starts) }), few: false }
    if (saleStatus === 'SALE_ENDED') return { text: say('saleEnded'), few: false }
    if (live && numbers?.soldOut) return { text: soldOutIn(words, numbers, live), few: false }
    const few = numbers?.unsold !== undefined && numbers.unsold <= FEW
    return { text: few ? say('left', { count: numbers.unsold ?? 0 }) : '', few }
  }

  function hear(heard: News): void {
    if (!heard) {
      sayIn(message, say('closed'))
      return
    }
    live = heard
    const changed = isBusy ? [] : reduce(picked, heard)
    const [first] = changed
    if (first) sayIn(message, say('reduced', { name: first.definition.name }))
    const why = whyNotIn(words, { ...event, status: heard.status })
    if (why) sayIn(message, why)
    update()
  }

  function update(): void {
    for (const each of updates) each()
    const sum = totalOf(picked)
    const isAny = countOf(picked) > 0
    sayIn(total, sum ? (Number(sum.value) === 0 ? say('free') : spellMoney(sum, locale)) : '–')
    totalLine.hidden = !isAny
    extra.hidden = !isAddedTo(picked, event)
    button.hidden = !definitions.some(isOnSale)
    sayIn(button, isBusy ? say('getting') : say('get'))
    button.setAttribute('aria-disabled', String(isBusy))
    sayIn(news, isAny && sum ? `${say('total')}: ${spellMoney(sum, locale)}` : '')
  }

  async function buy(): Promise<void> {
    if (isBusy) return
    sayIn(message, '')
    if (countOf(picked) === 0) return sayIn(message, say('pickFirst'))
    for (const { row, quantity, typed } of picked)
      if (quantity > 0 && row.minimum && !typedAmount(typed, row.minimum))
        return sayIn(message, say('priceTooLow', { name: row.name, price: spellMoney(row.minimum, locale) }))
    isBusy = true
    update()
    try {
      leaveFor(await checkoutOf(event, ticketsOf(picked)))
    } catch (error) {
      isBusy = false
      sayIn(message, refusalIn(words, error))
      if (live) reduce(picked, live)
      update()
    }
  }
}

type Shown = { event: ShownEvent; definitions: readonly Definition[]; words: Words }

/** So many or less are said in a colour. */
const FEW = 10

/** Why nothing can be got at all. */
export function whyNotIn({ say }: Words, { status, registration }: ShownEvent): string | null {
  if (status === 'CANCELED') return say('canceled')
  if (status === 'ENDED') return say('ended')
  return registration.status === 'CLOSED_MANUALLY' || registration.type === 'NONE' ? say('closed') : null
}
