import { useEffect, useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../../shared/clock.ts'
import { spellMoney } from '../../shared/money.ts'
import { type Colour, colourOf, mayBeOverlooked } from '../core/decide.ts'
import type { Answer } from '../core/door.ts'
import { signal } from '../scan/signals.ts'
import { nameOf, spellTime } from '../spell.ts'
import { useDoor, useDoorState } from '../use-door.ts'
import styles from './answer.module.css'

/** What the door said, over everything: colour, sign and words, so that none of them alone is needed. */
export function AnswerScreen() {
  const { answer } = useDoorState()
  return (
    <>
      <p className={styles.spoken} role="alert" aria-live="assertive">
        {answer && <Spoken answer={answer} />}
      </p>
      {answer && <Shown key={answer.id + answer.verdict} answer={answer} />}
    </>
  )
}

function Spoken({ answer }: { answer: Answer }) {
  const { t } = useTranslation('door')
  const { verdict, entry } = answer
  return [t(`answer.${verdict}`), entry && nameOf(entry, t), useDetails(answer)].filter(Boolean).join('. ')
}

function Shown({ answer }: { answer: Answer }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { isOnline } = useDoorState()
  const { verdict, entry, decidedHere, readAt } = answer
  const colour = colourOf(verdict)
  const details = useDetails(answer)

  useLayoutEffect(() => {
    signal(colour)
    // What is drawn next is this; how long it took since the code was read is kept for who wants to know.
    requestAnimationFrame(() => {
      performance.clearMeasures('door: answer')
      performance.measure('door: answer', { start: readAt })
    })
  }, [colour, readAt])

  // Yes goes by itself, for the next guest is there already; anything else waits to be read.
  useEffect(() => {
    if (colour !== 'green') return
    const timer = setTimeout(() => door.dismiss(), GREEN_MS)
    return () => clearTimeout(timer)
  }, [door, colour])

  return (
    <section className={`${styles.answer} ${styles[colour]}`} aria-label={t('answer.label')}>
      <div className={styles.said}>
        <Sign colour={colour} />
        <h2 className={styles.headline}>{t(`answer.${verdict}`)}</h2>
        {entry && (
          <div>
            <p className={styles.name} dir="auto">
              {nameOf(entry, t)}
            </p>
            <p dir="auto">{[entry.definitionName, entry.seat].filter(Boolean).join(' · ')}</p>
            <p className={styles.number}>{entry.number}</p>
          </div>
        )}
        {details && <p className={styles.details}>{details}</p>}
        {decidedHere && !isOnline && <p className={styles.number}>{t('answer.here')}</p>}
      </div>
      <div className={styles.buttons}>
        {mayBeOverlooked(verdict) && (
          <button type="button" onClick={() => void door.letIn(answer)}>
            {t('answer.letIn')}
          </button>
        )}
        <button type="button" className={styles.next} onClick={() => door.dismiss()}>
          {t('answer.next')}
        </button>
      </div>
    </section>
  )
}

/** When, where, by whom; or what else a person needs to know to explain it to the guest. */
function useDetails(answer: Answer): string {
  const { t, i18n } = useTranslation('door')
  const { event, listDate } = useDoorState()
  const { verdict, entry, first, eventTitle, opens } = answer
  const time = (date: string | number) =>
    spellTime(date, { language: i18n.language, timeZone: event?.timeZoneId, now: serverNow() })
  if (verdict === 'ALREADY_IN' && first) {
    const where = { time: time(first.date), gate: first.gate ?? '', by: first.by ?? '' }
    if (first.gate && first.by) return t('answer.firstWhole', where)
    return t(first.gate ? 'answer.firstGate' : first.by ? 'answer.firstBy' : 'answer.firstTime', where)
  }
  if (verdict === 'WRONG_EVENT' && eventTitle) return t('answer.itsEvent', { title: eventTitle })
  if (verdict === 'NOT_YET' && opens !== undefined) return t('answer.opens', { time: time(opens) })
  if (verdict === 'NOT_LISTED' && listDate !== null) return t('answer.notListed', { time: time(listDate) })
  if (verdict === 'UNPAID' && entry?.due) return t('answer.due', { amount: spellMoney(entry.due, i18n.language) })
  const stories = { UNKNOWN: 'answer.unknown', UNPAID: 'answer.unpaid', CANCELED: 'answer.canceled' } as const
  return verdict in stories ? t(stories[verdict as keyof typeof stories]) : ''
}

const GREEN_MS = 2500

const SIGNS: Readonly<Record<Colour, string>> = {
  green: 'm20 52 20 20 42-46',
  amber: 'M50 18v38M50 74v6',
  red: 'm26 26 48 48M74 26 26 74',
}

function Sign({ colour }: { colour: Colour }) {
  return (
    <svg className={styles.sign} viewBox="0 0 100 100" aria-hidden="true">
      <path d={SIGNS[colour]} />
    </svg>
  )
}
