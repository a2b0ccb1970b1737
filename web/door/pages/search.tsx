import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../../shared/clock.ts'
import type { Direction } from '../core/decide.ts'
import type { Entry } from '../core/wire.ts'
import { Confirm } from '../parts/confirm.tsx'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { scansOut } from '../settings.ts'
import { nameOf, spellTime } from '../spell.ts'
import { closeSheets, openSheet, useDoor, useDoorState } from '../use-door.ts'

/** Finds guests on the list that is on this phone: by name, by number, by order. */
export function SearchSheet() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const found = door.search(wanted)
  return (
    <Sheet title={t('search.title')}>
      <label className={styles.form}>
        {t('search.label')}
        <input
          type="search"
          value={text}
          onChange={event => setText(event.target.value)}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="search"
        />
      </label>
      <p className={styles.soft} role="status">
        {wanted.trim() !== '' && t(found.length >= 50 ? 'search.many' : 'search.found', { count: found.length })}
      </p>
      <ul className={styles.list}>
        {found.map(entry => (
          <li key={entry.number}>
            <button type="button" className={styles.row} onClick={() => openSheet(`guest/${entry.number}`)}>
              <strong dir="auto">{nameOf(entry, t)}</strong>
              <span className={styles.soft} dir="auto">
                {[entry.definitionName, entry.seat, entry.number].filter(Boolean).join(' · ')}
              </span>
              <State entry={entry} />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

function State({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation('door')
  const { event } = useDoorState()
  const { checkIn, left, state } = entry
  const last = left ?? checkIn
  if (last) {
    const time = spellTime(last.date, {
      language: i18n.language,
      timeZone: event?.timeZoneId,
      now: serverNow(),
    })
    return (
      <span className={left ? styles.soft : styles.in}>
        {t(left ? 'guest.out' : 'guest.in', { when: [time, last.gate, last.by].filter(Boolean).join(', ') })}
      </span>
    )
  }
  if (state === 'ADMITS') return <span className={styles.soft}>{t('guest.notIn')}</span>
  return <span className={styles.out}>{t(`answer.${state}`)}</span>
}

/** One guest: what is known, and what can be done. */
export function EntrySheet({ number }: { number: string }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { event } = useDoorState()
  const [isUndoing, setIsUndoing] = useState(false)
  const entry = door.find(number)
  if (!event || !entry) return <Sheet title={t('guest.gone')}>{null}</Sheet>
  const facts = [
    [t('guest.definition'), entry.definitionName],
    [t('guest.seat'), entry.seat],
    [t('guest.number'), entry.number],
    [t('guest.order'), entry.orderNumber],
    [t('guest.buyer'), entry.buyerName === entry.guestName ? '' : entry.buyerName],
  ] as const
  return (
    <Sheet title={nameOf(entry, t)}>
      <p>
        <State entry={entry} />
      </p>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value)
          .flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} `}>{value}</dd>])}
      </dl>
      {(!entry.checkIn || entry.left) && <Pass number={number} direction="IN" label={t('guest.admit')} isPrimary />}
      {entry.checkIn && !entry.left && scansOut() && <Pass number={number} direction="OUT" label={t('guest.letOut')} />}
      {entry.checkIn && (
        <button type="button" onClick={() => setIsUndoing(true)}>
          {t(entry.left ? 'undo.out' : 'undo.do')}
        </button>
      )}
      {isUndoing && (
        <Confirm
          title={t(entry.left ? 'undo.outTitle' : 'undo.title', { name: nameOf(entry, t) })}
          story={t(entry.left ? 'undo.outStory' : 'undo.story')}
          confirm={t('undo.do')}
          onConfirm={() => {
            closeSheets()
            void door.undo([entry])
          }}
          onClose={() => setIsUndoing(false)}
        />
      )}
    </Sheet>
  )
}

function Pass({
  number,
  direction,
  label,
  isPrimary = false,
}: {
  number: string
  direction: Direction
  label: string
  isPrimary?: boolean
}) {
  const door = useDoor()
  return (
    <button
      type="button"
      className={isPrimary ? 'primary' : ''}
      onClick={() => {
        closeSheets()
        void door.admit(number, direction)
      }}
    >
      {label}
    </button>
  )
}
