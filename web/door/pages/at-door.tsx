import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../../shared/clock.ts'
import type { DoorBoot } from '../boot.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Camera } from '../scan/camera.tsx'
import { listenToHandScanner } from '../scan/hand-scanner.ts'
import { scansOut } from '../settings.ts'
import { nameOf, spellTime } from '../spell.ts'
import { useUpdate } from '../update.ts'
import { openSheet, useDoor, useDoorState, useSheet } from '../use-door.ts'
import { AddGuestSheet } from './add-guest.tsx'
import { AnswerScreen } from './answer.tsx'
import styles from './at-door.module.css'
import { ConflictsSheet } from './conflicts.tsx'
import { MoreSheet } from './more.tsx'
import { Notices } from './notices.tsx'
import { EntrySheet, SearchSheet } from './search.tsx'
import { SellSheet } from './sell.tsx'

/** The scanner, with all that is opened over it. @param opened the address of a ticket's code that led here */
export function AtDoor({ languages, version, opened }: DoorBoot & { opened: string | null }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { event, gate, last, answer, listDate, conflicts, direction } = useDoorState()
  const [sheet] = useSheet()
  const [undoing, setUndoing] = useState<typeof last>(null)
  const [undone, ...others] = undoing?.entries ?? []
  const update = useUpdate()

  useEffect(() => listenToHandScanner(text => void door.scan(text)), [door])
  useEffect(keepAwake, [])

  // Opening a code's address lets nobody in: it shows who it is, and a person decides.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as soon as there is a list to look at
  useEffect(() => {
    if (opened === null || listDate === null || !location.pathname.startsWith('/check-in/')) return
    history.replaceState(null, '', '/check-in')
    void door.look(opened).then(entry => entry && openSheet(`guest/${entry.number}`))
  }, [opened, listDate === null])

  if (!event) return null
  return (
    <div className={styles.app}>
      <main className={styles.main} aria-label={t('atDoor')} inert={answer !== null || sheet !== ''}>
        <header className={styles.head}>
          <div className={styles.where}>
            <h1 dir="auto">{event.title}</h1>
            <p dir="auto">{gate}</p>
          </div>
          <button type="button" onClick={() => openSheet('more')}>
            {t('more.title')}
          </button>
        </header>
        <Status />
        {update && (
          <button type="button" className={styles.update} onClick={update}>
            {t('update')}
          </button>
        )}
        {conflicts > 0 && (
          <button type="button" className={styles.conflicts} onClick={() => openSheet('conflicts')}>
            {t('conflicts.some', { count: conflicts })}
          </button>
        )}
        <Notices />
        {(scansOut() || direction === 'OUT') && <Directions />}
        <div className={styles.camera}>{sheet === '' && <Camera onCode={text => void door.scan(text)} />}</div>
        <nav className={styles.tools} aria-label={t('tools')}>
          <button type="button" onClick={() => openSheet('search')}>
            {t('search.title')}
          </button>
          {event.maySell && (
            <button type="button" onClick={() => openSheet('sell')}>
              {t('sell.title')}
            </button>
          )}
          {event.mayAddGuests && (
            <button type="button" onClick={() => openSheet('add')}>
              {t('addGuest.title')}
            </button>
          )}
          <button type="button" disabled={!last} onClick={() => setUndoing(last)}>
            {t('undo.last')}
          </button>
        </nav>
      </main>
      {sheet === 'search' && <SearchSheet />}
      {sheet.startsWith('guest/') && <EntrySheet number={sheet.slice('guest/'.length)} />}
      {sheet === 'more' && <MoreSheet languages={languages} version={version} />}
      {sheet === 'sell' && event.maySell && <SellSheet event={event} />}
      {sheet === 'add' && event.mayAddGuests && <AddGuestSheet event={event} />}
      {sheet === 'conflicts' && <ConflictsSheet />}
      {undoing && undone && (
        <Confirm
          title={
            undoing.kind === 'EXIT'
              ? t('undo.outTitle', { name: nameOf(undone, t) })
              : others.length === 0
                ? t('undo.title', { name: nameOf(undone, t) })
                : t('undo.several', { name: nameOf(undone, t), count: others.length })
          }
          story={t(undoing.kind === 'EXIT' ? 'undo.outStory' : 'undo.story')}
          confirm={t('undo.do')}
          onConfirm={() => void door.undo(undoing.entries, undoing.code)}
          onClose={() => setUndoing(null)}
        />
      )}
      <AnswerScreen />
    </div>
  )
}

/** Which way guests go here. */
function Directions() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { direction } = useDoorState()
  return (
    <fieldset className={styles.directions}>
      <legend>{t('direction.label')}</legend>
      {(['IN', 'OUT'] as const).map(each => (
        <button key={each} type="button" aria-pressed={direction === each} onClick={() => door.go(each)}>
          {t(`direction.${each}`)}
        </button>
      ))}
    </fieldset>
  )
}

/** Who is inside, and whether this phone and the server know the same. */
function Status() {
  const { t, i18n } = useTranslation('door')
  const { counts, gate, isOnline, listDate, listed, unsent, isFull, event } = useDoorState()
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 10_000)
    return () => clearInterval(timer)
  }, [])
  const isOld = listDate !== null && now - listDate > OLD_MS
  const here = counts.gates.find(each => each.gate === gate)?.inside ?? 0
  const time = (date: number) =>
    spellTime(date, { language: i18n.language, timeZone: event?.timeZoneId, now: Math.max(now, date) })
  return (
    <section className={styles.status} aria-label={t('status.title')}>
      <p className={styles.counts}>
        <strong>{counts.inside}</strong> {t('status.inside', { admits: counts.admits })}{' '}
        {counts.came > counts.inside && <span className={styles.came}>{t('status.came', { count: counts.came })}</span>}
        <span className={styles.here}>{t('status.here', { count: here })}</span>
      </p>
      <p className={isOnline ? styles.online : styles.offline} role="status">
        {t(isOnline ? 'status.online' : 'status.offline')}
        {unsent > 0 && <span className={styles.unsent}>{t('status.unsent', { count: unsent })}</span>}
      </p>
      {listDate === null && <p role="status">{t('status.loading', { count: listed })}</p>}
      {isOld && (
        <p className={styles.warning} role="alert">
          {t('status.old', { time: time(listDate) })}
        </p>
      )}
      {isFull && (
        <p className={styles.warning} role="alert">
          {t('status.full')}
        </p>
      )}
    </section>
  )
}

/** A list that is older is said to be old: somebody may have bought or canceled since. */
const OLD_MS = 10 * 60_000

/** The screen stays on while the door is open. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let isOver = false
  const ask = () => {
    if (document.visibilityState !== 'visible') return
    navigator.wakeLock
      ?.request('screen')
      .then(got => {
        if (isOver) void got.release()
        else lock = got
      })
      // A phone with little power refuses.
      .catch(() => {})
  }
  ask()
  document.addEventListener('visibilitychange', ask)
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', ask)
    void lock?.release()
  }
}
