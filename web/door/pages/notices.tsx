import { useTranslation } from 'react-i18next'
import { nameOf } from '../spell.ts'
import { useDoor, useDoorState } from '../use-door.ts'
import styles from './at-door.module.css'

/** What the server said later of guests who had come in by what this phone knew: until somebody has read it. */
export function Notices() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { notices } = useDoorState()
  if (notices.length === 0) return null
  return (
    <ul className={styles.notices} aria-label={t('notices.title')} aria-live="polite">
      {notices.map(({ id, entry, result, accepted }) => (
        <li key={id} className={styles.notice}>
          <p>
            <strong dir="auto">{entry ? nameOf(entry, t) : t('guest.nameless')}</strong>
            {t(`notices.${!accepted ? 'turnedAway' : result.result === 'NOT_IN' ? 'notIn' : 'letIn'}`, {
              what: t(`answer.${result.result}`),
              gate: result.first?.gate ?? '',
            })}
          </p>
          <button type="button" onClick={() => door.dismissNotice(id)}>
            {t('notices.read')}
          </button>
        </li>
      ))}
    </ul>
  )
}
