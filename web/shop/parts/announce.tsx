import { useSyncExternalStore } from 'react'
import styles from './announce.module.css'

/*
 * What is said to who does not see the page: one quiet region and one urgent one, which are there from the beginning,
 * because a region that comes with its words is often not read.
 */
let said = { polite: '', assertive: '' }
const listeners = new Set<() => void>()

/** `urgent` interrupts what is being read: only for what cannot wait. The same words twice are said twice. */
export function announce(words: string, { urgent = false } = {}): void {
  const name = urgent ? 'assertive' : 'polite'
  // A space at the end makes the same words different ones.
  said = { ...said, [name]: said[name] === words ? `${words}\u00a0` : words }
  for (const each of listeners) each()
}

export function Announcer() {
  const { polite, assertive } = useSyncExternalStore(listen, current, atFirst)
  return (
    <>
      <p className={styles.unseen} role="status">
        {polite}
      </p>
      <p className={styles.unseen} role="alert">
        {assertive}
      </p>
    </>
  )
}

const SILENCE = { polite: '', assertive: '' }
const current = () => said
const atFirst = () => SILENCE
function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
