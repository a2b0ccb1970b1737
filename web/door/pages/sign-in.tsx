import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { useTold } from '../../shared/refusals.ts'
import type { DoorBoot } from '../boot.ts'
import { loginTokenIn } from '../core/code.ts'
import { findAccount, type SignedIn } from '../core/sign-in.ts'
import { Camera } from '../scan/camera.tsx'
import { chooseLanguage } from '../settings.ts'
import { useDoor, useDoorState } from '../use-door.ts'
import styles from './message.module.css'
import { Message } from './message.tsx'

/** By the link of an invitation (opened, scanned or pasted), or as the account that is signed in at the desk. */
export function SignIn({ languages }: Pick<DoorBoot, 'languages'>) {
  const { t, i18n } = useTranslation('door')
  const door = useDoor()
  const { why, unsent } = useDoorState()
  const [problem, setProblem] = useState<string | null>(null)
  const told = useTold()
  const [isWaiting, setIsWaiting] = useState(() => location.pathname === '/staff/login')
  const [isScanning, setIsScanning] = useState(false)
  const [account, setAccount] = useState<SignedIn | null>(null)

  const logIn = async (token: string | null) => {
    setIsScanning(false)
    if (!token) return setProblem(t('signIn.noLink'))
    setProblem(null)
    setIsWaiting(true)
    try {
      await door.signInByLink(token)
      // The secret does not stay in the address.
      if (location.pathname !== '/check-in') history.replaceState(null, '', '/check-in')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setProblem(told(error) ?? t('signIn.offline'))
    }
    setIsWaiting(false)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is looked at once
  useEffect(() => {
    if (location.pathname === '/staff/login') void logIn(loginTokenIn(location.href))
    findAccount()
      .then(setAccount)
      .catch(() => {})
  }, [])

  if (isWaiting) return <Message title={t('signIn.waiting')} isWaiting />
  return (
    <Message title={t('signIn.title')} story={t('signIn.story')}>
      {(problem ?? why) && (
        <p className={styles.problem} role="alert">
          {problem ?? t(`signIn.${why ?? 'ended'}`)}
        </p>
      )}
      {unsent > 0 && <p className={styles.story}>{t('signIn.unsent', { count: unsent })}</p>}
      {isScanning ? (
        <div className={styles.scanner}>
          <Camera onCode={text => logIn(loginTokenIn(text))} />
        </div>
      ) : (
        <button type="button" className="primary" onClick={() => setIsScanning(true)}>
          {t('signIn.scan')}
        </button>
      )}
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          void logIn(loginTokenIn(String(new FormData(event.currentTarget).get('link') ?? '')))
        }}
      >
        <label htmlFor="link">{t('signIn.link')}</label>
        <input id="link" name="link" type="url" inputMode="url" autoComplete="off" required />
        <button type="submit">{t('signIn.useLink')}</button>
      </form>
      {account ? (
        account.sites.map(site => (
          <button key={site.siteId} type="button" onClick={() => door.signInByAccount(account, site)}>
            {t('signIn.asAccount', { name: account.account.name, site: site.name })}
          </button>
        ))
      ) : (
        <button type="button" className="plain" onClick={() => location.assign('/dashboard/sign-in?then=/check-in')}>
          {t('signIn.account')}
        </button>
      )}
      <div className={styles.languages}>
        {languages
          .filter(({ language }) => language !== i18n.language)
          .map(({ language, name }) => (
            <button
              key={language}
              type="button"
              className="plain"
              lang={language}
              onClick={() => chooseLanguage(language)}
            >
              {name}
            </button>
          ))}
      </div>
    </Message>
  )
}
