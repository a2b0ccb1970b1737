import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useState } from 'react'
import { ApiError } from '../../shared/api.ts'

/**
 * What of a form the API changes together, by the API's name for it, and the fields in which it is typed; how a form is
 * said to the API. Two forms say the same of a member when they send the same: 10 and 10.00 are one price.
 */
export type Shape<Values, Member extends string> = {
  members: Readonly<Record<Member, readonly (keyof Values)[]>>
  wireOf: (values: Values) => Readonly<Record<Member, unknown>>
}

/** The members of which two forms say different things. */
export function differing<Values, Member extends string>(
  { members, wireOf }: Shape<Values, Member>,
  one: Values,
  other: Values,
): Member[] {
  const [first, second] = [wireOf(one), wireOf(other)]
  const names = Object.keys(members) as Member[] // the keys of a record are its members
  return names.filter(name => JSON.stringify(first[name]) !== JSON.stringify(second[name]))
}

/** `mine` where it differs from what it was made of, else `theirs`: what two people changed in different places. */
export function merged<Values, Member extends string>(
  shape: Shape<Values, Member>,
  { before, mine, theirs }: { before: Values; mine: Values; theirs: Values },
): Values {
  const kept = differing(shape, before, mine).flatMap(member => shape.members[member])
  return { ...theirs, ...Object.fromEntries(kept.map(name => [name, mine[name]])) }
}

/** What a change sends: what differs from `before`, and nothing that somebody else may have changed meanwhile. */
export function patchOf<Values, Member extends string>(
  shape: Shape<Values, Member>,
  before: Values,
  mine: Values,
): Partial<Record<Member, unknown>> {
  const wire = shape.wireOf(mine)
  const patch: Partial<Record<Member, unknown>> = {}
  for (const member of differing(shape, before, mine)) patch[member] = wire[member]
  return patch
}

/** What they changed, other than to what is typed here. */
function clashing<Values, Member extends string>(
  shape: Shape<Values, Member>,
  { before, mine, theirs }: { before: Values; mine: Values; theirs: Values },
): Member[] {
  const other = new Set(differing(shape, mine, theirs))
  return differing(shape, before, theirs).filter(member => other.has(member))
}

/**
 * A form over something with a revision, which somebody else may change while it is open. Nothing typed is lost and
 * nothing of theirs overwritten: where they changed what is shown here, `clash` says so until the person has decided.
 * @param stored as the API says it now
 * @param again asks the API once more
 */
export function useRevised<Stored extends { revision: string }, Values extends object, Member extends string>({
  stored,
  valuesOf,
  shape,
  form,
  again,
}: {
  stored: Stored
  valuesOf: (stored: Stored) => Values
  shape: Shape<Values, Member>
  form: Pick<UseFormReturnType<Values>, 'getValues' | 'setValues' | 'resetDirty' | 'isDirty'>
  again: () => Promise<Stored | undefined>
}) {
  const [opened, setOpened] = useState(stored)
  const before = valuesOf(opened)
  const theirs = valuesOf(stored)
  const isOld = stored.revision !== opened.revision
  const clashes = isOld ? clashing(shape, { before, mine: form.getValues(), theirs }) : []

  // What changed nothing that is shown here, such as an order or the clock, needs nobody's decision.
  useEffect(() => {
    if (!isOld) return
    if (clashes.length > 0 && !form.isDirty()) adopt(theirs)
    if (clashes.length > 0) return
    setOpened(stored)
    // What was saved is spelled as the API spells it.
    if (differing(shape, form.getValues(), theirs).length === 0) form.setValues(theirs)
    form.resetDirty(theirs)
  })

  function adopt(values: Values): void {
    setOpened(stored)
    form.setValues(values)
    form.resetDirty(theirs)
  }

  return {
    clash: clashes.length > 0 && form.isDirty() ? { members: clashes, before, theirs } : null,
    takeTheirs: () => adopt(theirs),
    keepMine: () => adopt(merged(shape, { before, mine: form.getValues(), theirs })),
    /** Sends what was changed; once more where the revision alone is another. False: they changed something too. */
    send: async (put: (revision: string, patch: Partial<Record<Member, unknown>>) => Promise<unknown>) => {
      const mine = form.getValues()
      const patch = patchOf(shape, before, mine)
      try {
        await put(opened.revision, patch)
        form.resetDirty(mine)
        return true
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'ABORTED') throw error
        const now = await again()
        if (!now) throw error
        if (clashing(shape, { before, mine, theirs: valuesOf(now) }).length > 0) return false
        await put(now.revision, patch)
        form.resetDirty(mine)
        return true
      }
    },
  }
}
