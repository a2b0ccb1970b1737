import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from './announce.tsx'
import styles from './offline.module.css'

/** Says that there is no network, and when it is back; what is on the page stays as it is. */
export function Offline() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const isOffline = useSyncExternalStore(
    listen,
    () => !navigator.onLine,
    () => false,
  )
  useEffect(() => {
    if (!isOffline) return
    return () => {
      announce(t('parts.online'))
      void queries.invalidateQueries()
    }
  }, [isOffline, queries, t])
  return (
    <div role="status" className={styles.place}>
      {isOffline && <p className={styles.offline}>{t('parts.offline')}</p>}
    </div>
  )
}

function listen(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
