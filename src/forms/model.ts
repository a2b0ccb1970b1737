import type { Messages } from './messages.ts'

/** The registration form of one event (events section 4). */
export type StoredForm = {
  siteId: string
  eventId: string
  /** 0 until the first change. */
  revision: number
  /** In the order shown; deleted ones stay, so that old answers can still be read (events 4.5.13). */
  controls: readonly Control[]
  messages: Messages
}

/** What a control is, by the request member that makes one; `name` and `email` are the system's own. */
export type ControlKind = 'name' | 'email' | AddableKind
export type AddableKind =
  | 'phone'
  | 'address'
  | 'date'
  | 'additionalGuests'
  | 'dropdown'
  | 'radioButton'
  | 'checkbox'
  | 'text'

export type Control = {
  id: string
  kind: ControlKind
  type: ControlType
  deleted: boolean
  inputs: readonly Input[]
}

export type ControlType =
  | 'INPUT'
  | 'TEXTAREA'
  | 'DROPDOWN'
  | 'RADIO'
  | 'CHECKBOX'
  | 'NAME'
  | 'GUEST_CONTROL'
  | 'ADDRESS_SHORT'
  | 'ADDRESS_FULL'
  | 'DATE'

export type Input = {
  name: string
  label: string
  type: 'TEXT' | 'NUMBER' | 'TEXT_ARRAY' | 'DATE_TIME' | 'ADDRESS'
  mandatory: boolean
  options?: readonly string[]
  /** Characters of each text. */
  maxLength?: number
  /** Elements of a TEXT_ARRAY. */
  maxSize?: number
  /** Of the parts of an input, in their order. */
  labels?: readonly { name: string; label: string }[]
  defaultOptionSelection?: { optionIndex: number } | { placeholderText: string }
}

/** Name and e-mail belong to every form: only their labels can change (events 4.5.2). */
export function isSystem(control: Control): boolean {
  return control.kind === 'name' || control.kind === 'email'
}

/** The controls that guests see, in order; a control's place in this list is its `orderIndex`. */
export function liveControls(form: Pick<StoredForm, 'controls'>): Control[] {
  return form.controls.filter(control => !control.deleted)
}

export function nameControl(labels: { firstName: string; lastName: string }): Control {
  const input = (name: string, label: string): Input => ({ name, label, type: 'TEXT', mandatory: true, maxLength: 50 })
  return {
    id: 'name',
    kind: 'name',
    type: 'NAME',
    deleted: false,
    inputs: [input('firstName', labels.firstName), input('lastName', labels.lastName)],
  }
}

export function emailControl(label: string): Control {
  // inferred: 255 as in RSVPs and buyers; the form object's page says 50 (events 16).
  const input: Input = { name: 'email', label, type: 'TEXT', mandatory: true, maxLength: 255 }
  return { id: 'email', kind: 'email', type: 'INPUT', deleted: false, inputs: [input] }
}
