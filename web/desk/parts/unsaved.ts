import { useEffect, useId } from 'react'

const DIRTY = new Set<string>()

/**
 * While `isDirty`, leaving the page asks first.
 * @returns what says that it is saved, before the page is left by itself
 */
export function useUnsaved(isDirty: boolean): () => void {
  const id = useId()
  useEffect(() => {
    if (!isDirty) return
    DIRTY.add(id)
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => {
      DIRTY.delete(id)
      window.removeEventListener('beforeunload', ask)
    }
  }, [id, isDirty])
  return () => {
    DIRTY.delete(id)
  }
}

/** Whether the page may be left: nothing is unsaved, or the person says so. */
export function mayLeave(question: string): boolean {
  if (DIRTY.size > 0 && !window.confirm(question)) return false
  DIRTY.clear()
  return true
}
