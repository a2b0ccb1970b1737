import type { ReactNode } from 'react'
import { ICONS } from '../icons.ts'
import styles from './message.module.css'

/** A page that says one thing. */
export function Message({
  title,
  story,
  isWaiting = false,
  children,
}: {
  title: string
  story?: string
  isWaiting?: boolean
  children?: ReactNode
}) {
  return (
    <main className={styles.page}>
      <img className={styles.icon} src={ICONS['./icons/icon.svg']} alt="" width="88" height="88" />
      <h1 className={styles.title} {...(isWaiting && { role: 'status' })}>
        {title}
      </h1>
      {story && <p className={styles.story}>{story}</p>}
      {children}
    </main>
  )
}
