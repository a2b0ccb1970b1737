import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoot, usePaths } from './app.tsx'
import { type BootPreview, type ShopPage, searchOf } from './boot.ts'
import styles from './frame.module.css'
import { Announcer } from './parts/announce.tsx'
import { Offline } from './parts/offline.tsx'
import { Preview } from './parts/preview.tsx'

/** What surrounds every page: whose it is, and the language. */
export function Frame({ children }: { children: ReactNode }) {
  const { site, language, languages, page, preview } = useBoot()
  const { t } = useTranslation()
  const { home } = usePaths()
  // From now on buttons do something: said for who waits for it.
  useEffect(() => document.documentElement.setAttribute('data-ready', ''), [])
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('frame.skip')}
      </a>
      <Offline />
      {preview && <Preview preview={preview} />}
      <header className={styles.header}>
        <a className={styles.home} href={home} dir="auto">
          {site.name}
        </a>
        <nav aria-label={t('frame.language')}>
          {languages.map(each => (
            <a
              key={each.language}
              href={`?${queryOf(page, preview)}lang=${each.language}`}
              target={preview && '_self'}
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
function queryOf(page: ShopPage, preview: BootPreview | undefined): string {
  if (preview) return `${preview.query}&`
  if (page.kind === 'checkout') return `reservationId=${page.reservationId}&`
  const search = page.kind === 'events' ? searchOf(page.search).slice(1) : ''
  return search && `${search}&`
}
