import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { openSheet, useDoorState } from '../use-door.ts'
import styles from './sheet.module.css'

/** Something over the scanner; a phone's way back closes it. Answers come over it. */
export function Sheet({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation('door')
  const { answer } = useDoorState()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section
      className={styles.sheet}
      role="dialog"
      aria-modal="true"
      aria-labelledby="sheet-title"
      inert={answer !== null}
      onKeyDown={event => {
        if (event.key === 'Escape') openSheet('')
      }}
    >
      <header className={styles.head}>
        <h2 id="sheet-title" ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h2>
        <button type="button" onClick={() => openSheet('')}>
          {t('back')}
        </button>
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  )
}
