import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DoorBoot } from './boot.ts'
import { AtDoor } from './pages/at-door.tsx'
import { Choose } from './pages/choose.tsx'
import { Message } from './pages/message.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { allowSounds } from './scan/signals.ts'
import { showLight } from './settings.ts'
import { useDoor, useDoorState } from './use-door.ts'

/** The door, from signing in to the scanner. */
export function App({ languages, version }: DoorBoot) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { phase } = useDoorState()
  const [link] = useState(() => new URL(location.href))

  useEffect(() => {
    showLight()
    allowSounds()
    if (isSafePlace()) void door.open()
  }, [door])

  if (!isSafePlace()) return <Message title={t('insecure.title')} story={t('insecure.story')} />
  switch (phase) {
    case 'opening':
      return <Message title={t('opening')} isWaiting />
    case 'elsewhere':
      return (
        <Message title={t('elsewhere.title')} story={t('elsewhere.story')}>
          <button type="button" className="primary" onClick={() => door.open({ takeOver: true })}>
            {t('elsewhere.here')}
          </button>
        </Message>
      )
    case 'unkept':
      return <Message title={t('unkept.title')} story={t('unkept.story')} />
    case 'signedOut':
      return <SignIn languages={languages} />
    case 'choosing':
      return <Choose />
    case 'atDoor':
      return (
        <AtDoor
          languages={languages}
          version={version}
          opened={link.pathname.startsWith('/check-in/') ? link.href : null}
        />
      )
  }
}

/** Without it browsers give neither camera nor keys nor a worker. */
function isSafePlace(): boolean {
  return isSecureContext && navigator.locks !== undefined
}
