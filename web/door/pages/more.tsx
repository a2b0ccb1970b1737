import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DoorBoot } from '../boot.ts'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { chooseLanguage, isLight, isMuted, mute, scanOut, scansOut, setLight } from '../settings.ts'
import { closeSheets, openSheet, useDoor, useDoorState } from '../use-door.ts'
import { SignOut } from './sign-out.tsx'

/** Everything that is not scanning. */
export function MoreSheet({ languages, version }: DoorBoot) {
  const { t, i18n } = useTranslation('door')
  const door = useDoor()
  const { counts, event, me } = useDoorState()
  const [muted, setMuted] = useState(isMuted)
  const [light, setIsLight] = useState(isLight)
  const [out, setOut] = useState(scansOut)
  return (
    <Sheet title={t('more.title')}>
      <section aria-label={t('more.gates')} className={styles.list}>
        <h3>{t('more.gates')}</h3>
        <dl className={styles.facts}>
          {counts.gates.flatMap(({ gate, came, inside }) => [
            <dt key={gate}>{gate || t('more.otherWays')}</dt>,
            <dd key={`${gate} `}>{came > inside ? t('more.ofCame', { inside, came }) : inside}</dd>,
          ])}
          <dt>{t('more.allGates')}</dt>
          <dd>{t('choose.counts', { inside: counts.inside, admits: counts.admits })}</dd>
          {counts.came > counts.inside && (
            <>
              <dt>{t('more.came')}</dt>
              <dd>{counts.came}</dd>
            </>
          )}
        </dl>
      </section>
      <button type="button" onClick={() => openSheet('conflicts')}>
        {t('conflicts.title')}
      </button>
      <button
        type="button"
        aria-pressed={out}
        onClick={() => {
          scanOut(!out)
          setOut(!out)
          door.go('IN')
        }}
      >
        {t(out ? 'more.outOn' : 'more.outOff')}
      </button>
      <button
        type="button"
        aria-pressed={!muted}
        onClick={() => {
          mute(!muted)
          setMuted(!muted)
        }}
      >
        {t(muted ? 'more.soundOff' : 'more.soundOn')}
      </button>
      <button
        type="button"
        aria-pressed={light}
        onClick={() => {
          setLight(!light)
          setIsLight(!light)
        }}
      >
        {t(light ? 'more.dark' : 'more.light')}
      </button>
      {languages
        .filter(({ language }) => language !== i18n.language)
        .map(({ language, name }) => (
          <button key={language} type="button" lang={language} onClick={() => chooseLanguage(language)}>
            {name}
          </button>
        ))}
      <button
        type="button"
        onClick={() => {
          closeSheets()
          door.leaveEvent()
        }}
      >
        {t('more.otherEvent')}
      </button>
      <SignOut />
      <p className={styles.soft}>
        {me?.name} · {event?.title} · {t('more.version', { version })}
      </p>
    </Sheet>
  )
}
