import { useEffect } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import QrCode from './qr-code.tsx'
import styles from './sheets.module.css'
import type { StaffMember } from './staff.ts'

/** Prints a sheet for each: whose it is, the code that lets them in, and what to do with it. */
export default function Sheets({
  staff,
  title,
  onDone,
}: {
  staff: readonly StaffMember[]
  title: string
  onDone: () => void
}) {
  const { t } = useTranslation('desk')
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is printed once, when it is there
  useEffect(() => {
    window.addEventListener('afterprint', onDone, { once: true })
    window.print()
    return () => window.removeEventListener('afterprint', onDone)
  }, [])
  return createPortal(
    <div className={styles.sheets}>
      {staff.map(({ id, name, loginLink, permissions }) => (
        <section key={id} className={styles.sheet}>
          <h2 dir="auto">{name}</h2>
          <p dir="auto">{title}</p>
          {loginLink && <QrCode text={loginLink} label={t('staff.codeOf', { name })} size={300} />}
          <p>{t('staff.sheet.how')}</p>
          <ul>
            {permissions.map(each => (
              <li key={each}>{t(`staff.permissions.${each}.name`)}</li>
            ))}
          </ul>
          <p>{t('staff.sheet.secret')}</p>
        </section>
      ))}
    </div>,
    document.body,
  )
}
