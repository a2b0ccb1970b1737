import { InvalidRequest, invalid } from '../refusals.ts'
import type { Texts } from '../texts/texts.ts'
import type { Definition, Relabeling } from './definitions.ts'
import { badConfiguration, controlNotFound, withControl, withControlUpdated, withoutControl } from './edit.ts'
import { type Control, isSystem, liveControls, type StoredForm } from './model.ts'

/** A control as it shall be: one that is there, as it is (`change` null) or defined anew; with `id` null a new one. */
export type WantedControl = { id: string; change: Definition | Relabeling | null } | { id: null; change: Definition }

type Controls = Pick<StoredForm, 'controls'>

/**
 * The form with these controls, in this order, and no others. Those that are not wanted go first, so that what they took
 * of the form's bounds is free for others.
 * @param wanted where each stands in the request: `controls[2]`
 * @param newSuffix one for each new control (see `withControl`)
 * @throws Refusal CONTROL_NOT_FOUND, INVALID_EVENT_CONFIGURATION
 * @throws InvalidRequest naming the control, for one that is named twice or wrongly defined
 */
export function withControls(
  form: Controls,
  wanted: readonly WantedControl[],
  { initialType, newSuffix, texts }: { initialType: 'RSVP' | 'TICKETING'; newSuffix: () => string; texts: Texts },
): Control[] {
  const named = new Set(wanted.map(({ id }) => id))
  let controls = form.controls
  for (const { id } of liveControls(form).filter(each => !named.has(each.id)))
    controls = withoutControl({ controls }, id)
  const ids: string[] = []
  for (const [index, each] of wanted.entries()) {
    const path = `controls[${index}]`
    if (each.id !== null && ids.includes(each.id)) throw invalid(`${path}.id`, 'is named twice', 'REPEATED')
    const done = within(path, () => changed({ controls }, each, { initialType, newSuffix, texts }))
    controls = done.controls
    ids.push(done.id)
  }
  const live = ids.flatMap(id => controls.find(each => each.id === id) ?? [])
  const pinned = liveControls(form).filter(isSystem)
  if (pinned.some(({ id }, at) => live[at]?.id !== id))
    throw badConfiguration('Name and e-mail stay at the top of the form, in this order.')
  return [...live, ...controls.filter(({ deleted }) => deleted)]
}

function changed(
  form: Controls,
  { id, change }: WantedControl,
  { initialType, newSuffix, texts }: { initialType: 'RSVP' | 'TICKETING'; newSuffix: () => string; texts: Texts },
): { id: string; controls: readonly Control[] } {
  if (id === null) return withControl(form, change, { initialType, suffix: newSuffix(), texts })
  if (change !== null) return withControlUpdated(form, id, change, { orderIndex: null, texts })
  if (!liveControls(form).some(each => each.id === id)) throw controlNotFound(id)
  return { id, controls: form.controls }
}

/** What is wrong in a part of a request is told with the path of that part. */
function within<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error
    throw new InvalidRequest(error.violations.map(each => ({ ...each, field: `${path}.${each.field}` })))
  }
}
