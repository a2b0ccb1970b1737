import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { openSheet } from '../use-door.ts'
import styles from './sheet.module.css'

/** Something over the scanner; a phone's way back closes it. */
export function Sheet({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation('door')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby="sheet-title"
      onCancel={event => {
        event.preventDefault()
        openSheet('')
      }}
    >
      <header className={styles.head}>
        <h2 id="sheet-title" dir="auto">
          {title}
        </h2>
        <button type="button" onClick={() => openSheet('')}>
          {t('back')}
        </button>
      </header>
      <div className={styles.body}>{children}</div>
    </dialog>
  )
}
