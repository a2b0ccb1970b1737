import { useTranslation } from 'react-i18next'
import { usePaths } from '../app.tsx'
import { ButtonLink } from '../parts/button.tsx'

/** An event that its organizer has not published. */
export function Page() {
  const { t } = useTranslation()
  const { home } = usePaths()
  return (
    <>
      <h1>{t('notYet.title')}</h1>
      <p>{t('notYet.story')}</p>
      <p>
        <ButtonLink href={home}>{t('notFound.toEvents')}</ButtonLink>
      </p>
    </>
  )
}
