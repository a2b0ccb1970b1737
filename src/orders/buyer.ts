import type { Contact } from '../contacts/store.ts'
import type { StoredEvent } from '../events/model.ts'
import { eventNotFound } from '../events/store.ts'
import { type Answer, answerOf, problemsOfAnswers } from '../forms/answers.ts'
import type { StoredForm } from '../forms/model.ts'
import { buyerOf, type Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { invalid, Refusal } from '../refusals.ts'
import type { GuestForm } from './model.ts'

/** Who comes, and who pays where that is said apart. */
export type GuestList = { guests: readonly GuestForm[]; buyer: Contact | null; ignoreFormValidation: boolean }

/** R162: an order can be nobody's, or the member's who buys it; the site may say whose it is. */
export function refuseOtherMember(memberId: string | null, identity: Identity): void {
  if (memberId === null || allows(identity, 'MANAGE_ORDERS') || buyerOf(identity).memberId === memberId) return
  throw new Refusal('PERMISSION_DENIED', 'The order can only be your own.')
}

/** The e-mail address of who pays, before anything was judged. */
export function emailOf({ guests, buyer }: Pick<GuestList, 'guests' | 'buyer'>): string | null {
  return buyer?.email ?? answerOf(guests[0]?.inputValues ?? [], 'email')
}

/** Who pays, after the answers were found good (R158 to R161). */
export function judgedBuyer(
  { guests, buyer, ignoreFormValidation }: GuestList,
  { event, form, ticketsQuantity }: { event: StoredEvent; form: StoredForm | undefined; ticketsQuantity: number },
): Contact {
  if (event.guestsAssignedSeparately) {
    if (!buyer) throw invalid('buyer', 'must not be empty: every ticket has a guest of its own', 'REQUIRED_FIELD')
    if (guests.length !== ticketsQuantity)
      throw invalid('guests', `must have one entry per ticket: ${ticketsQuantity}`, 'OTHER_COUNT', {
        count: ticketsQuantity,
      })
  }
  if (!form) throw eventNotFound(event.eventId)
  const judged = event.guestsAssignedSeparately ? guests : guests.slice(0, 1)
  const problems = judged.flatMap((guest, index) => {
    const found = ignoreFormValidation
      ? problemsOfName(form, guest.inputValues, buyer !== null)
      : problemsOfAnswers(form, guest.inputValues)
    return found.map(problem => ({ guest: index, problem }))
  })
  if (problems.length > 0)
    throw new Refusal('INVALID_FORM_RESPONSE', problems.map(({ problem }) => problem).join(' '), { problems })
  if (buyer) return { firstName: buyer.firstName, lastName: buyer.lastName, email: buyer.email }
  const answers = guests[0]?.inputValues ?? []
  const firstName = answerOf(answers, 'firstName')
  const lastName = answerOf(answers, 'lastName')
  const email = answerOf(answers, 'email')
  if (firstName === null || lastName === null || email === null)
    throw new Error('a form without firstName, lastName and email was found good')
  return { firstName, lastName, email }
}

/**
 * Where the form is not judged, names and e-mail still are: an order belongs to somebody (R159). With a buyer they may
 * be missing, but not wrong.
 */
function problemsOfName(form: StoredForm, answers: readonly Answer[], mayBeMissing: boolean): string[] {
  const asked = form.controls.filter(({ kind }) => kind === 'name' || kind === 'email')
  const names = new Set(asked.flatMap(({ inputs }) => inputs.map(({ name }) => name)))
  const given = answers.filter(({ inputName }) => names.has(inputName))
  const judged = asked.map(control => ({
    ...control,
    inputs: control.inputs.filter(({ name }) => !mayBeMissing || answerOf(given, name) !== null),
  }))
  return problemsOfAnswers(
    { controls: judged },
    mayBeMissing ? given.filter(answer => answerOf([answer], answer.inputName) !== null) : given,
  )
}
