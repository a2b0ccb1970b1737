import { randomBytes } from 'node:crypto'
import { Refusal } from '../refusals.ts'
import type { Texts } from '../texts/texts.ts'
import { type Definition, defineControl, type Relabeling } from './definitions.ts'
import { type Control, emailControl, isSystem, liveControls, nameControl, type StoredForm } from './model.ts'

type Controls = Pick<StoredForm, 'controls'>

/**
 * The form with a new control at its end (events 4.5.4 to 4.5.9).
 * @param suffix what sets a second control of its kind apart: `custom-3f0a…`
 * @throws Refusal INVALID_EVENT_CONFIGURATION
 */
export function withControl(
  form: Controls,
  definition: Definition,
  { initialType, suffix, texts }: { initialType: 'RSVP' | 'TICKETING'; suffix: string; texts: Texts },
): { id: string; controls: Control[] } {
  const live = liveControls(form)
  if (definition.kind === 'additionalGuests') {
    if (initialType !== 'RSVP') throw badConfiguration('Only RSVP events ask for additional guests.')
    if (live.some(({ kind }) => kind === 'additionalGuests'))
      throw badConfiguration('The form already asks for additional guests.')
  }
  const id = idFor(form, definition, suffix)
  const control = defineControl(id, definition, texts)
  // Every input must fit into one form response, and what was deleted is kept for ever.
  if ([...live, control].flatMap(({ inputs }) => inputs).length > INPUTS_MAX || form.controls.length >= CONTROLS_MAX)
    throw badConfiguration(`A form has at most ${INPUTS_MAX} inputs.`)
  return { id, controls: rearranged(form, [...live, control]) }
}

// inferred: a form response has at most 200 entries (events 4.6.1).
const INPUTS_MAX = 200
const CONTROLS_MAX = 1000

/**
 * The form with a control defined anew, and moved where `orderIndex` is given (events 4.5.10); past the end is the end.
 * @param id `undefined` is what the published client sends: resolved where only one control can be meant (api 3.4.1)
 * @throws Refusal CONTROL_NOT_FOUND, INVALID_EVENT_CONFIGURATION
 */
export function withControlUpdated(
  form: Controls,
  id: string,
  change: Definition | Relabeling,
  { orderIndex, texts }: { orderIndex: number | null; texts: Texts },
): { id: string; controls: Control[] } {
  const live = liveControls(form)
  const current = id === 'undefined' ? onlyOfKind(live, change.kind) : live.find(control => control.id === id)
  if (!current) throw controlNotFound(id)
  if (current.kind !== change.kind)
    throw badConfiguration(`"${current.id}" is defined by ${current.kind}, not by ${change.kind}.`)
  const changed = changedControl(current, change, texts)
  const from = live.indexOf(current)
  const to = Math.min(orderIndex ?? from, live.length - 1)
  const pinned = live.filter(isSystem).length
  if (isSystem(current) ? (orderIndex ?? from) !== from : to < pinned)
    throw badConfiguration('Name and e-mail stay at the top of the form, in this order.')
  return { id: current.id, controls: rearranged(form, live.toSpliced(from, 1).toSpliced(to, 0, changed)) }
}

/**
 * The form with a control marked as deleted (events 4.5.13).
 * @throws Refusal CONTROL_NOT_FOUND, INVALID_EVENT_CONFIGURATION for a system control
 */
export function withoutControl(form: Controls, id: string): Control[] {
  const control = liveControls(form).find(candidate => candidate.id === id)
  if (!control) throw controlNotFound(id)
  if (isSystem(control)) throw badConfiguration('Name and e-mail belong to every form.')
  return form.controls.map(candidate => (candidate === control ? { ...control, deleted: true } : candidate))
}

/** 16 hex digits, for a second control of a kind. */
export function newSuffix(): string {
  return randomBytes(8).toString('hex')
}

/** inferred: kinds with a meaning are named after it, the others `custom`; a deleted control keeps its id. */
function idFor(form: Controls, { kind, given }: Definition, suffix: string): string {
  const base = kind === 'text' && given.comment ? 'comment' : (ID_BASES[kind] ?? 'custom')
  return form.controls.some(control => control.id === base) ? `${base}-${suffix}` : base
}

const ID_BASES: Partial<Record<Definition['kind'], string>> = {
  phone: 'phone',
  address: 'address',
  date: 'date',
  additionalGuests: 'additionalGuests',
}

function onlyOfKind(live: readonly Control[], kind: Control['kind']): Control | undefined {
  const [only, ...others] = live.filter(control => control.kind === kind)
  return others.length === 0 ? only : undefined
}

function changedControl(current: Control, change: Definition | Relabeling, texts: Texts): Control {
  switch (change.kind) {
    // inferred: a label that is not given stays, for labels are all there is to these two.
    case 'name': {
      const labelOf = (name: string) => current.inputs.find(input => input.name === name)?.label ?? ''
      const { firstName, lastName } = change.given.labels ?? {}
      return nameControl({ firstName: firstName ?? labelOf('firstName'), lastName: lastName ?? labelOf('lastName') })
    }
    case 'email':
      return emailControl(change.given.label ?? current.inputs[0]?.label ?? '')
    default:
      return defineControl(current.id, change, texts)
  }
}

function rearranged(form: Controls, live: readonly Control[]): Control[] {
  return [...live, ...form.controls.filter(control => control.deleted)]
}

export function badConfiguration(description: string): Refusal {
  return new Refusal('INVALID_EVENT_CONFIGURATION', description)
}

export function controlNotFound(id: string): Refusal {
  return new Refusal('CONTROL_NOT_FOUND', 'The form has no such control.', { id })
}
