import { useEffect, useLayoutEffect, useState } from 'react'
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
  const who = verdict === 'WHO_CAME' ? entry?.buyerName : entry && nameOf(entry, t)
  return [useHeadline(answer), who, useDetails(answer)].filter(Boolean).join('. ')
}

function Shown({ answer }: { answer: Answer }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { isOnline, event } = useDoorState()
  const { verdict, entry, decidedHere, readAt } = answer
  const colour = colourOf(verdict)
  const headline = useHeadline(answer)
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
        <h2 className={styles.headline}>{headline}</h2>
        {verdict === 'WHO_CAME' && (
          <p className={styles.name} dir="auto">
            {entry?.buyerName}
          </p>
        )}
        {entry && verdict !== 'WHO_CAME' && (
          <div>
            <p className={styles.name} dir="auto">
              {nameOf(entry, t)}
            </p>
            <p dir="auto">{[entry.definitionName, entry.seat].filter(Boolean).join(' · ')}</p>
            {entry.kind === 'TICKET' && <p className={styles.number}>{entry.number}</p>}
          </div>
        )}
        {details && <p className={styles.details}>{details}</p>}
        {decidedHere && !isOnline && <p className={styles.number}>{t('answer.here')}</p>}
      </div>
      {verdict === 'WHO_CAME' && <WhoCame answer={answer} />}
      <div className={styles.buttons}>
        {mayBeOverlooked(verdict, { reentry: event?.reentry ?? false }) && (
          <button type="button" onClick={() => void door.letIn(answer)}>
            {t('answer.letIn')}
          </button>
        )}
        <button type="button" className={styles.next} onClick={() => door.dismiss()}>
          {t(verdict === 'WHO_CAME' ? 'party.nobody' : 'answer.next')}
        </button>
      </div>
    </section>
  )
}

/** Several may come by the code, and not all do at once: all of them by one touch, or those who are there. */
function WhoCame({ answer }: { answer: Answer }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { party = [] } = answer
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set())
  const came = new Set(party.map(({ number }) => number).filter(number => !missing.has(number)))
  const toggle = (number: string) => {
    const others = new Set(missing)
    if (!others.delete(number)) others.add(number)
    setMissing(others)
  }
  return (
    <fieldset className={styles.party}>
      <legend className={styles.spoken}>{t('answer.WHO_CAME')}</legend>
      {party.map(entry => (
        <label key={entry.number}>
          <input type="checkbox" checked={came.has(entry.number)} onChange={() => toggle(entry.number)} />
          <span dir="auto">{nameOf(entry, t)}</span>
        </label>
      ))}
      <button type="button" disabled={came.size === 0} onClick={() => void door.letInOf(answer, came)}>
        {t(came.size === party.length ? 'party.all' : 'party.some', { count: came.size })}
      </button>
    </fieldset>
  )
}

function useHeadline({ verdict, left }: Answer): string {
  const { t } = useTranslation('door')
  return t(verdict === 'ADMITTED' && left ? 'answer.back' : `answer.${verdict}`)
}

/** When, where, by whom; or what else a person needs to know to explain it to the guest. */
function useDetails(answer: Answer): string {
  const { t, i18n } = useTranslation('door')
  const { event, listDate } = useDoorState()
  const { verdict, entry, first, left, eventTitle, opens, came = [], party = [] } = answer
  const time = (date: string | number) =>
    spellTime(date, { language: i18n.language, timeZone: event?.timeZoneId, now: serverNow() })
  if (verdict === 'ALREADY_IN' && first) {
    const where = { time: time(first.date), gate: first.gate ?? '', by: first.by ?? '' }
    if (first.gate && first.by) return t('answer.firstWhole', where)
    return t(first.gate ? 'answer.firstGate' : first.by ? 'answer.firstBy' : 'answer.firstTime', where)
  }
  if (verdict === 'WHO_CAME') return t('party.left', { count: party.length })
  if (came.length > 1)
    return t('party.came', { names: came.map(each => nameOf(each, t)).join(', '), count: came.length })
  if (left) return t('answer.leftAt', { what: [time(left.date), left.gate, left.by].filter(Boolean).join(', ') })
  if (verdict === 'WRONG_EVENT' && eventTitle) return t('answer.itsEvent', { title: eventTitle })
  if (verdict === 'NOT_YET' && opens !== undefined) return t('answer.opens', { time: time(opens) })
  if (verdict === 'NOT_LISTED' && listDate !== null) return t('answer.notListed', { time: time(listDate) })
  if (verdict === 'UNPAID' && entry?.due) return t('answer.due', { amount: spellMoney(entry.due, i18n.language) })
  const stories = {
    UNKNOWN: 'answer.unknown',
    UNPAID: 'answer.unpaid',
    CANCELED: 'answer.canceled',
    WAITING: 'answer.waiting',
    DECLINED: 'answer.declined',
  } as const
  return verdict in stories ? t(stories[verdict as keyof typeof stories]) : ''
}

const GREEN_MS = 2500

const SIGNS: Readonly<Record<Colour, string>> = {
  green: 'm20 52 20 20 42-46',
  amber: 'M50 18v38M50 74v6',
  red: 'm26 26 48 48M74 26 26 74',
  blue: 'M34 38a16 16 0 1 1 24 14q-8 5-8 12M50 78v2',
}

function Sign({ colour }: { colour: Colour }) {
  return (
    <svg className={styles.sign} viewBox="0 0 100 100" aria-hidden="true">
      <path d={SIGNS[colour]} />
    </svg>
  )
}
