import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask } from '../../shared/api.ts'
import { useAnswer, usePaths } from '../app.tsx'
import { type EventsSearch, questions, searchOf, type UpcomingEvents } from '../boot.ts'
import { announce } from '../parts/announce.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { EventCard } from '../parts/event-card.tsx'
import { Notice } from '../parts/notice.tsx'
import styles from './events.module.css'

/** What is on: soonest first, by category and by words. Without a script it works by links and a form. */
export function Page({ search }: { search: EventsSearch }) {
  const { t } = useTranslation()
  const { home } = usePaths()
  const { data, isError, refetch } = useAnswer<UpcomingEvents>(questions.upcoming(search))
  const { more, shown } = useMore(search, data)
  if (!data)
    return isError ? (
      <Notice
        tone="bad"
        title={t('events.notLoaded')}
        actions={<Button onClick={() => refetch()}>{t('parts.again')}</Button>}
      >
        <p>{t('events.notLoadedStory')}</p>
      </Notice>
    ) : null
  const { shows, categories, total, pageSize } = data
  const isFiltered = search.q !== '' || search.category !== null
  const lastPage = Math.max(1, Math.ceil(total / pageSize))
  const all = [...shows, ...shown]
  return (
    <>
      <h1>{t('events.title')}</h1>
      {(isFiltered || total > 5 || categories.length > 1) && <Filter search={search} categories={categories} />}
      {isFiltered && (
        <p className={styles.found}>
          {t('events.found', { count: total })} <a href={home}>{t('events.showAll')}</a>
        </p>
      )}
      {all.length === 0 ? (
        <Notice title={isFiltered ? t('events.noneFound') : t('events.none')}>
          <p>{isFiltered ? t('events.noneFoundStory') : t('events.noneStory')}</p>
        </Notice>
      ) : (
        <ul className={styles.cards}>
          {all.map((show, index) => (
            <EventCard key={show.event.id} {...show} isFirst={index < 2} />
          ))}
        </ul>
      )}
      <nav className={styles.pages} aria-label={t('events.pages')}>
        {search.page > 1 && (
          <ButtonLink href={`${home}${searchOf({ ...search, page: Math.min(search.page - 1, lastPage) })}`}>
            {t('events.earlier')}
          </ButtonLink>
        )}
        {more}
      </nav>
    </>
  )
}

function Filter({ search, categories }: { search: EventsSearch; categories: UpcomingEvents['categories'] }) {
  const { t } = useTranslation()
  const { home } = usePaths()
  const id = useId()
  return (
    <search className={styles.filter}>
      <form action={home} method="get" className={styles.search}>
        <label htmlFor={id} className={styles.label}>
          {t('events.search')}
        </label>
        <input
          id={id}
          type="search"
          name="q"
          defaultValue={search.q}
          maxLength={100}
          dir="auto"
          enterKeyHint="search"
        />
        {search.category && <input type="hidden" name="category" value={search.category} />}
        <Button type="submit">{t('events.find')}</Button>
      </form>
      {categories.length > 0 && (
        <nav aria-label={t('events.categories')} className={styles.categories}>
          {[{ id: null, name: t('events.allCategories') }, ...categories].map(each => (
            <a
              key={each.id}
              href={`${home}${searchOf({ ...search, category: each.id, page: 1 })}`}
              aria-current={each.id === search.category ? 'true' : undefined}
              dir="auto"
            >
              {each.name}
            </a>
          ))}
        </nav>
      )}
    </search>
  )
}

/** The link to the next page, which with a script adds it to this one and says so in the address. */
function useMore(search: EventsSearch, first: UpcomingEvents | undefined) {
  const { t } = useTranslation()
  const { home } = usePaths()
  const [pages, setPages] = useState<readonly UpcomingEvents[]>([])
  const [state, setState] = useState<'IDLE' | 'BUSY' | 'FAILED'>('IDLE')
  const next = { ...search, page: search.page + pages.length + 1 }
  const hasMore = first !== undefined && (next.page - 1) * first.pageSize < first.total
  const load = async () => {
    setState('BUSY')
    try {
      const page = await ask<UpcomingEvents>(questions.upcoming(next))
      setPages([...pages, page])
      history.replaceState(null, '', `${home}${searchOf(next)}`)
      announce(t('events.added', { count: page.shows.length }))
      setState('IDLE')
    } catch {
      setState('FAILED')
    }
  }
  const more = hasMore && (
    <>
      {state === 'FAILED' && <p role="alert">{t('events.notLoaded')}</p>}
      <ButtonLink
        href={`${home}${searchOf(next)}`}
        aria-busy={state === 'BUSY'}
        onClick={event => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          if (state !== 'BUSY') load()
        }}
      >
        {t('events.more')}
      </ButtonLink>
    </>
  )
  // A show that has moved to a later page meanwhile is not shown twice.
  const seen = new Set(first?.shows.map(({ event }) => event.id))
  const shown = pages.flatMap(({ shows }) => shows.filter(({ event }) => !seen.has(event.id) && seen.add(event.id)))
  return { more, shown }
}
