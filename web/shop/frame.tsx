import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoot } from './app.tsx'
import { type ShopPage, searchOf } from './boot.ts'
import styles from './frame.module.css'
import { Announcer } from './parts/announce.tsx'
import { Offline } from './parts/offline.tsx'

/** What surrounds every page: whose it is, and the language. */
export function Frame({ children }: { children: ReactNode }) {
  const { site, language, languages, page } = useBoot()
  const { t } = useTranslation()
  // From now on buttons do something: said for who waits for it.
  useEffect(() => document.documentElement.setAttribute('data-ready', ''), [])
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('frame.skip')}
      </a>
      <Offline />
      <header className={styles.header}>
        <a className={styles.home} href="/" dir="auto">
          {site.name}
        </a>
        <nav aria-label={t('frame.language')}>
          {languages.map(each => (
            <a
              key={each.language}
              href={`?${queryOf(page)}lang=${each.language}`}
              hrefLang={each.language}
              lang={each.language}
              aria-current={each.language === language || undefined}
            >
              {each.name}
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

/** What the address of a page says besides the language, ready for that to follow. */
function queryOf(page: ShopPage): string {
  if (page.kind === 'checkout') return `reservationId=${page.reservationId}&`
  const search = page.kind === 'events' ? searchOf(page.search).slice(1) : ''
  return search && `${search}&`
}
