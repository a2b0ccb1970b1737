import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { serverNow } from '../../shared/clock.ts'
import { useTold } from '../../shared/refusals.ts'
import type { CheckIn, Conflict } from '../core/wire.ts'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { nameOf, spellTime } from '../spell.ts'
import { useDoor, useDoorState } from '../use-door.ts'

/** Who came in and should not have, at all gates: which ticket, when, where, by whom. */
export function ConflictsSheet() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { event } = useDoorState()
  const [conflicts, setConflicts] = useState<Conflict[] | null>(null)
  const [failure, setFailure] = useState<ApiError | null>(null)
  const told = useTold()

  const ask = useCallback(async () => {
    setFailure(null)
    try {
      setConflicts(await door.findConflicts())
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFailure(error)
    }
  }, [door])
  useEffect(() => void ask(), [ask])

  const resolve = async (id: string) => {
    try {
      await door.ask(`/boxoffice/v1/door/events/${event?.id}/conflicts/${id}/resolve`, {})
      await ask()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFailure(error)
    }
  }

  return (
    <Sheet title={t('conflicts.title')}>
      <p className={styles.soft}>{t('conflicts.story')}</p>
      {failure && (
        <div className={styles.problem} role="alert">
          <p>{told(failure) ?? t('conflicts.offline')}</p>
          <button type="button" onClick={ask}>
            {t('again')}
          </button>
        </div>
      )}
      {!conflicts && !failure && <p role="status">{t('opening')}</p>}
      {conflicts?.length === 0 && <p role="status">{t('conflicts.none')}</p>}
      <ul className={styles.list}>
        {conflicts?.map(({ id, reason, entry, number, scan, first }) => (
          <li key={id} className={styles.row}>
            <strong dir="auto">{entry ? nameOf(entry, t) : (number ?? t('guest.nameless'))}</strong>
            <span>
              {[t(`answer.${reason}`), entry?.definitionName, entry?.seat, number].filter(Boolean).join(' · ')}
            </span>
            {first && <Came label={t('conflicts.first')} checkIn={first} />}
            <Came label={t(first ? 'conflicts.second' : 'conflicts.letIn')} checkIn={scan} />
            <button type="button" onClick={() => void resolve(id)}>
              {t('conflicts.seen')}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

function Came({ label, checkIn }: { label: string; checkIn: CheckIn }) {
  const { i18n } = useTranslation('door')
  const { event } = useDoorState()
  const { date, gate, by, device } = checkIn
  const time = spellTime(date, { language: i18n.language, timeZone: event?.timeZoneId, now: serverNow() })
  return (
    <span className={styles.soft}>
      {label}: {[time, gate, by, device].filter(Boolean).join(', ')}
    </span>
  )
}
