import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import styles from '../pages/choose.module.css'
import { useDoorState } from '../use-door.ts'

/** Asks once more; Escape and a phone's way back mean no. */
export function Confirm({
  title,
  story,
  confirm,
  onConfirm,
  onClose,
}: {
  title: string
  story: string
  confirm: string
  onConfirm: () => void
  onClose: () => void
}) {
  const { t } = useTranslation('door')
  const dialog = useRef<HTMLDialogElement>(null)
  const { answer } = useDoorState()
  useEffect(() => dialog.current?.showModal(), [])
  // Who scans meanwhile has thought better of it, and an answer has to be seen.
  useEffect(() => {
    if (answer) dialog.current?.close()
  }, [answer])
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="confirm-title">{title}</h2>
        <p className={styles.soft}>{story}</p>
        <button type="submit" className="primary" onClick={onConfirm}>
          {confirm}
        </button>
        <button type="submit" className="plain">
          {t('back')}
        </button>
      </form>
    </dialog>
  )
}
