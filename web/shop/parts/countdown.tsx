import type { TFunction } from 'i18next'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../../shared/clock.ts'
import { announce } from './announce.tsx'
import styles from './countdown.module.css'

/** Seconds from which on it is shown as urgent. */
const SOON_SECONDS = 120
/** It is said, to who listens, when so much is left. */
const SAID_SECONDS = [300, 120, 60]

/**
 * How long tickets are still held, by the server's clock: also in the title of the tab, and announced five, two and one
 * minutes before the end and at it. `onEnd` is called once, at the end or when it is over already.
 */
export function Countdown({ until, onEnd }: { until: string; onEnd: () => void }) {
  const { t } = useTranslation()
  const left = useSecondsLeft(until, onEnd)
  useTitle(left > 0 ? spellLeft(left) : null)
  useAnnouncements(left, t)
  return (
    <span role="timer" className={[styles.countdown, left <= SOON_SECONDS && styles.soon].filter(Boolean).join(' ')}>
      {spellLeft(left)}
    </span>
  )
}

/** Whole seconds until `until`, never below zero; renewed each second. */
export function useSecondsLeft(until: string, onEnd?: () => void): number {
  const secondsLeft = () => Math.max(0, Math.ceil((Date.parse(until) - serverNow()) / 1000))
  const [left, setLeft] = useState(secondsLeft)
  const tick = useEffectEvent(() => setLeft(secondsLeft()))
  const ended = left === 0
  useEffect(() => {
    tick()
    if (ended) return
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [ended])
  const end = useEffectEvent(() => onEnd?.())
  useEffect(() => {
    if (ended) end()
  }, [ended])
  return left
}

/** Minutes and seconds: 4:05. */
export function spellLeft(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function useAnnouncements(left: number, t: TFunction) {
  const [before, setBefore] = useState(left)
  useEffect(() => {
    setBefore(left)
    const passed = SAID_SECONDS.findLast(seconds => before > seconds && left <= seconds)
    if (left === 0 && before > 0) announce(t('parts.countdown.over'), { urgent: true })
    else if (passed !== undefined) announce(t('parts.countdown.left', { count: passed / 60 }), { urgent: passed <= 60 })
  }, [left, before, t])
}

/** Puts what is left before the title of the tab, and takes it away again. */
function useTitle(prefix: string | null) {
  useEffect(() => {
    if (prefix === null) return
    const { title } = document
    document.title = `${prefix} · ${title}`
    return () => {
      document.title = title
    }
  }, [prefix])
}
