import {
  type Answers,
  type FormField,
  fieldsOf,
  problemOf,
  type Control as ShownControl,
} from '../../web/shared/form.ts'
import type { Answer } from '../forms/answers.ts'
import { liveControls, type StoredForm } from '../forms/model.ts'
import { type Html, html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { notice } from '../pages/parts.ts'
import { type Texts, textsIn } from '../texts/texts.ts'
import type { Ticket } from '../tickets/model.ts'
import { seatFact } from '../tickets/shown.ts'
import type { ShownOrder } from './shown.ts'
import { guestUrl, type OrderLinks, orderPageUrl } from './wire.ts'

/** What a guest's form shows: whose it is, what stands in its fields, and of which state that was made. */
export type GuestFormShown = {
  form: StoredForm
  /** null: whoever bought, whose own address stays. */
  ticket: Ticket | null
  answers: Answers
  revision: number
  /** What kept it from being saved. */
  refused: 'PROBLEMS' | 'STALE' | null
}

/** Who comes with a ticket, or who bought, to be changed by whoever holds the order's link (R174, R202). */
export function guestPage(shown: ShownOrder, asked: GuestFormShown, links: OrderLinks): Page {
  const { order, site } = shown
  const { ticket, answers, revision, refused } = asked
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const title = ticket ? say('guest.title', { number: ticket.ticketNumber }) : say('guest.buyerTitle')
  const fields = guestFieldsOf(asked.form, ticket)
  const isWrong = refused === 'PROBLEMS'
  const body = html`<h1>${title}</h1>
${isWrong && notice('bad', { headline: say('guest.problems.headline'), stories: [say('guest.problems.story')] })}
${refused === 'STALE' && notice('wait', { headline: say('guest.stale.headline'), stories: [say('guest.stale.story'), saidNow(shown, ticket, texts)] })}
<section>
${ticket && html`<p class="strong" dir="auto">${[ticket.name, seatFact(ticket, texts)[1]].filter(Boolean).join(', ')}</p>`}
<p>${say(ticket ? 'guest.story' : 'guest.buyerStory')}</p>
<form class="fields" method="post" action="${guestUrl(order, ticket, links)}" novalidate>
<input type="hidden" name="revision" value="${revision}">
${fields.map((field, index) => fieldMarkup(field, { id: `field${index}`, answers, isWrong, texts }))}
${!ticket && html`<p class="soft">${say('guest.emailStays', { email: order.email })}</p>`}
<div class="actions"><button class="button">${say('guest.save')}</button> <a class="button plain" href="${orderPageUrl(order, links)}">${say('guest.back')}</a></div>
</form>
</section>`
  return { texts, title, siteName: site.name, body, hasForms: true }
}

/** The fields that can be changed: of who bought all but the address, where the organizer's mails go. */
export function guestFieldsOf(form: StoredForm, ticket: Ticket | null): FormField[] {
  return fieldsOf(shownControls(form)).filter(({ input }) => ticket !== null || input.name !== 'email')
}

/** The form as guests' pages know it. */
export function shownControls(form: StoredForm): ShownControl[] {
  return liveControls(form).map(control => ({ ...control, label: control.inputs[0]?.label ?? '' }))
}

/** What stands in the fields at first: what was answered. */
export function answersIn(inputValues: readonly Answer[]): Answers {
  return Object.fromEntries(
    inputValues.map(({ inputName, value, values }) => [inputName, values?.length ? values : [value ?? '']]),
  )
}

/** Who it is now, for whoever began to change somebody else. */
function saidNow({ order }: ShownOrder, ticket: Ticket | null, { page: say }: Texts): string {
  const { firstName, lastName } = ticket ?? order
  return say('guest.stale.now', { name: `${firstName} ${lastName}`.trim() })
}

type Drawn = { id: string; answers: Answers; isWrong: boolean; texts: Texts }

function fieldMarkup(field: FormField, { id, answers, isWrong, texts: { page: say } }: Drawn): Html {
  const { control, input, label, required } = field
  const problem = isWrong ? problemOf(field, answers) : null
  const texts = answers[input.name] ?? []
  const name = `answer.${input.name}`
  const said = html`${label}${!required && html` <span class="soft">${say('guest.optional')}</span>`}`
  const wrong = problem && html`<p class="problem" id="${id}-problem">${say(`guest.problems.${problem}`)}</p>`
  const marked = html`${required && html` required`}${problem && html` aria-invalid="true" aria-describedby="${id}-problem"`}`
  if (control.type === 'RADIO' || control.type === 'CHECKBOX') {
    const type = control.type === 'RADIO' ? 'radio' : 'checkbox'
    return html`<fieldset${problem && html` aria-describedby="${id}-problem"`}><legend>${said}</legend>${wrong}
${(input.options ?? []).map(
  option =>
    html`<label class="option"><input type="${type}" name="${name}" value="${option}"${texts.includes(option) && html` checked`}> <span dir="auto">${option}</span></label>`,
)}</fieldset>
`
  }
  const text = texts[field.part] ?? ''
  return html`<div class="field"><label for="${id}">${said}</label>${wrong}
${control.type === 'DROPDOWN' ? dropdown(field, { id, name, text, marked, say }) : control.type === 'TEXTAREA' ? html`<textarea id="${id}" name="${name}" rows="4"${marked}>${text}</textarea>` : html`<input id="${id}" name="${name}" value="${input.type === 'DATE_TIME' ? text.slice(0, DAY_LENGTH) : text}"${kindOf(field)}${marked}>`}
</div>
`
}

const DAY_LENGTH = 10

type Select = { id: string; name: string; text: string; marked: Html; say: Texts['page'] }

function dropdown({ input: { options = [], defaultOptionSelection } }: FormField, select: Select): Html {
  const { id, name, text, marked, say } = select
  const none = defaultOptionSelection?.placeholderText || say('guest.choose')
  return html`<select id="${id}" name="${name}"${marked}><option value="">${none}</option>${options.map(
    option => html`<option value="${option}"${option === text && html` selected`}>${option}</option>`,
  )}</select>`
}

/** What a phone's keyboard should know of a field; of whom it is, the browser does not know. */
function kindOf({ control, input }: FormField): Html {
  const length = input.maxLength !== undefined && html` maxlength="${input.maxLength}"`
  if (input.type === 'DATE_TIME') return html` type="date" max="9999-12-31"`
  if (input.type === 'NUMBER') return html` inputmode="numeric" autocomplete="off"${length}`
  if (control.id === 'email') return html` type="email" spellcheck="false" autocomplete="off"${length}`
  if (/^phone(-|$)/.test(control.id)) return html` type="tel" autocomplete="off"${length}`
  return html` autocomplete="off"${length}`
}
