import { type ReactNode, useEffect, useRef } from 'react'
import styles from './notice.module.css'

/**
 * What matters now, in a colour and in words, with what can be done about it. `takesFocus`: it answers what the visitor
 * has just done, so that it is read out and seen at once.
 */
export function Notice({
  tone,
  title,
  children,
  actions,
  takesFocus = false,
}: {
  tone?: 'good' | 'wait' | 'bad'
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  takesFocus?: boolean
}) {
  const self = useRef<HTMLElement>(null)
  useEffect(() => {
    if (takesFocus) self.current?.focus()
  }, [takesFocus])
  return (
    <section ref={self} className={[styles.notice, tone && styles[tone]].filter(Boolean).join(' ')} tabIndex={-1}>
      {title && <h2>{title}</h2>}
      {children}
      {actions && <div className={styles.actions}>{actions}</div>}
    </section>
  )
}
