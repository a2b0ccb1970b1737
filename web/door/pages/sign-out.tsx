import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../parts/confirm.tsx'
import { useDoor, useDoorState } from '../use-door.ts'

/** Signing out forgets all that is kept here; what was not sent would be lost, so that is said. */
export function SignOut() {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { unsent } = useDoorState()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <button type="button" className="plain" onClick={() => setIsAsking(true)}>
        {t('signOut.do')}
      </button>
      {isAsking && (
        <Confirm
          title={t('signOut.title')}
          story={unsent > 0 ? t('signOut.unsent', { count: unsent }) : t('signOut.story')}
          confirm={t(unsent > 0 ? 'signOut.anyway' : 'signOut.do')}
          onConfirm={() => void door.signOut()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}
