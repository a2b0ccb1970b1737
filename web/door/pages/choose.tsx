import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DoorEvent } from '../core/wire.ts'
import { spellStart } from '../spell.ts'
import { useDoor, useDoorState } from '../use-door.ts'
import styles from './choose.module.css'
import { SignOut } from './sign-out.tsx'

/** Which event this phone lets into, and at which gate. */
export function Choose() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { events, me, isOnline, why, unsent } = useDoorState()
  const [text, setText] = useState('')
  const [found, setFound] = useState<DoorEvent[] | null>(null)
  const [chosen, setChosen] = useState<DoorEvent | null>(null)
  const [isLoading, setIsLoading] = useState(true)

  useEffect(() => {
    let isOver = false
    const search = async () => {
      setIsLoading(true)
      const answer = await door.findEvents(text.trim()).catch(() => null)
      if (isOver) return
      setFound(text.trim() === '' ? null : answer)
      setIsLoading(false)
    }
    const timer = setTimeout(search, text === '' ? 0 : 250)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [door, text])

  const shown = found ?? events
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <h1>{t('choose.title')}</h1>
        <p>{me?.kind === 'account' ? `${me.name} · ${me.siteName}` : me?.name}</p>
      </header>
      {why && (
        <p className={styles.problem} role="alert">
          {t(`signIn.${why}`)}
        </p>
      )}
      {!isOnline && (
        <p className={styles.problem} role="status">
          {t('choose.offline')}
        </p>
      )}
      {unsent > 0 && <p className={styles.soft}>{t('status.unsent', { count: unsent })}</p>}
      {(events.length > 5 || text !== '') && (
        <label className={styles.search}>
          {t('choose.search')}
          <input type="search" value={text} onChange={event => setText(event.target.value)} />
        </label>
      )}
      {shown.length === 0 && (
        <p className={styles.soft} role="status">
          {t(isLoading ? 'opening' : text === '' ? 'choose.none' : 'choose.notFound')}
        </p>
      )}
      <ul className={styles.events}>
        {shown.map(event => (
          <li key={event.id}>
            <EventButton event={event} onChoose={() => setChosen(event)} />
          </li>
        ))}
      </ul>
      <SignOut />
      {chosen && <ChooseGate event={chosen} onClose={() => setChosen(null)} />}
    </main>
  )
}

function EventButton({ event, onChoose }: { event: DoorEvent; onChoose: () => void }) {
  const { t, i18n } = useTranslation('door')
  const { title, startDate, timeZoneId, place, admits, came, inside } = event
  return (
    <button type="button" className={styles.event} onClick={onChoose}>
      <strong dir="auto">{title}</strong>
      <span className={styles.soft}>
        {[
          startDate ? spellStart(startDate, { language: i18n.language, timeZone: timeZoneId }) : t('choose.dateOpen'),
          place,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className={styles.soft}>
        {[t('choose.counts', { inside, admits }), came > inside && t('status.came', { count: came })]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </button>
  )
}

/** The gate that this phone is at: one of the event's, or whatever people call it. */
function ChooseGate({ event, onClose }: { event: DoorEvent; onClose: () => void }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { gate } = useDoorState()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const begin = (at: string) => void door.chooseEvent(event, at)
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="gate-title" onClose={onClose}>
      <form
        onSubmit={submitted => {
          submitted.preventDefault()
          begin(String(new FormData(submitted.currentTarget).get('gate') ?? '').trim() || t('choose.defaultGate'))
        }}
      >
        <h2 id="gate-title" dir="auto">
          {event.title}
        </h2>
        {event.gates.length > 0 && (
          <>
            <p className={styles.soft}>{t('choose.gates')}</p>
            {event.gates.map(each => (
              <button key={each} type="button" onClick={() => begin(each)}>
                {each}
              </button>
            ))}
          </>
        )}
        <label>
          {t(event.gates.length > 0 ? 'choose.otherGate' : 'choose.gate')}
          <input
            name="gate"
            maxLength={50}
            defaultValue={gate}
            placeholder={t('choose.defaultGate')}
            autoComplete="off"
          />
        </label>
        <button type="submit" className="primary">
          {t('choose.begin')}
        </button>
        <button type="button" className="plain" onClick={() => dialog.current?.close()}>
          {t('back')}
        </button>
      </form>
    </dialog>
  )
}
