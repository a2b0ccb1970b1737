import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import styles from './dialog.module.css'

/** A question that must be answered, or a long text, over the page; Escape and its button close it. */
export function Dialog({
  title,
  children,
  actions,
  onClose,
  closeLabel,
}: {
  title: string
  children: ReactNode
  /** Beside the button that closes it. */
  actions?: ReactNode
  onClose: () => void
  /** What closing does, where it does more than that. */
  closeLabel?: string
}) {
  const { t } = useTranslation()
  const self = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = self.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={self} className={styles.dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id} dir="auto">
        {title}
      </h2>
      {children}
      <div className={styles.actions}>
        <Button onClick={onClose}>{closeLabel ?? t('parts.close')}</Button>
        {actions}
      </div>
    </dialog>
  )
}
