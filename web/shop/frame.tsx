import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoot } from './app.tsx'
import styles from './frame.module.css'
import { Announcer } from './parts/announce.tsx'

/** What surrounds every page: whose it is, and the language. */
export function Frame({ children }: { children: ReactNode }) {
  const { site, language, languages, page } = useBoot()
  const query = page.kind === 'checkout' ? `reservationId=${page.reservationId}&` : ''
  const { t } = useTranslation()
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('frame.skip')}
      </a>
      <header className={styles.header}>
        <a className={styles.home} href="/" dir="auto">
          {site.name}
        </a>
        <nav aria-label={t('frame.language')}>
          {languages.map(each => (
            <a
              key={each}
              href={`?${query}lang=${each}`}
              hrefLang={each}
              lang={each}
              aria-current={each === language || undefined}
            >
              {new Intl.DisplayNames(each, { type: 'language' }).of(each)}
            </a>
          ))}
        </nav>
      </header>
      <main id="content" className={styles.main}>
        {children}
      </main>
      <Announcer />
    </>
  )
}
